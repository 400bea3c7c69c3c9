import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { OwnerDb } from '../src/operator/owner-db.js';
import { dropIndexes } from './audit-fill.js';
import type { BenchPractice } from './data.js';

/** How many payments, of how many days until yesterday, where. Doctors and chambers are the practice's. */
export interface BooksSize {
  payments: number;
  days: number;
  chambers: readonly string[];
  doctors: readonly string[];
}

const TABLES = ['invoices', 'invoice_lines', 'payments', 'allocations', 'refunds', 'drawers', 'share_accruals', 'ledger_entries', 'ledger_lines', 'day_closings', 'day_accounts', 'day_documents', 'day_receivables', 'open_invoices'].map((table) => `clinic.${table}`);

/** The chambers' clock. */
export const ZONE = 'Asia/Dhaka';

/** What of a line a doctor with a rule gets, in basis points; every second doctor has one. */
const SHARE = 4000;

// Evenly spread numbers between 0 and 1 that depend on the row and nothing else.
const chance = (seed: number): string => `((hashint8extended(n, ${seed}) & 16777215) / 16777216.0)`;
const oneOf = (list: string, seed: number): string => `(${list})[1 + floor(${chance(seed)} * cardinality(${list}))::integer]`;
const localDay = (at: string): string => `(${at} at time zone '${ZONE}')::date`;

// $1 payments, $2 days, $3 the first day, $4 chambers, $5 doctors, $6 patients, $7 who is at the desk.
// One bill in a hundred is never paid, and half of those are credited; one payment in 25 comes days after its invoice, one in 50 is of the half, one in 200 pays nothing.
const BILLS = `
create temp table bench_bills as
with numbers as (
  select n, least(n, $1::bigint) as at_n, ${oneOf('$4::uuid[]', 1)} as chamber_id, ${oneOf('$5::uuid[]', 2)} as doctor_id, ${oneOf('$6::uuid[]', 3)} as patient_id, ${oneOf('$7::uuid[]', 4)} as member_id,
    ${chance(5)} as how, ${chance(6)} as later, 50000 + 5000 * floor(${chance(7)} * 21)::bigint as price, ${chance(8)} < 0.2 as is_discounted,
    case when ${chance(9)} < 0.3 then 5000 + 1000 * floor(${chance(10)} * 26)::bigint end as item, ${oneOf(`array['CASH', 'CASH', 'CASH', 'CASH', 'CASH', 'CASH', 'CARD', 'BKASH', 'BKASH', 'BANK']`, 11)} as method, ${chance(12)} as more
  from generate_series(1, $1::bigint + $1::bigint / 100) n
), placed as (
  select *, n > $1 as is_unpaid, n > $1 and n % 2 = 0 as is_credited, n <= $1 and how < 0.005 as is_advance,
    (($3::date + case when n <= $1 then (n - 1) * $2::bigint / $1 else (n - $1 - 1) * 100 * $2::bigint / $1 end::integer) + time '08:00'
      + interval '12 hours' * (case when n <= $1 then (n - 1) * $2::bigint % $1 else (n - $1) * 7919 % $1 end / $1::double precision)) at time zone '${ZONE}' as paid_at
  from numbers
), dated as (
  select *, case when how >= 0.005 and how < 0.045 then greatest(paid_at - (1 + floor(later * 60)) * interval '1 day', ($3::date + time '07:00') at time zone '${ZONE}') else paid_at - interval '2 minutes' end as invoiced_at,
    case when is_discounted then price / 10 else 0 end as off, (coalesce(item, 0) * 1500 + 5000) / 10000 as tax
  from placed
), reckoned as (
  select *, price - off + coalesce(item, 0) + tax as sum, (2 * (price - off + coalesce(item, 0) + tax) + 100) / 200 * 100 as total from dated
)
select n, chamber_id, doctor_id, patient_id, member_id, price, item, off, tax, sum, total, method, is_unpaid, is_credited, is_advance, invoiced_at, ${localDay('invoiced_at')} as invoiced_on, paid_at, ${localDay('paid_at')} as paid_on,
  case when is_unpaid or is_advance then 0 when how >= 0.045 and how < 0.065 then total / 200 * 100 else total end as pays,
  case when is_unpaid then 0 when is_advance then 20000 when more < 0.005 then 10000 else 0 end as beyond, more < 0.005 as is_refunded,
  case when is_credited then least(invoiced_at + interval '3 days', ($3::date + $2::integer - 1 + time '20:00') at time zone '${ZONE}') end as credited_at
from reckoned`;

