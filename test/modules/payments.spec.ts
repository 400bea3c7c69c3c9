import { randomUUID } from 'node:crypto';
import { converse, verdict } from '../contract/conversation.js';
import { reasonOf } from '../support/appointments.js';
import { Billing, type InvoiceAnswer, type PaymentAnswer, type RefundAnswer, answerOf, bdt, service } from '../support/billing.js';
import { cashier, chamberId, desk, freshPatient, managers, manager, owner, practice, reception, useBillingClinic, world } from '../support/billing-clinic.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { openChamber } from '../support/staff.js';
import type { GraphqlAnswer } from '../support/world.js';

useBillingClinic();

let patientId: string;
beforeEach(async () => {
  patientId = await freshPatient();
});

const paying = (invoice: InvoiceAnswer, amount?: number) => ({ allocations: [{ invoiceId: invoice.id, ...(amount && { amount: bdt(amount) }) }] });
const succeeded = (answers: GraphqlAnswer[]): GraphqlAnswer[] => answers.filter(({ errors }) => !errors);
const reasonsOf = (answers: GraphqlAnswer[]): unknown[] => answers.filter(({ errors }) => errors).map(reasonOf);

describe('a payment', () => {
  it('pays invoices, and what is left of it is an advance that pays others later', async () => {
    const before = await owner.balances();
    const [first, second] = [await desk.bill(patientId, [service(50_000)]), await desk.bill(patientId, [service(30_000)])];
    const payment = await desk.take(patientId, 70_000, { method: 'CARD', provider: 'City terminal', reference: `T-${randomUUID()}`, paidBy: ' Her   brother ', allocations: [{ invoiceId: first.id }, { invoiceId: second.id, amount: bdt(5_000) }] });
    expect(payment).toMatchObject({ status: 'CAPTURED', method: 'CARD', provider: 'City terminal', paidBy: 'Her brother', allocated: bdt(55_000), left: bdt(15_000), takenBy: { id: cashier.memberId }, drawerId: null });
    expect(payment.allocations).toEqual([{ invoiceId: first.id, amount: bdt(50_000) }, { invoiceId: second.id, amount: bdt(5_000) }]);
    expect([(await desk.invoice(first.id)).due, (await desk.invoice(second.id)).due]).toEqual([bdt(0), bdt(25_000)]);
    expect(await answerOf<PaymentAnswer>(desk.allocateAnswer(payment.id, second.id, 15_000))).toMatchObject({ left: bdt(0) });
    expect(await desk.invoice(second.id)).toMatchObject({ paid: bdt(20_000), due: bdt(10_000), allocations: [{ paymentId: payment.id, amount: bdt(20_000) }] });
    const after = await owner.balances();
    const grown = (account: string) => (after[account] ?? 0) - (before[account] ?? 0);
    expect([grown('CARD_CLEARING'), grown('RECEIVABLE'), grown('ADVANCE'), grown('REVENUE')]).toEqual([70_000, 10_000, 0, -80_000]);
    expect(Object.values(after).reduce((sum, amount) => sum + amount, 0)).toBe(0);
  });

  it('is counted once, however often it is sent, and whoever else has its reference', async () => {
    const request = { method: 'BANK', reference: `B-${randomUUID()}`, idempotencyKey: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => desk.takeAnswer(patientId, 1_000, request)));
    expect(new Set(succeeded(answers).map(({ data }) => data.answer.id)).size).toBe(1);
    expect((await desk.take(patientId, 1_000, request)).id).toBe(succeeded(answers)[0]!.data.answer.id);
    expect(reasonOf(await desk.takeAnswer(patientId, 1_001, request))).toBe('KEY_USED');
    expect(reasonOf(await desk.takeAnswer(patientId, 1_000, { ...request, idempotencyKey: randomUUID() }))).toBe('REFERENCE_USED');
    const { patient } = await world.ok('query ($id: UUID!) { patient(id: $id) { payments { totalCount edges { node { amount { amount } } } } } }', { id: patientId }, cashier.token);
    expect(patient.payments).toEqual({ totalCount: 1, edges: [{ node: { amount: { amount: 1_000 } } }] });
  });

  it('never pays more than is due, or than there is, however many try at the same moment', async () => {
    const invoice = await desk.bill(patientId, [service(10_000)]);
    const answers = await Promise.all(Array.from({ length: 12 }, () => desk.takeAnswer(patientId, 3_000, paying(invoice, 3_000))));
    expect(succeeded(answers)).toHaveLength(3);
    expect(new Set(reasonsOf(answers))).toEqual(new Set(['MORE_THAN_THERE_IS']));
    expect((await desk.invoice(invoice.id)).due).toEqual(bdt(1_000));
    const advance = await desk.take(patientId, 5_000);
    const others = await Promise.all(Array.from({ length: 4 }, () => desk.bill(patientId, [service(2_000)])));
    const allocated = await Promise.all(others.map(({ id }) => desk.allocateAnswer(advance.id, id, 2_000)));
    expect(succeeded(allocated)).toHaveLength(2);
    expect(reasonsOf(allocated)).toEqual(['MORE_THAN_THERE_IS', 'MORE_THAN_THERE_IS']);
    expect((await desk.payment(advance.id)).left).toEqual(bdt(1_000));
    const refunds = await Promise.all(Array.from({ length: 4 }, () => desk.refundAnswer(advance.id, 600)));
    expect(succeeded(refunds)).toHaveLength(1);
    expect(reasonsOf(refunds)).toEqual(['MORE_THAN_THERE_IS', 'MORE_THAN_THERE_IS', 'MORE_THAN_THERE_IS']);
  });

  it('is refused with its faults, and nothing is taken then', async () => {
    const invoice = await desk.bill(patientId, [service(10_000)]);
    const [draft, strange] = [await desk.draft(patientId, [service(1)]), await desk.bill(await freshPatient(), [service(1)])];
    const take = (more: object, amount = 5_000) => desk.takeAnswer(patientId, amount, more);
    expect(faultsOf(await take({}, 0))).toEqual(['input.amount.amount OUT_OF_RANGE']);
    expect(faultsOf(await take({}, -5))).toEqual(['input.amount.amount OUT_OF_RANGE']);
    expect(faultsOf(await take({ amount: { amount: 5_000, currency: 'AED' } }))).toEqual(['input.amount.currency OTHER_CURRENCY']);
    expect(faultsOf(await take({ method: 'BKASH', reference: 'X' }))).toEqual(['input.method NOT_ALLOWED']);
    expect(faultsOf(await take({ method: 'CARD' }))).toEqual(['input.reference REQUIRED']);
    expect(faultsOf(await take({ method: 'WALLET', reference: 'X' }))).toEqual(['input.provider REQUIRED']);
    expect(faultsOf(await take({ provider: 'till', reference: 'X' }))).toEqual(['input.provider NOT_ALLOWED', 'input.reference NOT_ALLOWED']);
    expect(faultsOf(await take({ allocations: [{ invoiceId: invoice.id, amount: bdt(-1) }] }))).toEqual(['input.allocations.0.amount.amount OUT_OF_RANGE']);
    const [paidUp, over] = [await desk.bill(await freshPatient(), [service(1_000)]), await take({ allocations: [{ invoiceId: (await desk.bill(patientId, [service(1_000)])).id }, { invoiceId: invoice.id, amount: bdt(10_001) }] }, 20_000)];
    expect([reasonOf(over), over.errors![0]!.extensions]).toEqual(['MORE_THAN_THERE_IS', expect.objectContaining({ left: 10_000, invoiceId: invoice.id })]);
    await desk.take(paidUp['patientId'] as string, 1_000, paying(paidUp));
    expect(reasonOf(await desk.takeAnswer(paidUp['patientId'] as string, 1_000, paying(paidUp)))).toBe('MORE_THAN_THERE_IS');
    expect(faultsOf(await take(paying(invoice)))).toEqual(['input.allocations OUT_OF_RANGE']);
    expect(faultsOf(await take({ allocations: [{ invoiceId: invoice.id, amount: bdt(1) }, { invoiceId: invoice.id, amount: bdt(1) }] }))).toEqual(['input.allocations.1.invoiceId DUPLICATE']);
    expect(codeOf(await take(paying(strange, 1)))).toBe('NOT_FOUND');
    expect(reasonOf(await take(paying(draft, 1)))).toBe('INVOICE_STATUS');
    const credited = await desk.bill(patientId, [service(1_000)]);
    await owner.credit(credited.id);
    expect(reasonOf(await take(paying(credited, 1)))).toBe('INVOICE_STATUS');
    const { patient } = await world.ok('query ($id: UUID!) { patient(id: $id) { payments { totalCount } } }', { id: patientId }, cashier.token);
    expect(patient.payments.totalCount).toBe(0);
  });

  it('in cash goes into an open drawer of whoever takes it, and everybody has one at a time in a chamber', async () => {
    expect(reasonOf(await managers.takeAnswer(patientId, 1_000))).toBe('NO_OPEN_DRAWER');
    expect(codeOf(await new Billing(world, reception, chamberId).openDrawerAnswer())).toBe('FORBIDDEN');
    expect(reasonOf(await desk.openDrawerAnswer())).toBe('DRAWER_IS_OPEN');
    const other = await openChamber(world, practice, 'Mirpur');
    const there = new Billing(world, practice.owner, other);
    const key = { idempotencyKey: randomUUID() };
    const opened = succeeded(await Promise.all(Array.from({ length: 5 }, () => there.openDrawerAnswer(20_000, key))));
    expect(new Set(opened.map(({ data }) => data.answer.id)).size).toBe(1);
    expect(await there.balances()).toEqual({ DRAWER: 20_000, SAFE: -20_000 });
    expect((await there.take(patientId, 1_000)).drawerId).toBe(opened[0]!.data.answer.id);
    expect((await desk.take(patientId, 1_000)).drawerId).not.toBe(opened[0]!.data.answer.id);
    const { myOpenDrawer } = await world.ok('query ($chamberId: UUID!) { myOpenDrawer(chamberId: $chamberId) { id openingFloat { amount } } }', { chamberId: other }, practice.owner.token);
    expect(myOpenDrawer).toEqual({ id: opened[0]!.data.answer.id, openingFloat: { amount: 20_000 } });
    expect(codeOf(await desk.allocateAnswer((await there.take(patientId, 500)).id, (await desk.bill(patientId, [service(500)])).id, 500))).toBe('FORBIDDEN');
    expect(codeOf(await owner.allocateAnswer((await there.take(patientId, 500)).id, (await desk.bill(patientId, [service(500)])).id, 500))).toBe('NOT_FOUND');
  });

  it('takes the same few round trips whatever it pays', async () => {
    const trips = async (count: number) => {
      const allocations: object[] = [];
      for (let bill = 0; bill < count; bill++) allocations.push({ invoiceId: (await desk.bill(patientId, [service(100)])).id });
      const input = { patientId, chamberId, method: 'CASH', amount: bdt(100 * count), allocations, idempotencyKey: randomUUID() };
      return toTheApp(await roundTripsOf(() => world.ok('mutation ($input: TakePaymentInput!) { takePayment(input: $input) { id } }', { input }, cashier.token))).length;
    };
    expect([await trips(1), await trips(8)]).toEqual([3, 3]);
  });
});

