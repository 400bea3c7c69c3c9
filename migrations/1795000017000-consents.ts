import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What patients agreed to, refused and withdrew: decisions that are added and never changed. */
export class Consents1795000017000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.consents (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  purpose text not null constraint consents__purpose check (purpose in ('TREATMENT', 'SMS', 'EMAIL', 'EXCHANGE', 'RESEARCH')),
  decision text not null constraint consents__decision check (decision in ('GRANTED', 'REFUSED', 'WITHDRAWN')),
  method text not null constraint consents__method check (method in ('WRITTEN', 'VERBAL', 'ELECTRONIC')),
  decided_at timestamptz not null,
  valid_until timestamptz,
  document_id uuid,
  details bytea not null,
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  error_at timestamptz,
  error_by uuid,
  error_details bytea,
  constraint consents__pkey primary key (tenant_id, id),
  constraint consents__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint consents__recorded_by foreign key (tenant_id, recorded_by) references clinic.members (tenant_id, id),
  constraint consents__error_by foreign key (tenant_id, error_by) references clinic.members (tenant_id, id),
  constraint consents__valid_until check (valid_until is null or (decision = 'GRANTED' and valid_until > decided_at)),
  constraint consents__error check (num_nulls(error_at, error_by, error_details) in (0, 3))
);
create index consents__latest on clinic.consents (tenant_id, patient_id, purpose, decided_at, recorded_at, id);
comment on table clinic.consents is 'Decisions of patients, or of those who speak for them, about what may be done: added and never changed. The latest of a purpose counts.';
comment on column clinic.consents.tenant_id is 'The practice.';
comment on column clinic.consents.id is 'UUIDv7.';
comment on column clinic.consents.patient_id is 'The patient whom it is about.';
comment on column clinic.consents.purpose is 'What for: TREATMENT, SMS, EMAIL, EXCHANGE or RESEARCH.';
comment on column clinic.consents.decision is 'GRANTED, REFUSED or WITHDRAWN.';
comment on column clinic.consents.method is 'How it was given: WRITTEN, VERBAL or ELECTRONIC.';
comment on column clinic.consents.decided_at is 'When it was decided; when it was recorded, unless told.';
comment on column clinic.consents.valid_until is 'When a grant ends by itself; null without end.';
comment on column clinic.consents.document_id is 'The paper that shows it; null when there is none.';
comment on column clinic.consents.details is 'Sealed JSON: who decided, the language and version of the text they were shown, a note, name of the member who recorded it.';
comment on column clinic.consents.recorded_by is 'The member who recorded it.';
comment on column clinic.consents.recorded_at is 'When it was recorded, by the database: of two decisions about a patient the later recorded has the later time.';
comment on column clinic.consents.error_at is 'When it was marked as entered in error; such an entry counts for nothing.';
comment on column clinic.consents.error_by is 'The member who marked it.';
comment on column clinic.consents.error_details is 'Sealed JSON: why it was marked, name of the member who marked it.';

create function clinic.keep_consents() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  -- Merging patients points a decision at another patient. The owner seals values anew when keys rotate.
  free constant text[] := array['patient_id', 'details', 'error_at', 'error_by', 'error_details'];
begin
  if tg_op = 'INSERT' then
    select greatest(clock_timestamp(), max(c.recorded_at) + interval '1 microsecond') into new.recorded_at
    from clinic.consents c where c.tenant_id = new.tenant_id and c.patient_id = new.patient_id;
    new.decided_at := coalesce(new.decided_at, new.recorded_at);
    return new;
  end if;
  if tg_op = 'UPDATE' and to_jsonb(new) - free = to_jsonb(old) - free and (old.error_at is null
      or (new.error_at, new.error_by) = (old.error_at, old.error_by)
        and (new.error_details = old.error_details or current_user <> 'sinduk_app')) then
    return new;
  end if;
  raise exception using errcode = '42501', message = 'a decision about consent is never changed or deleted';
end $$;
comment on function clinic.keep_consents() is 'Lets decisions about consent be added, marked as entered in error once, and pointed at the patient that theirs was merged into; nothing else.';
create trigger keep before insert or update or delete on clinic.consents for each row execute function clinic.keep_consents();

call platform.secure_tenant_table('clinic.consents');
grant select on clinic.consents to sinduk_app;
grant insert (tenant_id, id, patient_id, purpose, decision, method, decided_at, valid_until, document_id, details, recorded_by) on clinic.consents to sinduk_app;
grant update (patient_id, error_at, error_by, error_details) on clinic.consents to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table clinic.consents; drop function clinic.keep_consents();');
  }
}
