import { randomUUID } from 'node:crypto';
import { converse, verdict } from '../contract/conversation.js';
import { dayFromNow, reasonOf } from '../support/appointments.js';
import { Billing, answerOf, bdt, service } from '../support/billing.js';
import { CashDesk, type TotalAnswer, counted } from '../support/cash-desk.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { hire, openChamber } from '../support/staff.js';
import { type GraphqlAnswer, type Person, type Practice, World } from '../support/world.js';

interface DrawerAnswer { id: string; status: string; count: { counted: { amount: number }; expected: { amount: number }; variance: { amount: number } } | null }
interface Place { chamberId: string; cashier: Person; other: Person; manager: Person; desk: Billing; books: Billing; till: CashDesk; office: CashDesk }

let world: World;
let practice: Practice;
let patientId: string;

beforeAll(async () => {
  world = await World.shared();
  practice = await world.practice('Padma Clinic');
  patientId = (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun' })).id;
});
afterAll(() => world.close());

/** A chamber that no other test has, with two who take payments there and one who manages. */
async function place(): Promise<Place> {
  const chamberId = await openChamber(world, practice, 'Padma');
  const cashiers = await Promise.all([1, 2].map(async () => {
    const person = await hire(world, practice, chamberId, 'RECEPTIONIST');
    await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'payments:take', memberId: person.memberId } }, practice.owner.token);
    return person;
  }));
  const manager = await hire(world, practice, chamberId, 'MANAGER');
  const [cashier, other] = [cashiers[0]!, cashiers[1]!];
  return { chamberId, cashier, other, manager, desk: new Billing(world, cashier, chamberId), books: new Billing(world, manager, chamberId), till: new CashDesk(world, cashier, chamberId), office: new CashDesk(world, manager, chamberId) };
}
const today = () => dayFromNow(0);
const byCard = () => ({ method: 'CARD', reference: randomUUID() });
const closed = (answer: Promise<GraphqlAnswer>): Promise<DrawerAnswer> => answerOf(answer);
const extensions = (answer: GraphqlAnswer) => answer.errors![0]!.extensions;