// A UUIDv7 of a moment, with three digits for the kind of record and the number of the row.
const idOf = (kind: string, at: string, n = 'n'): string => `(lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint), 12, '0') || '7${kind}8' || lpad(to_hex(${n}::bigint), 15, '0'))::uuid`;
const INVOICE = idOf('001', 'invoiced_at');
const NOTE = idOf('002', 'credited_at');
const PAYMENT = idOf('003', 'paid_at');
const ALLOCATION = idOf('004', `paid_at + interval '1 ms'`);
const REFUND = idOf('005', `paid_at + interval '5 minutes'`);
const ACCRUAL = idOf('006', `paid_at + interval '2 ms'`);
const DRAWER = `overlay(overlay(md5('drawer' || chamber_id || member_id || paid_on) placing '7' from 13) placing '8' from 17)::uuid`;

const fiscalYear = (day: string): string => `extract(year from ${day})::integer - case when extract(month from ${day}) < 7 then 1 else 0 end`;

const codeOf = (kind: string, number: string, year: string): string =>
  `(select c.receipt_prefix from clinic.chambers c where c.tenant_id = $1 and c.id = chamber_id) || ${kind} || '-' || ${year} || '-' || to_char((${year} + 1) % 100, 'FM00') || '-' || lpad(${number}::text, 6, '0')`;

// $1 the practice, $2 sealed bytes of a usual length.
const DOCUMENTS = [
  `insert into clinic.invoices (tenant_id, id, kind, credits, chamber_id, patient_id, status, tax_included, gross, discount, tax, rounding, total, details, fiscal_year, number, code, local_date, issued_by, issued_at, drafted_by, drafted_at, updated_by, updated_at, version)
  select $1, id, kind, credits, chamber_id, patient_id, status, false, price + coalesce(item, 0), off, tax, total - sum, total, $2, year, number,
    ${codeOf(`case kind when 'INVOICE' then '' else '-CN' end`, 'number', 'year')}, day, member_id, at, member_id, at, member_id, at, case status when 'VOID' then 3 else 2 end
  from (
    select *, row_number() over (partition by chamber_id, kind, year order by at, n) as number from (
      select ${INVOICE} as id, 'INVOICE' as kind, null::uuid as credits, case when is_credited then 'VOID' else 'ISSUED' end as status, invoiced_at as at, invoiced_on as day, ${fiscalYear('invoiced_on')} as year, b.* from bench_bills b where not is_advance
      union all
      select ${NOTE}, 'CREDIT_NOTE', ${INVOICE}, 'ISSUED', credited_at, ${localDay('credited_at')}, ${fiscalYear(localDay('credited_at'))}, b.* from bench_bills b where is_credited) dated) numbered
  order by at, n`,
  `insert into clinic.invoice_lines (tenant_id, id, invoice_id, no, kind, doctor_id, quantity, unit_price, discount, tax_category, tax_rate, tax_included, tax, full_tax, credits_no, details)
  select $1, ${idOf('007', 'at', '(2 * n + no)')}, document, no, kind, doctor, 1, price, off, category, rate, false, ((price - off) * rate + 5000) / 10000, (price * rate + 5000) / 10000, case when of_note then no end, $2
  from (
    select n, invoiced_at as at, ${INVOICE} as document, false as of_note, l.* from bench_bills b cross join lateral (
      select 1 as no, 'SERVICE' as kind, doctor_id as doctor, b.price, b.off, 'EXEMPT' as category, 0 as rate union all select 2, 'ITEM', null, b.item, 0, 'STANDARD', 1500 where b.item is not null) l where not is_advance
    union all
    select n, credited_at, ${NOTE}, true, l.* from bench_bills b cross join lateral (
      select 1, 'SERVICE', doctor_id, b.price, b.off, 'EXEMPT', 0 union all select 2, 'ITEM', null, b.item, 0, 'STANDARD', 1500 where b.item is not null) l where is_credited) lines
  order by at, n, no`,
  `insert into clinic.drawers (tenant_id, id, chamber_id, cashier_id, status, opening_float, local_date, opened_at, denominations, pieces, counted, expected, closed_by, closed_at, closed_on)
  select $1, ${DRAWER}, chamber_id, member_id, 'CLOSED', 0, paid_on, (paid_on + time '07:30') at time zone '${ZONE}', array[100], array[held / 100], held, held, member_id, (paid_on + time '21:00') at time zone '${ZONE}', paid_on
  from (select chamber_id, member_id, paid_on, sum(pays + beyond - case when is_refunded then beyond else 0 end) as held from bench_bills where not is_unpaid and method = 'CASH' group by chamber_id, member_id, paid_on) d where held > 0`,
  `insert into clinic.payments (tenant_id, id, chamber_id, patient_id, method, provider, reference, drawer_id, amount, status, details, local_date, captured_at, taken_by, created_at, version, fiscal_year, number, code)
  select $1, ${PAYMENT}, chamber_id, patient_id, method, method, case when method <> 'CASH' then 'R' || n end, case when method = 'CASH' then ${DRAWER} end, pays + beyond, 'CAPTURED', $2, paid_on, paid_at, member_id, paid_at, 2, year, number, ${codeOf(`'-R'`, 'number', 'year')}
  from (select *, row_number() over (partition by chamber_id, year order by n) as number from (select *, ${fiscalYear('paid_on')} as year from bench_bills where not is_unpaid) p) numbered order by n`,
  `insert into clinic.allocations (tenant_id, id, payment_id, invoice_id, amount, local_date, allocated_by, allocated_at)
  select $1, ${ALLOCATION}, ${PAYMENT}, ${INVOICE}, pays, paid_on, member_id, paid_at from bench_bills where pays > 0 order by n`,
  `insert into clinic.refunds (tenant_id, id, payment_id, method, provider, reference, drawer_id, amount, status, details, requested_by, requested_at, paid_by, paid_at, local_date, version, fiscal_year, number, code)
  select $1, ${REFUND}, ${PAYMENT}, method, method, case when method <> 'CASH' then 'G' || n end, case when method = 'CASH' then ${DRAWER} end, beyond, 'PAID', $2, member_id, paid_at, member_id, paid_at, paid_on, 2, year, number, ${codeOf(`'-RF'`, 'number', 'year')}
  from (select *, row_number() over (partition by chamber_id, year order by n) as number from (select *, ${fiscalYear('paid_on')} as year from bench_bills where is_refunded and beyond > 0) r) numbered order by n`,
  `insert into clinic.invoice_counters (tenant_id, chamber_id, kind, fiscal_year, last)
  select $1, chamber_id, kind, fiscal_year, max(number) from (
    select chamber_id, kind, fiscal_year, number from clinic.invoices where tenant_id = $1 union all select chamber_id, 'RECEIPT', fiscal_year, number from clinic.payments where tenant_id = $1
    union all select p.chamber_id, 'REFUND', r.fiscal_year, r.number from clinic.refunds r join clinic.payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id where r.tenant_id = $1) n where number is not null group by chamber_id, kind, fiscal_year`,
  `insert into clinic.share_accruals (tenant_id, id, chamber_id, doctor_id, rule_id, invoice_id, allocation_id, amount, local_date, accrued_at)
  select $1, ${ACCRUAL}, b.chamber_id, b.doctor_id, r.id, ${INVOICE}, ${ALLOCATION}, earned, paid_on, paid_at
  from bench_shares b join clinic.share_rules r on r.tenant_id = $1 and r.doctor_id = b.doctor_id order by n`,
];

