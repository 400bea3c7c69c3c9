import { enrol } from '../support/factors.js';
import { OTHER_PASSWORD } from '../support/passwords.js';
import { inventedEmail, invite, join } from '../support/staff.js';
import { entriesOf } from '../support/trail.js';
import { type GraphqlAnswer, PASSWORD, type Practice, World } from '../support/world.js';

describe('signing in', () => {
  let world: World;
  let practice: Practice;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
  });
  afterAll(() => world.close());

  it('gives a bearer client tokens that work until it signs out', async () => {
    const { token } = await world.signIn(practice.owner.email);
    const { mySessions } = await world.ok('{ mySessions { id current client } }', {}, token);
    expect(mySessions.filter((session: { current: boolean }) => session.current)).toHaveLength(1);
    await world.ok('mutation { signOut }', {}, token);
    const answer = await world.graphql('{ mySessions { id } }', {}, token);
    expect(answer.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  describe('by a joining code', () => {
    const JOIN = `mutation ($input: JoinInput!) { join(input: $input) {
      __typename ... on SignedIn { accessToken deviceToken practices { id current } } ... on SecondFactorNeeded { signInToken kinds } } }`;
    const redeem = (input: object): Promise<GraphqlAnswer> => world.graphql(JOIN, { input: { password: PASSWORD, client: 'BEARER', ...input } });
    const faultsOf = ({ errors }: GraphqlAnswer): unknown => errors?.[0]?.extensions['faults'] ?? errors?.[0]?.extensions.code;

    it('is joining: whoever is new has a session in the practice, and both are in its trail', async () => {
      const email = inventedEmail('nurse');
      const { data } = await redeem({ email, code: await invite(world, practice.owner.token, email), nameEn: 'Rokeya Akter' });
      expect(data.join).toMatchObject({ accessToken: expect.any(String), deviceToken: expect.any(String), practices: [{ id: practice.tenantId, current: true }] });
      const { viewer } = await world.ok('{ viewer { member { id nameEn } } }', {}, data.join.accessToken);
      const entries = await entriesOf(world, practice.owner.token, { actorMemberId: viewer.member.id });
      expect(entries.filter(({ operation }) => operation === 'Mutation.join').map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(['SIGNED_IN SUCCESS', 'JOINED SUCCESS']);
    });

    it('keeps a browser’s tokens in cookies', async () => {
      const email = inventedEmail('nurse');
      const answer = await world.http({ query: JOIN, variables: { input: { email, password: PASSWORD, code: await invite(world, practice.owner.token, email), nameEn: 'Rokeya Akter' } } });
      expect(answer.json().data.join).toMatchObject({ accessToken: null, deviceToken: null });
      expect(answer.cookies.map(({ name }) => name).sort()).toEqual(['__Host-sinduk-access', '__Host-sinduk-device', '__Host-sinduk-refresh']);
    });

    it('needs a name for a new account, which only whoever holds the code learns, and uses nothing up', async () => {
      const email = inventedEmail('nurse');
      const code = await invite(world, practice.owner.token, email);
      expect(faultsOf(await redeem({ email, code: 'a guess' }))).toBe('SIGN_IN_REFUSED');
      expect(faultsOf(await redeem({ email, code }))).toEqual([{ path: ['input', 'nameEn'], reason: 'NAME_NEEDED' }]);
      expect(faultsOf(await redeem({ email, code, password: 'short' }))).toMatchObject([{ path: ['input', 'password'], reason: 'TOO_SHORT' }, { path: ['input', 'nameEn'] }]);
      expect(faultsOf(await redeem({ email, code, nameEn: 'Rokeya Akter' }))).toBeUndefined();
    });

    it('needs no name of whoever has an account, works there although they work elsewhere, and asks for their second factor', async () => {
      const email = inventedEmail('nurse');
      const there = await join(world, email, await invite(world, practice.owner.token, email));
      const [second, third] = [await world.practice('Second Clinic'), await world.practice('Third Clinic')];
      const code = await invite(world, second.owner.token, email);
      expect(faultsOf(await redeem({ email, code, password: OTHER_PASSWORD }))).toBe('SIGN_IN_REFUSED');
      const { data } = await redeem({ email, code });
      expect(data.join.practices.find(({ current }: { current: boolean }) => current)).toEqual({ id: second.tenantId, current: true });
      await enrol(world, there);
      const asked = await redeem({ email, code: await invite(world, third.owner.token, email) });
      expect(asked.data.join).toEqual({ __typename: 'SecondFactorNeeded', signInToken: expect.any(String), kinds: ['ONE_TIME_CODE', 'RECOVERY_CODE'] });
      const { myPractices } = await world.ok('{ myPractices { id } }', {}, there.token);
      expect(myPractices).toContainEqual({ id: third.tenantId });
    });
  });

  it('answers with headers that keep a browser from doing anything else with it', async () => {
    const { headers } = await world.http({ query: '{ __typename }' });
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'strict-transport-security': expect.stringMatching(/max-age=31536000/),
      'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store',
    });
  });
});
