import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Imports of patients from files. Who runs one holds its lease; a lease that lapsed means that its server stopped.
 * An import ends without anybody's session when that session has ended, or when it was forgotten: the three functions are
 * for the role that writes the audit trail, so that the change and its entry are one transaction.
 */
export class PatientImports1795000019000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.patient_imports (
  tenant_id uuid not null,
  id uuid not null,
  state text not null default 'AWAITING_FILE' constraint patient_imports__state check (state in
    ('AWAITING_FILE', 'MAPPING', 'CHECKING', 'READY', 'RUNNING', 'INTERRUPTED', 'FINISHED', 'CANCELLED', 'EXPIRED')),
  interruption text constraint patient_imports__interruption check (interruption in ('SESSION_ENDED', 'PERMISSION_LOST', 'SERVER_STOPPED', 'FAULT')),
  details bytea not null,
  file_token bytea,
  total integer not null default 0,
  checked integer not null default 0,
  ready integer not null default 0,
  faulty integer not null default 0,
  warned integer not null default 0,
  known integer not null default 0,
  imported integer not null default 0,
  lease uuid,
  leased_until timestamptz,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  touched_at timestamptz not null default now(),
  uploaded_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  constraint patient_imports__pkey primary key (tenant_id, id),
  constraint patient_imports__tenant foreign key (tenant_id) references clinic.tenants (id),
  constraint patient_imports__created_by foreign key (tenant_id, created_by) references clinic.members (tenant_id, id)
);
create unique index patient_imports__running on clinic.patient_imports (tenant_id) where state = 'RUNNING';
create index patient_imports__file on clinic.patient_imports (tenant_id, file_token) where file_token is not null;
comment on table clinic.patient_imports is 'An import of patients from a file.';
comment on column clinic.patient_imports.tenant_id is 'The practice.';
comment on column clinic.patient_imports.id is 'UUIDv7.';
comment on column clinic.patient_imports.state is 'How far it has come. CHECKING and RUNNING with a lapsed lease are INTERRUPTED.';
comment on column clinic.patient_imports.interruption is 'Why it is INTERRUPTED.';
comment on column clinic.patient_imports.details is 'Sealed JSON: name of the file, its headings, mapping and options.';
comment on column clinic.patient_imports.file_token is 'Keyed hash of the file, which tells that the same one was sent before.';
comment on column clinic.patient_imports.total is 'Lines with a patient.';
comment on column clinic.patient_imports.checked is 'Lines that were checked.';
comment on column clinic.patient_imports.ready is 'Lines that can be imported and are not yet.';
comment on column clinic.patient_imports.faulty is 'Lines with a fault.';
comment on column clinic.patient_imports.warned is 'Lines with a warning.';
comment on column clinic.patient_imports.known is 'Lines whose source id was imported before.';
comment on column clinic.patient_imports.imported is 'Lines that became patients.';
comment on column clinic.patient_imports.lease is 'Who works on it now: one process at a time.';
comment on column clinic.patient_imports.leased_until is 'When the lease lapses unless it is renewed.';
comment on column clinic.patient_imports.created_by is 'The member who began it.';
comment on column clinic.patient_imports.created_at is 'When it was begun.';
comment on column clinic.patient_imports.touched_at is 'When anything was last done to it; what is left untouched expires.';
comment on column clinic.patient_imports.uploaded_at is 'When its file had arrived.';
comment on column clinic.patient_imports.started_at is 'When its patients began to be registered.';
comment on column clinic.patient_imports.ended_at is 'When it was finished, cancelled or expired.';

create table clinic.patient_import_rows (
  tenant_id uuid not null,
  id uuid not null,
  import_id uuid not null,
  line integer not null,
  state text not null default 'STAGED' constraint patient_import_rows__state check (state in ('STAGED', 'HEADER', 'READY', 'FAULTY', 'KNOWN', 'IMPORTED')),
  cells bytea,
  findings bytea,
  source_token bytea,
  known_id uuid,
  constraint patient_import_rows__pkey primary key (tenant_id, id),
  constraint patient_import_rows__line unique (tenant_id, import_id, line),
  constraint patient_import_rows__import foreign key (tenant_id, import_id) references clinic.patient_imports (tenant_id, id)
);
create index patient_import_rows__state on clinic.patient_import_rows (tenant_id, import_id, state, line);
comment on table clinic.patient_import_rows is 'A line of a file on its way to a patient; afterwards, what became of it.';
comment on column clinic.patient_import_rows.tenant_id is 'The practice.';
comment on column clinic.patient_import_rows.id is 'UUIDv7; the patient’s id once imported, so that no line can be imported twice.';
comment on column clinic.patient_import_rows.import_id is 'The import.';
comment on column clinic.patient_import_rows.line is 'Line of the file, from 1.';
comment on column clinic.patient_import_rows.state is 'What became of it.';
comment on column clinic.patient_import_rows.cells is 'Sealed JSON: the cells as they came; null once they are no longer needed.';
comment on column clinic.patient_import_rows.findings is 'Sealed JSON: its faults and warnings, without values.';
comment on column clinic.patient_import_rows.source_token is 'Keyed hash of its source id.';
comment on column clinic.patient_import_rows.known_id is 'The patient who was imported under this source id before.';

