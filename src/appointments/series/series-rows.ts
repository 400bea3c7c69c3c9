import { SESSION_COLUMNS } from '../../schedules/session-rows.model.js';
import { COLUMNS } from '../appointment-rows.js';

/** The session from which a series goes on, with what planning needs of its chamber, and whether the caller books there: $1 tenant, $2 session */
export const SERIES_START = `
select ${SESSION_COLUMNS}, c.time_zone, c.observes_holidays, c.archived_at is not null as archived, t.country, clinic.may_in($1, platform.current_member(), s.chamber_id, 'appointments:manage') as may, now() as now
from clinic.sessions s join clinic.chambers c on c.tenant_id = s.tenant_id and c.id = s.chamber_id join clinic.tenants t on t.id = s.tenant_id
where s.tenant_id = $1 and s.id = $2`;

/** Locks the sessions of a doctor in a chamber on these days, in the order of their ids: $1 tenant, $2 chamber, $3 doctor, $4 days */
export const SESSIONS_OF_SERIES = `
select ${SESSION_COLUMNS} from clinic.sessions s
where s.tenant_id = $1 and s.chamber_id = $2 and s.doctor_id = $3 and s.local_date = any ($4::date[]) and s.status not in ('CLOSED', 'CANCELLED')
order by s.id for no key update`;

/** $1 tenant, $2 id, $3 chamber, $4 doctor, $5 unit, $6 every, $7 first day, $8 last day, $9 missed, $10 member */
export const ADD_SERIES = `
insert into clinic.appointment_series (tenant_id, id, chamber_id, doctor_id, unit, every, first_day, last_day, missed, booked_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10)`;

/** With whether the caller books in its chamber: $1 tenant, $2 id */
export const SERIES_BY_ID = `
select r.id, r.missed, clinic.may_in($1, platform.current_member(), r.chamber_id, 'appointments:manage') as may from clinic.appointment_series r where r.tenant_id = $1 and r.id = $2`;

/** The appointments of a series as they were booked: $1 tenant, $2 series */
export const BOOKED_IN_SERIES = `select ${COLUMNS} from clinic.appointments a where a.tenant_id = $1 and a.recurrence_id = $2 and a.rescheduled_from is null order by a.local_date`;

const REST = `a.tenant_id = $1 and a.recurrence_id = $2 and a.status in ('HELD', 'BOOKED')
  and a.local_date >= coalesce($3::date, (select (now() at time zone c.time_zone)::date from clinic.chambers c where c.tenant_id = $1 and c.id = a.chamber_id))`;

/** Locks the sessions of the rest of a series, in the order of their ids: $1 tenant, $2 series, $3 first day or null */
export const LOCK_SESSIONS_OF_REST = `select s.id from clinic.sessions s where s.tenant_id = $1 and s.id in (select a.session_id from clinic.appointments a where ${REST}) order by s.id for no key update of s`;

/** The rest of a series, and whether the caller books in each chamber: $1 tenant, $2 series, $3 first day or null */
export const REST_OF_SERIES = `
select ${COLUMNS}, clinic.may_in($1, platform.current_member(), a.chamber_id, 'appointments:manage') as may from clinic.appointments a where ${REST} order by a.local_date for no key update of a`;
