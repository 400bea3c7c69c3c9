import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const NOBODY = '00000000-0000-0000-0000-000000000000';

type Changes = ReadonlyArray<readonly [before: string, after: string]>;
const numbered = (kind: string, chamber: string): string =>
  `select n.fiscal_year, n.number, n.code into new.fiscal_year, new.number, new.code from clinic.next_number(new.tenant_id, ${chamber}, '${kind}', new.local_date) n;`;
const capturing: Changes = [['new.captured_at := now();', `new.captured_at := now();
    ${numbered('RECEIPT', 'new.chamber_id')}`]];
const paying: Changes = [['new.paid_at := now(); new.paid_by', `${numbered('REFUND', 'p.chamber_id')}
    new.paid_at := now(); new.paid_by`]];

/** The code of a number; `first_month` is that of the fiscal year. */
const codeOf = (kind: string, year: string, number: string, prefix: string): string => `${prefix} || case ${kind} when 'CREDIT_NOTE' then '-CN' when 'RECEIPT' then '-R' when 'REFUND' then '-RF' else '' end
    || '-' || ${year} || case when first_month > 1 then '-' || to_char((${year} + 1) % 100, 'FM00') else '' end || '-' || lpad(${number}::text, greatest(6, length(${number}::text)), '0')`;
const yearOf = (day: string): string => `extract(year from ${day})::integer - case when extract(month from ${day}) < first_month then 1 else 0 end`;

/** Numbers what was captured or given back before, in that order. */
const catchUp = (table: string, kind: string, chamber: string, from: string, at: string): string => `
    with numbered as (
      select d.id, d.chamber_id, d.fiscal_year, row_number() over (partition by d.chamber_id, d.fiscal_year order by d.at, d.id)::integer as number
      from (select x.id, ${chamber} as chamber_id, ${at} as at, ${yearOf('x.local_date')} as fiscal_year from ${from} where x.tenant_id = tenant and x.local_date is not null) d),
    told as (
      update ${table} x set fiscal_year = n.fiscal_year, number = n.number, code = ${codeOf(`'${kind}'`, 'n.fiscal_year', 'n.number', 'c.receipt_prefix')}
      from numbered n join clinic.chambers c on c.tenant_id = tenant and c.id = n.chamber_id where x.tenant_id = tenant and x.id = n.id)
    insert into clinic.invoice_counters (tenant_id, chamber_id, kind, fiscal_year, last) select tenant, n.chamber_id, '${kind}', n.fiscal_year, max(n.number) from numbered n group by n.chamber_id, n.fiscal_year;`;

const columns = (table: string, when: string): string => `
alter table clinic.${table} add column fiscal_year smallint, add column number integer, add column code text;
comment on column clinic.${table}.fiscal_year is 'The calendar year in which the fiscal year of its receipt begins; set by the database.';
comment on column clinic.${table}.number is 'That of its receipt, counted without a gap for each chamber and fiscal year when ${when}; set by the database.';`;
const constraints = (table: string, status: string): string => `
alter table clinic.${table}
  add constraint ${table}__code unique (tenant_id, code),
  add constraint ${table}__is_numbered check (num_nonnulls(fiscal_year, number, code) = case status when '${status}' then 3 else 0 end);`;

/** What was captured and what was given back have receipts with numbers, counted as those of invoices are. */
export class ReceiptNumbers1795000101200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.next_number(p_tenant uuid, p_chamber uuid, p_kind text, p_day date, out fiscal_year smallint, out number integer, out code text)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare first_month smallint := (select s.fiscal_month from clinic.billing_settings_of(p_tenant) s); year smallint := ${yearOf('p_day')};
begin
  insert into clinic.invoice_counters as n (tenant_id, chamber_id, kind, fiscal_year, last) values (p_tenant, p_chamber, p_kind, year, 1)
  on conflict on constraint invoice_counters__pkey do update set last = n.last + 1 returning n.last into number;
  fiscal_year := year;
  select ${codeOf('p_kind', 'year', 'number', 'c.receipt_prefix')} into code from clinic.chambers c where c.tenant_id = p_tenant and c.id = p_chamber;
