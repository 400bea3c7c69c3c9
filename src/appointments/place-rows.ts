import type { Statement } from '../platform/database/statement-group.js';

/** The numbers of sessions that are next: $1 tenant, $2 sessions */
const NEXT_NUMBERS = 'select n.session_id, n.series, n.first, n.last, n.next from clinic.session_numbers n where n.tenant_id = $1 and n.session_id = any ($2::uuid[]) order by n.first';

/** $1 tenant, $2 sessions */
const TAKEN_PLACES = `
select t.session_id, t.series, t.overbooked, t.slot_from, t.slot_until, count(*)::integer as count from clinic.taken_places t
where t.tenant_id = $1 and t.session_id = any ($2::uuid[]) group by t.session_id, t.series, t.overbooked, t.slot_from, t.slot_until`;

/** Asks for what sessions have to give: NextNumbers, then TakenPlaces, both with their `session_id`. */
export const askPlaces = (tenantId: string, sessionIds: readonly string[]): [Statement, Statement] => [
  { text: NEXT_NUMBERS, values: [tenantId, sessionIds] }, { text: TAKEN_PLACES, values: [tenantId, sessionIds] }];

/** $1 tenant, $2 session, $3 first number of the stretch */
export const TAKE_NUMBER = 'update clinic.session_numbers n set next = n.next + 1 where n.tenant_id = $1 and n.session_id = $2 and n.first = $3';

/** $1 tenant, $2 session, $3 [{ first, next }] */
export const TAKE_NUMBERS = `
update clinic.session_numbers n set next = t.next from jsonb_to_recordset($3::jsonb) as t (first smallint, next smallint)
where n.tenant_id = $1 and n.session_id = $2 and n.first = t.first`;
