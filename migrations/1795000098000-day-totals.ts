import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

// What closing a day told of its accounts, reckoned from every line there was; now from the totals of closed days, and the lines of the others.
const closing = [[
  `from (
      select l.account, coalesce(sum(l.amount) filter (where l.local_date = new.local_date and l.amount > 0), 0) as debits, coalesce(-sum(l.amount) filter (where l.local_date = new.local_date and l.amount < 0), 0) as credits, sum(l.amount) as balance
      from clinic.ledger_lines l where l.tenant_id = new.tenant_id and l.chamber_id = new.chamber_id and l.local_date <= new.local_date group by l.account) b);`,
  `from (
      select u.account, coalesce(sum(d.debits), 0) as debits, coalesce(sum(d.credits), 0) as credits, u.debits - u.credits as balance
      from clinic.account_balances(new.tenant_id, new.chamber_id, new.local_date) u left join clinic.accounts_of_days(new.tenant_id, new.chamber_id, array[new.local_date]) d on d.account = u.account group by u.account, u.debits, u.credits) b);`,
]] as const;

/**
 * Totals of closed days, for reports and balances of any time: a day that is closed takes no entry, so what it came to stays. Days that are not closed are read line by line.
 * What a day comes to is said once for each kind of totals, by a function that serves closing, reading and filling alike.
 */
export class DayTotals1795000098000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create index ledger_lines__by_account on clinic.ledger_lines (tenant_id, chamber_id, account, local_date, entry_id);

create table clinic.day_accounts (
  tenant_id uuid not null,
  chamber_id uuid not null,
  local_date date not null,
  account text not null,
  doctor_id uuid,
  debits bigint not null,
  credits bigint not null,
  lines integer not null,
  constraint day_accounts__key unique nulls not distinct (tenant_id, chamber_id, local_date, account, doctor_id) include (debits, credits, lines),
  constraint day_accounts__closing foreign key (tenant_id, chamber_id, local_date) references clinic.day_closings (tenant_id, chamber_id, local_date),
  constraint day_accounts__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id)
);
comment on table clinic.day_accounts is 'How the accounts of a chamber moved on a day that is closed; written by the database when it is closed.';
comment on column clinic.day_accounts.tenant_id is 'The practice.';
comment on column clinic.day_accounts.chamber_id is 'The chamber.';
comment on column clinic.day_accounts.local_date is 'The day, where the chamber is.';
comment on column clinic.day_accounts.account is 'The account.';
comment on column clinic.day_accounts.doctor_id is 'The doctor of the lines, where they have one.';
comment on column clinic.day_accounts.debits is 'All debits, in minor units.';
comment on column clinic.day_accounts.credits is 'All credits, in minor units.';
comment on column clinic.day_accounts.lines is 'How many lines there are.';

create table clinic.day_documents (
  tenant_id uuid not null,
  chamber_id uuid not null,
  local_date date not null,
  kind text not null constraint day_documents__kind check (kind in ('INVOICE', 'CREDIT_NOTE', 'PAYMENT', 'REFUND')),
  method text,
  given_by uuid,
  approved_by uuid,
  documents integer not null,
  amount bigint not null,
  discounts integer not null,
  discount bigint not null,
  constraint day_documents__key unique nulls not distinct (tenant_id, chamber_id, local_date, kind, method, given_by, approved_by) include (documents, amount, discounts, discount),
  constraint day_documents__closing foreign key (tenant_id, chamber_id, local_date) references clinic.day_closings (tenant_id, chamber_id, local_date),
  constraint day_documents__given_by foreign key (tenant_id, given_by) references clinic.members (tenant_id, id),
  constraint day_documents__approved_by foreign key (tenant_id, approved_by) references clinic.members (tenant_id, id)
);
comment on table clinic.day_documents is 'What was billed, credited, paid and given back in a chamber on a day that is closed; written by the database when it is closed.';
comment on column clinic.day_documents.tenant_id is 'The practice.';
comment on column clinic.day_documents.chamber_id is 'The chamber.';
comment on column clinic.day_documents.local_date is 'The day, where the chamber is.';
comment on column clinic.day_documents.kind is 'INVOICE, CREDIT_NOTE, PAYMENT or REFUND.';
comment on column clinic.day_documents.method is 'The method of payments and refunds.';
comment on column clinic.day_documents.given_by is 'Who wrote the invoices, or those that were credited.';
comment on column clinic.day_documents.approved_by is 'Who approved their discounts.';
comment on column clinic.day_documents.documents is 'How many.';
comment on column clinic.day_documents.amount is 'What they come to, in minor units.';
comment on column clinic.day_documents.discounts is 'How many of them have a discount.';
comment on column clinic.day_documents.discount is 'What was taken off, as the books have it; below zero what credit notes took back of it.';

