import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Appointments, dayFromNow, reasonOf } from '../support/appointments.js';
import { Billing, type InvoiceAnswer, type PaymentAnswer, answerOf, bdt, service } from '../support/billing.js';
import { CashDesk } from '../support/cash-desk.js';
import { ageProof } from '../support/factors.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { type ShareRuleAnswer, Shares } from '../support/shares.js';
import { hire, inventedEmail, invite, join, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { type Person, type Practice, World } from '../support/world.js';

let world: World;
let practice: Practice;
let chamberId: string;
let doctors: Person[];
let desk: Billing;
let shares: Shares;

const today = dayFromNow(0);
const anyPatient = async () => (await new Patients(world, practice.owner.token).register({ nameEn: `Patient ${randomUUID()}` })).id;
/** Changes rows past the triggers, as time would. */
const pastTriggers = (statement: string) => world.sql('superuser', `set session_replication_role = replica; ${statement}`);
/** Forgets all rules and shares, in the books too. */
const noShares = () => pastTriggers(['ledger_lines', 'ledger_entries'].map((table) =>
  `delete from clinic.${table} where tenant_id = '${practice.tenantId}' and ${table === 'ledger_lines' ? 'entry_id in (select id from clinic.ledger_entries where' : '('} kind in ('SHARE', 'PAYOUT'));`).join(' ')
  + ['share_accruals', 'doctor_payouts', 'share_rules'].map((table) => `delete from clinic.${table} where tenant_id = '${practice.tenantId}';`).join(' '));
const payable = async ({ memberId }: Person): Promise<number> => (await shares.statement(memberId, today, dayFromNow(1))).closing.amount;
const session = async ({ memberId }: Person, day = 3): Promise<string> => (await new Appointments(world, practice.owner.token).addSession({ chamberId, doctorId: memberId, localDate: dayFromNow(day) })).id;
const visit = async (patientId: string, sessionId: string): Promise<string> => (await new Appointments(world, practice.owner.token).book({ sessionId, patientId })).id;
const consultation = (price: number): object => ({ kind: 'CONSULTATION', unitPrice: bdt(price), taxCategory: 'EXEMPT' });

beforeAll(async () => {
  world = await World.shared();
  practice = await world.practice('Padma Clinic');
  chamberId = await openChamber(world, practice, 'Padma Dhanmondi');
  doctors = [];
  for (let at = 0; at < 3; at++) {
    const email = inventedEmail('doctor');
    doctors.push(await join(world, email, await invite(world, practice.owner.token, email, [{ chamberId, role: 'DOCTOR' }])));
  }
  [desk, shares] = [new Billing(world, practice.owner, chamberId), new Shares(world, practice.owner)];
  await desk.openDrawer();
});
afterAll(() => world.close());
beforeEach(noShares);

describe('rules of what doctors get', () => {
  const [first, second] = [() => doctors[0]!.memberId, () => doctors[1]!.memberId];

  it('are added once under one key, listed, ended and taken back, and never hold twice', async () => {
    const key = randomUUID();
    const rule = await shares.add(first(), { idempotencyKey: key, chamberId });
    expect(await shares.add(first(), { idempotencyKey: key, chamberId })).toEqual(rule);
    expect(reasonOf(await shares.addAnswer(first(), { idempotencyKey: key, chamberId, rate: 1, kind: 'PERCENTAGE' }))).toBe('KEY_USED');
    expect(rule).toEqual({ id: rule.id, doctor: { id: first() }, chamberId, kind: 'PERCENTAGE', rate: 6000, amount: null, validFrom: today, validUntil: null, createdBy: { id: practice.owner.memberId } });
    expect(reasonOf(await shares.addAnswer(first(), { chamberId, validFrom: dayFromNow(9) }))).toBe('SHARE_RULES_OVERLAP');
    const everywhere = await shares.add(first(), { validFrom: dayFromNow(2), kind: 'SESSIONAL', amount: bdt(500_000) });
    expect(await shares.list({ doctorId: first() }, { first: 1 })).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true }, edges: [{ node: { id: everywhere.id } }] });
    expect((await shares.list({ on: today })).edges.map(({ node }) => node.id)).toEqual([rule.id]);
    expect(reasonOf(await shares.removeAnswer(rule.id))).toBe('SHARE_RULE_BEGUN');
    expect(faultsOf(await shares.endAnswer(rule.id, dayFromNow(-1)))).toEqual(['lastDay BEFORE_FIRST']);
    expect((await shares.endAnswer(rule.id, today)).data.answer.validUntil).toBe(today);
    await shares.add(first(), { chamberId, validFrom: dayFromNow(1), kind: 'PER_PATIENT', amount: bdt(30_000) });
    expect(reasonOf(await shares.endAnswer(rule.id, dayFromNow(5)))).toBe('SHARE_RULES_OVERLAP');
    expect((await shares.removeAnswer(everywhere.id)).data).toEqual({ answer: true });
    const crowd = await Promise.all([1, 2, 3, 4].map(() => shares.addAnswer(second(), {})));
    expect(crowd.filter(({ errors }) => !errors)).toHaveLength(1);
    for (const change of ['rate = 1', `valid_from = current_date + 5, valid_until = null`, `doctor_id = '${second()}'`, `kind = 'SESSIONAL', rate = null, amount = 1`]) {
      const refused = await world.sql('superuser', `select platform.set_context('${practice.tenantId}', '${practice.owner.memberId}'); update clinic.share_rules set ${change} where id = '${rule.id}'`).then(() => 'DONE', ({ code }) => code);
      expect([change, refused]).toEqual([change, 'SK091']);
    }
  });

  it('are told all faults at once, and are for whoever manages the finances where they hold', async () => {
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    const other = await openChamber(world, practice, 'Padma Savar');
    expect(faultsOf(await shares.addAnswer(nurse.memberId, { kind: 'PERCENTAGE', amount: bdt(1), rate: 10_001, validFrom: dayFromNow(-1), validUntil: dayFromNow(-2) })))
      .toEqual(['input.amount NOT_FOR_THIS_KIND', 'input.rate OUT_OF_RANGE', 'input.doctorId NOT_A_DOCTOR_THERE', 'input.validFrom PAST', 'input.validUntil BEFORE_FIRST']);
    expect(faultsOf(await shares.addAnswer(first(), { kind: 'SESSIONAL', chamberId: other }))).toEqual(['input.amount REQUIRED', 'input.doctorId NOT_A_DOCTOR_THERE']);
    const manager = new Shares(world, await hire(world, practice, chamberId, 'MANAGER'));
    const own = await manager.add(first(), { chamberId, validFrom: dayFromNow(4) });
    expect([await manager.addAnswer(first(), {}), await manager.addAnswer(first(), { chamberId: other }), await new Shares(world, nurse).addAnswer(first(), { chamberId })].map(codeOf)).toEqual(Array(3).fill('FORBIDDEN'));
    await shares.add(first(), { validFrom: dayFromNow(4) });
    expect((await manager.list()).edges.map(({ node }) => node.id)).toEqual([own.id]);
    const elsewhere = new Shares(world, (await world.practice('Korotoa Clinic')).owner);
    expect([await elsewhere.addAnswer(first()), await elsewhere.endAnswer(own.id, dayFromNow(9)), await elsewhere.removeAnswer(own.id), await elsewhere.statementAnswer(first(), today, today), await elsewhere.payAnswer(chamberId, first(), 1)].map(codeOf)).toEqual(Array(5).fill('NOT_FOUND'));
  });
});

