import { entriesOf } from '../support/entries.js';
import { at, hire, inventedEmail, matrix, openChamber } from '../support/staff.js';
import { World, type Person, type Practice } from '../support/world.js';

const GRANT = 'mutation ($input: PermissionInput!) { grantPermission(input: $input) { id role memberId chamberId permission effect } }';
const DENY = 'mutation ($input: PermissionInput!) { denyPermission(input: $input) { id effect } }';
const CLEAR = 'mutation ($input: PermissionInput!) { clearOverride(input: $input) }';
const ROLES = '{ rolePermissions { role chamberId defaults effective } }';
const OVERRIDES = 'query ($first: Int!, $after: String) { permissionOverrides(first: $first, after: $after) { totalCount pageInfo { endCursor } edges { node { id role memberId chamberId permission effect } } } }';
const NOBODY = '018f0000-0000-7000-8000-000000000000';
const PERMISSION = 'payments:take';

describe('permissions', () => {
  let world: World;
  let practice: Practice;
  let gulshan: string;
  let uttara: string;
  let owner: string;

  const code = async (query: string, input: object, token = owner) => (await world.graphql(query, { input }, token)).errors?.[0]?.extensions.code;
  const faults = async (query: string, input: object) => (await world.graphql(query, { input }, owner)).errors?.[0]?.extensions['faults'];
  const grant = (input: object) => world.ok(GRANT, { input: { permission: PERMISSION, ...input } }, owner);
  const deny = (input: object) => world.ok(DENY, { input: { permission: PERMISSION, ...input } }, owner);
  const clear = (input: object) => world.ok(CLEAR, { input: { permission: PERMISSION, ...input } }, owner);
  const permissionsOf = async ({ token }: Person, chamberId?: string): Promise<string[]> =>
    (await world.ok('{ viewer { permissions } }', {}, token, chamberId ? at(chamberId) : {})).viewer.permissions;
  const holds = async (person: Person, chamberId?: string) => (await permissionsOf(person, chamberId)).includes(PERMISSION);
  const assign = (person: Person, chamberId: string, role: string) =>
    world.ok('mutation ($input: AssignChamberInput!) { assignChamber(input: $input) { id } }', { input: { memberId: person.memberId, chamberId, role } }, owner);

  beforeAll(async () => {
    world = await World.shared();
  });
  afterAll(() => world.close());

  beforeEach(async () => {
    practice = await world.practice('Shapla Chamber');
    owner = practice.owner.token;
    gulshan = await openChamber(world, practice, 'Gulshan');
    uttara = await openChamber(world, practice, 'Uttara');
  });

  it('are changed for a role, a role in a chamber, a person, and a person in a chamber, for whoever is there and whoever comes', async () => {
    const nurse = await hire(world, practice, gulshan, 'NURSE');
    const other = await hire(world, practice, gulshan, 'NURSE');
    await assign(nurse, uttara, 'NURSE');
    const seen = async () => Promise.all([holds(nurse, gulshan), holds(nurse, uttara), holds(nurse), holds(other, gulshan)]);
    expect(await seen()).toEqual([false, false, false, false]);

    await grant({ memberId: nurse.memberId, chamberId: gulshan });
    expect(await seen()).toEqual([true, false, true, false]);
    await clear({ memberId: nurse.memberId, chamberId: gulshan });
    await grant({ memberId: nurse.memberId });
    expect(await seen()).toEqual([true, true, true, false]);
    await clear({ memberId: nurse.memberId });
    await grant({ role: 'NURSE', chamberId: uttara });
    expect(await seen()).toEqual([false, true, true, false]);
    await clear({ role: 'NURSE', chamberId: uttara });
    await grant({ role: 'NURSE' });
    expect(await seen()).toEqual([true, true, true, true]);
    expect(await holds(await hire(world, practice, uttara, 'NURSE'))).toBe(true);
    expect(await holds(await hire(world, practice, gulshan, 'RECEPTIONIST'))).toBe(false);
    await clear({ role: 'NURSE' });
    expect(await seen()).toEqual([false, false, false, false]);
    expect(await permissionsOf(nurse)).toEqual(matrix.NURSE);
  });

  it.each([
    ['the role', () => ({ role: 'NURSE' })],
    ['the role in the chamber', () => ({ role: 'NURSE', chamberId: gulshan })],
    ['the person', (memberId: string) => ({ memberId })],
    ['the person in the chamber', (memberId: string) => ({ memberId, chamberId: gulshan })],
  ])('denied to %s are denied, whatever grants them', async (_, subject) => {
    const nurse = await hire(world, practice, gulshan, 'NURSE');
    const { memberId } = nurse;
    for (const other of [{ role: 'NURSE' }, { role: 'NURSE', chamberId: gulshan }, { memberId }, { memberId, chamberId: gulshan }]) await grant(other);
    expect(await holds(nurse)).toBe(true);
    await deny(subject(memberId));
    expect(await holds(nurse)).toBe(false);
    await grant(subject(memberId));
    expect(await holds(nurse)).toBe(true);
  });

  it('of a role by default can be denied in one chamber, and the next request of the same token is refused', async () => {
    const manager = await hire(world, practice, gulshan, 'MANAGER');
    await assign(manager, uttara, 'MANAGER');
    const list = async (chamberId: string) => (await world.graphql('{ members { totalCount } }', {}, manager.token, at(chamberId))).errors?.[0]?.extensions;
    expect([await list(gulshan), await list(uttara)]).toEqual([undefined, undefined]);
    await deny({ role: 'MANAGER', chamberId: gulshan, permission: 'members:manage' });
    expect(await list(gulshan)).toMatchObject({ code: 'FORBIDDEN', permission: 'members:manage' });
    expect(await list(uttara)).toBeUndefined();
  });

  it('are held by owners whatever is denied', async () => {
    await assign(practice.owner, gulshan, 'NURSE');
    await deny({ memberId: practice.owner.memberId });
    expect(await permissionsOf(practice.owner)).toEqual(matrix.DOCTOR);
    expect(await permissionsOf(practice.owner, gulshan)).toEqual(matrix.DOCTOR);
  });

  it('follow the person into a new role, and do not follow the role out of it', async () => {
    const person = await hire(world, practice, gulshan, 'NURSE');
    await grant({ memberId: person.memberId });
    await grant({ role: 'NURSE', permission: 'patients:register' });
    await assign(person, gulshan, 'ASSISTANT');
    expect(await permissionsOf(person)).toEqual([PERMISSION]);
  });

  it('are shown as a matrix of roles and chambers, and as a list of what was changed', async () => {
    const nurse = await hire(world, practice, gulshan, 'NURSE');
    await grant({ role: 'NURSE' });
    await deny({ role: 'NURSE', chamberId: uttara, permission: 'patients:read' });
    await grant({ memberId: nurse.memberId, chamberId: gulshan, permission: 'audit:read' });
    const manager = await hire(world, practice, gulshan, 'MANAGER');
    const { rolePermissions } = await world.ok(ROLES, {}, manager.token);
    expect(rolePermissions).toHaveLength(15);
    for (const { role, defaults } of rolePermissions) expect(defaults).toEqual(matrix[role as keyof typeof matrix]);
    const nurses = rolePermissions.filter(({ role }: { role: string }) => role === 'NURSE');
    const withPayments = [...matrix.NURSE, PERMISSION].sort();
    expect(nurses.map(({ chamberId, effective }: { chamberId: string; effective: string[] }) => [chamberId, effective])).toEqual([
      [null, withPayments], [gulshan, withPayments], [uttara, withPayments.filter((permission) => permission !== 'patients:read')],
    ]);
    for (const { role, effective } of rolePermissions) if (role !== 'NURSE') expect(effective).toEqual(matrix[role as keyof typeof matrix]);

    const { permissionOverrides: first } = await world.ok(OVERRIDES, { first: 2 }, manager.token);
    const { permissionOverrides: rest } = await world.ok(OVERRIDES, { first: 2, after: first.pageInfo.endCursor }, manager.token);
    expect(first.totalCount).toBe(3);
    expect([...first.edges, ...rest.edges].map(({ node: { id: _, ...node } }: { node: { id: string } }) => node)).toEqual([
      { role: 'NURSE', memberId: null, chamberId: null, permission: PERMISSION, effect: 'GRANT' },
      { role: 'NURSE', memberId: null, chamberId: uttara, permission: 'patients:read', effect: 'DENY' },
      { role: null, memberId: nurse.memberId, chamberId: gulshan, permission: 'audit:read', effect: 'GRANT' },
    ]);
    for (const query of [ROLES, OVERRIDES]) expect((await world.graphql(query, { first: 1 }, nurse.token)).errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'members:manage' });
  });

  it('are changed with before and after on record, for the role and for everybody whom it touches', async () => {
    const nurse = await hire(world, practice, gulshan, 'NURSE');
    const { grantPermission } = await grant({ role: 'NURSE', chamberId: gulshan });
    await deny({ role: 'NURSE', chamberId: gulshan });
    await clear({ role: 'NURSE', chamberId: gulshan });
    const [granted] = await entriesOf(world, practice.tenantId, 'Mutation.grantPermission');
    const [denied] = await entriesOf(world, practice.tenantId, 'Mutation.denyPermission');
    const [cleared] = await entriesOf(world, practice.tenantId, 'Mutation.clearOverride');
    const subject = { role: 'NURSE', memberId: null, chamberId: gulshan, permission: PERMISSION };
    const [without, withIt] = [{ chamberId: gulshan, permissions: matrix.NURSE }, { chamberId: gulshan, permissions: [...matrix.NURSE, PERMISSION].sort() }];
    expect(granted).toMatchObject({ action: 'GRANTED', outcome: 'SUCCESS', actor_member_id: practice.owner.memberId });
    expect(granted!.records.sort()).toEqual([`member:${nurse.memberId}`, `permissionOverride:${grantPermission.id}`]);
    const changes = (before: object | null, after: object | null, rights: [object, object] | undefined) => [
      { type: 'permissionOverride', id: grantPermission.id, field: 'override', before, after },
      ...(rights ? [
        { type: 'permissionOverride', id: grantPermission.id, field: 'rolePermissions', before: rights[0], after: rights[1] },
        { type: 'member', id: nurse.memberId, field: 'permissions', before: rights[0], after: rights[1] },
      ] : []),
    ];
    const byId = (a: { type: string }, b: { type: string }) => b.type.localeCompare(a.type);
    expect(granted!.changes.sort(byId)).toEqual(changes(null, { ...subject, effect: 'GRANT' }, [without, withIt]));
    expect(denied).toMatchObject({ action: 'REVOKED', outcome: 'SUCCESS' });
    expect(denied!.changes.sort(byId)).toEqual(changes({ ...subject, effect: 'GRANT' }, { ...subject, effect: 'DENY' }, [withIt, without]));
    expect(cleared!.changes).toEqual(changes({ ...subject, effect: 'DENY' }, null, undefined));
  });

  it('are refused when there is no such permission, subject or override', async () => {
    expect(await faults(GRANT, { permission: 'patients:fly', role: 'NURSE' })).toEqual([{ path: ['input', 'permission'], reason: 'UNKNOWN_PERMISSION' }]);
    expect(await faults(GRANT, { permission: 'self:manage', role: 'NURSE' })).toEqual([{ path: ['input', 'permission'], reason: 'UNKNOWN_PERMISSION' }]);
    expect(await faults(DENY, { permission: PERMISSION })).toEqual([{ path: ['input', 'role'], reason: 'ROLE_OR_MEMBER' }]);
    expect(await faults(DENY, { permission: PERMISSION, role: 'NURSE', memberId: practice.owner.memberId })).toEqual([{ path: ['input', 'role'], reason: 'ROLE_OR_MEMBER' }]);
    expect(await code(CLEAR, { permission: PERMISSION, role: 'NURSE' })).toBe('NOT_FOUND');
    const stranger = await world.practice('Padma Clinic', 'AE');
    const foreignChamber = await openChamber(world, stranger, 'Deira', 'Asia/Dubai');
    for (const query of [GRANT, DENY, CLEAR]) {
      for (const chamberId of [foreignChamber, NOBODY]) expect(await code(query, { permission: PERMISSION, role: 'NURSE', chamberId })).toBe('NOT_FOUND');
      for (const memberId of [stranger.owner.memberId, NOBODY]) expect(await code(query, { permission: PERMISSION, memberId })).toBe('NOT_FOUND');
    }
    expect(await world.sql('superuser', 'select from clinic.permission_overrides where tenant_id = any ($1)', [[practice.tenantId, stranger.tenantId]])).toHaveLength(0);
  });

  it('are not for a manager to change', async () => {
    const manager = await hire(world, practice, gulshan, 'MANAGER');
    const nurse = await hire(world, practice, gulshan, 'NURSE');
    for (const query of [GRANT, DENY, CLEAR]) expect(await code(query, { permission: 'patients:read', memberId: nurse.memberId }, manager.token)).toBe('FORBIDDEN');
    for (const query of ['makeOwner', 'removeOwner']) {
      expect((await world.graphql(`mutation ($id: UUID!) { ${query}(memberId: $id) { id } }`, { id: nurse.memberId }, manager.token)).errors![0]!.extensions.code).toBe('FORBIDDEN');
    }
    const denials = await entriesOf(world, practice.tenantId, 'Mutation.grantPermission');
    expect(denials).toMatchObject([{ outcome: 'DENIED', error_code: 'FORBIDDEN', permission: 'roles:manage', actor_member_id: manager.memberId }]);
  });

  describe('of somebody who may change them, but holds less', () => {
    let head: Person;
    let nurse: Person;

    beforeEach(async () => {
      head = await hire(world, practice, gulshan, 'MANAGER');
      nurse = await hire(world, practice, gulshan, 'NURSE');
      await grant({ memberId: head.memberId, chamberId: gulshan, permission: 'roles:manage' });
    });

    it('can be passed on, in the chamber where they are held', async () => {
      expect(await code(GRANT, { permission: PERMISSION, memberId: nurse.memberId, chamberId: gulshan }, head.token)).toBeUndefined();
      expect(await code(GRANT, { permission: PERMISSION, role: 'NURSE', chamberId: gulshan }, head.token)).toBeUndefined();
      expect(await code(DENY, { permission: 'patients:read', role: 'NURSE', chamberId: gulshan }, head.token)).toBeUndefined();
      expect(await code(CLEAR, { permission: 'patients:read', role: 'NURSE', chamberId: gulshan }, head.token)).toBeUndefined();
    });

    it('cannot be given when not held, nor by lifting a denial', async () => {
      await deny({ memberId: nurse.memberId, chamberId: gulshan, permission: 'audit:read' });
      for (const query of [GRANT, CLEAR]) {
        expect(await code(query, { permission: 'audit:read', memberId: nurse.memberId, chamberId: gulshan }, head.token)).toBe('ABOVE_OWN_RIGHTS');
      }
      expect(await code(GRANT, { permission: 'audit:read', role: 'ASSISTANT', chamberId: gulshan }, head.token)).toBe('ABOVE_OWN_RIGHTS');
      const denials = (await entriesOf(world, practice.tenantId, 'Mutation.grantPermission')).filter(({ outcome }) => outcome === 'DENIED');
      expect(denials).toMatchObject([{ error_code: 'ABOVE_OWN_RIGHTS' }, { error_code: 'ABOVE_OWN_RIGHTS' }]);
    });

    it('cannot be given where they are not held: in another chamber, or in all', async () => {
      for (const where of [{ chamberId: uttara }, {}]) {
        expect(await code(GRANT, { permission: PERMISSION, role: 'NURSE', ...where }, head.token)).toBe('ABOVE_OWN_RIGHTS');
        expect(await code(GRANT, { permission: PERMISSION, memberId: nurse.memberId, ...where }, head.token)).toBe('ABOVE_OWN_RIGHTS');
        expect(await code(DENY, { permission: PERMISSION, role: 'NURSE', ...where }, head.token)).toBe('ABOVE_OWN_RIGHTS');
      }
    });

    it('cannot be taken from who holds more: a doctor, an owner, or one of the role', async () => {
      const doctor = await hire(world, practice, gulshan, 'DOCTOR');
      for (const memberId of [doctor.memberId, practice.owner.memberId]) {
        expect(await code(DENY, { permission: 'patients:read', memberId, chamberId: gulshan }, head.token)).toBe('ABOVE_OWN_RIGHTS');
      }
      expect(await code(DENY, { permission: 'patients:read', role: 'DOCTOR', chamberId: gulshan }, head.token)).toBe('ABOVE_OWN_RIGHTS');
      await grant({ memberId: nurse.memberId, permission: 'audit:read' });
      expect(await code(DENY, { permission: 'patients:read', role: 'NURSE', chamberId: gulshan }, head.token)).toBe('ABOVE_OWN_RIGHTS');
    });

    it('cannot be kept for oneself beyond the role', async () => {
      for (const query of [GRANT, DENY, CLEAR]) {
        expect(await code(query, { permission: PERMISSION, memberId: head.memberId, chamberId: gulshan }, head.token)).toBe('ABOVE_OWN_RIGHTS');
      }
    });

    it('cannot be had through an assignment that turns out to give more', async () => {
      const assistant = await hire(world, practice, uttara, 'ASSISTANT');
      await grant({ memberId: assistant.memberId, chamberId: gulshan, permission: 'audit:read' });
      const input = { memberId: assistant.memberId, chamberId: gulshan, role: 'ASSISTANT' };
      expect(await code('mutation ($input: AssignChamberInput!) { assignChamber(input: $input) { id } }', input, head.token)).toBe('ABOVE_OWN_RIGHTS');
      await clear({ memberId: assistant.memberId, chamberId: gulshan, permission: 'audit:read' });
      expect(await code('mutation ($input: AssignChamberInput!) { assignChamber(input: $input) { id } }', input, head.token)).toBeUndefined();
    });
  });

  it('come out right when a role is changed while people are assigned to it', async () => {
    const people = [];
    for (let i = 0; i < 4; i++) people.push(await hire(world, practice, gulshan, 'ASSISTANT', inventedEmail('crowd')));
    for (let round = 0; round < 5; round++) {
      await Promise.all(people.map((person) => assign(person, gulshan, 'ASSISTANT')));
      await Promise.all([deny({ role: 'NURSE', permission: 'patients:read' }), ...people.map((person) => assign(person, gulshan, 'NURSE'))]);
      for (const person of people) expect(await permissionsOf(person)).not.toContain('patients:read');
      await clear({ role: 'NURSE', permission: 'patients:read' });
    }
  });

  it('come out right even when the application does not wait', async () => {
    const { memberId } = await hire(world, practice, gulshan, 'ASSISTANT');
    const as = (text: string) => world.sql('owner', `select platform.set_context('${practice.tenantId}', '${practice.owner.memberId}'); ${text}`);
    for (let round = 0; round < 10; round++) {
      await as(`delete from clinic.permission_overrides; update clinic.chamber_assignments set role = 'ASSISTANT'`);
      await Promise.all([
        as(`insert into clinic.permission_overrides (tenant_id, id, role, permission, effect) values ('${practice.tenantId}', gen_random_uuid(), 'NURSE', 'patients:read', 'DENY'); select pg_sleep(0.02)`),
        as(`update clinic.chamber_assignments set role = 'NURSE' where member_id = '${memberId}'; select pg_sleep(0.02)`),
      ]);
      const [row] = await world.sql<{ permissions: string[] }>('superuser', 'select permissions from clinic.chamber_assignments where member_id = $1', [memberId]);
      expect(row!.permissions).not.toContain('patients:read');
    }
  });
});
