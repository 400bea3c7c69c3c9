import pg from 'pg';
import { Temporal } from 'temporal-polyfill';
import { OwnerDb } from '../src/operator/owner-db.js';
import { cursorOf } from '../src/platform/graphql/connection.js';
import { graphql } from './client.js';
import { type Shot, load, post } from './load.js';
import { type BooksSize, ZONE, fillBooks, sealPayments } from './reports-fill.js';
import { runPractice } from './running-practice.js';
import { lineOf, pick, putBeside, settleDatabase } from './side-by-side.js';

const PAYMENTS = Number(process.env['BENCH_PAYMENTS'] ?? 1_000_000);
const DAYS = 3 * 365;
const CHAMBERS = 5;
const DOCTORS = 8;
const PATIENTS = 2_000;
const PAGE = 20;
/** How many different questions of a kind are asked; each answer is compared with plain sums first. */
const QUESTIONS = 4;
const WARM_UP_SECONDS = 2;
const PORT = 4812;

const M = '{ amount }';
const TOTALS = `invoices invoiced ${M} creditNotes credited ${M} payments captured ${M} refunds refunded ${M}`;
const REPORT = `query ($from: LocalDate!, $until: LocalDate!) { financialReport(from: $from, until: $until) {
  totals { ${TOTALS} } chambers { chamberId ${TOTALS} } days { on ${TOTALS} } methods { method payments captured ${M} refunds refunded ${M} }
  doctors { doctor { id nameEn } revenue ${M} share ${M} paidOut ${M} } discounts { givenBy { nameEn } approvedBy { nameEn } documents amount ${M} } accounts { account debits ${M} credits ${M} } } }`;
const RECEIVABLES = `query ($on: LocalDate!) { receivables(on: $on) { age invoices due ${M} } }`;
const BALANCES = `query ($on: LocalDate!) { ledgerBalances(on: $on) { account debits ${M} credits ${M} balance ${M} lines } }`;
const ENTRIES = `query ($after: String) { ledgerEntries(first: ${PAGE}, after: $after) { pageInfo { hasNextPage endCursor } edges { node { id kind on sourceId postedAt postedBy { nameEn } lines { account doctor { nameEn } amount ${M} } } } } }`;
const LIST = `query ($after: String) { payments(first: ${PAGE}, after: $after) { pageInfo { hasNextPage endCursor } edges { node { id status method reference amount ${M} allocated ${M} left ${M} capturedAt capturedOn } } } }`;

/** A question, and the plain SQL whose one column `told` must be what `toldBy` finds in the answer. */
interface Question {
  query: string;
  variables: object;
  plain: string;
  values: unknown[];
  toldBy: (data: any) => unknown;
}

/** Reports, balances and lists of one practice whose chambers took a million payments in three years, each answer compared with plain sums. */
export async function measureReports(say: (line: string) => void): Promise<void> {
  const stops: Array<() => Promise<void>> = [];
  try {
    const { installation, practice, otherIds: doctors, ours, token } = await runPractice(stops, { port: PORT, settings: { shared_buffers: '1GB', max_wal_size: '4GB' }, patients: PATIENTS, others: DOCTORS });
    const { keks, ownerUrl, superuserUrl } = installation;
    const chambers: string[] = [];
    for (let i = 0; i < CHAMBERS; i++) {
      const input = { name: `Chamber ${i}`, timeZone: ZONE, locale: 'en_BD', receiptPrefix: `C${i}` };
      chambers.push((await graphql(PORT, 'mutation ($input: AddChamberInput!) { addChamber(input: $input) { id } }', { input }, token)).addChamber.id);
    }
    const client = new pg.Client({ connectionString: Object.assign(new URL(superuserUrl), { pathname: '/sinduk' }).toString() });
    await client.connect();
    stops.unshift(() => client.end());
    const began = performance.now();
    const size: BooksSize = { payments: PAYMENTS, days: DAYS, chambers, doctors };
    await fillBooks(client, practice, size, () => undefined);
    await settleDatabase(superuserUrl);
    say(await sizeOf(client, (performance.now() - began) / 1000));

    const { tenantId, patientIds } = practice;
    const pages = await pageStarts(client, tenantId);
    await OwnerDb.run(ownerUrl, keks, (owner) => sealPayments(client, owner, tenantId, pages.ids));
    const side = await putBeside(ours, installation, patientIds);
    stops.unshift(side.stop);
    const kinds = questionsOf(tenantId, await firstDay(client), pages.cursors);
    for (const [name, make] of Object.entries(kinds)) {
      const shots: Array<() => Shot> = [];
      for (let n = 0; n < QUESTIONS; n++) {
        const asked = make();
        const answers: object[] = [];
        for (const { query, variables, plain, values, toldBy } of asked) {
          const data = await graphql(PORT, query, variables, token);
          const { rows: [row] } = await client.query<{ told: unknown }>(plain, values);
          if (JSON.stringify(toldBy(data)) !== JSON.stringify(row!.told)) throw new Error(`${name}: ${JSON.stringify(toldBy(data))} is not ${JSON.stringify(row!.told)}`);
          answers.push(data);
        }
        const shotOf = (at: number): Shot => ({
          request: post(PORT, '/graphql', JSON.stringify({ query: asked[at]!.query, variables: asked[at]!.variables }), { authorization: `Bearer ${token}` }), expected: JSON.stringify(answers[at]),
          ...(at + 1 < asked.length && { then: () => shotOf(at + 1) }),
        });
        shots.push(() => shotOf(0));
      }
      const shot = (): Shot => pick(shots)();
      await load(ours.port, 1, WARM_UP_SECONDS, shot);
      say(lineOf(name, 1, await side.measure(1, shot)));
    }
    say(`memory under load ${ours.memoryMb().toFixed(0)} MB`);
  } finally {
    for (const stop of stops) await stop();
  }
}

