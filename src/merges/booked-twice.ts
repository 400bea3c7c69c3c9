import { constraintOf } from '../platform/database/database-errors.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { bothAreBooked } from './merges.errors.js';

/** Two appointments that one patient cannot have: a place each in one session, or slots at the same time, neither of which is over. */
export interface BookedTwice {
  survivor_id: string;
  duplicate_id: string;
  /** Whether the caller may see both. */
  may: boolean;
}

const KEEPS_PLACE = `('HELD', 'BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT')`;

/** $1 tenant, $2 survivor, $3 duplicate */
const BOOKED_TWICE = `
select s.id as survivor_id, d.id as duplicate_id,
  clinic.may_in($1, platform.current_member(), s.chamber_id, 'appointments:read') and clinic.may_in($1, platform.current_member(), d.chamber_id, 'appointments:read') as may
from clinic.appointments s join clinic.appointments d on d.tenant_id = $1 and d.patient_id = $3
  and (s.session_id = d.session_id or (s.slot_from < d.slot_until and s.slot_until > d.slot_from))
where s.tenant_id = $1 and s.patient_id = $2 and s.status in ${KEEPS_PLACE} and d.status in ${KEEPS_PLACE}
order by s.local_date, s.id, d.id`;

/** Locks sessions in the order of their ids, as everybody locks them before patients: those whose queue a merge or its undo changes. */
const lockSessions = (those: string): string => `
select from clinic.sessions s where s.tenant_id = $1 and s.id in (select a.session_id from clinic.appointments a where a.tenant_id = $1 and ${those}) order by s.id for no key update of s`;

/** Locks patients against bookings, one after the other in the order of their ids, as bookings do. */
const lockPatients = (those: string): string => `
select pg_advisory_xact_lock(hashtextextended('appointments of ' || $1::text || p.id::text, 0)) from (select x.id from (${those}) x (id) order by x.id offset 0) p`;

/** Asks where two patients are booked both. */
export const askBookedTwice = (tenantId: string, survivorId: string, duplicateId: string): Statement => ({ text: BOOKED_TWICE, values: [tenantId, survivorId, duplicateId] });

/** Locks the sessions of a duplicate and then both patients against bookings, before a merge. */
export const lockToMerge = (tenantId: string, survivorId: string, duplicateId: string): Statement[] => [
  { text: lockSessions('a.patient_id = $2'), values: [tenantId, duplicateId] },
  { text: lockPatients('select unnest($2::uuid[])'), values: [tenantId, [survivorId, duplicateId]] },
];

/** Locks the sessions of what a merge had moved and then both patients against bookings, before it is undone. */
export const lockToUndo = (tenantId: string, mergeId: string): Statement[] => [
  { text: lockSessions(`a.id in (select r.row_id from clinic.patient_merge_rows r where r.tenant_id = $1 and r.merge_id = $2 and r.place = 'clinic.appointments.patient_id')`), values: [tenantId, mergeId] },
  { text: lockPatients('select unnest(array[m.survivor_id, m.duplicate_id]) from clinic.patient_merges m where m.tenant_id = $1 and m.id = $2'), values: [tenantId, mergeId] },
];

/** Throws CONFLICT (BOTH_ARE_BOOKED) when there is anything of the kind. */
export function refuseBookedTwice(rows: Row[]): void {
  const found = rows as unknown as BookedTwice[];
  if (found.length) throw bothAreBooked(found.filter(({ may }) => may).flatMap(({ survivor_id: survivor, duplicate_id: duplicate }) => [survivor, duplicate]));
}

const constraints: ReadonlySet<string | undefined> = new Set(['appointments__one_place', 'appointments__patient__excl']);

/** What the database itself refuses of the kind, without naming anything. */
export function explainBookedTwice(error: unknown): never {
  throw constraints.has(constraintOf(error)) ? bothAreBooked([]) : error;
}