describe('what doctors get', () => {
  it('grows with what is paid, without tax and discounts, and shrinks with releases and credit notes to nothing', async () => {
    const [doctor, other] = [doctors[0]!, doctors[1]!];
    const rule = await shares.add(doctor.memberId, { rate: 3333, kind: 'PERCENTAGE' });
    const invoice = await desk.bill(await anyPatient(), [service(100_000, { doctorId: doctor.memberId, discount: bdt(1_000), taxCategory: 'STANDARD' }), service(50_000, { doctorId: other.memberId }), service(20_000)]);
    expect([invoice.total.amount, await payable(doctor)]).toEqual([183_900, 0]);
    const payment = await desk.take(invoice['patientId'] as string, 183_900, { allocations: [{ invoiceId: invoice.id, amount: bdt(100) }] });
    // 33.33 % of 990.00 × 1.00 / 1839.00 (the total is rounded from 1838.50).
    expect(await payable(doctor)).toBe(18);
    await answerOf(desk.allocateAnswer(payment.id, invoice.id, 183_800));
    expect([await payable(doctor), await payable(other)]).toEqual([32_997, 0]);
    await desk.credit(invoice.id, { lines: [{ no: 1, amount: bdt(49_000) }] });
    expect(await payable(doctor)).toBe(16_665);
    await desk.credit(invoice.id);
    expect(await payable(doctor)).toBe(0);
    await desk.refund(payment.id, 100);
    const { entries, accrued, opening, closing } = await shares.statement(doctor.memberId, today, today, chamberId);
    expect([opening.amount, accrued.amount, closing.amount, entries.totalCount]).toEqual([0, 0, 0, entries.edges.length]);
    expect(entries.edges.reduce((sum, { node }) => sum + node.amount.amount, 0)).toBe(0);
    expect(new Set(entries.edges.map(({ node }) => node.cause))).toEqual(new Set(['PAID', 'RELEASED', 'CREDITED']));
    expect(entries.edges[0]!.node).toMatchObject({ cause: 'PAID', amount: bdt(18), invoiceId: invoice.id, invoiceNumber: invoice.number, rule: { id: rule.id, kind: 'PERCENTAGE' } });
  });

  it('goes by the rule of the day of issue, of the chamber before that of every chamber, whenever it is paid', async () => {
    const [doctor] = doctors as [Person];
    const lines = [service(100_000, { doctorId: doctor.memberId })];
    const before = await desk.bill(await anyPatient(), lines);
    await shares.add(doctor.memberId, { rate: 1000, kind: 'PERCENTAGE' });
    const between = await desk.bill(await anyPatient(), lines);
    await shares.add(doctor.memberId, { chamberId, rate: 5000, kind: 'PERCENTAGE' });
    const after = await desk.bill(await anyPatient(), lines);
    const got: number[] = [];
    for (const { id, patientId } of [before, between, after] as Array<InvoiceAnswer & { patientId: string }>) {
      await desk.take(patientId, 100_000, { allocations: [{ invoiceId: id }] });
      got.push(await payable(doctor));
    }
    expect(got).toEqual([0, 10_000, 60_000]);
  });

  it('is an amount for each consultation that costs something, as far as it is paid', async () => {
    const [doctor] = doctors as [Person];
    await shares.add(doctor.memberId, { kind: 'PER_PATIENT', amount: bdt(30_000) });
    const [patientId, sessionId] = [await anyPatient(), await session(doctor)];
    const invoice = await desk.bill(patientId, [consultation(100_000), service(50_000, { doctorId: doctor.memberId })], { appointmentId: await visit(patientId, sessionId) });
    const payment = await desk.take(patientId, 50_000, { allocations: [{ invoiceId: invoice.id, amount: bdt(50_000) }] });
    expect(await payable(doctor)).toBe(10_000);
    await desk.credit(invoice.id, { lines: [{ no: 1 }] });
    expect([await payable(doctor), (await desk.payment(payment.id)).left.amount]).toEqual([0, 0]);
    const free = await desk.bill(patientId, [consultation(0), service(50_000)], { appointmentId: await visit(patientId, await session(doctor, 4)) });
    await desk.take(patientId, 50_000, { allocations: [{ invoiceId: free.id }] });
    expect(await payable(doctor)).toBe(0);
  });

  it('is one amount for a session, however many pay at one moment, until nothing of it is paid', async () => {
    const [doctor] = doctors as [Person];
    await shares.add(doctor.memberId, { kind: 'SESSIONAL', amount: bdt(500_000) });
    const sessionId = await session(doctor, 5);
    const invoices: InvoiceAnswer[] = [];
    for (let at = 0; at < 6; at++) {
      const patientId = await anyPatient();
      invoices.push(await desk.bill(patientId, [consultation(100_000)], { appointmentId: await visit(patientId, sessionId) }));
    }
    const payments = await Promise.all(invoices.map((invoice) => desk.take(invoice['patientId'] as string, 100_000, { allocations: [{ invoiceId: invoice.id }] })));
    expect(await payable(doctor)).toBe(500_000);
    await Promise.all(payments.slice(0, 5).map(({ id }, at) => answerOf(desk.releaseAnswer(id, invoices[at]!.id, 100_000))));
    expect(await payable(doctor)).toBe(500_000);
    await desk.credit(invoices[5]!.id);
    expect(await payable(doctor)).toBe(0);
    await answerOf(desk.allocateAnswer(payments[0]!.id, invoices[0]!.id, 1));
    expect(await payable(doctor)).toBe(500_000);
    const { entries } = await shares.statement(doctor.memberId, today, today);
    expect(entries.edges.map(({ node }) => [node.cause, node.amount.amount, node['sessionId']])).toEqual([['PAID', 500_000, sessionId], ['RELEASED', -500_000, sessionId], ['PAID', 500_000, sessionId]]);
  });

  it('is one amount for a session, when two of its invoices are paid out of advances at one moment', async () => {
    const [doctor] = doctors as [Person];
    await shares.add(doctor.memberId, { kind: 'SESSIONAL', amount: bdt(500_000) });
    const sessionId = await session(doctor, 2);
    const advance = async () => {
      const patientId = await anyPatient();
      const invoice = await desk.bill(patientId, [consultation(100_000)], { appointmentId: await visit(patientId, sessionId) });
      return { payment: await desk.take(patientId, 100_000), invoice };
    };
    const [first, second] = [await advance(), await advance()];
    const allocating = await openTransaction(world, practice.tenantId, practice.owner.memberId);
    await allocating.query('insert into clinic.allocations (tenant_id, id, payment_id, invoice_id, amount) values ($1, $2, $3, $4, 100000)', [practice.tenantId, randomUUID(), first.payment.id, first.invoice.id]);
    const answer = desk.allocateAnswer(second.payment.id, second.invoice.id, 100_000);
    await untilItWaits(world, answer);
    await allocating.commit();
    expect((await answer).errors).toBeUndefined();
    expect(await payable(doctor)).toBe(500_000);
  });

  it('costs issuing and paying no round trip', async () => {
    const [doctor] = doctors as [Person];
    const day = async () => {
      const patientId = await anyPatient();
      const draft = await desk.draft(patientId, [service(100_000, { doctorId: doctor.memberId })]);
      return toTheApp(await roundTripsOf(async () => {
        await desk.issue(draft);
        const payment = await desk.take(patientId, 100_000, { allocations: [{ invoiceId: draft.id }] });
        await answerOf(desk.releaseAnswer(payment.id, draft.id, 50_000));
      })).length;
    };
    const before = await day();
    await shares.add(doctor.memberId);
    expect(await day()).toBe(before);
    expect(await payable(doctor)).toBe(30_000);
  });

  it('agrees with a plain reckoning, after any bills, payments, releases and credit notes, and comes back to nothing', async () => {
    const people = [await anyPatient(), await anyPatient()];
    const kind = fc.oneof(
      fc.record({ kind: fc.constant('PERCENTAGE'), rate: fc.integer({ min: 1, max: 10_000 }) }),
      fc.record({ kind: fc.constantFrom('PER_PATIENT', 'SESSIONAL'), amount: fc.integer({ min: 1, max: 70_000 }).map(bdt) }));
    const line = fc.record({ doctor: fc.option(fc.nat(2), { freq: 5 }), price: fc.integer({ min: 0, max: 99_999 }), quantity: fc.integer({ min: 1, max: 3 }), off: fc.constantFrom(0, 0, 333, 1000), taxed: fc.boolean() });
    const bill = fc.record({ act: fc.constant('BILL' as const), who: fc.nat(1), consults: fc.option(fc.nat(2)), fee: fc.integer({ min: 1, max: 99_999 }), lines: fc.array(line, { minLength: 1, maxLength: 3 }) });
    const move = fc.record({ act: fc.constantFrom('PAY' as const, 'PAY' as const, 'RELEASE' as const, 'CREDIT' as const), which: fc.nat(20), part: fc.integer({ min: 1, max: 100 }) });
    let day = 5;
    await fc.assert(fc.asyncProperty(fc.array(kind, { minLength: 3, maxLength: 3 }), bill, fc.array(fc.oneof({ weight: 1, arbitrary: bill }, { weight: 3, arbitrary: move }), { minLength: 8, maxLength: 14 }), async (kinds, first, acts) => {
      await noShares();
      const rules = await Promise.all(kinds.map((share, at) => shares.add(doctors[at]!.memberId, share)));
      day++;
      const sessions = await Promise.all(doctors.map((doctor) => session(doctor, day)));
      const visited = new Set<string>();
      const invoices: string[] = [];
      for (const [at, act] of [first, ...acts].entries()) {
        if (act.act === 'BILL') {
          const patientId = people[act.who]!;
          const seat = act.consults === null || visited.has(`${act.who} ${act.consults}`) ? null : act.consults;
          if (seat !== null) visited.add(`${act.who} ${seat}`);
          const lines = act.lines.map(({ doctor, price, quantity, off, taxed }) => service(price, { doctorId: doctor === null ? null : doctors[doctor]!.memberId, quantity, discountRate: off, taxCategory: taxed ? 'STANDARD' : 'ZERO' }));
          invoices.push((await desk.bill(patientId, seat === null ? lines : [consultation(act.fee), ...lines], seat === null ? {} : { appointmentId: await visit(patientId, sessions[seat]!) })).id);
        } else {
          await moved(await desk.invoice(invoices[act.which % invoices.length]!), act.act, act.part);
        }
        if (at % 4 === 3 || at === acts.length) await agree(rules, invoices);
      }
      for (const id of invoices) {
        for (const { paymentId, amount } of (await desk.invoice(id))['allocations'] as Array<{ paymentId: string; amount: { amount: number } }>) await answerOf(desk.releaseAnswer(paymentId, id, amount.amount));
      }
      expect(await payables()).toEqual([0, 0, 0]);
      expect(await world.sql('superuser', 'select invoice_id from clinic.share_accruals where tenant_id = $1 group by invoice_id, doctor_id, session_id is null having session_id is null and sum(amount) <> 0', [practice.tenantId])).toEqual([]);
    }), { numRuns: 8 });
  });

  async function moved(invoice: InvoiceAnswer, act: 'PAY' | 'RELEASE' | 'CREDIT', part: number): Promise<void> {
    const some = (of: number) => Math.max(1, Math.floor((of * part) / 100));
    if (act === 'PAY' && invoice.due.amount > 0) await desk.take(invoice['patientId'] as string, some(invoice.due.amount), { allocations: [{ invoiceId: invoice.id, amount: bdt(some(invoice.due.amount)) }] });
    const [paying] = invoice['allocations'] as Array<{ paymentId: string; amount: { amount: number } }>;
    if (act === 'RELEASE' && paying) {
      const { id }: PaymentAnswer = await answerOf(desk.releaseAnswer(paying.paymentId, invoice.id, some(paying.amount.amount)));
      await desk.refund(id, 1);
    }
    if (act === 'CREDIT' && invoice.status === 'ISSUED') {
      const { no, total, tax } = invoice.lines[part % invoice.lines.length]!;
      const price = some(total.amount - tax.amount);
      // Credited before: as much as there is, or nothing.
      if (total.amount > tax.amount) await desk.creditAnswer(invoice.id, { lines: [part > 50 ? { no } : { no, amount: bdt(price) }] });
    }
  }

  const payables = async (): Promise<number[]> => {
    const rows = await world.sql<{ doctor_id: string; amount: string }>('superuser', `select doctor_id, -sum(amount) as amount from clinic.ledger_lines where tenant_id = $1 and account = 'DOCTOR_PAYABLE' group by doctor_id`, [practice.tenantId]);
    return doctors.map(({ memberId }) => Number(rows.find((row) => row.doctor_id === memberId)?.amount ?? 0));
  };

  /** What each doctor has earned, from the invoices as the API tells them. */
  async function agree(rules: ShareRuleAnswer[], ids: string[]): Promise<void> {
    const half = (above: bigint, below: bigint) => (2n * above + below) / (2n * below);
    const money = 'total { amount } tax { amount }';
    const invoices = await Promise.all(ids.map(async (id) => (await world.ok(`query ($id: UUID!) { invoice(id: $id) { total { amount } paid { amount } credited { amount }
      lines { no kind doctor { id } ${money} } creditNotes { lines { creditsNo ${money} } } } }`, { id }, practice.owner.token)).invoice as InvoiceAnswer));
    const expected = rules.map((rule, at) => {
      const { memberId } = doctors[at]!;
      let [sum, isPaid] = [0n, false];
      for (const invoice of invoices) {
        const [paid, rest] = [BigInt(invoice.paid.amount), BigInt(invoice.total.amount - invoice.credited.amount)];
        const own = invoice.lines.filter((line) => (line['doctor'] as { id: string } | null)?.id === memberId);
        const taken = (no: number) => (invoice['creditNotes'] as InvoiceAnswer[]).flatMap(({ lines }) => lines).filter((line) => line['creditsNo'] === no).reduce((total, line) => total + line.total.amount - line.tax.amount, 0);
        const net = own.reduce((total, line) => total + line.total.amount - line.tax.amount - taken(line.no), 0);
        const visits = own.filter((line) => line['kind'] === 'CONSULTATION' && line.total.amount - line.tax.amount > taken(line.no)).length;
        if (paid > 0n && visits) isPaid = true;
        if (rest > 0n && rule.kind === 'PERCENTAGE') sum += half(BigInt(net) * BigInt(rule['rate'] as number) * paid, 10_000n * rest);
        if (rest > 0n && rule.kind === 'PER_PATIENT') sum += half(BigInt(visits * (rule['amount'] as { amount: number }).amount) * paid, rest);
      }
      return Number(sum) + (rule.kind === 'SESSIONAL' && isPaid ? (rule['amount'] as { amount: number }).amount : 0);
    });
    expect(await payables()).toEqual(expected);
  }
});

