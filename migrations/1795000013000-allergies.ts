import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clinical entries that are never rewritten, and the first of them: allergies, and the statement that there are none. */
export class Allergies1795000013000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.keep_entry() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  -- A merge gives an entry to another patient, and rotating keys seals it anew: neither changes what was recorded.
  -- Another tenant is for row security to refuse.
  aside constant text[] := array['tenant_id', 'patient_id', 'content', 'error_reason'];
begin
  if old.status = 'ACTIVE' and new.status = 'ENTERED_IN_ERROR' then
    new.error_by := platform.current_member();
    new.error_at := now();
  end if;
  if to_jsonb(new) - aside = to_jsonb(old) - aside then
    if new.error_reason is distinct from old.error_reason and current_user = 'sinduk_app' then
      raise exception using errcode = 'SK030', message = 'the reason of an error stays as it was stated';
    end if;
    return new;
  end if;
  if old.status = 'ENTERED_IN_ERROR' then
    raise exception using errcode = 'SK030', message = 'an entry in error stays as it is';
  end if;
  if new.version <> old.version + 1 then
    raise exception using errcode = 'SK030', message = 'every change of an entry counts its version up by one';
  end if;
  return new;
end $$;
comment on function clinic.keep_entry() is 'Refuses, with SK030, what would rewrite a clinical entry; stamps who marked it as entered in error, and when.';

create table clinic.allergies (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  content bytea not null,
  clinical_status text not null constraint allergies__clinical_status check (clinical_status in ('ACTIVE', 'INACTIVE', 'RESOLVED')),
  verification text not null constraint allergies__verification check (verification in ('UNCONFIRMED', 'CONFIRMED', 'REFUTED')),
  recorded_by uuid not null default platform.current_member(),
  recorded_at timestamptz not null default now(),
  status text not null default 'ACTIVE' constraint allergies__status check (status in ('ACTIVE', 'ENTERED_IN_ERROR')),
  error_by uuid,
  error_at timestamptz,
  error_reason bytea,
  corrects uuid,
  version integer not null default 1,
  constraint allergies__pkey primary key (tenant_id, id),
  constraint allergies__corrects unique (tenant_id, corrects),
  constraint allergies__error check (num_nonnulls(error_by, error_at, error_reason) = case status when 'ACTIVE' then 0 else 3 end),
  constraint allergies__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint allergies__recorded_by foreign key (tenant_id, recorded_by) references clinic.members (tenant_id, id),
  constraint allergies__error_by foreign key (tenant_id, error_by) references clinic.members (tenant_id, id),
  constraint allergies__corrected foreign key (tenant_id, corrects) references clinic.allergies (tenant_id, id)
);
create index allergies__by_patient on clinic.allergies (tenant_id, patient_id, recorded_at, id);
create trigger keep_entry before update on clinic.allergies for each row execute function clinic.keep_entry();
comment on table clinic.allergies is 'Allergies and intolerances of patients, each as somebody recorded it.';
comment on column clinic.allergies.tenant_id is 'The practice.';
comment on column clinic.allergies.id is 'UUIDv7.';
comment on column clinic.allergies.patient_id is 'The patient.';
comment on column clinic.allergies.content is 'Sealed JSON: substance, reactions, severity, criticality, onset, note. It never changes.';
comment on column clinic.allergies.clinical_status is 'ACTIVE, INACTIVE or RESOLVED, as last judged: see allergy_status_changes.';
comment on column clinic.allergies.verification is 'UNCONFIRMED, CONFIRMED or REFUTED, as last judged: see allergy_status_changes.';
comment on column clinic.allergies.recorded_by is 'The member who recorded it; set by the database.';
comment on column clinic.allergies.recorded_at is 'When it was recorded; set by the database.';
comment on column clinic.allergies.status is 'ACTIVE, or ENTERED_IN_ERROR for good.';
comment on column clinic.allergies.error_by is 'The member who marked it as entered in error; set by the database.';
comment on column clinic.allergies.error_at is 'When it was marked as entered in error; set by the database.';
comment on column clinic.allergies.error_reason is 'Sealed JSON: why it was marked as entered in error.';
comment on column clinic.allergies.corrects is 'The entry in error that this one replaces.';
comment on column clinic.allergies.version is 'Counts the changes of status.';

