import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { WalletSettling } from '../../src/billing/payments/wallets/wallet-settling.service.js';
import { WalletReconciling } from '../../src/billing/payments/wallets/wallet-reconciling.service.js';
import { converse, verdict } from '../contract/conversation.js';
import { dayFromNow } from '../support/appointments.js';
import { Billing, answerOf, bdt, service } from '../support/billing.js';
import { BkashServer, type Mishap } from '../support/bkash-server.js';
import { entriesOf } from '../support/entries.js';
import { ageProof, stepUp } from '../support/factors.js';
import { Patients, codeOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { Wallets } from '../support/wallets.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

describe('payments by bKash', () => {
  let bkash: BkashServer;
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let billing: Billing;
  let wallets: Wallets;
  let patientId: string;

  beforeAll(async () => {
    bkash = await BkashServer.start();
    world = await World.open(bkash.settings());
    practice = await world.practice('Shapla Chamber');
    await stepUp(world, practice.owner, { password: PASSWORD });
    await new Wallets(world, bkash, practice.owner, '').open();
  });
  beforeEach(async () => {
    bkash.reset();
    // What other tests left pending is asked about no more.
    await world.sql('superuser', 'update clinic.wallet_payments set next_ask_at = null, reconciled_at = now(), reconciliation = $1', ['MATCHED']);
    chamberId = await openChamber(world, practice, `Uttara ${randomUUID()}`);
    billing = new Billing(world, practice.owner, chamberId);
    wallets = new Wallets(world, bkash, practice.owner, chamberId);
    patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun' })).id;
  });
  afterAll(async () => {
    await world.close();
    await bkash.stop();
  });

  const BOOKED = { WALLET_CLEARING: 50_000, ADVANCE: -50_000 };
  const reasonOf = (one: { errors?: Array<{ extensions: Record<string, unknown> }> }) => one.errors?.[0]!.extensions['reason'];
  const chargesOf = (id: string): number => (wallets.at(id).trxID ? 1 : 0);

  it('are pending, and in no books, until the provider says that just they were paid', async () => {
    const started = await wallets.start(patientId, 50_000);
    expect(started).toMatchObject({ payment: { status: 'PENDING', method: 'BKASH', provider: 'BKASH', reference: null, takenBy: { id: practice.owner.memberId } }, checkoutUrl: expect.stringContaining('/redirect/tokenized/'), flag: null });
    const { id } = started.payment;
    expect(bkash.to('/create')[0]!.body).toMatchObject({ amount: '500.00', currency: 'BDT', merchantInvoiceNumber: id, payerReference: id, callbackURL: expect.stringMatching(`/wallets/bkash/${practice.tenantId}/${id}$`) });
    expect(await billing.balances()).toEqual({});
    expect(await wallets.callback(wallets.payer(id, 'AGREED'))).toContain('The payment was received');
    expect(await wallets.check(id)).toMatchObject({ payment: { status: 'CAPTURED', reference: wallets.at(id).trxID, left: bdt(50_000) }, checkoutUrl: null, outcome: 'CAPTURED' });
    expect(await billing.balances()).toEqual(BOOKED);
    const entries = await entriesOf(world, practice.tenantId, 'server.settleWalletPayment');
    expect(entries.at(-1)).toMatchObject({ action: 'UPDATED', outcome: 'SUCCESS', actor_member_id: null, records: [`payment:${id}`] });
  });

  it('tell the provider nothing of who pays', async () => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    const said = JSON.stringify(bkash.to('/create')[0]!.body);
    for (const secret of ['Rahela', patientId, 'Shapla']) expect(said).not.toContain(secret);
    expect(said).toContain(id);
  });

  it('pay the invoice that they were begun for, and leave the rest as an advance', async () => {
    const invoice = await billing.bill(patientId, [service(30_000)]);
    const { payment: { id } } = await wallets.start(patientId, 50_000, { invoiceId: invoice.id });
    await wallets.callback(wallets.payer(id, 'AGREED'));
    expect(await billing.payment(id)).toMatchObject({ status: 'CAPTURED', allocated: bdt(30_000), left: bdt(20_000), allocations: [{ invoiceId: invoice.id, amount: bdt(30_000) }] });
    expect(await billing.invoice(invoice.id)).toMatchObject({ due: bdt(0) });
    expect(await billing.balances()).toEqual({ WALLET_CLEARING: 50_000, ADVANCE: -20_000, REVENUE: -30_000 });
  });

  it('are captured once, by whoever comes first', async () => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    const path = wallets.payer(id, 'AGREED');
    const settling = world.app.get(WalletSettling, { strict: false });
    await Promise.all([wallets.callback(path), wallets.callback(path), wallets.check(id), wallets.check(id), settling.askAll(), wallets.callback(path)]);
    await wallets.job();
    await wallets.callback(path);
    expect(await wallets.check(id)).toMatchObject({ payment: { status: 'CAPTURED' } });
    expect(await billing.balances()).toEqual(BOOKED);
    const changes = (await entriesOf(world, practice.tenantId, 'server.settleWalletPayment')).filter(({ records }) => records.includes(`payment:${id}`));
    // Opened, and captured.
    expect(changes).toHaveLength(2);
  });

  it.each<Mishap>(['CUT', 'HTTP_500', 'NO_JSON'])('are found out when the provider takes the money and its answer is lost (%s)', async (mishap) => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    bkash.mishap('execute', mishap);
    bkash.mishap('payment/status', 'CUT');
    expect(await wallets.callback(wallets.payer(id, 'AGREED'))).toContain('not known yet');
    expect(chargesOf(id)).toBe(1);
    expect(await billing.balances()).toEqual({});
    await wallets.job();
    expect(await wallets.check(id)).toMatchObject({ payment: { status: 'CAPTURED', reference: wallets.at(id).trxID } });
    expect(await billing.balances()).toEqual(BOOKED);
  });

  it('are found out when the server dies between taking the money and its books', async () => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    const path = wallets.payer(id, 'AGREED');
    // The provider has taken it; what the database was to note is lost.
    await world.sql('superuser', 'revoke execute on function platform.capture_wallet_payment(uuid, uuid, text, text, text, bigint, text) from sinduk_audit');
    await world.app.inject({ method: 'GET', url: path });
    expect(chargesOf(id)).toBe(1);
    await world.sql('superuser', 'grant execute on function platform.capture_wallet_payment(uuid, uuid, text, text, text, bigint, text) to sinduk_audit');
    expect(await billing.payment(id)).toMatchObject({ status: 'PENDING' });
    await wallets.job();
    expect(await billing.payment(id)).toMatchObject({ status: 'CAPTURED' });
    expect(await billing.balances()).toEqual(BOOKED);
  });

  it('are not made, ended or shown by forged callbacks', async () => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    const path = `/wallets/bkash/${practice.tenantId}/${id}`;
    for (const query of ['', '?status=success', '?status=success&paymentID=TR0011other&trxID=FORGED', '?status=cancel', '?status=failure', '?status[]=success']) {
      const page = await wallets.callback(path + query);
      expect(page).toContain('not known yet');
      expect(page).not.toMatch(/500|Rahela/);
    }
    expect(await billing.payment(id)).toMatchObject({ status: 'PENDING', reference: null });
    for (const other of [`/wallets/bkash/${practice.tenantId}/${randomUUID()}?status=success`, `/wallets/bkash/${randomUUID()}/${id}?status=success`, '/wallets/bkash/x/y?status=success']) expect(await wallets.callback(other)).toContain('not known yet');
    // Nor does one that says they failed keep the payer's money out of the books.
    wallets.payer(id, 'AGREED');
    await wallets.callback(`${path}?status=failure`);
    await wallets.job();
    expect(await billing.payment(id)).toMatchObject({ status: 'CAPTURED' });
  });

  it('cannot be hurried by calling back again and again', async () => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    await wallets.callback(`/wallets/bkash/${practice.tenantId}/${id}`);
    const asked = bkash.calls.length;
    await Promise.all(Array.from({ length: 10 }, () => wallets.callback(`/wallets/bkash/${practice.tenantId}/${id}`)));
    expect(bkash.calls.length).toBe(asked);
  });

  const twists: Array<[string, (answer: Record<string, unknown>) => Record<string, unknown>, string]> = [
    ['another amount', (answer) => ({ ...answer, amount: '5.00' }), 'AMOUNT_DIFFERS'],
    ['a paisa more', (answer) => ({ ...answer, amount: '500.01' }), 'AMOUNT_DIFFERS'],
    ['another currency', (answer) => ({ ...answer, currency: 'USD' }), 'OTHER_CURRENCY'],
    ['another order', (answer) => ({ ...answer, merchantInvoiceNumber: randomUUID() }), 'OTHER_ORDER'],
  ];
  it.each(twists)('of which the provider tells %s are flagged, and not captured', async (_, twist, flag) => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    bkash.twists.set('execute', twist);
    await wallets.callback(wallets.payer(id, 'AGREED'));
    expect(await wallets.check(id)).toMatchObject({ payment: { status: 'PENDING', reference: null }, checkoutUrl: null, flag, outcome: flag, toldReference: wallets.at(id).trxID });
    expect((await wallets.flagged()).map(({ payment }) => payment.id)).toContain(id);
    bkash.twists.clear();
    await wallets.job();
    expect(await billing.payment(id)).toMatchObject({ status: 'PENDING' });
    expect(await billing.balances()).toEqual({});
  });

  it('with a transaction that another payment has are flagged, and not captured', async () => {
    const first = await wallets.start(patientId, 50_000);
    await wallets.callback(wallets.payer(first.payment.id, 'AGREED'));
    const second = await wallets.start(patientId, 50_000);
    const { trxID } = wallets.at(first.payment.id);
    bkash.twists.set('execute', (answer) => ({ ...answer, trxID }));
    await wallets.callback(wallets.payer(second.payment.id, 'AGREED'));
    expect(await wallets.check(second.payment.id)).toMatchObject({ payment: { status: 'PENDING' }, flag: 'REUSED', toldReference: trxID, toldAmount: bdt(50_000) });
    expect(await billing.balances()).toEqual(BOOKED);
  });

  it('come to nothing when the payer cannot pay, and never afterwards', async () => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    expect(await wallets.callback(wallets.payer(id, 'HAS_TOO_LITTLE'))).toContain('was not made');
    expect(await wallets.check(id)).toMatchObject({ payment: { status: 'FAILED' }, outcome: '2023', checkoutUrl: null });
    const asked = bkash.calls.length;
    await wallets.callback(wallets.payer(id, 'AGREED'));
    await wallets.job();
    expect(bkash.calls.length).toBe(asked);
    expect(await billing.balances()).toEqual({});
  });

  it('come to nothing after a day in which nobody paid, but not while money may be on its way', async () => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    wallets.payer(id, 'CANCELLED');
    await wallets.job();
    expect(await wallets.check(id)).toMatchObject({ payment: { status: 'PENDING' }, outcome: 'WAITING' });
    await world.sql('superuser', `update clinic.wallet_payments set opened_at = now() - interval '25 hours' where id = $1`, [id]);
    await wallets.job();
    expect(await billing.payment(id)).toMatchObject({ status: 'PENDING' });
    await world.sql('superuser', `update clinic.wallet_payments set executing_at = now() - interval '11 minutes' where id = $1`, [id]);
    bkash.mishap('payment/status', 'CUT');
    await wallets.job();
    expect(await billing.payment(id)).toMatchObject({ status: 'PENDING' });
    await wallets.job();
    expect(await wallets.check(id)).toMatchObject({ payment: { status: 'FAILED' }, outcome: 'EXPIRED' });
    // The payer was not charged by any of it, although they might have agreed in the end.
    expect(chargesOf(id)).toBe(0);
  });

  it('are not taken from a payer who agreed and went away long ago', async () => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    await world.sql('superuser', `update clinic.wallet_payments set opened_at = now() - interval '16 minutes' where id = $1`, [id]);
    await wallets.callback(wallets.payer(id, 'AGREED'));
    await wallets.job();
    expect([chargesOf(id), (await billing.payment(id)).status]).toEqual([0, 'PENDING']);
  });

  it('come to nothing when no checkout is opened, whatever became of it', async () => {
    bkash.twists.set('create', () => ({ statusCode: '2006', statusMessage: 'Invalid amount' }));
    expect(await wallets.start(patientId, 50_000)).toMatchObject({ payment: { status: 'FAILED' }, outcome: '2006', checkoutUrl: null });
    bkash.twists.clear();
    bkash.mishap('create', 'CUT');
    expect(await wallets.start(patientId, 50_000)).toMatchObject({ payment: { status: 'FAILED' }, outcome: 'UNREACHABLE', checkoutUrl: null });
  });

  it('whose server died before it knew a checkout come to nothing by themselves', async () => {
    await world.sql('superuser', 'revoke execute on function platform.note_checkout(uuid, uuid, text, bytea) from sinduk_audit');
    const key = randomUUID();
    expect(codeOf(await wallets.startAnswer(patientId, 50_000, { idempotencyKey: key }))).toBe('INTERNAL');
    await world.sql('superuser', 'grant execute on function platform.note_checkout(uuid, uuid, text, bytea) to sinduk_audit');
    const again = await wallets.start(patientId, 50_000, { idempotencyKey: key });
    expect(again).toMatchObject({ payment: { status: 'PENDING' }, checkoutUrl: null });
    await wallets.job();
    expect(await wallets.check(again.payment.id)).toMatchObject({ payment: { status: 'FAILED' }, outcome: 'NOT_OPENED' });
  });

  it('are begun once under a key, by many at a time too', async () => {
    const key = randomUUID();
    const started = await Promise.all(Array.from({ length: 5 }, () => wallets.startAnswer(patientId, 50_000, { idempotencyKey: key })));
    const ids = new Set(started.flatMap(({ data }) => data?.answer?.payment.id ?? []));
    expect(ids.size).toBe(1);
    expect(bkash.to('/create')).toHaveLength(1);
    const again = await wallets.start(patientId, 50_000, { idempotencyKey: key });
    expect(again.checkoutUrl).toContain('/redirect/tokenized/');
    expect(reasonOf(await wallets.startAnswer(patientId, 60_000, { idempotencyKey: key }))).toBe('KEY_USED');
  });

  it('need an account, an invoice that can be paid, and the permission in the chamber', async () => {
    const draft = await billing.draft(patientId, [service(30_000)]);
    expect(reasonOf(await wallets.startAnswer(patientId, 50_000, { invoiceId: draft.id }))).toBe('INVOICE_STATUS');
    const other = (await new Patients(world, practice.owner.token).register({ nameEn: 'Karim Mia' })).id;
    const { id: invoiceId } = await billing.bill(other, [service(30_000)]);
    expect(codeOf(await wallets.startAnswer(patientId, 50_000, { invoiceId }))).toBe('NOT_FOUND');
    expect(codeOf(await wallets.startAnswer(patientId, 0))).toBe('BAD_USER_INPUT');
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    expect(codeOf(await new Wallets(world, bkash, nurse, chamberId).startAnswer(patientId, 50_000))).toBe('FORBIDDEN');
    const elsewhere = await hire(world, practice, await openChamber(world, practice, `Agrabad ${randomUUID()}`), 'RECEPTIONIST');
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    expect(codeOf(await new Wallets(world, bkash, elsewhere, chamberId).startAnswer(patientId, 50_000))).toBe('FORBIDDEN');
    expect(codeOf(await new Wallets(world, bkash, elsewhere, chamberId).checkAnswer(id))).toBe('FORBIDDEN');
    const without = await world.practice('Jaba Chamber');
    const [chamber, patient] = [await openChamber(world, without, 'Mirpur'), (await new Patients(world, without.owner.token).register({ nameEn: 'Amena Begum' })).id];
    expect(reasonOf(await new Wallets(world, bkash, without.owner, chamber).startAnswer(patient, 50_000))).toBe('NO_WALLET_ACCOUNT');
  });

  describe('ended by hand', () => {
    let manager: Person;
    const endAnswer = (paymentId: string, person: Person = manager, reason = 'bKash says that it never came') => world.graphql(
      'mutation ($input: EndWalletPaymentInput!) { answer: endWalletPayment(input: $input) { payment { id status } outcome flag endedBy { id } endedAt endReason } }', { input: { paymentId, reason } }, person.token);
    /** A payment that bKash took without our learning of it, and of which it then says nothing. */
    const unknown = async (more: object = {}): Promise<string> => {
      const { payment: { id } } = await wallets.start(patientId, 50_000, more);
      bkash.mishap('execute', 'CUT');
      bkash.mishap('payment/status', ...Array<Mishap>(10).fill('CUT'));
      await wallets.callback(wallets.payer(id, 'AGREED'));
      return id;
    };

    beforeEach(async () => {
      manager = await hire(world, practice, chamberId, 'MANAGER');
      await stepUp(world, manager, { password: PASSWORD });
    });

    it('are failed, with who and why, once the provider was asked once more', async () => {
      const id = await unknown();
      const asked = bkash.to('/payment/status').length;
      expect((await endAnswer(id)).data.answer).toMatchObject({ payment: { id, status: 'FAILED' }, outcome: 'ENDED', flag: null, endedBy: { id: manager.memberId }, endedAt: expect.any(String), endReason: 'bKash says that it never came' });
      expect(bkash.to('/payment/status').length).toBe(asked + 1);
      expect(await billing.balances()).toEqual({});
      expect(reasonOf(await endAnswer(id))).toBe('PAYMENT_STATUS');
      const [entry] = (await entriesOf(world, practice.tenantId, 'Mutation.endWalletPayment')).slice(-2);
      expect(entry).toMatchObject({ outcome: 'SUCCESS', actor_member_id: manager.memberId, records: [`payment:${id}`] });
    });

    it('are captured instead when the provider now tells that they were paid', async () => {
      const id = await unknown();
      bkash.mishap('payment/status');
      expect(reasonOf(await endAnswer(id))).toBe('PAYMENT_STATUS');
      expect(await billing.payment(id)).toMatchObject({ status: 'CAPTURED' });
      expect(await billing.balances()).toEqual(BOOKED);
    });

    it('are ended by nobody who took them, or does not manage the finances, nor without a step-up', async () => {
      const id = await unknown();
      const other = await hire(world, practice, chamberId, 'MANAGER');
      await ageProof(world, other, 6);
      const reception = await hire(world, practice, chamberId, 'RECEPTIONIST');
      await stepUp(world, reception, { password: PASSWORD });
      expect(reasonOf(await endAnswer(id, practice.owner))).toBe('OWN_APPROVAL');
      expect([codeOf(await endAnswer(id, other)), codeOf(await endAnswer(id, reception)), codeOf(await endAnswer(randomUUID())), codeOf(await endAnswer(id, manager, ' '))]).toEqual(['STEP_UP_NEEDED', 'FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT']);
      const end = `update clinic.wallet_payments set ending = '\\x00' where tenant_id = '${practice.tenantId}' and id = '${id}'`;
      const asked = (ago: string) => world.sql('superuser', `update clinic.wallet_payments set asked_at = now() - interval '${ago}' where id = $1`, [id]);
      await asked('10 seconds');
      for (const [person, state] of [[practice.owner, 'SK093'], [reception, 'SK096'], [manager, 'ACCEPTED']] as const) await converse(world, 'app', person, async (ask) => expect(await verdict(ask, end)).toBe(state));
      await asked('6 minutes');
      await converse(world, 'app', manager, async (ask) => {
        expect(await verdict(ask, end)).toBe('SK095');
        expect(await verdict(ask, `update clinic.wallet_payments set ended_at = now() where id = '${id}'`)).toBe('42501');
      });
      expect(await billing.payment(id)).toMatchObject({ status: 'PENDING' });
      bkash.mishap('payment/status');
      await wallets.job();
      expect(await billing.payment(id)).toMatchObject({ status: 'CAPTURED' });
      await asked('10 seconds');
      await converse(world, 'app', manager, async (ask) => expect(await verdict(ask, end)).toBe('SK095'));
    });

    it('that were paid all the same are captured by the first open day, pay their invoice, and are told', async () => {
      const invoice = await billing.bill(patientId, [service(30_000)]);
      const id = await unknown({ invoiceId: invoice.id });
      await endAnswer(id);
      await world.ok('mutation ($input: CloseDayInput!) { closeDay(input: $input) { id } }', { input: { chamberId, day: dayFromNow(0) } }, manager.token);
      await wallets.job();
      expect(await billing.payment(id)).toMatchObject({ status: 'FAILED' });
      bkash.mishap('payment/status');
      const executed = bkash.to('/execute').length;
      await wallets.job();
      expect(bkash.to('/execute').length).toBe(executed);
      expect(await billing.payment(id)).toMatchObject({ status: 'CAPTURED', capturedOn: dayFromNow(1), allocated: bdt(30_000), left: bdt(20_000) });
      expect((await wallets.flagged()).filter(({ payment }) => payment.id === id)).toMatchObject([{ flag: 'CAPTURED_LATE' }]);
      expect(await billing.balances()).toEqual({ WALLET_CLEARING: 50_000, ADVANCE: -20_000, REVENUE: -30_000 });
      await wallets.job();
      expect(await billing.balances()).toEqual({ WALLET_CLEARING: 50_000, ADVANCE: -20_000, REVENUE: -30_000 });
    });

    it('and then found on a statement are asked about at once', async () => {
      const id = await unknown();
      await endAnswer(id);
      bkash.mishap('payment/status');
      await world.app.get(WalletSettling, { strict: false }).askAll();
      expect(await billing.payment(id)).toMatchObject({ status: 'FAILED' });
      const content = `Trx ID,Date Time,Amount,Type,Fee\n${wallets.at(id).trxID},${new Date().toISOString()},500.00,Payment,0.00`;
      const { importWalletStatement } = await world.ok('mutation ($input: ImportWalletStatementInput!) { importWalletStatement(input: $input) { faults { reason } statement { findings { finding } } } }', { input: { provider: 'BKASH', content, idempotencyKey: randomUUID() } }, practice.owner.token);
      expect(importWalletStatement).toEqual({ faults: [], statement: { findings: [{ finding: 'UNKNOWN' }] } });
      await world.app.get(WalletSettling, { strict: false }).askAll();
      expect(await billing.payment(id)).toMatchObject({ status: 'CAPTURED', reference: wallets.at(id).trxID });
    });

    it('leave the list of what is flagged, and are not asked about any more', async () => {
      const { payment: { id } } = await wallets.start(patientId, 50_000);
      bkash.twists.set('execute', (answer) => ({ ...answer, amount: '5.00' }));
      await wallets.callback(wallets.payer(id, 'AGREED'));
      expect((await wallets.flagged()).map(({ payment }) => payment.id)).toContain(id);
      const asked = bkash.to('/payment/status').length;
      expect((await endAnswer(id)).data.answer).toMatchObject({ payment: { status: 'FAILED' }, flag: 'AMOUNT_DIFFERS' });
      expect(bkash.to('/payment/status').length).toBe(asked + 1);
      expect((await wallets.flagged()).map(({ payment }) => payment.id)).not.toContain(id);
      await wallets.job();
      expect(bkash.to('/payment/status').length).toBe(asked + 1);
    });
  });

  it('are captured by nothing but background work with what the provider told', async () => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    const { paymentID } = wallets.at(id);
    for (const role of ['app', 'auth', 'jobs'] as const) {
      await expect(world.sql(role, 'select platform.capture_wallet_payment($1, $2, $3, $4, $5, $6, $7)', [practice.tenantId, id, paymentID, id, 'FORGED', 50_000, 'BDT'])).rejects.toThrow(/permission denied/);
    }
    for (const told of [[paymentID, id, 'TRX1', 49_999, 'BDT'], [paymentID, id, 'TRX1', 50_000, 'AED'], [paymentID, randomUUID(), 'TRX1', 50_000, 'BDT'], ['TR0011other', id, 'TRX1', 50_000, 'BDT']]) {
      await expect(world.sql('audit', 'select platform.capture_wallet_payment($1, $2, $3, $4, $5, $6, $7)', [practice.tenantId, id, ...told])).rejects.toThrow(/is not what was to be paid/);
    }
    expect(await billing.balances()).toEqual({});
  });

  it('are not ended by the application either, whatever SQL it runs', async () => {
    const { payment: { id } } = await wallets.start(patientId, 50_000);
    const client = new pg.Client({ connectionString: world.urls.app });
    await client.connect();
    const asApp = async (text: string): Promise<void> => {
      const { sid } = JSON.parse(Buffer.from(practice.owner.token.split('.')[1]!, 'base64url').toString()) as { sid: string };
      await client.query('begin');
      try {
        await client.query('select from platform.enter($1, $2, null, null)', [Buffer.from(sid, 'base64url'), practice.tenantId]);
        await client.query(text);
      } finally {
        await client.query('rollback');
      }
    };
    for (const ended of [`'CAPTURED', reference = 'FORGED'`, `'FAILED'`]) {
      await expect(asApp(`update clinic.payments set status = ${ended}, version = version + 1 where id = '${id}'`)).rejects.toMatchObject({ code: 'SK095' });
    }
    await wallets.callback(wallets.payer(id, 'AGREED'));
    const refund = await billing.refund(id, 20_000);
    for (const ended of [`'PAID', reference = 'FORGED'`, `'FAILED'`]) {
      await expect(asApp(`update clinic.refunds set status = ${ended}, version = version + 1 where id = '${refund.id}'`)).rejects.toMatchObject({ code: 'SK095' });
    }
    await expect(asApp(`update clinic.wallet_payments set flag = null`)).rejects.toMatchObject({ code: '42501' });
    await client.end();
    expect(await billing.balances()).toEqual(BOOKED);
  });

  it('are held against what the provider has, in the night after', async () => {
    const ids: string[] = [];
    for (const _ of [1, 2, 3]) {
      const { payment: { id } } = await wallets.start(patientId, 50_000);
      await wallets.callback(wallets.payer(id, 'AGREED'));
      ids.push(id);
    }
    const [right, wrong, gone] = ids as [string, string, string];
    wallets.at(wrong).amount = '5.00';
    wallets.at(gone).trxID = undefined;
    bkash.mishap('general/searchTransaction', 'CUT');
    await world.app.get(WalletReconciling, { strict: false }).reconcile();
    await world.app.get(WalletReconciling, { strict: false }).reconcile();
    expect(await Promise.all(ids.map(async (id) => (await wallets.check(id)).reconciliation))).toEqual(['MATCHED', 'AMOUNT_DIFFERS', 'UNKNOWN']);
    const flagged = (await wallets.flagged()).map(({ payment }) => payment.id);
    expect([flagged.includes(right), flagged.includes(wrong), flagged.includes(gone)]).toEqual([false, true, true]);
  });

  describe('given back', () => {
    const paid = async (): Promise<string> => {
      const { payment: { id } } = await wallets.start(patientId, 50_000);
      await wallets.callback(wallets.payer(id, 'AGREED'));
      return id;
    };
    const refundOf = async (id: string): Promise<{ status: string; reference: string | null }> => (await world.ok('query ($id: UUID!) { refund(id: $id) { status reference } }', { id }, practice.owner.token)).refund;

    it('are pending until the provider has made the refund, which the books then show', async () => {
      const id = await paid();
      const refund = await billing.refund(id, 20_000);
      expect(refund.status).toBe('PENDING');
      expect(bkash.to('/refund/payment/transaction')).toHaveLength(0);
      await wallets.job();
      expect(await refundOf(refund.id)).toEqual({ status: 'PAID', reference: wallets.at(id).refunds[0]!.refundTrxId });
      expect(await billing.balances()).toEqual({ WALLET_CLEARING: 30_000, ADVANCE: -30_000 });
      await wallets.job();
      expect(wallets.at(id).refunds).toHaveLength(1);
    });

    it('are asked for once, and whoever asks again is told what became of them', async () => {
      const { payment: { id } } = await wallets.start(patientId, 500_000);
      await wallets.callback(wallets.payer(id, 'AGREED'));
      const asked = await billing.refund(id, 200_000);
      const approver = new Billing(world, await hire(world, practice, chamberId, 'MANAGER'), chamberId);
      const approved = await answerOf<{ id: string; version: number }>(approver.approveRefundAnswer(asked));
      const pending = await answerOf<{ status: string }>(billing.payRefundAnswer(approved));
      expect(pending.status).toBe('PENDING');
      expect(await answerOf(billing.payRefundAnswer(approved))).toEqual(pending);
      await wallets.job();
      expect(await answerOf(billing.payRefundAnswer(approved))).toMatchObject({ status: 'PAID' });
      expect([reasonOf(await billing.payRefundAnswer(asked)), wallets.at(id).refunds.length]).toEqual(['STALE_VERSION', 1]);
    });

    it.each<Mishap>(['CUT', 'HTTP_500', 'NO_JSON'])('are given back once when the answer is lost (%s)', async (mishap) => {
      const id = await paid();
      const refund = await billing.refund(id, 20_000);
      bkash.mishap('refund/transaction', mishap);
      bkash.mishap('refund/status', 'CUT');
      await wallets.job();
      await wallets.job();
      expect(await refundOf(refund.id)).toEqual({ status: 'PENDING', reference: null });
      expect(await billing.balances()).toEqual(BOOKED);
      await wallets.job();
      expect(await refundOf(refund.id)).toEqual({ status: 'PAID', reference: wallets.at(id).refunds[0]!.refundTrxId });
      expect(wallets.at(id).refunds).toHaveLength(1);
      expect(await billing.balances()).toEqual({ WALLET_CLEARING: 30_000, ADVANCE: -30_000 });
    });

    it('are told again only when the provider knows of no refund ten minutes later', async () => {
      const id = await paid();
      const refund = await billing.refund(id, 20_000);
      bkash.mishap('refund/transaction', 'LOST_BEFORE');
      await wallets.job();
      await wallets.job();
      expect(bkash.to('/refund/payment/transaction')).toHaveLength(1);
      await world.sql('superuser', `update clinic.wallet_refunds set sent_at = now() - interval '11 minutes' where refund_id = $1`, [refund.id]);
      await wallets.job();
      expect([await refundOf(refund.id), wallets.at(id).refunds.length]).toEqual([{ status: 'PAID', reference: expect.any(String) }, 1]);
    });

    it('of equal amounts are told apart, one at a time', async () => {
      const id = await paid();
      const [first, second] = [await billing.refund(id, 20_000), await billing.refund(id, 20_000)];
      bkash.mishap('refund/transaction', 'CUT');
      await wallets.job();
      expect(bkash.to('/refund/payment/transaction')).toHaveLength(1);
      await wallets.job();
      await wallets.job();
      const made = wallets.at(id).refunds.map(({ refundTrxId }) => refundTrxId);
      expect([made.length, new Set([(await refundOf(first.id)).reference, (await refundOf(second.id)).reference])]).toEqual([2, new Set(made)]);
      expect(await billing.balances()).toEqual({ WALLET_CLEARING: 10_000, ADVANCE: -10_000 });
    });

    it('that the provider refuses fail, and the money is an advance again', async () => {
      const id = await paid();
      const refund = await billing.refund(id, 20_000);
      bkash.twists.set('refund/transaction', () => ({ internalCode: 'refund_error', externalCode: '2071', errorMessageEn: 'over', errorMessageBn: 'শেষ' }));
      await wallets.job();
      expect(await refundOf(refund.id)).toEqual({ status: 'FAILED', reference: null });
      expect(await billing.payment(id)).toMatchObject({ left: bdt(50_000) });
      expect(await billing.balances()).toEqual(BOOKED);
    });
  });
});
