import { randomUUID } from 'node:crypto';
import { Appointments, dayFromNow, reasonOf } from '../support/appointments.js';
import { Billing, type InvoiceAnswer, bdt, service } from '../support/billing.js';
import { cashier, chamberId as uttara, freshPatient, grant, manager, practice, reception, useBillingClinic, world } from '../support/billing-clinic.js';
import { Fees } from '../support/fees.js';
import { codeOf } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import type { GraphqlAnswer, Person } from '../support/world.js';

useBillingClinic();

interface Listed {
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  edges: Array<{ node: { id: string; [field: string]: unknown } }>;
}

// A chamber of its own: what other suites leave behind is listed too.
let chamberId: string;
let clerk: Person;
let desk: Billing;
let managers: Billing;
beforeAll(async () => {
  chamberId = await openChamber(world, practice, 'Mohakhali');
  clerk = await hire(world, practice, chamberId, 'RECEPTIONIST');
  await grant(clerk, 'payments:take');
  await world.ok('mutation ($input: AssignChamberInput!) { assignChamber(input: $input) { id } }', { input: { memberId: manager.memberId, chamberId, role: 'MANAGER' } }, practice.owner.token);
  [desk, managers] = [new Billing(world, clerk, chamberId), new Billing(world, manager, chamberId)];
  await desk.openDrawer();
});

const idsOf = ({ edges }: Listed): string[] => edges.map(({ node }) => node.id);
const draftsAnswer = (person: Person, more: object = {}, fields = 'id'): Promise<GraphqlAnswer> =>
  world.graphql(`query ($chamberId: UUID!, $needsApproval: Boolean, $first: Int! = 20, $after: String) {
    invoiceDrafts(chamberId: $chamberId, needsApproval: $needsApproval, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { ${fields} } } } }`, { chamberId, ...more }, person.token);
const drafts = async (more: object = {}, fields = 'id'): Promise<Listed> => (await draftsAnswer(manager, more, fields)).data.invoiceDrafts;
const refundsAnswer = (person: Person, of = chamberId): Promise<GraphqlAnswer> =>
  world.graphql('query ($of: UUID!) { openRefunds(chamberId: $of, first: 20) { totalCount pageInfo { hasNextPage endCursor } edges { node { id status reason viewerCan { approve } } } } }', { of }, person.token);
const refunds = async (): Promise<Listed> => (await refundsAnswer(manager)).data.openRefunds;

describe('the drafts of a chamber', () => {
  it('are listed page by page, and those that wait for an approval alone, until it is given', async () => {
    const patientId = await freshPatient();
    const [plain, waiting, other] = [await desk.draft(patientId, [service(1_000)]), await desk.draft(patientId, [service(1_000, { discountRate: 5_000 })]), await desk.draft(patientId, [service(3_000)])];
    await desk.bill(patientId, [service(1_000)]);
    expect(idsOf(await drafts())).toEqual([plain, waiting, other].map(({ id }) => id));
    const first = await drafts({ first: 2 });
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    // The cursor stays good when the draft is none any more.
    await desk.issue(waiting).catch(() => undefined);
    expect(idsOf(await drafts({ after: first.pageInfo.endCursor }))).toEqual([other.id]);
    expect(await drafts({ needsApproval: true }, 'id draftedBy { id } discount { amount } viewerCan { approveDiscount }')).toMatchObject(
      { totalCount: 1, edges: [{ node: { id: waiting.id, draftedBy: { id: clerk.memberId }, discount: { amount: 500 }, viewerCan: { approveDiscount: true } } }] });
    await managers.approveDiscountAnswer(waiting);
    expect(await drafts({ needsApproval: true })).toMatchObject({ totalCount: 0, edges: [] });
    await desk.issue({ ...waiting, version: waiting.version + 1 });
    await desk.discardAnswer(plain);
    expect(idsOf(await drafts())).toEqual([other.id]);
    expect(idsOf(await drafts({ after: first.pageInfo.endCursor }))).toEqual([other.id]);
  });

  it('are for whoever takes payments there', async () => {
    expect(codeOf(await draftsAnswer(cashier))).toBe('FORBIDDEN');
    expect(codeOf(await draftsAnswer(reception))).toBe('FORBIDDEN');
    expect(codeOf(await draftsAnswer(manager, { chamberId: randomUUID() }))).toBe('NOT_FOUND');
    expect(codeOf(await draftsAnswer((await world.practice('Bakul Clinic')).owner))).toBe('NOT_FOUND');
  });
});