describe('paying doctors', () => {
  const earn = async (doctor: Person, amount: number) => {
    await shares.add(doctor.memberId, { rate: 10_000, kind: 'PERCENTAGE' });
    const patientId = await anyPatient();
    const invoice = await desk.bill(patientId, [service(amount, { doctorId: doctor.memberId })]);
    await desk.take(patientId, amount, { allocations: [{ invoiceId: invoice.id }] });
  };

  it('is done once under a key, out of the safe or the bank, and never beyond what is payable', async () => {
    const [doctor] = doctors as [Person];
    await earn(doctor, 100_000);
    const before = await desk.balances();
    const key = randomUUID();
    const paid = await shares.payAnswer(chamberId, doctor.memberId, 30_000, { idempotencyKey: key, source: 'BANK', reference: 'TT 4711' });
    expect(paid.data.answer).toMatchObject({ amount: bdt(30_000), left: bdt(70_000), source: 'BANK', reference: 'TT 4711', paidBy: { id: practice.owner.memberId }, on: today });
    expect((await shares.payAnswer(chamberId, doctor.memberId, 30_000, { idempotencyKey: key, source: 'BANK', reference: 'TT 4711' })).data).toEqual(paid.data);
    expect(reasonOf(await shares.payAnswer(chamberId, doctor.memberId, 1, { idempotencyKey: key }))).toBe('KEY_USED');
    expect(await shares.payAnswer(chamberId, doctor.memberId, 70_001).then(({ errors }) => errors![0]!.extensions)).toMatchObject({ reason: 'MORE_THAN_THERE_IS', left: 70_000 });
    const crowd = await Promise.all([1, 2, 3, 4, 5].map(() => shares.payAnswer(chamberId, doctor.memberId, 30_000)));
    expect(crowd.filter(({ errors }) => !errors)).toHaveLength(2);
    expect(crowd.filter(({ errors }) => errors).map(reasonOf)).toEqual(Array(3).fill('MORE_THAN_THERE_IS'));
    const after = await desk.balances();
    expect(['BANK', 'SAFE', 'DOCTOR_PAYABLE', 'DOCTOR_SHARE'].map((account) => (after[account] ?? 0) - (before[account] ?? 0))).toEqual([-30_000, -60_000, 90_000, 0]);
    const { opening, accrued, paidOut, closing, entries } = await shares.statement(doctor.memberId, today, today);
    expect([opening, accrued, paidOut, closing].map(({ amount }) => amount)).toEqual([0, 100_000, 90_000, 10_000]);
    expect(entries.edges.map(({ node }) => [node.cause, node.amount.amount]).slice(0, 2)).toEqual([['PAID', 100_000], ['PAYOUT', -30_000]]);
    expect((await shares.statement(doctor.memberId, dayFromNow(1), dayFromNow(2))).opening.amount).toBe(10_000);
  });

  it('is refused on a day that is closed, and so is what would change their shares', async () => {
    const { memberId } = practice.owner;
    const closed = await openChamber(world, practice, 'Padma Tongi');
    const there = new Billing(world, practice.owner, closed);
    await shares.add(memberId);
    const invoice = await there.bill(await anyPatient(), [service(100_000, { doctorId: memberId })]);
    const payment = await there.take(invoice['patientId'] as string, 100_000, { method: 'CARD', reference: randomUUID(), allocations: [{ invoiceId: invoice.id, amount: bdt(50_000) }] });
    expect((await new CashDesk(world, practice.owner, closed).closeDay(today)).errors).toBeUndefined();
    const refused = [await shares.payAnswer(closed, memberId, 1_000), await there.allocateAnswer(payment.id, invoice.id, 1), await there.releaseAnswer(payment.id, invoice.id, 1), await there.creditAnswer(invoice.id)];
    expect(refused.map(reasonOf)).toEqual(Array(4).fill('BOOKS_CLOSED'));
    expect((await shares.statement(memberId, today, today, closed)).closing).toEqual(bdt(30_000));
  });

  it('needs a fresh proof of identity, and the right to manage the finances there', async () => {
    const [doctor] = doctors as [Person];
    await earn(doctor, 1_000);
    const manager = await hire(world, practice, chamberId, 'MANAGER');
    await ageProof(world, manager, 6);
    expect(codeOf(await new Shares(world, manager).payAnswer(chamberId, doctor.memberId, 1_000))).toBe('STEP_UP_NEEDED');
    await ageProof(world, manager, 0);
    const other = await openChamber(world, practice, 'Padma Gazipur');
    expect(codeOf(await new Shares(world, manager).payAnswer(other, doctor.memberId, 1_000))).toBe('FORBIDDEN');
    const receptionist = await hire(world, practice, chamberId, 'RECEPTIONIST');
    await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'payments:take', memberId: receptionist.memberId } }, practice.owner.token);
    expect([await new Shares(world, receptionist).payAnswer(chamberId, doctor.memberId, 1), await new Shares(world, receptionist).statementAnswer(doctor.memberId, today, today, chamberId)].map(codeOf)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect((await new Shares(world, manager).payAnswer(chamberId, doctor.memberId, 1_000)).errors).toBeUndefined();
    expect(codeOf(await new Shares(world, manager).statementAnswer(doctor.memberId, today, today))).toBe('FORBIDDEN');
    expect((await new Shares(world, manager).statement(doctor.memberId, today, today, chamberId)).closing.amount).toBe(0);
    expect((await new Shares(world, doctor).own(today, today)).paidOut.amount).toBe(1_000);
    expect((await new Shares(world, receptionist).own(today, today)).entries.totalCount).toBe(0);
    expect(faultsOf(await shares.statementAnswer(doctor.memberId, today, dayFromNow(-1)))).toEqual(['until BEFORE_FIRST']);
  });

  it('and what they earned is written by the database alone', async () => {
    const [doctor] = doctors as [Person];
    await earn(doctor, 1_000);
    await answerOf(shares.payAnswer(chamberId, doctor.memberId, 500));
    const asApp = (statement: string) => world.sql('app', statement).then(() => 'DONE', ({ code }) => code);
    for (const statement of [
      'insert into clinic.share_accruals select * from clinic.share_accruals', 'update clinic.share_accruals set amount = 1', 'delete from clinic.share_accruals', 'update clinic.doctor_payouts set amount = 1', 'delete from clinic.doctor_payouts',
      `insert into clinic.doctor_payouts (tenant_id, id, local_date) values (gen_random_uuid(), gen_random_uuid(), current_date)`, 'insert into clinic.ledger_lines select * from clinic.ledger_lines',
      'select clinic.accrue_shares(gen_random_uuid(), gen_random_uuid(), null, null, null, current_date)', 'select clinic.share_rule_of(gen_random_uuid(), gen_random_uuid(), gen_random_uuid())', 'update clinic.share_rules set rate = 1',
    ]) expect([statement, await asApp(statement)]).toEqual([statement, '42501']);
    const asOwner = (statement: string) => world.sql('superuser', `select platform.set_context('${practice.tenantId}', '${practice.owner.memberId}'); ${statement}`).then(() => 'DONE', ({ code }) => code);
    const payout = (amount: number, member = 'platform.current_member()') => `insert into clinic.doctor_payouts (tenant_id, id, chamber_id, doctor_id, source, amount, paid_by) values ('${practice.tenantId}', gen_random_uuid(), '${chamberId}', '${doctor.memberId}', 'SAFE', ${amount}, ${member})`;
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    expect([await asOwner('update clinic.share_accruals set amount = amount + 1'), await asOwner('delete from clinic.doctor_payouts'), await asOwner(payout(501)), await asOwner(payout(500, `'${nurse.memberId}'`)), await asOwner(payout(500))])
      .toEqual(['SK091', 'SK091', 'SK092', 'SK096', 'DONE']);
  });
});
