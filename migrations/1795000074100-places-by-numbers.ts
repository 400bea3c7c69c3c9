import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const HOLD = 'platform.hold_online(uuid, bytea, bytea, bytea, uuid, bytea, uuid, timestamptz, timestamptz, text, bytea)';

const QUOTA = `case when p_series = 'GENERAL' then s.capacity - coalesce((select sum(n.last - n.first + 1) from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = p_session and n.series not in ('GENERAL', 'OVERFLOW')), 0)
        else coalesce((select sum(n.last - n.first + 1) from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = p_session and n.series = p_series), 0) end::integer
      - (select count(*) from clinic.taken_places t where t.tenant_id = p_tenant and t.session_id = p_session and t.series = p_series and not t.overbooked)::integer`;

const placesLeft = (rights: string, left: string): string => `
create or replace function clinic.places_left(p_tenant uuid, p_session uuid, p_series text) returns integer
  language sql stable${rights}
  begin atomic
    select ${left}
    from clinic.sessions s where s.tenant_id = p_tenant and s.id = p_session;
  end;`;

// What was held, leased or booked keeps its number when it is let go: the desk and its screens have shown it, and no number is given to two. So that a place that is held again and again
// uses up no session, a telephone number lets go of a few places in it.
const heldOften = [[`  with gone as (
`, `  if (select count(*) from clinic.online_bookings b join clinic.appointments a on a.tenant_id = p_tenant and a.id = b.id
      where b.tenant_id = p_tenant and b.phone_token = p_phone and a.session_id = p_session and (a.status in ('CANCELLED', 'EXPIRED') or (a.status = 'HELD' and a.held_until <= now()))) >= 5 then
    outcome := 'TOO_MANY'; return next; return;
  end if;
  with gone as (
`]] as const;

/** A place is free as long as there is a number for it: one answer for the desk, for who books online, and for who waits. */
export class PlacesByNumbers1795000074100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
-- With the rights of whoever calls them, and read when they were made, as other such answers.
create function clinic.numbers_left(p_tenant uuid, p_session uuid, p_series text) returns integer
  language sql stable
  return (select coalesce(sum(n.last - n.next + 1), 0)::integer from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = p_session and n.series in (p_series, 'OVERFLOW'));
comment on function clinic.numbers_left(uuid, uuid, text) is 'How many numbers a session has left for places of a series: its own, and those that follow the capacity, for places that became free again.';
${placesLeft('', `least(${QUOTA}, clinic.numbers_left(p_tenant, p_session, p_series))`)}
comment on function clinic.places_left(uuid, uuid, text) is 'How many places of a series a session has left, each with a number; a place that was held too long is free.';

create function clinic.has_room(s clinic.sessions) returns boolean
  language sql stable
  return exists (select from unnest(array['GENERAL', 'PHONE', 'ONLINE', 'REPORT']) x (series) where clinic.places_left(s.tenant_id, s.id, x.series) > 0)
    -- What is over counts neither as a slot nor as taken.
    and (s.slot_minutes is null or (select count(*) from clinic.taken_places t where t.tenant_id = s.tenant_id and t.session_id = s.id and not t.overbooked and t.slot_until > now())
      < s.capacity - greatest(0, floor(extract(epoch from now() - s.starts_at) / 60 / s.slot_minutes)));
comment on function clinic.has_room(clinic.sessions) is 'Whether a session has a place left, with a number for it, and in SLOT mode a slot that is not over.';

revoke execute on function clinic.numbers_left(uuid, uuid, text), clinic.has_room(clinic.sessions) from public;
grant execute on function clinic.numbers_left(uuid, uuid, text), clinic.places_left(uuid, uuid, text), clinic.has_room(clinic.sessions) to sinduk_app;
${changeFunction(HOLD, heldOften)}
comment on function ${HOLD} is
  'Uses a code and holds a place: HELD; CODE when the code cannot be used, NOT_OFFERED, TOO_MANY for the number, which has as many bookings to come as it may have or let go of five places in the session, FULL: then the caller rolls back.';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction(HOLD, undone(heldOften))}
comment on function ${HOLD} is
  'Uses a code and holds a place: HELD; CODE when the code cannot be used, NOT_OFFERED, TOO_MANY for the number, FULL: then the caller rolls back.';
revoke execute on function clinic.places_left(uuid, uuid, text) from sinduk_app;
drop function clinic.has_room(clinic.sessions);
${placesLeft(' security definer set search_path = pg_catalog, pg_temp', QUOTA)}
comment on function clinic.places_left(uuid, uuid, text) is 'How many places of a series a session has left; a place that was held too long is free.';
drop function clinic.numbers_left(uuid, uuid, text);
`);
  }
}
