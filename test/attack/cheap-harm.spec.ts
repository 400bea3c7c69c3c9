import { randomUUID } from 'node:crypto';
import type { AuditPayload } from '../../src/audit/audit-payload.js';
import type { AuditWriter } from '../../src/audit/audit-writer.js';
import { strangerLimits } from '../../src/audit/strangers.js';
import { AccessTokens } from '../../src/auth/access-tokens.js';
import { passwordFault } from '../../src/auth/passwords/password-policy.js';
import { AuditTrail } from '../../src/platform/context/audit-trail.js';
import { INSTALLATION, Keyring } from '../../src/platform/crypto/keyring.js';
import { withClient } from '../../src/platform/database/databases.js';
import { MOST_PREPARED, runGroup } from '../../src/platform/database/statement-group.js';
import { entriesOf } from '../support/entries.js';
import { at, hire, invite, inventedEmail, openChamber } from '../support/staff.js';
import { type Person, type Practice, PASSWORD, World, isEmptyHanded } from '../support/world.js';

const JOIN = 'mutation ($input: JoinInput!) { join(input: $input) { __typename } }';
const STRONG = 'eleven umber kettles hum';

describe('harm that is cheap to do', () => {
  let world: World;
  let practice: Practice;
  let chamber: string;
  let desk: Person;

  const joining = async (email: string, password: string, code = 'guessed') => {
    const { errors } = await world.graphql(JOIN, { input: { code, email, password, nameEn: 'Rokeya Akter' } });
    const { message, extensions: { requestId: _, ...extensions } } = errors![0]!;
    return { message, extensions };
  };

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    chamber = await openChamber(world, practice, 'Gulshan');
    desk = await hire(world, practice, chamber, 'RECEPTIONIST');
  });
  afterAll(() => world.close());

  describe('by a stranger', () => {
    it.each(['a', STRONG])('joining without an invitation, password "%s": nothing tells whether there is an account', async (password) => {
      const known = await joining(practice.owner.email, password);
      expect(known).toEqual(await joining(inventedEmail('nobody'), password));
      expect(known.extensions.code).toBe('SIGN_IN_REFUSED');
    });

    it('tells an invited person without an account what is wrong with the password', async () => {
      const email = inventedEmail('invited');
      const { extensions } = await joining(email, 'a', await invite(world, practice.owner.token, email));
      expect(extensions).toEqual({ code: 'BAD_USER_INPUT', faults: [{ path: ['input', 'password'], reason: 'TOO_SHORT', params: { min: 15 } }] });
    });

    describe('requests that nobody could stop', () => {
      afterEach(() => jest.restoreAllMocks());
      const writer = () => world.app.get<AuditWriter>(AuditTrail, { strict: false });
      const entriesFrom = (ip: string) => world.sql<{ operation: string; outcome: string; payload: Buffer; id: string }>('superuser', 'select operation, outcome, payload, id from audit.entries where ip = $1 order by id', [ip]);
      const comeBack = async (from: string): Promise<number> => (await world.app.inject({ method: 'GET', url: '/auth/google/callback?state=made-up', remoteAddress: from })).statusCode;
      const ask = async (from: string, query = '{ patients { totalCount } }', token?: string): Promise<number> =>
        (await world.app.inject({ method: 'POST', url: '/graphql', remoteAddress: from, headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }, payload: { query } })).statusCode;

      it('have a thousand entries from one network, and one that tells how many more there were; whoever is known there has theirs', async () => {
        jest.replaceProperty(strangerLimits, 'entries', 3);
        const from = '203.0.113.60';
        for (let n = 0; n < 4; n++) expect(await comeBack(from)).toBe(303);
        for (const query of ['{', '{ patients { totalCount } }', '{ nothing }', '{ __typename }']) expect(await ask(from, query)).toBeLessThan(500);
        expect((await entriesFrom(from)).map(({ operation }) => operation)).toEqual(Array(3).fill('GET /auth/google/callback'));
        await ask(from, '{ viewer { permissions } }', desk.token);
        expect(await entriesFrom(from)).toHaveLength(4);
        // Nor does the time that it takes tell whether there is an account.
        await ask(from, 'mutation { signIn(input: { email: "nobody@nowhere.example", password: "wrong" }) { __typename } }');
        // Whoever tries a credential is always seen.
        await ask(from, `mutation { resetPassword(input: { code: "made up", newPassword: "${STRONG}" }) }`);
        for (const token of ['"made up"', 'null']) await ask(from, `mutation { refreshSession(refreshToken: ${token}) { __typename } }`);
        expect(await comeBack('203.0.113.61')).toBe(303);
        expect(await entriesFrom('203.0.113.61')).toHaveLength(1);
        await writer().tellOfStrangers();
        await writer().tellOfStrangers();
        const [, , , , ...rest] = await entriesFrom(from);
        expect(rest.map(({ operation }) => operation)).toEqual(['Mutation.signIn', 'Mutation.resetPassword', 'Mutation.refreshSession', 'Mutation.refreshSession', 'Query.patients']);
        const told = rest.at(-1);
        expect(told!.outcome).toBe('DENIED');
        const keys = await world.app.get(Keyring).of(INSTALLATION);
        expect(keys.open<AuditPayload>('audit.entries', told!.id, 'payload', told!.payload).reason).toBe('for 5 requests of strangers from this network that have no entry of their own; none ended worse');
        // In the next stretch of time each has its own again.
        jest.replaceProperty(strangerLimits, 'windowMs', 0);
        await comeBack(from);
        expect(await entriesFrom(from)).toHaveLength(10);
      });

      it('are told of by a server that stops', async () => {
        jest.replaceProperty(strangerLimits, 'entries', 0);
        const another = await world.anotherServer();
        await another.init();
        for (let n = 0; n < 2; n++) await another.inject({ method: 'GET', url: '/auth/google/callback?state=made-up', remoteAddress: '203.0.113.62' });
        expect(await entriesFrom('203.0.113.62')).toEqual([]);
        await another.close();
        expect(await entriesFrom('203.0.113.62')).toHaveLength(1);
      });

      it('are counted together for networks beyond number', async () => {
        await writer().tellOfStrangers();
        jest.replaceProperty(strangerLimits, 'entries', 2);
        jest.replaceProperty(strangerLimits, 'networks', 0);
        for (let n = 1; n <= 5; n++) await comeBack(`2001:db8:0:${n}::1`);
        expect((await Promise.all([1, 2, 3, 4, 5].map((n) => entriesFrom(`2001:db8:0:${n}::1`)))).map((entries) => entries.length)).toEqual([1, 1, 0, 0, 0]);
      });
    });

    it('a long password is judged by its first 24 characters, for judging stops the server', () => {
      const strong = 'Wq7#mZ2!vR9$kT4&';
      const fault = (password: string) => passwordFault(password, { ownWords: [], hasSecondFactor: false });
      expect(fault(strong)).toBeUndefined();
      expect(fault('a'.repeat(24) + strong)).toEqual({ reason: 'TOO_COMMON' });
      expect(fault(strong + 'a'.repeat(100))).toBeUndefined();
    });
  });

  describe('by a receptionist', () => {
    it('more refreshes at once than there are connections, when no key is known yet: all are served', async () => {
      world.app.get(Keyring).forget();
      const { refreshToken } = await world.signIn(desk.email, PASSWORD);
      world.app.get(Keyring).forget();
      const answers = await Promise.all(Array.from({ length: 12 }, () =>
        world.graphql('mutation ($token: String) { refreshSession(refreshToken: $token) { refreshToken } }', { token: refreshToken })));
      expect(answers.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(Array.from({ length: 12 }, () => undefined));
      expect(new Set(answers.map(({ data }) => data.refreshSession.refreshToken)).size).toBe(1);
    });

    it('naming chamber after chamber: the rights in few of them are remembered', async () => {
      for (let i = 0; i < 110; i++) await world.ok('{ viewer { permissions } }', {}, desk.token, at(randomUUID()));
      const caller = await world.app.get(AccessTokens).verify(desk.token);
      expect(caller!.lastKnown.size).toBeLessThanOrEqual(100);
    });

    it('refused fields of a whole list: one entry that names every patient', async () => {
      const names = ['Salma Khatun', 'Abdul Karim', 'Nusrat Jahan'];
      const ids: string[] = [];
      for (const nameEn of names) {
        const { registerPatient } = await world.ok('mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }', { input: { nameEn } }, desk.token);
        ids.push(registerPatient.patient.id);
      }
      const { data, errors } = await world.graphql('{ patients { edges { node { id clinical { notes } } } } }', {}, desk.token);
      expect(data.patients.edges.map(({ node }: { node: { clinical: unknown } }) => node.clinical)).toEqual([null, null, null]);
      expect(errors!.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
      const denied = (await entriesOf(world, practice.tenantId, 'Query.patients')).filter(({ outcome }) => outcome === 'DENIED');
      expect(denied).toHaveLength(1);
      expect(denied[0]!.records.sort()).toEqual(ids.map((id) => `requested:clinical:${id}`).sort());
    });
  });

  describe('by who combines filters', () => {
    it('thousands of texts of SQL: a connection keeps few of them prepared, and each still runs', async () => {
      await withClient(world.databases.app, async (client) => {
        const texts = Array.from({ length: MOST_PREPARED + 60 }, (_, i) => `select ${i}::integer as n`);
        for (const text of texts) await runGroup(client, [{ text }]);
        const { rows } = await client.query<{ kept: number }>('select count(*)::integer as kept from pg_prepared_statements');
        expect(rows[0]!.kept).toBeLessThanOrEqual(MOST_PREPARED + 1);
        await expect(runGroup(client, [{ text: texts[0]! }, { text: 'select 1 / 0' }])).rejects.toThrow('division by zero');
        const [first, last] = await runGroup(client, [{ text: texts[0]! }, { text: texts.at(-1)! }]);
        expect([first, last]).toEqual([[{ n: 0 }], [{ n: texts.length - 1 }]]);
      });
    });
  });

  describe('by who can write to the database', () => {
    it('a profile moved to another member does not open there, though its owner was seen before', async () => {
      const colleague = await hire(world, practice, chamber, 'NURSE');
      for (const { token } of [desk, colleague]) await world.ok('{ chambers { id } }', {}, token);
      await world.sql('superuser', `
        update clinic.members m set profile = o.profile from clinic.members o where m.tenant_id = $1 and o.tenant_id = $1 and m.id = $2 and o.id = $3`,
        [practice.tenantId, desk.memberId, colleague.memberId]);
      const answer = await world.graphql('{ chambers { id } }', {}, desk.token);
      expect(isEmptyHanded(answer)).toBe(true);
      expect(answer).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL' } }] });
    });
  });
});
