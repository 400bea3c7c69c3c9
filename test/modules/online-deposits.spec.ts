import { randomUUID } from 'node:crypto';
import { WalletSettling } from '../../src/billing/payments/wallets/wallet-settling.service.js';
import { converse, verdict } from '../contract/conversation.js';
import { type AppointmentAnswer, Appointments, dayFromNow, reasonOf } from '../support/appointments.js';
import { Billing, bdt } from '../support/billing.js';
import { BkashServer, type Mishap } from '../support/bkash-server.js';
import { DEPOSIT, type DepositAnswer, takeDepositAnswer } from '../support/deposits.js';
import { entriesOf } from '../support/entries.js';
import { stepUp } from '../support/factors.js';
import { Online } from '../support/online.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { Wallets } from '../support/wallets.js';
import { type GraphqlAnswer, PASSWORD, type Person, type Practice, World } from '../support/world.js';

const DUE = 20_000;

describe('a deposit that is paid online', () => {
  let bkash: BkashServer;
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let cashier: Person;
  let online: Online;
  let queue: Appointments;
  let wallets: Wallets;
  let billing: Billing;
  let numbers = 100;
  let days = 3;

  beforeAll(async () => {
    bkash = await BkashServer.start();
    world = await World.open(bkash.settings());
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
    cashier = await hire(world, practice, chamberId, 'RECEPTIONIST');
    await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'payments:take', memberId: cashier.memberId } }, practice.owner.token);
    await stepUp(world, practice.owner, { password: PASSWORD });
    wallets = new Wallets(world, bkash, practice.owner, chamberId);
    await wallets.open();
    online = await Online.open(world, practice, chamberId, { deposit: DUE });
    queue = new Appointments(world, practice.owner.token);
    billing = new Billing(world, practice.owner, chamberId);
  });
  beforeEach(async () => {
    bkash.reset();
    await world.sql('superuser', 'update clinic.wallet_payments set next_ask_at = null, reconciled_at = now(), reconciliation = $1', ['MATCHED']);
    await world.sql('superuser', 'truncate auth.throttles');
  });
  // Whatever was done, the books hold what the deposits do.
  afterEach(async () => {
    const [held] = await world.sql<{ sum: string }>('superuser', `select coalesce(sum(amount), 0) as sum from clinic.deposits where tenant_id = $1 and status = 'HELD'`, [practice.tenantId]);
    const balances = await billing.balances();
    expect((balances['DEPOSIT'] ?? 0) + Number(held!.sum)).toBe(0);
    expect(Object.values(balances).reduce((sum, amount) => sum + amount, 0)).toBe(0);
  });
  afterAll(async () => {
    await world.close();
    await bkash.stop();
  });

  interface Held {
    secret: string;
    sessionId: string;
    appointment: AppointmentAnswer;
  }

  async function hold(): Promise<Held> {
    const { id: sessionId } = await queue.addSession({ chamberId, doctorId: practice.owner.memberId, localDate: dayFromNow(days++), online: true });
    const { secret } = await online.hold(sessionId, `+880171133${++numbers}5`);
    return { secret, sessionId, appointment: (await queue.queue(sessionId))[0]! };
  }

  const payAnswer = (secret: string, idempotencyKey: string = randomUUID()): Promise<GraphqlAnswer> =>
    world.graphql('mutation ($input: PayOnlineDepositInput!) { answer: payOnlineDeposit(input: $input) { status checkoutUrl } }', { input: { secret, provider: 'BKASH', idempotencyKey } });
  const paymentOf = async (appointmentId: string): Promise<string> =>
    (await world.sql<{ id: string }>('superuser', 'select id from clinic.payments where deposit_of = $1 and taken_by is null order by created_at desc limit 1', [appointmentId]))[0]!.id;

  /** Holds a place and begins to pay; the payment's id. */
  async function begun(): Promise<Held & { id: string }> {
    const held = await hold();
    const { data, errors } = await payAnswer(held.secret);
    if (errors) throw new Error(JSON.stringify(errors));
    expect(data.answer).toEqual({ status: 'PENDING', checkoutUrl: expect.stringContaining('/redirect/tokenized/') });
    return { ...held, id: await paymentOf(held.appointment.id) };
  }

  /** The same, with the payer having paid. */
  async function paid(): Promise<Held & { id: string }> {
    const held = await begun();
    await wallets.callback(wallets.payer(held.id, 'AGREED'));
    return { ...held, appointment: (await queue.queue(held.sessionId))[0]! };
  }

  const letGo = (id: string): Promise<unknown> => world.sql('superuser', `set session_replication_role = replica; update clinic.appointments set held_until = now() where id = '${id}'`);
  const bookingOf = async (secret: string) => (await online.bookingAnswer(secret)).data.onlineBooking as { status: string; depositPaid: boolean; number: number | null };
  const depositOf = async (id: string): Promise<DepositAnswer> => (await world.ok(`query ($id: UUID!) { deposit(id: $id) { ${DEPOSIT} } }`, { id }, cashier.token)).deposit;
  const statusOf = async (id: string): Promise<string> => (await billing.payment(id)).status;
  const settleAnswer = (id: string, outcome: string, more: object = {}): Promise<GraphqlAnswer> => world.graphql(
    `mutation ($input: SettleDepositInput!) { answer: settleDeposit(input: $input) { ${DEPOSIT} } }`, { input: { id, outcome, idempotencyKey: randomUUID(), ...more } }, cashier.token);
  const freshPatient = async (): Promise<string> => (await new Patients(world, practice.owner.token).register({ nameEn: 'Amena Begum' })).id;
  const chargesOf = (id: string): number => (wallets.at(id).trxID ? 1 : 0);

  it('books the place, and is held, once the provider says that just it was paid', async () => {
    const { secret, id, appointment } = await begun();
    expect(bkash.to('/create')[0]!.body).toMatchObject({ amount: '200.00', merchantInvoiceNumber: id, payerReference: id, callbackURL: expect.stringMatching(`/wallets/bkash/${practice.tenantId}/${id}$`) });
    expect(await bookingOf(secret)).toMatchObject({ status: 'HELD', depositPaid: false, number: null });
    const before = await billing.balances();
    expect(await wallets.callback(wallets.payer(id, 'AGREED'))).toContain('The deposit was received');
    expect(await bookingOf(secret)).toMatchObject({ status: 'BOOKED', depositPaid: true, number: 1 });
    const deposit = await depositOf(id);
    expect(deposit).toMatchObject({ status: 'HELD', outcome: null, patientId: null, appointmentId: appointment.id, amount: bdt(DUE), appointment: { status: 'BOOKED', deposit: { toBeReturned: false, taken: { id } } } });
    expect((deposit['appointment'] as { messages: Array<{ kind: string }> }).messages.map(({ kind }) => kind)).toContain('CONFIRMATION');
    const after = await billing.balances();
    expect([(after['WALLET_CLEARING'] ?? 0) - (before['WALLET_CLEARING'] ?? 0), (after['DEPOSIT'] ?? 0) - (before['DEPOSIT'] ?? 0)]).toEqual([DUE, -DUE]);
    const entry = (await entriesOf(world, practice.tenantId, 'server.settleWalletPayment')).filter(({ records }) => records.includes(`payment:${id}`)).at(-1)!;
    expect(entry).toMatchObject({ action: 'UPDATED', outcome: 'SUCCESS', actor_member_id: null });
    expect(entry.records).toEqual(expect.arrayContaining([`payment:${id}`, `appointment:${appointment.id}`]));
    expect(reasonOf(await payAnswer(secret))).toBe('DEPOSIT_PAID');
    expect(reasonOf(await takeDepositAnswer(world, cashier.token, appointment.id, { patientId: await freshPatient() }))).toBe('DEPOSIT_PAID');
  });

  it('is for whoever comes, and pays the invoice of the visit', async () => {
    const { id, appointment } = await paid();
    const patientId = await freshPatient();
    await world.ok('mutation ($input: IdentifyBookerInput!) { identifyBooker(input: $input) { id } }', { input: { id: appointment.id, version: appointment.version, patientId } }, practice.owner.token);
    expect(await depositOf(id)).toMatchObject({ status: 'HELD', patientId });
    const invoice = await billing.bill(patientId, [{ kind: 'CONSULTATION', unitPrice: bdt(30_000), taxCategory: 'EXEMPT' }], { appointmentId: appointment.id });
    expect(invoice).toMatchObject({ paid: bdt(DUE), due: bdt(10_000) });
    expect(await depositOf(id)).toMatchObject({ status: 'APPLIED', invoiceId: invoice.id });
  });

  it('is begun once under a key, and no other one while it is under way', async () => {
    const { secret, appointment } = await hold();
    const key = randomUUID();
    const answers = [...(await Promise.all(Array.from({ length: 4 }, () => payAnswer(secret, key)))), ...(await Promise.all([payAnswer(secret), payAnswer(secret, key), payAnswer(secret)]))];
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(bkash.to('/create')).toHaveLength(1);
    const id = await paymentOf(appointment.id);
    const { checkoutUrl } = (await payAnswer(secret, key)).data.answer;
    expect((await payAnswer(secret)).data.answer).toEqual({ status: 'PENDING', checkoutUrl });
    wallets.payer(id, 'HAS_TOO_LITTLE');
    await world.sql('superuser', `update clinic.wallet_payments set asked_at = null where id = $1`, [id]);
    expect((await payAnswer(secret, key)).data.answer).toEqual({ status: 'FAILED', checkoutUrl: null });
    expect((await payAnswer(secret, key)).data.answer).toEqual({ status: 'FAILED', checkoutUrl: null });
    expect(bkash.to('/create')).toHaveLength(1);
    expect((await payAnswer(secret)).data.answer).toMatchObject({ status: 'PENDING' });
    expect(bkash.to('/create')).toHaveLength(2);
  });

  it('is not made or ended by forged callbacks, and captured once by callbacks that come twice', async () => {
    const { secret, id, appointment } = await begun();
    const path = `/wallets/bkash/${practice.tenantId}/${id}`;
    for (const query of ['', '?status=success', '?status=success&paymentID=TR0011other&trxID=FORGED', '?status=cancel', '?status=failure']) await wallets.callback(path + query);
    expect([await statusOf(id), (await bookingOf(secret)).status]).toEqual(['PENDING', 'HELD']);
    expect(await wallets.callback(`/wallets/bkash/${practice.tenantId}/${randomUUID()}?status=success`)).toContain('not known yet');
    const back = wallets.payer(id, 'AGREED');
    await world.sql('superuser', `update clinic.wallet_payments set asked_at = null where id = $1`, [id]);
    await Promise.all([wallets.callback(back), wallets.callback(back), payAnswer(secret), world.app.get(WalletSettling, { strict: false }).askAll(), wallets.callback(back)]);
    await wallets.job();
    await wallets.callback(back);
    expect([chargesOf(id), await statusOf(id), (await bookingOf(secret)).status]).toEqual([1, 'CAPTURED', 'BOOKED']);
    expect(await world.sql('superuser', 'select id from clinic.deposits where appointment_id = $1', [appointment.id])).toHaveLength(1);
  });

  it.each<Mishap>(['CUT', 'HTTP_500', 'NO_JSON'])('is found out when the provider takes the money and its answer is lost (%s)', async (mishap) => {
    const { secret, id } = await begun();
    bkash.mishap('execute', mishap);
    bkash.mishap('payment/status', 'CUT');
    expect(await wallets.callback(wallets.payer(id, 'AGREED'))).toContain('not known yet');
    expect([chargesOf(id), (await bookingOf(secret)).status]).toEqual([1, 'HELD']);
    await wallets.job();
    expect(await bookingOf(secret)).toMatchObject({ status: 'BOOKED', depositPaid: true });
  });

  it('is not taken once the place is held no longer', async () => {
    const { secret, id, appointment } = await begun();
    const back = wallets.payer(id, 'AGREED');
    await letGo(appointment.id);
    expect(await wallets.callback(back)).toContain('nothing was taken');
    expect([chargesOf(id), await statusOf(id), (await bookingOf(secret)).status]).toEqual([0, 'FAILED', 'EXPIRED']);
    expect(reasonOf(await payAnswer(secret))).toBe('APPOINTMENT_STATUS');
  });

  it.each<[string, (held: Held) => Promise<unknown>, string]>([
    ['the hold has run out', ({ appointment }) => letGo(appointment.id), 'EXPIRED'],
    ['whoever booked has cancelled', ({ secret }) => online.stepAnswer('cancelOnlineBooking', secret), 'CANCELLED'],
  ])('that was captured when %s is not lost: it is to be returned, by the wallet', async (_, happens, becomes) => {
    const held = await begun();
    bkash.mishap('execute', 'CUT');
    bkash.mishap('payment/status', 'CUT');
    await wallets.callback(wallets.payer(held.id, 'AGREED'));
    await happens(held);
    await wallets.job();
    expect(await bookingOf(held.secret)).toMatchObject({ status: becomes, depositPaid: true });
    expect(await depositOf(held.id)).toMatchObject({ status: 'HELD', outcome: 'REFUNDABLE', patientId: null, appointment: { deposit: { toBeReturned: true } } });
    const patientId = await freshPatient();
    const invoice = await billing.bill(patientId, [{ kind: 'SERVICE', description: 'Dressing', unitPrice: bdt(DUE), taxCategory: 'EXEMPT' }]);
    expect((await settleAnswer(held.id, 'REFUNDABLE')).data.answer).toMatchObject({ status: 'REFUNDABLE', patientId: null });
    expect(codeOf(await billing.allocateAnswer(held.id, invoice.id, DUE))).toBe('NOT_FOUND');
    await converse(world, 'app', cashier, async (ask) => expect(await verdict(ask,
      `insert into clinic.allocations (tenant_id, id, payment_id, invoice_id, amount) values ('${practice.tenantId}', gen_random_uuid(), '${held.id}', '${invoice.id}', ${DUE})`)).toBe('SK095'));
    const refund = await billing.refund(held.id, DUE);
    expect(refund).toMatchObject({ status: 'PENDING', method: 'BKASH' });
    await wallets.job();
    expect(wallets.at(held.id).refunds).toHaveLength(1);
    expect(await depositOf(held.id)).toMatchObject({ status: 'REFUNDED', appointment: { deposit: { toBeReturned: false } } });
  });

  it('is captured, without a booking, when the day was closed meanwhile', async () => {
    const { secret, id, sessionId } = await begun();
    const [{ localDate }] = [(await world.ok('query ($id: UUID!) { clinicSession(id: $id) { localDate } }', { id: sessionId }, practice.owner.token)).clinicSession as { localDate: string }];
    await world.ok('mutation ($input: AddClosureInput!) { addClosure(input: $input) { kept { id } } }', { input: { chamberId, firstDay: localDate, lastDay: localDate, reason: 'Away' } }, practice.owner.token);
    await wallets.callback(wallets.payer(id, 'AGREED'));
    expect(await bookingOf(secret)).toMatchObject({ status: 'CANCELLED', depositPaid: true });
    expect(await depositOf(id)).toMatchObject({ outcome: 'REFUNDABLE' });
    const other = await hold();
    const { localDate: day } = (await world.ok('query ($id: UUID!) { clinicSession(id: $id) { localDate } }', { id: other.sessionId }, practice.owner.token)).clinicSession as { localDate: string };
    await world.ok('mutation ($input: AddClosureInput!) { addClosure(input: $input) { kept { id } } }', { input: { chamberId, firstDay: day, lastDay: day, reason: 'Away' } }, practice.owner.token);
    expect(reasonOf(await payAnswer(other.secret))).toBe('NOT_OFFERED');
  });

  it('that was paid at the desk meanwhile is to be returned, whatever becomes of the visit', async () => {
    const { id, secret, appointment } = await begun();
    bkash.mishap('execute', 'CUT');
    bkash.mishap('payment/status', 'CUT');
    await wallets.callback(wallets.payer(id, 'AGREED'));
    const patientId = await freshPatient();
    const atDesk = (await takeDepositAnswer(world, cashier.token, appointment.id, { patientId })).data.answer as DepositAnswer;
    await wallets.job();
    expect([await statusOf(id), (await bookingOf(secret)).status]).toEqual(['CAPTURED', 'BOOKED']);
    expect(await depositOf(id)).toMatchObject({ status: 'HELD', outcome: 'REFUNDABLE' });
    const [{ version }] = (await world.sql<{ version: number }>('superuser', 'select version from clinic.appointments where id = $1', [appointment.id])) as [{ version: number }];
    await world.ok('mutation ($input: IdentifyBookerInput!) { identifyBooker(input: $input) { id } }', { input: { id: appointment.id, version, patientId } }, practice.owner.token);
    await billing.bill(patientId, [{ kind: 'CONSULTATION', unitPrice: bdt(50_000), taxCategory: 'EXEMPT' }], { appointmentId: appointment.id });
    expect([await depositOf(atDesk.id), await depositOf(id)]).toMatchObject([{ status: 'APPLIED' }, { status: 'HELD', outcome: 'REFUNDABLE', patientId }]);
  });

  it('of another amount is flagged, and in no books', async () => {
    const { secret, id } = await begun();
    bkash.twists.set('execute', (answer) => ({ ...answer, amount: '20.00' }));
    const before = await billing.balances();
    await wallets.callback(wallets.payer(id, 'AGREED'));
    expect(await billing.balances()).toEqual(before);
    expect(await bookingOf(secret)).toMatchObject({ status: 'HELD', depositPaid: false });
    expect((await wallets.flagged()).map(({ payment, flag }) => [payment.id, flag])).toContainEqual([id, 'AMOUNT_DIFFERS']);
    expect((await payAnswer(secret)).data.answer).toEqual({ status: 'PENDING', checkoutUrl: null });
    expect(bkash.to('/create')).toHaveLength(1);
  });

  it('that the payer cancels comes to nothing, and can be begun again', async () => {
    const { secret, id, appointment } = await begun();
    const back = wallets.payer(id, 'CANCELLED');
    await wallets.callback(back);
    expect(await statusOf(id)).toBe('PENDING');
    await letGo(appointment.id);
    await wallets.job();
    expect([await statusOf(id), chargesOf(id)]).toEqual(['FAILED', 0]);
    expect(reasonOf(await payAnswer(secret))).toBe('APPOINTMENT_STATUS');
  });

  it('is carried to whom the desk says that it was for', async () => {
    const { secret, id } = await paid();
    await online.stepAnswer('cancelOnlineBooking', secret);
    expect(await depositOf(id)).toMatchObject({ outcome: 'CARRIED', patientId: null });
    expect(faultsOf(await settleAnswer(id, 'CARRIED'))).toEqual(['input.patientId REQUIRED']);
    expect(codeOf(await settleAnswer(id, 'CARRIED', { patientId: randomUUID() }))).toBe('NOT_FOUND');
    await converse(world, 'app', cashier, async (ask) => expect(await verdict(ask, `update clinic.deposits set status = 'CARRIED' where tenant_id = '${practice.tenantId}' and id = '${id}'`)).toBe('SK095'));
    const patientId = await freshPatient();
    expect((await settleAnswer(id, 'CARRIED', { patientId })).data.answer).toMatchObject({ status: 'CARRIED', patientId, payment: { left: { amount: DUE } } });
    const invoice = await billing.bill(patientId, [{ kind: 'SERVICE', description: 'Dressing', unitPrice: bdt(DUE), taxCategory: 'EXEMPT' }]);
    expect((await billing.allocateAnswer(id, invoice.id, DUE)).errors).toBeUndefined();
  });

  it('has a receipt before anybody said who comes', async () => {
    const { id } = await paid();
    const { statusCode, headers } = await world.app.inject({ method: 'GET', url: `/payments/${id}/receipt.pdf`, headers: { authorization: `Bearer ${practice.owner.token}` } });
    expect([statusCode, headers['content-type']]).toEqual([200, 'application/pdf']);
  });

  it('is begun by nobody who has not the secret, nor where nothing is to be paid, nor more often than others', async () => {
    const { secret } = await hold();
    const other = `${secret.slice(0, -4)}${secret.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
    expect([codeOf(await payAnswer(other)), codeOf(await payAnswer('x')), codeOf(await payAnswer(online.link))]).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
    expect(bkash.to('/create')).toHaveLength(0);
    const without = await openChamber(world, practice, `Agrabad ${randomUUID()}`);
    await world.ok('mutation ($input: EditOnlineBookingInput!) { editOnlineBooking(input: $input) { version } }', { input: { chamberId: without, version: 0, enabled: true, daysAhead: 60 } }, practice.owner.token);
    const { id: sessionId } = await queue.addSession({ chamberId: without, doctorId: practice.owner.memberId, localDate: dayFromNow(days++), online: true });
    expect(reasonOf(await payAnswer((await online.hold(sessionId, `+880171133${++numbers}5`)).secret))).toBe('NO_DEPOSIT');
    const answers: GraphqlAnswer[] = [];
    for (let times = 0; times < 61; times++) answers.push(await payAnswer(secret));
    expect(codeOf(answers.at(-1)!)).toBe('THROTTLED');
    expect(bkash.to('/create')).toHaveLength(1);
  });

  it('is captured and noted by nothing but background work', async () => {
    const { id, appointment } = await begun();
    const calls = [
      ['platform.begin_online_deposit($1, $2, $3, $4, $5)', [practice.tenantId, Buffer.from('x'), randomUUID(), 'BKASH', Buffer.from('x')], ['app', 'audit', 'jobs']],
      ['platform.lock_online_deposit($1, $2)', [practice.tenantId, id], ['app', 'auth', 'jobs']],
      [`platform.note_online_deposit($1, $2, 'BOOKED', '{}', '{}')`, [practice.tenantId, id], ['app', 'auth', 'jobs']],
    ] as const;
    for (const [call, values, roles] of calls) {
      for (const role of roles) await expect(world.sql(role, `select * from ${call}`, [...values])).rejects.toThrow(/permission denied/);
    }
    await expect(world.sql('audit', `select * from platform.note_online_deposit($1, $2, 'BOOKED', '{}', '{}')`, [practice.tenantId, id])).rejects.toMatchObject({ code: 'SK095' });
    const patientId = await freshPatient();
    const known = await paid();
    const note = (status: string) => world.sql('audit', `select * from platform.note_online_deposit($1, $2, $3, '{}', '{}')`, [practice.tenantId, known.id, status]);
    await expect(note('CANCELLED')).rejects.toMatchObject({ code: 'SK095', message: 'the deposit was paid before' });
    await world.sql('superuser', `set session_replication_role = replica; update clinic.online_bookings set deposit_paid_at = null where id = '${known.appointment.id}'`);
    await expect(note('BOOKED')).rejects.toMatchObject({ code: 'SK095', message: expect.stringContaining('the place that is held for it') });
    const other = await freshPatient();
    await world.ok('mutation ($input: IdentifyBookerInput!) { identifyBooker(input: $input) { id } }', { input: { id: known.appointment.id, version: known.appointment.version, patientId } }, practice.owner.token);
    await converse(world, 'app', cashier, async (ask) => {
      expect(await verdict(ask, `update clinic.payments set patient_id = '${other}' where tenant_id = '${practice.tenantId}' and id = '${known.id}'`)).toBe('SK091');
      expect(await verdict(ask, `update clinic.payments set patient_id = null where tenant_id = '${practice.tenantId}' and id = '${known.id}'`)).toBe('SK091');
    });
    expect(appointment.status).toBe('HELD');
  });

  it('needs an account of the practice at the provider', async () => {
    const { secret } = await hold();
    await world.ok('mutation { removeWalletAccount(provider: BKASH) }', {}, practice.owner.token);
    expect(reasonOf(await payAnswer(secret))).toBe('NO_WALLET_ACCOUNT');
    await wallets.open();
  });
});
