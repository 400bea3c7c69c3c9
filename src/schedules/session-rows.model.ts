import type { SessionMode, SessionStatus } from './schedule-enums.model.js';

/** A row of clinic.sessions. `local_date` is yyyy-mm-dd. */
export interface SessionRow {
  id: string;
  chamber_id: string;
  doctor_id: string;
  room_id: string | null;
  schedule_id: string | null;
  local_date: string;
  starts_at: Date;
  ends_at: Date;
  mode: SessionMode;
  capacity: number;
  slot_minutes: number | null;
  overbook_limit: number;
  online: boolean;
  status: SessionStatus;
  delay_minutes: number;
  opened_at: Date | null;
  started_at: Date | null;
  paused_at: Date | null;
  closed_at: Date | null;
  cancelled_at: Date | null;
  /** bigint, as text */
  queue_version: string;
  version: number;
}

/** The columns of a SessionRow, of clinic.sessions as s. */
export const SESSION_COLUMNS = `s.id, s.chamber_id, s.doctor_id, s.room_id, s.schedule_id, s.local_date::text as local_date, s.starts_at, s.ends_at, s.mode, s.capacity, s.slot_minutes,
s.overbook_limit, s.online, s.status, s.delay_minutes, s.opened_at, s.started_at, s.paused_at, s.closed_at, s.cancelled_at, s.queue_version, s.version`;

/** When the day of clinic.sessions s begins where its chamber is; $1 tenant */
export const DAY_BEGINS = '(select s.local_date::timestamp at time zone b.time_zone from clinic.chambers b where b.tenant_id = $1 and b.id = s.chamber_id)';

/**
 * Plans sessions, and gives those planned: what clashes with a session that is there, or was planned before, is left out.
 * $1 tenant, $2 sessions [{ id, schedule_id, local_date, starts_at, ends_at, capacity }], $3 their numbers [{ session_id, series, first, last }]
 */
export const PLAN_SESSIONS = `
with planned as (
  insert into clinic.sessions as s (tenant_id, id, chamber_id, doctor_id, room_id, schedule_id, local_date, starts_at, ends_at, mode, capacity, slot_minutes, overbook_limit, online)
  select $1, p.id, h.chamber_id, h.doctor_id, h.room_id, h.id, p.local_date, p.starts_at, p.ends_at, h.mode, p.capacity, h.slot_minutes, h.overbook_limit, h.online
  from jsonb_to_recordset($2::jsonb) as p (id uuid, schedule_id uuid, local_date date, starts_at timestamptz, ends_at timestamptz, capacity smallint)
  join clinic.schedules h on h.tenant_id = $1 and h.id = p.schedule_id
  -- Who booked when other hours held keeps that session; it is the day's.
  where not exists (select from clinic.sessions k where k.tenant_id = $1 and k.schedule_id = h.replaces and k.local_date = p.local_date and k.status <> 'CANCELLED')
  -- Everybody who plans waits for who has planned the same first, and none in a circle.
  order by p.local_date, p.schedule_id
  on conflict do nothing
  returning ${SESSION_COLUMNS}
), numbers as (
  insert into clinic.session_numbers (tenant_id, session_id, series, first, last, next)
  select $1, n.session_id, n.series, n.first, n.last, n.first
  from jsonb_to_recordset($3::jsonb) as n (session_id uuid, series text, first smallint, last smallint) join planned on planned.id = n.session_id
)
select * from planned order by starts_at, id`;

/** Locks the sessions to come that come of a schedule, or that a closure would close: $1 tenant, $2 schedule, $3 chamber, $4 doctor, $5 from day, $6 to day; null stands for all. In the order of their ids, so that nobody waits in a circle. */
export const SESSIONS_TO_TAKE_BACK = `
select s.id from clinic.sessions s
where s.tenant_id = $1 and s.status = 'PLANNED' and ($2::uuid is null or s.schedule_id = $2) and ($3::uuid is null or s.chamber_id = $3) and ($4::uuid is null or s.doctor_id = $4)
  and s.local_date >= $5::date and ($6::date is null or s.local_date <= $6)
order by s.id for update`;

/**
 * Of the same, takes back those that were planned from a schedule and with which nobody ever had to do: no booking, no numbers that a device took along,
 * and they took no other's place. In a statement of its own, which sees what came before the lock.
 */
export const TAKE_BACK_SESSIONS = `
delete from clinic.sessions s
where s.tenant_id = $1 and s.status = 'PLANNED' and s.schedule_id is not null and ($2::uuid is null or s.schedule_id = $2) and ($3::uuid is null or s.chamber_id = $3) and ($4::uuid is null or s.doctor_id = $4)
  and s.local_date >= $5::date and ($6::date is null or s.local_date <= $6)
  and not exists (select from clinic.appointments a where a.tenant_id = $1 and a.session_id = s.id)
  and not exists (select from clinic.number_leases l where l.tenant_id = $1 and l.session_id = s.id)
  and not exists (select from clinic.session_changes c where c.tenant_id = $1 and (c.to_session_id = s.id or c.restored_session_id = s.id))
returning s.id`;