// A share is of what the doctor's line came to, in the proportion in which the invoice is paid, half a minor unit rounded up.
const SHARES = `create temp table bench_shares as select b.*, div(2 * (price - off) * ${SHARE}::numeric * pays + 10000 * total, 20000 * total::numeric)::bigint as earned from bench_bills b where pays > 0 and doctor_id = any ($1::uuid[])`;

// An entry for each step, as the triggers post it; lines of zero are left out.
const ENTRIES = `
create temp table bench_entries as
select *, ${idOf('008', 'at')} as entry_id from (select row_number() over (order by at, n, kind) as n, e.at, e.kind, source_id, chamber_id, member_id, day, accounts, doctors, amounts
from (
  select n, invoiced_at as at, 'INVOICE' as kind, ${INVOICE} as source_id, chamber_id, member_id, invoiced_on as day,
    array['RECEIVABLE', 'TAX', 'REVENUE', 'REVENUE', 'DISCOUNT', 'ROUNDING'] as accounts, array[null, null, doctor_id, null, null, null] as doctors, array[total, -tax, -price, -coalesce(item, 0), off, sum - total] as amounts from bench_bills where not is_advance
  union all
  select n, credited_at, 'CREDIT_NOTE', ${NOTE}, chamber_id, member_id, ${localDay('credited_at')},
    array['RECEIVABLE', 'TAX', 'REVENUE', 'REVENUE', 'DISCOUNT', 'ROUNDING'], array[null, null, doctor_id, null, null, null], array[-total, tax, price, coalesce(item, 0), -off, total - sum] from bench_bills where is_credited
  union all
  select n, paid_at, 'PAYMENT', ${PAYMENT}, chamber_id, member_id, paid_on, array[clinic.money_account(method), 'ADVANCE'], array[null, null]::uuid[], array[pays + beyond, -pays - beyond] from bench_bills where not is_unpaid
  union all
  select n, paid_at + interval '1 ms', 'ALLOCATION', ${ALLOCATION}, chamber_id, member_id, paid_on, array['ADVANCE', 'RECEIVABLE'], array[null, null]::uuid[], array[pays, -pays] from bench_bills where pays > 0
  union all
  select n, paid_at + interval '5 minutes', 'REFUND', ${REFUND}, chamber_id, member_id, paid_on, array['ADVANCE', clinic.money_account(method)], array[null, null]::uuid[], array[beyond, -beyond] from bench_bills where is_refunded and beyond > 0
  union all
  select n, paid_at + interval '2 ms', 'SHARE', ${ACCRUAL}, chamber_id, member_id, paid_on, array['DOCTOR_SHARE', 'DOCTOR_PAYABLE'], array[doctor_id, doctor_id], array[earned, -earned] from bench_shares
  union all
  select 0, d.closed_at, 'DRAWER_CLOSED', d.id, d.chamber_id, d.cashier_id, d.closed_on, array['SAFE', 'DRAWER'], array[null, null]::uuid[], array[d.counted, -d.expected] from clinic.drawers d where d.tenant_id = $1) e) numbered`;