/** What is asked, by name; each call makes up another question, of one request or of several that follow each other. */
function questionsOf(tenantId: string, first: string, deep: readonly string[]): Record<string, () => Question[]> {
  const dayAfter = (days: number): string => Temporal.PlainDate.from(first).add({ days }).toString();
  const report = (begin: number, days: number): Question => ({ query: REPORT, variables: { from: dayAfter(begin), until: dayAfter(begin + days - 1) }, plain: PLAIN_REPORT, values: [tenantId, dayAfter(begin), dayAfter(begin + days - 1)], toldBy: toldOfReport });
  const some = (days: number) => () => [report(Math.floor(Math.random() * (DAYS - days)), days)];
  const on = (query: string, plain: string, toldBy: (data: any) => unknown) => () => {
    const day = dayAfter(DAYS - 1 - Math.floor(Math.random() * 700));
    return [{ query, variables: { on: day }, plain, values: [tenantId, day], toldBy }];
  };
  const page = (query: string, list: string, order: string, after: readonly string[] | null) => () => {
    const id = after && pick(after);
    return [{ query, variables: { after: id && cursorOf(id) }, plain: plainPage(list, order), values: [tenantId, id], toldBy: toldOfPage }];
  };
  return {
    'report of a day': some(1),
    'report of a month': some(30),
    'report of a year': some(365),
    'report of three years, in three': () => [0, 1, 2].map((year) => report(year * 365, 365)),
    'receivables by age at a day': on(RECEIVABLES, PLAIN_RECEIVABLES, toldOfReceivables),
    'balances at a day': on(BALANCES, PLAIN_BALANCES, toldOfBalances),
    'entries, first page': page(ENTRIES, 'ledger_entries', 'l.id', null),
    'payments, first page': page(LIST, 'payments', 'l.local_date, l.id', null),
    'payments, a deep page': page(LIST, 'payments', 'l.local_date, l.id', deep),
  };
}

// $1 the practice, $2 and $3 days. Each part as arrays, in an order of its own.
const PLAIN_REPORT = `
with billed as (select * from clinic.invoices where tenant_id = $1 and local_date between $2 and $3), paid as (select * from clinic.payments where tenant_id = $1 and local_date between $2 and $3),
  given as (select r.*, p.chamber_id from clinic.refunds r join clinic.payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id where r.tenant_id = $1 and r.local_date between $2 and $3),
  lines as (select * from clinic.ledger_lines where tenant_id = $1 and local_date between $2 and $3),
  steps as (
    select chamber_id, local_date, null as method, kind, total as amount from billed union all select chamber_id, local_date, method, 'PAYMENT', amount from paid union all select chamber_id, local_date, method, 'REFUND', amount from given)
select jsonb_build_array(
  (select ${totals()} from steps), (select jsonb_agg(jsonb_build_array(chamber_id, told) order by chamber_id) from (select chamber_id, ${totals()} as told from steps group by chamber_id) s),
  (select jsonb_agg(jsonb_build_array(local_date, told) order by local_date) from (select local_date, ${totals()} as told from steps group by local_date) s),
  (select jsonb_agg(jsonb_build_array(method, told) order by method collate "C") from (select method, ${totals()} as told from steps where method is not null group by method) s),
  (select jsonb_agg(jsonb_build_array(doctor_id, revenue, share) order by doctor_id) from (
    select doctor_id, coalesce(-sum(amount) filter (where account = 'REVENUE'), 0) as revenue, coalesce(sum(amount) filter (where account = 'DOCTOR_SHARE'), 0) as share from lines where doctor_id is not null group by doctor_id) s),
  (select coalesce(sum(amount), 0) from lines where account = 'DISCOUNT'),
  (select jsonb_agg(jsonb_build_array(account, debits, credits) order by account collate "C") from (
    select account, coalesce(sum(amount) filter (where amount > 0), 0) as debits, coalesce(-sum(amount) filter (where amount < 0), 0) as credits from lines group by account) s)) as told`;

function totals(): string {
  return `jsonb_build_array(${['INVOICE', 'CREDIT_NOTE', 'PAYMENT', 'REFUND'].map((kind) => `count(*) filter (where kind = '${kind}'), coalesce(sum(amount) filter (where kind = '${kind}'), 0)`).join(', ')})`;
}

