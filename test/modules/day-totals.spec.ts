import fc from 'fast-check';
import { DayTotals1795000098000 } from '../../migrations/1795000098000-day-totals.js';
import { type Ask, converse, verdict } from '../contract/conversation.js';
import { dayFromNow } from '../support/appointments.js';
import { Billing, answerOf, bdt, service } from '../support/billing.js';
import { CashDesk, counted } from '../support/cash-desk.js';
import { Patients } from '../support/patients.js';
import { Shares } from '../support/shares.js';
import { openChamber } from '../support/staff.js';
import { type Practice, World } from '../support/world.js';

const SEED = 20_261_123;
/** How many chambers have their three days. */
const RUNS = Number(process.env['RANDOM_CLOSINGS'] ?? 6);

const M = '{ amount }';
const TOTALS = `invoices invoiced ${M} creditNotes credited ${M} payments captured ${M} refunds refunded ${M}`;
const ALL = `query ($chamberId: UUID!, $from: LocalDate!, $until: LocalDate!) {
  financialReport(chamberId: $chamberId, from: $from, until: $until) { totals { ${TOTALS} } days { on ${TOTALS} } methods { method payments captured ${M} refunds refunded ${M} }
    doctors { doctor { id } revenue ${M} share ${M} paidOut ${M} } discounts { givenBy { id } documents amount ${M} } accounts { account debits ${M} credits ${M} } }
  receivables(chamberId: $chamberId, on: $until) { age invoices due ${M} }
  ledgerBalances(chamberId: $chamberId, on: $until) { account debits ${M} credits ${M} balance ${M} lines } }`;

/** What may happen at a desk on a day; `n` chooses among what there is. */
type Deed = { kind: 'bill' | 'pay' | 'allocate' | 'refund' | 'credit' | 'move' | 'release'; n: number };
const deed: fc.Arbitrary<Deed> = fc.record({ kind: fc.constantFrom('bill', 'bill', 'pay', 'pay', 'allocate', 'refund', 'credit', 'move', 'release'), n: fc.nat(1_000) });
/** Two days that passed and today, each with its deeds, and which of them are closed, in which order. */
const days = fc.record({ deeds: fc.array(fc.array(deed, { minLength: 3, maxLength: 10 }), { minLength: 3, maxLength: 3 }), closed: fc.shuffledSubarray([0, 1, 2], { minLength: 1 }) });

// Every row that is kept, beside what the lines and documents come to, as one row each.
const TOLD: Record<string, [kept: string, plain: string]> = {
  accounts: [
    `select local_date, account, doctor_id, debits, credits, lines::bigint from clinic.day_accounts where chamber_id = $1`,
    `select local_date, account, doctor_id, coalesce(sum(amount) filter (where amount > 0), 0)::bigint, coalesce(-sum(amount) filter (where amount < 0), 0)::bigint, count(*) from clinic.ledger_lines where chamber_id = $1 and $days group by 1, 2, 3`,
  ],
  documents: [
    `select local_date, kind, method, sum(documents), sum(amount) from clinic.day_documents where chamber_id = $1 group by 1, 2, 3`,
    `select local_date, kind, null, count(*)::numeric, sum(total) from clinic.invoices where chamber_id = $1 and $days group by 1, 2
    union all select local_date, 'PAYMENT', method, count(*), sum(amount) from clinic.payments where chamber_id = $1 and $days group by 1, 3
    union all select r.local_date, 'REFUND', r.method, count(*), sum(r.amount) from clinic.refunds r join clinic.payments p on p.id = r.payment_id where chamber_id = $1 and r.$days group by 1, 3`,
  ],
  discounts: [
    `select local_date, kind, given_by, sum(discounts), sum(discount) from clinic.day_documents where chamber_id = $1 and discounts > 0 group by 1, 2, 3`,
    `select l.local_date, e.kind, o.updated_by, count(*)::numeric, sum(l.amount) from clinic.ledger_lines l join clinic.ledger_entries e on e.id = l.entry_id join clinic.invoices i on i.id = e.source_id join clinic.invoices o on o.id = coalesce(i.credits, i.id)
    where l.chamber_id = $1 and l.$days and l.account = 'DISCOUNT' group by 1, 2, 3`,
  ],
  receivables: [
    `select local_date, invoice_id, invoiced_on, amount::numeric from clinic.day_receivables where chamber_id = $1`,
    `select m.local_date, i.id, i.local_date, sum(m.amount) from (
      select local_date, coalesce(credits, id) as invoice_id, case kind when 'INVOICE' then total else -total end as amount from clinic.invoices where chamber_id = $1 and local_date is not null
      union all select a.local_date, invoice_id, -amount from clinic.allocations a) m
    join clinic.invoices i on i.id = m.invoice_id and i.chamber_id = $1 where m.$days group by 1, 2, 3 having sum(m.amount) <> 0`,
  ],
};

