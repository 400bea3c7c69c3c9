import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit trail: append-only by grant and by trigger, partitioned by month.
 * Ids are UUIDv7 (RFC 9562), so that a range of ids is a range of time: it is partition key, sort key and cursor at once.
 */
export class Audit1795000004000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table audit.entries (
  id uuid not null constraint entries__pkey primary key,
  tx xid8 not null default pg_current_xact_id(),
  occurred_at timestamptz not null,
  tenant_id uuid,
  chamber_id uuid,
  actor_user_id uuid,
  actor_member_id uuid,
  actor_roles text,
  session_id uuid,
  action text not null,
  operation text not null,
  outcome text not null constraint entries__outcome check (outcome in ('SUCCESS', 'DENIED', 'FAILED')),
  error_code text,
  request_id uuid not null,
  ip inet,
  salt bytea not null constraint entries__salt check (length(salt) = 16),
  payload bytea not null,
  payload_hash bytea not null constraint entries__payload_hash check (length(payload_hash) = 32)
) partition by range (id);
comment on table audit.entries is 'One row per operation: who, what, when, from where, with what outcome.';
comment on column audit.entries.tx is 'The writing transaction: a reader that stays below pg_snapshot_xmin() misses no row that commits late.';
comment on column audit.entries.payload is 'Sealed JSON: name of the actor, device, changed fields with before and after, reason.';
comment on column audit.entries.payload_hash is 'SHA-256 of salt and opened payload: commits to the payload without holding it, and outlives its destruction.';

create table audit.entry_records (
  entry_id uuid not null,
  tenant_id uuid,
  record_type text not null,
  record_id uuid not null,
  patient_id uuid,
  constraint entry_records__pkey primary key (entry_id, record_type, record_id)
) partition by range (entry_id);
comment on table audit.entry_records is 'Every record that an operation disclosed or changed.';

create index entries__tenant on audit.entries (tenant_id, id);
create index entries__actor on audit.entries (tenant_id, actor_user_id, id);
create index entry_records__patient on audit.entry_records (tenant_id, patient_id, entry_id) where patient_id is not null;
create index entry_records__record on audit.entry_records (tenant_id, record_id, entry_id) where patient_id is distinct from record_id;

create function audit.refuse() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception using errcode = 'SK020', message = 'the audit trail is append-only';
end $$;
create trigger append_only before update or delete on audit.entries for each row execute function audit.refuse();
create trigger append_only before update or delete on audit.entry_records for each row execute function audit.refuse();
create trigger no_truncate before truncate on audit.entries for each statement execute function audit.refuse();
create trigger no_truncate before truncate on audit.entry_records for each statement execute function audit.refuse();

create function audit.first_id_at(p_at timestamptz) returns uuid
  language sql immutable set search_path = pg_catalog, pg_temp
  begin atomic
    select (lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid;
  end;

create function audit.secure(p_table text) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('alter table audit.%I enable row level security', p_table);
  execute format('alter table audit.%I force row level security', p_table);
  execute format('create policy tenant_isolation on audit.%I as restrictive for all to sinduk_app
    using (tenant_id = (select platform.current_tenant())) with check (tenant_id = (select platform.current_tenant()))', p_table);
  execute format('create policy entered on audit.%I as permissive for all to sinduk_app using (true) with check (true)', p_table);
  execute format('create policy written on audit.%I as permissive for insert to sinduk_audit, sinduk_auth with check (true)', p_table);
  execute format('create policy kept on audit.%I as permissive for all to current_user using (true) with check (true)', p_table);
end $$;
select audit.secure('entries'), audit.secure('entry_records');

create function audit.ensure_partitions(p_from timestamptz, p_months integer) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  first timestamptz := date_trunc('month', p_from);
  parent text;
  part text;
begin
  perform pg_advisory_xact_lock(hashtext('audit.ensure_partitions'));
  for i in 0 .. least(greatest(p_months, 1), 24) - 1 loop
    foreach parent in array array['entries', 'entry_records'] loop
      part := parent || '_' || to_char(first + make_interval(months => i), 'YYYYMM');
      continue when to_regclass('audit.' || part) is not null;
      execute format('create table audit.%I partition of audit.%I for values from (%L) to (%L)', part, parent,
        audit.first_id_at(first + make_interval(months => i)), audit.first_id_at(first + make_interval(months => i + 1)));
      execute format('create trigger no_truncate before truncate on audit.%I for each statement execute function audit.refuse()', part);
      perform audit.secure(part);
    end loop;
  end loop;
end $$;
comment on function audit.ensure_partitions(timestamptz, integer) is 'Makes the monthly partitions that are missing, from the month of the first argument on.';

create table audit.entries_default partition of audit.entries default;
create table audit.entry_records_default partition of audit.entry_records default;
create trigger no_truncate before truncate on audit.entries_default for each statement execute function audit.refuse();
create trigger no_truncate before truncate on audit.entry_records_default for each statement execute function audit.refuse();
select audit.secure('entries_default'), audit.secure('entry_records_default');
select audit.ensure_partitions(now() - interval '1 month', 14);

grant select, insert on audit.entries, audit.entry_records to sinduk_app;
grant insert on audit.entries, audit.entry_records to sinduk_auth, sinduk_audit;
grant execute on function audit.ensure_partitions(timestamptz, integer) to sinduk_audit;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table audit.entry_records; drop table audit.entries;
drop function audit.ensure_partitions(timestamptz, integer); drop function audit.secure(text);
drop function audit.first_id_at(timestamptz); drop function audit.refuse();
`);
  }
}