/** And whatever then stays, whether anybody still has a place in it or not: it keeps its day from being planned. */
export const SESSIONS_THAT_STAY = `
select ${SESSION_COLUMNS} from clinic.sessions s
where s.tenant_id = $1 and s.status = 'PLANNED' and ($2::uuid is null or s.schedule_id = $2) and ($3::uuid is null or s.chamber_id = $3) and ($4::uuid is null or s.doctor_id = $4)
  and s.local_date >= $5::date and ($6::date is null or s.local_date <= $6)
order by s.starts_at, s.id`;

/** With whether the caller holds a permission in their chamber: $1 tenant, $2 ids, $3 permission */
export const SESSIONS_BY_ID = `
select ${SESSION_COLUMNS}, clinic.may_in($1, platform.current_member(), s.chamber_id, $3) as may from clinic.sessions s where s.tenant_id = $1 and s.id = any ($2::uuid[])`;

/** Whether the caller holds a permission in a chamber: $1 tenant, $2 chamber, $3 permission */
export const CHAMBER_TO_READ = 'select clinic.may_in($1, platform.current_member(), c.id, $3) as may from clinic.chambers c where c.tenant_id = $1 and c.id = $2';

/** With those of the day before that go on past midnight, by plan or since they are not closed: $1 tenant, $2 chamber, $3 doctor or null, $4 first day, or null for today there, $5 how many days */
export const SESSIONS_OF_DAYS = `
select ${SESSION_COLUMNS} from clinic.sessions s
cross join (select coalesce($4::date, t.today) as first, t.today, c.time_zone from clinic.chambers c
  cross join lateral (select (now() at time zone c.time_zone)::date as today) t where c.tenant_id = $1 and c.id = $2) d
where s.tenant_id = $1 and s.chamber_id = $2 and ($3::uuid is null or s.doctor_id = $3) and s.local_date >= d.first - 1 and s.local_date < d.first + $5::integer
  and (s.local_date >= d.first or (s.status <> 'CANCELLED' and s.ends_at + s.delay_minutes * interval '1 minute' > d.first::timestamp at time zone d.time_zone)
    or (s.status in ('OPEN', 'RUNNING', 'PAUSED') and d.first = d.today))
order by s.starts_at, s.id`;

/** Those of one doctor in all chambers in which the caller holds a permission: $1 tenant, $2 doctor, $3 permission, $4 first day, or null for today there, $5 how many days */
export const SESSIONS_OF_DOCTOR = `
select ${SESSION_COLUMNS} from clinic.sessions s join clinic.chambers c on c.tenant_id = $1 and c.id = s.chamber_id
cross join lateral (select coalesce($4::date, (now() at time zone c.time_zone)::date) as first) d
where s.tenant_id = $1 and s.doctor_id = $2 and s.local_date >= d.first and s.local_date < d.first + $5::integer
  and s.local_date between coalesce($4::date, current_date - 1) and coalesce($4::date, current_date + 1) + $5::integer
  and clinic.may_in($1, platform.current_member(), s.chamber_id, $3)
order by s.starts_at, s.id`;

/** Sessions of a doctor or in a room between two instants, and whether the caller sees them; both are locked. $1 tenant, $2 doctor, $3 room or null, $4 from, $5 until */
export const SESSIONS_AT_THAT_TIME = `
select s.id, clinic.may_in($1, platform.current_member(), s.chamber_id, 'appointments:read') as may from clinic.sessions s
where s.tenant_id = $1 and (s.doctor_id = $2 or s.room_id = $3) and s.status <> 'CANCELLED' and s.starts_at < $5::timestamptz and s.ends_at > $4::timestamptz
  and s.local_date between $4::timestamptz::date - 2 and $5::timestamptz::date + 1
order by s.starts_at, s.id`;

/**
 * Adds one session by hand. $1 tenant, $2 id, $3 chamber, $4 doctor, $5 room, $6 day, $7 begins, $8 ends, $9 mode, $10 capacity, $11 minutes of a slot,
 * $12 overbook limit, $13 online, $14 numbers [{ series, first, last }]
 */
export const ADD_SESSION = `
with added as (
  insert into clinic.sessions as s (tenant_id, id, chamber_id, doctor_id, room_id, local_date, starts_at, ends_at, mode, capacity, slot_minutes, overbook_limit, online)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning ${SESSION_COLUMNS}
), numbers as (
  insert into clinic.session_numbers (tenant_id, session_id, series, first, last, next)
  select $1, $2, n.series, n.first, n.last, n.first from jsonb_to_recordset($14::jsonb) as n (series text, first smallint, last smallint)
)
select * from added`;