describe('a drawer', () => {
  it('is counted before its cashier is told what should be in it, and goes into the safe', async () => {
    const { desk, books, till, office, cashier, other, chamberId } = await place();
    await office.move('OWNER', 'SAFE', 500_000);
    const { id } = await desk.openDrawer(100_000);
    const payment = await desk.take(patientId, 70_000);
    await desk.take(patientId, 45_000);
    await desk.take(patientId, 30_000, byCard());
    await desk.refund(payment.id, 20_000);
    const blind = await till.mine('holds { amount }');
    expect(blind.data.answer).toMatchObject({ id, status: 'OPEN', openingFloat: { amount: 100_000 }, count: null, holds: null });
    expect(extensions(blind)).toMatchObject({ code: 'FORBIDDEN', permission: 'finances:read' });
    expect([await till.drawers(), await till.closings(), await till.moves(), await till.closeDay(today()), await till.move('SAFE', 'OWNER', 1)].map(codeOf)).toEqual(Array(5).fill('FORBIDDEN'));
    const { edges } = await answerOf<{ edges: Array<{ node: object }> }>(office.drawers({ status: 'OPEN' }));
    expect(edges).toMatchObject([{ node: { id, holds: { amount: 195_000 } } }]);
    expect(codeOf(await new CashDesk(world, other, chamberId).close(id, []))).toBe('FORBIDDEN');
    const key = { idempotencyKey: randomUUID() };
    const pieces = counted({ 1000: 1, 500: 1, 100: 4, 20: 2, 2: 3 });
    const drawer = await closed(till.close(id, pieces, key));
    expect(drawer).toMatchObject({ status: 'CLOSED', count: { counted: { amount: 194_600 }, expected: { amount: 195_000 }, variance: { amount: -400 }, by: { id: cashier.memberId }, on: today() } });
    expect(drawer.count).toHaveProperty('pieces', [2, 20, 100, 500, 1000].map((taka) => ({ denomination: { amount: taka * 100 }, pieces: { 1000: 1, 500: 1, 100: 4, 20: 2, 2: 3 }[taka] })));
    expect(await closed(till.close(id, pieces, key))).toEqual(drawer);
    expect(reasonOf(await till.close(id, [], key))).toBe('KEY_USED');
    expect(reasonOf(await till.close(id, pieces))).toBe('DRAWER_CLOSED');
    expect(await books.balances()).toMatchObject({ SAFE: 500_000 - 100_000 + 194_600, OVER_SHORT: 400 });
    expect(await books.balances()).not.toHaveProperty('DRAWER');
    expect(reasonOf(await desk.takeAnswer(patientId, 100))).toBe('NO_OPEN_DRAWER');
    expect((await till.mine()).data.answer).toBeNull();
    await desk.openDrawer();
    const all = await answerOf<{ totalCount: number; pageInfo: { endCursor: string } }>(office.drawers({ first: 1, openedOn: today() }));
    expect(all).toMatchObject({ totalCount: 2, edges: [{ node: { status: 'OPEN', holds: { amount: 0 } } }] });
    expect(await answerOf(office.drawers({ first: 1, after: all.pageInfo.endCursor }))).toMatchObject({ edges: [{ node: { ...drawer, openedAt: expect.any(String), holds: { amount: 0 } } }] });
  });

  it('tells its own cashier what came in besides cash, and of that once it is counted, whatever else they may read', async () => {
    const { desk, books, till, office, manager, cashier, other, chamberId } = await place();
    const own = (person: Person, more = '', filter: object = {}) => world.graphql(`query ($chamberId: UUID!, $status: DrawerStatus) {
      answer: myDrawers(chamberId: $chamberId, status: $status) { totalCount edges { node { id status count { expected { amount } } payments { totalCount edges { node { id } } } ${more} } } } }`, { chamberId, ...filter }, person.token);
    const nodesOf = async (answer: Promise<GraphqlAnswer>): Promise<Array<Record<string, any>>> => (await answerOf<{ edges: Array<{ node: object }> }>(answer)).edges.map(({ node }) => node);
    const listOf = (...ids: string[]) => ({ totalCount: ids.length, edges: ids.map((id) => ({ node: { id } })) });
    await desk.take(patientId, 1_000, byCard());
    const { id } = await desk.openDrawer(1_000);
    const [cash, card] = [await desk.take(patientId, 2_000), await desk.take(patientId, 3_000, byCard())];
    await books.take(patientId, 4_000, byCard());
    expect(await nodesOf(own(cashier))).toEqual([{ id, status: 'OPEN', count: null, payments: listOf(card.id) }]);
    expect([codeOf(await own(await hire(world, practice, chamberId, 'RECEPTIONIST'))), await nodesOf(own(other))]).toEqual(['FORBIDDEN', []]);
    // Whoever reads the books is told of others, and counts their own blind.
    const { id: theirs } = await books.openDrawer(7_000);
    await books.take(patientId, 500);
    expect(await nodesOf(own(manager, 'holds { amount }'))).toMatchObject([{ id: theirs, holds: null, payments: listOf() }]);
    const { edges } = await answerOf<{ edges: Array<{ node: { id: string; holds: object | null } }> }>(office.drawers({ status: 'OPEN' }));
    expect(edges.map(({ node }) => [node.id, node.holds])).toEqual([[theirs, null], [id, { amount: 3_000 }]]);
    await converse(world, 'app', manager, async (ask) => {
      const holds = async (drawer: string) => (await ask(`select clinic.drawer_holds('${practice.tenantId}', '${drawer}') as told`))[0]!['told'] as string | null;
      expect([await holds(theirs), await holds(id)]).toEqual([null, '3000']);
      expect(await verdict(ask, `select clinic.drawer_reckoned('${practice.tenantId}', '${theirs}')`)).toBe('42501');
    });
    await closed(till.close(id, counted({ 20: 1, 10: 1 })));
    await desk.take(patientId, 9_000, byCard());
    expect(await nodesOf(own(cashier, '', { status: 'CLOSED' }))).toEqual([{ id, status: 'CLOSED', count: { expected: { amount: 3_000 } }, payments: listOf(card.id, cash.id) }]);
    expect(await nodesOf(own(cashier, '', { status: 'OPEN' }))).toEqual([]);
    expect(await closed(office.close(theirs, counted({ 50: 1, 20: 1, 5: 1 })))).toMatchObject({ count: { expected: { amount: 7_500 }, variance: { amount: 0 } } });
    expect(await nodesOf(own(manager, 'holds { amount }'))).toMatchObject([{ id: theirs, holds: { amount: 0 }, payments: { totalCount: 1 } }]);
  });

  it('may have too much in it, or nothing, and is closed by a manager when its cashier has left', async () => {
    const { desk, books, office } = await place();
    const { id } = await desk.openDrawer();
    await desk.take(patientId, 10_000);
    expect(await closed(office.close(id, counted({ 100: 1, 5: 1 })))).toMatchObject({ count: { expected: { amount: 10_000 }, variance: { amount: 500 } } });
    expect(await books.balances()).toEqual({ SAFE: 10_500, OVER_SHORT: -500, ADVANCE: -10_000 });
    expect(await closed(office.close((await desk.openDrawer()).id, []))).toMatchObject({ count: { pieces: [], counted: { amount: 0 }, variance: { amount: 0 } } });
  });

  it('is counted in notes and coins of the currency, each once; all faults are told', async () => {
    const { desk, till } = await place();
    const { id } = await desk.openDrawer();
    const faulty = [{ denomination: bdt(30_000), pieces: 1 }, { denomination: bdt(500), pieces: 0 }, { denomination: bdt(500), pieces: 1 }, { denomination: { amount: 100, currency: 'AED' }, pieces: 1_000_001 }, { denomination: bdt(-100), pieces: -1 }];
    expect(faultsOf(await till.close(id, faulty))).toEqual([
      'input.pieces.0.denomination NO_SUCH_DENOMINATION', 'input.pieces.1.pieces OUT_OF_RANGE', 'input.pieces.2.denomination TWICE', 'input.pieces.3.denomination.currency OTHER_CURRENCY', 'input.pieces.3.pieces OUT_OF_RANGE',
      'input.pieces.4.denomination.amount OUT_OF_RANGE', 'input.pieces.4.pieces OUT_OF_RANGE']);
    expect(codeOf(await till.close(randomUUID(), []))).toBe('NOT_FOUND');
    const other = await world.practice('Ganga Clinic');
    const theirs = new CashDesk(world, other.owner, await openChamber(world, other, 'Ganga'));
    expect(codeOf(await theirs.close(id, []))).toBe('NOT_FOUND');
  });

  it('has every taka counted once that comes in while it is being closed', async () => {
    const { desk, books, till, office } = await place();
    const { id } = await desk.openDrawer();
    const [answers, drawer] = await Promise.all([Promise.all(Array.from({ length: 16 }, () => desk.takeAnswer(patientId, 10_000))), closed(till.close(id, counted({ 100: 3 })))]);
    const taken = answers.filter(({ errors }) => !errors).length;
    expect(new Set(answers.filter(({ errors }) => errors).map(reasonOf))).toEqual(new Set(taken < 16 ? ['NO_OPEN_DRAWER'] : []));
    expect(drawer.count).toMatchObject({ expected: { amount: taken * 10_000 }, variance: { amount: 30_000 - taken * 10_000 } });
    expect(await books.balances()).not.toHaveProperty('DRAWER');
    expect((await answerOf<{ edges: unknown[] }>(office.drawers({ status: 'OPEN' }))).edges).toEqual([]);
    const twice = await Promise.all([1, 2, 3].map(() => desk.openDrawerAnswer()));
    expect(twice.filter(({ errors }) => !errors)).toHaveLength(1);
    const open: { id: string } = twice.find(({ errors }) => !errors)!.data.answer;
    const closings = await Promise.all([1, 2, 3].map(() => till.close(open.id, [])));
    expect(closings.filter(({ errors }) => errors).map(reasonOf)).toEqual(['DRAWER_CLOSED', 'DRAWER_CLOSED']);
  });
});

