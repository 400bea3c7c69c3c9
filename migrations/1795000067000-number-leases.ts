import type { MigrationInterface, QueryRunner } from 'typeorm';

const placesLeft = (leased: string): string => `
create or replace function clinic.places_left(p_tenant uuid, p_session uuid, p_series text) returns integer
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select case when p_series = 'GENERAL' then s.capacity - coalesce((select sum(n.last - n.first + 1) from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = p_session and n.series not in ('GENERAL', 'OVERFLOW')), 0)
        else coalesce((select sum(n.last - n.first + 1) from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = p_session and n.series = p_series), 0) end::integer
      - (select count(*) from clinic.appointments a where a.tenant_id = p_tenant and a.session_id = p_session and a.series = p_series and not a.overbooked
          and (a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED') or (a.status = 'HELD' and a.held_until > now())))::integer${leased}
    from clinic.sessions s where s.tenant_id = p_tenant and s.id = p_session;
  end;`;

/** Serial numbers that devices take along, to book without a connection: each is for one lease, and its place is taken while that lasts. */
export class NumberLeases1795000067000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.number_leases (
  tenant_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  series text not null constraint number_leases__series check (series in ('GENERAL', 'PHONE', 'ONLINE', 'REPORT')),
  device_id uuid not null,
  member_id uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  released_at timestamptz,
  constraint number_leases__pkey primary key (tenant_id, id),
  constraint number_leases__of_session unique (tenant_id, session_id, id),
  constraint number_leases__session foreign key (tenant_id, session_id) references clinic.sessions (tenant_id, id),
  constraint number_leases__member foreign key (tenant_id, member_id) references clinic.members (tenant_id, id)
);
comment on table clinic.number_leases is 'That a device may give serial numbers of a session to patients without a connection, and for how long.';
comment on column clinic.number_leases.tenant_id is 'The practice.';
comment on column clinic.number_leases.id is 'UUIDv7.';
comment on column clinic.number_leases.session_id is 'The session.';
comment on column clinic.number_leases.series is 'Which of its places they are.';
comment on column clinic.number_leases.device_id is 'The device, by the id that it made for itself.';
comment on column clinic.number_leases.member_id is 'Who took them along.';
comment on column clinic.number_leases.created_at is 'When.';
comment on column clinic.number_leases.expires_at is 'Until when their places are taken.';
comment on column clinic.number_leases.released_at is 'Since when they are not any more, because the device or somebody else gave them back.';

create table clinic.leased_numbers (
  tenant_id uuid not null,
  session_id uuid not null,
  number smallint not null,
  lease_id uuid not null,
  used_by uuid,
  booked_at timestamptz,
  constraint leased_numbers__pkey primary key (tenant_id, session_id, number),
  constraint leased_numbers__lease foreign key (tenant_id, session_id, lease_id) references clinic.number_leases (tenant_id, session_id, id),
  constraint leased_numbers__used_by foreign key (tenant_id, used_by) references clinic.appointments (tenant_id, id),
  constraint leased_numbers__booked check ((used_by is null) = (booked_at is null))
);
create index leased_numbers__by_lease on clinic.leased_numbers (tenant_id, lease_id);
comment on table clinic.leased_numbers is 'A serial number that a device took along. It is given to nobody else, also when it was never given to anybody.';
comment on column clinic.leased_numbers.tenant_id is 'The practice.';
comment on column clinic.leased_numbers.session_id is 'The session.';
comment on column clinic.leased_numbers.number is 'The number.';
comment on column clinic.leased_numbers.lease_id is 'By which lease.';
comment on column clinic.leased_numbers.used_by is 'The appointment that was handed in with it; null while there is none.';
comment on column clinic.leased_numbers.booked_at is 'When it was given to the patient, by the clock of the device, but not after it was handed in.';

call platform.secure_tenant_table('clinic.number_leases');
call platform.secure_tenant_table('clinic.leased_numbers');
grant select, insert (tenant_id, id, session_id, series, device_id, member_id, expires_at), update (released_at) on clinic.number_leases to sinduk_app;
grant select, insert (tenant_id, session_id, number, lease_id), update (used_by, booked_at) on clinic.leased_numbers to sinduk_app;
-- Places are offered to those who wait by background work, which leaves alone what devices took along.
grant select (tenant_id, id, series, expires_at, released_at) on clinic.number_leases to sinduk_jobs;
grant select (tenant_id, session_id, lease_id, used_by) on clinic.leased_numbers to sinduk_jobs;

create function clinic.tell_lease() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update clinic.sessions s set queue_version = s.queue_version + 1 where s.tenant_id = new.tenant_id and s.id = new.session_id;
  if tg_op = 'INSERT' then
    perform graphile_worker.add_job('offerPlaces', json_build_object('tenantId', new.tenant_id, 'sessionIds', array[new.session_id]), run_at => new.expires_at + interval '1 second',
      job_key => 'leased:' || new.id);
  else
    perform clinic.queue_offers(new.tenant_id, array[new.session_id], new.session_id::text);
  end if;
  return null;
end $$;
comment on function clinic.tell_lease() is 'Counts a lease and its end among what happens in the session, and queues the offering of the places that nobody got.';
create trigger tell after insert or update of released_at on clinic.number_leases for each row execute function clinic.tell_lease();
${placesLeft(`
      - (select count(*) from clinic.leased_numbers n join clinic.number_leases l on l.tenant_id = p_tenant and l.id = n.lease_id
          where n.tenant_id = p_tenant and n.session_id = p_session and n.used_by is null and l.series = p_series and l.released_at is null and l.expires_at > now())::integer`)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`${placesLeft('')}
drop table clinic.leased_numbers, clinic.number_leases;
drop function clinic.tell_lease();
`);
  }
}
