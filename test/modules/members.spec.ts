import { hire, openChamber } from '../support/staff.js';
import { World, type Practice } from '../support/world.js';

describe('members', () => {
  let world: World;
  let practice: Practice;
  let gulshan: string;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    gulshan = await openChamber(world, practice, 'Gulshan');
  });
  afterAll(() => world.close());

  it.each(['DOCTOR', 'MANAGER', 'RECEPTIONIST', 'NURSE', 'ASSISTANT'] as const)('a %s joins', async (role) => {
    const person = await hire(world, practice, gulshan, role);
    const { viewer } = await world.ok('{ viewer { member { id nameEn roles isOwner } practice { name status } permissions chambers { role current validFrom chamber { name } } } }', {}, person.token);
    expect(viewer.member).toMatchObject({ id: person.memberId, roles: [role], isOwner: false });
    expect(viewer.practice).toEqual({ name: 'Shapla Chamber', status: 'TRIAL' });
    expect(viewer.chambers).toMatchObject([{ role, current: true, chamber: { name: 'Gulshan' } }]);
  });
});