describe('a day', () => {
  it('is closed with its totals once its drawers are closed, whatever waits for a provider, and then takes nothing, whoever tries', async () => {
    const { desk, books, till, office, chamberId, manager } = await place();
    const { id } = await desk.openDrawer();
    const invoice = await desk.bill(patientId, [service(50_000)]);
    await desk.take(patientId, 50_000, { allocations: [{ invoiceId: invoice.id }] });
    const draft = await desk.draft(patientId, [service(1_000)]);
    const pending = randomUUID();
    await world.sql('superuser', `set session_replication_role = replica; insert into clinic.payments (tenant_id, id, chamber_id, patient_id, method, provider, amount, details, taken_by) values ('${practice.tenantId}', '${pending}', '${chamberId}', '${patientId}', 'BKASH', 'BKASH', 100, '\\x00', null)`);
    const early = await office.closeDay(today());
    expect([reasonOf(early), extensions(early)]).toMatchObject(['DAY_NOT_DONE', { drawerIds: [id] }]);
    expect((await office.closeDay(dayFromNow(-1))).errors).toBeUndefined();
    await closed(till.close(id, counted({ 500: 1 })));
    expect(faultsOf(await office.closeDay(dayFromNow(2)))).toEqual(['input.day FUTURE']);
    const balances = await books.balances();
    const closing = await answerOf<{ id: string; totals: TotalAnswer[] }>(office.closeDay(today()));
    expect(closing).toMatchObject({ chamberId, day: today(), closedBy: { id: manager.memberId } });
    expect(Object.fromEntries(closing.totals.filter(({ balance }) => balance.amount !== 0).map(({ account, balance }) => [account, balance.amount]))).toEqual(balances);
    expect(closing.totals.find(({ account }) => account === 'DRAWER')).toEqual({ account: 'DRAWER', debits: { amount: 50_000 }, credits: { amount: 50_000 }, balance: { amount: 0 } });
    const refused = [await office.closeDay(today()), await desk.openDrawerAnswer(), await desk.takeAnswer(patientId, 100, byCard()), await desk.issueAnswer(draft), await books.creditAnswer(invoice.id), await office.move('OWNER', 'SAFE', 100)];
    expect(refused.map(reasonOf)).toEqual(Array(6).fill('BOOKS_CLOSED'));
    expect(await books.balances()).toEqual(balances);
    const first = await answerOf<{ totalCount: number; pageInfo: { endCursor: string } }>(office.closings({ first: 1 }));
    expect(first).toMatchObject({ totalCount: 2, edges: [{ node: closing }] });
    expect(await answerOf(office.closings({ first: 1, after: first.pageInfo.endCursor }))).toMatchObject({ edges: [{ node: { day: dayFromNow(-1), totals: [] } }] });
    await converse(world, 'owner', practice.owner, async (ask) => {
      const entry = `insert into clinic.ledger_entries (tenant_id, id, chamber_id, kind, source_id, local_date) values ('${practice.tenantId}', gen_random_uuid(), '${chamberId}', 'BY_HAND', gen_random_uuid(), '${today()}')`;
      expect(await verdict(ask, entry)).toBe('SK090');
      expect(await verdict(ask, `select clinic.post_entry('${practice.tenantId}', '${chamberId}', '${today()}', 'BY_HAND', gen_random_uuid(), array[]::clinic.posting[])`)).toBe('SK090');
      for (const change of [`update clinic.day_closings set totals = '{}' where id = '${closing.id}'`, `delete from clinic.day_closings where id = '${closing.id}'`, 'truncate clinic.day_closings cascade']) expect([change, await verdict(ask, change)]).toEqual([change, 'SK091']);
    });
    const elsewhere = await place();
    expect((await elsewhere.desk.takeAnswer(patientId, 100, byCard())).errors).toBeUndefined();
    expect((await elsewhere.office.closeDay(today())).errors).toBeUndefined();
  });

  it('has in its totals whatever was posted to it while it was being closed', async () => {
    const { desk, office, chamberId } = await place();
    const posting = Array.from({ length: 24 }, () => desk.takeAnswer(patientId, 1_000, byCard()));
    const closing = await answerOf<{ totals: TotalAnswer[] }>(office.closeDay(today()));
    const answers = await Promise.all(posting);
    const taken = answers.filter(({ errors }) => !errors).length;
    expect(answers.filter(({ errors }) => errors).map(reasonOf)).toEqual(Array(24 - taken).fill('BOOKS_CLOSED'));
    expect(closing.totals.map(({ account, balance }) => [account, balance.amount])).toEqual(taken ? [['ADVANCE', -1_000 * taken], ['CARD_CLEARING', 1_000 * taken]] : []);
    const [{ lines } = { lines: '' }] = await world.sql<{ lines: string }>('superuser', 'select count(*)::text as lines from clinic.ledger_lines where chamber_id = $1', [chamberId]);
    expect(Number(lines)).toBe(2 * taken);
  });
});

