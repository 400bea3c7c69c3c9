import type { Reserved } from './number-stretches.model.js';
import type { SessionMode } from './schedule-enums.model.js';

/** A row of clinic.schedules. Days are yyyy-mm-dd, times minutes by the chamber's clock. */
export interface ScheduleRow {
  id: string;
  chamber_id: string;
  doctor_id: string;
  room_id: string | null;
  weekday: number;
  starts: number;
  minutes: number;
  mode: SessionMode;
  capacity: number;
  slot_minutes: number | null;
  overbook_limit: number;
  reserved: Reserved[];
  online: boolean;
  valid_from: string;
  valid_until: string | null;
  replaces: string | null;
  version: number;
}

export const SCHEDULE_COLUMNS = `h.id, h.chamber_id, h.doctor_id, h.room_id, h.weekday, h.starts, h.minutes, h.mode, h.capacity, h.slot_minutes, h.overbook_limit, h.reserved, h.online,
h.valid_from::text as valid_from, h.valid_until::text as valid_until, h.replaces, h.version`;

/** $1 tenant, $2 chamber, $3 doctor or null, $4 whether those that are over come too */
export const SCHEDULES_OF_CHAMBER = `
select ${SCHEDULE_COLUMNS} from clinic.schedules h join clinic.chambers c on c.tenant_id = h.tenant_id and c.id = h.chamber_id
where h.tenant_id = $1 and h.chamber_id = $2 and ($3::uuid is null or h.doctor_id = $3)
  and ($4 or h.valid_until is null or (h.valid_until >= h.valid_from and h.valid_until >= (now() at time zone c.time_zone)::date))
order by h.weekday, h.starts, h.id`;

/** Those that hold on some day between two, of doctors who see patients there: $1 tenant, $2 chamber, $3 first day, $4 last day */
export const SCHEDULES_IN_FORCE = `
select ${SCHEDULE_COLUMNS} from clinic.schedules h
where h.tenant_id = $1 and h.chamber_id = $2 and h.valid_from <= $4::date and (h.valid_until is null or h.valid_until >= $3::date) and clinic.sees_patients($1, h.doctor_id, h.chamber_id)
order by h.id`;

/** $1 tenant, $2 id */
export const SCHEDULE_TO_CHANGE = `select ${SCHEDULE_COLUMNS} from clinic.schedules h where h.tenant_id = $1 and h.id = $2 for no key update`;

/** $1 tenant, then the columns in their order */
export const ADD_SCHEDULE = `
insert into clinic.schedules as h (tenant_id, id, chamber_id, doctor_id, room_id, weekday, starts, minutes, mode, capacity, slot_minutes, overbook_limit, reserved, online, valid_from, valid_until, replaces)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14, $15, $16, $17) returning ${SCHEDULE_COLUMNS}`;

/** Hours of a doctor at a time of the week and between two days, and whether the caller sees them; the doctor is locked. $1 tenant, $2 doctor, $3 first day, $4 last day or null, $5 minute of the week, $6 minutes */
export const SCHEDULES_AT_THAT_TIME = `
select h.id, clinic.may_in($1, platform.current_member(), h.chamber_id, 'appointments:read') as may from clinic.schedules h
where h.tenant_id = $1 and h.doctor_id = $2 and (h.valid_until is null or (h.valid_until >= h.valid_from and h.valid_until >= $3::date)) and ($4::date is null or h.valid_from <= $4::date)
  and (h.week && int4multirange(int4range($5::integer, $5::integer + $6::integer)) or h.week && int4multirange(int4range($5::integer - 10080, $5::integer + $6::integer - 10080)))
order by h.id`;

/** $1 tenant, $2 id, $3 last day */
export const END_SCHEDULE = `update clinic.schedules h set valid_until = $3, version = h.version + 1 where h.tenant_id = $1 and h.id = $2 returning ${SCHEDULE_COLUMNS}`;

/** The chamber for which the caller plans, with the country of the practice, and whether they may: $1 tenant, $2 chamber, $3 permission */
export const CHAMBER_TO_PLAN = `
select c.id, c.time_zone, c.observes_holidays, t.country, c.archived_at is not null as archived, clinic.may_in($1, platform.current_member(), c.id, $3) as may
from clinic.chambers c join clinic.tenants t on t.id = c.tenant_id where c.tenant_id = $1 and c.id = $2`;

/** Whether a member sees patients in a chamber. Locked, for two of their hours that overlap would otherwise wait for each other until one is given up: $1 tenant, $2 member, $3 chamber */
export const IS_DOCTOR_THERE = `
select clinic.sees_patients($1, m.id, $3) as is_doctor
from clinic.members m where m.tenant_id = $1 and m.id = $2 and m.status = 'ACTIVE' for no key update of m`;

/** Locks a room for the same reason: $1 tenant, $2 chamber, $3 room */
export const ROOM_THERE = 'select r.id from clinic.rooms r where r.tenant_id = $1 and r.chamber_id = $2 and r.id = $3 and r.archived_at is null for no key update of r';

/** Locks a doctor: $1 tenant, $2 member */
export const DOCTOR_TO_PLAN = 'select from clinic.members m where m.tenant_id = $1 and m.id = $2 for no key update of m';

/** $1 tenant, $2 chamber, $3 first day, $4 last day */
export const CLOSURES_IN_FORCE = `
select k.chamber_id, k.doctor_id, k.first_day::text as first_day, k.last_day::text as last_day from clinic.closures k
where k.tenant_id = $1 and k.removed_at is null and k.last_day >= $3::date and k.first_day <= $4::date and (k.chamber_id is null or k.chamber_id = $2)`;

/** $1 tenant, $2 chamber, $3 first day, $4 last day */
export const HOLIDAYS_OF_CHAMBER = `
select d.day::text as day, d.name, d.closed from clinic.holidays d where d.tenant_id = $1 and d.chamber_id = $2 and d.day between $3::date and $4::date order by d.day`;
