import { converse, verdict } from '../contract/conversation.js';
import { reasonOf } from '../support/appointments.js';
import { Billing, type InvoiceAnswer, answerOf, bdt, service } from '../support/billing.js';
import { Expenses } from '../support/expenses.js';
import { ageProof } from '../support/factors.js';
import { Patients, codeOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { type GraphqlAnswer, type Person, type Practice, World } from '../support/world.js';

const SETTINGS = 'version discountLimit refundLimit { amount } expenseLimit { amount } raisedLimits { limit formerRate formerAmount { amount } raisedBy { id } }';
const RAISED = { discountLimit: 10_000, refundLimit: bdt(10_000_000), expenseLimit: bdt(10_000_000) };

interface Clinic { practice: Practice; chamberId: string; manager: Person; other: Person; categoryId: string; patientId: string }

let world: World;

beforeAll(async () => {
  world = await World.shared();
});
afterAll(() => world.close());

/** A practice of its own, with two who manage its finances besides the owner. */
async function open(): Promise<Clinic> {
  const practice = await world.practice('Karnaphuli Clinic');
  const chamberId = await openChamber(world, practice, 'Karnaphuli');
  const [manager, other] = [await hire(world, practice, chamberId, 'MANAGER'), await hire(world, practice, chamberId, 'MANAGER')];
  const { addExpenseCategory } = await world.ok('mutation { addExpenseCategory(name: "Rent") { id } }', {}, practice.owner.token);
  return { practice, chamberId, manager, other, categoryId: addExpenseCategory.id, patientId: (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun' })).id };
}

const edit = (person: Person, input: object): Promise<GraphqlAnswer> =>
  world.graphql(`mutation ($input: EditBillingSettingsInput!) { answer: editBillingSettings(input: $input) { ${SETTINGS} } }`, { input }, person.token);
const read = async (person: Person): Promise<{ version: number; raisedLimits: object[] }> => (await world.ok(`{ billingSettings { ${SETTINGS} } }`, {}, person.token)).billingSettings;
const set = async (person: Person, input: object): Promise<GraphqlAnswer> => edit(person, { version: (await read(person)).version, ...input });

/** Tries as somebody to give back 500 taka above the first limit, to spend as much, and to take half off a bill. Tells what is refused. */
async function profits(person: Person, { chamberId, categoryId }: Clinic): Promise<unknown[]> {
  const desk = new Billing(world, person, chamberId);
  if ((await world.ok('query ($chamberId: UUID!) { myOpenDrawer(chamberId: $chamberId) { id } }', { chamberId }, person.token)).myOpenDrawer === null) await desk.openDrawer();
  const patientId = (await new Patients(world, person.token).register({ nameEn: 'Amena Begum' })).id;
  const refund = await desk.refund((await desk.take(patientId, 150_000)).id, 150_000);
  const expenses = new Expenses(world, person, chamberId);
  const expense = await answerOf<{ id: string; version: number }>(expenses.request(categoryId, 250_000));
  const draft = await desk.draft(patientId, [service(100_000, { discountRate: 5_000 })]);
  const [paid, spent, issued] = [refund.status === 'PAID' ? undefined : reasonOf(await desk.payRefundAnswer(refund)), await expenses.pay(expense, 'SAFE'), await desk.issueAnswer(draft)];
  expect([refund.needsApproval, draft.needsApproval]).toEqual([paid !== undefined, issued.errors !== undefined]);
  return [paid, ...[spent, issued].map((answer) => (answer.errors ? reasonOf(answer) : undefined))];
}
const REFUSED = ['APPROVAL_NEEDED', 'APPROVAL_NEEDED', 'APPROVAL_NEEDED'];
const ALLOWED = [undefined, undefined, undefined];

describe('a limit of what needs an approval', () => {
  it('is changed after a step-up alone', async () => {
    const { manager } = await open();
    await ageProof(world, manager, 6);
    const refused = await edit(manager, { version: 0, taxRate: 0 });
    expect(codeOf(refused)).toBe('STEP_UP_NEEDED');
    expect((await read(manager)).version).toBe(0);
  });

  it('that somebody raised holds for everybody else, and for them only once somebody else has sent it too', async () => {
    const clinic = await open();
    const { manager, other } = clinic;
    expect(await profits(manager, clinic)).toEqual(REFUSED);
    const raised = await answerOf<{ version: number; raisedLimits: object[] }>(edit(manager, { version: 0, ...RAISED }));
    expect(raised).toMatchObject({
      version: 1, refundLimit: { amount: 10_000_000 },
      raisedLimits: [
        { limit: 'DISCOUNT', formerRate: 1_000, formerAmount: null, raisedBy: { id: manager.memberId } }, { limit: 'EXPENSE', formerRate: null, formerAmount: { amount: 200_000 }, raisedBy: { id: manager.memberId } },
        { limit: 'REFUND', formerRate: null, formerAmount: { amount: 100_000 }, raisedBy: { id: manager.memberId } },
      ],
    });
    expect(await read(other)).toEqual(raised);
    expect(await profits(manager, clinic)).toEqual(REFUSED);
    expect(await profits(other, clinic)).toEqual(ALLOWED);
    // Sending it again oneself, or raising it further, or lowering it to what is still above the first, is no second person.
    for (const limits of [RAISED, { discountLimit: 9_000, refundLimit: bdt(20_000_000), expenseLimit: bdt(9_000_000) }]) {
      expect((await set(manager, limits)).data.answer.raisedLimits).toMatchObject([{ formerRate: 1_000 }, { formerAmount: { amount: 200_000 } }, { formerAmount: { amount: 100_000 } }]);
      expect(await profits(manager, clinic)).toEqual(REFUSED);
    }
    // Who changes something else has not sent them.
    expect((await set(other, { taxRate: 0 })).data.answer.raisedLimits).toHaveLength(3);
    expect(await profits(manager, clinic)).toEqual(REFUSED);
    const now = { discountLimit: 9_000, refundLimit: bdt(20_000_000), expenseLimit: bdt(9_000_000) };
    expect((await set(other, now)).data.answer.raisedLimits).toEqual([]);
    expect(await profits(manager, clinic)).toEqual(ALLOWED);
    const { auditEntries } = await world.ok('{ auditEntries(filter: { operation: "Mutation.editBillingSettings" }, first: 1) { edges { node { changes { field before after } } } } }', {}, clinic.practice.owner.token);
    expect(auditEntries.edges[0].node.changes).toMatchObject([{ field: 'raisedLimits', after: '[]' }]);
  });

  it('that was raised is as it was when its raiser lowers it again, and who raises it further is its raiser', async () => {
    const clinic = await open();
    const { manager, other } = clinic;
    await answerOf(set(manager, RAISED));
    expect((await set(manager, { refundLimit: bdt(100_000), expenseLimit: bdt(200_000), discountLimit: 1_000 })).data.answer.raisedLimits).toEqual([]);
    await answerOf(set(manager, RAISED));
    expect((await set(other, { refundLimit: bdt(20_000_000) })).data.answer.raisedLimits).toMatchObject([
      { limit: 'DISCOUNT', raisedBy: { id: manager.memberId } }, { limit: 'EXPENSE', raisedBy: { id: manager.memberId } }, { limit: 'REFUND', formerAmount: { amount: 10_000_000 }, raisedBy: { id: other.memberId } }]);
    expect(await profits(manager, clinic)).toEqual([undefined, 'APPROVAL_NEEDED', 'APPROVAL_NEEDED']);
    // Somebody else who lowers it has set it.
    expect((await set(other, { discountLimit: 8_000 })).data.answer.raisedLimits).toHaveLength(2);
    expect(await profits(manager, clinic)).toEqual([undefined, 'APPROVAL_NEEDED', undefined]);
  });

  it('that was raised while somebody else could not set it holds for its raiser no more, if they could approve', async () => {
    const clinic = await open();
    const { owner } = clinic.practice;
    await openChamber(world, clinic.practice, 'Empty');
    expect((await set(owner, RAISED)).data.answer.raisedLimits).toHaveLength(3);
    expect(await profits(owner, clinic)).toEqual(REFUSED);
  });

  it('holds at once where nobody else manages any finances', async () => {
    const practice = await world.practice('Solo Clinic');
    const chamberId = await openChamber(world, practice, 'Solo');
    const { addExpenseCategory } = await world.ok('mutation { addExpenseCategory(name: "Rent") { id } }', {}, practice.owner.token);
    expect((await set(practice.owner, RAISED)).data.answer.raisedLimits).toEqual([]);
    expect(await profits(practice.owner, { practice, chamberId, manager: practice.owner, other: practice.owner, categoryId: addExpenseCategory.id, patientId: '' })).toEqual(ALLOWED);
  });

  it('is kept so by the database, whatever the application says', async () => {
    const { practice, chamberId, manager, other, patientId } = await open();
    const desk = new Billing(world, manager, chamberId);
    const draft: InvoiceAnswer = await desk.draft(patientId, [service(100_000, { discountRate: 5_000 })]);
    const tenant = `tenant_id = '${practice.tenantId}'`;
    const insert = (refund: number): string => `insert into clinic.billing_settings as s (tenant_id, fiscal_month, rounding_unit, prices_include_tax, tax_rate, discount_limit, refund_limit, expense_limit)
      values ('${practice.tenantId}', 7, 100, false, 0, 10000, ${refund}, ${refund}) on conflict on constraint billing_settings__pkey do update set discount_limit = excluded.discount_limit, refund_limit = excluded.refund_limit where s.version = 99`;
    const issue = `update clinic.invoices set status = 'ISSUED', version = version + 1 where ${tenant} and id = '${draft.id}'`;
    const forget = `delete from clinic.raised_limits where ${tenant}`;
    await converse(world, 'app', manager, async (ask) => {
      expect(await verdict(ask, issue)).toBe('SK093');
      await ask(insert(100_000_000));
      expect(await verdict(ask, issue)).toBe('SK093');
      // What changes nothing is nobody's decision.
      await ask(insert(1));
      await ask(`update clinic.billing_settings set discount_limit = discount_limit where ${tenant}`);
      expect([await verdict(ask, issue), await verdict(ask, forget)]).toEqual(['SK093', 'SK093']);
      for (const forged of [`update clinic.raised_limits set former = 10000 where ${tenant}`, `insert into clinic.raised_limits (tenant_id, name, raised_by, former) values ('${practice.tenantId}', 'REFUND', '${other.memberId}', 0)`, 'truncate clinic.raised_limits']) {
        expect([forged, await verdict(ask, forged)]).toEqual([forged, '42501']);
      }
    });
    await answerOf(set(manager, RAISED));
    const stranger = await hire(world, practice, chamberId, 'RECEPTIONIST');
    await converse(world, 'app', stranger, async (ask) => expect(await verdict(ask, forget)).toBe('SK096'));
    await converse(world, 'app', other, async (ask) => expect([await verdict(ask, forget), await verdict(ask, issue)]).toEqual(['ACCEPTED', 'SK093']));
  });
});
