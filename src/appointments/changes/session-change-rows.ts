import { CLOSED_DAY_COLUMNS } from '../../schedules/closed-day.model.js';
import { SESSION_COLUMNS } from '../../schedules/session-rows.model.js';
import type { SessionStatus } from '../../schedules/schedule-enums.model.js';
import { COLUMNS, KEEPS_PLACE } from '../appointment-rows.js';
import type { AppointmentStatus } from '../appointment.enums.js';
import { FORMER_APPOINTMENTS } from '../former-appointments.model.js';
import type { AppointmentOutcome, ChangeObstacle, SessionChangeKind } from './session-change.enums.js';

/** A row of clinic.session_changes. */
export interface SessionChangeRow {
  id: string;
  session_id: string;
  kind: SessionChangeKind;
  status_before: SessionStatus;
  minutes: number | null;
  minutes_before: number | null;
  to_session_id: string | null;
  occasion: number;
  details: Buffer;
  made_by: string;
  made_at: Date;
  undo_until: Date;
  undone_at: Date | null;
  undone_by: string | null;
  restored_session_id: string | null;
}

/** A row of clinic.session_change_appointments. */
export interface ChangedAppointmentRow {
  change_id: string;
  appointment_id: string;
  outcome: AppointmentOutcome;
  obstacle: ChangeObstacle | null;
  status_before: AppointmentStatus;
  to_appointment_id: string | null;
  restored_id: string | null;
}

const CHANGE_COLUMNS = `c.id, c.session_id, c.kind, c.status_before, c.minutes, c.minutes_before, c.to_session_id, c.occasion, c.details, c.made_by, c.made_at, c.undo_until, c.undone_at, c.undone_by,
c.restored_session_id`;
const CHANGED_COLUMNS = 'i.change_id, i.appointment_id, i.outcome, i.obstacle, i.status_before, i.to_appointment_id, i.restored_id';

/** Locks the doctor of a session before the session itself, in the order in which planning locks them: $1 tenant, $2 session */
export const LOCK_DOCTOR_OF = 'select from clinic.members m where m.tenant_id = $1 and m.id = (select s.doctor_id from clinic.sessions s where s.tenant_id = $1 and s.id = $2) for no key update of m';

/** And its room: $1 tenant, $2 session */
export const LOCK_ROOM_OF = 'select from clinic.rooms r where r.tenant_id = $1 and r.id = (select s.room_id from clinic.sessions s where s.tenant_id = $1 and s.id = $2) for no key update of r';

const SESSIONS = `
select ${SESSION_COLUMNS}, clinic.may_in($1, platform.current_member(), s.chamber_id, 'appointments:manage') as may, ${CLOSED_DAY_COLUMNS}, c.time_zone, now() as now
from clinic.sessions s join clinic.chambers c on c.tenant_id = s.tenant_id and c.id = s.chamber_id where s.tenant_id = $1 and s.id = any ($2::uuid[])`;

/** Sessions with what the caller may in their chambers, and where those are: $1 tenant, $2 ids */
export const SESSIONS_TO_PREVIEW = SESSIONS;

/** The same, locked in the order of their ids: $1 tenant, $2 ids */
export const SESSIONS_TO_CHANGE = `${SESSIONS} order by s.id for no key update of s`;

/** Locks everybody who has a place in a session, as bookings do, one after the other: $1 tenant, $2 session */
export const LOCK_PATIENTS_OF = `
select pg_advisory_xact_lock(hashtextextended('appointments of ' || $1::text || p.patient_id::text, 0)) from (
  select distinct a.patient_id from clinic.appointments a where a.tenant_id = $1 and a.session_id = $2 and a.patient_id is not null and a.status in (${KEEPS_PLACE}) order by a.patient_id) p`;

/** Where else those who have a place in a session are, about a day, and whether the caller may see that: $1 tenant, $2 session, $3 day */
export const ELSEWHERE = `
select o.id, o.session_id, o.patient_id, o.slot_from, o.slot_until, clinic.may_in($1, platform.current_member(), o.chamber_id, 'appointments:read') as may from clinic.appointments o
where o.tenant_id = $1 and o.session_id <> $2 and o.local_date between $3::date - 1 and $3::date + 1 and o.status in (${KEEPS_PLACE})
  and o.patient_id = any (select a.patient_id from clinic.appointments a where a.tenant_id = $1 and a.session_id = $2 and a.status in (${KEEPS_PLACE}))`;

