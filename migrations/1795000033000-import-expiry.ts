import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Each import says itself after how many days it expires. The role that ends them belongs to no practice: what it may end,
 * the practice's own data decide, and not the caller.
 */
export class ImportExpiry1795000033000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.patient_imports add column keep_days integer not null default 14 constraint patient_imports__keep_days check (keep_days between 1 and 365);
alter table clinic.patient_imports alter column keep_days drop default;
comment on column clinic.patient_imports.keep_days is 'Days without a touch after which it expires, as configured when it was begun.';

drop function platform.stale_imports(integer);
drop function platform.expire_import(uuid, uuid, integer);

create function platform.stale_imports() returns table (tenant_id uuid, import_id uuid)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare s record;
begin
  for s in select distinct k.scope from platform.data_keys k where k.scope <> '00000000-0000-0000-0000-000000000000' loop
    perform platform.set_context(s.scope, '00000000-0000-0000-0000-000000000000');
    return query select i.tenant_id, i.id from clinic.patient_imports i
      where i.tenant_id = s.scope and i.state not in ('FINISHED', 'CANCELLED', 'EXPIRED')
        and i.touched_at < now() - make_interval(days => i.keep_days);
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;
comment on function platform.stale_imports() is 'Imports that nobody has touched for as many days as they are kept, of every practice.';

create function platform.expire_import(p_tenant uuid, p_import uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform platform.set_context(p_tenant, '00000000-0000-0000-0000-000000000000');
  update clinic.patient_imports i set state = 'EXPIRED', interruption = null, lease = null, leased_until = null, ended_at = now(), touched_at = now()
  where i.tenant_id = p_tenant and i.id = p_import and i.state not in ('FINISHED', 'CANCELLED', 'EXPIRED')
    and i.touched_at < now() - make_interval(days => i.keep_days);
  if not found then
    raise exception using errcode = 'SK030', message = 'the import is not stale';
  end if;
  update clinic.patient_import_rows r set cells = null where r.tenant_id = p_tenant and r.import_id = p_import and r.cells is not null;
  perform set_config('sinduk.context', '', true);
end $$;
comment on function platform.expire_import(uuid, uuid) is 'Ends an import that nobody has touched for as many days as it is kept, and removes what it holds of patients. Raises SK030 when somebody has.';

revoke execute on function platform.stale_imports(), platform.expire_import(uuid, uuid) from public;
grant execute on function platform.stale_imports(), platform.expire_import(uuid, uuid) to sinduk_audit;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.expire_import(uuid, uuid);
drop function platform.stale_imports();
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

revoke execute on function platform.stale_imports(integer), platform.expire_import(uuid, uuid, integer) from public;
grant execute on function platform.stale_imports(integer), platform.expire_import(uuid, uuid, integer) to sinduk_audit;

alter table clinic.patient_imports drop column keep_days;
`);
  }
}
