import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Documents of patients: what they are, sealed, and where their content lies; a content is added once and never changed. */
export class Documents1795000015000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.documents (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  kind text not null constraint documents__kind check (kind in (
    'LAB_REPORT', 'IMAGING', 'PRESCRIPTION', 'REFERRAL', 'DISCHARGE_SUMMARY', 'CLINICAL_PHOTO', 'OTHER_CLINICAL',
    'IDENTITY', 'CONSENT_FORM', 'INSURANCE', 'OTHER_ADMINISTRATIVE')),
  is_clinical boolean not null generated always as (kind not in ('IDENTITY', 'CONSENT_FORM', 'INSURANCE', 'OTHER_ADMINISTRATIVE')) stored,
  description bytea not null,
  recorded_by uuid not null default platform.current_member(),
  recorded_at timestamptz not null default now(),
  corrects uuid,
  error_by uuid,
  error_at timestamptz,
  error_reason bytea,
  version integer not null default 1,
  constraint documents__pkey primary key (tenant_id, id),
  constraint documents__error check (num_nonnulls(error_by, error_at, error_reason) in (0, 3)),
  constraint documents__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint documents__recorded_by foreign key (tenant_id, recorded_by) references clinic.members (tenant_id, id),
  constraint documents__error_by foreign key (tenant_id, error_by) references clinic.members (tenant_id, id),
  constraint documents__corrected foreign key (tenant_id, corrects) references clinic.documents (tenant_id, id)
);
create index documents__by_patient on clinic.documents (tenant_id, patient_id, is_clinical, recorded_at, id);
create unique index documents__corrects on clinic.documents (tenant_id, corrects) where error_at is null;
comment on table clinic.documents is 'Files of patients, such as scans and laboratory reports: what they are. Their content is in document_files and the document store.';
comment on column clinic.documents.tenant_id is 'The practice.';
comment on column clinic.documents.id is 'UUIDv7, or one made by the client.';
comment on column clinic.documents.patient_id is 'The patient.';
comment on column clinic.documents.kind is 'What kind of document; it decides who may see it.';
comment on column clinic.documents.is_clinical is 'Whether the kind is a clinical one.';
comment on column clinic.documents.description is 'Sealed JSON: title, file name, date on the document, note.';
comment on column clinic.documents.recorded_by is 'The member who added it; set by the database.';
comment on column clinic.documents.recorded_at is 'When it was added; set by the database.';
comment on column clinic.documents.corrects is 'The document that this one replaces.';
comment on column clinic.documents.error_by is 'The member who marked it as entered in error; set by the database.';
comment on column clinic.documents.error_at is 'When it was marked as entered in error, for good; set by the database.';
comment on column clinic.documents.error_reason is 'Sealed JSON: why it was marked as entered in error.';
comment on column clinic.documents.version is 'Counts the changes of kind and description, and the mark of an error.';

create function clinic.keep_document() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  -- A merge gives a document to another patient, and rotating keys seals it anew: neither changes what was recorded.
  -- Another tenant is for row security to refuse; is_clinical follows from the kind and is not yet reckoned here.
  aside constant text[] := array['tenant_id', 'patient_id', 'is_clinical', 'description', 'error_reason'];
begin
  if old.error_at is null and new.error_at is not null then
    new.error_by := platform.current_member();
    new.error_at := now();
  end if;
  if new.version = old.version + 1 and old.error_at is null then
    return new;
  end if;
  if to_jsonb(new) - aside = to_jsonb(old) - aside
      and ((new.description, new.error_reason) is not distinct from (old.description, old.error_reason) or current_user <> 'sinduk_app') then
    return new;
  end if;
  raise exception using errcode = 'SK030', message = 'a document changes only with its version, and not after it was marked as entered in error';
end $$;
comment on function clinic.keep_document() is 'Refuses, with SK030, changes of a document that do not count its version up or come after it was marked as entered in error; stamps who marked it, and when.';
create trigger keep_document before update on clinic.documents for each row execute function clinic.keep_document();

create table clinic.document_files (
  tenant_id uuid not null,
  id uuid not null,
  document_id uuid not null,
  content bytea not null,
  size bigint not null constraint document_files__size check (size > 0),
  stored_by uuid not null default platform.current_member(),
  stored_at timestamptz not null default now(),
  constraint document_files__pkey primary key (tenant_id, id),
  constraint document_files__document unique (tenant_id, document_id),
  constraint document_files__of foreign key (tenant_id, document_id) references clinic.documents (tenant_id, id),
  constraint document_files__stored_by foreign key (tenant_id, stored_by) references clinic.members (tenant_id, id)
);
comment on table clinic.document_files is 'The contents of documents: added once, never changed. The bytes lie sealed in the document store.';
comment on column clinic.document_files.tenant_id is 'The practice.';
comment on column clinic.document_files.id is 'Name of the object in the document store: a random UUID.';
comment on column clinic.document_files.document_id is 'The document whose content it is.';
comment on column clinic.document_files.content is 'Sealed JSON: the key that the bytes are sealed under, their SHA-256, their media type.';
comment on column clinic.document_files.size is 'Bytes before sealing.';
comment on column clinic.document_files.stored_by is 'The member who sent it; set by the database.';
comment on column clinic.document_files.stored_at is 'When it was stored; set by the database.';

call platform.secure_tenant_table('clinic.documents');
call platform.secure_tenant_table('clinic.document_files');
grant select on clinic.documents, clinic.document_files to sinduk_app;
grant insert (tenant_id, id, patient_id, kind, description, corrects) on clinic.documents to sinduk_app;
grant update (patient_id, kind, description, error_at, error_reason, version) on clinic.documents to sinduk_app;
grant insert (tenant_id, id, document_id, content, size) on clinic.document_files to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.document_files, clinic.documents;
drop function clinic.keep_document();
`);
  }
}
