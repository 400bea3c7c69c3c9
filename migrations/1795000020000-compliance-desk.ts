import type { MigrationInterface, QueryRunner } from 'typeorm';

const ID_TIME = (id: string): string => `to_timestamp(('x' || substr(${id}::text, 1, 8) || substr(${id}::text, 10, 4))::bit(48)::bigint / 1000.0)`;

/** For the compliance officer: indexes for every condition of a search, saved filters, prepared exports; and no entry dated ahead. */
export class ComplianceDesk1795000020000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
-- Where the partitions of an index were made before, one by one and without a lock, these find and take them.
create index entries__action on audit.entries (tenant_id, action, outcome, id) where action <> 'VIEWED' or outcome <> 'SUCCESS';
create index entries__actor_action on audit.entries (tenant_id, actor_user_id, action, outcome, id) where action <> 'VIEWED' or outcome <> 'SUCCESS';
create index entries__operation on audit.entries (tenant_id, operation, id);
create index entries__chamber on audit.entries (tenant_id, chamber_id, id) where chamber_id is not null;
create index entries__ip on audit.entries (tenant_id, ip, id) where ip is not null;

-- Not valid: what was written before stays as it is, and no table is read from end to end while others wait.
alter table audit.entries add constraint entries__not_ahead check (${ID_TIME('id')} <= clock_timestamp() + interval '10 minutes') not valid;
alter table audit.entry_records add constraint entry_records__not_ahead check (${ID_TIME('entry_id')} <= clock_timestamp() + interval '10 minutes') not valid;
comment on constraint entries__not_ahead on audit.entries is 'An entry dated far ahead would lie on top of every list, and where its month has no partition yet keep that from being made.';
comment on constraint entry_records__not_ahead on audit.entry_records is 'As for the entries.';

create function audit.make_partitions(p_month timestamptz) returns void
  language plpgsql set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  first timestamptz := date_trunc('month', p_month);
  parent text;
  part text;
begin
  foreach parent in array array['entries', 'entry_records'] loop
    part := parent || '_' || to_char(first, 'YYYYMM');
    continue when to_regclass('audit.' || part) is not null;
    -- Made apart and then attached: unlike "partition of", that lets others write meanwhile.
    execute format('create table audit.%I (like audit.%I including defaults including constraints including generated)', part, parent);
    execute format('alter table audit.%I attach partition audit.%I for values from (%L) to (%L)', parent, part,
      audit.first_id_at(first), audit.first_id_at(first + interval '1 month'));
    perform audit.protect(part);
  end loop;
end $$;
comment on function audit.make_partitions(timestamptz) is 'Makes the partitions of that instant''s month (UTC), where they are missing.';

create or replace function audit.ensure_partitions() returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '2s' as $$
begin
  perform pg_advisory_xact_lock(hashtext('audit.ensure_partitions'));
  for i in -1 .. 12 loop
    perform audit.make_partitions(now() + make_interval(months => i));
  end loop;
end $$;

create table clinic.audit_filters (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  shared boolean not null,
  content bytea not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  constraint audit_filters__pkey primary key (tenant_id, id),
  constraint audit_filters__member foreign key (tenant_id, member_id) references clinic.members (tenant_id, id)
);
create index audit_filters__by_member on clinic.audit_filters (tenant_id, member_id);
comment on table clinic.audit_filters is 'Searches of the audit trail that somebody saved under a name.';
comment on column clinic.audit_filters.tenant_id is 'The practice.';
comment on column clinic.audit_filters.id is 'UUIDv7.';
comment on column clinic.audit_filters.member_id is 'Who saved it.';
comment on column clinic.audit_filters.shared is 'Whether everybody who may read the trail sees it, or only who saved it.';
comment on column clinic.audit_filters.content is 'Sealed JSON: the name and the conditions.';
comment on column clinic.audit_filters.created_at is 'When it was saved.';
comment on column clinic.audit_filters.updated_at is 'When it was last changed.';
comment on column clinic.audit_filters.version is 'Counts the changes.';

create table clinic.audit_exports (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  content bytea not null,
  snapshot pg_snapshot not null,
  highest_id uuid,
  entries integer not null,
  prepared_at timestamptz not null,
  expires_at timestamptz not null,
  constraint audit_exports__pkey primary key (tenant_id, id),
  constraint audit_exports__member foreign key (tenant_id, member_id) references clinic.members (tenant_id, id)
);
create index audit_exports__by_member on clinic.audit_exports (tenant_id, member_id);
comment on table clinic.audit_exports is 'Exports of the audit trail that were prepared: which entries exactly, for whom, until when.';
comment on column clinic.audit_exports.tenant_id is 'The practice.';
comment on column clinic.audit_exports.id is 'UUIDv7.';
comment on column clinic.audit_exports.member_id is 'Who prepared it; nobody else can fetch it.';
comment on column clinic.audit_exports.content is 'Sealed JSON: the conditions, the format and the language.';
comment on column clinic.audit_exports.snapshot is 'What was committed when it was prepared: later entries are no part of it, whatever their ids.';
comment on column clinic.audit_exports.highest_id is 'The highest id in it; null when it is empty.';
comment on column clinic.audit_exports.entries is 'How many entries it holds.';
comment on column clinic.audit_exports.prepared_at is 'When it was prepared.';
comment on column clinic.audit_exports.expires_at is 'When it can no longer be fetched.';

call platform.secure_tenant_table('clinic.audit_filters');
call platform.secure_tenant_table('clinic.audit_exports');
grant select, delete, insert (tenant_id, id, member_id, shared, content) on clinic.audit_filters to sinduk_app;
grant update (shared, content, updated_at, version) on clinic.audit_filters to sinduk_app;
grant select, insert on clinic.audit_exports to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.audit_exports, clinic.audit_filters;

create or replace function audit.ensure_partitions() returns void
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
drop function audit.make_partitions(timestamptz);

alter table audit.entry_records drop constraint entry_records__not_ahead;
alter table audit.entries drop constraint entries__not_ahead;
drop index audit.entries__ip, audit.entries__chamber, audit.entries__operation, audit.entries__actor_action, audit.entries__action;
`);
  }
}