create table clinic.day_receivables (
  tenant_id uuid not null,
  chamber_id uuid not null,
  local_date date not null,
  invoice_id uuid not null,
  invoiced_on date not null,
  amount bigint not null,
  constraint day_receivables__key unique (tenant_id, chamber_id, invoice_id, local_date) include (invoiced_on, amount),
  constraint day_receivables__closing foreign key (tenant_id, chamber_id, local_date) references clinic.day_closings (tenant_id, chamber_id, local_date),
  constraint day_receivables__invoice foreign key (tenant_id, invoice_id) references clinic.invoices (tenant_id, id)
);
comment on table clinic.day_receivables is 'By how much what is due on an invoice grew on a day that is closed, or below zero shrank; written by the database when it is closed. An invoice that was paid on the day of its issue is none of them.';
comment on column clinic.day_receivables.tenant_id is 'The practice.';
comment on column clinic.day_receivables.chamber_id is 'The chamber.';
comment on column clinic.day_receivables.local_date is 'The day, where the chamber is.';
comment on column clinic.day_receivables.invoice_id is 'The invoice.';
comment on column clinic.day_receivables.invoiced_on is 'The day of its issue.';
comment on column clinic.day_receivables.amount is 'By how much, in minor units; never zero.';

create function clinic.accounts_of_days(p_tenant uuid, p_chamber uuid, p_days date[]) returns table (account text, doctor_id uuid, debits bigint, credits bigint, lines integer)
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select l.account, l.doctor_id, coalesce(sum(l.amount) filter (where l.amount > 0), 0)::bigint, coalesce(-sum(l.amount) filter (where l.amount < 0), 0)::bigint, count(*)::integer
    from clinic.ledger_lines l where l.tenant_id = p_tenant and l.chamber_id = p_chamber and l.local_date = any (p_days) group by l.account, l.doctor_id;
  end;
comment on function clinic.accounts_of_days(uuid, uuid, date[]) is 'How the accounts of a chamber moved on some days, line by line.';

create function clinic.documents_of_days(p_tenant uuid, p_chamber uuid, p_days date[])
  returns table (local_date date, kind text, method text, given_by uuid, approved_by uuid, documents integer, amount bigint, discounts integer, discount bigint)
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select i.local_date, i.kind, null, g.given_by, g.approved_by, count(*)::integer, sum(i.total)::bigint, count(d.amount)::integer, coalesce(sum(d.amount), 0)::bigint
    from clinic.invoices i left join clinic.invoices o on o.tenant_id = p_tenant and o.id = i.credits
    cross join lateral (select case when i.credits is null then i.updated_by else o.updated_by end as given_by, case when i.credits is null then i.discount_approved_by else o.discount_approved_by end as approved_by) g
    left join lateral (
      select l.amount from clinic.ledger_entries e join clinic.ledger_lines l on l.tenant_id = e.tenant_id and l.entry_id = e.id and l.account = 'DISCOUNT'
      where e.tenant_id = i.tenant_id and e.source_id = i.id and e.kind = i.kind and i.discount <> 0 offset 0) d on true
    where i.tenant_id = p_tenant and i.chamber_id = p_chamber and i.local_date = any (p_days) group by i.local_date, i.kind, g.given_by, g.approved_by
    union all
    select p.local_date, 'PAYMENT', p.method, null, null, count(*)::integer, sum(p.amount)::bigint, 0, 0
    from clinic.payments p where p.tenant_id = p_tenant and p.chamber_id = p_chamber and p.local_date = any (p_days) group by p.local_date, p.method
    union all
    select r.local_date, 'REFUND', r.method, null, null, count(*)::integer, sum(r.amount)::bigint, 0, 0
    from clinic.refunds r join clinic.payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id
    where r.tenant_id = p_tenant and r.local_date = any (p_days) and p.chamber_id = p_chamber group by r.local_date, r.method;
  end;
