import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Links by which patients come to their visits by video. What they open is given by a function that takes the secret itself, as for queue displays. */
export class VisitLinks1795000063200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.visit_links (
  tenant_id uuid not null,
  id uuid not null,
  appointment_id uuid not null,
  secret_hash bytea not null constraint visit_links__secret_hash_length check (length(secret_hash) = 32),
  created_by uuid not null,
  created_at timestamptz not null default now(),
  constraint visit_links__pkey primary key (tenant_id, id),
  constraint visit_links__secret unique (tenant_id, secret_hash),
  constraint visit_links__appointment foreign key (tenant_id, appointment_id) references clinic.appointments (tenant_id, id),
  constraint visit_links__created_by foreign key (tenant_id, created_by) references clinic.members (tenant_id, id)
);
create index visit_links__by_appointment on clinic.visit_links (tenant_id, appointment_id);
comment on table clinic.visit_links is 'A link by which a patient comes to a visit by video. It opens around the time of the appointment, and ends with it.';
comment on column clinic.visit_links.tenant_id is 'The practice.';
comment on column clinic.visit_links.id is 'UUIDv7.';
comment on column clinic.visit_links.appointment_id is 'The appointment.';
comment on column clinic.visit_links.secret_hash is 'SHA-256 of the secret in the link, which holds 256 random bits.';
comment on column clinic.visit_links.created_by is 'The member who made it.';
comment on column clinic.visit_links.created_at is 'When it was made.';
call platform.secure_tenant_table('clinic.visit_links');
grant select, insert (tenant_id, id, appointment_id, secret_hash, created_by) on clinic.visit_links to sinduk_app;

create function platform.visit_of(p_tenant uuid, p_secret bytea)
  returns table (link_id uuid, appointment_id uuid, patient_id uuid, slot_from timestamptz, slot_until timestamptz, starts_at timestamptz, ends_at timestamptz, delay_minutes smallint,
    time_zone text, locale text, chamber_name text, doctor_id uuid, doctor_profile bytea, now timestamptz)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
-- What was entered before is put back in the end: the practice is entered for this call alone.
declare entered text := coalesce(current_setting('sinduk.context', true), '');
begin
  perform platform.set_context(p_tenant, '${NOBODY}');
  return query
    select v.id, a.id, a.patient_id, a.slot_from, a.slot_until, s.starts_at, s.ends_at, s.delay_minutes, c.time_zone, c.locale, c.name, m.id, m.profile, now()
    from clinic.visit_links v
    join clinic.tenants t on t.id = p_tenant and t.status in ('TRIAL', 'ACTIVE', 'PAST_DUE')
    join clinic.appointments a on a.tenant_id = p_tenant and a.id = v.appointment_id and a.video and a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT')
    join clinic.sessions s on s.tenant_id = p_tenant and s.id = a.session_id and s.status <> 'CANCELLED'
    join clinic.chambers c on c.tenant_id = p_tenant and c.id = a.chamber_id
    join clinic.members m on m.tenant_id = p_tenant and m.id = a.doctor_id
    where v.tenant_id = p_tenant and v.secret_hash = sha256(p_secret);
  perform set_config('sinduk.context', entered, true);
end $$;
comment on function platform.visit_of(uuid, bytea) is
  'The time of a visit by video, its chamber and the sealed profile of its doctor, for the secret of a link to it; no row when there is no such link, or the appointment is over or no visit by video.';
grant execute on function platform.visit_of(uuid, bytea) to sinduk_auth;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.visit_of(uuid, bytea);
drop table clinic.visit_links;
`);
  }
}
