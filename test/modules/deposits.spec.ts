import { randomUUID } from 'node:crypto';
import { converse, verdict } from '../contract/conversation.js';
import { type AppointmentAnswer, Appointments, dayFromNow, reasonOf } from '../support/appointments.js';
import { bdt, service } from '../support/billing.js';
import { cashier, chamberId, desk, freshPatient, manager, owner, practice, reception, useBillingClinic, world } from '../support/billing-clinic.js';
import { CashDesk } from '../support/cash-desk.js';
import { DEPOSIT, type DepositAnswer, takeDepositAnswer } from '../support/deposits.js';
import { Online } from '../support/online.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { openChamber } from '../support/staff.js';
import type { GraphqlAnswer } from '../support/world.js';

useBillingClinic();

const DUE = 20_000;
let online: Online;
let queue: Appointments;
let patientId: string;
let numbers = 100;
let version = 0;
let days = 3;

beforeAll(async () => {
  online = await Online.open(world, practice, chamberId, { deposit: DUE });
  queue = new Appointments(world, practice.owner.token);
});
beforeEach(async () => {
  patientId = await freshPatient();
  await world.sql('superuser', 'truncate auth.throttles');
});
// Whatever was done, the books hold what the deposits do.
afterEach(async () => {
  const [held] = await world.sql<{ sum: string }>('superuser', `select coalesce(sum(amount), 0) as sum from clinic.deposits where chamber_id = $1 and status = 'HELD'`, [chamberId]);
  const balances = await owner.balances();
  expect((balances['DEPOSIT'] ?? 0) + Number(held!.sum)).toBe(0);
  expect(Object.values(balances).reduce((sum, amount) => sum + amount, 0)).toBe(0);
});

const policyAnswer = (input: object, token = manager.token): Promise<GraphqlAnswer> => world.graphql(
  'mutation ($input: SetDepositPolicyInput!) { answer: setDepositPolicy(input: $input) { id version freeHours whenCancelled latePoints noShowPoints whenPracticeCancels madeBy { id } } }',
  { input: { chamberId, version, freeHours: 24, whenCancelled: 'CARRIED', latePoints: 5_000, noShowPoints: 10_000, whenPracticeCancels: 'REFUNDABLE', ...input } }, token);

/** Makes the next version of the policy. */
async function policy(input: object): Promise<void> {
  const { data, errors } = await policyAnswer(input);
  if (errors) throw new Error(JSON.stringify(errors));
  version = data.answer.version;
}

interface Held {
  secret: string;
  sessionId: string;
  appointment: AppointmentAnswer;
}

/** Holds a place of a session to come. */
async function hold(): Promise<Held> {
  const { id: sessionId } = await queue.addSession({ chamberId, doctorId: practice.owner.memberId, localDate: dayFromNow(days++), online: true });
  const { secret } = await online.hold(sessionId, `+880171133${++numbers}5`);
  return { secret, sessionId, appointment: (await queue.queue(sessionId))[0]! };
}

const takeAnswer = (appointmentId: string, more: object = {}): Promise<GraphqlAnswer> => takeDepositAnswer(world, cashier.token, appointmentId, { patientId, ...more });

async function take(appointmentId: string, more: object = {}): Promise<DepositAnswer> {
  const { data, errors } = await takeAnswer(appointmentId, more);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.answer;
}

/** Holds a place and pays its deposit. */
async function booked(more: object = {}): Promise<Held & { deposit: DepositAnswer }> {
  const held = await hold();
  const deposit = await take(held.appointment.id, more);
  return { ...held, deposit, appointment: (await queue.queue(held.sessionId))[0]! };
}

const settleAnswer = (id: string, outcome: string, more: object = {}, token = cashier.token): Promise<GraphqlAnswer> => world.graphql(
  `mutation ($input: SettleDepositInput!) { answer: settleDeposit(input: $input) { ${DEPOSIT} } }`, { input: { id, outcome, idempotencyKey: randomUUID(), ...more } }, token);
