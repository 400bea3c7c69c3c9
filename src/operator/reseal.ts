import { NIL } from 'uuid';
import type { KeyEncryptionKeys } from '../platform/crypto/key-encryption-keys.js';
import { INSTALLATION } from '../platform/crypto/keyring.js';
import { OwnerDb } from './owner-db.js';

/** Every sealed column whose rows may change; audit entries never change, so the keys that sealed them stay. */
export const sealedColumns = {
  installation: [
    { table: 'auth.users', columns: ['profile'] },
    { table: 'platform.mails', columns: ['sealed'] },
    { table: 'auth.one_time_codes', columns: ['seed'] },
    { table: 'auth.passkeys', columns: ['name'] },
    { table: 'auth.identities', columns: ['details'] },
    { table: 'auth.google_trips', columns: ['details'] },
    { table: 'auth.pending_sign_ins', columns: ['device'] },
  ],
  tenant: [
    { table: 'clinic.members', columns: ['profile'] },
    { table: 'clinic.patients', columns: ['identity', 'clinical'] },
    { table: 'clinic.audit_filters', columns: ['content'] },
    { table: 'clinic.audit_exports', columns: ['content'] },
    { table: 'clinic.alerts', columns: ['note'] },
    { table: 'clinic.alert_settings', columns: ['webhook'] },
    { table: 'clinic.emergency_accesses', columns: ['reason'] },
    { table: 'clinic.documents', columns: ['description', 'error_reason'] },
    { table: 'clinic.document_files', columns: ['content'] },
    { table: 'clinic.consents', columns: ['details', 'error_details'] },
    { table: 'clinic.vitals', columns: ['content', 'error_reason'] },
    { table: 'clinic.notes', columns: ['content', 'error_reason'] },
    { table: 'clinic.allergies', columns: ['content', 'error_reason'] },
    { table: 'clinic.allergy_status_changes', columns: ['note'] },
    { table: 'clinic.allergy_statements', columns: ['content', 'error_reason'] },
    { table: 'clinic.conditions', columns: ['content', 'error_reason'] },
    { table: 'clinic.condition_status_changes', columns: ['details'] },
    { table: 'clinic.signing_keys', columns: ['private_key'] },
    { table: 'clinic.prescriptions', columns: ['content', 'reason', 'signed', 'cancel_reason'] },
    { table: 'clinic.exchange_settings', columns: ['webhook'] },
    { table: 'clinic.wallet_settings', columns: ['credentials'] },
    { table: 'clinic.wallet_payments', columns: ['checkout', 'ending'] },
    { table: 'clinic.dispensings', columns: ['pharmacy', 'void_reason'] },
    { table: 'clinic.prescription_checks', columns: ['result', 'overrides'] },
    { table: 'clinic.prescription_templates', columns: ['content'] },
    { table: 'clinic.closures', columns: ['reason'] },
    { table: 'clinic.appointments', columns: ['details'] },
    { table: 'clinic.messages', columns: ['content'] },
    { table: 'clinic.session_changes', columns: ['details'] },
    { table: 'clinic.waitlist_entries', columns: ['details'] },
    { table: 'clinic.booking_codes', columns: ['content'] },
    { table: 'clinic.patient_policies', columns: ['details'] },
    { table: 'clinic.claims', columns: ['details'] },
    { table: 'clinic.claim_lines', columns: ['details'] },
    { table: 'clinic.claim_submissions', columns: ['file'] },
    { table: 'clinic.claim_remittances', columns: ['file'] },
    { table: 'clinic.family_links', columns: ['details', 'end_details'] },
    { table: 'clinic.invoices', columns: ['details'] },
    { table: 'clinic.invoice_lines', columns: ['details'] },
    { table: 'clinic.payments', columns: ['details'] },
    { table: 'clinic.refunds', columns: ['details'] },
    { table: 'clinic.money_moves', columns: ['details'] },
    { table: 'clinic.expenses', columns: ['details'] },
    { table: 'clinic.expense_receipts', columns: ['content'] },
    { table: 'clinic.patient_merges', columns: ['identity', 'clinical', 'undone_because'] },
    { table: 'clinic.patient_imports', columns: ['details'] },
    { table: 'clinic.patient_import_rows', columns: ['cells', 'findings'] },
    { table: 'clinic.patient_source_ids', columns: ['value'] },
  ],
};

const BATCH = 200;

/** Seals the rows of one scope under its newest data key, a batch in each transaction; gives how many rows. */
export async function resealScope(ownerUrl: string, keks: KeyEncryptionKeys, scope: string): Promise<number> {
  let rows = 0;
  for (const { table, columns } of scope === INSTALLATION ? sealedColumns.installation : sealedColumns.tenant) {
    for (let after: string | undefined = NIL; after !== undefined; ) {
      const from: string = after;
      const batch = await OwnerDb.run(ownerUrl, keks, (db) => resealBatch(db, scope, table, columns, from));
      rows += batch.length;
      after = batch.at(-1);
    }
  }
  return rows;
}

async function resealBatch(db: OwnerDb, scope: string, table: string, columns: string[], after: string): Promise<string[]> {
  const keys = await db.keysOf(scope);
  const tenant = scope !== INSTALLATION;
  if (tenant) await db.enter(scope, NIL);
  const { rows } = await db.client.query<{ id: string } & Record<string, Buffer | null>>(
    `select id, ${columns.join(', ')} from ${table} where id > $1 ${tenant ? 'and tenant_id = $3' : ''} order by id limit $2 for update`,
    tenant ? [after, BATCH, scope] : [after, BATCH]);
  for (const row of rows) {
    const values = columns.map((column) => row[column] && keys.seal(table, row.id, column, keys.open(table, row.id, column, row[column])));
    await db.client.query(
      `update ${table} set ${columns.map((column, i) => `${column} = $${i + 2}`).join(', ')} where id = $1 ${tenant ? `and tenant_id = $${columns.length + 2}` : ''}`,
      tenant ? [row.id, ...values, scope] : [row.id, ...values]);
  }
  return rows.map(({ id }) => id);
}
