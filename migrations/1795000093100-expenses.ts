import type { MigrationInterface, QueryRunner } from 'typeorm';

const holds = (more: string): string => `
create or replace function clinic.drawer_holds(p_tenant uuid, p_drawer uuid) returns bigint
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select coalesce(sum(l.amount), 0)::bigint
    from clinic.ledger_entries e join clinic.ledger_lines l on l.tenant_id = p_tenant and l.entry_id = e.id and l.account = 'DRAWER'
    where e.tenant_id = p_tenant and e.source_id in (
      select p_drawer
      union all select p.id from clinic.payments p where p.tenant_id = p_tenant and p.drawer_id = p_drawer
      union all select r.id from clinic.refunds r where r.tenant_id = p_tenant and r.drawer_id = p_drawer${more});
  end;`;

/** What a practice spends: asked for, approved by somebody else where it is much, paid out of a drawer, the safe or the bank, and posted by the database. */
export class Expenses1795000093100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.expense_categories (
  tenant_id uuid not null,
  id uuid not null,
  name text not null constraint expense_categories__name_length check (length(name) between 1 and 100),
  retired_at timestamptz,
  created_at timestamptz not null default now(),
  constraint expense_categories__pkey primary key (tenant_id, id),
  constraint expense_categories__tenant foreign key (tenant_id) references clinic.tenants (id)
);
create unique index expense_categories__name on clinic.expense_categories (tenant_id, lower(name)) where retired_at is null;
comment on table clinic.expense_categories is 'What a practice spends money on, by the names that it gives.';
comment on column clinic.expense_categories.tenant_id is 'The practice.';
comment on column clinic.expense_categories.id is 'UUIDv7.';
comment on column clinic.expense_categories.name is 'What it is called; no two in use have the same.';
comment on column clinic.expense_categories.retired_at is 'Since when it is in use no longer; null while it is.';
comment on column clinic.expense_categories.created_at is 'When it was added.';

create table clinic.expenses (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  category_id uuid not null,
  amount bigint not null constraint expenses__amount check (amount between 1 and 100000000000),
  spent_on date not null,
  details bytea not null,
  status text not null default 'REQUESTED' constraint expenses__status check (status in ('REQUESTED', 'APPROVED', 'REJECTED', 'PAID')),
  requested_by uuid not null default platform.current_member(),
  requested_at timestamptz not null default now(),
  requested_on date not null,
  decided_by uuid,
  decided_at timestamptz,
  paid_from text constraint expenses__paid_from check (paid_from in ('DRAWER', 'SAFE', 'BANK')),
  drawer_id uuid,
  paid_by uuid,
  paid_at timestamptz,
  paid_on date,
  version integer not null default 1,
  constraint expenses__pkey primary key (tenant_id, id),
  constraint expenses__is_decided check (num_nonnulls(decided_by, decided_at) in (0, 2) and (decided_at is not null or status not in ('APPROVED', 'REJECTED'))),
  constraint expenses__is_paid check (num_nonnulls(paid_from, paid_by, paid_at, paid_on) = case status when 'PAID' then 4 else 0 end and (drawer_id is not null) = (paid_from is not null and paid_from = 'DRAWER')),
  constraint expenses__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint expenses__category foreign key (tenant_id, category_id) references clinic.expense_categories (tenant_id, id),
  constraint expenses__drawer foreign key (tenant_id, drawer_id) references clinic.drawers (tenant_id, id),
  constraint expenses__requested_by foreign key (tenant_id, requested_by) references clinic.members (tenant_id, id),
  constraint expenses__decided_by foreign key (tenant_id, decided_by) references clinic.members (tenant_id, id),
  constraint expenses__paid_by foreign key (tenant_id, paid_by) references clinic.members (tenant_id, id)
);
create index expenses__by_chamber on clinic.expenses (tenant_id, chamber_id, requested_at, id);
create index expenses__by_requester on clinic.expenses (tenant_id, requested_by, requested_on);
create index expenses__by_drawer on clinic.expenses (tenant_id, drawer_id) where drawer_id is not null;
comment on table clinic.expenses is 'What is spent, or is to be. What was paid never changes.';
comment on column clinic.expenses.tenant_id is 'The practice.';
comment on column clinic.expenses.id is 'UUIDv7.';
comment on column clinic.expenses.chamber_id is 'The chamber in whose books it is.';
comment on column clinic.expenses.category_id is 'What for.';
comment on column clinic.expenses.amount is 'How much, in minor units.';
comment on column clinic.expenses.spent_on is 'The day on the bill.';
comment on column clinic.expenses.details is 'Sealed JSON: a description.';
comment on column clinic.expenses.status is 'REQUESTED; APPROVED or REJECTED by somebody else; PAID.';
comment on column clinic.expenses.requested_by is 'Who asked for it; set by the database.';
comment on column clinic.expenses.requested_at is 'When; set by the database.';
comment on column clinic.expenses.requested_on is 'On which day, where the chamber is; set by the database.';
comment on column clinic.expenses.decided_by is 'Who approved or rejected it last; set by the database.';
comment on column clinic.expenses.decided_at is 'When; set by the database.';
comment on column clinic.expenses.paid_from is 'Out of what it was paid.';
comment on column clinic.expenses.drawer_id is 'The drawer that the cash came out of.';
comment on column clinic.expenses.paid_by is 'Who paid it; set by the database.';
comment on column clinic.expenses.paid_at is 'When; set by the database.';
comment on column clinic.expenses.paid_on is 'The day that the payment counts for, where the chamber is; set by the database.';
comment on column clinic.expenses.version is 'Counts its changes.';

