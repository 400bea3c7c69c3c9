import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit trail: append-only by grant and by trigger, partitioned by month.
 * Ids are UUIDv7 (RFC 9562), so that a range of ids is a range of time: it is partition key, sort key and cursor at once.
 */
export class Audit1795000004000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table audit.entries (
  id uuid not null,
  tx xid8 not null default pg_current_xact_id(),
  occurred_at timestamptz not null generated always as
    (to_timestamp(('x' || substr(id::text, 1, 8) || substr(id::text, 10, 4))::bit(48)::bigint / 1000.0)) stored,
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
  payload bytea not null,
  payload_hash bytea not null constraint entries__payload_hash check (length(payload_hash) = 32),
  records_hash bytea not null constraint entries__records_hash check (length(records_hash) = 32),
  constraint entries__id unique nulls not distinct (tenant_id, id)
) partition by range (id);
comment on table audit.entries is 'One row per operation: who, what, when, from where, with what outcome.';
comment on column audit.entries.tx is 'The writing transaction: a reader that stays below pg_snapshot_xmin() misses no row that commits late. No runtime role can set it.';
comment on column audit.entries.occurred_at is 'The time in the id, which is a UUIDv7: the two cannot disagree.';
comment on column audit.entries.tenant_id is 'The practice; null for what concerns none, such as a failed sign-in to an unknown account.';
comment on column audit.entries.ip is 'For filtering; what counts is the address in the payload, which payload_hash commits to.';
comment on column audit.entries.payload is 'Sealed JSON: a random salt, name of the actor, address, device, missing permission, reason, changed fields with before and after.';
comment on column audit.entries.payload_hash is 'SHA-256 of the opened payload with its salt: commits to it without telling it, and outlives its destruction.';
comment on column audit.entries.records_hash is 'SHA-256 of the lines type|id|patient of the entry''s records, sorted by type and id: none can be added or taken away unnoticed.';

create table audit.entry_records (
  entry_id uuid not null,
  tenant_id uuid,
  record_type text not null constraint entry_records__record_type check (record_type ~ '^[A-Za-z][A-Za-z0-9:_-]{0,99}$'),
  record_id uuid not null,
  patient_id uuid,
  constraint entry_records__record unique nulls not distinct (tenant_id, entry_id, record_type, record_id)
) partition by range (entry_id);
comment on table audit.entry_records is 'Every record that an operation disclosed or changed.';

create index entries__actor on audit.entries (tenant_id, actor_user_id, id);
create index entries__session on audit.entries (tenant_id, session_id, id);
create index entry_records__by_patient on audit.entry_records (tenant_id, patient_id, entry_id) where patient_id is not null;
create index entry_records__by_record on audit.entry_records (tenant_id, record_id, entry_id) where patient_id is distinct from record_id;

create function audit.refuse() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception using errcode = 'SK020', message = 'the audit trail is append-only';
end $$;

create function audit.first_id_at(p_at timestamptz) returns uuid
  language sql immutable set search_path = pg_catalog, pg_temp
  begin atomic
    select (lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid;
  end;
comment on function audit.first_id_at(timestamptz) is 'The lowest UUIDv7 of that millisecond.';

create function audit.protect(p_table text) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('alter table audit.%I enable row level security', p_table);
  execute format('alter table audit.%I force row level security', p_table);
  execute format('create policy tenant_isolation on audit.%I as restrictive for all to sinduk_app
    using (tenant_id = (select platform.current_tenant())) with check (tenant_id = (select platform.current_tenant()))', p_table);
  execute format('create policy entered on audit.%I as permissive for all to sinduk_app using (true) with check (true)', p_table);
  execute format('create policy written on audit.%I as permissive for insert to sinduk_audit, sinduk_auth with check (true)', p_table);
  execute format('create policy kept on audit.%I as permissive for all to current_user using (true) with check (true)', p_table);
  -- "Always": also for a session that replays replicated changes, which skips ordinary triggers.
  execute format('create trigger no_truncate before truncate on audit.%I for each statement execute function audit.refuse()', p_table);
  execute format('alter table audit.%I enable always trigger no_truncate', p_table);
  if not exists (select from pg_trigger t where t.tgrelid = format('audit.%I', p_table)::regclass and t.tgname = 'append_only') then
    execute format('create trigger append_only before update or delete on audit.%I for each row execute function audit.refuse()', p_table);
  end if;
  execute format('alter table audit.%I enable always trigger append_only', p_table);
end $$;
comment on function audit.protect(text) is 'Row security and append-only triggers of a table of the trail or of one of its partitions.';
select audit.protect('entries'), audit.protect('entry_records');

create table audit.entries_default partition of audit.entries default;
create table audit.entry_records_default partition of audit.entry_records default;
comment on table audit.entries_default is 'A net for ids of a clock that went astray, so that nothing goes unrecorded. Empty in health.';
comment on table audit.entry_records_default is 'A net for ids of a clock that went astray, so that nothing goes unrecorded. Empty in health.';
select audit.protect('entries_default'), audit.protect('entry_records_default');

create function audit.ensure_partitions() returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '2s' as $$
declare
  this_month timestamptz := date_trunc('month', now());
  first timestamptz;
  parent text;
  part text;
begin
  perform pg_advisory_xact_lock(hashtext('audit.ensure_partitions'));
  for i in -1 .. 12 loop
    first := this_month + make_interval(months => i);
    foreach parent in array array['entries', 'entry_records'] loop
      part := parent || '_' || to_char(first, 'YYYYMM');
      continue when to_regclass('audit.' || part) is not null;
      -- Made apart and then attached: unlike "partition of", that lets others write meanwhile.
      execute format('create table audit.%I (like audit.%I including defaults including constraints including generated)', part, parent);
      execute format('alter table audit.%I attach partition audit.%I for values from (%L) to (%L)', parent, part,
        audit.first_id_at(first), audit.first_id_at(first + interval '1 month'));
      perform audit.protect(part);
    end loop;
  end loop;
end $$;
comment on function audit.ensure_partitions() is 'Makes the monthly partitions that are missing, from last month to twelve months ahead.';
select audit.ensure_partitions();

grant select on audit.entries, audit.entry_records to sinduk_app;
grant insert (id, tenant_id, chamber_id, actor_user_id, actor_member_id, actor_roles, session_id, action, operation, outcome,
  error_code, request_id, ip, payload, payload_hash, records_hash) on audit.entries to sinduk_app, sinduk_auth, sinduk_audit;
grant insert on audit.entry_records to sinduk_app, sinduk_auth, sinduk_audit;
grant execute on function audit.ensure_partitions() to sinduk_audit;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table audit.entry_records; drop table audit.entries;
drop function audit.ensure_partitions(); drop function audit.protect(text);
drop function audit.first_id_at(timestamptz); drop function audit.refuse();
`);
  }
}