/** Sessions of the same doctor, or in the same room, at a time, with whether the caller may see them: $1 tenant, $2 session, $3 from, $4 until */
export const SESSIONS_IN_THE_WAY = `
select ${SESSION_COLUMNS}, clinic.may_in($1, platform.current_member(), s.chamber_id, 'appointments:read') as may from clinic.sessions s join clinic.sessions o on o.tenant_id = $1 and o.id = $2
where s.tenant_id = $1 and s.id <> $2 and s.status <> 'CANCELLED' and (s.doctor_id = o.doctor_id or s.room_id = o.room_id) and s.starts_at < $4::timestamptz and s.ends_at > $3::timestamptz
order by s.starts_at, s.id`;

/** $1 tenant, $2 session, $3 minutes */
export const DELAY_SESSION = `update clinic.sessions s set delay_minutes = $3, version = s.version + 1 where s.tenant_id = $1 and s.id = $2 returning ${SESSION_COLUMNS}`;


/** $1 tenant, $2 id, $3 session, $4 kind, $5 status before, $6 minutes, $7 minutes before, $8 new session, $9 occasion, $10 details, $11 member, $12 minutes in which it can be undone */
export const ADD_CHANGE = `
insert into clinic.session_changes as c (tenant_id, id, session_id, kind, status_before, minutes, minutes_before, to_session_id, occasion, details, made_by, undo_until)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now() + make_interval(mins => $12)) returning ${CHANGE_COLUMNS}`;

/** $1 tenant, $2 change, $3 [{ appointment_id, outcome, obstacle, status_before, to_appointment_id }] */
export const ADD_CHANGED = `
insert into clinic.session_change_appointments as i (tenant_id, change_id, appointment_id, outcome, obstacle, status_before, to_appointment_id)
select $1, $2, r.appointment_id, r.outcome, r.obstacle, r.status_before, r.to_appointment_id
from jsonb_to_recordset($3::jsonb) as r (appointment_id uuid, outcome text, obstacle text, status_before text, to_appointment_id uuid)
returning ${CHANGED_COLUMNS}`;

/** The changes of a session, the latest first, and whether the caller may see them: $1 tenant, $2 session */
export const CHANGES_OF_SESSION = `
select ${CHANGE_COLUMNS} from clinic.session_changes c where c.tenant_id = $1 and (c.session_id = $2 or c.to_session_id = $2 or c.restored_session_id = $2) order by c.made_at desc, c.id desc limit 100`;

/** $1 tenant, $2 session */
export const CHANGED_OF_SESSION = `
select ${CHANGED_COLUMNS} from clinic.session_change_appointments i where i.tenant_id = $1 and i.change_id = any (
  select c.id from clinic.session_changes c where c.tenant_id = $1 and (c.session_id = $2 or c.to_session_id = $2 or c.restored_session_id = $2) order by c.made_at desc, c.id desc limit 100)`;

/** A change as it is before its sessions are locked, and whether the session was delayed again since: $1 tenant, $2 change */
export const CHANGE_TO_UNDO = `
select ${CHANGE_COLUMNS}, now() as now,
  exists (select from clinic.session_changes f where f.tenant_id = $1 and f.session_id = c.session_id and f.kind = 'DELAY' and f.undone_at is null and f.occasion > c.occasion) as is_followed
from clinic.session_changes c where c.tenant_id = $1 and c.id = $2`;

/** The same, locked after its sessions, so that it is undone once. */
export const LOCK_CHANGE = `${CHANGE_TO_UNDO} for no key update`;

/** $1 tenant, $2 change */
export const CHANGED_TO_UNDO = `select ${CHANGED_COLUMNS} from clinic.session_change_appointments i where i.tenant_id = $1 and i.change_id = $2`;

