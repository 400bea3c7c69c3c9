import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Patients that were merged into others, and what each merge changed and moved, so that it can be undone. */
export class PatientMerges1795000016000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
-- Within this transaction only: the new foreign key is checked against all rows, of every practice.
alter table clinic.patients no force row level security;
alter table clinic.patients drop constraint patients__status;
alter table clinic.patients
  add column merged_into uuid,
  add constraint patients__status check (status in ('ACTIVE', 'ARCHIVED', 'MERGED')),
  add constraint patients__merged check ((status = 'MERGED') = (merged_into is not null) and merged_into is distinct from id),
  add constraint patients__merged_into foreign key (tenant_id, merged_into) references clinic.patients (tenant_id, id);
alter table clinic.patients force row level security;
create index patients__merged_into on clinic.patients (tenant_id, merged_into) where merged_into is not null;
comment on column clinic.patients.status is 'ACTIVE; ARCHIVED, out of the everyday list; or MERGED into another patient.';
comment on column clinic.patients.merged_into is 'For MERGED: the patient who holds everything now; never one who is merged too.';
grant update (merged_into) on clinic.patients to sinduk_app;

create table clinic.patient_merges (
  tenant_id uuid not null,
  id uuid not null,
  survivor_id uuid not null,
  duplicate_id uuid not null,
  survivor_version integer not null,
  duplicate_status text not null constraint patient_merges__duplicate_status check (duplicate_status in ('ACTIVE', 'ARCHIVED')),
  identity bytea not null,
  clinical bytea not null,
  merged_by uuid not null,
  merged_at timestamptz not null default now(),
  undone_by uuid,
  undone_at timestamptz,
  undone_because bytea,
  constraint patient_merges__pkey primary key (tenant_id, id),
  constraint patient_merges__survivor foreign key (tenant_id, survivor_id) references clinic.patients (tenant_id, id),
  constraint patient_merges__duplicate foreign key (tenant_id, duplicate_id) references clinic.patients (tenant_id, id),
  constraint patient_merges__merged_by foreign key (tenant_id, merged_by) references clinic.members (tenant_id, id),
  constraint patient_merges__undone_by foreign key (tenant_id, undone_by) references clinic.members (tenant_id, id),
  constraint patient_merges__two check (survivor_id <> duplicate_id),
  constraint patient_merges__undone check (num_nonnulls(undone_by, undone_at, undone_because) in (0, 3))
);
create unique index patient_merges__standing on clinic.patient_merges (tenant_id, duplicate_id) where undone_at is null;
create index patient_merges__survivor on clinic.patient_merges (tenant_id, survivor_id, survivor_version);
create index patient_merges__duplicate on clinic.patient_merges (tenant_id, duplicate_id);
comment on table clinic.patient_merges is 'Each merge of one patient into another, with both as they were before, so that it can be undone.';
comment on column clinic.patient_merges.tenant_id is 'The practice.';
comment on column clinic.patient_merges.id is 'Id of the merge.';
comment on column clinic.patient_merges.survivor_id is 'The patient who stays and holds everything.';
comment on column clinic.patient_merges.duplicate_id is 'The patient who was merged into the survivor.';
comment on column clinic.patient_merges.survivor_version is 'Version of the survivor after the merge: later merges into the same patient have a higher one.';
comment on column clinic.patient_merges.duplicate_status is 'Status of the duplicate before.';
comment on column clinic.patient_merges.identity is 'Sealed JSON: who both were before, what became of it, where each field came from, and the reason.';
comment on column clinic.patient_merges.clinical is 'Sealed JSON: the same of blood group and notes.';
comment on column clinic.patient_merges.merged_by is 'The member who merged.';
comment on column clinic.patient_merges.merged_at is 'When.';
comment on column clinic.patient_merges.undone_by is 'The member who undid it; null while it stands.';
comment on column clinic.patient_merges.undone_at is 'When it was undone.';
comment on column clinic.patient_merges.undone_because is 'Sealed JSON: the reason for undoing, and the fields that were kept as they had become.';

create table clinic.patient_merge_rows (
  tenant_id uuid not null,
  merge_id uuid not null,
  place text not null,
  row_id uuid not null,
  constraint patient_merge_rows__pkey primary key (tenant_id, merge_id, place, row_id),
  constraint patient_merge_rows__merge foreign key (tenant_id, merge_id) references clinic.patient_merges (tenant_id, id)
);
comment on table clinic.patient_merge_rows is 'Every row that a merge gave to the survivor; undoing gives back exactly these.';
comment on column clinic.patient_merge_rows.tenant_id is 'The practice.';
comment on column clinic.patient_merge_rows.merge_id is 'The merge.';
comment on column clinic.patient_merge_rows.place is 'Table and column that named the duplicate and now names the survivor, such as clinic.documents.patient_id.';
comment on column clinic.patient_merge_rows.row_id is 'Id of the row.';

call platform.secure_tenant_table('clinic.patient_merges');
call platform.secure_tenant_table('clinic.patient_merge_rows');
grant select, insert on clinic.patient_merges to sinduk_app;
grant update (undone_by, undone_at, undone_because) on clinic.patient_merges to sinduk_app;
grant select, insert on clinic.patient_merge_rows to sinduk_app;

-- A row that is written for the duplicate while it is being merged would be left behind. The merge holds the duplicate's
-- row FOR UPDATE; the key-share lock here waits for it, and then sees the status that the merge left.
create function clinic.refuse_merged_patient() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  named uuid;
  survivor uuid;
begin
  -- The general way reads the whole row, sealed values and all.
  if tg_argv[0] = 'patient_id' then named := new.patient_id; else named := to_jsonb(new) ->> tg_argv[0]; end if;
  select p.merged_into into survivor from clinic.patients p where p.tenant_id = new.tenant_id and p.id = named for key share;
  if survivor is not null then
    raise exception using errcode = 'SK040', message = 'the patient was merged into another one', detail = survivor::text;
  end if;
  return new;
end $$;
comment on function clinic.refuse_merged_patient() is 'Refuses, with SK040, a row that names a patient who was merged into another one.';

create procedure clinic.keep_off_merged_patients(p_table regclass, p_column name default 'patient_id')
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('create trigger %I before insert or update of %I on %s for each row when (new.%I is not null) execute function clinic.refuse_merged_patient(%L)',
    'keep_off_merged__' || p_column, p_column, p_table, p_column, p_column);
end $$;
revoke execute on procedure clinic.keep_off_merged_patients(regclass, name) from public;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop procedure clinic.keep_off_merged_patients(regclass, name);
drop function clinic.refuse_merged_patient();
drop table clinic.patient_merge_rows, clinic.patient_merges;

-- Without the column a merged patient is an archived one, whose rows stay where they were given.
do $$
declare s record;
begin
  for s in select distinct k.scope from platform.data_keys k where k.scope <> '00000000-0000-0000-0000-000000000000' loop
    perform platform.set_context(s.scope, '00000000-0000-0000-0000-000000000000');
    update clinic.patients set status = 'ARCHIVED', merged_into = null where tenant_id = s.scope and status = 'MERGED';
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;
alter table clinic.patients drop column merged_into, drop constraint patients__status;
alter table clinic.patients add constraint patients__status check (status in ('ACTIVE', 'ARCHIVED'));
comment on column clinic.patients.status is 'ACTIVE or ARCHIVED.';
`);
  }
}
