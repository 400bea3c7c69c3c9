import { randomUUID } from 'node:crypto';
import { converse, verdict } from '../contract/conversation.js';
import { Appointments, dayFromNow, reasonOf } from '../support/appointments.js';
import { Billing, type InvoiceAnswer, answerOf, bdt, service } from '../support/billing.js';
import { cashier, chamberId, desk, freshPatient, managers, manager, owner, practice, reception, useBillingClinic, world } from '../support/billing-clinic.js';
import { Fees } from '../support/fees.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';

useBillingClinic();

const TO_ISSUERS = 64;
let patientId: string;
beforeEach(async () => {
  patientId = await freshPatient();
});

const countOf = ({ number }: InvoiceAnswer): number => Number(number!.split('-').at(-1));
/** By how much each account has grown since. */
async function grownSince(before: Record<string, number>): Promise<Record<string, number>> {
  const after = await owner.balances();
  return Object.fromEntries(Object.keys({ ...before, ...after }).map((account) => [account, (after[account] ?? 0) - (before[account] ?? 0)] as const).filter(([, grown]) => grown !== 0));
}

describe('a draft', () => {
  it('is reckoned line by line, with discounts, tax and rounding', async () => {
    const draft = await desk.draft(patientId, [service(50_050, { quantity: 3, discountRate: 333 }), service(19_999, { taxCategory: 'STANDARD', discount: bdt(1_000), code: { system: 'CPT', code: '93000' }, doctorId: practice.owner.memberId })], { note: '  paid by   the brother ' });
    // 3 × 500.50 = 1501.50, 3.33 % off is 50.00; 199.99 - 10.00 = 189.99, 15 % of it 28.50.
    expect(draft).toMatchObject({
      status: 'DRAFT', number: null, version: 1, gross: bdt(170_149), discount: bdt(6_000), tax: bdt(2_850), total: bdt(167_000), rounding: bdt(1), due: bdt(0), note: 'paid by the brother', needsApproval: false,
      lines: [{ no: 1, description: 'Dressing', quantity: 3, discount: bdt(5_000), tax: bdt(0), total: bdt(145_150) }, { no: 2, code: { system: 'CPT', code: '93000' }, doctor: { id: practice.owner.memberId }, taxRate: 1500, tax: bdt(2_850), total: bdt(21_849) }],
    });
    const edited = await answerOf<InvoiceAnswer>(desk.editAnswer(draft, [service(100)]));
    expect(edited).toMatchObject({ total: bdt(100), note: null, version: 2, lines: [{ no: 1 }] });
    expect(reasonOf(await desk.editAnswer(draft, [service(100)]))).toBe('STALE_VERSION');
    expect((await answerOf<InvoiceAnswer>(desk.discardAnswer(edited))).status).toBe('DISCARDED');
    expect(reasonOf(await desk.issueAnswer({ ...edited, version: 3 }))).toBe('INVOICE_STATUS');
  });

  it('takes tax out of prices that hold it, half a minor unit rounded up', async () => {
    const emirates = await world.practice('Creek Clinic', 'AE');
    const creek = await openChamber(world, emirates, 'Creek', 'Asia/Dubai');
    const { registerPatient } = await world.ok('mutation { registerPatient(input: { nameEn: "Sara" }) { patient { id } } }', {}, emirates.owner.token);
    const aed = (amount: number) => ({ amount, currency: 'AED' });
    const line = { kind: 'ITEM', description: 'Cream', quantity: 3, unitPrice: aed(3_333), discount: aed(99), taxCategory: 'STANDARD' };
    const billing = new Billing(world, emirates.owner, creek);
    // 99.00 with 5 % in it: 94.29 and 4.71.
    const issued = await billing.bill(registerPatient.patient.id, [line, { ...line, discount: null, taxCategory: 'ZERO' }]);
    expect(issued).toMatchObject({ gross: aed(19_998), discount: aed(99), tax: aed(471), rounding: aed(0), total: aed(19_899), lines: [{ tax: aed(471), total: aed(9_900) }, { tax: aed(0), total: aed(9_999) }] });
    // Without the discount 4.76 of 99.99 would be tax, and 95.23 revenue: 0.94 of that was taken off.
    expect(await billing.balances()).toEqual({ RECEIVABLE: 19_899, REVENUE: -(9_523 + 9_999), DISCOUNT: 94, TAX: -471 });
    expect(issued.number).toMatch(/^[0-9A-F]{8}-\d{4}-000001$/);
  });

  it('is begun once under one key, also when the key is sent twice at once', async () => {
    const request = { idempotencyKey: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => desk.draftAnswer(patientId, [service(100)], request)));
    const ids = answers.flatMap(({ data, errors }) => (errors ? [] : [data.answer.id as string]));
    expect(new Set(ids).size).toBe(1);
    expect((await desk.draft(patientId, [service(100)], request)).id).toBe(ids[0]);
    expect(reasonOf(await desk.draftAnswer(patientId, [service(101)], request))).toBe('KEY_USED');
  });

  it('tells all that is wrong with it, each with its place', async () => {
    const line = (more: object) => desk.draftAnswer(patientId, [service(100), service(100, more)]).then(faultsOf);
    expect(await line({ unitPrice: { amount: 100, currency: 'AED' } })).toEqual(['input.lines.1.unitPrice.currency OTHER_CURRENCY']);
    expect(await line({ unitPrice: bdt(-1) })).toEqual(['input.lines.1.unitPrice.amount OUT_OF_RANGE']);
    expect(await line({ unitPrice: bdt(100_000_000_001) })).toEqual(['input.lines.1.unitPrice.amount OUT_OF_RANGE']);
    expect(await line({ unitPrice: bdt(9_007_199_254_740_992) })).toEqual(['input.lines.1.unitPrice.amount WRONG_TYPE']);
    expect(await line({ unitPrice: bdt(10.5) })).toEqual(['input.lines.1.unitPrice.amount WRONG_TYPE']);
    expect(await line({ unitPrice: { amount: '100', currency: 'BDT' } })).toEqual(['input.lines.1.unitPrice.amount WRONG_TYPE']);
    expect(await line({ quantity: 0 })).toEqual(['input.lines.1.quantity OUT_OF_RANGE']);
    expect(await line({ unitPrice: bdt(100_000_000_000), quantity: 9_999 })).toEqual(['input.lines OUT_OF_RANGE']);
    expect(await line({ discount: bdt(101) })).toEqual(['input.lines.1.discount.amount OUT_OF_RANGE']);
    expect(await line({ discount: bdt(1), discountRate: 1 })).toEqual(['input.lines.1.discount CANNOT_BE_BOTH']);
    expect(await line({ discountRate: 10_001 })).toEqual(['input.lines.1.discountRate OUT_OF_RANGE']);
    expect(await line({ description: null, taxCategory: null, unitPrice: null })).toEqual(['input.lines.1.description REQUIRED', 'input.lines.1.unitPrice REQUIRED', 'input.lines.1.taxCategory REQUIRED']);
    expect(await line({ code: { system: 'CPT', code: '9300' } })).toEqual(['input.lines.1.code.code NOT_A_CODE']);
    expect(await line({ kind: 'CONSULTATION' })).toEqual(['input.appointmentId REQUIRED']);
    expect(await line({ quantity: -1, discountRate: -5, description: ' ' })).toEqual(['input.lines.1.quantity OUT_OF_RANGE', 'input.lines.1.description EMPTY', 'input.lines.1.discountRate OUT_OF_RANGE']);
    expect(faultsOf(await desk.draftAnswer(patientId, []))).toEqual(['input.lines EMPTY']);
    expect(faultsOf(await desk.draftAnswer(patientId, Array.from({ length: 101 }, () => service(1))))).toEqual(['input.lines TOO_MANY']);
    expect(codeOf(await desk.draftAnswer(randomUUID(), [service(1)]))).toBe('NOT_FOUND');
    expect(codeOf(await desk.draftAnswer(patientId, [service(1, { doctorId: randomUUID() })]))).toBe('NOT_FOUND');
  });

  it('is for whoever takes payments in its chamber', async () => {
    const other = await openChamber(world, practice, 'Mirpur');
    expect(codeOf(await new Billing(world, cashier, other).draftAnswer(patientId, [service(100)]))).toBe('FORBIDDEN');
    expect(codeOf(await new Billing(world, reception, chamberId).draftAnswer(patientId, [service(100)]))).toBe('FORBIDDEN');
    const invoice = await desk.draft(patientId, [service(100)]);
    expect(codeOf(await world.graphql('query ($id: UUID!) { invoice(id: $id) { id } }', { id: invoice.id }, reception.token))).toBe('FORBIDDEN');
    expect(codeOf(await new Billing(world, reception, chamberId).issueAnswer(invoice))).toBe('FORBIDDEN');
  });
});