describe('totals of closed days', () => {
  let world: World;
  let practice: Practice;
  let patientId: string;
  const today = dayFromNow(0);

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Karnaphuli Clinic');
    patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun' })).id;
    await openChamber(world, practice, 'Karnaphuli');
    await new Shares(world, practice.owner).add(practice.owner.memberId);
  });
  afterAll(() => world.close());

  const told = (chamberId: string, on: string): Promise<object> => world.ok(ALL, { chamberId, from: dayFromNow(-5), until: on }, practice.owner.token);
  const superuser = (text: string): Promise<object[]> => world.sql('superuser', text);

  /** Moves all that a chamber did today into the past. */
  const turnDay = (chamberId: string): Promise<object[]> => superuser(`set session_replication_role = replica;
    ${['invoices', 'payments', 'ledger_entries', 'ledger_lines', 'drawers', 'money_moves', 'share_accruals'].map((table) => `update clinic.${table} set local_date = local_date - 1 where chamber_id = '${chamberId}';`).join('\n')}
    update clinic.allocations a set local_date = a.local_date - 1 from clinic.invoices i where i.id = a.invoice_id and i.chamber_id = '${chamberId}';
    update clinic.refunds r set local_date = r.local_date - 1 from clinic.payments p where p.id = r.payment_id and p.chamber_id = '${chamberId}'`);

  async function live(chamberId: string, deeds: readonly Deed[]): Promise<void> {
    const desk = new Billing(world, practice.owner, chamberId);
    const till = new CashDesk(world, practice.owner, chamberId);
    const drawer = await desk.openDrawer();
    const ids = async (table: string): Promise<string[]> => (await world.sql<{ id: string }>('superuser', `select id from clinic.${table} where chamber_id = $1 and status in ('ISSUED', 'CAPTURED') order by id`, [chamberId])).map(({ id }) => id);
    for (const { kind, n } of deeds) {
      const of = async (table: string): Promise<string | undefined> => (await ids(table)).at(-1 - (n % 3));
      const [invoiceId, paymentId] = [await of('invoices'), await of('payments')];
      // What cannot be done is refused, and changes nothing.
      if (kind === 'bill') await desk.bill(patientId, [service(100 * (n + 1), { doctorId: practice.owner.memberId, ...(n % 3 === 0 && { discount: bdt(5 * (n + 1)) }) }), service(n, { taxCategory: 'STANDARD' })]);
      if (kind === 'pay') await desk.takeAnswer(patientId, 100 * (n + 1), { ...(n % 2 && { method: 'CARD', reference: `${chamberId} ${n} ${Math.random()}` }), ...(invoiceId && n % 4 > 0 && { allocations: [{ invoiceId, amount: bdt(50 * (n + 1)) }] }) });
      if (kind === 'allocate' && invoiceId && paymentId) await desk.allocateAnswer(paymentId, invoiceId, n + 1);
      if (kind === 'release' && invoiceId && paymentId) await desk.releaseAnswer(paymentId, invoiceId, 1 + (n % 100));
      if (kind === 'refund' && paymentId) await desk.refundAnswer(paymentId, 1 + (n % 100));
      if (kind === 'credit' && invoiceId) await desk.creditAnswer(invoiceId, { lines: [{ no: 1 + (n % 2) }] });
      if (kind === 'move') await till.move('OWNER', 'SAFE', n + 1);
    }
    // What is counted is seldom what should be there.
    await answerOf(till.close(drawer.id, counted({ 500: 1 })));
  }

  const sumsAgree = async (chamberId: string): Promise<void> => {
    for (const [part, [kept, plain]] of Object.entries(TOLD)) {
      const ofClosed = plain.replace(/(\w+\.)?\$days/g, (_, table = '') => `${table}local_date in (select local_date from clinic.day_closings where chamber_id = $1)`);
      const [rows] = await world.sql<{ kept: string; differ: string }>('superuser', `with kept as (${kept}), plain as (${ofClosed}) select (select count(*) from kept) as kept, (select count(*) from ((table kept except all table plain) union all (table plain except all table kept)) d) as differ`, [chamberId]);
      expect([part, Number(rows!.differ)]).toEqual([part, 0]);
    }
  };

  it('are what the lines and documents of the day come to, whichever days are closed, and change no report', async () => {
    await fc.assert(fc.asyncProperty(days, async ({ deeds, closed }) => {
      const chamberId = await openChamber(world, practice, 'Karnaphuli');
      for (const [index, ofDay] of deeds.entries()) {
        if (index > 0) await turnDay(chamberId);
        await live(chamberId, ofDay);
      }
      const before = await Promise.all([-2, -1, 0].map((ago) => told(chamberId, dayFromNow(ago))));
      for (const index of closed) {
        await answerOf(new CashDesk(world, practice.owner, chamberId).closeDay(dayFromNow(index - 2)));
        expect(await Promise.all([-2, -1, 0].map((ago) => told(chamberId, dayFromNow(ago))))).toEqual(before);
      }
      await sumsAgree(chamberId);
      const [{ due }] = await world.sql<{ due: string }>('superuser', `select coalesce(sum(amount), 0) as due from clinic.ledger_lines where chamber_id = $1 and account = 'RECEIVABLE'`, [chamberId]) as [{ due: string }];
      expect((before[2] as { receivables: Array<{ due: { amount: number } }> }).receivables.reduce((sum, one) => sum + one.due.amount, 0)).toBe(Number(due));
    }), { numRuns: RUNS, seed: SEED, endOnFailure: true });
    const [rows] = await world.sql<Record<string, string>>('superuser', 'select (select count(*) from clinic.day_accounts) as accounts, (select count(*) from clinic.day_documents) as documents, (select count(*) from clinic.day_receivables) as receivables');
    expect(Object.values(rows!).filter((count) => Number(count) < RUNS)).toEqual([]);
  }, 24 * 3_600_000);

  it('are written by nobody but the closing of a day, and stay as they are', async () => {
    const chamberId = await openChamber(world, practice, 'Karnaphuli');
    await live(chamberId, [{ kind: 'bill', n: 99 }]);
    await answerOf(new CashDesk(world, practice.owner, chamberId).closeDay(today));
    const tables = ['day_accounts', 'day_documents', 'day_receivables'];
    const changes = (table: string) => [`update clinic.${table} set local_date = local_date - 1`, `delete from clinic.${table}`, `truncate clinic.${table}`];
    await converse(world, 'app', practice.owner, async (ask) => {
      for (const table of tables) {
        expect((await ask(`select count(*)::integer as count from clinic.${table} where chamber_id = $1`, [chamberId]))[0]!['count']).toBeGreaterThan(0);
        for (const change of [...changes(table), `insert into clinic.${table} select * from clinic.${table}`]) expect([change, await verdict(ask, change)]).toEqual([change, '42501']);
      }
      expect(await verdict(ask, 'select clinic.total_day($1, $2, current_date - 1)', [practice.tenantId, chamberId])).toBe('42501');
    });
    await converse(world, 'owner', practice.owner, async (ask) => {
      for (const table of tables) for (const change of changes(table)) expect([change, await verdict(ask, change)]).toEqual([change, 'SK091']);
    });
  });

  it('are made of days that were closed before there were any', async () => {
    const chamberId = await openChamber(world, practice, 'Karnaphuli');
    await live(chamberId, [{ kind: 'bill', n: 99 }, { kind: 'pay', n: 30 }, { kind: 'bill', n: 500 }]);
    await answerOf(new CashDesk(world, practice.owner, chamberId).closeDay(today));
    await converse(world, 'owner', undefined, async (ask: Ask) => {
      const enter = () => ask('select platform.set_context($1, $2)', [practice.tenantId, practice.owner.memberId]);
      const kept = async () => {
        await enter();
        return [await ask('select * from clinic.day_accounts order by 1, 2, 3, 4, 5'), await ask('select * from clinic.day_documents order by 1, 2, 3, 4, 5, 6, 7'), await ask('select * from clinic.day_receivables order by 1, 2, 4, 3')];
      };
      const before = await kept();
      expect(before.map((rows) => rows.length > 0)).toEqual([true, true, true]);
      await ask(`select set_config('sinduk.context', '', true)`);
      const migration = new DayTotals1795000098000();
      const runner = { query: (text: string) => ask(text) } as unknown as Parameters<DayTotals1795000098000['up']>[0];
      await migration.down(runner);
      await migration.up(runner);
      expect(await kept()).toEqual(before);
    });
  });
});
