import type { World } from './world.js';

/** Everything that an entry of the audit trail tells. */
export const ENTRY = `id occurredAt occurredAtLocal actor { userId memberId name roles } sessionId action operation outcome errorCode
  missingPermission chamberId requestId ip device reason records { type id patientId } recordCount
  changes { type id field before after withheld } payloadIntact recordsIntact`;

export interface Entry {
  id: string;
  occurredAt: string;
  occurredAtLocal: string;
  actor: { userId: string; memberId: string | null; name: string | null; roles: string[] } | null;
  sessionId: string | null;
  action: string;
  operation: string;
  outcome: string;
  errorCode: string | null;
  missingPermission: string | null;
  chamberId: string | null;
  requestId: string;
  ip: string | null;
  device: string | null;
  reason: string | null;
  records: Array<{ type: string; id: string; patientId: string | null }>;
  recordCount: number;
  changes: Array<{ type: string; id: string; field: string; before: string | null; after: string | null; withheld: boolean }>;
  payloadIntact: boolean;
  recordsIntact: boolean;
}

/** The entries that a filter lets through, newest first, as this person reads them through the API. */
export async function entriesOf(world: World, token: string, filter: object = {}, first = 100): Promise<Entry[]> {
  const { auditEntries } = await world.ok(
    `query ($filter: AuditFilter, $first: Int!) { auditEntries(filter: $filter, first: $first) { edges { node { ${ENTRY} } } } }`, { filter, first }, token);
  return auditEntries.edges.map(({ node }: { node: Entry }) => node);
}

/** The raw rows that one HTTP request left, of whatever tenant, oldest first. */
export const rowsOf = (world: World, requestId: string): Promise<Array<{ tenant_id: string | null; action: string; operation: string; outcome: string; error_code: string | null; ip: string | null }>> =>
  world.sql('superuser', 'select tenant_id, action, operation, outcome, error_code, host(ip) as ip from audit.entries where request_id = $1 order by id', [requestId]);