describe('a discount above the limit', () => {
  it('needs the approval of somebody else who manages finances, and an edit takes that back', async () => {
    const draft = await desk.draft(patientId, [service(10_000, { discountRate: 1_001 })]);
    expect(draft).toMatchObject({ needsApproval: true, viewerCan: { edit: true, issue: false, approveDiscount: false, credit: false, pay: false } });
    expect((await managers.invoice(draft.id))['viewerCan']).toEqual({ edit: true, issue: false, approveDiscount: true, credit: false, pay: false });
    expect(reasonOf(await desk.issueAnswer(draft))).toBe('APPROVAL_NEEDED');
    expect(codeOf(await desk.approveDiscountAnswer(draft))).toBe('FORBIDDEN');
    const own = await managers.draft(patientId, [service(10_000, { discountRate: 5_000 })]);
    expect(reasonOf(await managers.approveDiscountAnswer(own))).toBe('OWN_APPROVAL');
    const approved = await answerOf<InvoiceAnswer>(managers.approveDiscountAnswer(draft));
    expect(await answerOf(managers.approveDiscountAnswer(draft))).toEqual(approved);
    expect(reasonOf(await owner.approveDiscountAnswer(draft))).toBe('STALE_VERSION');
    expect(approved).toMatchObject({ needsApproval: false, discountApproval: { by: { id: manager.memberId }, discount: bdt(1_001) } });
    const edited = await answerOf<InvoiceAnswer>(desk.editAnswer(approved, [service(10_000, { discountRate: 1_002 })]));
    expect(edited).toMatchObject({ needsApproval: true, discountApproval: null });
    expect(await desk.issue(await answerOf<InvoiceAnswer>(owner.approveDiscountAnswer(edited)))).toMatchObject({ status: 'ISSUED', discountApproval: { by: { id: practice.owner.memberId } } });
    expect((await desk.bill(patientId, [service(10_000, { discountRate: 1_000 })])).status).toBe('ISSUED');
    // 10 % of 53.35 is 5.34, rounded up: still within a limit of 10 %.
    expect((await desk.bill(patientId, [service(5_335, { discountRate: 1_000 }), service(5_335, { discountRate: 1_000 })])).discount).toEqual(bdt(1_068));
  });
});

