import { isIP } from 'node:net';
import { badInput } from '../platform/errors.js';
import type { Statement } from '../platform/database/statement-group.js';

/** Which entries are asked for; what is not given is not filtered by. */
export interface EntryFilter {
  actorUserId?: string | null;
  actorMemberId?: string | null;
  patientId?: string | null;
  recordId?: string | null;
  sessionId?: string | null;
  action?: string[] | null;
  outcome?: string[] | null;
  operation?: string | null;
  chamberId?: string | null;
  ip?: string | null;
  from?: Date | null;
  to?: Date | null;
}

/** How many of an entry's records are listed; an export may name thousands. */
export const RECORDS_SHOWN = 200;

const LATEST_ID_TIME = 2 ** 48 - 1;
const LOWEST_ID = '00000000-0000-0000-0000-000000000000';
const HIGHEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The lowest UUIDv7 (RFC 9562) of an instant's millisecond: every entry from then on has this id or a higher one. */
export function firstIdAt(instant: Date): string {
  const time = Math.min(Math.max(instant.getTime(), 0), LATEST_ID_TIME).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

/** The newest entries first, `limit` at most, with their records, all in one statement. `before` is the last id of the page before. */
export function pageStatement(tenantId: string, filter: EntryFilter, before: string | null, limit: number): Statement {
  const { from, id, where, values, param } = chosen(tenantId, filter, before);
  return {
    text: `
select p.id, p.occurred_at, p.chamber_id, p.actor_user_id, p.actor_member_id, p.actor_roles, p.session_id, p.action, p.operation,
  p.outcome, p.error_code, p.request_id, p.ip, p.payload, p.payload_hash, named.record_count, named.names_patient, named.records,
  named.hash = p.records_hash as records_intact, m.id as member_id, m.profile as member_profile,
  coalesce((select c.time_zone from clinic.chambers c where c.tenant_id = $1 and c.id = p.chamber_id),
    (select c.time_zone from clinic.chambers c where c.tenant_id = $1 order by c.created_at, c.id limit 1),
    (select case t.country when 'BD' then 'Asia/Dhaka' when 'AE' then 'Asia/Dubai' end from clinic.tenants t where t.id = $1)) as time_zone
from (select e.* from ${from} where ${where} order by ${id} desc limit ${param(limit)}) p
left join clinic.members m on m.tenant_id = $1 and m.user_id = p.actor_user_id
cross join lateral (
  select count(*)::integer as record_count,
    coalesce(bool_or(r.patient_id is not null), false) as names_patient,
    coalesce(jsonb_agg(jsonb_build_object('type', r.record_type, 'id', r.record_id, 'patientId', r.patient_id) order by r.place)
      filter (where r.place <= ${RECORDS_SHOWN}), '[]') as records,
    sha256(convert_to(coalesce(string_agg(r.record_type || '|' || r.record_id || '|' || coalesce(r.patient_id::text, ''), E'\\n' order by r.place), ''), 'UTF8')) as hash
  from (select s.*, row_number() over (order by s.record_type collate "C", s.record_id) as place
    from audit.entry_records s where s.tenant_id = $1 and s.entry_id = p.id) r
) named
order by p.id desc`,
    values,
  };
}

/** How many entries the filter lets through. */
export function countStatement(tenantId: string, filter: EntryFilter): Statement {
  const { from, where, values } = chosen(tenantId, filter, null);
  return { text: `select count(*)::integer as count from ${from} where ${where}`, values };
}

function chosen(tenantId: string, filter: EntryFilter, before: string | null) {
  const values: unknown[] = [];
  const param = (value: unknown): string => `$${values.push(value)}`;
  const tenant = param(tenantId);
  const lowest = param(filter.from ? firstIdAt(filter.from) : LOWEST_ID);
  const end = filter.to ? firstIdAt(filter.to) : HIGHEST_ID;
  const highest = param(before && before < end ? before : end);
  const inRange = (column: string): string => `${column} >= ${lowest} and ${column} < ${highest}`;
  const naming = (condition: string): string =>
    `select r.entry_id from audit.entry_records r where r.tenant_id = ${tenant} and ${inRange('r.entry_id')} and ${condition}`;

  const conditions = [`e.tenant_id = ${tenant}`, inRange('e.id')];
  const named: string[] = [];
  // The index by record leaves out what the index by patient finds: a patient as their own record.
  if (filter.recordId) {
    const record = param(filter.recordId);
    named.push(`(${naming(`r.record_id = ${record} and r.patient_id is distinct from r.record_id`)}
      union ${naming(`r.patient_id = ${record} and r.record_id = ${record}`)})`);
  }
  // A request that was refused names the id it asked for without knowing whose it is.
  if (filter.patientId) {
    const patient = param(filter.patientId);
    named.push(`(${naming(`r.patient_id = ${patient}`)}
      union ${naming(`r.record_id = ${patient} and r.patient_id is distinct from r.record_id`)})`);
  }
  if (filter.actorUserId) conditions.push(`e.actor_user_id = ${param(filter.actorUserId)}`);
  // A failed sign-in or a refresh knows the user only; within a practice the two are one.
  if (filter.actorMemberId) conditions.push(`e.actor_user_id = (select m.user_id from clinic.members m where m.tenant_id = ${tenant} and m.id = ${param(filter.actorMemberId)})`);
  if (filter.sessionId) conditions.push(`e.session_id = ${param(filter.sessionId)}`);
  if (filter.action) conditions.push(`e.action = any(${param(filter.action)})`);
  if (filter.outcome) conditions.push(`e.outcome = any(${param(filter.outcome)})`);
  if (filter.operation) conditions.push(`e.operation = ${param(filter.operation)}`);
  if (filter.chamberId) conditions.push(`e.chamber_id = ${param(filter.chamberId)}`);
  if (typeof filter.ip === 'string') conditions.push(`e.ip <<= ${param(addressRange(filter.ip))}::inet`);

  const where = conditions.join(' and ');
  if (!named.length) return { from: 'audit.entries e', id: 'e.id', where, values, param };
  // "Offset 0" keeps the planner from walking the whole trail in order and asking each entry whether it names the record.
  const from = `(${named.join(' intersect ')}) named
    cross join lateral (select e.* from audit.entries e where e.tenant_id = ${tenant} and e.id = named.entry_id offset 0) e`;
  return { from, id: 'named.entry_id', where, values, param };
}

function addressRange(text: string): string {
  const [address = '', prefix, ...rest] = text.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!;
  const fits = prefix === undefined ? longest > 0 : /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest;
  if (!fits || rest.length || address.includes('%')) throw badInput([{ path: ['filter', 'ip'], reason: 'IS_ADDRESS_OR_RANGE' }]);
  return text;
}