create table clinic.patient_source_ids (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  token bytea not null,
  value bytea not null,
  constraint patient_source_ids__pkey primary key (tenant_id, id),
  constraint patient_source_ids__token unique (tenant_id, token),
  constraint patient_source_ids__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id)
);
create index patient_source_ids__by_patient on clinic.patient_source_ids (tenant_id, patient_id);
comment on table clinic.patient_source_ids is 'The number that a patient had in the list or software they were imported from.';
comment on column clinic.patient_source_ids.tenant_id is 'The practice.';
comment on column clinic.patient_source_ids.id is 'UUIDv7.';
comment on column clinic.patient_source_ids.patient_id is 'The patient.';
comment on column clinic.patient_source_ids.token is 'Keyed hash of the source and the number: within one source no two patients have the same.';
comment on column clinic.patient_source_ids.value is 'Sealed JSON: the source and the number.';

call platform.secure_tenant_table('clinic.patient_imports');
call platform.secure_tenant_table('clinic.patient_import_rows');
call platform.secure_tenant_table('clinic.patient_source_ids');
call clinic.keep_off_merged_patients('clinic.patient_source_ids');

grant select, insert on clinic.patient_imports to sinduk_app;
grant update (state, interruption, details, file_token, total, checked, ready, faulty, warned, known, imported, lease, leased_until, touched_at,
  uploaded_at, started_at, ended_at) on clinic.patient_imports to sinduk_app;
grant select, insert, delete on clinic.patient_import_rows to sinduk_app;
grant update (state, cells, findings, source_token, known_id) on clinic.patient_import_rows to sinduk_app;
grant select, insert, update (patient_id) on clinic.patient_source_ids to sinduk_app;

create function platform.interrupt_import(p_tenant uuid, p_import uuid, p_lease uuid, p_reason text) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform platform.set_context(p_tenant, '00000000-0000-0000-0000-000000000000');
  update clinic.patient_imports i set state = 'INTERRUPTED', interruption = p_reason, lease = null, leased_until = null, touched_at = now()
  where i.tenant_id = p_tenant and i.id = p_import and i.lease = p_lease and i.state in ('CHECKING', 'RUNNING');
  if not found then
    raise exception using errcode = 'SK030', message = 'the import is not in these hands';
  end if;
  perform set_config('sinduk.context', '', true);
end $$;
comment on function platform.interrupt_import(uuid, uuid, uuid, text) is
  'Notes why an import stopped, for whoever ran it and may not enter the tenant any more. Raises SK030 when somebody else has taken it over.';

create function platform.stale_imports(p_days integer) returns table (tenant_id uuid, import_id uuid)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare s record;
begin
  for s in select distinct k.scope from platform.data_keys k where k.scope <> '00000000-0000-0000-0000-000000000000' loop
    perform platform.set_context(s.scope, '00000000-0000-0000-0000-000000000000');
    return query select i.tenant_id, i.id from clinic.patient_imports i
      where i.tenant_id = s.scope and i.state not in ('FINISHED', 'CANCELLED', 'EXPIRED')
        and i.touched_at < now() - make_interval(days => greatest(p_days, 1));
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;
comment on function platform.stale_imports(integer) is 'Imports that nobody has touched for so many days, of every practice.';

create function platform.expire_import(p_tenant uuid, p_import uuid, p_days integer) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform platform.set_context(p_tenant, '00000000-0000-0000-0000-000000000000');
  update clinic.patient_imports i set state = 'EXPIRED', interruption = null, lease = null, leased_until = null, ended_at = now(), touched_at = now()
  where i.tenant_id = p_tenant and i.id = p_import and i.state not in ('FINISHED', 'CANCELLED', 'EXPIRED')
    and i.touched_at < now() - make_interval(days => greatest(p_days, 1));
  if not found then
    raise exception using errcode = 'SK030', message = 'the import is not stale';
  end if;
  update clinic.patient_import_rows r set cells = null where r.tenant_id = p_tenant and r.import_id = p_import and r.cells is not null;
  perform set_config('sinduk.context', '', true);
end $$;
comment on function platform.expire_import(uuid, uuid, integer) is 'Ends an import that nobody has touched for so many days and removes what it holds of patients. Raises SK030 when somebody has.';

revoke execute on function platform.interrupt_import(uuid, uuid, uuid, text), platform.stale_imports(integer), platform.expire_import(uuid, uuid, integer) from public;
grant execute on function platform.interrupt_import(uuid, uuid, uuid, text), platform.stale_imports(integer), platform.expire_import(uuid, uuid, integer) to sinduk_audit;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.expire_import(uuid, uuid, integer); drop function platform.stale_imports(integer); drop function platform.interrupt_import(uuid, uuid, uuid, text);
drop table clinic.patient_source_ids, clinic.patient_import_rows, clinic.patient_imports;
`);
  }
}