end $$;
comment on function clinic.next_number(uuid, uuid, text, date) is 'The next number of a chamber, kind and fiscal year, which nobody else gets until the transaction is over, and which is given again if it fails; and the code by which it is shown.';
comment on table clinic.invoice_counters is 'The last number of each series of invoices and receipts. No role of the running server can read or write it.';
comment on column clinic.invoice_counters.kind is 'INVOICE, CREDIT_NOTE, RECEIPT, or REFUND: the receipt of one.';

create or replace function clinic.number_invoice(inout i clinic.invoices)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  i.local_date := clinic.books_today(i.tenant_id, i.chamber_id);
  select n.fiscal_year, n.number, n.code into i.fiscal_year, i.number, i.code from clinic.next_number(i.tenant_id, i.chamber_id, i.kind, i.local_date) n;
end $$;
${columns('payments', 'the money was had')}
comment on column clinic.payments.code is 'The number as it is shown and printed: GUL-R-2026-27-000123; set by the database.';
${columns('refunds', 'it was paid')}
comment on column clinic.refunds.code is 'The number as it is shown: GUL-RF-2026-27-000004; set by the database.';

alter table clinic.tenants no force row level security;
alter table clinic.payments disable trigger user;
alter table clinic.refunds disable trigger user;
do $catching_up$
declare tenant uuid; first_month smallint;
begin
  for tenant in select t.id from clinic.tenants t order by t.id loop
    perform platform.set_context(tenant, '${NOBODY}');
    first_month := (select s.fiscal_month from clinic.billing_settings_of(tenant) s);
    ${catchUp('clinic.payments', 'RECEIPT', 'x.chamber_id', 'clinic.payments x', 'x.captured_at')}
    ${catchUp('clinic.refunds', 'REFUND', 'p.chamber_id', 'clinic.refunds x join clinic.payments p on p.tenant_id = x.tenant_id and p.id = x.payment_id', 'x.paid_at')}
  end loop;
  perform set_config('sinduk.context', '', true);
end $catching_up$;
alter table clinic.tenants force row level security;
set constraints all immediate;
alter table clinic.payments enable trigger user;
alter table clinic.refunds enable trigger user;
${constraints('payments', 'CAPTURED')}
${constraints('refunds', 'PAID')}
create index payments__uncaptured on clinic.payments (tenant_id, chamber_id, created_at, id) where status <> 'CAPTURED';
${changeFunction('clinic.keep_payment()', capturing)}
${changeFunction('clinic.keep_refund()', paying)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction('clinic.keep_refund()', undone(paying))}
${changeFunction('clinic.keep_payment()', undone(capturing))}
alter table clinic.refunds drop column fiscal_year, drop column number, drop column code;
drop index clinic.payments__uncaptured;
alter table clinic.payments drop column fiscal_year, drop column number, drop column code;
create or replace function clinic.number_invoice(inout i clinic.invoices)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare first_month smallint;
begin
  select s.fiscal_month into first_month from clinic.billing_settings_of(i.tenant_id) s;
  i.local_date := clinic.books_today(i.tenant_id, i.chamber_id);
  i.fiscal_year := extract(year from i.local_date) - case when extract(month from i.local_date) < first_month then 1 else 0 end;
  insert into clinic.invoice_counters as n (tenant_id, chamber_id, kind, fiscal_year, last) values (i.tenant_id, i.chamber_id, i.kind, i.fiscal_year, 1)
  on conflict (tenant_id, chamber_id, kind, fiscal_year) do update set last = n.last + 1 returning n.last into i.number;
  select c.receipt_prefix || case i.kind when 'CREDIT_NOTE' then '-CN' else '' end || '-' || i.fiscal_year || case when first_month > 1 then '-' || to_char((i.fiscal_year + 1) % 100, 'FM00') else '' end
    || '-' || lpad(i.number::text, greatest(6, length(i.number::text)), '0')
  into i.code from clinic.chambers c where c.tenant_id = i.tenant_id and c.id = i.chamber_id;
end $$;
drop function clinic.next_number(uuid, uuid, text, date);
alter table clinic.invoice_counters no force row level security;
delete from clinic.invoice_counters where kind in ('RECEIPT', 'REFUND');
alter table clinic.invoice_counters force row level security;
comment on table clinic.invoice_counters is 'The last number of each series of invoices. No role of the running server can read or write it.';
comment on column clinic.invoice_counters.kind is 'INVOICE or CREDIT_NOTE.';
`);
  }
}