describe('money', () => {
  it('is moved between safe, bank and owner by whoever manages the finances, once under one key, and stays moved', async () => {
    const { books, office, chamberId, manager } = await place();
    const key = { idempotencyKey: randomUUID(), note: 'Deposit slip 778' };
    const move = await answerOf<{ id: string }>(office.move('OWNER', 'BANK', 90_000, key));
    expect(move).toMatchObject({ chamberId, from: 'OWNER', to: 'BANK', amount: { amount: 90_000 }, note: 'Deposit slip 778', on: today(), by: { id: manager.memberId } });
    expect(await answerOf(office.move('OWNER', 'BANK', 90_000, key))).toEqual(move);
    expect(reasonOf(await office.move('OWNER', 'BANK', 90_001, key))).toBe('KEY_USED');
    await answerOf(office.move('BANK', 'SAFE', 20_000));
    expect(await books.balances()).toEqual({ OWNER: -90_000, BANK: 70_000, SAFE: 20_000 });
    const first = await answerOf<{ totalCount: number; pageInfo: { endCursor: string } }>(office.moves({ first: 1 }));
    expect(first).toMatchObject({ totalCount: 2, edges: [{ node: { from: 'BANK', note: null } }] });
    expect(await answerOf(office.moves({ first: 1, after: first.pageInfo.endCursor }))).toMatchObject({ edges: [{ node: move }] });
    expect(faultsOf(await office.move('SAFE', 'SAFE', 0))).toEqual(['input.to NO_CHANGE', 'input.amount.amount OUT_OF_RANGE']);
    expect(codeOf(await office.move('SAFE', 'BANK', 1, { amount: { amount: 2 ** 60, currency: 'BDT' } }))).toBe('BAD_USER_INPUT');
    const sealed = await world.sql<{ details: Buffer }>('superuser', 'select details from clinic.money_moves where id = $1', [move.id]);
    expect(sealed[0]!.details.includes('778')).toBe(false);
    await converse(world, 'owner', practice.owner, async (ask) => {
      for (const change of ['update clinic.money_moves set amount = 1', `update clinic.money_moves set to_account = 'OWNER'`]) expect([change, await verdict(ask, `${change} where id = '${move.id}'`)]).toEqual([change, 'SK091']);
    });
  });
});

