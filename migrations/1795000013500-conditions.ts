import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Conditions of patients: a problem list of clinical entries. What a patient has is sealed, the code too. */
export class Conditions1795000013500 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.conditions (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  content bytea not null,
  clinical_status text not null constraint conditions__clinical_status check (clinical_status in ('ACTIVE', 'REMISSION', 'RESOLVED')),
  verification text not null constraint conditions__verification check (verification in ('PROVISIONAL', 'CONFIRMED', 'REFUTED')),
  recorded_by uuid not null default platform.current_member(),
  recorded_at timestamptz not null default now(),
  status text not null default 'ACTIVE' constraint conditions__status check (status in ('ACTIVE', 'ENTERED_IN_ERROR')),
  error_by uuid,
  error_at timestamptz,
  error_reason bytea,
  corrects uuid,
  version integer not null default 1,
  constraint conditions__pkey primary key (tenant_id, id),
  constraint conditions__corrects unique (tenant_id, corrects),
  constraint conditions__error check (num_nonnulls(error_by, error_at, error_reason) = case status when 'ACTIVE' then 0 else 3 end),
  constraint conditions__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint conditions__recorded_by foreign key (tenant_id, recorded_by) references clinic.members (tenant_id, id),
  constraint conditions__error_by foreign key (tenant_id, error_by) references clinic.members (tenant_id, id),
  constraint conditions__corrected foreign key (tenant_id, corrects) references clinic.conditions (tenant_id, id)
);
create index conditions__by_patient on clinic.conditions (tenant_id, patient_id, recorded_at, id);
create trigger keep_entry before update on clinic.conditions for each row execute function clinic.keep_entry();
comment on table clinic.conditions is 'Conditions of patients, as in a problem list, each as somebody recorded it.';
comment on column clinic.conditions.tenant_id is 'The practice.';
comment on column clinic.conditions.id is 'UUIDv7.';
comment on column clinic.conditions.patient_id is 'The patient.';
comment on column clinic.conditions.content is 'Sealed JSON: code of ICD-10 with its labels at the time, free text, onset, note. It never changes.';
comment on column clinic.conditions.clinical_status is 'ACTIVE, REMISSION or RESOLVED, as last judged: see condition_status_changes.';
comment on column clinic.conditions.verification is 'PROVISIONAL, CONFIRMED or REFUTED, as last judged: see condition_status_changes.';
comment on column clinic.conditions.recorded_by is 'The member who recorded it; set by the database.';
comment on column clinic.conditions.recorded_at is 'When it was recorded; set by the database.';
comment on column clinic.conditions.status is 'ACTIVE, or ENTERED_IN_ERROR for good.';
comment on column clinic.conditions.error_by is 'The member who marked it as entered in error; set by the database.';
comment on column clinic.conditions.error_at is 'When it was marked as entered in error; set by the database.';
comment on column clinic.conditions.error_reason is 'Sealed JSON: why it was marked as entered in error.';
comment on column clinic.conditions.corrects is 'The entry in error that this one replaces.';
comment on column clinic.conditions.version is 'Counts the changes of status.';

create table clinic.condition_status_changes (
  tenant_id uuid not null,
  id uuid not null,
  condition_id uuid not null,
  patient_id uuid not null,
  version integer not null,
  clinical_status text not null,
  verification text not null,
  details bytea not null,
  changed_by uuid not null default platform.current_member(),
  changed_at timestamptz not null default now(),
  constraint condition_status_changes__pkey primary key (tenant_id, id),
  constraint condition_status_changes__version unique (tenant_id, condition_id, version),
  constraint condition_status_changes__condition foreign key (tenant_id, condition_id) references clinic.conditions (tenant_id, id),
  constraint condition_status_changes__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint condition_status_changes__changed_by foreign key (tenant_id, changed_by) references clinic.members (tenant_id, id)
);
create index condition_status_changes__by_patient on clinic.condition_status_changes (tenant_id, patient_id, changed_at, id);
comment on table clinic.condition_status_changes is 'How a condition was judged over time, from its recording on; rows are only added.';
comment on column clinic.condition_status_changes.tenant_id is 'The practice.';
comment on column clinic.condition_status_changes.id is 'UUIDv7.';
comment on column clinic.condition_status_changes.condition_id is 'The condition.';
comment on column clinic.condition_status_changes.patient_id is 'The patient.';
comment on column clinic.condition_status_changes.version is 'The version of the condition that it led to.';
comment on column clinic.condition_status_changes.clinical_status is 'ACTIVE, REMISSION or RESOLVED.';
comment on column clinic.condition_status_changes.verification is 'PROVISIONAL, CONFIRMED or REFUTED.';
comment on column clinic.condition_status_changes.details is 'Sealed JSON: when the condition abated, and what was said about it.';
comment on column clinic.condition_status_changes.changed_by is 'The member who judged; set by the database.';
comment on column clinic.condition_status_changes.changed_at is 'When; set by the database.';

call platform.secure_tenant_table('clinic.conditions');
call platform.secure_tenant_table('clinic.condition_status_changes');

grant select, insert (tenant_id, id, patient_id, content, clinical_status, verification, corrects),
  update (patient_id, clinical_status, verification, status, error_reason, version) on clinic.conditions to sinduk_app;
grant select, insert (tenant_id, id, condition_id, patient_id, version, clinical_status, verification, details),
  update (patient_id) on clinic.condition_status_changes to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table clinic.condition_status_changes, clinic.conditions');
  }
}