create function clinic.request_expense() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  if not coalesce(clinic.may_in(new.tenant_id, new.requested_by, new.chamber_id, 'payments:take'), false) then
    raise exception using errcode = 'SK096', message = 'only who may take payments in the chamber asks for expenses';
  end if;
  new.requested_on := clinic.books_today(new.tenant_id, new.chamber_id);
  return new;
end $$;
comment on function clinic.request_expense() is 'Refuses, with SK096, who may not take payments there.';
create trigger request_expense before insert on clinic.expenses for each row execute function clinic.request_expense();

create function clinic.expense_needs_approval(p_tenant uuid, p_expense uuid) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select x.status = 'REQUESTED' and x.amount + coalesce((
        select sum(o.amount) from clinic.expenses o
        where o.tenant_id = p_tenant and o.requested_by = x.requested_by and o.requested_on = x.requested_on and o.status = 'PAID' and o.decided_at is null), 0) > s.expense_limit
    from clinic.expenses x cross join clinic.billing_settings_of(p_tenant) s where x.tenant_id = p_tenant and x.id = p_expense;
  end;
comment on function clinic.expense_needs_approval(uuid, uuid) is 'Whether somebody else must approve an expense before it is paid: small ones that somebody asks for on a day, in any chamber, add up to the limit.';

create function clinic.keep_expense() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  aside constant text[] := array['tenant_id', 'details'];
  deciding constant text[] := aside || array['status', 'version', 'decided_by', 'decided_at'];
  paying constant text[] := aside || array['status', 'version', 'paid_from', 'drawer_id', 'paid_by', 'paid_at', 'paid_on'];
  me constant uuid := platform.current_member();
  manages constant boolean := coalesce(clinic.may_in(old.tenant_id, me, old.chamber_id, 'finances:manage'), false);
  today constant date := clinic.books_today(old.tenant_id, old.chamber_id);
