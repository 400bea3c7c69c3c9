import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { tenantTables } from '../contract/catalogue.js';
import { type Place, type RootField, operationOf, placesOf, rootFields } from '../contract/operations.js';
import { expectReviewed } from '../contract/reviewed.js';
import { type Seeded, seedPractice } from '../contract/two-practices.js';
import { dayFromNow } from '../support/appointments.js';
import { bdt, service } from '../support/billing.js';
import { isExhaustive } from '../support/exhaustive.js';
import { ask } from '../support/sockets.js';
import { PASSWORD, World } from '../support/world.js';

/** An id of somebody else's, and what it is the id of. */
interface Foreign {
  what: string;
  id: string;
}

const HOURS = { startsAt: '09:00', endsAt: '10:00', mode: 'SERIAL', capacity: 5, slotMinutes: null, reserved: [], overbookLimit: 0 };

const creates = ({ name }: RootField): boolean => /^Mutation\.(register|addDocument|draftPrescription)/.test(name);

const isCounted = ({ name }: RootField): boolean => /signIn$|recordDispensing$|holdOnlinePlace$|saveAuditFilter$/.test(name);

// The schema as it is checked in, which another test compares with the server's. A client may choose the id of what it
// creates: from then on there is a record of ours by that id.
const places = rootFields(buildSchema(readFileSync('schema.graphql', 'utf8'))).flatMap((field) => placesOf(field, 'UUID').map((place) => ({ field, place })))
  .sort((a, b) => Number(creates(a.field)) - Number(creates(b.field)));
/** Each id comes to one place in ten, and each place gets one id in ten, those of its neighbours others; all by `npm run test:exhaustive`. */
const ONE_IN = isExhaustive ? 1 : 10;
const nameOf = ({ field, place }: { field: RootField; place: Place }): string => `${field.name}  ${place.join('.')}`;