describe('issuing', () => {
  it('gives the next number, posts to the books, and is done once however often it is sent', async () => {
    const before = await owner.balances();
    const first = await desk.bill(patientId, [service(50_000)]);
    const second = await desk.bill(patientId, [service(50_000, { doctorId: practice.owner.memberId, discount: bdt(1_000), taxCategory: 'STANDARD' })]);
    expect(countOf(second)).toBe(countOf(first) + 1);
    expect((await managers.invoice(first.id))['viewerCan']).toEqual({ edit: false, issue: false, approveDiscount: false, credit: true, pay: true });
    expect(first).toMatchObject({ status: 'ISSUED', viewerCan: { edit: false, issue: false, credit: false, pay: true }, due: bdt(50_000), paid: bdt(0), issuedBy: { id: cashier.memberId } });
    expect(second.total).toEqual(bdt(56_400));
    expect(await grownSince(before)).toEqual({ RECEIVABLE: 106_400, REVENUE: -100_000, DISCOUNT: 1_000, TAX: -7_350, ROUNDING: -50 });
    expect(reasonOf(await desk.editAnswer(first, [service(1)]))).toBe('INVOICE_STATUS');
    expect(await answerOf(desk.issueAnswer({ id: first.id, version: first.version - 1 }))).toEqual(first);
    expect(reasonOf(await desk.issueAnswer(first))).toBe('INVOICE_STATUS');
  });

  it('bills a visit once, by the fee rules, with the free follow-up after it', async () => {
    const appointments = new Appointments(world, practice.owner.token);
    const fees = new Fees(world, practice.owner.token);
    // Of a doctor of their own: other suites bill visits to the owner.
    const { memberId: doctorId } = await hire(world, practice, chamberId, 'DOCTOR');
    const rule = await fees.add({ chamberId, doctorId, visitType: 'NEW', amount: bdt(80_000) });
    const session = await appointments.addSession({ chamberId, doctorId, localDate: dayFromNow(1) });
    const visit = await appointments.book({ sessionId: session.id, patientId, visitType: 'NEW' });
    expect(faultsOf(await desk.draftAnswer(patientId, [{ kind: 'CONSULTATION', unitPrice: bdt(1), taxCategory: 'ZERO' }], { appointmentId: visit.id }))).toEqual(['input.lines.0.unitPrice NOT_ALLOWED', 'input.lines.0.taxCategory NOT_ALLOWED']);
    const [draft, twice] = [await desk.draft(patientId, [{ kind: 'CONSULTATION' }], { appointmentId: visit.id }), await desk.draft(patientId, [{ kind: 'CONSULTATION' }], { appointmentId: visit.id })];
    expect(draft.lines).toMatchObject([{ kind: 'CONSULTATION', doctor: { id: doctorId }, unitPrice: bdt(80_000), fee: { ruleId: rule.id, reason: 'RULE_OF_DOCTOR_AND_CHAMBER_AND_VISIT_TYPE', appointmentId: visit.id, freeOfAppointmentId: null } }]);
    const issued = await desk.issue(draft);
    expect(reasonOf(await desk.issueAnswer(twice))).toBe('BILLED_ALREADY');
    await owner.credit(issued.id);
    expect((await desk.issue(twice)).status).toBe('ISSUED');
    const stranger = await freshPatient();
    expect(codeOf(await desk.draftAnswer(stranger, [{ kind: 'CONSULTATION' }], { appointmentId: visit.id }))).toBe('NOT_FOUND');
  });

  it('gives as many free visits after a consultation as its rule has, whoever issues at the same moment', async () => {
    const [appointments, fees] = [new Appointments(world, practice.owner.token), new Fees(world, practice.owner.token)];
    const doctor = await hire(world, practice, chamberId, 'DOCTOR');
    await fees.add({ chamberId, doctorId: doctor.memberId, visitType: 'FOLLOW_UP', amount: bdt(40_000), freeDays: 14 });
    const visit = async (day: number, visitType: string) => (await appointments.book({ sessionId: (await appointments.addSession({ chamberId, doctorId: doctor.memberId, localDate: dayFromNow(day) })).id, patientId, visitType })).id;
    const consultation = await visit(0, 'NEW');
    await world.sql('superuser', `set session_replication_role = replica; update clinic.appointments set status = 'COMPLETED', consult_at = now(), completed_at = now() where id = '${consultation}'`);
    const visits = [await visit(1, 'FOLLOW_UP'), await visit(2, 'FOLLOW_UP'), await visit(3, 'FOLLOW_UP')];
    const drafts = await Promise.all(visits.map((appointmentId) => desk.draft(patientId, [{ kind: 'CONSULTATION' }], { appointmentId })));
    expect(drafts.map(({ total, lines }) => [total.amount, lines[0]!['fee']])).toEqual(visits.map((appointmentId) => [0, { ruleId: expect.any(String), reason: 'FREE_FOLLOW_UP', appointmentId, freeOfAppointmentId: consultation }]));
    const answers = await Promise.all(drafts.map((draft) => desk.issueAnswer(draft)));
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(['FEE_CHANGED', 'FEE_CHANGED']);
    const late = answers.findIndex(({ errors }) => errors);
    const anew = await answerOf<InvoiceAnswer>(desk.editAnswer(drafts[late]!, [{ kind: 'CONSULTATION' }], { appointmentId: visits[late] }));
    expect(anew).toMatchObject({ total: bdt(40_000), lines: [{ fee: { reason: 'RULE_OF_DOCTOR_AND_CHAMBER_AND_VISIT_TYPE', freeOfAppointmentId: null } }] });
    await owner.credit(answers.find(({ errors }) => !errors)!.data.answer.id);
    expect((await answerOf<InvoiceAnswer>(desk.editAnswer(anew, [{ kind: 'CONSULTATION' }], { appointmentId: visits[late] }))).total).toEqual(bdt(0));
  });

  it('bills a visit once, whoever issues another draft of it at the same moment, also round the lock of its patient', async () => {
    const [appointments, fees] = [new Appointments(world, practice.owner.token), new Fees(world, practice.owner.token)];
    const { memberId: doctorId } = await hire(world, practice, chamberId, 'DOCTOR');
    await fees.add({ chamberId, doctorId, visitType: 'NEW', amount: bdt(80_000) });
    const visit = await appointments.book({ sessionId: (await appointments.addSession({ chamberId, doctorId, localDate: dayFromNow(1) })).id, patientId, visitType: 'NEW' });
    const drafts = (count: number) => Promise.all(Array.from({ length: count }, () => desk.draft(patientId, [{ kind: 'CONSULTATION' }], { appointmentId: visit.id })));
    const issuing = (id: string) => `update clinic.invoices set status = 'ISSUED', version = version + 1 where tenant_id = '${practice.tenantId}' and id = '${id}'`;

    const answers = await Promise.all((await drafts(20)).map((draft, index) => [desk, owner][index % 2]!.issueAnswer(draft)));
    const issued = answers.filter(({ errors }) => !errors).map(({ data }) => data.answer.id as string);
    expect(issued).toHaveLength(1);
    const refused = answers.filter(({ errors }) => errors);
    expect(refused.map((answer) => [reasonOf(answer), answer.errors![0]!.extensions['invoiceId']])).toEqual(Array.from({ length: 19 }, () => ['BILLED_ALREADY', issued[0]]));
    const [another] = await drafts(1);
    expect(await converse(world, 'app', cashier, (ask) => verdict(ask, issuing(another!.id)))).toBe('23505');

    await owner.credit(issued[0]!);
    const [first, second] = await drafts(2);
    const transaction = await openTransaction(world, practice.tenantId, cashier.memberId);
    await transaction.query(issuing(first!.id));
    const answer = desk.issueAnswer(second!);
    await untilItWaits(world, answer);
    await transaction.commit();
    expect([reasonOf(await answer), (await answer).errors![0]!.extensions['invoiceId']]).toEqual(['BILLED_ALREADY', first!.id]);
  });

  it(`gives ${TO_ISSUERS} who issue at the same moment consecutive numbers, and one who fails none`, async () => {
    const drafts = await Promise.all(Array.from({ length: TO_ISSUERS }, () => desk.draft(patientId, [service(100)])));
    const failing = await desk.draft(patientId, [service(10_000, { discountRate: 9_000 })]);
    const first = countOf(await desk.bill(patientId, [service(100)]));
    const [answers, refused] = await Promise.all([Promise.all(drafts.map((draft) => desk.issue(draft))), desk.issueAnswer(failing)]);
    expect(reasonOf(refused)).toBe('APPROVAL_NEEDED');
    expect(answers.map(countOf).sort((a, b) => a - b)).toEqual(Array.from({ length: TO_ISSUERS }, (_, index) => first + 1 + index));
    expect(countOf(await desk.bill(patientId, [service(100)]))).toBe(first + TO_ISSUERS + 1);
  });

  it('takes the same few round trips for one line and for a hundred', async () => {
    const trips = async (lines: number) => {
      const counted: number[] = [];
      let draft: InvoiceAnswer | undefined;
      counted.push(toTheApp(await roundTripsOf(async () => (draft = await plain(lines)))).length);
      counted.push(toTheApp(await roundTripsOf(() => world.ok('mutation ($id: UUID!, $version: Int!) { issueInvoice(id: $id, version: $version) { id } }', { id: draft!.id, version: 1 }, cashier.token))).length);
      return counted;
    };
    const plain = async (lines: number): Promise<InvoiceAnswer> => (await world.ok('mutation ($input: DraftInvoiceInput!) { draftInvoice(input: $input) { id } }',
      { input: { patientId, chamberId, idempotencyKey: randomUUID(), lines: Array.from({ length: lines }, () => service(100)) } }, cashier.token)).draftInvoice;
    await trips(1);
    expect(await trips(1)).toEqual([4, 3]);
    expect(await trips(100)).toEqual([4, 3]);
  });
});

