import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Schemas, runtime roles and the tenant context.
 *
 * The context is a transaction-local setting `tenant:member:mac`. Its HMAC-SHA-256 (RFC 2104) covers the tenant, the
 * member, the backend's process id and the transaction's start, under a key that only the owner can read: a value that
 * was made up, or kept from another transaction or connection, is refused by `platform.current_tenant()`.
 */
export class Context1795000001000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
do $$
declare r text;
begin
  foreach r in array array['sinduk_app', 'sinduk_auth', 'sinduk_audit'] loop
    if not exists (select from pg_roles where rolname = r) then
      execute format('create role %I nologin nosuperuser nocreatedb nocreaterole nobypassrls noinherit', r);
    end if;
  end loop;
end $$;

create schema if not exists platform;
create schema auth;
create schema clinic;
create schema audit;
grant usage on schema platform to sinduk_app, sinduk_auth;
grant usage on schema auth to sinduk_auth;
grant usage on schema clinic to sinduk_app;
grant usage on schema audit to sinduk_app, sinduk_auth, sinduk_audit;
alter default privileges revoke execute on functions from public;

create table platform.context_key (
  only_row boolean primary key default true check (only_row),
  inner_pad bytea not null check (length(inner_pad) = 64),
  outer_pad bytea not null check (length(outer_pad) = 64)
);
comment on table platform.context_key is 'The HMAC key of tenant contexts, as its two padded blocks. Readable by the owner only.';

do $$
declare
  key bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
               || decode(repeat('00', 32), 'hex');
  inner_pad bytea := key;
  outer_pad bytea := key;
begin
  for i in 0..63 loop
    inner_pad := set_byte(inner_pad, i, get_byte(key, i) # 54);  -- 0x36, ipad
    outer_pad := set_byte(outer_pad, i, get_byte(key, i) # 92);  -- 0x5c, opad
  end loop;
  insert into platform.context_key (inner_pad, outer_pad) values (inner_pad, outer_pad);
end $$;

-- Called only by the owner's functions, which pin the search path; pinning it again here would cost each statement.
create function platform.context_mac(p_body text) returns text
  language plpgsql stable parallel restricted as $$
declare k record;
begin
  select inner_pad, outer_pad into strict k from platform.context_key;
  return encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(p_body, 'UTF8')
    || int4send(pg_backend_pid()) || timestamptz_send(transaction_timestamp()))), 'hex');
end $$;

create function platform.set_context(p_tenant uuid, p_member uuid) returns void
  language plpgsql volatile as $$
declare body text := p_tenant::text || ':' || p_member::text;
begin
  perform set_config('sinduk.context', body || ':' || platform.context_mac(body), true);
end $$;

create function platform.context() returns text
  language plpgsql stable parallel restricted as $$
declare v text := current_setting('sinduk.context', true);
begin
  if coalesce(v, '') = '' then
    raise exception using errcode = 'SK000', message = 'no tenant context was entered';
  end if;
  if substr(v, 75) is distinct from platform.context_mac(left(v, 73)) then
    raise exception using errcode = 'SK000', message = 'the tenant context is not authentic';
  end if;
  return v;
end $$;

create function platform.current_tenant() returns uuid
  language plpgsql stable security definer parallel restricted set search_path = pg_catalog, pg_temp as $$
begin
  return left(platform.context(), 36)::uuid;
end $$;
comment on function platform.current_tenant() is 'The tenant entered in this transaction. Raises SK000 when none was entered or the setting is forged.';

create function platform.current_member() returns uuid
  language plpgsql stable security definer parallel restricted set search_path = pg_catalog, pg_temp as $$
begin
  return substr(platform.context(), 38, 36)::uuid;
end $$;
comment on function platform.current_member() is 'The member who entered in this transaction. Raises SK000 when none did or the setting is forged.';

create function platform.applied_migrations() returns setof text
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query select m.name::text from platform.migrations m;
end $$;

revoke execute on all functions in schema platform from public;
grant execute on function platform.applied_migrations() to sinduk_app;
grant execute on function platform.current_tenant(), platform.current_member() to sinduk_app, sinduk_auth, sinduk_audit;
grant usage on schema platform to sinduk_audit;

-- The one template of row security. The sub-select makes PostgreSQL verify the context once per statement, not per row.
create procedure platform.secure_tenant_table(p_table regclass, p_tenant_column name default 'tenant_id')
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('alter table %s enable row level security', p_table);
  execute format('alter table %s force row level security', p_table);
  execute format('create policy tenant_isolation on %s as restrictive for all to public
    using (%I = (select platform.current_tenant())) with check (%I = (select platform.current_tenant()))',
    p_table, p_tenant_column, p_tenant_column);
  execute format('create policy entered on %s as permissive for all to public using (true) with check (true)', p_table);
end $$;
revoke execute on procedure platform.secure_tenant_table(regclass, name) from public;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop schema audit cascade; drop schema clinic cascade; drop schema auth cascade;
drop procedure platform.secure_tenant_table(regclass, name);
drop function platform.applied_migrations(); drop function platform.current_member(); drop function platform.current_tenant(); drop function platform.context();
drop function platform.set_context(uuid, uuid); drop function platform.context_mac(text);
drop table platform.context_key;
alter default privileges grant execute on functions to public;
`);
  }
}