describe('the invoices of a chamber that are due', () => {
  const due = async (filter: object = { isDue: true }, more: object = {}): Promise<Listed> => (await world.ok(`query ($filter: InvoicesFilter, $first: Int! = 20, $after: String) {
    invoices(filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { id due { amount } } } } }`, { filter: { chamberId, ...filter }, ...more }, manager.token)).invoices;

  it('are listed page by page until they are paid, taken back or let go', async () => {
    const patientId = await freshPatient();
    const before = idsOf(await due());
    const bills = [await desk.bill(patientId, [service(1_000)]), await desk.bill(patientId, [service(2_000)]), await desk.bill(patientId, [service(3_000)])];
    const [first, second, third] = bills as [InvoiceAnswer, InvoiceAnswer, InvoiceAnswer];
    await desk.draft(patientId, [service(4_000)]);
    const paid = await desk.bill(patientId, [service(5_000)]);
    const payment = await desk.take(patientId, 5_500, { allocations: [{ invoiceId: paid.id }, { invoiceId: second.id, amount: bdt(500) }] });
    const page = await due({ isDue: true }, { first: 2 });
    expect(page).toMatchObject({ totalCount: 3 + before.length, pageInfo: { hasNextPage: true }, edges: [{ node: { id: third.id, due: { amount: 3_000 } } }, { node: { id: second.id, due: { amount: 1_500 } } }] });
    // The cursor stays good when that one is paid.
    await desk.take(patientId, 1_500, { allocations: [{ invoiceId: second.id }] });
    expect(idsOf(await due({ isDue: true }, { after: page.pageInfo.endCursor }))).toEqual([first.id, ...before]);
    expect(idsOf(await due({ isDue: false })).slice(0, 2)).toEqual([paid.id, second.id]);
    expect([idsOf(await due({ isDue: true, number: first.number })), idsOf(await due({ isDue: true, until: dayFromNow(-1) })), idsOf(await due({ isDue: true, kind: 'CREDIT_NOTE' }))]).toEqual([[first.id], [], []]);
    await managers.credit(third.id);
    expect(idsOf(await due())).toEqual([first.id, ...before]);
    await managers.releaseAnswer(payment.id, second.id, 500);
    expect(await due({ isDue: true }, { first: 1 })).toMatchObject({ edges: [{ node: { id: second.id, due: { amount: 500 } } }] });
  });

  it('are for whoever reads the books there', async () => {
    expect(codeOf(await world.graphql('query ($chamberId: UUID!) { invoices(filter: { chamberId: $chamberId, isDue: true }) { totalCount } }', { chamberId }, clerk.token))).toBe('FORBIDDEN');
  });
});

describe('the refunds of a chamber that are not paid out', () => {
  it('are listed until they are, or are rejected', async () => {
    const patientId = await freshPatient();
    const payment = await desk.take(patientId, 500_000);
    const [paid, rejected] = [await desk.refund(payment.id, 200_000), await desk.refund(payment.id, 150_000)];
    await desk.refund((await desk.take(await freshPatient(), 100)).id, 100);
    expect(await refunds()).toMatchObject({ totalCount: 2, edges: [{ node: { id: paid.id, status: 'REQUESTED', reason: 'Paid twice', viewerCan: { approve: true } } }, { node: { id: rejected.id } }] });
    await managers.approveRefundAnswer(paid);
    await managers.rejectRefundAnswer(rejected);
    expect(await refunds()).toMatchObject({ totalCount: 1, edges: [{ node: { id: paid.id, status: 'APPROVED' } }] });
    await desk.payRefundAnswer({ ...paid, version: paid.version + 1 });
    expect(await refunds()).toMatchObject({ totalCount: 0, edges: [] });
  });

  it('are for whoever takes payments there', async () => {
    expect(codeOf(await refundsAnswer(cashier))).toBe('FORBIDDEN');
    expect(codeOf(await refundsAnswer(manager, randomUUID()))).toBe('NOT_FOUND');
  });
});

