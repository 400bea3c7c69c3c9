import { CLOSED_DAY_COLUMNS } from '../schedules/closed-day.model.js';
import { DAY_BEGINS, SESSION_COLUMNS } from '../schedules/session-rows.model.js';
import type { NumberSeries } from '../schedules/schedule-enums.model.js';
import type { AppointmentStatus, BookingChannel, VisitType } from './appointment.enums.js';
import type { BookedOnline } from './bookers/booker.model.js';
import { keepsPlace } from './appointment-status.js';

/** A row of clinic.appointments. */
export interface AppointmentRow {
  id: string;
  session_id: string;
  chamber_id: string;
  local_date: string;
  doctor_id: string;
  room_id: string | null;
  patient_id: string | null;
  status: AppointmentStatus;
  visit_type: VisitType;
  channel: BookingChannel;
  series: NumberSeries;
  number: number;
  call_order: string;
  slot_from: Date | null;
  slot_until: Date | null;
  overbooked: boolean;
  video: boolean;
  held_until: Date | null;
  details: Buffer;
  rescheduled_from: string | null;
  recurrence_id: string | null;
  skips: number;
  told_from: Date | null;
  told_until: Date | null;
  booked_by: string | null;
  created_at: Date;
  arrived_at: Date | null;
  called_at: Date | null;
  consult_at: Date | null;
  completed_at: Date | null;
  ended_at: Date | null;
  ended_by: string | null;
  version: number;
}

/** What is sealed in `clinic.appointments.details`. */
export interface AppointmentDetails extends Partial<BookedOnline> {
  /** What the desk noted. */
  note?: string;
  /** Why it was cancelled. */
  endReason?: string;
}

export const COLUMNS = `a.id, a.session_id, a.chamber_id, a.local_date::text as local_date, a.doctor_id, a.room_id, a.patient_id, a.status, a.visit_type, a.channel, a.series, a.number,
a.call_order, a.slot_from, a.slot_until, a.overbooked, a.video, a.held_until, a.details, a.rescheduled_from, a.recurrence_id, a.skips, a.told_from, a.told_until, a.booked_by,
a.created_at, a.arrived_at, a.called_at, a.consult_at, a.completed_at, a.ended_at, a.ended_by, a.version`;

/** In SQL, the statuses in which somebody keeps their place in a session. */
export const KEEPS_PLACE = keepsPlace.map((status) => `'${status}'`).join(', ');

/** Sessions that are not over and whose doctor sees patients there no longer: $1 tenant, $2 chamber */
export const SESSIONS_WITHOUT_DOCTOR = `
select ${SESSION_COLUMNS} from clinic.sessions s
where s.tenant_id = $1 and s.chamber_id = $2 and clinic.booking_obstacle(s) = 'DOCTOR_LEFT'
order by s.starts_at, s.id`;

/** The session in which somebody books, locked, so that its places are given one after the other; with what the caller may in its chamber. $1 tenant, $2 session */
export const SESSION_TO_BOOK = `
select ${SESSION_COLUMNS}, clinic.may_in($1, platform.current_member(), s.chamber_id, 'appointments:manage') as may,
  clinic.may_in($1, platform.current_member(), s.chamber_id, 'appointments:overbook') as may_overbook, ${DAY_BEGINS} as day_begins, ${CLOSED_DAY_COLUMNS}, now() as now
from clinic.sessions s where s.tenant_id = $1 and s.id = $2 for no key update`;

/** Lets go of places that were held too long: $1 tenant, $2 session */
export const EXPIRE_HELD = `
update clinic.appointments a set status = 'EXPIRED', ended_at = now(), version = a.version + 1
where a.tenant_id = $1 and a.session_id = $2 and a.status = 'HELD' and a.held_until <= now() returning a.id, a.patient_id`;

/** Cancels appointments: $1 tenant, $2 [{ id, details }], details in Base64 */
export const END_APPOINTMENTS = `
update clinic.appointments a set status = 'CANCELLED', ended_at = now(), details = decode(e.details, 'base64'), version = a.version + 1
from jsonb_to_recordset($2::jsonb) as e (id uuid, details text) where a.tenant_id = $1 and a.id = e.id
returning ${COLUMNS}`;

/**
 * Gives those whose appointments were ended others in their place, in one session. $1 tenant, $2 session, $3 member,
 * $4 [{ id, from_id, status, series, number, slot_from, slot_until, overbooked, details }]
 */