create table clinic.allergy_status_changes (
  tenant_id uuid not null,
  id uuid not null,
  allergy_id uuid not null,
  patient_id uuid not null,
  version integer not null,
  clinical_status text not null,
  verification text not null,
  note bytea,
  changed_by uuid not null default platform.current_member(),
  changed_at timestamptz not null default now(),
  constraint allergy_status_changes__pkey primary key (tenant_id, id),
  constraint allergy_status_changes__version unique (tenant_id, allergy_id, version),
  constraint allergy_status_changes__allergy foreign key (tenant_id, allergy_id) references clinic.allergies (tenant_id, id),
  constraint allergy_status_changes__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint allergy_status_changes__changed_by foreign key (tenant_id, changed_by) references clinic.members (tenant_id, id)
);
create index allergy_status_changes__by_patient on clinic.allergy_status_changes (tenant_id, patient_id, changed_at, id);
comment on table clinic.allergy_status_changes is 'How an allergy was judged over time, from its recording on; rows are only added.';
comment on column clinic.allergy_status_changes.tenant_id is 'The practice.';
comment on column clinic.allergy_status_changes.id is 'UUIDv7.';
comment on column clinic.allergy_status_changes.allergy_id is 'The allergy.';
comment on column clinic.allergy_status_changes.patient_id is 'The patient.';
comment on column clinic.allergy_status_changes.version is 'The version of the allergy that it led to.';
comment on column clinic.allergy_status_changes.clinical_status is 'ACTIVE, INACTIVE or RESOLVED.';
comment on column clinic.allergy_status_changes.verification is 'UNCONFIRMED, CONFIRMED or REFUTED.';
comment on column clinic.allergy_status_changes.note is 'Sealed JSON: what was said about it.';
comment on column clinic.allergy_status_changes.changed_by is 'The member who judged; set by the database.';
comment on column clinic.allergy_status_changes.changed_at is 'When; set by the database.';

create table clinic.allergy_statements (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  content bytea not null,
  recorded_by uuid not null default platform.current_member(),
  recorded_at timestamptz not null default now(),
  status text not null default 'ACTIVE' constraint allergy_statements__status check (status in ('ACTIVE', 'ENTERED_IN_ERROR')),
  error_by uuid,
  error_at timestamptz,
  error_reason bytea,
  corrects uuid,
  ended_by uuid,
  ended_at timestamptz,
  version integer not null default 1,
  constraint allergy_statements__pkey primary key (tenant_id, id),
  constraint allergy_statements__corrects unique (tenant_id, corrects),
  constraint allergy_statements__error check (num_nonnulls(error_by, error_at, error_reason) = case status when 'ACTIVE' then 0 else 3 end),
  constraint allergy_statements__end check ((ended_by is null) = (ended_at is null)),
  constraint allergy_statements__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint allergy_statements__recorded_by foreign key (tenant_id, recorded_by) references clinic.members (tenant_id, id),
  constraint allergy_statements__error_by foreign key (tenant_id, error_by) references clinic.members (tenant_id, id),
  constraint allergy_statements__ended_by foreign key (tenant_id, ended_by) references clinic.members (tenant_id, id),
  constraint allergy_statements__corrected foreign key (tenant_id, corrects) references clinic.allergy_statements (tenant_id, id)
);
create index allergy_statements__by_patient on clinic.allergy_statements (tenant_id, patient_id, recorded_at, id);
create trigger keep_entry before update on clinic.allergy_statements for each row execute function clinic.keep_entry();
comment on table clinic.allergy_statements is 'Statements that a patient has no known allergies: who said so, and until when it held.';
comment on column clinic.allergy_statements.tenant_id is 'The practice.';
comment on column clinic.allergy_statements.id is 'UUIDv7.';
comment on column clinic.allergy_statements.patient_id is 'The patient.';
comment on column clinic.allergy_statements.content is 'Sealed JSON: the note. It never changes.';
comment on column clinic.allergy_statements.recorded_by is 'The member who stated it; set by the database.';
comment on column clinic.allergy_statements.recorded_at is 'When it was stated; set by the database.';
comment on column clinic.allergy_statements.status is 'ACTIVE, or ENTERED_IN_ERROR for good.';
comment on column clinic.allergy_statements.error_by is 'The member who marked it as entered in error; set by the database.';
comment on column clinic.allergy_statements.error_at is 'When it was marked as entered in error; set by the database.';
comment on column clinic.allergy_statements.error_reason is 'Sealed JSON: why it was marked as entered in error.';
comment on column clinic.allergy_statements.corrects is 'The statement in error that this one replaces.';
comment on column clinic.allergy_statements.ended_by is 'The member who recorded an allergy, or stated it anew.';
comment on column clinic.allergy_statements.ended_at is 'Until when it held; null while it does.';
comment on column clinic.allergy_statements.version is 'Counts the changes of status.';

call platform.secure_tenant_table('clinic.allergies');
call platform.secure_tenant_table('clinic.allergy_status_changes');
call platform.secure_tenant_table('clinic.allergy_statements');

grant select, insert (tenant_id, id, patient_id, content, clinical_status, verification, corrects),
  update (patient_id, clinical_status, verification, status, error_reason, version) on clinic.allergies to sinduk_app;
grant select, insert (tenant_id, id, allergy_id, patient_id, version, clinical_status, verification, note),
  update (patient_id) on clinic.allergy_status_changes to sinduk_app;
grant select, insert (tenant_id, id, patient_id, content, corrects),
  update (patient_id, status, error_reason, ended_by, ended_at, version) on clinic.allergy_statements to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.allergy_statements, clinic.allergy_status_changes, clinic.allergies;
drop function clinic.keep_entry();
`);
  }
}
