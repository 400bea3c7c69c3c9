import { randomUUID } from 'node:crypto';
import { Billing, type InvoiceAnswer, answerOf, bdt, service } from '../support/billing.js';
import { reasonOf } from '../support/appointments.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person, type Practice, World } from '../support/world.js';

describe('invoices', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let cashier: Person;
  let owner: Billing;
  let desk: Billing;
  let patientId: string;

  const grant = (person: Person, permission: string) => world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission, memberId: person.memberId } }, practice.owner.token);

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Uttara');
    cashier = await hire(world, practice, chamberId, 'RECEPTIONIST');
    await grant(cashier, 'payments:take');
    [owner, desk] = [new Billing(world, practice.owner, chamberId), new Billing(world, cashier, chamberId)];
    await owner.openDrawer();
    await desk.openDrawer();
  });
  beforeEach(async () => {
    patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun' })).id;
  });
  afterAll(() => world.close());

  describe('a draft', () => {
    it('is reckoned line by line, with discounts, tax and rounding', async () => {
      const draft = await desk.draft(patientId, [service(50_050, { quantity: 3, discountRate: 333 }), service(19_999, { taxCategory: 'STANDARD', discount: bdt(1_000), code: { system: 'CPT', code: '93000' }, doctorId: practice.owner.memberId })], { note: '  paid by   the brother ' });
      // 3 × 500.50 = 1501.50, 3.33 % off is 50.00; 199.99 - 10.00 = 189.99, 15 % of it 28.50.
      expect(draft).toMatchObject({
        status: 'DRAFT', number: null, version: 1, gross: bdt(170_149), discount: bdt(6_000), tax: bdt(2_850), total: bdt(167_000), rounding: bdt(1), due: bdt(0), note: 'paid by the brother', needsApproval: false,
        lines: [{ no: 1, description: 'Dressing', quantity: 3, discount: bdt(5_000), tax: bdt(0), total: bdt(145_150) }, { no: 2, code: { system: 'CPT', code: '93000' }, doctor: { id: practice.owner.memberId }, taxRate: 1500, tax: bdt(2_850), total: bdt(21_849) }],
      });
    });
  });

  describe('issuing', () => {
    it('gives the next number, posts to the books and lets nothing change', async () => {
      const before = await owner.balances();
      const first = await desk.bill(patientId, [service(50_000)]);
      const second = await desk.bill(patientId, [service(50_000, { doctorId: practice.owner.memberId, discount: bdt(1_000), taxCategory: 'STANDARD' })]);
      const numberOf = ({ number }: InvoiceAnswer) => Number(number!.slice(-6));
      expect(numberOf(second)).toBe(numberOf(first) + 1);
      expect(first).toMatchObject({ status: 'ISSUED', due: bdt(50_000), paid: bdt(0), issuedBy: { id: cashier.memberId } });
      const after = await owner.balances();
      const grown = (account: string) => (after[account] ?? 0) - (before[account] ?? 0);
      expect(second.total).toEqual(bdt(56_400));
      expect([grown('RECEIVABLE'), grown('REVENUE'), grown('DISCOUNT'), grown('TAX'), grown('ROUNDING')]).toEqual([106_400, -100_000, 1_000, -7_350, -50]);
      expect(reasonOf(await desk.editAnswer(first, [service(1)]))).toBe('INVOICE_STATUS');
      expect(await answerOf(desk.issueAnswer({ id: first.id, version: first.version - 1 }))).toEqual(first);
    });
  });

  it('takes money, allocates, credits and refunds, and the books agree', async () => {
    const before = await owner.balances();
    const invoice = await desk.bill(patientId, [service(50_000), service(30_000)]);
    const payment = await desk.take(patientId, 60_000, { allocations: [{ invoiceId: invoice.id, amount: bdt(45_000) }] });
    expect(payment).toMatchObject({ status: 'CAPTURED', left: bdt(15_000), allocations: [{ invoiceId: invoice.id, amount: bdt(45_000) }] });
    expect((await desk.invoice(invoice.id)).due).toEqual(bdt(35_000));
    const note = await owner.credit(invoice.id, { lines: [{ no: 1 }] });
    expect(note).toMatchObject({ kind: 'CREDIT_NOTE', total: bdt(50_000), creditsId: invoice.id });
    expect(await desk.invoice(invoice.id)).toMatchObject({ status: 'ISSUED', credited: bdt(50_000), paid: bdt(30_000), due: bdt(0) });
    await owner.credit(invoice.id);
    expect(await desk.invoice(invoice.id)).toMatchObject({ status: 'VOID', credited: bdt(80_000), paid: bdt(0), due: bdt(0), number: invoice.number });
    const refund = await desk.refund(payment.id, 60_000);
    expect(refund).toMatchObject({ status: 'PAID', amount: bdt(60_000) });
    expect(await desk.payment(payment.id)).toMatchObject({ left: bdt(0), refunded: bdt(60_000) });
    expect(await owner.balances()).toEqual(before);
    expect(reasonOf(await desk.refundAnswer(payment.id, 1))).toBe('MORE_THAN_THERE_IS');
    void [randomUUID, codeOf, faultsOf];
  });
});