describe('what pays an invoice', () => {
  it('is released by whoever manages finances, and by no more than it is', async () => {
    const invoice = await desk.bill(patientId, [service(10_000)]);
    const payment = await desk.take(patientId, 10_000, paying(invoice));
    expect(codeOf(await desk.releaseAnswer(payment.id, invoice.id, 1))).toBe('FORBIDDEN');
    expect(reasonOf(await managers.releaseAnswer(payment.id, invoice.id, 10_001))).toBe('MORE_THAN_THERE_IS');
    expect(await answerOf<PaymentAnswer>(managers.releaseAnswer(payment.id, invoice.id, 4_000))).toMatchObject({ left: bdt(4_000), allocated: bdt(6_000) });
    expect((await desk.invoice(invoice.id)).due).toEqual(bdt(4_000));
    const released = await Promise.all(Array.from({ length: 4 }, () => managers.releaseAnswer(payment.id, invoice.id, 2_500)));
    expect(succeeded(released)).toHaveLength(2);
    expect((await desk.invoice(invoice.id)).paid).toEqual(bdt(1_000));
  });

  it('goes back to the payments that it came from, the last first, when the invoice is credited', async () => {
    const invoice = await desk.bill(patientId, [service(10_000)]);
    const [first, second] = [await desk.take(patientId, 6_000, paying(invoice, 6_000)), await desk.take(patientId, 4_000, paying(invoice, 4_000))];
    await owner.credit(invoice.id, { lines: [{ no: 1, amount: bdt(5_000) }] });
    expect([(await desk.payment(first.id)).left, (await desk.payment(second.id)).left]).toEqual([bdt(1_000), bdt(4_000)]);
    expect(await desk.invoice(invoice.id)).toMatchObject({ paid: bdt(5_000), due: bdt(0) });
  });

  it('is within the invoice, whoever credits, pays and releases at the same moment', async () => {
    const invoice = await desk.bill(patientId, [service(20_000)]);
    const payment = await desk.take(patientId, 12_000, paying(invoice, 12_000));
    await Promise.all([
      ...Array.from({ length: 4 }, () => desk.takeAnswer(patientId, 3_000, paying(invoice, 3_000))), ...Array.from({ length: 3 }, () => owner.creditAnswer(invoice.id, { lines: [{ no: 1, amount: bdt(6_000) }] })),
      ...Array.from({ length: 3 }, () => managers.releaseAnswer(payment.id, invoice.id, 2_000)),
    ]);
    const { total, paid, credited, due } = await desk.invoice(invoice.id);
    expect(due.amount).toBe(total.amount - paid.amount - credited.amount);
    expect(due.amount).toBeGreaterThanOrEqual(0);
  });
});

