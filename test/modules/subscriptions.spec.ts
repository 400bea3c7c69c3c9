import { type Practice, World } from '../support/world.js';
import { Socket, portOf } from '../support/sockets.js';

const WATCH = 'subscription { mySessionsChanged { version sessions { id current } } }';

describe('a subscription', () => {
  let world: World;
  let practice: Practice;
  let port: number;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    port = await portOf(world.app);
  });
  afterAll(() => world.close());

  it('shows the state at once, and again whenever it changes', async () => {
    const socket = await Socket.connect(port, practice.owner.token);
    const id = socket.subscribe(WATCH);
    const first = await socket.result(id);
    expect(first).toEqual({ data: { mySessionsChanged: { version: 1, sessions: [{ id: expect.any(String), current: true }] } }, extensions: { requestId: expect.any(String) } });
    const other = await world.signIn(practice.owner.email);
    const second = await socket.result(id, 2);
    expect(second.data.mySessionsChanged).toMatchObject({ version: 2, sessions: [{ current: false }, { current: true }] });
    await world.ok('mutation { signOut }', {}, other.token);
    expect((await socket.result(id, 3)).data.mySessionsChanged).toEqual({ ...first.data.mySessionsChanged, version: 3 });
    await world.ok('mutation { signOut }', {}, practice.owner.token);
    expect(await socket.end()).toEqual({ code: 4401, reason: 'No live session: sign in, or refresh the access token' });
  });
});
