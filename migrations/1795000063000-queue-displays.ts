import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Links to the public queue display of a chamber. Whoever opens one has no account: what it shows is given by a function
 * that takes the secret itself, to the role that checks credentials and can read nothing of any practice.
 */
export class QueueDisplays1795000063000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.queue_displays (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  name text not null constraint queue_displays__name_length check (length(name) between 1 and 100),
  secret_hash bytea not null constraint queue_displays__secret_hash_length check (length(secret_hash) = 32),
  created_by uuid not null,
  created_at timestamptz not null default now(),
  ended_by uuid,
  ended_at timestamptz,
  constraint queue_displays__pkey primary key (tenant_id, id),
  constraint queue_displays__secret unique (tenant_id, secret_hash),
  constraint queue_displays__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint queue_displays__created_by foreign key (tenant_id, created_by) references clinic.members (tenant_id, id),
  constraint queue_displays__ended_by foreign key (tenant_id, ended_by) references clinic.members (tenant_id, id),
  constraint queue_displays__ended check ((ended_at is null) = (ended_by is null))
);
create index queue_displays__by_chamber on clinic.queue_displays (tenant_id, chamber_id, id);
comment on table clinic.queue_displays is 'A link that shows the queue of a chamber by numbers to whoever holds it, such as a screen in the waiting room.';
comment on column clinic.queue_displays.tenant_id is 'The practice.';
comment on column clinic.queue_displays.id is 'UUIDv7.';
comment on column clinic.queue_displays.chamber_id is 'Whose queue it shows.';
comment on column clinic.queue_displays.name is 'What the screen is called in the chamber.';
comment on column clinic.queue_displays.secret_hash is 'SHA-256 of the secret in the link, which holds 256 random bits.';
comment on column clinic.queue_displays.created_by is 'The member who made it.';
comment on column clinic.queue_displays.created_at is 'When.';
comment on column clinic.queue_displays.ended_by is 'The member who ended it.';
comment on column clinic.queue_displays.ended_at is 'Since when it leads nowhere; null while it works.';
call platform.secure_tenant_table('clinic.queue_displays');
grant select, insert (tenant_id, id, chamber_id, name, secret_hash, created_by), update (ended_by, ended_at) on clinic.queue_displays to sinduk_app;

create function platform.shown_on_display(p_tenant uuid, p_secret bytea)
  returns table (display_id uuid, chamber_name text, time_zone text, locale text, now timestamptz, session_id uuid, doctor_id uuid, doctor_profile bytea, room text,
    status text, starts_at timestamptz, ends_at timestamptz, delay_minutes smallint, slot_minutes smallint, capacity smallint, places jsonb)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
-- What was entered before is put back in the end: the practice is entered for this call alone.
declare entered text := coalesce(current_setting('sinduk.context', true), '');
begin
  perform platform.set_context(p_tenant, '${NOBODY}');
  return query
    select d.id, c.name, c.time_zone, c.locale, now(), s.id, s.doctor_id, m.profile, r.name, s.status, s.starts_at, s.ends_at, s.delay_minutes, s.slot_minutes, s.capacity,
      (select jsonb_agg(jsonb_build_object('number', a.number, 'status', a.status, 'consultAt', a.consult_at, 'completedAt', a.completed_at, 'slotFrom', a.slot_from) order by a.call_order, a.number)
       from clinic.appointments a where a.tenant_id = p_tenant and a.session_id = s.id and a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'IN_CONSULT', 'COMPLETED'))
    from clinic.queue_displays d
    join clinic.tenants t on t.id = p_tenant and t.status in ('TRIAL', 'ACTIVE', 'PAST_DUE')
    join clinic.chambers c on c.tenant_id = p_tenant and c.id = d.chamber_id and c.archived_at is null
    cross join lateral (select (now() at time zone c.time_zone)::date as day) today
    left join clinic.sessions s on s.tenant_id = p_tenant and s.chamber_id = c.id
      -- One that goes on past midnight is still shown.
      and (s.local_date = today.day or (s.local_date = today.day - 1 and s.status in ('OPEN', 'RUNNING', 'PAUSED')))
    left join clinic.members m on m.tenant_id = p_tenant and m.id = s.doctor_id
    left join clinic.rooms r on r.tenant_id = p_tenant and r.chamber_id = s.chamber_id and r.id = s.room_id
    where d.tenant_id = p_tenant and d.secret_hash = sha256(p_secret) and d.ended_at is null
    order by s.starts_at, s.id;
  perform set_config('sinduk.context', entered, true);
end $$;
comment on function platform.shown_on_display(uuid, bytea) is
  'What a queue display shows: the sessions of today in its chamber, the doctors'' sealed profiles, and of each appointment its number, status and times. One row without a session when there is none today; no row unless the secret is that of a display that works.';
grant execute on function platform.shown_on_display(uuid, bytea) to sinduk_auth;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.shown_on_display(uuid, bytea);
drop table clinic.queue_displays;
`);
  }
}