describe('an id of another practice', () => {
  let world: World;
  let ours: Seeded;
  let theirs: Seeded;
  let foreign: Foreign[];
  const outcomes: string[] = [];

  beforeAll(async () => {
    world = await World.open();
    ours = await seedPractice(world, 'Shapla Chamber');
    theirs = await seedPractice(world, 'Kadam Clinic');
    await world.ok('query ($id: UUID!) { patient(id: $id) { id } }', { id: theirs.patientId }, theirs.owner.token);
    foreign = await harvest();
  });
  // A member keeps a hundred searches at the most, and there are more places and ids to try; and one id is tried as the key of several requests.
  beforeEach(async () => {
    await world.sql('superuser', 'delete from clinic.audit_filters where tenant_id = $1', [ours.tenantId]);
    await world.sql('superuser', 'delete from clinic.idempotency_keys where tenant_id = $1', [ours.tenantId]);
  });
  afterAll(() => world.close());

  // What an operation needs besides, to come as far as the question whether the id exists.
  const besides = ({ field, place }: { field: RootField; place: Place }): Record<string, unknown> => {
    const at = place.at(-1)!;
    const own: Record<string, unknown> = { chamberId: ours.chamberId, memberId: ours.nurse.memberId };
    if (/Permission$|Override$/.test(field.name) && at === 'chamberId') return { role: 'NURSE' };
    if (/signIn$/.test(field.name)) return { email: ours.owner.email, password: PASSWORD };
    if (/findPatients$/.test(field.name)) return { by: { phoneLastFour: '3456' } };
    if (/registerPatient$/.test(field.name)) return { nameEn: 'Amena Begum' };
    if (/mergePatients$|mergePreview$/.test(field.name)) return { [at === 'survivorId' ? 'duplicateId' : 'survivorId']: ours.patientId };
    if (/addDocument$/.test(field.name) && at !== 'patientId') return { patientId: ours.patientId };
    if (/makeClaim$/.test(field.name)) {
      const whole = { invoiceId: at === 'idempotencyKey' ? randomUUID() : ours.invoiceId, policyId: ours.policyId, diagnoses: null, priorAuthorization: null, idempotencyKey: randomUUID() };
      return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== at));
    }
    if (/editClaim$/.test(field.name)) return { version: 1, diagnoses: null, priorAuthorization: null, codes: null };
    if (/(close|resubmit)Claim$/.test(field.name) && at !== 'id') return { id: randomUUID() };
    if (/(submitClaims|importRemittance)$/.test(field.name)) return Object.fromEntries(Object.entries({ chamberId: at === 'idempotencyKey' ? randomUUID() : ours.chamberId, ...(/submit/.test(field.name) ? { payerId: ours.payerId } : { file: '<a/>' }) }).filter(([name]) => name !== at));
    if (/addPolicy$/.test(field.name)) {
      const whole = { patientId: ours.patientId, payerId: ours.payerId, memberNumber: 'GF-1', validUntil: null, coPayment: 0, coPaymentMost: null };
      return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== at));
    }
    if (/editPolicy$/.test(field.name)) return { version: 1, memberNumber: null, validUntil: null, coPayment: null, coPaymentMost: null, archived: null };
    if (/editPayer$/.test(field.name)) return { version: 1, kind: null, name: null, payerCode: null, receiverCode: null, archived: null };
    if (/setFacilityLicence$/.test(field.name)) return { version: 0, authority: 'DHA', licence: 'DHA-F-1' };
    if (/createQueueDisplay$/.test(field.name)) return { name: 'Waiting room' };
    if (/holidays$/.test(field.name)) return { year: 2026 };
    if (/(addSchedule|addClinicSession)$/.test(field.name)) {
      const whose = Object.entries({ chamberId: ours.chamberId, doctorId: ours.owner.memberId, roomId: null }).filter(([name]) => name !== at);
      return { ...Object.fromEntries(whose), ...(/Schedule/.test(field.name) ? { weekday: 'MONDAY', validFrom: null, validUntil: null } : { localDate: dayFromNow(40) }), ...HOURS };
    }
    if (/addClosure$/.test(field.name)) return { firstDay: dayFromNow(40), lastDay: dayFromNow(40), reason: 'away' };
    if (/bookAppointment$/.test(field.name) && ['sessionId', 'patientId', 'followUpOfId'].includes(at)) {
      if (at === 'followUpOfId') return { patientId: ours.patientId, sessionId: ours.sessionId, visitType: 'FOLLOW_UP', channel: 'DESK', series: null, slotFrom: null, overbook: false, video: false, note: null, id: null, idempotencyKey: null };
      return { followUpOfId: null, ...(at === 'sessionId' ? { patientId: ours.patientId } : { sessionId: ours.sessionId }), series: null, slotFrom: null, note: null, id: null, idempotencyKey: null };
    }
    if (/(preview|change)Session(Change)?$/.test(field.name)) {
      const none = { minutes: null, localDate: null, startsAt: null, endsAt: null };
      return at === 'toSessionId' ? { ...none, kind: 'MOVE', sessionId: ours.sessionId } : { ...none, kind: 'CANCEL', toSessionId: null };
    }
    if (/editClinicSession$/.test(field.name) && at !== 'id') return { id: ours.sessionId, version: 1, [at === 'roomId' ? 'doctorId' : 'roomId']: null, capacity: null, overbookLimit: null };
    if (/bookRecurring$/.test(field.name)) {
      const recurs = { series: null, slotFrom: null, note: null, every: 1, count: 2, until: null };
      if (at === 'idempotencyKey') return recurs;
      return { ...recurs, idempotencyKey: null, ...(at === 'sessionId' ? { patientId: ours.patientId } : { sessionId: ours.sessionId }) };
    }
    if (/draftPrescription$|editPrescription$|repeatPrescription$/.test(field.name)) {
      const nothing = { complaints: null, examination: null, diagnoses: null, investigations: null, items: null, advice: null, followUp: null, pregnancy: null };
      const needed = /draft/.test(field.name) ? { patientId: ours.patientId, chamberId: ours.chamberId, doctorId: null, appointmentId: null, id: null, idempotencyKey: null }
        : /edit/.test(field.name) ? { id: ours.draftId, version: 1, doctorId: null } : { id: ours.prescriptionId, chamberId: ours.chamberId, doctorId: null, appointmentId: null };
      return Object.fromEntries(Object.entries({ ...(/repeat/.test(field.name) ? {} : nothing), ...needed }).filter(([name]) => name !== place[1]));
    }
    if (/dueFollowUps$/.test(field.name)) return { from: dayFromNow(1), to: dayFromNow(2) };
    if (/(keep|edit)Template$/.test(field.name)) {
      const nothing = { name: 'Fever', complaints: null, examination: null, diagnoses: null, investigations: null, items: null, advice: at === 'prescriptionId' ? null : ['Rest'], followUp: null };
      const needed = /keep/.test(field.name) ? { kind: 'TEMPLATE', prescriptionId: null, idempotencyKey: null } : { id: ours.templateId, version: 1 };
      return Object.fromEntries(Object.entries({ ...nothing, ...needed }).filter(([name]) => name !== place[1]));
    }
    if (/requestExpense$/.test(field.name) && at === 'categoryId') return { chamberId: ours.chamberId };
    if (/add(Fee|Share)Rule$/.test(field.name)) return at === 'idempotencyKey' ? { chamberId: randomUUID() } : {};
    // An id that is taken would be found by what follows.
    if (/\b(draft|edit)Invoice$/.test(field.name)) {
      const needed = /draft/.test(field.name) ? { patientId: at === 'id' ? randomUUID() : ours.patientId, chamberId: ours.chamberId, id: null, idempotencyKey: randomUUID() } : { id: ours.draftInvoiceId, version: 1 };
      return Object.fromEntries(Object.entries({ ...needed, appointmentId: null, note: null, lines: [service(100)] }).filter(([name]) => name !== place[1]));
    }
    if (/takePayment$/.test(field.name)) {
      const needed = { patientId: at === 'id' ? randomUUID() : ours.patientId, chamberId: ours.chamberId, method: 'BANK', reference: randomUUID(), provider: null, paidBy: null, amount: bdt(100), allocations: null, id: null, idempotencyKey: randomUUID() };
      return Object.fromEntries(Object.entries(needed).filter(([name]) => name !== place[1]));
    }
    if (/startWalletPayment$/.test(field.name)) {
      const needed = { patientId: at === 'id' ? randomUUID() : ours.patientId, chamberId: ours.chamberId, provider: 'BKASH', amount: bdt(100), invoiceId: null, id: null, idempotencyKey: randomUUID() };
      return Object.fromEntries(Object.entries(needed).filter(([name]) => name !== place[1]));
    }
    if (/takeDeposit$/.test(field.name)) {
      const needed = { appointmentId: at === 'idempotencyKey' ? randomUUID() : ours.onlineId, patientId: ours.patientId, method: 'BANK', reference: randomUUID(), provider: null, paidBy: null, idempotencyKey: randomUUID() };
      return Object.fromEntries(Object.entries(needed).filter(([name]) => name !== place[1]));
    }
    if (/setDepositPolicy$/.test(field.name)) return { version: 0, freeHours: 24, latePoints: 0, noShowPoints: 0 };
    if (/creditInvoice$/.test(field.name)) return { lines: null, reason: 'in error' };
    if (/(allocate|release)Payment$/.test(field.name) && at !== 'paymentId') return { paymentId: ours.paymentId, amount: bdt(100) };
    if (/payDoctor$/.test(field.name) && at === 'idempotencyKey') return { chamberId: ours.chamberId, doctorId: randomUUID() };
    if (/applyTemplate$/.test(field.name)) return Object.fromEntries(Object.entries({ id: ours.draftId, version: 1, templateId: ours.templateId }).filter(([name]) => name !== at));
    if (/joinWaitlist$/.test(field.name)) {
      const days = { chamberId: ours.chamberId, doctorId: ours.owner.memberId, firstDay: dayFromNow(1), lastDay: dayFromNow(2) };
      const whose = at === 'sessionId' || at === 'patientId' ? { chamberId: null, doctorId: null, firstDay: null, lastDay: null, sessionId: ours.sessionId, patientId: ours.patientId } : { ...days, sessionId: null, patientId: ours.patientId };
      return { ...Object.fromEntries(Object.entries(whose).filter(([name]) => name !== at)), note: null };
    }
    if (/identifyBooker$/.test(field.name) && at === 'patientId') return { id: ours.onlineId, version: 2 };
    if (/cancelSeries$/.test(field.name)) return { from: null };
    if (/rescheduleAppointment$/.test(field.name)) return { slotFrom: null };
    if (/assignChamber$|removeAssignment$/.test(field.name)) return Object.fromEntries(Object.entries(own).filter(([name]) => name !== at));
    return {};
  };

  const call = async (where: { field: RootField; place: Place }, id: string) => {
    const { query, variables } = operationOf(where.field, where.place, id);
    Object.assign(variables['input'] ?? variables, besides(where));
    // One try too many would not be looked at.
    if (isCounted(where.field)) await world.sql('superuser', 'truncate auth.throttles');
    // Nobody keeps so many searches.
    if (/saveAuditFilter$/.test(where.field.name)) await world.sql('superuser', `set session_replication_role = replica; delete from clinic.audit_filters where tenant_id = '${ours.tenantId}'`);
    const { status, body, requestId } = await ask(world, where.field.kind, { query, variables }, ours.owner.token);
    return { status, body: body.replaceAll(requestId, '').replaceAll(id, ''), requestId };
  };

  const codeOf = (body: string): string => /"code":"(\w+)"/.exec(body)?.[1] ?? 'ACCEPTED';

  it.each(places.map((where, index) => [nameOf(where), where, index] as const))('is answered, byte for byte, as an id that never was, and leaves a denial: %s', async (name, where, index) => {
    const tried = foreign.filter((_, other) => (index + other) % ONE_IN === 0);
    const missing = await call(where, randomUUID());
    const code = codeOf(missing.body);
    outcomes.push(`${name}  ${code}`);
    const asked = new Map<string, string>();
    // All at once, unless so many passwords, tries of one code, or WebSockets of one session, would be refused unread.
    const calls = isCounted(where.field) || where.field.kind === 'subscription' ? 1 : tried.length;
    for (let from = 0; from < tried.length; from += calls) {
      await Promise.all(tried.slice(from, from + calls).map(async ({ what, id }) => {
        const answer = await call(where, id);
        expect([what, answer.status, answer.body]).toEqual([what, missing.status, missing.body]);
        asked.set(answer.requestId, what);
      }));
    }
    const entries = await world.sql<{ request_id: string; outcome: string; error_code: string | null }>('superuser',
      'select request_id, outcome, error_code from audit.entries where request_id = any ($1) and operation = $2', [[...asked.keys()], where.field.name]);
    expect(entries.map((entry) => asked.get(entry.request_id)).sort()).toEqual([...asked.values()].sort());
    const expected = code === 'ACCEPTED' ? { outcome: 'SUCCESS', error_code: null } : { outcome: 'DENIED', error_code: code };
    for (const { outcome, error_code } of entries) expect({ outcome, error_code }).toEqual(expected);
  });

  it('is answered as was reviewed: each comes as far as the question whether it exists', () => {
    expect(foreign.length).toBeGreaterThan(10);
    expect(places.length).toBeGreaterThan(25);
    expectReviewed('test/attack/foreign-ids.txt', outcomes);
  });

  it('and nothing of theirs has changed by all that', async () => {
    const { patient, chamber, members } = await world.ok(
      'query ($patient: UUID!, $chamber: UUID!) { patient(id: $patient) { version status nameEn } chamber(id: $chamber) { version archived } members { edges { node { status isOwner version } } } }',
      { patient: theirs.patientId, chamber: theirs.chamberId }, theirs.owner.token);
    expect(patient).toEqual({ version: 1, status: 'ACTIVE', nameEn: 'Amena Begum' });
    expect(chamber).toEqual({ version: 1, archived: false });
    expect(members.edges.map(({ node }: { node: { status: string; isOwner: boolean } }) => [node.status, node.isOwner]))
      .toEqual([['ACTIVE', true], ['ACTIVE', false], ['ACTIVE', false], ['INVITED', false], ['ACTIVE', false]]);
    const [row] = await world.sql<{ count: number }>('superuser', 'select count(*)::int as count from auth.sessions where tenant_id = $1 and ended_at is not null', [theirs.tenantId]);
    expect(row!.count).toBe(0);
  });

  it('sent as the chamber to work in opens nothing', async () => {
    for (const { id } of foreign) {
      const [there, nowhere] = await Promise.all([id, randomUUID()].map((chamber) =>
        world.graphql('{ viewer { permissions roles: member { roles } } chambers { id } }', {}, ours.nurse.token, { 'x-sinduk-chamber': chamber })));
      expect({ ...there, errors: there!.errors?.map(({ extensions }) => extensions.code) }).toEqual({ ...nowhere, errors: nowhere!.errors?.map(({ extensions }) => extensions.code) });
    }
  });

  // One id of each kind from every table, and from the accounts of their people.
  async function harvest(): Promise<Foreign[]> {
    const found: Foreign[] = [];
    const take = async (table: string, column: string, tenantColumn: string): Promise<void> => {
      const rows = await world.sql<{ id: string | null }>('superuser', `select ${column}::text as id from ${table} where ${tenantColumn} = $1 and ${column} is not null limit 1`, [theirs.tenantId]);
      if (rows[0]?.id) found.push({ what: `${table}.${column}`, id: rows[0].id });
    };
    for (const { name, isPartition, tenantColumn } of await tenantTables(world)) {
      if (isPartition) continue;
      const columns = await world.sql<{ name: string }>('superuser', `select attname::text as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and atttypid = 'uuid'::regtype and not attisdropped`, [name]);
      for (const column of columns) await take(name, column.name, tenantColumn);
    }
    await take('auth.sessions', 'id', 'tenant_id');
    await take('auth.memberships', 'user_id', 'tenant_id');
    return [...new Map(found.map((one) => [one.id, one])).values()];
  }
});