describe('a credit note', () => {
  it('takes back a line, a part of one, and at last the rounding with the rest, and the books come back to zero', async () => {
    const before = await owner.balances();
    const invoice = await desk.bill(patientId, [service(33_333, { taxCategory: 'STANDARD', quantity: 3, discountRate: 777, doctorId: practice.owner.memberId }), service(10_020)]);
    const part = await owner.credit(invoice.id, { lines: [{ no: 1, amount: bdt(12_345) }], reason: '  Half   of it was not done ' });
    // 123.45 of 922.29, so 10.40 of the discount of 77.70 and 18.52 of the tax of 138.34, without rounding.
    expect(part).toMatchObject({ kind: 'CREDIT_NOTE', status: 'ISSUED', creditsId: invoice.id, total: bdt(14_197), tax: bdt(1_852), rounding: bdt(0), reason: 'Half of it was not done', lines: [{ creditsNo: 1, quantity: 1, unitPrice: bdt(13_385), discount: bdt(1_040), tax: bdt(1_852), total: bdt(14_197) }] });
    expect(part.number).toMatch(/-CN-/);
    expect(faultsOf(await owner.creditAnswer(invoice.id, { lines: [{ no: 2, amount: bdt(10_021) }] }))).toEqual(['input.lines.0.amount.amount OUT_OF_RANGE']);
    expect(faultsOf(await owner.creditAnswer(invoice.id, { lines: [{ no: 2 }, { no: 2 }] }))).toEqual(['input.lines.1.no DUPLICATE']);
    expect(codeOf(await owner.creditAnswer(invoice.id, { lines: [{ no: 3 }] }))).toBe('NOT_FOUND');
    await owner.credit(invoice.id, { lines: [{ no: 2 }] });
    expect(faultsOf(await owner.creditAnswer(invoice.id, { lines: [{ no: 2 }] }))).toEqual(['input.lines.0.no OUT_OF_RANGE']);
    const last = await owner.credit(invoice.id);
    expect(last.lines.map(({ creditsNo }) => creditsNo)).toEqual([1]);
    expect(await desk.invoice(invoice.id)).toMatchObject({ status: 'VOID', number: invoice.number, due: bdt(0), credited: invoice.total, creditNotes: [{ id: part.id }, {}, { id: last.id }] });
    expect(await grownSince(before)).toEqual({});
    expect(reasonOf(await owner.creditAnswer(invoice.id))).toBe('INVOICE_STATUS');
    expect(reasonOf(await owner.creditAnswer(last.id))).toBe('INVOICE_STATUS');
  });

  it.each([['on top of prices', 'BD', 'BDT', 'Asia/Dhaka'], ['in prices', 'AE', 'AED', 'Asia/Dubai']] as const)('leaves nothing with any doctor in any account, whatever the parts, with tax %s', async (_, country, currency, timeZone) => {
    const clinic = await world.practice('Creek Clinic', country);
    const place = await openChamber(world, clinic, 'Creek', timeZone);
    const doctors = [clinic.owner.memberId, (await hire(world, clinic, place, 'DOCTOR')).memberId];
    const billing = new Billing(world, clinic.owner, place);
    const money = (amount: number) => ({ amount, currency });
    const { registerPatient } = await world.ok('mutation { registerPatient(input: { nameEn: "Sara" }) { patient { id } } }', {}, clinic.owner.token);
    const line = (doctor: number, quantity: number, price: number, discount: number, taxCategory = 'STANDARD') => ({ kind: 'SERVICE', description: 'Dressing', doctorId: doctors[doctor], quantity, unitPrice: money(price), discount: money(discount), taxCategory });
    const draft = await billing.draft(registerPatient.patient.id, [line(0, 3, 3_333, 777), line(1, 1, 10_007, 1), line(1, 2, 4_999, 4_999, 'EXEMPT'), line(0, 1, 500, 500)]);
    const { id } = await billing.issue(await answerOf<InvoiceAnswer>(new Billing(world, await hire(world, clinic, place, 'MANAGER'), place).approveDiscountAnswer(draft)));
    const standing = () => world.sql<{ account: string; amount: number }>('superuser', `
      select l.account, l.doctor_id, sum(l.amount)::integer as amount from clinic.ledger_entries e join clinic.ledger_lines l on l.tenant_id = e.tenant_id and l.entry_id = e.id
      where e.tenant_id = $1 group by l.account, l.doctor_id having sum(l.amount) <> 0`, [clinic.tenantId]);
    expect((await standing()).length).toBeGreaterThan(4);
    const part = (no: number, amount: number) => ({ no, amount: money(amount) });
    // Ten of a minor unit, of which each has a tax of less than half of one.
    const notes = [];
    for (const lines of [...Array.from({ length: 10 }, () => [part(1, 1), part(2, 3)]), [part(2, 4_989)], [part(1, 4_606)], [part(3, 1), part(2, 2_503)], [{ no: 1 }, { no: 2 }, { no: 3 }]]) notes.push(await billing.credit(id, { lines }));
    // What was given away altogether stands with its doctor until it is taken back.
    expect(await billing.invoice(id)).toMatchObject({ status: 'ISSUED', due: money(0) });
    expect((await standing()).map(({ account }) => account).sort()).toEqual(['DISCOUNT', 'REVENUE']);
    notes.push(await billing.credit(id));
    expect(await billing.invoice(id)).toMatchObject({ status: 'VOID', due: money(0) });
    expect(await standing()).toEqual([]);
    for (const { lines, total, rounding, tax, discount } of notes) {
      const sums = (of: (one: InvoiceAnswer['lines'][number]) => number) => lines.reduce((sum, one) => sum + of(one), 0);
      expect([sums((one) => one.total.amount) + rounding.amount, sums((one) => one.tax.amount), sums((one) => (one['discount'] as { amount: number }).amount)]).toEqual([total.amount, tax.amount, discount.amount]);
    }
  });

  it('is for whoever manages finances, and is issued once under one key, also at once', async () => {
    const invoice = await desk.bill(patientId, [service(30_000)]);
    expect(codeOf(await desk.creditAnswer(invoice.id))).toBe('FORBIDDEN');
    const request = { lines: [{ no: 1, amount: bdt(10_000) }], idempotencyKey: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 6 }, () => managers.creditAnswer(invoice.id, request)));
    expect(new Set(answers.flatMap(({ data, errors }) => (errors ? [] : [data.answer.id as string]))).size).toBe(1);
    expect((await desk.invoice(invoice.id)).credited).toEqual(bdt(10_000));
    await Promise.all(Array.from({ length: 6 }, () => managers.creditAnswer(invoice.id, { lines: [{ no: 1, amount: bdt(15_000) }] })));
    expect(await desk.invoice(invoice.id)).toMatchObject({ credited: bdt(25_000), due: bdt(5_000) });
  });
});

