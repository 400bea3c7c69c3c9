import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What doctors prescribe often: whole templates, favourite medicines, and lines of advice and investigations. */
export class PrescriptionTemplates1795000086100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.prescription_templates (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null default platform.current_member(),
  kind text not null constraint prescription_templates__kind check (kind in ('TEMPLATE', 'MEDICINE', 'ADVICE', 'INVESTIGATION')),
  content bytea not null,
  uses integer not null default 0,
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint prescription_templates__pkey primary key (tenant_id, id),
  constraint prescription_templates__of_member foreign key (tenant_id, member_id) references clinic.members (tenant_id, id)
);
create index prescription_templates__by_member on clinic.prescription_templates (tenant_id, member_id, kind);
comment on table clinic.prescription_templates is 'What a doctor prescribes often, to be taken into drafts. It is of no patient.';
comment on column clinic.prescription_templates.tenant_id is 'The practice.';
comment on column clinic.prescription_templates.id is 'UUIDv7.';
comment on column clinic.prescription_templates.member_id is 'Whose it is; set by the database.';
comment on column clinic.prescription_templates.kind is 'A whole template, or one favourite MEDICINE, line of ADVICE or INVESTIGATION.';
comment on column clinic.prescription_templates.content is 'Sealed JSON: its name, and what it puts into a draft.';
comment on column clinic.prescription_templates.uses is 'How often it was taken into a draft.';
comment on column clinic.prescription_templates.updated_at is 'When it was written last.';
comment on column clinic.prescription_templates.version is 'Counts its changes; being used is none.';

create function clinic.may_use_templates(p_tenant uuid, p_owner uuid) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select p_owner = platform.current_member() or exists (
      select from clinic.chambers c
      where c.tenant_id = p_tenant and clinic.may_in(p_tenant, platform.current_member(), c.id, 'prescriptions:write') and clinic.may_in(p_tenant, p_owner, c.id, 'prescriptions:sign'));
  end;
comment on function clinic.may_use_templates(uuid, uuid) is 'Whether the member who is asking may use the templates of another one: who writes prescriptions in a chamber in which that one signs them.';

call platform.secure_tenant_table('clinic.prescription_templates');
grant execute on function clinic.may_use_templates(uuid, uuid) to sinduk_app;
grant select, delete on clinic.prescription_templates to sinduk_app;
grant insert (tenant_id, id, kind, content), update (content, uses, updated_at, version) on clinic.prescription_templates to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function clinic.may_use_templates(uuid, uuid);
drop table clinic.prescription_templates;
`);
  }
}
