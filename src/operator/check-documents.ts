import { NIL } from 'uuid';
import { type DocumentStore, MissingObjectError } from '../documents/document-store.js';
import type { KeyEncryptionKeys } from '../platform/crypto/key-encryption-keys.js';
import { INSTALLATION } from '../platform/crypto/keyring.js';
import { OwnerDb } from './owner-db.js';

/** What does not fit between the database and the document store. */
export interface DocumentFaults {
  /** Documents, and expenses by their receipts, whose object is not in the store. */
  missing: Array<{ tenantId: string; documentId: string }>;
  /** Objects that no document and no expense has, and that are old enough not to belong to an upload that is under way. */
  orphans: string[];
}

/** How long an upload may take at the very most, and the clocks of two machines differ. */
const DAY_MS = 24 * 60 * 60 * 1000;

/** Compares every document of every practice with every object of the store. Changes nothing. */
export async function compareDocuments(ownerUrl: string, keks: KeyEncryptionKeys, store: DocumentStore, now = new Date()): Promise<DocumentFaults> {
  // The store first: an object that is put meanwhile is then no orphan, and a document that is stored meanwhile is looked at below.
  const objects = new Map<string, Date>();
  for await (const { id, storedAt } of store.objects()) objects.set(id, storedAt);
  const missing: DocumentFaults['missing'] = [];
  const scopes = await OwnerDb.run(ownerUrl, keks, (db) => db.scopes());
  for (const tenantId of scopes.filter((scope) => scope !== INSTALLATION)) {
    for (const { id, document_id: documentId } of await filesOf(ownerUrl, keks, tenantId)) {
      if (!objects.delete(id) && !(await isThere(store, id))) missing.push({ tenantId, documentId });
    }
  }
  const orphans = [...objects].filter(([, storedAt]) => now.getTime() - storedAt.getTime() > DAY_MS).map(([id]) => id);
  return { missing, orphans };
}

const filesOf = (ownerUrl: string, keks: KeyEncryptionKeys, tenantId: string): Promise<Array<{ id: string; document_id: string }>> =>
  OwnerDb.run(ownerUrl, keks, async (db) => {
    await db.enter(tenantId, NIL);
    const { rows } = await db.client.query<{ id: string; document_id: string }>('select id, document_id from clinic.document_files where tenant_id = $1 union all select id, expense_id from clinic.expense_receipts where tenant_id = $1', [tenantId]);
    return rows;
  });

// One that was stored while the others were being listed.
async function isThere(store: DocumentStore, id: string): Promise<boolean> {
  try {
    for await (const _ of await store.get(id)) break;
    return true;
  } catch (error) {
    if (error instanceof MissingObjectError) return false;
    throw error;
  }
}
