import { readFileSync } from 'node:fs';
import { type GraphQLSchema, isObjectType, isSpecifiedScalarType } from 'graphql';
import type { AccessRule } from '../../src/platform/access/can.decorator.js';
import { credentialMutations } from '../../src/platform/graphql/one-credential.rule.js';
import { type GraphqlAnswer, World } from '../support/world.js';
import { accessRules, inWords, routeRules, schemaOf, waysTo } from './access-rules.js';
import { type RootField, operationOf, rootFields } from './operations.js';
import { expectReviewed } from './reviewed.js';
import { type Seeded, seedPractice } from './two-practices.js';

/**
 * What a field is, and which permission must lie on every way to it; any one of those named. The reviewed table in
 * classification.txt says for each field of the schema what it is.
 */
const classes: Record<string, readonly string[] | undefined> = {
  /** Ids, versions, cursors and the like; says nothing of anybody. */
  technical: undefined,
  /** About the practice as a whole, for all who work there. */
  practice: ['self:read', 'self:manage', 'practice:manage', 'chambers:manage', 'members:manage', 'roles:manage', 'public'],
  /** About the person who asks. */
  own: ['self:read', 'self:manage', 'public'],
  /** About those who work in the practice. */
  staff: ['self:read', 'members:manage', 'roles:manage'],
  /** Lets its holder in. */
  credential: ['public', 'self:manage', 'members:manage'],
  /** Who a patient is. */
  patient: ['patients:read', 'patients:register', 'patients:edit', 'patients:edit-clinical', 'patients:archive'],
  /** What a patient has. */
  clinical: ['patients:read-clinical'],
  /** What was done by whom. */
  trail: ['audit:read'],
};

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
    // Whatever takes a credential from anybody may be tried once in a request.
    expect([...rules].flatMap(([name, rule]) => ('publicBecause' in rule ? [name] : [])).sort()).toEqual([...credentialMutations].map((name) => `Mutation.${name}`).sort());
    expectReviewed('test/contract/access-matrix.txt', [...[...rules].map(([name, rule]) => `${name}  ${inWords(rule)}`).sort(), ...routes.sort()]);
    expect(routes.filter((line) => !line.includes('public: '))).toEqual([]);
  });

  it('has a class for every field, and every way to a field passes a guard that its class demands', () => {
    const table = readFileSync('test/contract/classification.txt', 'utf8').split('\n').filter(Boolean).map((line) => line.split(/\s+/) as [string, string]);
    const classOf = new Map(table);
    const roots = new Set(['Query', 'Mutation', 'Subscription']);
    const all = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__') && !roots.has(type.name))
      .flatMap((type) => (isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : []));
    expect(all.filter((name) => !classOf.has(name))).toEqual([]);
    expect([...classOf.keys()].filter((name) => !all.includes(name))).toEqual([]);
    expect(table.filter(([, name]) => !(name in classes))).toEqual([]);
    expect(table.map(([name]) => name)).toEqual([...new Set(table.map(([name]) => name))]);
    const ways = waysTo(schema, rules).filter(({ field }) => !roots.has(field.split('.')[0]!));
    const open = ways.filter(({ field, permissions }) => {
      const demanded = classes[classOf.get(field)!];
      return demanded && !demanded.some((permission) => permissions.has(permission));
    });
    expect(open.map(({ field, permissions }) => `${field} by ${[...permissions].join(' ')}`)).toEqual([]);
    expect(ways.some(({ field }) => classOf.get(field) === 'clinical')).toBe(true);
  });

  it('knows a likely value for every scalar that can be sent', () => {
    for (const field of fields) expect(() => operationOf(field)).not.toThrow();
    expect(Object.values(schema.getTypeMap()).some(isSpecifiedScalarType)).toBe(true);
  });

  const entriesOf = (answer: GraphqlAnswer) => world.sql<{ operation: string; outcome: string; action: string; error_code: string; tenant_id: string | null }>('superuser',
    'select operation, outcome, action, error_code, tenant_id from audit.entries where request_id = $1', [answer.errors![0]!.extensions.requestId]);

  it('is refused to whoever is not signed in, and each refusal is in the trail', async () => {
    for (const field of fields) {
      const rule = rules.get(field.name)!;
      const { query, variables } = operationOf(field);
      const answer = await world.graphql(query, variables);
      const code = answer.errors?.[0]?.extensions.code;
      expect([field.name, code]).toEqual([field.name, 'permission' in rule ? 'UNAUTHENTICATED' : 'SIGN_IN_REFUSED']);
      expect([field.name, answer.data]).toEqual([field.name, null]);
      expect(await entriesOf(answer)).toEqual([{ operation: field.name, outcome: 'DENIED', action: rule.action, error_code: code, tenant_id: null }]);
    }
  });

  it('is refused to a member without any permission, and each refusal is in the practice’s trail', async () => {
    let refused = 0;
    for (const field of fields) {
      const rule = rules.get(field.name)!;
      if (!('permission' in rule) || rule.permission.startsWith('self:')) continue;
      const { query, variables } = operationOf(field);
      // Nobody's first request, and a later one, which the server may decide from what it learned in the first.
      for (let time = 0; time < 2; time++) {
        const answer = await world.graphql(query, variables, practice.assistant.token);
        expect([field.name, answer.errors?.[0]?.extensions]).toEqual([field.name, { code: 'FORBIDDEN', permission: rule.permission, requestId: expect.any(String) }]);
        expect(answer.data).toBeNull();
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
    for (const field of fields) {
      const rule = rules.get(field.name)!;
      const { query, variables } = operationOf(field);
      const owner = await world.signIn(practice.owner.email);
      const response = await world.http({ query, variables }, { authorization: `Bearer ${owner.token}` });
      const entries = await world.sql<{ operation: string; action: string }>('superuser', 'select operation, action from audit.entries where request_id = $1', [response.headers['x-request-id']]);
      expect([field.name, entries]).toEqual([field.name, [{ operation: field.name, action: rule.action }]]);
    }
  });
});
