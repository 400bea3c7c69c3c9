import { NIL } from 'uuid';
import type { Identity } from '../patients/patient-identity.js';
import { SEARCH_VERSION, findablesOf, tokenArrays } from '../patients/patient-tokens.js';
import type { KeyEncryptionKeys } from '../platform/crypto/key-encryption-keys.js';
import { SealBrokenError } from '../platform/crypto/sealed-value.js';
import { OwnerDb } from './owner-db.js';

const BATCH = 200;

/** What became of the patients of a practice whose tokens were made anew. */
export interface Reindexed {
  patients: number;
  /** Ids of those whose identity does not open; their tokens stay as they are. */
  broken: string[];
}

// Locked as an edit locks, so that neither takes away the other's tokens.
const OUTDATED = `
select p.id, p.identity from clinic.patients p
where p.tenant_id = $1 and p.id > $2 and p.search_version < $3
order by p.id limit $4 for no key update`;

const DROP = `
delete from clinic.patient_tokens t
where t.tenant_id = $1 and t.patient_id = any ($2::uuid[])
  and not exists (select from unnest($3::uuid[], $4::text[], $5::bytea[]) as w (patient_id, field, token)
    where w.patient_id = t.patient_id and w.field = t.field and w.token = t.token)`;

const ADD = `
insert into clinic.patient_tokens (tenant_id, field, token, patient_id)
select $1::uuid, w.field, w.token, w.patient_id from unnest($2::uuid[], $3::text[], $4::bytea[]) as w (patient_id, field, token)
on conflict do nothing`;

const DONE = 'update clinic.patients set search_version = $3 where tenant_id = $1 and id = any ($2::uuid[])';

/**
 * Makes the search tokens of one practice's patients anew where they are of an older version (or of all of them), a batch in
 * each transaction, beside the running server. Cut short, it goes on where it was: a patient is done when its version says so.
 */
export async function reindexPatients(ownerUrl: string, keks: KeyEncryptionKeys, tenantId: string, all: boolean): Promise<Reindexed> {
  const below = all ? SEARCH_VERSION + 1 : SEARCH_VERSION;
  const result: Reindexed = { patients: 0, broken: [] };
  for (let after: string | undefined = NIL; after !== undefined; ) {
    const from: string = after;
    after = await OwnerDb.run(ownerUrl, keks, (db) => reindexBatch(db, tenantId, from, below, result));
  }
  return result;
}

async function reindexBatch(db: OwnerDb, tenantId: string, after: string, below: number, result: Reindexed): Promise<string | undefined> {
  const keys = await db.keysOf(tenantId);
  await db.enter(tenantId, NIL);
  const { rows } = await db.client.query<{ id: string; identity: Buffer }>(OUTDATED, [tenantId, after, below, BATCH]);
  if (!rows.length) return undefined;
  if (after === NIL) {
    await db.record('reindexPatients', { action: 'UPDATED', outcome: 'SUCCESS', tenantId, records: [], reason: `search version ${SEARCH_VERSION}` });
  }
  const done: string[] = [];
  const [owners, fields, tokens]: [string[], string[], Buffer[]] = [[], [], []];
  for (const { id, identity } of rows) {
    try {
      const [itsFields, itsTokens] = tokenArrays(keys, findablesOf(keys.open<Identity>('clinic.patients', id, 'identity', identity)));
      owners.push(...itsFields.map(() => id));
      fields.push(...itsFields);
      tokens.push(...itsTokens);
      done.push(id);
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      result.broken.push(id);
    }
  }
  await db.client.query(DROP, [tenantId, done, owners, fields, tokens]);
  await db.client.query(ADD, [tenantId, owners, fields, tokens]);
  await db.client.query(DONE, [tenantId, done, SEARCH_VERSION]);
  result.patients += done.length;
  return rows.at(-1)!.id;
}