const POSTINGS = [
  `insert into clinic.ledger_entries (tenant_id, id, chamber_id, kind, source_id, local_date, posted_by, posted_at) select $1, entry_id, chamber_id, kind, source_id, day, member_id, at from bench_entries order by n`,
  `insert into clinic.ledger_lines (tenant_id, entry_id, no, account, doctor_id, chamber_id, local_date, amount)
  select $1, entry_id, row_number() over (partition by n order by place), account, doctor_id, chamber_id, day, amount
  from bench_entries e cross join lateral unnest(accounts, doctors, amounts) with ordinality as l (account, doctor_id, amount, place) where amount <> 0 order by n, place`,
];

/** Fills the books of a practice, as superuser and without indexes, which are built afterwards: what the triggers would have written, set by set. Details do not open until `sealPayments` has replaced them. */
export async function fillBooks(client: pg.Client, practice: BenchPractice, size: BooksSize, say: (text: string) => void): Promise<void> {
  const { tenantId, memberId, patientIds } = practice;
  await client.query(`set synchronous_commit = off; set maintenance_work_mem = '1GB'; set work_mem = '512MB'; set session_replication_role = replica`);
  const restoreIndexes = await dropIndexes(client, TABLES);
  const [{ first }] = (await client.query<{ first: string }>(`select ((now() at time zone '${ZONE}')::date - $1::integer)::text as first`, [size.days])).rows as [{ first: string }];
  await client.query(BILLS, [size.payments, size.days, first, size.chambers, size.doctors, patientIds, [memberId, ...size.doctors.slice(0, 3)]]);
  const shared = size.doctors.filter((_, index) => index % 2 === 0);
  await client.query(SHARES, [shared]);
  await client.query(`insert into clinic.share_rules (tenant_id, id, doctor_id, kind, rate, valid_from, created_by, created_at) select $1, gen_random_uuid(), d, 'PERCENTAGE', ${SHARE}, $3, $4, $3::date from unnest($2::uuid[]) as d`, [tenantId, shared, first, memberId]);
  for (const text of DOCUMENTS) {
    await client.query(text, [tenantId, ...(text.includes('$2') ? [randomBytes(80)] : [])]);
    say(text.split(' (')[0]!);
  }
  await client.query(ENTRIES, [tenantId]);
  for (const text of POSTINGS) {
    await client.query(text, [tenantId]);
    say(text.split(' (')[0]!);
  }
  await restoreIndexes();
  say('indexes');
  for (const text of CLOSINGS) {
    await client.query(text, [tenantId, ...(text.includes('$2') ? [memberId, size.chambers, size.days] : [])]);
    say(text.split(' (')[0]!);
  }
  for (const table of TABLES) await client.query(`vacuum (analyze) ${table}`);
}

