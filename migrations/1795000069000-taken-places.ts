import type { MigrationInterface, QueryRunner } from 'typeorm';

const placesLeft = (taken: string): string => `
create or replace function clinic.places_left(p_tenant uuid, p_session uuid, p_series text) returns integer
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select case when p_series = 'GENERAL' then s.capacity - coalesce((select sum(n.last - n.first + 1) from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = p_session and n.series not in ('GENERAL', 'OVERFLOW')), 0)
        else coalesce((select sum(n.last - n.first + 1) from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = p_session and n.series = p_series), 0) end::integer
      - ${taken}
    from clinic.sessions s where s.tenant_id = p_tenant and s.id = p_session;
  end;`;

const takenBefore = `(select count(*) from clinic.appointments a where a.tenant_id = p_tenant and a.session_id = p_session and a.series = p_series and not a.overbooked
          and (a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED') or (a.status = 'HELD' and a.held_until > now())))::integer
      - (select count(*) from clinic.leased_numbers n join clinic.number_leases l on l.tenant_id = p_tenant and l.id = n.lease_id
          where n.tenant_id = p_tenant and n.session_id = p_session and n.used_by is null and l.series = p_series and l.released_at is null and l.expires_at > now())::integer`;

/**
 * One answer to each question that everybody asks who gives places away: whether a doctor sees patients in a chamber, whether a
 * session takes bookings, and which of its places are taken. A place that was held is none any more when its time is over.
 */
export class TakenPlaces1795000069000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
-- These run with the rights of whoever calls them and were read when they were made: a search path of their own would change nothing, and keep them from being put in the place of their call.
create function clinic.sees_patients(p_tenant uuid, p_member uuid, p_chamber uuid) returns boolean
  language sql stable
  begin atomic
    select exists (select from clinic.members m where m.tenant_id = p_tenant and m.id = p_member and m.status = 'ACTIVE' and (m.is_owner or exists (
      select from clinic.chamber_assignments d where d.tenant_id = p_tenant and d.member_id = p_member and d.chamber_id = p_chamber and d.role = 'DOCTOR' and (d.valid_to is null or d.valid_to > now()))));
  end;
comment on function clinic.sees_patients(uuid, uuid, uuid) is 'Whether a member sees patients in a chamber, now or from a day to come.';

create function clinic.is_archived(p_tenant uuid, p_chamber uuid) returns boolean
  language sql stable
  begin atomic
    select c.archived_at is not null from clinic.chambers c where c.tenant_id = p_tenant and c.id = p_chamber;
  end;
comment on function clinic.is_archived(uuid, uuid) is 'Whether a chamber takes nobody new.';

create function clinic.planned_end(s clinic.sessions) returns timestamptz
  language sql stable
  return s.ends_at + s.delay_minutes * interval '1 minute';
comment on function clinic.planned_end(clinic.sessions) is 'When a session is to end, by its plan and the delay that was told.';

create function clinic.booking_obstacle(s clinic.sessions) returns text
  language sql stable
  return case
    when s.status in ('CLOSED', 'CANCELLED') then 'SESSION_STATUS'
    when s.status = 'PLANNED' and clinic.planned_end(s) <= now() then 'SESSION_OVER'
    when not clinic.sees_patients(s.tenant_id, s.doctor_id, s.chamber_id) then 'DOCTOR_LEFT'
    when clinic.is_archived(s.tenant_id, s.chamber_id) then 'CHAMBER_ARCHIVED' end;
comment on function clinic.booking_obstacle(clinic.sessions) is 'Why a session takes nobody any more; null when it does. One that was opened goes on until it is closed.';

create function clinic.is_offered(s clinic.sessions) returns boolean
  language sql stable
  return clinic.planned_end(s) > now() and clinic.booking_obstacle(s) is null;
comment on function clinic.is_offered(clinic.sessions) is 'Whether places of a session are offered to people who are not there: it takes bookings and its planned end is to come.';

create view clinic.taken_places with (security_invoker = true) as
  select a.tenant_id, a.session_id, a.number, a.series, a.overbooked, a.slot_from, a.slot_until, null::uuid as lease_id from clinic.appointments a
  where a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED') or (a.status = 'HELD' and a.held_until > now())
  union all
  select n.tenant_id, n.session_id, n.number, l.series, false, null, null, n.lease_id from clinic.leased_numbers n join clinic.number_leases l on l.tenant_id = n.tenant_id and l.id = n.lease_id
  where n.used_by is null and l.released_at is null and l.expires_at > now();
comment on view clinic.taken_places is 'The places of sessions that are taken now: by appointments, by holds while they last, and by numbers that devices took along while their leases do.';

revoke execute on function clinic.sees_patients(uuid, uuid, uuid), clinic.is_archived(uuid, uuid), clinic.planned_end(clinic.sessions), clinic.booking_obstacle(clinic.sessions), clinic.is_offered(clinic.sessions) from public;
grant execute on function clinic.sees_patients(uuid, uuid, uuid), clinic.is_archived(uuid, uuid), clinic.planned_end(clinic.sessions), clinic.booking_obstacle(clinic.sessions), clinic.is_offered(clinic.sessions) to sinduk_app, sinduk_jobs;
grant select on clinic.taken_places to sinduk_app, sinduk_jobs;
grant select (number) on clinic.leased_numbers to sinduk_jobs;
${placesLeft('(select count(*) from clinic.taken_places t where t.tenant_id = p_tenant and t.session_id = p_session and t.series = p_series and not t.overbooked)::integer')}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${placesLeft(takenBefore)}
revoke select (number) on clinic.leased_numbers from sinduk_jobs;
drop view clinic.taken_places;
drop function clinic.is_offered(clinic.sessions), clinic.booking_obstacle(clinic.sessions), clinic.planned_end(clinic.sessions), clinic.is_archived(uuid, uuid), clinic.sees_patients(uuid, uuid, uuid);
`);
  }
}
