import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What both tables have in common: the columns and keys of a clinical entry that is never rewritten. */
const entry = (table: string): string => `
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  content bytea not null,
  recorded_by uuid not null default platform.current_member(),
  recorded_at timestamptz not null default now(),
  status text not null default 'ACTIVE' constraint ${table}__status check (status in ('ACTIVE', 'ENTERED_IN_ERROR')),
  error_by uuid,
  error_at timestamptz,
  error_reason bytea,
  corrects uuid,
  version integer not null default 1,
  constraint ${table}__pkey primary key (tenant_id, id),
  constraint ${table}__corrects unique (tenant_id, corrects),
  constraint ${table}__error check (num_nonnulls(error_by, error_at, error_reason) = case status when 'ACTIVE' then 0 else 3 end),
  constraint ${table}__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint ${table}__recorded_by foreign key (tenant_id, recorded_by) references clinic.members (tenant_id, id),
  constraint ${table}__error_by foreign key (tenant_id, error_by) references clinic.members (tenant_id, id),
  constraint ${table}__corrected foreign key (tenant_id, corrects) references clinic.${table} (tenant_id, id)`;

const comments = (table: string): string => `
comment on column clinic.${table}.tenant_id is 'The practice.';
comment on column clinic.${table}.id is 'UUIDv7, or made by the client.';
comment on column clinic.${table}.patient_id is 'The patient.';
comment on column clinic.${table}.recorded_by is 'The member who recorded it; set by the database.';
comment on column clinic.${table}.recorded_at is 'When it was recorded; set by the database.';
comment on column clinic.${table}.status is 'ACTIVE, or ENTERED_IN_ERROR for good.';
comment on column clinic.${table}.error_by is 'The member who marked it as entered in error; set by the database.';
comment on column clinic.${table}.error_at is 'When it was marked as entered in error; set by the database.';
comment on column clinic.${table}.error_reason is 'Sealed JSON: why it was marked as entered in error.';
comment on column clinic.${table}.corrects is 'The entry in error that this one replaces.';
comment on column clinic.${table}.version is 'Counts the changes of status.';`;

/** Vital signs and clinical notes of patients: entries that are never rewritten. */
export class VitalsAndNotes1795000014000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.vitals (${entry('vitals')},
  measured_at timestamptz not null,
  chamber_id uuid,
  constraint vitals__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id)
);
create index vitals__by_patient on clinic.vitals (tenant_id, patient_id, measured_at, id);
create trigger keep_entry before update on clinic.vitals for each row execute function clinic.keep_entry();
comment on table clinic.vitals is 'Vital signs of patients: what was measured on one occasion.';${comments('vitals')}
comment on column clinic.vitals.content is 'Sealed JSON: the measurements as stated and in canonical units, the note. It never changes.';
comment on column clinic.vitals.measured_at is 'When it was measured.';
comment on column clinic.vitals.chamber_id is 'The chamber that the request named.';

create table clinic.notes (${entry('notes')},
  occurred_at timestamptz not null
);
create index notes__by_patient on clinic.notes (tenant_id, patient_id, occurred_at, id);
create trigger keep_entry before update on clinic.notes for each row execute function clinic.keep_entry();
comment on table clinic.notes is 'Clinical notes of patients.';${comments('notes')}
comment on column clinic.notes.content is 'Sealed JSON: kind and text. It never changes.';
comment on column clinic.notes.occurred_at is 'When what it tells happened.';

call platform.secure_tenant_table('clinic.vitals');
call platform.secure_tenant_table('clinic.notes');

grant select, insert (tenant_id, id, patient_id, content, corrects, measured_at, chamber_id),
  update (patient_id, status, error_reason, version) on clinic.vitals to sinduk_app;
grant select, insert (tenant_id, id, patient_id, content, corrects, occurred_at),
  update (patient_id, status, error_reason, version) on clinic.notes to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table clinic.notes, clinic.vitals;');
  }
}