// $1 the practice. By how much what is due on invoices changed, and when.
const RECEIVABLES = `
    select i.chamber_id, i.local_date, i.id as invoice_id, i.local_date as invoiced_on, i.total as amount from clinic.invoices i where i.tenant_id = $1 and i.kind = 'INVOICE' and i.local_date is not null
    union all select n.chamber_id, n.local_date, o.id, o.local_date, -n.total from clinic.invoices n join clinic.invoices o on o.tenant_id = $1 and o.id = n.credits where n.tenant_id = $1
    union all select i.chamber_id, a.local_date, i.id, i.local_date, -a.amount from clinic.allocations a join clinic.invoices i on i.tenant_id = $1 and i.id = a.invoice_id where a.tenant_id = $1`;

// $1 the practice, $2 who closed them, $3 chambers, $4 days. The last two days are not closed yet; what a day came to is told as closing it would.
export const CLOSINGS = [
  `insert into clinic.day_closings (tenant_id, chamber_id, local_date, closed_by, closed_at, totals)
  select $1, chamber_id, day, $2, (day + time '22:00') at time zone '${ZONE}', jsonb_object_agg(account, jsonb_build_object('debits', debits, 'credits', credits, 'balance', balance)) filter (where lines > 0)
  from (
    select *, sum(debits - credits) over so_far as balance, sum(moved) over so_far as lines
    from (
      select c.id as chamber_id, d.ago, clinic.books_today($1, c.id) - d.ago as day, a.account, coalesce(m.debits, 0) as debits, coalesce(m.credits, 0) as credits, coalesce(m.lines, 0) as moved
      from unnest($3::uuid[]) as c (id) cross join generate_series(1, $4::integer) as d (ago) cross join (select distinct account from clinic.ledger_lines where tenant_id = $1) a
      left join (
        select chamber_id, local_date, account, coalesce(sum(amount) filter (where amount > 0), 0) as debits, coalesce(-sum(amount) filter (where amount < 0), 0) as credits, count(*) as lines
        from clinic.ledger_lines where tenant_id = $1 group by chamber_id, local_date, account) m on m.chamber_id = c.id and m.account = a.account and m.local_date = clinic.books_today($1, c.id) - d.ago) moves
    window so_far as (partition by chamber_id, account order by day)) told
  where ago > 2 group by chamber_id, day order by day`,
  `insert into clinic.day_accounts (tenant_id, chamber_id, local_date, account, doctor_id, debits, credits, lines)
  select $1, chamber_id, local_date, l.account, l.doctor_id, coalesce(sum(l.amount) filter (where l.amount > 0), 0), coalesce(-sum(l.amount) filter (where l.amount < 0), 0), count(*)
  from clinic.ledger_lines l join clinic.day_closings c using (tenant_id, chamber_id, local_date) where tenant_id = $1 group by chamber_id, local_date, l.account, l.doctor_id order by local_date, chamber_id`,
  `insert into clinic.day_documents (tenant_id, chamber_id, local_date, kind, method, given_by, approved_by, documents, amount, discounts, discount)
  select $1, c.chamber_id, d.* from (select chamber_id, array_agg(local_date) as days from clinic.day_closings where tenant_id = $1 group by chamber_id) c cross join lateral clinic.documents_of_days($1, c.chamber_id, c.days) d order by d.local_date`,
  `insert into clinic.day_receivables (tenant_id, chamber_id, local_date, invoice_id, invoiced_on, amount)
  select $1, chamber_id, local_date, invoice_id, invoiced_on, sum(amount)
  from (${RECEIVABLES}) moves
  where exists (select from clinic.day_closings c where c.tenant_id = $1 and c.chamber_id = moves.chamber_id and c.local_date = moves.local_date)
  group by chamber_id, local_date, invoice_id, invoiced_on having sum(amount) <> 0 order by local_date, chamber_id`,
  `insert into clinic.open_invoices (tenant_id, id, chamber_id, local_date, due)
  select $1, invoice_id, chamber_id, invoiced_on, sum(amount) from (${RECEIVABLES}) moves group by chamber_id, invoice_id, invoiced_on having sum(amount) <> 0`,
];

/** Gives these payments details that open, as the server would have sealed them. */
export async function sealPayments(client: pg.Client, owner: OwnerDb, tenantId: string, ids: readonly string[]): Promise<void> {
  const keys = await owner.keysOf(tenantId);
  await client.query('set session_replication_role = replica');
  await client.query('update clinic.payments p set details = s.details from unnest($2::uuid[], $3::bytea[]) as s (id, details) where p.tenant_id = $1 and p.id = s.id',
    [tenantId, ids, ids.map((id) => keys.seal('clinic.payments', id, 'details', { paidBy: null }))]);
}
