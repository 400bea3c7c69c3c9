import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Links to the calendar of a doctor, which calendar programs fetch. What they get is given by a function that takes the secret itself, as for queue displays. */
export class CalendarFeeds1795000063100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.calendar_feeds (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  with_patients boolean not null,
  secret_hash bytea not null constraint calendar_feeds__secret_hash_length check (length(secret_hash) = 32),
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint calendar_feeds__pkey primary key (tenant_id, id),
  constraint calendar_feeds__secret unique (tenant_id, secret_hash),
  constraint calendar_feeds__member foreign key (tenant_id, member_id) references clinic.members (tenant_id, id)
);
create index calendar_feeds__by_member on clinic.calendar_feeds (tenant_id, member_id, id);
comment on table clinic.calendar_feeds is 'A link by which a calendar program fetches the sessions and appointments of a doctor.';
comment on column clinic.calendar_feeds.tenant_id is 'The practice.';
comment on column clinic.calendar_feeds.id is 'UUIDv7.';
comment on column clinic.calendar_feeds.member_id is 'Whose calendar it is; who made it.';
comment on column clinic.calendar_feeds.with_patients is 'Whether it names patients.';
comment on column clinic.calendar_feeds.secret_hash is 'SHA-256 of the secret in the link, which holds 256 random bits.';
comment on column clinic.calendar_feeds.created_at is 'When it was made.';
comment on column clinic.calendar_feeds.ended_at is 'Since when it leads nowhere; null while it works.';
call platform.secure_tenant_table('clinic.calendar_feeds');
grant select, insert (tenant_id, id, member_id, with_patients, secret_hash), update (ended_at) on clinic.calendar_feeds to sinduk_app;

create function platform.calendar_of(p_tenant uuid, p_secret bytea)
  returns table (feed_id uuid, with_patients boolean, doctor_id uuid, doctor_profile bytea,
    session_id uuid, session_status text, starts_at timestamptz, ends_at timestamptz, delay_minutes smallint, session_version integer, session_changed timestamptz,
    chamber_name text, chamber_address text, locale text, room text,
    appointment_id uuid, number smallint, status text, slot_from timestamptz, slot_until timestamptz, video boolean, version integer, changed timestamptz, patient_id uuid, identity bytea)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
-- What was entered before is put back in the end: the practice is entered for this call alone.
declare entered text := coalesce(current_setting('sinduk.context', true), '');
begin
  perform platform.set_context(p_tenant, '${NOBODY}');
  return query
    select f.id, f.with_patients, m.id, m.profile,
      s.id, s.status, s.starts_at, s.ends_at, s.delay_minutes, s.version, greatest(s.created_at, s.opened_at, s.started_at, s.paused_at, s.closed_at, s.cancelled_at),
      c.name, c.address, c.locale, r.name,
      a.id, a.number, a.status, a.slot_from, a.slot_until, a.video, a.version, greatest(a.created_at, a.arrived_at, a.called_at, a.consult_at, a.completed_at, a.ended_at), p.id, p.identity
    from clinic.calendar_feeds f
    join clinic.tenants t on t.id = p_tenant and t.status in ('TRIAL', 'ACTIVE', 'PAST_DUE')
    join clinic.members m on m.tenant_id = p_tenant and m.id = f.member_id and m.status = 'ACTIVE'
    left join clinic.sessions s on s.tenant_id = p_tenant and s.doctor_id = f.member_id and s.local_date between current_date - 31 and current_date + 366
    left join clinic.chambers c on c.tenant_id = p_tenant and c.id = s.chamber_id
    left join clinic.rooms r on r.tenant_id = p_tenant and r.chamber_id = s.chamber_id and r.id = s.room_id
    -- Rights as they are now: who lost one gets less by the link that they had made before.
    cross join lateral (
      select clinic.may_in(p_tenant, f.member_id, s.chamber_id, 'appointments:read') as appointments,
        f.with_patients and clinic.may_in(p_tenant, f.member_id, s.chamber_id, 'patients:read') as patients offset 0
    ) may
    left join clinic.appointments a on a.tenant_id = p_tenant and a.session_id = s.id and may.appointments
      and (a.slot_from is not null or a.status in ('HELD', 'BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED'))
    left join clinic.patients p on p.tenant_id = p_tenant and p.id = a.patient_id and may.patients
    where f.tenant_id = p_tenant and f.secret_hash = sha256(p_secret) and f.ended_at is null
    order by s.starts_at, s.id, a.call_order, a.number;
  perform set_config('sinduk.context', entered, true);
end $$;
comment on function platform.calendar_of(uuid, bytea) is
  'The calendar of a doctor: their sessions from 31 days ago to a year from now, with the appointments that the doctor may see, and the sealed identity of their patients where the link names them and the doctor may see that. One row without a session when there is none; no row unless the secret is that of a link that works.';
grant execute on function platform.calendar_of(uuid, bytea) to sinduk_auth;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.calendar_of(uuid, bytea);
drop table clinic.calendar_feeds;
`);
  }
}