describe('a refund', () => {
  const paid = async (amount: number) => desk.take(patientId, amount, { method: 'CARD', reference: randomUUID() });

  it('below the limit is paid at once, in cash or the way it came, once', async () => {
    const [payment, card] = [await desk.take(patientId, 50_000), await paid(50_000)];
    const request = { idempotencyKey: randomUUID() };
    const before = await owner.balances();
    const refund = await desk.refund(payment.id, 20_000, request);
    expect(refund).toMatchObject({ status: 'PAID', needsApproval: false, method: 'CASH', reason: 'Paid twice', paidBy: { id: cashier.memberId } });
    expect((await desk.refund(payment.id, 20_000, request)).id).toBe(refund.id);
    const after = await owner.balances();
    expect([(after['DRAWER'] ?? 0) - before['DRAWER']!, after['ADVANCE']! - before['ADVANCE']!]).toEqual([-20_000, 20_000]);
    expect(await desk.refund(card.id, 1_000, { reference: `R-${randomUUID()}` })).toMatchObject({ method: 'CARD', status: 'PAID' });
    expect([(await desk.payment(payment.id)).left, (await desk.payment(card.id)).left]).toEqual([bdt(30_000), bdt(49_000)]);
    expect(faultsOf(await desk.refundAnswer(card.id, 1, { method: 'BANK' }))).toEqual(['input.method NOT_ALLOWED']);
    expect(faultsOf(await desk.refundAnswer(payment.id, 0, { reason: ' ' }))).toEqual(['input.amount.amount OUT_OF_RANGE', 'input.reason EMPTY']);
    expect(codeOf(await new Billing(world, reception, chamberId).refundAnswer(payment.id, 1))).toBe('FORBIDDEN');
  });

  it('above the limit waits for somebody else, and small ones add up', async () => {
    const payment = await paid(300_000);
    expect((await desk.refund(payment.id, 60_000)).status).toBe('PAID');
    const asked = await desk.refund(payment.id, 60_000);
    expect(asked).toMatchObject({ status: 'REQUESTED', needsApproval: true, viewerCan: { approve: false, reject: true, pay: false } });
    expect(reasonOf(await desk.payRefundAnswer(asked))).toBe('APPROVAL_NEEDED');
    expect((await desk.payment(payment.id)).left).toEqual(bdt(180_000));
    expect(codeOf(await desk.approveRefundAnswer(asked))).toBe('FORBIDDEN');
    const own = await managers.refund(payment.id, 150_000);
    expect(reasonOf(await managers.approveRefundAnswer(own))).toBe('OWN_APPROVAL');
    expect((await answerOf<RefundAnswer>(managers.rejectRefundAnswer(own))).status).toBe('REJECTED');
    expect((await desk.payment(payment.id)).left).toEqual(bdt(180_000));
    const approved = await answerOf<RefundAnswer>(managers.approveRefundAnswer(asked));
    expect(approved).toMatchObject({ status: 'APPROVED', decidedBy: { id: manager.memberId }, needsApproval: false, viewerCan: { approve: false, reject: false, pay: true } });
    // Whoever did it, and had no answer, is told how it is; anybody else that it is another by now.
    expect(await answerOf(managers.approveRefundAnswer(asked))).toEqual(approved);
    expect([await owner.approveRefundAnswer(asked), await managers.rejectRefundAnswer(asked)].map(reasonOf)).toEqual(['STALE_VERSION', 'STALE_VERSION']);
    const before = await owner.balances();
    const answers = await Promise.all(Array.from({ length: 4 }, () => desk.payRefundAnswer(approved)));
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(answers[0]!.data.answer).toMatchObject({ status: 'PAID', version: 3, paidBy: { id: cashier.memberId } });
    expect([(await owner.balances())['CARD_CLEARING']! - before['CARD_CLEARING']!, reasonOf(await owner.payRefundAnswer(approved))]).toEqual([-60_000, 'STALE_VERSION']);
    expect(reasonOf(await managers.rejectRefundAnswer({ id: asked.id, version: 3 }))).toBe('PAYMENT_STATUS');
  });
});

