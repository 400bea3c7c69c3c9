import { canonical } from './canonical.js';
import type { ScopeKeys } from './crypto/keyring.js';
import type { AuditedTx } from './database/audited-tx.js';
import type { Row, Statement } from './database/statement-group.js';
import { keyIsForAnotherRequest } from './errors.js';

/** A request that is carried out once, however often it is sent. */
export interface Once {
  key: string;
  operation: string;
  hash: Buffer;
}

/** The request under its idempotency key; null when it has none. */
export const onceOf = (keys: ScopeKeys, operation: string, { idempotencyKey, ...input }: { idempotencyKey?: string | null }): Once | null =>
  idempotencyKey ? { key: idempotencyKey, operation, hash: keys.token(`request:${operation}`, canonical(input)) } : null;

/** Asks what an idempotency key was used for. */
export const askedBefore = (tenantId: string, key: string | null | undefined): Statement => ({
  text: 'select k.operation, k.request_hash, k.record_id from clinic.idempotency_keys k where k.tenant_id = $1 and k.key = $2',
  values: [tenantId, key ?? null],
});

/** The id of the record that the same request made before; null when it is new. Throws CONFLICT when the key stands for another request. */
export function madeBefore(once: Once | null, [row]: Row[]): string | null {
  if (!once || !row) return null;
  if (row['operation'] !== once.operation || !(row['request_hash'] as Buffer).equals(once.hash)) throw keyIsForAnotherRequest();
  return row['record_id'] as string;
}

/** Uses up the key of a request, if it has one, for the record that it made; CONFLICT when somebody else has just used it. */
export async function useUp(tx: Pick<AuditedTx, 'group'>, tenantId: string, once: Once | null, recordId: string): Promise<void> {
  if (once) await usingUp(tx, tenantId, once, recordId);
}

/** Sends statements in one round trip with that which uses up the key of their request, if it has one; gives their rows. CONFLICT when somebody else has just used it. */
export async function usingUp(tx: Pick<AuditedTx, 'group'>, tenantId: string, once: Once | null, recordId: string, ...statements: Statement[]): Promise<Row[][]> {
  if (!once) return tx.group(...statements);
  const [used, ...rows] = await tx.group(useKey(tenantId, once, recordId), ...statements);
  if (!used!.length) throw keyIsForAnotherRequest();
  return rows;
}

/** Uses up the key for a record; no row comes back when somebody else has just used it. */
export const useKey = (tenantId: string, { key, operation, hash }: Once, recordId: string): Statement => ({
  text: `
insert into clinic.idempotency_keys (tenant_id, key, operation, request_hash, record_id) values ($1, $2, $3, $4, $5)
on conflict do nothing returning key`,
  values: [tenantId, key, operation, hash, recordId],
});