describe('the database', () => {
  it('lets the application change nothing of what was issued, number nothing, and write no books', async () => {
    const invoice = await desk.bill(patientId, [service(20_000)]);
    const draft = await desk.draft(patientId, [service(10_000, { discountRate: 2_000 })]);
    const at = (id: string) => `where tenant_id = '${practice.tenantId}' and id = '${id}'`;
    await converse(world, 'app', practice.owner, async (ask) => {
      const change = (id: string, set: string) => verdict(ask, `update clinic.invoices set ${set} ${at(id)}`);
      for (const set of [`status = 'DRAFT', version = version + 1`, `status = 'DISCARDED', version = version + 1`, `status = 'VOID', version = version + 1`, `appointment_id = null, version = version + 1`, `details = '\\x00'`, `details = '\\x00', version = version + 1`, 'version = version + 1', `patient_id = '${await freshPatient()}'`]) {
        expect([set, await change(invoice.id, set)]).toEqual([set, 'SK091']);
      }
      for (const set of ['number = 7', 'total = 1', `code = 'X'`, 'chamber_id = chamber_id', `issued_at = now()`, 'discount_approved_by = null']) expect([set, await change(draft.id, set)]).toEqual([set, '42501']);
      expect(await change(draft.id, 'discount_approved = 5, version = version + 1')).toBe('ACCEPTED');
      expect(await change(draft.id, `status = 'ISSUED', version = version + 1`)).toBe('SK093');
      expect(await change(draft.id, `status = 'ISSUED', details = '\\x00', version = version + 1`)).toBe('SK095');
      expect(await verdict(ask, `delete from clinic.invoices ${at(invoice.id)}`)).toBe('42501');
      expect(await verdict(ask, `delete from clinic.invoice_lines where tenant_id = '${practice.tenantId}' and invoice_id = '${invoice.id}'`)).toBe('SK091');
      expect(await verdict(ask, `insert into clinic.invoice_lines (tenant_id, id, invoice_id, no, kind, quantity, unit_price, tax_category, tax_rate, tax_included, details) values ('${practice.tenantId}', gen_random_uuid(), '${invoice.id}', 9, 'ITEM', 1, 1, 'EXEMPT', 0, false, '\\x00')`)).toBe('SK091');
      for (const table of ['ledger_entries', 'ledger_lines', 'billed_visits', 'day_closings', 'invoice_counters']) {
        expect([table, await verdict(ask, `insert into clinic.${table} default values`), await verdict(ask, `delete from clinic.${table}`)]).toEqual([table, '42501', '42501']);
      }
      expect(await verdict(ask, `select clinic.post_entry('${practice.tenantId}', '${chamberId}', current_date, 'INVOICE', gen_random_uuid(), '{}')`)).toBe('42501');
    });
    const issueAs = (person: typeof cashier) => converse(world, 'app', person, (ask) => verdict(ask, `update clinic.invoices set status = 'ISSUED', discount_approved = null, version = version + 1 ${at(draft.id)}`));
    expect([await issueAs(reception), await issueAs(cashier)]).toEqual(['SK096', 'SK093']);
    const approveAs = (person: typeof cashier) => converse(world, 'app', person, (ask) => verdict(ask, `update clinic.invoices set discount_approved = 1, version = version + 1 ${at(draft.id)}`));
    expect([await approveAs(cashier), await approveAs(reception), await approveAs(manager)]).toEqual(['SK093', 'SK096', 'ACCEPTED']);
    const own = await managers.draft(patientId, [service(10_000, { discountRate: 2_000 })]);
    expect(await converse(world, 'app', manager, (ask) => verdict(ask, `update clinic.invoices set discount_approved = 1, version = version + 1 ${at(own.id)}`))).toBe('SK093');
  });

  it('lets nobody credit what was paid without releasing it, or another line than was billed', async () => {
    const invoice = await desk.bill(patientId, [service(20_000), service(5_000, { taxCategory: 'STANDARD' })]);
    await desk.take(patientId, 20_000, { allocations: [{ invoiceId: invoice.id, amount: bdt(20_000) }] });
    const unpaid = await desk.bill(patientId, [service(20_000), service(5_000)]);
    const insert = (id: string, of = invoice) => `insert into clinic.invoices (tenant_id, id, kind, credits, chamber_id, patient_id, tax_included, details) values ('${practice.tenantId}', '${id}', 'CREDIT_NOTE', '${of.id}', '${chamberId}', '${patientId}', false, '\\x00')`;
    const credit = (price: number, no: number, of = invoice) => converse(world, 'app', manager, async (ask) => {
      const id = randomUUID();
      await ask(insert(id, of));
      await ask(`insert into clinic.invoice_lines (tenant_id, id, invoice_id, no, kind, quantity, unit_price, tax_category, tax_rate, tax_included, credits_no, details) values ('${practice.tenantId}', gen_random_uuid(), '${id}', 1, 'SERVICE', 1, ${price}, 'EXEMPT', 0, false, ${no}, '\\x00')`);
      await ask(`update clinic.invoices set version = version + 1 where tenant_id = '${practice.tenantId}' and id = '${id}'`);
      return verdict(ask, `update clinic.invoices set status = 'ISSUED', version = version + 1 where tenant_id = '${practice.tenantId}' and id = '${id}'`);
    });
    expect([await credit(20_001, 1), await credit(5_801, 1), await credit(1, 2), await credit(1, 3), await credit(5_000, 1), await credit(20_001, 1, unpaid)]).toEqual(['SK092', 'SK092', 'SK097', 'SK097', 'ACCEPTED', 'SK092']);
    expect(await converse(world, 'app', cashier, (ask) => verdict(ask, insert(randomUUID())))).toBe('SK096');
  });

  it('lets nobody credit another part of a discount or of a tax than of the price, also when another credit note comes between', async () => {
    const invoice = await desk.bill(patientId, [service(100, { discount: bdt(10) }), service(10, { taxCategory: 'STANDARD' })]);
    await converse(world, 'app', manager, async (ask) => {
      const draft = async (line: { no: number; price: number; discount?: number; rate?: number }): Promise<string> => {
        const id = randomUUID();
        await ask(`insert into clinic.invoices (tenant_id, id, kind, credits, chamber_id, patient_id, tax_included, details) values ('${practice.tenantId}', '${id}', 'CREDIT_NOTE', '${invoice.id}', '${chamberId}', '${patientId}', false, '\\x00')`);
        await ask(`insert into clinic.invoice_lines (tenant_id, id, invoice_id, no, kind, quantity, unit_price, discount, tax_category, tax_rate, tax_included, credits_no, details)
          values ('${practice.tenantId}', gen_random_uuid(), '${id}', 1, 'SERVICE', 1, ${line.price}, ${line.discount ?? 0}, '${line.rate ? 'STANDARD' : 'EXEMPT'}', ${line.rate ?? 0}, false, ${line.no}, '\\x00')`);
        return id;
      };
      const issuing = (id: string) => `update clinic.invoices set status = 'ISSUED', version = version + 1 where tenant_id = '${practice.tenantId}' and id = '${id}'`;
      expect(await verdict(ask, issuing(await draft({ no: 1, price: 45 })))).toBe('SK097');
      expect(await verdict(ask, issuing(await draft({ no: 1, price: 55, discount: 10 })))).toBe('SK097');
      expect(await verdict(ask, issuing(await draft({ no: 1, price: 50, discount: 5 })))).toBe('ACCEPTED');
      // Of a tax of 2 on 10, 1 is of the first 3 and nothing of the next 3.
      const [first, second] = [await draft({ no: 2, price: 3, rate: 1_500 }), await draft({ no: 2, price: 3, rate: 1_500 })];
      await ask(issuing(first));
      expect([await verdict(ask, issuing(second)), await verdict(ask, issuing(await draft({ no: 2, price: 3, rate: 1_500 })))]).toEqual(['SK097', 'ACCEPTED']);
    });
  });

  it('lets not even its owner change the books, or leave an entry that does not sum to zero', async () => {
    const invoice = await desk.bill(patientId, [service(20_000)]);
    const [entry] = await world.sql<{ id: string }>('superuser', 'select id from clinic.ledger_entries where source_id = $1', [invoice.id]);
    await converse(world, 'owner', practice.owner, async (ask) => {
      const line = (entryId: string, no: number, amount: number) => `insert into clinic.ledger_lines (tenant_id, entry_id, no, account, chamber_id, local_date, amount) select e.tenant_id, e.id, ${no}, 'SAFE', e.chamber_id, e.local_date, ${amount} from clinic.ledger_entries e where e.tenant_id = '${practice.tenantId}' and e.id = '${entryId}'`;
      expect(await verdict(ask, `update clinic.ledger_lines set amount = 1 where tenant_id = '${practice.tenantId}'`)).toBe('SK091');
      expect(await verdict(ask, `delete from clinic.ledger_entries where tenant_id = '${practice.tenantId}'`)).toBe('SK091');
      expect(await verdict(ask, 'truncate clinic.ledger_lines')).toBe('SK091');
      expect(await verdict(ask, `${line(entry!.id, 8, 5)}; set constraints all immediate`)).toBe('SK097');
      expect(await verdict(ask, `${line(entry!.id, 8, 5)}; ${line(entry!.id, 9, -5)}; set constraints all immediate`)).toBe('SK091');
    });
  });

  it('gives an invoice and what was paid of it to the patient in whom theirs is merged, and back', async () => {
    const invoice = await desk.bill(patientId, [service(20_000)]);
    const payment = await desk.take(patientId, 5_000, { allocations: [{ invoiceId: invoice.id, amount: bdt(5_000) }] });
    const survivorId = await freshPatient();
    const { mergePatients: { merge } } = await world.ok('mutation ($input: MergePatientsInput!, $reason: String!) { mergePatients(input: $input, reason: $reason) { merge { id } } }',
      { input: { survivorId, duplicateId: patientId, survivorVersion: 1, duplicateVersion: 1 }, reason: 'the same person' }, practice.owner.token);
    expect([(await desk.invoice(invoice.id))['patientId'], (await desk.payment(payment.id))['patientId']]).toEqual([survivorId, survivorId]);
    expect((await desk.take(survivorId, 15_000, { allocations: [{ invoiceId: invoice.id }] })).left).toEqual(bdt(0));
    expect(reasonOf(await desk.draftAnswer(patientId, [service(1)]))).toBe('MERGED');
    const strangerId = await freshPatient();
    await converse(world, 'app', practice.owner, async (ask) => {
      for (const [table, id] of [['invoices', invoice.id], ['payments', payment.id]]) {
        expect([table, await verdict(ask, `update clinic.${table} set patient_id = '${strangerId}' where tenant_id = '${practice.tenantId}' and id = '${id}'`)]).toEqual([table, 'SK091']);
      }
    });
    await world.ok('mutation ($id: UUID!, $reason: String!) { undoMerge(mergeId: $id, reason: $reason) { merge { id } } }', { id: merge.id, reason: 'two persons' }, practice.owner.token);
    expect((await desk.invoice(invoice.id))['patientId']).toBe(patientId);
  });
});

it('are listed for a patient, the last first, with what they come to', async () => {
  const [first, second] = [await desk.bill(patientId, [service(100)]), await desk.bill(patientId, [service(200)])];
  const list = (first: number, after: string | null = null) => world.ok(`query ($id: UUID!, $first: Int!, $after: String) { patient(id: $id) { invoices(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { id due { display(language: BN) } } } } } }`, { id: patientId, first, after }, cashier.token);
  const page = (await list(1)).patient.invoices;
  expect(page).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true }, edges: [{ node: { id: second.id, due: { display: '২.০০৳' } } }] });
  expect((await list(1, page.pageInfo.endCursor)).patient.invoices.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([first.id]);
});
