import { dayFromNow } from '../support/appointments.js';
import { Billing, type MoneyAnswer, answerOf, bdt, service } from '../support/billing.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { Shares } from '../support/shares.js';
import { hire, openChamber } from '../support/staff.js';
import { type GraphqlAnswer, type Person, type Practice, World } from '../support/world.js';

const M = '{ amount }';
const TOTALS = `invoices invoiced ${M} creditNotes credited ${M} payments captured ${M} refunds refunded ${M}`;
const REPORT = `chamberId totals { ${TOTALS} } chambers { chamberId ${TOTALS} } days { on ${TOTALS} } methods { method payments captured ${M} refunds refunded ${M} }
  doctors { doctor { id } revenue ${M} share ${M} paidOut ${M} } discounts { givenBy { id } approvedBy { id } documents amount ${M} } accounts { account debits ${M} credits ${M} }`;

interface Report { [part: string]: any }

describe('reports of the books', () => {
  let world: World;
  let practice: Practice;
  let chambers: string[];
  let desks: Billing[];
  let cashier: Person;
  const today = dayFromNow(0);

  const reportAnswer = (token: string, chamberId: string | null, from = today, until = today): Promise<GraphqlAnswer> =>
    world.graphql(`query ($chamberId: UUID, $from: LocalDate!, $until: LocalDate!) { answer: financialReport(chamberId: $chamberId, from: $from, until: $until) { ${REPORT} } }`, { chamberId, from, until }, token);
  const report = (chamberId: string | null, from = today, until = today): Promise<Report> => answerOf(reportAnswer(practice.owner.token, chamberId, from, until));
  const receivablesAnswer = (token: string, chamberId: string | null, on = today) => world.graphql('query ($chamberId: UUID, $on: LocalDate!) { answer: receivables(chamberId: $chamberId, on: $on) { age invoices due { amount } } }', { chamberId, on }, token);
  const receivables = (chamberId: string | null, on = today): Promise<Array<{ age: string; invoices: number; due: MoneyAnswer }>> => answerOf(receivablesAnswer(practice.owner.token, chamberId, on));
  const listAnswer = (token: string, what: 'invoices' | 'payments', filter: object, page: object = {}) => {
    const type = what === 'invoices' ? 'InvoicesFilter' : 'PaymentsFilter';
    const node = what === 'invoices' ? 'id number kind' : 'id method';
    return world.graphql(`query ($filter: ${type}, $first: Int!, $after: String) { answer: ${what}(filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage } edges { cursor node { ${node} } } } }`, { filter, first: 100, ...page }, token);
  };
  const list = async (what: 'invoices' | 'payments', filter: object = {}): Promise<string[]> => {
    const { totalCount, edges }: { totalCount: number; edges: Array<{ node: { id: string } }> } = await answerOf(listAnswer(practice.owner.token, what, filter));
    expect(totalCount).toBe(edges.length);
    return edges.map(({ node }) => node.id);
  };
  const anyPatient = async () => (await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun' })).id;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Titas Clinic');
    chambers = [await openChamber(world, practice, 'Titas Uttara'), await openChamber(world, practice, 'Titas Savar')];
    desks = chambers.map((chamberId) => new Billing(world, practice.owner, chamberId));
    for (const desk of desks) await desk.openDrawer();
    cashier = await hire(world, practice, chambers[0]!, 'RECEPTIONIST');
    await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'payments:take', memberId: cashier.memberId } }, practice.owner.token);
  });
  afterAll(() => world.close());

  it('agree with the books in every total, and cost as many round trips whatever there is', async () => {
    const trips = async () => toTheApp(await roundTripsOf(() => report(null))).length;
    const before = await trips();
    const doctor = practice.owner.memberId;
    await new Shares(world, practice.owner).add(doctor);
    const [first, second] = desks as [Billing, Billing];
    const patientId = await anyPatient();
    const one = await first.bill(patientId, [service(100_000, { doctorId: doctor, discount: bdt(5_000), taxCategory: 'STANDARD' }), service(33_333)]);
    const two = await second.bill(patientId, [service(70_000, { doctorId: doctor })]);
    const given = await new Billing(world, cashier, chambers[0]!).draft(patientId, [service(50_000, { discount: bdt(20_000) })]);
    const approved = await answerOf<{ id: string; version: number }>(first.approveDiscountAnswer(given));
    const three = await new Billing(world, cashier, chambers[0]!).issue(approved);
    const cash = await first.take(patientId, 100_000, { allocations: [{ invoiceId: one.id, amount: bdt(90_000) }] });
    const card = await second.take(patientId, 40_000, { method: 'CARD', reference: 'card 1', allocations: [{ invoiceId: two.id, amount: bdt(40_000) }] });
    await first.credit(one.id, { lines: [{ no: 1 }] });
    await first.refund(cash.id, 10_000);
    await answerOf(new Shares(world, practice.owner).payAnswer(chambers[1]!, doctor, 5_000));
    for (const chamberId of [null, ...chambers]) {
      const told = await report(chamberId);
      const books: Record<string, number> = Object.fromEntries((await world.sql<{ account: string; sum: string }>('superuser', 'select account, sum(amount) from clinic.ledger_lines where tenant_id = $1 and ($2::uuid is null or chamber_id = $2) group by account', [practice.tenantId, chamberId])).map(({ account, sum }) => [account, Number(sum)]));
      const kinds: Record<string, number> = Object.fromEntries((await world.sql<{ kind: string; sum: string }>('superuser', `select e.kind, sum(l.amount) from clinic.ledger_entries e join clinic.ledger_lines l on l.entry_id = e.id and l.account in ('RECEIVABLE', 'DRAWER', 'CARD_CLEARING')
        where e.tenant_id = $1 and ($2::uuid is null or e.chamber_id = $2) and e.kind in ('INVOICE', 'CREDIT_NOTE', 'PAYMENT', 'REFUND') group by e.kind`, [practice.tenantId, chamberId])).map(({ kind, sum }) => [kind, Number(sum)]));
      const { totals } = told;
      expect([totals.invoiced, totals.credited, totals.captured, totals.refunded].map(({ amount }) => amount)).toEqual([kinds['INVOICE'], 0 - (kinds['CREDIT_NOTE'] ?? 0), kinds['PAYMENT'], 0 - (kinds['REFUND'] ?? 0)].map((amount) => amount ?? 0));
      for (const [part, field] of [['chambers', 'invoiced'], ['days', 'invoiced'], ['chambers', 'credited'], ['days', 'captured'], ['methods', 'captured'], ['methods', 'refunded']] as const) {
        expect([part, field, sumOf(told[part], field)]).toEqual([part, field, totals[field].amount]);
      }
      expect(sumOf(told['doctors'], 'revenue')).toBe(0 - books['REVENUE']!);
      expect(sumOf(told['doctors'], 'share')).toBe(books['DOCTOR_SHARE'] ?? 0);
      expect(sumOf(told['doctors'], 'share') - sumOf(told['doctors'], 'paidOut')).toBe(0 - (books['DOCTOR_PAYABLE'] ?? 0));
      expect(sumOf(told['discounts'], 'amount')).toBe(books['DISCOUNT'] ?? 0);
      expect(Object.fromEntries((told['accounts'] as Array<{ account: string; debits: MoneyAnswer; credits: MoneyAnswer }>).map(({ account, debits, credits }) => [account, debits.amount - credits.amount]))).toEqual(books);
      expect(sumOf(await receivables(chamberId), 'due')).toBe(books['RECEIVABLE']);
    }
    const { discounts, methods } = await report(chambers[0]!);
    expect(discounts).toEqual([{ givenBy: { id: cashier.memberId }, approvedBy: { id: practice.owner.memberId }, documents: 1, amount: { amount: 20_000 } }, { givenBy: { id: practice.owner.memberId }, approvedBy: null, documents: 2, amount: { amount: 0 } }]);
    expect(methods).toEqual([{ method: 'CASH', payments: 1, captured: { amount: 100_000 }, refunds: 1, refunded: { amount: 10_000 } }]);
    expect((await report(null, dayFromNow(-3), dayFromNow(-1))).totals.invoices).toBe(0);
    expect(await trips()).toBe(before);
    // Lists: what was issued and captured, by filter.
    const note = (await first.invoice(one.id))['creditNotes'] as Array<{ id: string }>;
    expect((await list('invoices')).sort()).toEqual([one.id, two.id, three.id, note[0]!.id].sort());
    for (const [filter, found] of [[{ chamberId: chambers[1] }, [two.id]], [{ kind: 'CREDIT_NOTE' }, [note[0]!.id]], [{ number: three.number }, [three.id]], [{ doctorId: doctor, kind: 'INVOICE' }, [two.id, one.id]], [{ status: 'VOID' }, []], [{ until: dayFromNow(-1) }, []]] as const) {
      expect([filter, (await list('invoices', filter)).sort()]).toEqual([filter, [...found].sort()]);
    }
    for (const [filter, found] of [[{}, [cash.id, card.id]], [{ method: 'CARD' }, [card.id]], [{ reference: 'card 1' }, [card.id]], [{ chamberId: chambers[0], from: today }, [cash.id]]] as const) {
      expect([filter, (await list('payments', filter)).sort()]).toEqual([filter, [...found].sort()]);
    }
    const pages: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { edges, pageInfo }: { edges: Array<{ cursor: string; node: { id: string } }>; pageInfo: { hasNextPage: boolean } } = await answerOf(listAnswer(practice.owner.token, 'invoices', {}, { first: 1, after }));
      pages.push(edges[0]!.node.id);
      [after, more] = [edges[0]!.cursor, pageInfo.hasNextPage];
    }
    expect(pages).toEqual(await list('invoices'));
  });

  it('tell what is owed by age, as it was at the end of a day', async () => {
    const chamberId = await openChamber(world, practice, 'Titas Mirpur');
    const desk = new Billing(world, practice.owner, chamberId);
    await desk.openDrawer();
    const patientId = await anyPatient();
    for (const days of [0, 30, 31, 60, 61, 90, 91]) {
      const { id } = await desk.bill(patientId, [service(10_000)]);
      await world.sql('superuser', `set session_replication_role = replica; update clinic.invoices set local_date = local_date - ${days} where id = '${id}';
        update clinic.ledger_entries set local_date = local_date - ${days} where source_id = '${id}'; update clinic.ledger_lines l set local_date = e.local_date from clinic.ledger_entries e where e.id = l.entry_id and e.source_id = '${id}'`);
      await desk.take(patientId, 1_000, { allocations: [{ invoiceId: id, amount: bdt(1_000) }] });
    }
    expect((await receivables(chamberId)).map(({ age, invoices, due }) => [age, invoices, due.amount])).toEqual([['UP_TO_30', 2, 18_000], ['UP_TO_60', 2, 18_000], ['UP_TO_90', 2, 18_000], ['OVER_90', 1, 9_000]]);
    expect((await receivables(chamberId, dayFromNow(-61))).map(({ invoices, due }) => [invoices, due.amount])).toEqual([[3, 30_000], [0, 0], [0, 0], [0, 0]]);
  });

  it('are for whoever reads the books there, and not for whoever takes payments alone', async () => {
    const manager = await hire(world, practice, chambers[0]!, 'MANAGER');
    const all = (token: string, chamberId: string | null) => Promise.all([reportAnswer(token, chamberId), receivablesAnswer(token, chamberId), listAnswer(token, 'invoices', { chamberId }), listAnswer(token, 'payments', { chamberId })]);
    expect((await all(cashier.token, chambers[0]!)).map(codeOf)).toEqual(Array(4).fill('FORBIDDEN'));
    expect((await all(manager.token, chambers[0]!)).filter(({ errors }) => errors)).toEqual([]);
    for (const chamberId of [chambers[1]!, null]) expect((await all(manager.token, chamberId)).map(codeOf)).toEqual(Array(4).fill('FORBIDDEN'));
    const other = await world.practice('Meghna Chamber');
    expect((await all(other.owner.token, chambers[0]!)).map(codeOf)).toEqual(Array(4).fill('NOT_FOUND'));
    expect([await reportAnswer(practice.owner.token, null, today, dayFromNow(-1)), await reportAnswer(practice.owner.token, null, today, dayFromNow(366))].map(faultsOf)).toEqual([['until BEFORE_FIRST'], ['until TOO_LONG']]);
  });
});

const sumOf = (rows: Array<Record<string, any>>, field: string): number => rows.reduce((total, row) => total + row[field].amount, 0);