export const MOVE_APPOINTMENTS = `
insert into clinic.appointments as a (tenant_id, id, session_id, chamber_id, local_date, doctor_id, room_id, patient_id, status, visit_type, channel, series, number,
  call_order, slot_from, slot_until, overbooked, video, details, booked_by, rescheduled_from, recurrence_id, arrived_at)
select $1, m.id, s.id, s.chamber_id, s.local_date, s.doctor_id, s.room_id, o.patient_id, m.status, o.visit_type, o.channel, m.series, m.number,
  coalesce(extract(epoch from m.slot_from), m.number), m.slot_from, m.slot_until, m.overbooked, o.video, decode(m.details, 'base64'), $3, o.id, o.recurrence_id, case when m.status = 'ARRIVED' then coalesce(o.arrived_at, now()) end
from jsonb_to_recordset($4::jsonb) as m (id uuid, from_id uuid, status text, series text, number smallint, slot_from timestamptz, slot_until timestamptz, overbooked boolean, details text)
join clinic.appointments o on o.tenant_id = $1 and o.id = m.from_id
join clinic.sessions s on s.tenant_id = $1 and s.id = $2
returning ${COLUMNS}`;

/** Has those who wait for one session wait for the one that is in its place: $1 tenant, $2 the former, $3 the other one */
export const FOLLOW_WAITING = `
update clinic.waitlist_entries w set session_id = s.id, first_day = s.local_date, last_day = s.local_date, version = w.version + 1 from clinic.sessions s
where w.tenant_id = $1 and w.session_id = $2 and w.status in ('WAITING', 'OFFERED') and s.tenant_id = $1 and s.id = $3 returning w.id, w.patient_id`;

/** Locks a patient against other bookings, which could be for the same time: both would wait for each other until one is given up. $1 tenant, $2 patient */
export const LOCK_PATIENT = `select pg_advisory_xact_lock(hashtextextended('appointments of ' || $1::text || $2::text, 0))`;

/** The place that a patient has in a session: $1 tenant, $2 session, $3 patient */
export const PLACE_OF_PATIENT = `
select a.id from clinic.appointments a where a.tenant_id = $1 and a.session_id = $2 and a.patient_id = $3 and a.status in (${KEEPS_PLACE})`;

/**
 * Who has the slot that begins at an instant, and where the patient is then, unless they were seen there; `may` says whether the caller sees that. What
 * others have of the doctor's time or the room's is in this session, for sessions never overlap. $1 tenant, $2 session, $3 patient, $4 instant, or null for none
 */
export const APPOINTMENTS_AT_THAT_TIME = `
select a.id, coalesce(a.patient_id = $3 and a.status <> 'COMPLETED', false) as of_patient, a.session_id = $2 and a.slot_from = $4 and not a.overbooked as in_slot,
  clinic.may_in($1, platform.current_member(), a.chamber_id, 'appointments:read') as may
from clinic.sessions s join clinic.appointments a on a.tenant_id = $1 and (a.session_id = $2 or (a.patient_id = $3 and a.local_date between s.local_date - 1 and s.local_date + 1))
  and a.status in (${KEEPS_PLACE}, 'COMPLETED') and a.slot_from < $4::timestamptz + s.slot_minutes * interval '1 minute' and a.slot_until > $4::timestamptz
where s.tenant_id = $1 and s.id = $2`;

/** $1 tenant, $2 id, $3 session, $4 patient, $5 status, $6 visit type, $7 channel, $8 series, $9 number, $10 slot from, $11 slot until, $12 overbooked, $13 video, $14 details, $15 member, $16 rescheduled from, $17 recurrence */
export const ADD_APPOINTMENT = `
insert into clinic.appointments as a (tenant_id, id, session_id, chamber_id, local_date, doctor_id, room_id, patient_id, status, visit_type, channel, series, number,
  call_order, slot_from, slot_until, overbooked, video, details, booked_by, rescheduled_from, recurrence_id, arrived_at)
select $1, $2, s.id, s.chamber_id, s.local_date, s.doctor_id, s.room_id, $4, $5::text, $6, $7, $8, $9::smallint,
  coalesce(extract(epoch from $10::timestamptz), $9::smallint), $10, $11, $12, $13, $14, $15, $16, $17, case when $5::text = 'ARRIVED' then now() end
from clinic.sessions s where s.tenant_id = $1 and s.id = $3
returning ${COLUMNS}`;

/** With what the caller may in its chamber: $1 tenant, $2 ids, $3 permission */
export const APPOINTMENTS_BY_ID = `
select ${COLUMNS}, clinic.may_in($1, platform.current_member(), a.chamber_id, $3) as may from clinic.appointments a where a.tenant_id = $1 and a.id = any ($2::uuid[])`;