describe('somebody with SQL of their choice as the application', () => {
  it('closes no drawer but by a count, no day and moves no money without the right to, and writes no books', async () => {
    const { desk, chamberId, cashier, other, manager } = await place();
    const { id } = await desk.openDrawer(5_000);
    const at = `'${practice.tenantId}', '${chamberId}'`;
    const close = (denominations: string, pieces: string) => `update clinic.drawers set status = 'CLOSED', denominations = '${denominations}', pieces = '${pieces}' where id = '${id}'`;
    const move = `insert into clinic.money_moves (tenant_id, chamber_id, id, from_account, to_account, amount, details) values (${at}, gen_random_uuid(), 'SAFE', 'OWNER', 1, '\\x00')`;
    const day = `insert into clinic.day_closings (tenant_id, chamber_id, local_date) values (${at}, '${dayFromNow(-3)}')`;
    const tried = async (who: Person, statements: string[]) => converse(world, 'app', who, async (ask) => {
      const outcomes: string[] = [];
      for (const statement of statements) outcomes.push(await verdict(ask, statement));
      return outcomes;
    });
    expect(await tried(other, [close('{}', '{}'), move, day])).toEqual(['SK096', 'SK096', 'SK096']);
    expect(await tried(cashier, [close('{5000}', '{1}'), move, day])).toEqual(['ACCEPTED', 'SK096', 'SK096']);
    expect(await tried(manager, [close('{}', '{}'), move, day, day.replace(dayFromNow(-3), today()), day.replace(dayFromNow(-3), dayFromNow(3))])).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED', 'SK095', 'SK095']);
    expect(await tried(cashier, [close('{300}', '{1}'), close('{500,500}', '{1,1}'), close('{500}', '{-1}'), close('{500}', '{1,1}'), `update clinic.drawers set status = 'CLOSED' where id = '${id}'`, `update clinic.drawers set pieces = '{1}' where id = '${id}'`]))
      .toEqual(['SK097', 'SK097', '23514', '23514', '23502', 'SK091'].map((code) => (code === '23502' ? '23514' : code)));
    const beyond = ['update clinic.drawers set counted = 1', 'update clinic.drawers set expected = 1', 'update clinic.drawers set opening_float = 1', `update clinic.drawers set cashier_id = '${other.memberId}'`, 'delete from clinic.drawers', 'update clinic.day_closings set local_date = local_date', 'delete from clinic.day_closings',
      'update clinic.money_moves set amount = 1', 'delete from clinic.money_moves', 'delete from clinic.ledger_lines', 'update clinic.ledger_lines set amount = 1', `select clinic.post_entry(${at}, current_date, 'BY_HAND', gen_random_uuid(), array[]::clinic.posting[])`,
      `insert into clinic.ledger_entries (tenant_id, chamber_id, id, kind, source_id, local_date) values (${at}, gen_random_uuid(), 'BY_HAND', gen_random_uuid(), current_date)`];
    expect(await tried(practice.owner, beyond)).toEqual(beyond.map(() => '42501'));
  });
});