const toldOfReport = ({ financialReport: report }: any): unknown => {
  const totalsOf = (of: any): number[] => [of.invoices ?? 0, of.invoiced?.amount ?? 0, of.creditNotes ?? 0, of.credited?.amount ?? 0, of.payments, of.captured.amount, of.refunds, of.refunded.amount];
  const by = (of: any[], key: string): unknown[] => of.map((one) => [one[key], totalsOf(one)]).sort(byFirst);
  return [
    totalsOf(report.totals), by(report.chambers, 'chamberId'), by(report.days, 'on'), by(report.methods, 'method'),
    report.doctors.filter(({ doctor }: any) => doctor).map(({ doctor, revenue, share }: any) => [doctor.id, revenue.amount, share.amount]).sort(byFirst),
    report.discounts.reduce((sum: number, { amount }: any) => sum + amount.amount, 0),
    report.accounts.map(({ account, debits, credits }: any) => [account, debits.amount, credits.amount]).sort(byFirst),
  ];
};

const byFirst = ([a]: any, [b]: any): number => (a < b ? -1 : 1);

const PLAIN_RECEIVABLES = `
select jsonb_agg(jsonb_build_array(count, due) order by age) as told from (
  select a.age, count(d.due), coalesce(sum(d.due), 0) as due from generate_series(0, 3) as a (age) left join (
    select least((greatest($2::date - i.local_date, 1) - 1) / 30, 3) as age, i.total
      - coalesce((select sum(a.amount) from clinic.allocations a where a.tenant_id = $1 and a.invoice_id = i.id and a.local_date <= $2), 0)
      - coalesce((select sum(n.total) from clinic.invoices n where n.tenant_id = $1 and n.credits = i.id and n.local_date <= $2), 0) as due
    from clinic.invoices i where i.tenant_id = $1 and i.kind = 'INVOICE' and i.local_date <= $2) d on d.age = a.age and d.due <> 0 group by a.age) s`;

const toldOfReceivables = ({ receivables }: any): unknown => receivables.map(({ invoices, due }: any) => [invoices, due.amount]);

const PLAIN_BALANCES = `
select jsonb_agg(jsonb_build_array(account, debits, credits, balance, lines) order by account collate "C") as told from (
  select account, coalesce(sum(amount) filter (where amount > 0), 0) as debits, coalesce(-sum(amount) filter (where amount < 0), 0) as credits, sum(amount) as balance, count(*) as lines
  from clinic.ledger_lines where tenant_id = $1 and local_date <= $2 group by account) s`;

const toldOfBalances = ({ ledgerBalances }: any): unknown => ledgerBalances.map(({ account, debits, credits, balance, lines }: any) => [account, debits.amount, credits.amount, balance.amount, lines]).sort(byFirst);

// $2 the id after which the page begins, or null.
const plainPage = (list: string, order: string): string => `
select jsonb_agg(id) as told from (
  select l.id from clinic.${list} l where l.tenant_id = $1 and ($2::uuid is null or (${order}) < (select ${order} from clinic.${list} l where l.tenant_id = $1 and l.id = $2))
  order by ${order.replaceAll(',', ' desc,')} desc limit ${PAGE}) p`;

const toldOfPage = (data: any): unknown => (data.payments ?? data.ledgerEntries).edges.map(({ node }: any) => node.id);

/** Payments after which pages begin, at every quarter of the list, and all that stand on those pages and on the first. */
async function pageStarts(client: pg.Client, tenantId: string): Promise<{ cursors: string[]; ids: string[] }> {
  const { rows } = await client.query<{ id: string; place: number }>(
    `select id, place from (select id, row_number() over (order by local_date desc, id desc) - 1 as place, count(*) over () as total from clinic.payments where tenant_id = $1) p where place % (total / ${QUESTIONS}) <= ${PAGE + 1} order by place`, [tenantId]);
  return { cursors: rows.filter((_, index) => index % (PAGE + 2) === 0).slice(1).map(({ id }) => id), ids: rows.map(({ id }) => id) };
}

const firstDay = async (client: pg.Client): Promise<string> => (await client.query<{ day: string }>(`select ((now() at time zone '${ZONE}')::date - ${DAYS})::text as day`)).rows[0]!.day;

async function sizeOf(client: pg.Client, seconds: number): Promise<string> {
  const { rows: [row] } = await client.query(
    `select (select count(*) from clinic.payments) as payments, (select count(*) from clinic.invoices) as invoices, (select count(*) from clinic.ledger_entries) as entries, (select count(*) from clinic.ledger_lines) as lines,
    (select count(*) from clinic.day_closings) as closings, pg_size_pretty(pg_database_size(current_database())) as size`);
  return `${row.payments} payments, ${row.invoices} invoices and credit notes, ${row.entries} entries of ${row.lines} lines, ${row.closings} days of chambers closed; ${row.size}, filled in ${seconds.toFixed(0)} s`;
}