const depositOf = async (id: string): Promise<DepositAnswer> => (await world.ok(`query ($id: UUID!) { deposit(id: $id) { ${DEPOSIT} } }`, { id }, cashier.token)).deposit;
const identify = ({ id, version: read }: AppointmentAnswer) => world.ok('mutation ($input: IdentifyBookerInput!) { identifyBooker(input: $input) { id } }', { input: { id, version: read, patientId } }, practice.owner.token);
const cancelOnline = (secret: string) => online.stepAnswer('cancelOnlineBooking', secret);
const kindsOf = async (id: string): Promise<string[]> => (await world.sql<{ kind: string }>('superuser', 'select kind from clinic.ledger_entries where source_id = $1 order by posted_at, kind', [id])).map(({ kind }) => kind);
const consultation = (price: number) => ({ kind: 'CONSULTATION', unitPrice: bdt(price), taxCategory: 'EXEMPT' });

describe('a deposit', () => {
  it('books the place, is held, and pays the invoice of the visit when that is issued; the rest is an advance', async () => {
    const { appointment } = await hold();
    const before = await owner.balances();
    const deposit = await take(appointment.id, { method: 'CASH', reference: null, paidBy: 'Her brother' });
    expect(deposit).toMatchObject({
      status: 'HELD', outcome: null, forfeits: null, patientId, appointmentId: appointment.id, chamberId, amount: bdt(DUE), settledBy: null,
      payment: { status: 'CAPTURED', depositOfId: appointment.id, held: { amount: DUE }, left: { amount: 0 } }, appointment: { status: 'BOOKED', deposit: { toBeReturned: false, taken: { id: deposit.id, status: 'HELD' } } },
    });
    const after = await owner.balances();
    const grown = (account: string) => (after[account] ?? 0) - (before[account] ?? 0);
    expect([grown('DRAWER'), grown('DEPOSIT'), grown('ADVANCE')]).toEqual([DUE, -DUE, 0]);
    const early = await desk.bill(patientId, [service(5_000)]);
    expect(reasonOf(await desk.allocateAnswer(deposit.id, early.id, 1))).toBe('MORE_THAN_THERE_IS');
    await identify({ ...appointment, version: appointment.version + 1 });
    const invoice = await desk.bill(patientId, [consultation(15_000)], { appointmentId: appointment.id });
    expect(invoice).toMatchObject({ status: 'ISSUED', paid: bdt(15_000), due: bdt(0), allocations: [{ paymentId: deposit.id, amount: bdt(15_000) }] });
    expect(await depositOf(deposit.id)).toMatchObject({ status: 'APPLIED', outcome: null, invoiceId: invoice.id, settledBy: { id: cashier.memberId }, payment: { held: { amount: 0 }, left: { amount: 5_000 } } });
    expect(await kindsOf(deposit.id)).toEqual(['PAYMENT', 'DEPOSIT_APPLIED']);
    expect((await desk.allocateAnswer(deposit.id, early.id, 5_000)).errors).toBeUndefined();
    expect(reasonOf(await settleAnswer(deposit.id, 'CARRIED'))).toBe('DEPOSIT_OUTCOME');
  });

  it('is taken once, however often it is sent, and only what is due, for whom it is', async () => {
    const { appointment } = await hold();
    const request = { idempotencyKey: randomUUID(), reference: randomUUID() };
    const answers = [...(await Promise.all(Array.from({ length: 5 }, () => takeAnswer(appointment.id, request)))), await takeAnswer(appointment.id, request)];
    expect(new Set(answers.filter(({ errors }) => !errors).map(({ data }) => data.answer.id)).size).toBe(1);
    expect(reasonOf(await takeAnswer(appointment.id, { ...request, paidBy: 'Another' }))).toBe('KEY_USED');
    expect(reasonOf(await takeAnswer(appointment.id))).toBe('DEPOSIT_PAID');
    const other = await hold();
    const racing = await Promise.all(Array.from({ length: 4 }, () => takeAnswer(other.appointment.id)));
    expect(racing.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(racing.filter(({ errors }) => errors).map(reasonOf)).toEqual(['DEPOSIT_PAID', 'DEPOSIT_PAID', 'DEPOSIT_PAID']);
    const third = (await hold()).appointment.id;
    expect(reasonOf(await takeAnswer(third, request))).toBe('KEY_USED');
    expect(reasonOf(await takeAnswer(third, { reference: request.reference }))).toBe('REFERENCE_USED');
    expect(faultsOf(await takeAnswer(third, { patientId: null, reference: null }))).toEqual(['input.reference REQUIRED', 'input.patientId REQUIRED']);
    expect([codeOf(await takeAnswer(third, { patientId: randomUUID() })), codeOf(await takeAnswer(randomUUID())), codeOf(await takeDepositAnswer(world, reception.token, third, { patientId }))]).toEqual(['NOT_FOUND', 'NOT_FOUND', 'FORBIDDEN']);
    expect((await queue.queue((await world.ok('query ($id: UUID!) { appointment(id: $id) { session { id } } }', { id: third }, practice.owner.token)).appointment.session.id))[0]).toMatchObject({ status: 'HELD' });
  });

  it('is carried when who booked cancels in time, and forfeited in part later, by the version that held when it was taken', async () => {
    await policy({ freeHours: 24 });
    const first = version;
    const [inTime, late] = [await booked(), await hold()];
    await policy({ freeHours: 720, latePoints: 3_333, whenCancelled: 'REFUNDABLE' });
    const lateDeposit = await take(late.appointment.id);
    for (const { secret } of [inTime, late]) await cancelOnline(secret);
    expect(await depositOf(inTime.deposit.id)).toMatchObject({ outcome: 'CARRIED', forfeits: { amount: 0 }, policy: { version: first } });
    expect(await depositOf(lateDeposit.id)).toMatchObject({ outcome: 'FORFEITED', forfeits: { amount: 6_666 }, policy: { version }, appointment: { deposit: { toBeReturned: false } } });
    expect(reasonOf(await settleAnswer(lateDeposit.id, 'CARRIED'))).toBe('DEPOSIT_OUTCOME');
    const request = { idempotencyKey: randomUUID() };
    const settled = await Promise.all(Array.from({ length: 4 }, () => settleAnswer(lateDeposit.id, 'FORFEITED')));
    expect(settled.filter(({ errors }) => !errors)).toHaveLength(1);
    expect((await settleAnswer(inTime.deposit.id, 'CARRIED', request)).data.answer).toMatchObject({ status: 'CARRIED', settledBy: { id: cashier.memberId }, payment: { left: { amount: DUE }, held: { amount: 0 } } });
    expect((await settleAnswer(inTime.deposit.id, 'CARRIED', request)).data.answer.status).toBe('CARRIED');
    expect(await depositOf(lateDeposit.id)).toMatchObject({ status: 'FORFEITED', forfeited: { amount: 6_666 }, payment: { forfeited: { amount: 6_666 }, left: { amount: DUE - 6_666 } } });
    expect([await kindsOf(lateDeposit.id), await kindsOf(inTime.deposit.id)]).toEqual([['PAYMENT', 'DEPOSIT_FORFEITED'], ['PAYMENT', 'DEPOSIT_CARRIED']]);
    const invoice = await desk.bill(patientId, [service(50_000)]);
    expect(reasonOf(await desk.allocateAnswer(lateDeposit.id, invoice.id, DUE - 6_665))).toBe('MORE_THAN_THERE_IS');
    expect((await desk.allocateAnswer(lateDeposit.id, invoice.id, DUE - 6_666)).errors).toBeUndefined();
    expect((await desk.allocateAnswer(inTime.deposit.id, invoice.id, DUE)).errors).toBeUndefined();
  });

  it('is forfeited by who does not come', async () => {
    await policy({ noShowPoints: 10_000 });
    const { sessionId, appointment, deposit } = await booked();
    expect((await settleAnswer(deposit.id, 'FORFEITED')).errors![0]!.extensions).toMatchObject({ reason: 'DEPOSIT_OUTCOME', outcome: null });
    await queue.open(sessionId);
    await queue.step('noteNoShow', appointment.id);
    const before = await owner.balances();
    expect((await settleAnswer(deposit.id, 'FORFEITED')).data.answer).toMatchObject({ status: 'FORFEITED', forfeited: { amount: DUE }, payment: { left: { amount: 0 } } });
    const after = await owner.balances();
    expect([(after['FORFEITED'] ?? 0) - (before['FORFEITED'] ?? 0), (after['ADVANCE'] ?? 0) - (before['ADVANCE'] ?? 0)]).toEqual([-DUE, 0]);
    expect(reasonOf(await desk.refundAnswer(deposit.id, 1))).toBe('MORE_THAN_THERE_IS');
  });

  it('is given back when the practice cancels, or when it was paid too late', async () => {
    const { appointment, deposit } = await booked();
    await queue.cancelAnswer(appointment);
    expect(await depositOf(deposit.id)).toMatchObject({ outcome: 'REFUNDABLE', appointment: { deposit: { toBeReturned: true } } });
    expect(reasonOf(await desk.refundAnswer(deposit.id, DUE))).toBe('MORE_THAN_THERE_IS');
    expect((await settleAnswer(deposit.id, 'REFUNDABLE')).data.answer).toMatchObject({ status: 'REFUNDABLE', appointment: { deposit: { toBeReturned: true } } });
    expect((await desk.refund(deposit.id, DUE)).status).toBe('PAID');
    expect(await depositOf(deposit.id)).toMatchObject({ status: 'REFUNDED', appointment: { deposit: { toBeReturned: false } } });
    const late = await hold();
    await cancelOnline(late.secret);
    expect(await take(late.appointment.id)).toMatchObject({ status: 'HELD', outcome: 'REFUNDABLE', appointment: { status: 'CANCELLED', deposit: { toBeReturned: true } } });
  });

  it('is neither taken nor settled on a day that is closed', async () => {
    const closed = await openChamber(world, practice, 'Uttara Annex');
    const there = await Online.open(world, practice, closed, { deposit: DUE });
    const { id: sessionId } = await queue.addSession({ chamberId: closed, doctorId: practice.owner.memberId, localDate: dayFromNow(days++), online: true });
    const { secret } = await there.hold(sessionId, `+880171133${++numbers}5`);
    await there.hold(sessionId, `+880171133${++numbers}5`);
    const [paid, open] = (await queue.queue(sessionId)) as [AppointmentAnswer, AppointmentAnswer];
    const takeThere = ({ id }: AppointmentAnswer) => takeDepositAnswer(world, practice.owner.token, id, { patientId });
    const { id } = (await takeThere(paid)).data.answer;
    await there.stepAnswer('cancelOnlineBooking', secret);
    expect((await new CashDesk(world, practice.owner, closed).closeDay(dayFromNow(0))).errors).toBeUndefined();
    expect([await takeThere(open), await settleAnswer(id, 'CARRIED', {}, practice.owner.token)].map(reasonOf)).toEqual(['BOOKS_CLOSED', 'BOOKS_CLOSED']);
    const { deposit } = await world.ok('query ($id: UUID!) { deposit(id: $id) { status outcome payment { held { amount } } } }', { id }, practice.owner.token);
    expect(deposit).toEqual({ status: 'HELD', outcome: 'CARRIED', payment: { held: { amount: DUE } } });
    expect((await queue.queue(sessionId)).find((one) => one.id === open.id)).toMatchObject({ status: 'HELD' });
  });

  it('goes with its booking when that is moved', async () => {
    const { appointment, deposit } = await booked();
    const { id: sessionId } = await queue.addSession({ chamberId, doctorId: practice.owner.memberId, localDate: dayFromNow(days++) });
    await identify(appointment);
    const { data } = await queue.rescheduleAnswer({ id: appointment.id, version: appointment.version + 1, sessionId });
    const moved = data.rescheduleAppointment.id;
    expect(await depositOf(deposit.id)).toMatchObject({ status: 'HELD', outcome: null });
    const told = await world.ok('query ($id: UUID!) { appointment(id: $id) { deposit { appointmentId taken { id status } } } }', { id: moved }, cashier.token);
    expect(told.appointment.deposit).toEqual({ appointmentId: appointment.id, taken: { id: deposit.id, status: 'HELD' } });
    expect((await desk.bill(patientId, [consultation(30_000)], { appointmentId: moved })).due).toEqual(bdt(10_000));
    expect((await depositOf(deposit.id)).status).toBe('APPLIED');
  });

  it('is settled once, whoever cancels, settles and bills at the same moment', async () => {
    await policy({ freeHours: 1 });
    for (let times = 0; times < 3; times++) {
      const { secret, appointment, deposit } = await booked();
      await Promise.all([cancelOnline(secret), ...Array.from({ length: 3 }, () => settleAnswer(deposit.id, 'CARRIED'))]);
      await settleAnswer(deposit.id, 'CARRIED');
      expect(await depositOf(deposit.id)).toMatchObject({ status: 'CARRIED' });
      expect(await kindsOf(deposit.id)).toEqual(['PAYMENT', 'DEPOSIT_CARRIED']);
      const known = await booked();
      await identify(known.appointment);
      const draft = await desk.draft(patientId, [consultation(30_000)], { appointmentId: known.appointment.id });
      await Promise.all([desk.issueAnswer(draft), cancelOnline(known.secret), settleAnswer(known.deposit.id, 'CARRIED'), settleAnswer(known.deposit.id, 'APPLIED')]);
      const { status } = await depositOf(known.deposit.id);
      expect(await kindsOf(known.deposit.id)).toEqual(['PAYMENT', `DEPOSIT_${status}`]);
      expect((await desk.invoice(draft.id)).paid.amount).toBe(status === 'APPLIED' ? DUE : 0);
      expect(appointment.id).not.toBe(known.appointment.id);
    }
  });

  it('waits for the desk in a list, which is read in as many round trips however many there are', async () => {
    const { secret, deposit } = await booked();
    const list = async (more: object, token = cashier.token) => world.graphql(
      'query ($chamberId: UUID!, $status: DepositStatus, $toSettle: Boolean, $first: Int!) { deposits(chamberId: $chamberId, status: $status, toSettle: $toSettle, first: $first) { totalCount edges { node { id status outcome policy { version } patient { id } payment { id } amount { amount } } } } }',
      { chamberId, first: 50, ...more }, token);
    const idsOf = async (more: object): Promise<string[]> => ((await list(more)).data.deposits.edges as Array<{ node: { id: string } }>).map(({ node }) => node.id);
    expect(await idsOf({ toSettle: true })).not.toContain(deposit.id);
    expect(await idsOf({ status: 'HELD' })).toContain(deposit.id);
    await cancelOnline(secret);
    expect(await idsOf({ toSettle: true })).toContain(deposit.id);
    await settleAnswer(deposit.id, 'CARRIED');
    expect([await idsOf({ toSettle: true }), await idsOf({ status: 'HELD' })].flat()).not.toContain(deposit.id);
    expect(await idsOf({ status: 'CARRIED' })).toContain(deposit.id);
    const trips = async (first: number) => toTheApp(await roundTripsOf(() => list({ first }))).length;
    expect(await trips(5)).toBe(await trips(10));
    expect([codeOf(await list({}, reception.token)), codeOf(await list({ chamberId: randomUUID() }))]).toEqual(['FORBIDDEN', 'NOT_FOUND']);
  });
});

describe('a policy of deposits', () => {
  it('comes in versions that stay, made by who manages the finances', async () => {
    await policy({});
    expect(reasonOf(await policyAnswer({ version: version - 1 }))).toBe('STALE_VERSION');
    expect(faultsOf(await policyAnswer({ freeHours: 721, latePoints: -1, noShowPoints: 10_001 }))).toEqual(['input.freeHours OUT_OF_RANGE', 'input.latePoints OUT_OF_RANGE', 'input.noShowPoints OUT_OF_RANGE']);
    expect([codeOf(await policyAnswer({}, cashier.token)), codeOf(await policyAnswer({ chamberId: randomUUID() }))]).toEqual(['FORBIDDEN', 'NOT_FOUND']);
    for (let races = 0; races < 5; races++) {
      const racing = await Promise.all(Array.from({ length: 8 }, () => policyAnswer({})));
      expect(racing.filter(({ errors }) => !errors)).toHaveLength(1);
      expect(racing.filter(({ errors }) => errors).map(reasonOf)).toEqual(Array(7).fill('STALE_VERSION'));
      version++;
    }
    const { depositPolicies } = await world.ok('query ($chamberId: UUID!) { depositPolicies(chamberId: $chamberId) { version } }', { chamberId }, cashier.token);
    expect(depositPolicies).toEqual(Array.from({ length: version }, (_, index) => ({ version: version - index })));
  });
});

it('is kept by the database as its policy says, whatever the application sends', async () => {
  await policy({ freeHours: 0 });
  const [{ secret, deposit }, { appointment }] = [await booked(), await hold()];
  const invoice = await desk.bill(patientId, [service(1_000)]);
  const strangerId = await freshPatient();
  const tenant = practice.tenantId;
  const settle = (ask: Parameters<typeof verdict>[0], status: string) => verdict(ask, `update clinic.deposits set status = '${status}' where tenant_id = '${tenant}' and id = '${deposit.id}'`);
  const pay = (ask: Parameters<typeof verdict>[0], amount: number, of = appointment.id) => verdict(ask,
    `insert into clinic.payments (tenant_id, id, chamber_id, patient_id, deposit_of, method, provider, reference, amount, details) values ('${tenant}', gen_random_uuid(), '${chamberId}', '${patientId}', '${of}', 'CARD', 'CARD', '${randomUUID()}', ${amount}, '\\x00')`);
  await converse(world, 'app', cashier, async (ask) => {
    expect([await settle(ask, 'CARRIED'), await settle(ask, 'APPLIED'), await settle(ask, 'HELD')]).toEqual(['SK095', 'SK095', 'SK091']);
    expect([await pay(ask, DUE - 1), await pay(ask, DUE, deposit['appointmentId'] as string), await pay(ask, DUE)]).toEqual(['SK095', 'SK095', 'ACCEPTED']);
    expect(await verdict(ask, `insert into clinic.allocations (tenant_id, id, payment_id, invoice_id, amount) values ('${tenant}', gen_random_uuid(), '${deposit.id}', '${invoice.id}', 1)`)).toBe('SK092');
    expect(await verdict(ask, `insert into clinic.refunds (tenant_id, id, payment_id, method, provider, amount, details) values ('${tenant}', gen_random_uuid(), '${deposit.id}', 'CASH', 'CASH', 1, '\\x00')`)).toBe('SK092');
    await world.sql('superuser', `set session_replication_role = replica; update clinic.appointments set patient_id = '${strangerId}' where id = '${appointment.id}'`);
    expect(await pay(ask, DUE)).toBe('SK095');
    expect([await verdict(ask, `update clinic.deposits set amount = 1`), await verdict(ask, `insert into clinic.deposits (tenant_id, id) values ('${tenant}', gen_random_uuid())`), await verdict(ask, 'update clinic.deposit_policies set late_points = 0')]).toEqual(['42501', '42501', '42501']);
  });
  await cancelOnline(secret);
  await converse(world, 'app', reception, async (ask) => expect(await settle(ask, 'CARRIED')).toBe('SK096'));
  await converse(world, 'app', cashier, async (ask) => expect([await settle(ask, 'FORFEITED'), await settle(ask, 'CARRIED')]).toEqual(['SK095', 'ACCEPTED']));
  await converse(world, 'app', manager, async (ask) => {
    const make = (next: number) => verdict(ask, `insert into clinic.deposit_policies (tenant_id, id, chamber_id, version, free_hours, when_cancelled, late_points, no_show_points, when_practice_cancels) values ('${tenant}', gen_random_uuid(), '${chamberId}', ${next}, 1, 'CARRIED', 0, 0, 'CARRIED')`);
    expect([await make(version), await make(version + 2), await make(version + 1)]).toEqual(['SK091', 'SK091', 'ACCEPTED']);
  });
  await converse(world, 'app', cashier, async (ask) => expect(await verdict(ask, `insert into clinic.deposit_policies (tenant_id, id, chamber_id, version, free_hours, when_cancelled, late_points, no_show_points, when_practice_cancels) values ('${tenant}', gen_random_uuid(), '${chamberId}', ${version + 1}, 1, 'CARRIED', 0, 0, 'CARRIED')`)).toBe('SK096'));
  await settleAnswer(deposit.id, 'CARRIED');
  await converse(world, 'app', cashier, async (ask) => expect(await settle(ask, 'REFUNDABLE')).toBe('SK091'));
});
