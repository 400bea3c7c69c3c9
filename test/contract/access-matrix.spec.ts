import { type GraphQLSchema, isObjectType, isSpecifiedScalarType } from 'graphql';
import type { AccessRule } from '../../src/platform/access/can.decorator.js';
import { fieldClasses, fieldFaults } from '../../src/platform/access/field-rules.js';
import { credentialMutations } from '../../src/platform/graphql/one-credential.rule.js';
import { ask } from '../support/sockets.js';
import { type GraphqlAnswer, World, isEmptyHanded } from '../support/world.js';
import { accessRules, inWords, methodsOfFields, routeRules, schemaOf } from './access-rules.js';
import { type RootField, operationOf, rootFields } from './operations.js';
import { expectReviewed } from './reviewed.js';
import { type Seeded, seedPractice } from './two-practices.js';

/** What takes nothing that could be guessed, and opens nothing. */
const TAKES_NO_CREDENTIAL = ['Mutation.beginPasskeySignIn', 'Mutation.beginGoogleSignIn', 'Mutation.beginGoogleJoin', 'Query.signInMethods', 'Money.display'];

/** What takes a link or a secret of 256 random bits, or the code of a paper, of 130, and nothing that could be guessed. */
const OPENS_BY_SECRET = ['Query.onlineClinic', 'Query.onlineSessions', 'OnlineSession.slots', 'Query.onlineBooking', 'Mutation.confirmOnlineBooking', 'Mutation.cancelOnlineBooking', 'Mutation.payOnlineDeposit', 'Query.verifyPrescription', 'Mutation.recordDispensing'];

/** What answers anybody, and opens nothing: challenges, and mails to others. */
const ANSWERS_ANYBODY: ReadonlySet<string> = new Set([...TAKES_NO_CREDENTIAL, 'Mutation.requestPasswordReset']);

