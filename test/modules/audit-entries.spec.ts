import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { AuditTrail } from '../../src/platform/context/audit-trail.js';
import { RequestContext } from '../../src/platform/context/request-context.js';
import { AuditedAnswerPlugin } from '../../src/platform/graphql/audited-answer.plugin.js';
import { LOGGER } from '../../src/platform/platform.module.js';
import { hire, openChamber } from '../support/staff.js';
import { entriesOf, rowsOf } from '../support/trail.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } } }';
const REFRESH = 'mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken refreshToken } }';

describe('every operation leaves its entry', () => {
  let world: World;
  let practice: Practice;
  let nurse: Person;
  let receptionist: Person;
  let patient: string;
  let gulshan: string;

  /** Sends a request and gives what it left in the trail. */
  const trace = async (query: string | object, variables: object = {}, token?: string, headers: Record<string, string> = {}) => {
    const body = typeof query === 'string' ? { query, variables } : query;
    const response = await world.http(body, { ...(token && { authorization: `Bearer ${token}` }), ...headers });
    return { response, entries: await rowsOf(world, String(response.headers['x-request-id'])) };
  };

  beforeAll(async () => {
    world = await World.open({ TRUSTED_PROXIES: '127.0.0.1' });
    practice = await world.practice('Shapla Chamber');
    gulshan = await openChamber(world, practice, 'Gulshan');
    nurse = await hire(world, practice, gulshan, 'NURSE');
    receptionist = await hire(world, practice, gulshan, 'RECEPTIONIST');
    const { registerPatient } = await world.ok('mutation { registerPatient(input: { nameEn: "Amena Begum" }) { patient { id } } }', {}, practice.owner.token);
    patient = registerPatient.patient.id;
  });
  afterAll(() => world.close());

  it('a query', async () => {
    const { entries } = await trace('query ($id: UUID!) { patient(id: $id) { id clinical { bloodGroup } } }', { id: patient }, nurse.token);
    expect(entries).toEqual([{ tenant_id: practice.tenantId, action: 'VIEWED', operation: 'Query.patient', outcome: 'SUCCESS', error_code: null, ip: '127.0.0.1' }]);
  });

  it('a mutation: one, although its fields disclose more', async () => {
    const { entries } = await trace('mutation { registerPatient(input: { nameEn: "Karim Uddin" }) { patient { id mrn } } }', {}, nurse.token);
    expect(entries).toMatchObject([{ operation: 'Mutation.registerPatient', outcome: 'DENIED', error_code: 'FORBIDDEN' }]);
    const done = await trace('mutation { registerPatient(input: { nameEn: "Karim Uddin" }) { patient { id mrn } } }', {}, practice.owner.token);
    expect(done.entries).toMatchObject([{ action: 'CREATED', operation: 'Mutation.registerPatient', outcome: 'SUCCESS' }]);
  });

  it('a failure, naming the record that was asked for', async () => {
    const { entries } = await trace('mutation ($id: UUID!) { archivePatient(id: $id, version: 99, reason: "left") { patient { id } } }', { id: patient }, practice.owner.token);
    expect(entries).toMatchObject([{ action: 'ARCHIVED', outcome: 'FAILED', error_code: 'CONFLICT' }]);
    const [entry] = await entriesOf(world, practice.owner.token, { patientId: patient, outcome: ['FAILED'] });
    expect(entry!.records).toEqual([{ type: 'requested:id', id: patient, patientId: null }]);
  });

  it('a refused request, naming each patient whom its arguments named, under whatever name', async () => {
    const other = randomUUID();
    const requests: Array<[string, object, string[]]> = [
      ['query ($a: UUID!, $b: UUID!) { mergePreview(survivorId: $a, duplicateId: $b) { undecided } }', {}, ['duplicateId', 'survivorId']],
      ['mutation ($a: UUID!, $b: UUID!) { linkFamily(input: { patientId: $a, relativeId: $b, relation: SIBLING }) { warnings } }', {}, ['patientId', 'relativeId']],
    ];
    for (const [query, variables, names] of requests) {
      const { response } = await trace(query, { a: patient, b: other, ...variables }, nurse.token);
      const [denied] = (await entriesOf(world, practice.owner.token, { actorMemberId: nurse.memberId }, 3)).filter(({ requestId }) => requestId === response.headers['x-request-id']);
      expect(denied).toMatchObject({ outcome: 'DENIED' });
      expect(denied!.records.map(({ type }) => type)).toEqual(names.map((name) => `requested:${name}`));
      for (const { id, patientId } of denied!.records) expect(patientId).toBe(id);
      expect(denied!.records.map(({ id }) => id).sort()).toEqual([patient, other].sort());
    }
  });

  it('a denial before the resolver, naming the record that was asked for, in whatever letters', async () => {
    const { entries } = await trace('mutation ($id: UUID!) { archivePatient(id: $id, version: 1, reason: "x") { patient { id } } }', { id: patient.toUpperCase() }, nurse.token);
    expect(entries).toMatchObject([{ tenant_id: practice.tenantId, outcome: 'DENIED', error_code: 'FORBIDDEN' }]);
    const [entry] = await entriesOf(world, practice.owner.token, { patientId: patient, outcome: ['DENIED'] });
    expect(entry).toMatchObject({ missingPermission: 'patients:archive', actor: { memberId: nurse.memberId, roles: ['NURSE'] }, recordsIntact: true });
  });

  it('a denial by the resolver, naming the permission that was missing and not the one that was held', async () => {
    const registrar = await hire(world, practice, gulshan, 'RECEPTIONIST');
    await world.ok('mutation ($input: PermissionInput!) { denyPermission(input: $input) { id } }',
      { input: { permission: 'patients:read', memberId: registrar.memberId } }, practice.owner.token);
    const { entries } = await trace('mutation ($id: UUID!) { editPatient(id: $id, version: 1, input: {}) { patient { id } } }', { id: patient }, registrar.token);
    expect(entries).toMatchObject([{ operation: 'Mutation.editPatient', outcome: 'DENIED', error_code: 'FORBIDDEN' }]);
    const [entry] = await entriesOf(world, practice.owner.token, { actorMemberId: registrar.memberId }, 1);
    expect(entry).toMatchObject({ operation: 'Mutation.editPatient', missingPermission: 'patients:read' });
  });

  it('a denied field below a root field: an entry of its own beside the root’s', async () => {
    const { entries, response } = await trace('query ($id: UUID!) { patient(id: $id) { id clinical { bloodGroup } } }', { id: patient }, receptionist.token);
    expect(response.json()).toMatchObject({ data: { patient: { id: patient, clinical: null } } });
    expect(entries).toMatchObject([
      { operation: 'Query.patient', outcome: 'SUCCESS', error_code: null },
      { operation: 'Query.patient', outcome: 'DENIED', error_code: 'FORBIDDEN' },
    ]);
    const [denied, seen] = await entriesOf(world, practice.owner.token, { actorMemberId: receptionist.memberId }, 2);
    expect(denied).toMatchObject({ missingPermission: 'patients:read-clinical', records: [{ type: 'requested:clinical', id: patient, patientId: patient }] });
    expect(seen!.records).toEqual([{ type: 'patient', id: patient, patientId: patient }]);
  });

  it('what fields below a mutation disclosed is no part of what one of them was denied', async () => {
    const requestId = randomUUID();
    const request = new RequestContext({ requestId, ip: null, device: null }, undefined, null, {} as FastifyReply);
    const ctx = request.root('save', 'Mutation.save');
    ctx.pending.push({ action: 'UPDATED', outcome: 'DENIED', errorCode: 'FORBIDDEN', tenantId: practice.tenantId, records: [] });
    ctx.disclose('patient', patient, patient);
    const listener = await new AuditedAnswerPlugin(world.app.get(AuditTrail), world.app.get(LOGGER), world.app.get(Metrics)).requestDidStart();
    await listener.willSendResponse!({ contextValue: request, response: { body: { kind: 'single', singleResult: {} } } } as never);
    const left = await world.sql('superuser', `
      select e.action, e.outcome, r.record_id from audit.entries e left join audit.entry_records r on r.entry_id = e.id where e.request_id = $1 order by e.action desc`, [requestId]);
    expect(left).toEqual([{ action: 'VIEWED', outcome: 'SUCCESS', record_id: patient }, { action: 'UPDATED', outcome: 'DENIED', record_id: null }]);
  });

  it('a denied field below a mutation names the record it was asked of, and nothing else that the mutation showed', async () => {
    const { entries, response } = await trace('mutation { registerPatient(input: { nameEn: "Salma Khatun" }) { patient { id clinical { bloodGroup } } } }', {}, receptionist.token);
    const { id } = response.json<{ data: { registerPatient: { patient: { id: string } } } }>().data.registerPatient.patient;
    expect(entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(expect.arrayContaining(['CREATED SUCCESS', 'CREATED DENIED']));
    const [denied] = await entriesOf(world, practice.owner.token, { actorMemberId: receptionist.memberId, outcome: ['DENIED'] }, 1);
    expect(denied!.records).toEqual([{ type: 'requested:clinical', id, patientId: id }]);
  });

  it('two root fields, aliased: two entries', async () => {
    const { entries } = await trace('query ($id: UUID!, $none: UUID!) { a: patient(id: $id) { id } b: patient(id: $none) { id } }', { id: patient, none: randomUUID() }, nurse.token);
    expect(entries.map(({ outcome }) => outcome).sort()).toEqual(['DENIED', 'SUCCESS']);
  });

  it('an operation that only asks for type names', async () => {
    const { entries } = await trace('query Names { __typename }', {}, nurse.token);
    expect(entries).toMatchObject([{ tenant_id: practice.tenantId, action: 'VIEWED', operation: 'query Names', outcome: 'SUCCESS' }]);
  });

  it('signing in and out', async () => {
    const signIn = await trace(SIGN_IN, { input: { email: nurse.email, password: PASSWORD, client: 'BEARER' } });
    expect(signIn.entries).toMatchObject([{ tenant_id: practice.tenantId, action: 'SIGNED_IN', outcome: 'SUCCESS' }]);
    const token = signIn.response.json().data.signIn.accessToken as string;
    const signOut = await trace('mutation { signOut }', {}, token);
    expect(signOut.entries).toMatchObject([{ tenant_id: practice.tenantId, action: 'SIGNED_OUT', outcome: 'SUCCESS' }]);
    const after = await trace('{ viewer { member { id } } }', {}, token);
    expect(after.entries).toMatchObject([{ tenant_id: practice.tenantId, operation: 'Query.viewer', outcome: 'DENIED', error_code: 'UNAUTHENTICATED' }]);
  });

  it('a failed sign-in to a known account: in its practice’s trail, with address and device', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.99', 'user-agent': 'Burglar 1.0' };
    const { entries } = await trace(SIGN_IN, { input: { email: nurse.email, password: 'a wrong guess, though long' } }, undefined, headers);
    expect(entries).toMatchObject([{ tenant_id: practice.tenantId, action: 'SIGNED_IN', outcome: 'DENIED', error_code: 'SIGN_IN_REFUSED' }]);
    const [seen] = await entriesOf(world, practice.owner.token, { ip: '203.0.113.99' });
    expect(seen).toMatchObject({ action: 'SIGNED_IN', outcome: 'DENIED', device: 'Burglar 1.0', actor: { memberId: nurse.memberId } });
  });

  it('a failed sign-in to an unknown account: in nobody’s trail', async () => {
    const { entries } = await trace(SIGN_IN, { input: { email: 'nobody@staff.example', password: 'a wrong guess, though long' } });
    expect(entries).toMatchObject([{ tenant_id: null, action: 'SIGNED_IN', outcome: 'DENIED', error_code: 'SIGN_IN_REFUSED' }]);
  });

  it('a refresh, and the reuse that ends the session', async () => {
    const person = await world.signIn(nurse.email);
    const first = await trace(REFRESH, { token: person.refreshToken });
    expect(first.entries).toMatchObject([{ tenant_id: practice.tenantId, action: 'REFRESHED', outcome: 'SUCCESS' }]);
    await world.ok(REFRESH, { token: first.response.json().data.refreshSession.refreshToken });
    const reused = await trace(REFRESH, { token: person.refreshToken });
    expect(reused.response.json().errors[0].extensions.code).toBe('SIGN_IN_REFUSED');
    expect(reused.entries.map(({ action, outcome }) => `${action} ${outcome}`)).toContain('SESSION_ENDED SUCCESS');
    expect(reused.entries.every(({ tenant_id }) => tenant_id === practice.tenantId)).toBe(true);
    const [ended] = await entriesOf(world, practice.owner.token, { action: ['SESSION_ENDED'], outcome: ['SUCCESS'] }, 1);
    expect(ended).toMatchObject({ reason: 'a refresh token was used again', actor: { memberId: nurse.memberId } });
  });

  it('a request without a token: in nobody’s trail', async () => {
    const { entries } = await trace('query ($id: UUID!) { patient(id: $id) { id } }', { id: patient });
    expect(entries).toMatchObject([{ tenant_id: null, operation: 'Query.patient', outcome: 'DENIED', error_code: 'UNAUTHENTICATED' }]);
  });

  it.each([
    ['a syntax error', '{ patient(', 'QUERY_REFUSED'],
    ['an unknown field', 'query Broken { nothing }', 'QUERY_REFUSED'],
    ['a document beyond the limits', `{ ${Array.from({ length: 40 }, (_, n) => `a${n}: __typename`).join(' ')} }`, 'QUERY_REFUSED'],
    ['a variable of the wrong type', 'query ($id: UUID!) { patient(id: $id) { id } }', 'BAD_USER_INPUT'],
  ])('%s', async (_, query, code) => {
    const { entries } = await trace(query, { id: 'no id' }, nurse.token);
    expect(entries).toMatchObject([{ tenant_id: practice.tenantId, action: 'REFUSED', outcome: 'FAILED', error_code: code }]);
  });

  it.each([
    ['a form that another site could send', '{"query":"{ __typename }"}', { 'content-type': 'text/plain' }, 400],
    ['a body of 2 MB', JSON.stringify({ query: `{ __typename } # ${'x'.repeat(2_000_000)}` }), {}, 413],
    ['a foreign origin', '{"query":"{ __typename }"}', { origin: 'https://evil.example' }, 403],
    ['broken JSON', '{"query":', {}, 400],
    ['a chamber that is no id', '{"query":"{ __typename }"}', { 'x-sinduk-chamber': 'Gulshan' }, undefined],
  ])('%s', async (_, body, headers, status) => {
    const response = await world.http(body, { ...headers, authorization: `Bearer ${nurse.token}` });
    if (status) expect(response.statusCode).toBe(status);
    expect(response.json().data).toBeUndefined();
    const entries = await rowsOf(world, String(response.headers['x-request-id']));
    expect(entries).toMatchObject([{ tenant_id: practice.tenantId, action: 'REFUSED', outcome: 'FAILED' }]);
  });

  it('an address that a proxy made up is left out, and the request served', async () => {
    const { response, entries } = await trace('{ __typename }', {}, nurse.token, { 'x-forwarded-for': 'unknown' });
    expect(response.statusCode).toBe(200);
    expect(entries).toMatchObject([{ outcome: 'SUCCESS', ip: null }]);
  });

  it('an address of version 4 in the clothes of version 6 is told as what it is', async () => {
    const { entries } = await trace('{ __typename }', {}, nurse.token, { 'x-forwarded-for': '::ffff:203.0.113.5' });
    expect(entries).toMatchObject([{ ip: '203.0.113.5' }]);
  });
});
