import type { AuditPayload } from '../../src/audit/audit-payload.js';
import { OwnerDb } from '../../src/operator/owner-db.js';
import type { World } from './world.js';

/** An entry of the audit trail with its payload opened. */
export interface OpenedEntry extends AuditPayload {
  action: string;
  outcome: string;
  error_code: string | null;
  actor_member_id: string | null;
  records: string[];
}

/** A practice's entries of one operation, oldest first, such as `Mutation.assignChamber`. */
export async function entriesOf(world: World, tenantId: string, operation: string): Promise<OpenedEntry[]> {
  const rows = await world.sql<Omit<OpenedEntry, keyof AuditPayload> & { id: string; payload: Buffer }>('superuser',
    `select e.id, e.action, e.outcome, e.error_code, e.actor_member_id, e.payload,
       array(select r.record_type || ':' || r.record_id from audit.entry_records r where r.entry_id = e.id) as records
     from audit.entries e where e.tenant_id = $1 and e.operation = $2 order by e.id`, [tenantId, operation]);
  const keys = await OwnerDb.run(world.ownerUrl, world.keks, (db) => db.keysOf(tenantId));
  return rows.map(({ payload, id, ...row }) => ({ ...row, ...keys.open<AuditPayload>('audit.entries', id, 'payload', payload) }));
}