comment on function clinic.documents_of_days(uuid, uuid, date[]) is 'What was billed, credited, paid and given back in a chamber on some days, document by document.';

create function clinic.receivables_of_days(p_tenant uuid, p_chamber uuid, p_days date[]) returns table (invoice_id uuid, invoiced_on date, amount bigint)
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select i.id, i.local_date, sum(l.amount)::bigint
    from clinic.ledger_lines l join clinic.ledger_entries e on e.tenant_id = l.tenant_id and e.id = l.entry_id
    cross join lateral (
      select case e.kind
        when 'INVOICE' then e.source_id
        when 'CREDIT_NOTE' then (select n.credits from clinic.invoices n where n.tenant_id = e.tenant_id and n.id = e.source_id)
        when 'ALLOCATION' then (select a.invoice_id from clinic.allocations a where a.tenant_id = e.tenant_id and a.id = e.source_id)
        else (select c.invoice_id from clinic.claims c where c.tenant_id = e.tenant_id and c.id = e.source_id) end as invoice_id offset 0) s
    cross join lateral (select n.id, n.local_date from clinic.invoices n where n.tenant_id = l.tenant_id and n.id = s.invoice_id offset 0) i
    where l.tenant_id = p_tenant and l.chamber_id = p_chamber and l.local_date = any (p_days) and l.account = 'RECEIVABLE'
    group by i.id, i.local_date having sum(l.amount) <> 0;
  end;
comment on function clinic.receivables_of_days(uuid, uuid, date[]) is 'By how much what is due on invoices changed in a chamber on some days, line by line; together it is the account RECEIVABLE.';

create function clinic.open_days(p_tenant uuid, p_chamber uuid, p_from date, p_until date) returns table (chamber_id uuid, days date[])
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select o.chamber_id, array_agg(o.local_date)
    from (
      select c.id as chamber_id, s.first + d.n as local_date
      from clinic.chambers c
      cross join lateral (
        select
          greatest(p_from, least((select min(l.local_date) from clinic.ledger_lines l where l.tenant_id = c.tenant_id and l.chamber_id = c.id),
            (select min(i.local_date) from clinic.invoices i where i.tenant_id = c.tenant_id and i.chamber_id = c.id and i.local_date is not null))) as first,
          least(p_until, greatest((select max(l.local_date) from clinic.ledger_lines l where l.tenant_id = c.tenant_id and l.chamber_id = c.id),
            (select max(i.local_date) from clinic.invoices i where i.tenant_id = c.tenant_id and i.chamber_id = c.id and i.local_date is not null))) as last offset 0) s
      cross join lateral generate_series(0, s.last - s.first) as d (n)
      where c.tenant_id = p_tenant and (p_chamber is null or c.id = p_chamber)
      except
      select k.chamber_id, k.local_date from clinic.day_closings k where k.tenant_id = p_tenant) o
    group by o.chamber_id;
  end;
comment on function clinic.open_days(uuid, uuid, date, date) is 'The days of a chamber, or of each, whose books are not closed, between the first and the last on which anything was, and within bounds where they are told.';

