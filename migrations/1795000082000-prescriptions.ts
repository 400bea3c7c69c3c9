import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roleGains } from './role-gains.js';

const signing = roleGains([['DOCTOR', 'prescriptions:sign']]);

/** Prescriptions: drafts, what was signed and stays as it was, and the keys that doctors sign with. */
export class Prescriptions1795000082000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(signing.give);
    await q.query(`
alter table clinic.members add column licence_expires_on date;
comment on column clinic.members.licence_expires_on is 'The last day on which the licence to practise holds; null when nobody said, or there is none.';
grant insert (licence_expires_on), update (licence_expires_on) on clinic.members to sinduk_app;

create table clinic.signing_keys (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  public_key bytea not null constraint signing_keys__public_key check (octet_length(public_key) = 32),
  private_key bytea not null,
  created_at timestamptz not null default now(),
  constraint signing_keys__pkey primary key (tenant_id, id),
  constraint signing_keys__member unique (tenant_id, member_id),
  constraint signing_keys__of_member foreign key (tenant_id, member_id) references clinic.members (tenant_id, id)
);
comment on table clinic.signing_keys is 'The Ed25519 keys (RFC 8032) that doctors sign prescriptions with, each made when it is first needed.';
comment on column clinic.signing_keys.tenant_id is 'The practice.';
comment on column clinic.signing_keys.id is 'UUIDv7.';
comment on column clinic.signing_keys.member_id is 'Whose key it is.';
comment on column clinic.signing_keys.public_key is 'The public key, 32 bytes.';
comment on column clinic.signing_keys.private_key is 'Sealed JSON: the private key.';
comment on column clinic.signing_keys.created_at is 'When it was made.';

create table clinic.prescriptions (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  chamber_id uuid not null,
  doctor_id uuid not null,
  appointment_id uuid,
  status text not null default 'DRAFT' constraint prescriptions__status check (status in ('DRAFT', 'DISCARDED', 'SIGNED', 'SUPERSEDED', 'CANCELLED')),
  content bytea not null,
  amends uuid,
  reason bytea,
  number bigint,
  signed bytea,
  content_hash bytea constraint prescriptions__content_hash check (octet_length(content_hash) = 32),
  code_hash bytea constraint prescriptions__code_hash check (octet_length(code_hash) = 32),
  signing_key_id uuid,
  signed_by uuid,
  signed_at timestamptz,
  cancelled_by uuid,
  cancelled_at timestamptz,
  cancel_reason bytea,
  follow_up_appointment_id uuid,
  drafted_by uuid not null default platform.current_member(),
  drafted_at timestamptz not null default now(),
  updated_by uuid not null default platform.current_member(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint prescriptions__pkey primary key (tenant_id, id),
  constraint prescriptions__number unique (tenant_id, number),
  constraint prescriptions__is_signed check (
    num_nonnulls(number, signed, content_hash, code_hash, signing_key_id, signed_by, signed_at) = case when status in ('DRAFT', 'DISCARDED') then 0 else 7 end),
  constraint prescriptions__is_cancelled check (num_nonnulls(cancelled_by, cancelled_at, cancel_reason) = case status when 'CANCELLED' then 3 else 0 end),
  constraint prescriptions__reason check ((amends is null) = (reason is null)),
  constraint prescriptions__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint prescriptions__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint prescriptions__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id),
  constraint prescriptions__appointment foreign key (tenant_id, appointment_id) references clinic.appointments (tenant_id, id),
  constraint prescriptions__amended foreign key (tenant_id, amends) references clinic.prescriptions (tenant_id, id),
  constraint prescriptions__signing_key foreign key (tenant_id, signing_key_id) references clinic.signing_keys (tenant_id, id),
  constraint prescriptions__signed_by foreign key (tenant_id, signed_by) references clinic.members (tenant_id, id),
  constraint prescriptions__cancelled_by foreign key (tenant_id, cancelled_by) references clinic.members (tenant_id, id),
  constraint prescriptions__follow_up foreign key (tenant_id, follow_up_appointment_id) references clinic.appointments (tenant_id, id),
  constraint prescriptions__drafted_by foreign key (tenant_id, drafted_by) references clinic.members (tenant_id, id),
  constraint prescriptions__updated_by foreign key (tenant_id, updated_by) references clinic.members (tenant_id, id)
);
create unique index prescriptions__amends on clinic.prescriptions (tenant_id, amends) where status <> 'DISCARDED';
create index prescriptions__by_patient on clinic.prescriptions (tenant_id, patient_id, drafted_at, id);
create index prescriptions__by_code on clinic.prescriptions (code_hash);
comment on table clinic.prescriptions is 'Prescriptions, a row for each version. What was signed never changes and is never deleted.';
comment on column clinic.prescriptions.tenant_id is 'The practice.';
comment on column clinic.prescriptions.id is 'UUIDv7.';
comment on column clinic.prescriptions.patient_id is 'The patient.';
comment on column clinic.prescriptions.chamber_id is 'Where it is written: whose letterhead it has, and by whose clock its days are.';
comment on column clinic.prescriptions.doctor_id is 'The doctor who is to sign it.';
comment on column clinic.prescriptions.appointment_id is 'The visit that it is of.';
comment on column clinic.prescriptions.status is 'DRAFT; then SIGNED, or DISCARDED for good; what was signed may become SUPERSEDED or CANCELLED, for good.';
comment on column clinic.prescriptions.content is 'Sealed JSON: what is prescribed. Once it is signed it never changes.';
comment on column clinic.prescriptions.amends is 'The version that this one takes the place of once it is signed.';
comment on column clinic.prescriptions.reason is 'Sealed JSON: why that one is amended.';
comment on column clinic.prescriptions.number is 'Counted per practice when it is signed; shown as RX-000123.';
comment on column clinic.prescriptions.signed is 'Sealed JSON: the signed form, a JWS (RFC 7515) over canonical JSON (RFC 8785).';
comment on column clinic.prescriptions.content_hash is 'SHA-256 of the canonical JSON that is signed; it holds 128 random bits, so that nothing can be guessed from it.';
comment on column clinic.prescriptions.code_hash is 'SHA-256 of the code by which anybody who holds the paper can verify it.';
comment on column clinic.prescriptions.signing_key_id is 'The key that it was signed with.';
comment on column clinic.prescriptions.signed_by is 'Who signed it; set by the database.';
comment on column clinic.prescriptions.signed_at is 'When it was signed; set by the database.';
comment on column clinic.prescriptions.cancelled_by is 'Who cancelled it; set by the database.';
comment on column clinic.prescriptions.cancelled_at is 'When it was cancelled; set by the database.';
comment on column clinic.prescriptions.cancel_reason is 'Sealed JSON: why it was cancelled.';
comment on column clinic.prescriptions.follow_up_appointment_id is 'The appointment that was made of its follow-up.';
comment on column clinic.prescriptions.drafted_by is 'Who began it; set by the database.';
comment on column clinic.prescriptions.drafted_at is 'When it was begun; set by the database.';
comment on column clinic.prescriptions.updated_by is 'Who changed it last; set by the database.';
comment on column clinic.prescriptions.updated_at is 'When it was changed last; set by the database.';
comment on column clinic.prescriptions.version is 'Counts its changes.';

create function clinic.may_sign(p_tenant uuid, p_member uuid, p_chamber uuid) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select clinic.may_in(p_tenant, p_member, p_chamber, 'prescriptions:sign') and coalesce(m.licence_expires_on >= (now() at time zone c.time_zone)::date, false)
    from clinic.members m, clinic.chambers c where m.tenant_id = p_tenant and m.id = p_member and c.tenant_id = p_tenant and c.id = p_chamber;
  end;
comment on function clinic.may_sign(uuid, uuid, uuid) is 'Whether a member may sign prescriptions in a chamber today: by permission, and by a licence that holds.';

create function clinic.keep_prescription() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  -- A merge gives it to another patient, rotating keys seals it anew, and a follow-up may be booked long after.
  -- Another tenant is for row security to refuse.
  aside constant text[] := array['tenant_id', 'patient_id', 'follow_up_appointment_id', 'updated_by', 'updated_at', 'version', 'content', 'reason', 'signed', 'cancel_reason'];
  ending constant text[] := aside || array['status', 'cancelled_by', 'cancelled_at'];
begin
  if current_user = 'sinduk_app' then
    new.updated_by := platform.current_member();
    new.updated_at := now();
    if old.status <> 'DRAFT' and (new.content <> old.content or new.signed <> old.signed or new.cancel_reason <> old.cancel_reason) then
      raise exception using errcode = 'SK070', message = 'what was signed, and what was said of it, stays';
    end if;
  end if;
  if to_jsonb(new) - aside = to_jsonb(old) - aside then
    return new;
  end if;
  if new.version <> old.version + 1 then
    raise exception using errcode = 'SK070', message = 'every change of a prescription counts its version up by one';
  end if;
  if old.status = 'DRAFT' and new.status in ('DRAFT', 'DISCARDED') then
    return new;
  end if;
  if old.status = 'DRAFT' and new.status = 'SIGNED' then
    new.signed_by := platform.current_member();
    new.signed_at := now();
    if new.doctor_id <> new.signed_by or not coalesce(clinic.may_sign(new.tenant_id, new.signed_by, new.chamber_id), false) then
      raise exception using errcode = 'SK071', message = 'only the doctor of a prescription signs it, by permission and with a licence that holds';
    end if;
    return new;
  end if;
  if old.status = 'SIGNED' and new.status in ('SUPERSEDED', 'CANCELLED') and to_jsonb(new) - ending = to_jsonb(old) - ending then
    if new.status = 'CANCELLED' then
      new.cancelled_by := platform.current_member();
      new.cancelled_at := now();
      return new;
    end if;
    if exists (select from clinic.prescriptions a where a.tenant_id = new.tenant_id and a.amends = new.id and a.status = 'SIGNED') then
      return new;
    end if;
  end if;
  raise exception using errcode = 'SK070', message = format('a prescription that is %s does not become %s', old.status, new.status);
end $$;
comment on function clinic.keep_prescription() is 'Refuses, with SK070, what would rewrite a prescription or take it a step that there is not, and, with SK071, a signature of whoever may not sign; stamps who signed and who cancelled, and when.';

create function clinic.supersede_prescription() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update clinic.prescriptions p set status = 'SUPERSEDED', version = p.version + 1
  where p.tenant_id = new.tenant_id and p.id = new.amends and p.status = 'SIGNED';
  if not found then
    raise exception using errcode = 'SK072', message = 'the version that is amended does not stand any more';
  end if;
  return null;
end $$;
comment on function clinic.supersede_prescription() is 'Takes the place of the version that was amended; refuses, with SK072, when that one does not stand any more.';

create trigger keep_prescription before update on clinic.prescriptions for each row execute function clinic.keep_prescription();
create trigger supersede_prescription after update on clinic.prescriptions for each row when (old.status = 'DRAFT' and new.status = 'SIGNED' and new.amends is not null)
  execute function clinic.supersede_prescription();

call platform.secure_tenant_table('clinic.signing_keys');
call platform.secure_tenant_table('clinic.prescriptions');
call clinic.keep_off_merged_patients('clinic.prescriptions', 'patient_id');

grant execute on function clinic.may_sign(uuid, uuid, uuid) to sinduk_app;
grant select on clinic.signing_keys, clinic.prescriptions to sinduk_app;
grant insert (tenant_id, id, member_id, public_key, private_key) on clinic.signing_keys to sinduk_app;
grant insert (tenant_id, id, patient_id, chamber_id, doctor_id, appointment_id, content, amends, reason) on clinic.prescriptions to sinduk_app;
grant update (patient_id, doctor_id, appointment_id, status, content, number, signed, content_hash, code_hash, signing_key_id, signed_by, signed_at, cancelled_by, cancelled_at, cancel_reason,
  follow_up_appointment_id, version) on clinic.prescriptions to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.prescriptions, clinic.signing_keys;
drop function clinic.keep_prescription(), clinic.supersede_prescription(), clinic.may_sign(uuid, uuid, uuid);
alter table clinic.members drop column licence_expires_on;
`);
    await q.query(signing.takeAway);
  }
}
