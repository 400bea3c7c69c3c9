import type { Logger } from 'pino';
import { LOGGER } from '../../src/platform/platform.module.js';
import { World } from '../support/world.js';

describe('an error that nobody foresaw', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  it('is answered with nothing inside, and found in the log by the request id of the answer', async () => {
    const { owner } = await world.practice('Shapla Chamber');
    await world.sql('owner', 'alter table clinic.chambers rename to chambers_gone');
    const logged = jest.spyOn(world.app.get<Logger>(LOGGER), 'error');
    const { errors } = await world.graphql('{ chambers { name } }', {}, owner.token);
    expect(errors).toMatchObject([{ message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL' } }]);
    expect(JSON.stringify(errors)).not.toContain('clinic.chambers');
    expect(logged.mock.calls).toContainEqual([{ err: expect.objectContaining({ code: '42P01' }), requestId: errors![0]!.extensions.requestId }, 'unforeseen error']);
  });
});