create function clinic.account_balances(p_tenant uuid, p_chamber uuid, p_on date) returns table (account text, debits bigint, credits bigint, lines integer)
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select m.account, sum(m.debits)::bigint, sum(m.credits)::bigint, sum(m.lines)::integer
    from (
      select a.account, a.debits, a.credits, a.lines from clinic.day_accounts a
      where a.tenant_id = p_tenant and a.chamber_id = any (array(select c.id from clinic.chambers c where c.tenant_id = p_tenant and (p_chamber is null or c.id = p_chamber))) and a.local_date <= coalesce(p_on, 'infinity')
      union all
      select a.account, a.debits, a.credits, a.lines from clinic.open_days(p_tenant, p_chamber, null, p_on) o cross join lateral clinic.accounts_of_days(p_tenant, o.chamber_id, o.days) a) m
    group by m.account;
  end;
comment on function clinic.account_balances(uuid, uuid, date) is 'What the accounts of a chamber, or of all, came to until the end of a day, or of all days.';

create function clinic.total_day(p_tenant uuid, p_chamber uuid, p_day date) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
  begin atomic
    insert into clinic.day_accounts (tenant_id, chamber_id, local_date, account, doctor_id, debits, credits, lines)
    select p_tenant, p_chamber, p_day, a.account, a.doctor_id, a.debits, a.credits, a.lines from clinic.accounts_of_days(p_tenant, p_chamber, array[p_day]) a;
    insert into clinic.day_documents (tenant_id, chamber_id, local_date, kind, method, given_by, approved_by, documents, amount, discounts, discount)
    select p_tenant, p_chamber, p_day, d.kind, d.method, d.given_by, d.approved_by, d.documents, d.amount, d.discounts, d.discount from clinic.documents_of_days(p_tenant, p_chamber, array[p_day]) d;
    insert into clinic.day_receivables (tenant_id, chamber_id, local_date, invoice_id, invoiced_on, amount)
    select p_tenant, p_chamber, p_day, r.invoice_id, r.invoiced_on, r.amount from clinic.receivables_of_days(p_tenant, p_chamber, array[p_day]) r;
  end;
comment on function clinic.total_day(uuid, uuid, date) is 'Keeps the totals of a day that is closed.';

do $$
declare s record; d record;
begin
  for s in select distinct k.scope from platform.data_keys k where k.scope <> '00000000-0000-0000-0000-000000000000' loop
    perform platform.set_context(s.scope, '00000000-0000-0000-0000-000000000000');
    for d in select c.chamber_id, c.local_date from clinic.day_closings c where c.tenant_id = s.scope loop
      perform clinic.total_day(s.scope, d.chamber_id, d.local_date);
    end loop;
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;

create function clinic.total_closing() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform clinic.total_day(new.tenant_id, new.chamber_id, new.local_date);
  return null;
end $$;
comment on function clinic.total_closing() is 'Keeps the totals of a day when it is closed.';
create trigger total_closing after insert on clinic.day_closings for each row execute function clinic.total_closing();
${['day_accounts', 'day_documents', 'day_receivables'].map((table) => `
create trigger keep_totals before update or delete on clinic.${table} for each row execute function clinic.keep_ledger();
create trigger keep_totals_whole before truncate on clinic.${table} for each statement execute function clinic.keep_ledger();
call platform.secure_tenant_table('clinic.${table}');`).join('')}
${changeFunction('clinic.close_day()', closing)}
grant select on clinic.day_accounts, clinic.day_documents, clinic.day_receivables to sinduk_app;
grant execute on function clinic.accounts_of_days(uuid, uuid, date[]), clinic.documents_of_days(uuid, uuid, date[]), clinic.receivables_of_days(uuid, uuid, date[]), clinic.open_days(uuid, uuid, date, date), clinic.account_balances(uuid, uuid, date) to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction('clinic.close_day()', undone(closing))}
drop trigger total_closing on clinic.day_closings;
drop function clinic.total_closing(), clinic.total_day(uuid, uuid, date), clinic.account_balances(uuid, uuid, date), clinic.open_days(uuid, uuid, date, date),
  clinic.receivables_of_days(uuid, uuid, date[]), clinic.documents_of_days(uuid, uuid, date[]), clinic.accounts_of_days(uuid, uuid, date[]);
drop table clinic.day_receivables, clinic.day_documents, clinic.day_accounts;
drop index clinic.ledger_lines__by_account;
`);
  }
}
