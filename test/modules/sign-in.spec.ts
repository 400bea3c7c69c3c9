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
});
