import { World, type Practice } from '../support/world.js';

describe('signing in', () => {
  let world: World;
  let practice: Practice;

  beforeAll(async () => {
    world = await World.open();
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

  it('answers with headers that keep a browser from doing anything else with it', async () => {
    const { headers } = await world.http({ query: '{ __typename }' });
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'strict-transport-security': expect.stringMatching(/max-age=31536000/),
      'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store',
    });
  });
});