describe('the invoices of a visit', () => {
  const DAY = 'query ($id: UUID!) { clinicSession(id: $id) { appointments { id invoices { id status due { amount } } } } }';

  it('tell the desk who has paid, in as many round trips for one visit as for three', async () => {
    const appointments = new Appointments(world, practice.owner.token);
    const { memberId: doctorId } = await hire(world, practice, chamberId, 'DOCTOR');
    await new Fees(world, practice.owner.token).add({ chamberId, doctorId, visitType: 'NEW', amount: bdt(80_000) });
    const sessionOf = (day: number) => appointments.addSession({ chamberId, doctorId, localDate: dayFromNow(day) });
    const [session, short] = [await sessionOf(1), await sessionOf(2)];
    const visit = async (sessionId: string) => {
      const patientId = await freshPatient();
      return { patientId, id: (await appointments.book({ sessionId, patientId, visitType: 'NEW' })).id };
    };
    const visits = [await visit(session.id), await visit(session.id), await visit(session.id)] as const;
    await visit(short.id);
    const draft = ({ id, patientId }: { id: string; patientId: string }, lines: object[] = [{ kind: 'CONSULTATION' }]): Promise<InvoiceAnswer> => desk.draft(patientId, lines, { appointmentId: id });
    const [billed, twice, dressing] = [await desk.issue(await draft(visits[0])), await draft(visits[0]), await draft(visits[1], [service(500)])];
    await desk.take(visits[0].patientId, 30_000, { allocations: [{ invoiceId: billed.id, amount: bdt(30_000) }] });
    const day = async (id: string, { token } = clerk) => (await world.graphql(DAY, { id }, token));
    expect((await day(session.id)).data.clinicSession.appointments).toEqual([
      { id: visits[0].id, invoices: [{ id: billed.id, status: 'ISSUED', due: { amount: 50_000 } }, { id: twice.id, status: 'DRAFT', due: { amount: 0 } }] },
      { id: visits[1].id, invoices: [{ id: dressing.id, status: 'DRAFT', due: { amount: 0 } }] }, { id: visits[2].id, invoices: [] },
    ]);
    // Which invoice bills it already, the desk is told.
    const refused = await desk.issueAnswer(twice);
    expect(reasonOf(refused)).toBe('BILLED_ALREADY');
    expect(refused.errors![0]!.extensions).toMatchObject({ invoiceId: billed.id });
    await managers.credit(billed.id);
    await desk.discardAnswer(dressing);
    expect((await day(session.id)).data.clinicSession.appointments.map(({ invoices }: { invoices: object[] }) => invoices.length)).toEqual([1, 0, 0]);
    const trips = async (id: string): Promise<number> => toTheApp(await roundTripsOf(() => day(id))).length;
    expect(await trips(session.id)).toBe(await trips(short.id));
  });

  it('are for whoever takes payments where it is', async () => {
    const { memberId: doctorId } = await hire(world, practice, chamberId, 'DOCTOR');
    const appointments = new Appointments(world, practice.owner.token);
    const session = await appointments.addSession({ chamberId, doctorId, localDate: dayFromNow(3) });
    const { id } = await appointments.book({ sessionId: session.id, patientId: await freshPatient(), visitType: 'NEW' });
    // Books patients here, and takes payments in Uttara.
    const elsewhere = await hire(world, practice, chamberId, 'RECEPTIONIST');
    await world.ok('mutation ($input: AssignChamberInput!) { assignChamber(input: $input) { id } }', { input: { memberId: elsewhere.memberId, chamberId: uttara, role: 'RECEPTIONIST' } }, practice.owner.token);
    await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'payments:take', memberId: elsewhere.memberId, chamberId: uttara } }, practice.owner.token);
    const answer = await world.graphql('query ($id: UUID!) { appointment(id: $id) { id invoices { id } } }', { id }, elsewhere.token);
    expect(answer.data.appointment).toEqual({ id, invoices: null });
    expect(codeOf(answer)).toBe('FORBIDDEN');
  });
});
