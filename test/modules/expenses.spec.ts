import { createHash, randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { converse, verdict } from '../contract/conversation.js';
import { dayFromNow, reasonOf } from '../support/appointments.js';
import { Billing, answerOf } from '../support/billing.js';
import { CashDesk, counted } from '../support/cash-desk.js';
import { type ExpenseAnswer, Expenses } from '../support/expenses.js';
import { files } from '../support/documents.js';
import { codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { type GraphqlAnswer, type Person, type Practice, World } from '../support/world.js';

let world: World;
let practice: Practice;
let categoryId: string;

beforeAll(async () => {
  world = await World.shared();
  practice = await world.practice('Teesta Clinic');
  await openChamber(world, practice, 'Teesta');
  ({ id: categoryId } = await answerOf<{ id: string }>(new Expenses(world, practice.owner, '').addCategory('Electricity')));
});
afterAll(() => world.close());

/** A chamber that no other test has, with somebody at the desk and a manager. */
async function place() {
  const chamberId = await openChamber(world, practice, 'Teesta');
  const clerk = await hire(world, practice, chamberId, 'RECEPTIONIST');
  await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'payments:take', memberId: clerk.memberId } }, practice.owner.token);
  const manager = await hire(world, practice, chamberId, 'MANAGER');
  return { chamberId, clerk, manager, desk: new Expenses(world, clerk, chamberId), office: new Expenses(world, manager, chamberId), books: new Billing(world, manager, chamberId), cash: new Billing(world, clerk, chamberId), till: new CashDesk(world, clerk, chamberId) };
}
const ask = (who: Expenses, amount: number, more: object = {}): Promise<ExpenseAnswer> => answerOf(who.request(categoryId, amount, more));
const saved = (answer: Promise<GraphqlAnswer>): Promise<ExpenseAnswer> => answerOf(answer);

