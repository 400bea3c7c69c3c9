import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who belongs to whom: links between two patients of a practice. */
export class Families1795000018000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.family_links (
  tenant_id uuid not null,
  id uuid not null,
  patient_id uuid not null,
  relative_id uuid not null,
  details bytea not null,
  linked_by uuid not null,
  linked_at timestamptz not null default now(),
  ended_at timestamptz,
  ended_by uuid,
  end_details bytea,
  constraint family_links__pkey primary key (tenant_id, id),
  constraint family_links__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint family_links__relative foreign key (tenant_id, relative_id) references clinic.patients (tenant_id, id),
  constraint family_links__linked_by foreign key (tenant_id, linked_by) references clinic.members (tenant_id, id),
  constraint family_links__ended_by foreign key (tenant_id, ended_by) references clinic.members (tenant_id, id),
  constraint family_links__ended check (num_nulls(ended_at, ended_by, end_details) in (0, 3))
);
create index family_links__patient_side on clinic.family_links (tenant_id, patient_id);
create index family_links__relative_side on clinic.family_links (tenant_id, relative_id);
comment on table clinic.family_links is 'Each relation between two patients, kept once and seen from both sides. One that is over stays as history.';
comment on column clinic.family_links.tenant_id is 'The practice.';
comment on column clinic.family_links.id is 'UUIDv7.';
comment on column clinic.family_links.patient_id is 'One of the two.';
comment on column clinic.family_links.relative_id is 'The other one.';
comment on column clinic.family_links.details is 'Sealed JSON: what the relative is to the patient, who of them speaks for the other, and a note.';
comment on column clinic.family_links.linked_by is 'The member who linked them.';
comment on column clinic.family_links.linked_at is 'When.';
comment on column clinic.family_links.ended_at is 'When the link was ended; null while it holds.';
comment on column clinic.family_links.ended_by is 'The member who ended it.';
comment on column clinic.family_links.end_details is 'Sealed JSON: why it was ended, and whether it had been a mistake.';

create function clinic.keep_family_links() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  -- Merging patients points a link at another patient. The owner seals values anew when keys rotate.
  free constant text[] := array['patient_id', 'relative_id', 'details', 'ended_at', 'ended_by', 'end_details'];
begin
  if tg_op = 'INSERT' then
    -- Not a check of the table: merging two who are linked leaves a link to oneself, which undoing the merge needs again.
    if new.patient_id = new.relative_id then
      raise exception using errcode = '23514', message = 'nobody is their own relative', table = 'family_links', constraint = 'family_links__two';
    end if;
    return new;
  end if;
  if tg_op = 'UPDATE' and to_jsonb(new) - free = to_jsonb(old) - free and (old.ended_at is null
      or (new.ended_at, new.ended_by) = (old.ended_at, old.ended_by)
        and (new.end_details = old.end_details or current_user <> 'sinduk_app')) then
    return new;
  end if;
  raise exception using errcode = '42501', message = 'a family link is ended, never changed or deleted';
end $$;
comment on function clinic.keep_family_links() is 'Lets family links be added between two patients, ended once, and pointed at the patient that one of theirs was merged into; nothing else.';
create trigger keep before insert or update or delete on clinic.family_links for each row execute function clinic.keep_family_links();

call platform.secure_tenant_table('clinic.family_links');
grant select on clinic.family_links to sinduk_app;
grant insert (tenant_id, id, patient_id, relative_id, details, linked_by) on clinic.family_links to sinduk_app;
grant update (patient_id, relative_id, ended_at, ended_by, end_details) on clinic.family_links to sinduk_app;

comment on column clinic.consents.details is 'Sealed JSON: who decided, the language and version of the text they were shown, and a note.';
comment on column clinic.consents.error_details is 'Sealed JSON: why it was marked.';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
comment on column clinic.consents.details is 'Sealed JSON: who decided, the language and version of the text they were shown, a note, name of the member who recorded it.';
comment on column clinic.consents.error_details is 'Sealed JSON: why it was marked, name of the member who marked it.';
drop table clinic.family_links; drop function clinic.keep_family_links();
`);
  }
}