/** The appointments of a change, before and after: $1 tenant, $2 change */
export const APPOINTMENTS_TO_UNDO = `
select ${COLUMNS} from clinic.appointments a where a.tenant_id = $1 and a.id = any (
  select unnest(array[i.appointment_id, i.to_appointment_id]) from clinic.session_change_appointments i where i.tenant_id = $1 and i.change_id = $2)`;

/** Where else the patients of a change are at the time of a session: $1 tenant, $2 change, $3 session */
export const ELSEWHERE_AT_UNDO = `
select o.id, o.session_id, o.patient_id, o.slot_from, o.slot_until from clinic.appointments o
join clinic.sessions s on s.tenant_id = $1 and s.id = $3
where o.tenant_id = $1 and o.local_date between s.local_date - 1 and s.local_date + 1 and o.status in (${KEEPS_PLACE}) and o.slot_from is not null
  and o.patient_id = any (select a.patient_id from clinic.appointments a join clinic.session_change_appointments i on i.tenant_id = $1 and i.appointment_id = a.id
    where a.tenant_id = $1 and i.change_id = $2 and a.patient_id is not null)`;

/** Locks the patients of a change: $1 tenant, $2 change */
export const LOCK_PATIENTS_OF_CHANGE = `
select pg_advisory_xact_lock(hashtextextended('appointments of ' || $1::text || p.patient_id::text, 0)) from (
  select distinct a.patient_id from clinic.appointments a join clinic.session_change_appointments i on i.tenant_id = $1 and i.appointment_id = a.id
  where a.tenant_id = $1 and i.change_id = $2 and a.patient_id is not null order by a.patient_id) p`;

/** Appointments that whoever booked them online has cancelled, although the practice had: $1 tenant, $2 appointments */
export const CANCELLED_ONLINE = `
${FORMER_APPOINTMENTS}
select f.of_id as id from former f join clinic.online_bookings b on b.tenant_id = $1 and b.id = f.id where b.cancelled_at is not null`;

/** What is only held in a session: $1 tenant, $2 session */
export const HELD_IN_SESSION = `select ${COLUMNS} from clinic.appointments a where a.tenant_id = $1 and a.session_id = $2 and a.status = 'HELD'`;

/** Locked, as by who archives it, behind the sessions: $1 tenant, $2 chamber */
export const IS_ARCHIVED = 'select c.archived_at is not null as archived from clinic.chambers c where c.tenant_id = $1 and c.id = $2 for share of c';

/** How many have booked in a session who did not come by a change, and how many numbers devices took along since and may still give: $1 tenant, $2 session, $3 change */
export const BOOKED_BESIDES = `
select (booked.count + leased.count)::integer as count
from (select count(*) from clinic.appointments a
  where a.tenant_id = $1 and a.session_id = $2 and a.status in (${KEEPS_PLACE}) and a.status <> 'HELD'
    and not exists (select from clinic.session_change_appointments i where i.tenant_id = $1 and i.change_id = $3 and i.to_appointment_id = a.id)) booked,
  (select count(*) from clinic.session_changes c join clinic.number_leases l on l.tenant_id = $1 and l.session_id = $2 and l.created_at > c.made_at
    join clinic.leased_numbers n on n.tenant_id = $1 and n.lease_id = l.id
  where c.tenant_id = $1 and c.id = $3 and l.released_at is null and l.expires_at > now() and n.used_by is null) leased`;

/** $1 tenant, $2 change, $3 member, $4 session that was restored or null */
export const NOTE_UNDONE = `
update clinic.session_changes c set undone_at = now(), undone_by = $3, restored_session_id = $4 where c.tenant_id = $1 and c.id = $2 returning ${CHANGE_COLUMNS}`;

/** $1 tenant, $2 change, $3 [{ appointment_id, restored_id, obstacle }] */
export const NOTE_RESTORED = `
update clinic.session_change_appointments i set restored_id = r.restored_id, obstacle = coalesce(r.obstacle, i.obstacle)
from jsonb_to_recordset($3::jsonb) as r (appointment_id uuid, restored_id uuid, obstacle text)
where i.tenant_id = $1 and i.change_id = $2 and i.appointment_id = r.appointment_id`;