describe('an expense', () => {
  it('above the limit is approved by somebody else, then paid, and the books say so', async () => {
    const { desk, office, books, cash, clerk, manager, chamberId } = await place();
    const key = { idempotencyKey: randomUUID() };
    const expense = await ask(desk, 200_001, key);
    expect(expense).toMatchObject({ chamberId, category: { id: categoryId, name: 'Electricity', retired: false }, amount: { amount: 200_001 }, spentOn: dayFromNow(0), description: 'Bill of the month', status: 'REQUESTED', needsApproval: true, requestedBy: { id: clerk.memberId }, decidedBy: null, paidFrom: null, version: 1 });
    expect(await ask(desk, 200_001, key)).toEqual(expense);
    const may = async (person: Person): Promise<string[]> => {
      const { viewerCan } = (await world.ok('query ($id: UUID!) { expense(id: $id) { viewerCan { approve reject payFromDrawer payOtherwise } } }', { id: expense.id }, person.token)).expense;
      return Object.keys(viewerCan as object).filter((step) => (viewerCan as Record<string, boolean>)[step]);
    };
    expect([await may(clerk), await may(manager)]).toEqual([['reject'], ['approve', 'reject']]);
    expect(reasonOf(await desk.request(categoryId, 200_002, key))).toBe('KEY_USED');
    expect([await office.pay(expense, 'BANK')].map(reasonOf)).toEqual(['APPROVAL_NEEDED']);
    expect([await desk.approve(expense), await desk.pay(expense, 'SAFE')].map(codeOf)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(await books.balances()).toEqual({});
    const approved = await saved(office.approve(expense));
    expect(approved).toMatchObject({ status: 'APPROVED', needsApproval: false, decidedBy: { id: manager.memberId }, version: 2 });
    expect(await books.balances()).toEqual({ EXPENSE: 200_001, EXPENSES_PAYABLE: -200_001 });
    const owners = new Expenses(world, practice.owner, chamberId);
    expect(await saved(office.approve(expense))).toEqual(approved);
    expect([await office.approve(approved), await owners.approve(expense), await office.reject(expense)].map(reasonOf)).toEqual(['EXPENSE_STATUS', 'STALE_VERSION', 'STALE_VERSION']);
    expect([await may(clerk), await may(manager)]).toEqual([['reject'], ['reject', 'payOtherwise']]);
    await cash.openDrawer();
    expect(await may(clerk)).toEqual(['reject', 'payFromDrawer']);
    const paid = await saved(office.pay(approved, 'BANK'));
    expect([await may(clerk), await may(manager)]).toEqual([[], []]);
    expect(paid).toMatchObject({ status: 'PAID', paidFrom: 'BANK', drawerId: null, paidBy: { id: manager.memberId }, paidOn: dayFromNow(0), version: 3 });
    expect(await saved(office.pay(approved, 'BANK'))).toEqual(paid);
    expect([await office.pay(approved, 'SAFE'), await owners.pay(approved, 'BANK')].map(reasonOf)).toEqual(['STALE_VERSION', 'STALE_VERSION']);
    expect(await books.balances()).toEqual({ EXPENSE: 200_001, BANK: -200_001 });
    expect([await office.pay({ ...expense, version: 3 }, 'BANK'), await office.reject({ ...expense, version: 3 })].map(reasonOf)).toEqual(['EXPENSE_STATUS', 'EXPENSE_STATUS']);
    const own = await ask(office, 300_000);
    expect([await office.approve(own), await office.pay(own, 'SAFE')].map(reasonOf)).toEqual(['OWN_APPROVAL', 'APPROVAL_NEEDED']);
    expect(await saved(office.reject(own))).toMatchObject({ status: 'REJECTED', decidedBy: { id: manager.memberId } });
  });

  it('that is small is paid out of an open drawer at once, and small ones of a day add up', async () => {
    const { desk, books, cash, till } = await place();
    const first = await ask(desk, 150_000);
    expect(first).toMatchObject({ needsApproval: false });
    expect(reasonOf(await desk.pay(first, 'DRAWER'))).toBe('NO_OPEN_DRAWER');
    const { id } = await cash.openDrawer(300_000);
    const [second, third] = [await ask(desk, 50_000), await ask(desk, 1)];
    expect(await saved(desk.pay(first, 'DRAWER'))).toMatchObject({ status: 'PAID', paidFrom: 'DRAWER', drawerId: id });
    const answers = await Promise.all([desk.pay(second, 'DRAWER'), desk.pay(third, 'DRAWER')]);
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(['APPROVAL_NEEDED']);
    const paid = answers[0].errors ? 150_001 : 200_000;
    expect(await books.balances()).toEqual({ DRAWER: 300_000 - paid, SAFE: -300_000, EXPENSE: paid });
    const closed = await answerOf<{ count: object }>(till.close(id, counted({ 1000: 1 })));
    expect(closed.count).toMatchObject({ expected: { amount: 300_000 - paid }, variance: { amount: paid - 200_000 } });
  });

  it('that is small adds up with another that is being paid out of another place', async () => {
    const { desk, office, books, manager } = await place();
    const [first, second] = [await ask(desk, 150_000), await ask(desk, 50_001)];
    const paying = await openTransaction(world, practice.tenantId, manager.memberId);
    await paying.query(`update clinic.expenses set status = 'PAID', paid_from = 'BANK', version = version + 1 where tenant_id = $1 and id = $2`, [practice.tenantId, first.id]);
    const answer = office.pay(second, 'SAFE');
    await untilItWaits(world, answer);
    await paying.commit();
    expect(reasonOf(await answer)).toBe('APPROVAL_NEEDED');
    expect(await books.balances()).toEqual({ BANK: -150_000, EXPENSE: 150_000 });
  });

  it('that was approved can be rejected until it is paid, which takes it back', async () => {
    const { desk, office, books } = await place();
    const approved = await saved(office.approve(await ask(desk, 500_000)));
    expect(await saved(desk.reject(approved))).toMatchObject({ status: 'REJECTED' });
    expect(await books.balances()).toEqual({});
    expect(reasonOf(await office.pay({ ...approved, version: 3 }, 'SAFE'))).toBe('EXPENSE_STATUS');
  });

  it('is told with all its faults, and of its practice alone', async () => {
    const { desk, office, chamberId } = await place();
    expect(faultsOf(await desk.request(categoryId, 0, { spentOn: dayFromNow(2), description: ' ' }))).toEqual(['input.amount.amount OUT_OF_RANGE', 'input.spentOn FUTURE', 'input.description EMPTY']);
    expect(codeOf(await desk.request(categoryId, 1, { amount: { amount: 1, currency: 'AED' } }))).toBe('BAD_USER_INPUT');
    expect([await desk.request(randomUUID(), 1), await desk.request(categoryId, 1, { chamberId: randomUUID() })].map(codeOf)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    const expense = await ask(desk, 1_000);
    const other = await world.practice('Mahananda Clinic');
    const theirs = new Expenses(world, other.owner, await openChamber(world, other, 'Mahananda'));
    expect([await theirs.get(expense.id), await theirs.approve(expense), await theirs.reject(expense), await theirs.pay(expense, 'SAFE'), await theirs.request(categoryId, 1), await theirs.list({ chamberId }), await theirs.retireCategory(categoryId)].map(codeOf)).toEqual(Array(7).fill('NOT_FOUND'));
    const elsewhere = await place();
    expect([await elsewhere.desk.get(expense.id), await elsewhere.office.approve(expense), await elsewhere.office.reject(expense), await elsewhere.office.pay(expense, 'SAFE'), await elsewhere.desk.list({ chamberId })].map(codeOf)).toEqual(Array(5).fill('FORBIDDEN'));
    const own = await ask(office, 2_000);
    expect(await answerOf(desk.list())).toMatchObject({ totalCount: 1, edges: [{ node: expense }] });
    const first = await answerOf<{ totalCount: number; pageInfo: { endCursor: string } }>(office.list({ first: 1, status: 'REQUESTED', categoryId }));
    expect(first).toMatchObject({ totalCount: 2, edges: [{ node: own }] });
    expect(await answerOf(office.list({ first: 1, after: first.pageInfo.endCursor }))).toMatchObject({ edges: [{ node: expense }] });
    expect(await answerOf(office.list({ status: 'PAID' }))).toMatchObject({ totalCount: 0 });
    expect(await answerOf(desk.get(own.id))).toEqual(own);
  });

  it('posts nothing to a day that is closed', async () => {
    const { desk, office, manager, chamberId } = await place();
    const approved = await saved(office.approve(await ask(desk, 500_000)));
    const asked = await ask(desk, 500_000);
    await answerOf(new CashDesk(world, manager, chamberId).closeDay(dayFromNow(0)));
    expect([await office.pay(approved, 'SAFE'), await office.approve(asked), await office.reject(approved)].map(reasonOf)).toEqual(Array(3).fill('BOOKS_CLOSED'));
  });
});

describe('the receipts of an expense', () => {
  it('are stored once each, sealed, and given out to whoever takes payments there', async () => {
    const { desk, office, clerk } = await place();
    const expense = await ask(desk, 1_000);
    const stored = await desk.addReceipt(expense.id, files.pdf, 'scans/bill of May.pdf');
    expect([stored.statusCode, stored.json()]).toEqual([200, { receipt: { id: expect.any(String), type: 'application/pdf', sha256: createHash('sha256').update(files.pdf).digest('hex'), contentPath: expect.any(String) } }]);
    expect((await desk.addReceipt(expense.id)).json()).toEqual(stored.json());
    expect((await desk.addReceipt(expense.id, files.png, 'stamp.png')).statusCode).toBe(200);
    const receipts = await office.receipts(expense.id);
    expect(receipts).toMatchObject([{ ...stored.json().receipt, fileName: 'bill of May.pdf', storedBy: { id: clerk.memberId } }, { fileName: 'stamp.png', type: 'image/png' }]);
    const opened = await office.openReceipt(receipts[0]!.contentPath);
    expect([opened.statusCode, opened.rawPayload.equals(files.pdf), opened.headers['content-type']]).toEqual([200, true, 'application/pdf']);
    const sealed = await world.sql<{ content: Buffer }>('superuser', 'select content from clinic.expense_receipts where expense_id = $1', [expense.id]);
    expect(sealed.some(({ content }) => content.includes('May'))).toBe(false);
    const refused = async (answer: Promise<LightMyRequestResponse>) => (await answer).json<{ errors: Array<{ extensions: { code: string; faults?: Array<{ path: string[]; reason: string }> } }> }>().errors[0]!.extensions;
    expect(await refused(desk.addReceipt(expense.id, Buffer.from('MZ'), 'bill.exe'))).toMatchObject({ code: 'BAD_USER_INPUT', faults: [{ path: ['fileName'], reason: 'UNKNOWN_EXTENSION' }] });
    expect(await refused(desk.addReceipt(expense.id, files.png, 'bill.pdf'))).toMatchObject({ code: 'BAD_USER_INPUT', faults: [{ path: ['body'], reason: 'TYPE_MISMATCH' }] });
    expect(await refused(desk.addReceipt(expense.id, Buffer.alloc(0)))).toMatchObject({ code: 'BAD_USER_INPUT', faults: [{ reason: 'EMPTY' }] });
    for (let more = 2; more < 10; more++) expect((await desk.addReceipt(expense.id, Buffer.concat([files.pdf, Buffer.from(`%${more}\n`)]))).statusCode).toBe(200);
    expect(await refused(desk.addReceipt(expense.id, Buffer.concat([files.pdf, Buffer.from('%11\n')])))).toMatchObject({ faults: [{ reason: 'TOO_MANY' }] });
    const elsewhere = await place();
    expect((await refused(elsewhere.desk.openReceipt(receipts[0]!.contentPath))).code).toBe('FORBIDDEN');
    expect((await refused(elsewhere.desk.addReceipt(expense.id))).code).toBe('FORBIDDEN');
    const other = await world.practice('Karatoya Clinic');
    const theirs = new Expenses(world, other.owner, '');
    expect([(await refused(theirs.openReceipt(receipts[0]!.contentPath))).code, (await refused(theirs.addReceipt(expense.id))).code, (await refused(theirs.addReceipt('nobody'))).code]).toEqual(Array(3).fill('NOT_FOUND'));
    const inserted = `insert into clinic.expense_receipts (tenant_id, id, expense_id, content, size) values ('${practice.tenantId}', gen_random_uuid(), '${expense.id}', '\\x00', 1)`;
    expect(await converse(world, 'app', elsewhere.clerk, async (sql) => [await verdict(sql, inserted), await verdict(sql, `update clinic.expense_receipts set size = 2`), await verdict(sql, 'delete from clinic.expense_receipts')])).toEqual(['SK096', '42501', '42501']);
  });
});

describe('categories of expenses', () => {
  it('are the practice’s own, by a name each, and are retired', async () => {
    const { desk, office } = await place();
    const owner = new Expenses(world, practice.owner, '');
    const { id } = await answerOf<{ id: string }>(owner.addCategory('  Rent '));
    expect([codeOf(await owner.addCategory('rent')), codeOf(await owner.addCategory('')), codeOf(await office.addCategory('Tea'))]).toEqual(['ALREADY_EXISTS', 'BAD_USER_INPUT', 'FORBIDDEN']);
    expect(await answerOf(desk.categories())).toEqual([{ id: categoryId, name: 'Electricity', retired: false }, { id, name: 'Rent', retired: false }]);
    expect(codeOf(await office.retireCategory(id))).toBe('FORBIDDEN');
    expect(await answerOf(owner.retireCategory(id))).toEqual({ id, name: 'Rent', retired: true });
    expect(reasonOf(await owner.retireCategory(id))).toBe('RETIRED');
    expect(faultsOf(await desk.request(id, 1))).toEqual(['input.categoryId RETIRED']);
    expect((await owner.addCategory('Rent')).errors).toBeUndefined();
  });
});

describe('somebody with SQL of their choice as the application', () => {
  it('approves nothing of their own, pays nothing unapproved, and changes nothing that was asked for or paid', async () => {
    const { desk, office, cash, clerk, manager } = await place();
    const { id: drawerId } = await cash.openDrawer();
    const tried = (who: Person, statements: string[]) => converse(world, 'app', who, async (sql) => {
      const outcomes: string[] = [];
      for (const statement of statements) outcomes.push(await verdict(sql, statement));
      return outcomes;
    });
    const step = ({ id, version }: ExpenseAnswer, set: string) => `update clinic.expenses set ${set}, version = ${version + 1} where id = '${id}'`;
    const approve = (of: ExpenseAnswer) => step(of, `status = 'APPROVED'`);
    const pay = (of: ExpenseAnswer, from: string, drawer = 'null') => step(of, `status = 'PAID', paid_from = '${from}', drawer_id = ${drawer}`);
    const [ofClerk, ofManager, small] = [await ask(desk, 500_000), await ask(office, 500_000), await ask(desk, 100)];
    expect(await tried(clerk, [approve(ofClerk), approve(ofManager), step(ofManager, `status = 'REJECTED'`), step(ofClerk, `status = 'REJECTED'`)])).toEqual(['SK093', 'SK093', 'SK093', 'ACCEPTED']);
    expect(await tried(manager, [approve(ofManager), approve(ofClerk), pay(ofClerk, 'SAFE'), pay(ofManager, 'BANK')])).toEqual(['SK093', 'ACCEPTED', 'SK093', 'SK093']);
    expect(await tried(clerk, [pay(small, 'SAFE'), pay(small, 'BANK'), pay(small, 'DRAWER', `'${drawerId}'`), pay(small, 'DRAWER')])).toEqual(['SK096', 'SK096', 'ACCEPTED', 'SK094']);
    expect(await tried(manager, [pay(small, 'DRAWER', `'${drawerId}'`)])).toEqual(['SK094']);
    expect(await tried(manager, [step(small, `details = '\\x00'`), `update clinic.expenses set details = '\\x00' where id = '${small.id}'`, step({ ...small, version: 3 }, `status = 'APPROVED'`), `update clinic.expenses set amount = 1 where id = '${small.id}'`, `delete from clinic.expenses where id = '${small.id}'`, `update clinic.expenses set requested_by = platform.current_member()`]))
      .toEqual(['SK091', 'SK091', 'SK091', '42501', '42501', '42501']);
    const paid = await saved(desk.pay(small, 'DRAWER'));
    expect(await tried(manager, [step(paid, `status = 'REJECTED'`), step(paid, `status = 'REQUESTED', paid_from = null, drawer_id = null`)])).toEqual(['SK091', 'SK091']);
    const assistant = await hire(world, practice, ofClerk.chamberId, 'ASSISTANT');
    expect(await tried(assistant, [`insert into clinic.expenses (tenant_id, id, chamber_id, category_id, amount, spent_on, details) values ('${practice.tenantId}', gen_random_uuid(), '${ofClerk.chamberId}', '${categoryId}', 1, current_date, '\\x00')`])).toEqual(['SK096']);
    expect(await world.sql('superuser', `select from clinic.expenses where details like '%Bill of%'::bytea`)).toEqual([]);
  });
});