/** Locks the session of an appointment, before the appointment itself: $1 tenant, $2 appointment */
export const SESSION_OF_APPOINTMENT = `
select ${SESSION_COLUMNS}, clinic.may_in($1, platform.current_member(), s.chamber_id, 'appointments:manage') as may, ${DAY_BEGINS} as day_begins, now() as now
from clinic.sessions s where s.tenant_id = $1 and s.id = (select a.session_id from clinic.appointments a where a.tenant_id = $1 and a.id = $2) for no key update`;

/** $1 tenant, $2 id */
export const APPOINTMENT_TO_CHANGE = `select ${COLUMNS} from clinic.appointments a where a.tenant_id = $1 and a.id = $2 for no key update`;

/** $1 tenant, $2 id, $3 status, $4 skips, $5 details, $6 and $7 the stretch that a patient who has come was told, or null */
export const STEP_APPOINTMENT = `
update clinic.appointments a set status = $3::text, skips = $4, details = $5, version = a.version + 1, held_until = case when $3::text = 'BOOKED' then null else a.held_until end,
  told_from = coalesce($6, a.told_from), told_until = coalesce($7, a.told_until),
  arrived_at = case when $3::text = 'ARRIVED' then now() else a.arrived_at end,
  called_at = case when $3::text = 'CALLED' then now() else a.called_at end,
  consult_at = case when $3::text = 'IN_CONSULT' then now() else a.consult_at end,
  completed_at = case when $3::text = 'COMPLETED' then now() else a.completed_at end,
  ended_at = case when $3::text in ('CANCELLED', 'NO_SHOW', 'EXPIRED') then now() else a.ended_at end
where a.tenant_id = $1 and a.id = $2 returning ${COLUMNS}`;

/** The appointments of a session in the order in which patients are called: $1 tenant, $2 session */
export const APPOINTMENTS_OF_SESSION = `select ${COLUMNS} from clinic.appointments a where a.tenant_id = $1 and a.session_id = $2 order by a.call_order, a.number`;

/** With those who were seen before the session took the place of another one: `counted_in` is the session then. $1 tenant */
const counted = (inSessions: string): string => `
select ${COLUMNS}, a.session_id as counted_in from clinic.appointments a where a.tenant_id = $1 and a.session_id ${inSessions}
union all
select ${COLUMNS}, b.session_id from clinic.seen_before b join clinic.appointments a on a.tenant_id = $1 and a.id = b.appointment_id where b.tenant_id = $1 and b.session_id ${inSessions}
order by call_order, number`;

/** The same with those who were seen before the session took the place of another one: $1 tenant, $2 session */
export const COUNTED_IN_SESSION = counted('= $2');

/** Those of the session of one of them: $1 tenant, $2 appointment */
export const COUNTED_BESIDE = counted('= (select o.session_id from clinic.appointments o where o.tenant_id = $1 and o.id = $2)');

/** Those of several sessions: $1 tenant, $2 sessions */
export const COUNTED_IN_SESSIONS = counted('= any ($2::uuid[])');

/** A patient's appointments, the latest first: $1 tenant, $2 patient, $3 how many, $4 appointment after which to go on, or null */
export const APPOINTMENTS_OF_PATIENT = `
select ${COLUMNS} from clinic.appointments a
where a.tenant_id = $1 and a.patient_id = $2
  and ($4::uuid is null or (a.local_date, a.id) < (select c.local_date, c.id from clinic.appointments c where c.tenant_id = $1 and c.id = $4))
order by a.local_date desc, a.id desc limit $3`;

/** Of a patient: $1 tenant, $2 patient */
export const COUNT_OF_PATIENT = 'select count(*)::integer as count from clinic.appointments a where a.tenant_id = $1 and a.patient_id = $2';

/** Notes whoever has not come, when a session is closed: $1 tenant, $2 session */
export const LEAVE_NOBODY_BOOKED = `
update clinic.appointments a set status = case a.status when 'HELD' then 'EXPIRED' else 'NO_SHOW' end, ended_at = now(), version = a.version + 1
where a.tenant_id = $1 and a.session_id = $2 and a.status in ('HELD', 'BOOKED', 'SKIPPED') returning a.id, a.patient_id, a.status`;

/** $1 tenant, $2 id, $3 status */
export const STEP_SESSION = `
update clinic.sessions s set status = $3::text, version = s.version + 1,
  opened_at = case when $3::text = 'OPEN' then now() else s.opened_at end,
  started_at = case when $3::text = 'RUNNING' then coalesce(s.started_at, now()) else s.started_at end,
  paused_at = case when $3::text = 'PAUSED' then now() end,
  closed_at = case when $3::text = 'CLOSED' then now() else s.closed_at end,
  cancelled_at = case when $3::text = 'CANCELLED' then now() else s.cancelled_at end
where s.tenant_id = $1 and s.id = $2 returning ${SESSION_COLUMNS}`;