describe('access', () => {
  let world: World;
  let practice: Seeded;
  let schema: GraphQLSchema;
  let rules: Map<string, AccessRule>;
  let fields: RootField[];

  beforeAll(async () => {
    world = await World.open();
    practice = await seedPractice(world, 'Shapla Chamber');
    schema = schemaOf(world);
    rules = accessRules(world);
    fields = rootFields(schema);
  });
  afterAll(() => world.close());

  it('is ruled for every root field and field resolver as was reviewed', () => {
    const names = fields.map(({ name }) => name);
    expect(names.filter((name) => !rules.has(name))).toEqual([]);
    const inSchema = [...rules.keys()].filter((name) => {
      const [type, field] = name.split('.') as [string, string];
      const parent = schema.getType(type);
      return isObjectType(parent) && field in parent.getFields();
    });
    expect([...rules.keys()].filter((name) => !inSchema.includes(name))).toEqual([]);
    const routes = [...routeRules(world)].map(([name, rule]) => `${name}  ${inWords(rule)}`);
    // Whatever takes a credential from anybody may be tried once in a request; and so may what a thief of a session could guess.
    const open = [...rules].flatMap(([name, rule]) => ('publicBecause' in rule ? [name] : []));
    expect(open.filter((name) => ![...TAKES_NO_CREDENTIAL, ...OPENS_BY_SECRET].includes(name)).concat(...['changePassword', 'confirmOneTimeCodes', 'registerPasskey', 'stepUp'].map((name) => `Mutation.${name}`)).sort())
      .toEqual([...credentialMutations].map((name) => `Mutation.${name}`).sort());
    expectReviewed('test/contract/access-matrix.txt', [...[...rules].map(([name, rule]) => `${name}  ${inWords(rule)}`).sort(), ...routes.sort()]);
  });

  it('has a class for every field, as was reviewed, and every way to a field passes a guard that its class demands', () => {
    const methods = methodsOfFields(world);
    const classes = fieldClasses(schema, methods);
    expectReviewed('test/contract/classification.txt', [...classes].map(([field, dataClass]) => `${field}  ${dataClass}`).sort());
    expect(fieldFaults(schema, methods)).toEqual([]);
    expect([...classes.values()].filter((dataClass) => dataClass === 'clinical').length).toBeGreaterThan(1);
    // With the guard of one clinical field away, there is a fault.
    expect(fieldFaults(schema, methods.map((method) => (method.field === 'Patient.clinical' ? { ...method, rule: undefined } : method))))
      .toContain('PatientClinical.notes is clinical and can be reached with no more than patients:read');
    expect(fieldFaults(schema, methods.map((method) => (method.field === 'Patient.clinical' ? { ...method, dataClass: undefined } : method))))
      .toContain('Patient.clinical has no @Classified');
    // The same through an interface and a union.
    expect(fieldFaults(schema, methods.map((method) => (method.field === 'ClinicalTimelineItem.record' ? { ...method, rule: undefined } : method))))
      .toContain('ClinicalNote.text is clinical and can be reached with no more than patients:read');
  });

  it('knows a likely value for every scalar that can be sent', () => {
    for (const field of fields) expect(() => operationOf(field)).not.toThrow();
    expect(Object.values(schema.getTypeMap()).some(isSpecifiedScalarType)).toBe(true);
  });

  const entriesOf = (answer: GraphqlAnswer) => world.sql<{ operation: string; outcome: string; action: string; error_code: string; tenant_id: string | null }>('superuser',
    'select operation, outcome, action, error_code, tenant_id from audit.entries where request_id = $1', [answer.errors![0]!.extensions.requestId]);

  /** What a root field answers by the road that it takes. */
  const answerOf = async (field: RootField, token?: string): Promise<GraphqlAnswer & { requestId: string }> => {
    const { status, body, requestId } = await ask(world, field.kind, operationOf(field), token);
    return { status, requestId, ...(JSON.parse(body) as Omit<GraphqlAnswer, 'status'>) };
  };

  it('is refused to whoever is not signed in, and each refusal is in the trail', async () => {
    for (const field of fields.filter(({ name }) => !ANSWERS_ANYBODY.has(name))) {
      const rule = rules.get(field.name)!;
      const answer = await answerOf(field);
      if (field.kind === 'subscription') {
        // Nobody who is not signed in comes as far as to subscribe.
        expect([field.name, answer]).toEqual([field.name, { status: 4401, requestId: '' }]);
        expect(await world.sql('superuser', 'select operation, outcome, error_code from audit.entries order by id desc limit 1')).toEqual([{ operation: 'websocket', outcome: 'DENIED', error_code: 'UNAUTHENTICATED' }]);
        continue;
      }
      const code = answer.errors?.[0]?.extensions.code;
      expect([field.name, code]).toEqual([field.name, 'permission' in rule ? 'UNAUTHENTICATED' : rule.byLink ? 'NOT_FOUND' : 'SIGN_IN_REFUSED']);
      expect([field.name, isEmptyHanded(answer)]).toEqual([field.name, true]);
      expect(await entriesOf(answer)).toEqual([{ operation: field.name, outcome: 'DENIED', action: rule.action, error_code: code, tenant_id: null }]);
    }
  });

  it('to HTTP routes is refused likewise, with a status, and each refusal is in the trail', async () => {
    for (const [name, rule] of routeRules(world)) {
      if (!rule || 'publicBecause' in rule) continue;
      const [method, path] = name.split(' ') as ['GET' | 'PUT', string];
      const url = path.replace(/:\w+/g, practice.patientId);
      for (const [token, status, code, tenant] of [[undefined, 401, 'UNAUTHENTICATED', null], [practice.assistant.token, 403, 'FORBIDDEN', practice.tenantId]] as const) {
        if (token && rule.permission.startsWith('self:')) continue;
        const answer = await world.app.inject({ method, url, headers: { ...(token && { authorization: `Bearer ${token}` }), ...(method === 'GET' ? {} : { 'content-type': 'application/octet-stream' }) }, ...(method === 'GET' ? {} : { payload: 'x' }) });
        expect([name, answer.statusCode, Object.keys(answer.json()), answer.json().errors[0].extensions.code]).toEqual([name, status, ['errors'], code]);
        expect(await entriesOf(answer.json())).toEqual([{ operation: name, outcome: 'DENIED', action: rule.action, error_code: code, tenant_id: tenant }]);
      }
    }
  });

  it('needs the permission that the schema tells', () => {
    const silent = fields.filter(({ name, field }) => {
      const rule = rules.get(name)!;
      return 'permission' in rule && !rule.permission.startsWith('self:') && !field.description?.includes(rule.permission);
    });
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('asks for a step-up where the schema tells so, with its error, and nowhere else', () => {
    const wrong = fields.filter(({ name, field }) => {
      const rule = rules.get(name)!;
      const asks = 'permission' in rule && Boolean(rule.stepUp);
      return [/Needs [^.]*step-up/, /Errors: [^.]*STEP_UP_NEEDED/].some((told) => told.test(field.description ?? '') !== asks);
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('does not believe an old proof of identity where it asks for a step-up', async () => {
    await world.sql('owner', `update auth.sessions set authenticated_at = now() - interval '5 minutes'`);
    const refused: string[] = [];
    for (const field of fields) {
      const rule = rules.get(field.name)!;
      if ('permission' in rule && rule.stepUp && (await answerOf(field, practice.owner.token)).errors?.[0]?.extensions.code === 'STEP_UP_NEEDED') refused.push(field.name);
    }
    await world.sql('owner', 'update auth.sessions set authenticated_at = now()');
    const sensitive = fields.filter(({ name }) => (rules.get(name) as { stepUp?: boolean }).stepUp).map(({ name }) => name);
    expect(refused).toEqual(sensitive);
    expect(sensitive.length).toBeGreaterThan(8);
  });

  it('is refused to a member without any permission, and each refusal is in the practice’s trail', async () => {
    let refused = 0;
    for (const field of fields) {
      const rule = rules.get(field.name)!;
      if (!('permission' in rule) || rule.permission.startsWith('self:')) continue;
      // Nobody's first request, and a later one, which the server may decide from what it learned in the first.
      for (let time = 0; time < 2; time++) {
        const answer = await answerOf(field, practice.assistant.token);
        expect([field.name, answer.errors?.[0]?.extensions]).toEqual([field.name, { code: 'FORBIDDEN', permission: rule.permission, requestId: expect.any(String) }]);
        expect(isEmptyHanded(answer)).toBe(true);
        expect(await entriesOf(answer)).toEqual([{ operation: field.name, outcome: 'DENIED', action: rule.action, error_code: 'FORBIDDEN', tenant_id: practice.tenantId }]);
      }
      refused++;
    }
    expect(refused).toBeGreaterThan(10);
  });

  it('to what is clinical is refused field by field, and that is in the trail too', async () => {
    const receptionist = await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }',
      { input: { permission: 'patients:read', memberId: practice.assistant.memberId } }, practice.owner.token);
    expect(receptionist).toBeDefined();
    const answer = await world.graphql('query ($id: UUID!) { patient(id: $id) { id clinical { __typename } } }', { id: practice.patientId }, practice.assistant.token);
    expect(answer.data).toEqual({ patient: { id: practice.patientId, clinical: null } });
    expect(answer.errors).toMatchObject([{ path: ['patient', 'clinical'], extensions: { code: 'FORBIDDEN', permission: 'patients:read-clinical' } }]);
    const entries = await entriesOf(answer);
    expect(entries).toContainEqual({ operation: 'Query.patient', outcome: 'DENIED', action: 'VIEWED', error_code: 'FORBIDDEN', tenant_id: practice.tenantId });
    // The same ways round, through lists and connections.
    const listed = await world.graphql('{ patients { edges { node { clinical { __typename } } } } }', {}, practice.assistant.token);
    expect(listed.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(JSON.stringify(listed.data)).not.toContain('PatientClinical');
  });

  it('by an owner, too, leaves an entry for every root field, whatever comes of it', async () => {
    let owner = await world.signIn(practice.owner.email);
    for (const field of fields) {
      const rule = rules.get(field.name)!;
      const { requestId } = await answerOf(field, owner.token);
      const entries = await world.sql<{ operation: string; action: string }>('superuser', 'select operation, action from audit.entries where request_id = $1', [requestId]);
      expect([field.name, entries]).toEqual([field.name, [{ operation: field.name, action: rule.action }]]);
      // Some of them end the session that asks.
      if ((await world.graphql('{ viewer { __typename } }', {}, owner.token)).errors) owner = await world.signIn(practice.owner.email);
    }
  });
});
