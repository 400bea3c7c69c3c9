import { SESSION_COLUMNS } from './session-rows.model.js';

/** The chambers in question, with whether the caller holds a permission in each: $1 tenant, $2 chamber or null for all, $3 permission */
export const CHAMBERS_TO_OFFER = `
select c.id, c.observes_holidays, t.country, c.archived_at is not null as archived, clinic.may_in($1, platform.current_member(), c.id, $3) as may
from clinic.chambers c join clinic.tenants t on t.id = c.tenant_id where c.tenant_id = $1 and ($2::uuid is null or c.id = $2)`;

/** $1 tenant, $2 chamber or null for all, $3 first day, $4 last day */
export const HOLIDAYS_OF_CHAMBERS = `
select d.chamber_id, d.day::text as day, d.closed from clinic.holidays d
where d.tenant_id = $1 and ($2::uuid is null or d.chamber_id = $2) and d.day between $3::date and $4::date`;

// A session that somebody added when its day was closed already is meant.
const OFFERED = `
from clinic.sessions s
where s.tenant_id = $1 and s.chamber_id = any ($2::uuid[]) and ($3::uuid is null or s.doctor_id = $3) and s.local_date between $4::date and $5::date
  and clinic.booking_obstacle(s) is null
  and not exists (select from clinic.closures k where k.tenant_id = $1 and k.removed_at is null and s.local_date between k.first_day and k.last_day
    and (k.chamber_id is null or k.chamber_id = s.chamber_id) and (k.doctor_id is null or k.doctor_id = s.doctor_id) and k.created_at > s.created_at)
  and (s.schedule_id is null or not exists (select from unnest($6::uuid[], $7::date[]) as h (chamber_id, day) where h.chamber_id = s.chamber_id and h.day = s.local_date))
  and clinic.has_room(s)`;

/**
 * Sessions that can be offered, in the order in which they begin: they take bookings, have a place left, and their day was not closed since.
 * $1 tenant, $2 chambers, $3 doctor or null, $4 first day, $5 last day, $6 and $7 the chamber and day of each holiday, $8 session after which to go on, or null, $9 how many
 */
export const OFFERED_SESSIONS = `
select ${SESSION_COLUMNS} ${OFFERED}
  and ($8::uuid is null or (s.starts_at, s.id) > (select c.starts_at, c.id from clinic.sessions c where c.tenant_id = $1 and c.id = $8))
order by s.starts_at, s.id limit $9`;

/** How many they are in all: $1 to $7 */
export const COUNT_OF_OFFERED = `select count(*)::integer as count ${OFFERED}`;