it('is taken on no day whose books are closed', async () => {
  const other = new Billing(world, practice.owner, await openChamber(world, practice, 'Gulshan'));
  await other.openDrawer();
  const [invoice, draft] = [await other.bill(patientId, [service(1_000)]), await other.draft(patientId, [service(1_000)])];
  const payment = await other.take(patientId, 500);
  await world.sql('superuser', `set session_replication_role = replica; insert into clinic.day_closings (tenant_id, chamber_id, local_date, closed_by) select c.tenant_id, c.id, (now() at time zone c.time_zone)::date, '${practice.owner.memberId}' from clinic.chambers c where c.id = '${(invoice as { chamberId?: string }).chamberId}'`);
  expect(await Promise.all([other.takeAnswer(patientId, 1), other.issueAnswer(draft), other.creditAnswer(invoice.id), other.allocateAnswer(payment.id, invoice.id, 1), other.refundAnswer(payment.id, 1)].map(async (answer) => reasonOf(await answer)))).toEqual(Array.from({ length: 5 }, () => 'BOOKS_CLOSED'));
  expect(await other.invoice(draft.id)).toMatchObject({ status: 'DRAFT', number: null });
  
});

it('is kept by the database within what there is, whatever the application sends', async () => {
  const invoice = await desk.bill(patientId, [service(10_000)]);
  const stranger = await freshPatient();
  const strange = await desk.bill(stranger, [service(10_000)]);
  const small = await desk.bill(patientId, [service(3_000)]);
  const payment = await desk.take(patientId, 4_000, { method: 'CARD', reference: randomUUID() });
  const tenant = practice.tenantId;
  await converse(world, 'app', cashier, async (ask) => {
    const allocate = (invoiceId: string, amount: number) => verdict(ask, `insert into clinic.allocations (tenant_id, id, payment_id, invoice_id, amount) values ('${tenant}', gen_random_uuid(), '${payment.id}', '${invoiceId}', ${amount})`);
    expect([await allocate(invoice.id, 4_001), await allocate(invoice.id, -1), await allocate(strange.id, 1), await allocate(small.id, 3_001), await allocate(small.id, 3_000), await allocate(invoice.id, 4_000)]).toEqual(['SK092', 'SK096', 'SK095', 'SK092', 'ACCEPTED', 'ACCEPTED']);
    const change = (set: string) => verdict(ask, `update clinic.payments set ${set} where tenant_id = '${tenant}' and id = '${payment.id}'`);
    for (const set of [`status = 'FAILED', version = version + 1`, `status = 'PENDING', version = version + 1`, `reference = 'Y', version = version + 1`, `details = '\\x00'`, `patient_id = '${stranger}'`]) expect([set, await change(set)]).toEqual([set, 'SK091']);
    expect([await change('amount = 1'), await change('drawer_id = null'), await change('captured_at = now()')]).toEqual(['42501', '42501', '42501']);
    const refund = (amount: number, method = 'CARD') => verdict(ask, `insert into clinic.refunds (tenant_id, id, payment_id, method, provider, amount, details) values ('${tenant}', gen_random_uuid(), '${payment.id}', '${method}', '${method}', ${amount}, '\\x00')`);
    expect([await refund(4_001), await refund(1, 'BANK'), await refund(4_000)]).toEqual(['SK092', 'SK095', 'ACCEPTED']);
    const cash = (drawer: string) => verdict(ask, `insert into clinic.payments (tenant_id, id, chamber_id, patient_id, method, provider, drawer_id, amount, details) values ('${tenant}', '${randomUUID()}', '${chamberId}', '${patientId}', 'CASH', 'CASH', ${drawer}, 5, '\\x00');
      update clinic.payments set status = 'CAPTURED', version = version + 1 where tenant_id = '${tenant}' and status = 'PENDING'`);
    expect(await cash(`(select id from clinic.drawers where tenant_id = '${tenant}' and cashier_id <> platform.current_member() limit 1)`)).toBe('SK094');
    expect(await cash(`(select id from clinic.drawers where tenant_id = '${tenant}' and cashier_id = platform.current_member() limit 1)`)).toBe('ACCEPTED');
  });
  expect(await converse(world, 'app', manager, (ask) => verdict(ask, `insert into clinic.allocations (tenant_id, id, payment_id, invoice_id, amount) values ('${tenant}', gen_random_uuid(), '${payment.id}', '${invoice.id}', -1)`))).toBe('SK092');
  await converse(world, 'app', reception, async (ask) => {
    expect(await verdict(ask, `insert into clinic.payments (tenant_id, id, chamber_id, patient_id, method, provider, reference, amount, details) values ('${tenant}', gen_random_uuid(), '${chamberId}', '${patientId}', 'CARD', 'CARD', 'Z', 5, '\\x00')`)).toBe('SK096');
    expect(await verdict(ask, `insert into clinic.drawers (tenant_id, id, chamber_id, opening_float) values ('${tenant}', gen_random_uuid(), '${chamberId}', 0)`)).toBe('SK096');
    expect(await verdict(ask, `insert into clinic.refunds (tenant_id, id, payment_id, method, provider, amount, details) values ('${tenant}', gen_random_uuid(), '${payment.id}', 'CARD', 'CARD', 1, '\\x00')`)).toBe('SK096');
  });
  const refund = await desk.refund((await desk.take(patientId, 200_000, { method: 'CARD', reference: randomUUID() })).id, 150_000);
  await converse(world, 'app', cashier, async (ask) => {
    const step = (status: string) => verdict(ask, `update clinic.refunds set status = '${status}', version = version + 1 where tenant_id = '${tenant}' and id = '${refund.id}'`);
    expect([await step('PAID'), await step('APPROVED'), await step('FAILED')]).toEqual(['SK093', 'SK093', 'SK095']);
  });
  const own = await managers.refund(refund['paymentId'] as string, 20_000);
  const approve = (id: string) => converse(world, 'app', manager, (ask) => verdict(ask, `update clinic.refunds set status = 'APPROVED', version = version + 1 where tenant_id = '${tenant}' and id = '${id}'`));
  expect([await approve(own.id), await approve(refund.id)]).toEqual(['SK093', 'ACCEPTED']);
});