begin
  if to_jsonb(new) - aside = to_jsonb(old) - aside then
    -- Rotating keys seals it anew. Another tenant is for row security to refuse.
    if session_user = 'sinduk_app' and new.details <> old.details then
      raise exception using errcode = 'SK091', message = 'what an expense is for stays as it was asked for';
    end if;
    return new;
  end if;
  if new.version <> old.version + 1 or new.details <> old.details then
    raise exception using errcode = 'SK091', message = 'every change of an expense counts its version up by one';
  end if;
  if to_jsonb(new) - deciding = to_jsonb(old) - deciding and ((old.status = 'REQUESTED' and new.status = 'APPROVED') or (old.status in ('REQUESTED', 'APPROVED') and new.status = 'REJECTED')) then
    -- Whoever asked may take it back, and nobody approves what they asked for themselves.
    if (new.status = 'APPROVED' and me = old.requested_by) or not (manages or (new.status = 'REJECTED' and me = old.requested_by)) then
      raise exception using errcode = 'SK093', message = 'an expense is approved by who may, and did not ask for it';
    end if;
    new.decided_by := me; new.decided_at := now();
    if new.status = 'APPROVED' then
      perform clinic.post_entry(old.tenant_id, old.chamber_id, today, 'EXPENSE', old.id, array[row('EXPENSE', null, old.amount), row('EXPENSES_PAYABLE', null, -old.amount)]::clinic.posting[]);
    elsif old.status = 'APPROVED' then
      perform clinic.post_entry(old.tenant_id, old.chamber_id, today, 'EXPENSE_REJECTED', old.id, array[row('EXPENSES_PAYABLE', null, old.amount), row('EXPENSE', null, -old.amount)]::clinic.posting[]);
    end if;
    return new;
  end if;
  if new.status <> 'PAID' or old.status not in ('REQUESTED', 'APPROVED') or to_jsonb(new) - paying <> to_jsonb(old) - paying then
    raise exception using errcode = case when old.status in ('REJECTED', 'PAID') then 'SK091' else 'SK095' end, message = format('an expense that is %s does not become %s', old.status, new.status);
  end if;
  if new.paid_from = 'DRAWER' then
    if not coalesce(clinic.may_in(old.tenant_id, me, old.chamber_id, 'payments:take'), false) then
      raise exception using errcode = 'SK096', message = 'only who may take payments in the chamber pays out of a drawer';
    end if;
    perform clinic.check_drawer(old.tenant_id, new.drawer_id, old.chamber_id);
  elsif not manages then
    raise exception using errcode = 'SK096', message = 'who manages the finances of the chamber pays out of the safe or by the bank';
  end if;
  if old.status = 'REQUESTED' then
    -- One after the other, for small ones add up.
    perform pg_advisory_xact_lock(hashtextextended('clinic.expenses ' || old.tenant_id || ' ' || old.requested_by, 0));
    if clinic.expense_needs_approval(old.tenant_id, old.id) then
      raise exception using errcode = 'SK093', message = 'expenses above the limit need an approval';
    end if;
    perform clinic.post_entry(old.tenant_id, old.chamber_id, today, 'EXPENSE', old.id, array[row('EXPENSE', null, old.amount), row('EXPENSES_PAYABLE', null, -old.amount)]::clinic.posting[]);
  end if;
  new.paid_by := me; new.paid_at := now(); new.paid_on := today;
  perform clinic.post_entry(old.tenant_id, old.chamber_id, today, 'EXPENSE_PAID', old.id, array[row('EXPENSES_PAYABLE', null, old.amount), row(new.paid_from, null, -old.amount)]::clinic.posting[]);
  return new;
end $$;
comment on function clinic.keep_expense() is
  'Posts an expense that is approved, rejected after that, or paid. Refuses, with SK091, to change it beside its steps; with SK093, one without the approval it needs, or by its requester; with SK094, cash without an open drawer; with SK095, a step that there is not; with SK096, who may not.';
create trigger keep_expense before update on clinic.expenses for each row execute function clinic.keep_expense();

call platform.secure_tenant_table('clinic.expense_categories');
call platform.secure_tenant_table('clinic.expenses');
grant select, insert (tenant_id, id, name), update (retired_at) on clinic.expense_categories to sinduk_app;
grant select, insert (tenant_id, id, chamber_id, category_id, amount, spent_on, details), update (status, paid_from, drawer_id, details, version) on clinic.expenses to sinduk_app;
grant execute on function clinic.expense_needs_approval(uuid, uuid) to sinduk_app;
${holds(`
      union all select x.id from clinic.expenses x where x.tenant_id = p_tenant and x.drawer_id = p_drawer`)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${holds('')}
drop function clinic.expense_needs_approval(uuid, uuid);
drop table clinic.expenses, clinic.expense_categories;
drop function clinic.keep_expense(), clinic.request_expense();
`);
  }
}
