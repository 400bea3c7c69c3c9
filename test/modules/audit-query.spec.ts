import { randomUUID } from 'node:crypto';
import { AuditTrail } from '../../src/platform/context/audit-trail.js';
import { Ctx } from '../../src/platform/context/ctx.js';
import { at, hire, openChamber } from '../support/staff.js';
import { ENTRY, type Entry, entriesOf } from '../support/trail.js';
import { type Person, type Practice, World } from '../support/world.js';

const REGISTER = 'mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id version } } }';
const NOTES = 'mutation ($id: UUID!, $version: Int!, $notes: String) { editPatientClinical(id: $id, version: $version, input: { notes: $notes }) { patient { id version } } }';
const PATIENT = 'query ($id: UUID!) { patient(id: $id) { id } }';
const WHO_SAW = `query ($id: UUID!, $from: DateTime, $to: DateTime, $first: Int, $after: String) {
  whoSawPatient(patientId: $id, from: $from, to: $to, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { ${ENTRY} } } } }`;

describe('reading the audit trail', () => {
  let world: World;
  let practice: Practice;
  let neighbour: Practice;
  let gulshan: string;
  let uttara: string;
  let doctor: Person;
  let receptionist: Person;
  let officer: Person;
  let asthmatic: string;
  let stranger: string;

  const from = (ip: string) => ({ 'x-forwarded-for': ip, 'user-agent': 'Chamber tablet 3' });
  const of = (filter: object, first?: number) => entriesOf(world, practice.owner.token, filter, first);

  beforeAll(async () => {
    world = await World.open({ TRUSTED_PROXIES: '127.0.0.1' });
    practice = await world.practice('Shapla Chamber');
    neighbour = await world.practice('Kadam Clinic');
    gulshan = await openChamber(world, practice, 'Gulshan');
    uttara = await openChamber(world, practice, 'Uttara', 'Asia/Dubai');
    doctor = await hire(world, practice, gulshan, 'DOCTOR');
    receptionist = await hire(world, practice, gulshan, 'RECEPTIONIST');
    officer = await hire(world, practice, gulshan, 'ASSISTANT');
    await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }',
      { input: { permission: 'audit:read', memberId: officer.memberId } }, practice.owner.token);
    const register = async (nameEn: string) =>
      (await world.ok(REGISTER, { input: { nameEn } }, receptionist.token, from('203.0.113.7'))).registerPatient.patient.id as string;
    asthmatic = await register('Amena Begum');
    stranger = await register('Karim Uddin');
    await world.ok(NOTES, { id: asthmatic, version: 1, notes: 'Asthma since childhood' }, doctor.token, { ...at(gulshan), ...from('198.51.100.20') });
    await world.ok(PATIENT, { id: stranger }, doctor.token, from('2001:db8::5'));
  });
  afterAll(() => world.close());

  it('tells who did what, to which record, when, from where', async () => {
    const [edit] = await of({ patientId: asthmatic, action: ['UPDATED'] });
    expect(edit).toEqual({
      id: expect.any(String), occurredAt: expect.any(String), occurredAtLocal: expect.any(String),
      actor: { userId: expect.any(String), memberId: doctor.memberId, name: 'Rokeya Akter', roles: ['DOCTOR'] },
      sessionId: expect.any(String), action: 'UPDATED', operation: 'Mutation.editPatientClinical', outcome: 'SUCCESS', errorCode: null,
      missingPermission: null, chamberId: gulshan, requestId: expect.any(String), ip: '198.51.100.20', device: 'Chamber tablet 3', reason: null,
      records: [{ type: 'patient', id: asthmatic, patientId: asthmatic }], recordCount: 1,
      changes: [{ type: 'patient', id: asthmatic, field: 'notes', before: null, after: '"Asthma since childhood"', withheld: false }],
      payloadIntact: true, recordsIntact: true,
    } satisfies Entry);
    expect(Math.abs(Date.now() - Date.parse(edit!.occurredAt))).toBeLessThan(60_000);
  });

  it('gives the time on the chamber’s clock, and else on that of the first chamber', async () => {
    const [inGulshan] = await of({ chamberId: gulshan });
    expect(inGulshan!.occurredAtLocal).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+06:00$/);
    expect(Date.parse(inGulshan!.occurredAtLocal)).toBe(Date.parse(inGulshan!.occurredAt));
    await world.ok('{ viewer { member { id } } }', {}, practice.owner.token, at(uttara));
    const [inUttara] = await of({ chamberId: uttara });
    expect(inUttara!.occurredAtLocal).toMatch(/\+04:00$/);
    const [nowhere] = await of({ operation: 'Mutation.registerPatient' });
    expect(nowhere).toMatchObject({ chamberId: null, occurredAtLocal: expect.stringMatching(/\+06:00$/) });
  });

  it('is newest first and never shows another practice’s entries', async () => {
    const all = await of({});
    expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).sort().reverse());
    const foreign = new Set((await entriesOf(world, neighbour.owner.token)).map(({ id }) => id));
    expect(foreign.size).toBeGreaterThan(0);
    expect(all.filter(({ id }) => foreign.has(id))).toEqual([]);
    const [theirs] = await entriesOf(world, neighbour.owner.token, { action: ['SIGNED_IN'] });
    for (const filter of [{ patientId: asthmatic }, { actorMemberId: doctor.memberId }, { recordId: gulshan }, { chamberId: gulshan }]) {
      expect((await entriesOf(world, neighbour.owner.token, filter)).filter(({ operation }) => operation !== 'Query.auditEntries')).toEqual([]);
    }
    expect(await of({ sessionId: theirs!.sessionId })).toEqual([]);
    expect(await of({ actorUserId: theirs!.actor!.userId })).toEqual([]);
  });

  it('filters by person: by account and by membership, sign-ins included', async () => {
    const byMember = await of({ actorMemberId: doctor.memberId });
    expect(byMember.map(({ action }) => action)).toEqual(['VIEWED', 'UPDATED', 'SIGNED_IN', 'JOINED']);
    expect(new Set(byMember.map(({ actor }) => actor!.memberId))).toEqual(new Set([doctor.memberId]));
    expect(new Set(byMember.map(({ actor }) => actor!.name))).toEqual(new Set(['Rokeya Akter']));
    expect(await of({ actorUserId: byMember[0]!.actor!.userId })).toEqual(byMember);
  });

  it('finds the refresh and the failed sign-in of a member, which name only the account', async () => {
    await world.ok('mutation ($token: String!) { refreshSession(refreshToken: $token) { accessTokenExpiresAt } }', { token: officer.refreshToken });
    await world.graphql('mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } } }', { input: { email: officer.email, password: 'not the password at all' } });
    const [failed, refreshed] = await of({ actorMemberId: officer.memberId });
    expect(failed).toMatchObject({ action: 'SIGNED_IN', outcome: 'DENIED', errorCode: 'SIGN_IN_REFUSED', actor: { memberId: officer.memberId, name: 'Rokeya Akter' } });
    expect(refreshed).toMatchObject({ action: 'REFRESHED', actor: { memberId: officer.memberId, name: 'Rokeya Akter' } });
  });

  it('filters by patient, by the very record, and by both', async () => {
    const patient = await of({ patientId: stranger });
    expect(patient.map(({ operation }) => operation).filter((name) => name !== 'Query.auditEntries')).toEqual(['Query.patient', 'Mutation.registerPatient']);
    const [chamber] = await of({ recordId: gulshan, action: ['CREATED'] });
    expect(chamber).toMatchObject({ operation: 'Mutation.addChamber', records: [{ type: 'chamber', id: gulshan, patientId: null }] });
    expect((await of({ recordId: stranger })).map(({ operation }) => operation).filter((name) => name !== 'Query.auditEntries'))
      .toEqual(['Query.patient', 'Mutation.registerPatient']);
    expect((await of({ patientId: stranger, recordId: stranger, action: ['CREATED'] }))).toHaveLength(1);
    expect(await of({ patientId: asthmatic, recordId: gulshan })).toEqual([]);
  });

  it('filters by session, action, outcome, operation and chamber, in any combination', async () => {
    const [signedIn] = await of({ actorMemberId: doctor.memberId, action: ['SIGNED_IN'] });
    const session = signedIn!.sessionId;
    expect((await of({ sessionId: session })).map(({ action }) => action)).toEqual(['VIEWED', 'UPDATED', 'SIGNED_IN']);
    expect((await of({ sessionId: session, action: ['UPDATED', 'CREATED'] }))).toHaveLength(1);
    expect((await of({ sessionId: session, operation: 'Query.patient' }))).toHaveLength(1);
    expect((await of({ sessionId: session, chamberId: gulshan })).map(({ action }) => action)).toEqual(['UPDATED']);
    expect((await of({ sessionId: session, chamberId: gulshan, action: ['VIEWED'] }))).toEqual([]);
    expect((await of({ sessionId: session, outcome: ['DENIED', 'FAILED'] }))).toEqual([]);
    await world.graphql(PATIENT, { id: randomUUID() }, doctor.token);
    expect((await of({ sessionId: session, outcome: ['DENIED'] }))).toMatchObject([{ errorCode: 'NOT_FOUND', operation: 'Query.patient' }]);
  });

  it('filters by address and by range, of either version', async () => {
    expect((await of({ ip: '198.51.100.20' })).map(({ action }) => action)).toEqual(['UPDATED']);
    expect((await of({ ip: '203.0.113.0/24' })).map(({ action }) => action)).toEqual(['CREATED', 'CREATED']);
    expect(await of({ ip: '203.0.113.8' })).toEqual([]);
    expect((await of({ ip: '2001:db8::/32' })).map(({ ip }) => ip)).toEqual(['2001:db8::5']);
    for (const ip of ['203.0.113.0/33', '203.0.113', 'x', '::/129', '10.0.0.1/-1', '10.0.0.1/8/8', 'fe80::1%eth0', '']) {
      const { errors } = await world.graphql('query ($ip: String) { auditEntries(filter: { ip: $ip }) { totalCount } }', { ip }, practice.owner.token);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', faults: [{ path: ['filter', 'ip'], reason: 'IS_ADDRESS_OR_RANGE' }] });
    }
  });

  it('filters by time, from inclusive, to exclusive, to the millisecond', async () => {
    const entries = (await of({ actorMemberId: receptionist.memberId })).reverse();
    const [, , first, second] = entries;
    expect(first!.occurredAt < second!.occurredAt).toBe(true);
    const ids = async (filter: object) => (await of({ actorMemberId: receptionist.memberId, ...filter })).map(({ id }) => id);
    expect(await ids({ from: first!.occurredAt, to: second!.occurredAt })).toEqual([first!.id]);
    expect(await ids({ from: second!.occurredAt })).toEqual([second!.id]);
    expect(await ids({ to: first!.occurredAt })).toEqual([entries[1]!.id, entries[0]!.id]);
    expect(await ids({ from: second!.occurredAt, to: second!.occurredAt })).toEqual([]);
    expect(await ids({ from: '0001-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z' })).toHaveLength(entries.length);
    expect(await of({ patientId: stranger, to: first!.occurredAt })).toEqual([]);
  });

  it('pages without gap or repetition while entries are added, and counts what the filter lets through', async () => {
    const whole = (await of({ action: ['CREATED', 'JOINED', 'GRANTED', 'INVITED'] })).map(({ id }) => id);
    const paged: string[] = [];
    for (let after: string | null = null; ;) {
      const { auditEntries }: { auditEntries: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string }; edges: Array<{ node: { id: string } }> } } = await world.ok(
        'query ($after: String) { auditEntries(first: 4, after: $after, filter: { action: [CREATED, JOINED, GRANTED, INVITED] }) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } } }',
        { after }, practice.owner.token);
      expect(auditEntries.totalCount).toBe(whole.length);
      paged.push(...auditEntries.edges.map(({ node }) => node.id));
      if (!auditEntries.pageInfo.hasNextPage) break;
      after = auditEntries.pageInfo.endCursor;
    }
    expect(paged).toEqual(whole);
    expect(whole.length).toBeGreaterThan(8);
  });

  it('refuses an empty list, a foreign cursor and an oversized page', async () => {
    for (const args of ['filter: { action: [] }', 'filter: { outcome: [] }', 'after: "x"', 'first: 101', 'first: 0']) {
      const { errors } = await world.graphql(`{ auditEntries(${args}) { totalCount } }`, {}, practice.owner.token);
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  it('answers who saw a patient, refused attempts among them', async () => {
    await world.graphql(WHO_SAW, { id: asthmatic }, receptionist.token);
    await world.graphql('query ($id: UUID!) { chamber(id: $id) { id } }', { id: asthmatic }, receptionist.token);
    const { whoSawPatient } = await world.ok(WHO_SAW, { id: asthmatic }, practice.owner.token);
    const seen = whoSawPatient.edges.map(({ node }: { node: Entry }) => `${node.operation} ${node.outcome} ${node.actor?.memberId}`);
    expect(seen.filter((line: string) => !line.includes(practice.owner.memberId))).toEqual([
      `Query.chamber DENIED ${receptionist.memberId}`,
      `Query.whoSawPatient DENIED ${receptionist.memberId}`,
      `Mutation.editPatientClinical SUCCESS ${doctor.memberId}`,
      `Mutation.registerPatient SUCCESS ${receptionist.memberId}`,
    ]);
    expect(whoSawPatient.totalCount).toBe(seen.length);
    const [edit] = await of({ patientId: asthmatic, action: ['UPDATED'] });
    const page = await world.ok(WHO_SAW, { id: asthmatic, to: edit!.occurredAt, first: 1 }, practice.owner.token);
    expect(page.whoSawPatient.edges).toMatchObject([{ node: { operation: 'Mutation.registerPatient' } }]);
    expect(page.whoSawPatient.pageInfo.hasNextPage).toBe(false);
  });

  it('needs audit:read, and says so in the trail', async () => {
    const { data, errors } = await world.graphql('{ auditEntries { totalCount } }', {}, receptionist.token);
    expect(data).toEqual({ auditEntries: null });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'audit:read' });
    const [denied] = await of({ actorMemberId: receptionist.memberId, operation: 'Query.auditEntries' });
    expect(denied).toMatchObject({ outcome: 'DENIED', errorCode: 'FORBIDDEN', missingPermission: 'audit:read', actor: { roles: ['RECEPTIONIST'] } });
  });

  it('withholds patients’ values from an officer who may not read clinical data', async () => {
    const [edit] = await entriesOf(world, officer.token, { patientId: asthmatic, action: ['UPDATED'] });
    expect(edit!.changes).toEqual([{ type: 'patient', id: asthmatic, field: 'notes', before: null, after: null, withheld: true }]);
    await world.ok('mutation ($input: EditChamberInput!) { editChamber(input: $input) { id } }', { input: { id: uttara, version: 1, name: 'Uttara North' } }, practice.owner.token);
    const [renamed] = await entriesOf(world, officer.token, { recordId: uttara, action: ['UPDATED'] });
    expect(renamed!.changes).toEqual([{ type: 'chamber', id: uttara, field: 'name', before: '"Uttara"', after: '"Uttara North"', withheld: false }]);
  });

  it('withholds what was written of a patient as a reason, too', async () => {
    const { registerPatient: { patient } } = await world.ok('mutation { registerPatient(input: { nameEn: "Somebody Else" }) { patient { id } } }', {}, practice.owner.token);
    await world.ok('mutation ($id: UUID!) { archivePatient(id: $id, version: 1, reason: "the result is of her sister") { patient { id } } }', { id: patient.id }, practice.owner.token);
    const reasonFor = async (token: string) => (await entriesOf(world, token, { patientId: patient.id, action: ['ARCHIVED'] })).map(({ reason }) => reason);
    expect(await reasonFor(practice.owner.token)).toEqual(['the result is of her sister']);
    expect(await reasonFor(officer.token)).toEqual([null]);
  });

  it('is itself recorded: the entries shown, the patient asked about, the patients whose values were shown', async () => {
    const { id } = (await entriesOf(world, officer.token, { patientId: stranger, action: ['CREATED'] }))[0]!;
    const [asked] = await of({ actorMemberId: officer.memberId, operation: 'Query.auditEntries' }, 1);
    expect(asked).toMatchObject({ action: 'VIEWED', outcome: 'SUCCESS' });
    expect(asked!.records).toEqual([
      { type: 'audit-entry', id, patientId: null },
      { type: 'audit-of-patient', id: stranger, patientId: stranger },
    ]);
    await entriesOf(world, officer.token, { operation: 'Mutation.editPatientClinical' });
    const [withheld] = await of({ actorMemberId: officer.memberId, operation: 'Query.auditEntries' }, 1);
    expect(withheld!.records.map(({ type }) => type)).toEqual(['audit-entry']);
    await of({ operation: 'Mutation.editPatientClinical' });
    const [shown] = await of({ actorMemberId: practice.owner.memberId, operation: 'Query.auditEntries' }, 1);
    expect(shown!.records.map(({ type, patientId }) => [type, patientId])).toContainEqual(['audit-of-patient', asthmatic]);
  });

  it('takes one SQL round trip for 1 entry and for 100', async () => {
    const roundTrips = async (first: number): Promise<number> => {
      let lent = 0;
      const count = (): void => void lent++;
      world.databases.app.on('acquire', count);
      await of({}, first);
      world.databases.app.off('acquire', count);
      return lent;
    };
    const one = await roundTrips(1);
    expect(one).toBeGreaterThan(0);
    expect(await roundTrips(100)).toBe(one);
  });

  it('lists the first 200 records of an entry that names more, and counts them all', async () => {
    const ctx = new Ctx({ requestId: randomUUID(), ip: null, device: null }, undefined, null, 'Query.export');
    const records = Array.from({ length: 450 }, () => ({ type: 'patient', id: randomUUID() }));
    await world.app.get(AuditTrail).append([{ ctx, fact: { action: 'EXPORTED', outcome: 'SUCCESS', tenantId: practice.tenantId, records } }]);
    const [exported] = await of({ action: ['EXPORTED'] });
    expect(exported).toMatchObject({ recordCount: 450, recordsIntact: true });
    expect(exported!.records.map(({ id }) => id)).toEqual(records.map(({ id }) => id).sort().slice(0, 200));
  });
});