it('books are read by whoever may, by account and day', async () => {
  const invoice = await desk.bill(patientId, [service(7_700, { doctorId: practice.owner.memberId })]);
  const entries = (token: string, filter: object) => world.graphql('query ($filter: LedgerFilter) { ledgerEntries(filter: $filter, first: 5) { totalCount edges { node { kind sourceId on postedBy { id } lines { account doctor { id } amount { amount } } } } } }', { filter }, token);
  const { data } = await entries(manager.token, { chamberId, sourceId: invoice.id });
  expect(data.ledgerEntries).toEqual({ totalCount: 1, edges: [{ node: { kind: 'INVOICE', sourceId: invoice.id, on: invoice['issuedOn'], postedBy: { id: cashier.memberId },
    lines: [{ account: 'RECEIVABLE', doctor: null, amount: { amount: 7_700 } }, { account: 'REVENUE', doctor: { id: practice.owner.memberId }, amount: { amount: -7_700 } }] } }] });
  expect((await entries(manager.token, { chamberId, account: 'REVENUE', doctorId: practice.owner.memberId, from: invoice['issuedOn'], until: invoice['issuedOn'] })).data.ledgerEntries.totalCount).toBeGreaterThan(0);
  expect((await entries(manager.token, { chamberId, until: '2020-01-01' })).data.ledgerEntries.totalCount).toBe(0);
  expect([codeOf(await entries(cashier.token, { chamberId })), codeOf(await entries(manager.token, {})), codeOf(await entries(practice.owner.token, { chamberId: randomUUID() }))]).toEqual(['FORBIDDEN', 'FORBIDDEN', 'NOT_FOUND']);
  expect((await entries(practice.owner.token, {})).errors).toBeUndefined();
});
