import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lets a member's expired exports go, and drops a time that an id has too. */
export class DeadExports1795000032000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
-- The caller gets no right to delete: what may go, its own context and the clock decide.
create function platform.forget_expired_exports() returns void
  language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from clinic.audit_exports x
  where x.tenant_id = (select platform.current_tenant()) and x.member_id = (select platform.current_member()) and x.expires_at <= now();
$$;
comment on function platform.forget_expired_exports() is 'Removes the exports of the entered member that can no longer be fetched.';
revoke execute on function platform.forget_expired_exports() from public;
grant execute on function platform.forget_expired_exports() to sinduk_app;

alter table clinic.audit_filters drop column created_at;
comment on column clinic.audit_filters.id is 'UUIDv7: it tells when it was saved.';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.audit_filters add column created_at timestamptz not null default now();
comment on column clinic.audit_filters.created_at is 'When it was saved.';
comment on column clinic.audit_filters.id is 'UUIDv7.';
drop function platform.forget_expired_exports();
`);
  }
}
