import { entriesOf } from '../support/entries.js';
import { at, hire, invite, inventedEmail, join, matrix, openChamber } from '../support/staff.js';
import { PASSWORD, World, type Practice } from '../support/world.js';

const CHAMBER = '{ id name timeZone locale address receiptPrefix archived version }';
const ADD = `mutation ($input: AddChamberInput!) { addChamber(input: $input) ${CHAMBER} }`;
const EDIT = `mutation ($input: EditChamberInput!) { editChamber(input: $input) ${CHAMBER} }`;
const ARCHIVE = `mutation ($id: UUID!, $version: Int!) { archiveChamber(id: $id, version: $version) ${CHAMBER} }`;
const NOBODY = '018f0000-0000-7000-8000-000000000000';

describe('a practice and its chambers', () => {
  let world: World;
  let practice: Practice;
  let other: Practice;

  const code = async (query: string, variables: Record<string, unknown>, token: string, headers = {}) => {
    const answer = await world.graphql(query, variables, token, headers);
    return answer.errors?.[0]?.extensions.code;
  };
  const faults = async (query: string, variables: Record<string, unknown>) =>
    (await world.graphql(query, variables, practice.owner.token)).errors?.[0]?.extensions['faults'];

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    other = await world.practice('Padma Clinic', 'AE');
  });
  afterAll(() => world.close());

  describe('the practice', () => {
    it('shows its owner who they are and that they may do everything', async () => {
      const { viewer } = await world.ok('{ viewer { member { id nameEn isOwner roles status } practice { id name country currency status trialEndsAt } permissions chambers { id } } }', {}, other.owner.token);
      expect(viewer).toMatchObject({
        member: { id: other.owner.memberId, nameEn: 'Owner of Padma Clinic', isOwner: true, roles: [], status: 'ACTIVE' },
        practice: { id: other.tenantId, name: 'Padma Clinic', country: 'AE', currency: 'AED', status: 'TRIAL' },
        chambers: [],
      });
      expect(viewer.permissions).toEqual(matrix.DOCTOR);
      expect(new Date(viewer.practice.trialEndsAt).getTime()).toBeGreaterThan(Date.now() + 13 * 86_400_000);
      expect((await entriesOf(world, other.tenantId, 'Query.viewer')).at(-1)).toMatchObject({ outcome: 'SUCCESS', records: [`member:${other.owner.memberId}`] });
    });

    it('is renamed by whoever read it last', async () => {
      const rename = 'mutation ($input: RenamePracticeInput!) { renamePractice(input: $input) { name version } }';
      const { renamePractice } = await world.ok(rename, { input: { name: 'Shapla Skin Care', version: 1 } }, practice.owner.token);
      expect(renamePractice).toEqual({ name: 'Shapla Skin Care', version: 2 });
      expect(await code(rename, { input: { name: 'Lost update', version: 1 } }, practice.owner.token)).toBe('CONFLICT');
      const entries = await entriesOf(world, practice.tenantId, 'Mutation.renamePractice');
      expect(entries).toMatchObject([
        { action: 'UPDATED', outcome: 'SUCCESS', records: [`practice:${practice.tenantId}`], changes: [{ field: 'name', before: 'Shapla Chamber', after: 'Shapla Skin Care' }] },
        { action: 'UPDATED', outcome: 'FAILED', error_code: 'CONFLICT' },
      ]);
    });
  });

  describe('a chamber', () => {
    const input = { name: 'Gulshan', timeZone: 'Asia/Dhaka', locale: 'bn_BD', address: 'Road 11', receiptPrefix: 'GUL' };
    let gulshan: { id: string; version: number };

    beforeAll(async () => {
      gulshan = (await world.ok(ADD, { input }, practice.owner.token)).addChamber;
    });

    it('is added, listed and read', async () => {
      expect(gulshan).toEqual({ ...input, id: gulshan.id, archived: false, version: 1 });
      const { chambers, chamber } = await world.ok(`query ($id: UUID!) { chambers ${CHAMBER} chamber(id: $id) ${CHAMBER} }`, { id: gulshan.id }, practice.owner.token);
      expect(chambers).toEqual([gulshan]);
      expect(chamber).toEqual(gulshan);
      const [entry] = await entriesOf(world, practice.tenantId, 'Mutation.addChamber');
      expect(entry).toMatchObject({ action: 'CREATED', outcome: 'SUCCESS', records: [`chamber:${gulshan.id}`] });
      expect(entry!.changes).toContainEqual({ type: 'chamber', id: gulshan.id, field: 'receiptPrefix', before: null, after: 'GUL' });
    });

    it('has a receipt prefix of its own in the practice, and only there', async () => {
      expect(await code(ADD, { input }, practice.owner.token)).toBe('ALREADY_EXISTS');
      expect(await faults(ADD, { input })).toEqual([{ path: ['input', 'receiptPrefix'], reason: 'TAKEN' }]);
      expect(await code(ADD, { input }, other.owner.token)).toBeUndefined();
    });

    it.each([
      ['timeZone', 'Mars/Base'], ['timeZone', '+06:00'], ['timeZone', 'asia/dhaka'], ['receiptPrefix', 'gul'], ['receiptPrefix', 'NINELONG9'], ['name', ''],
    ])('is refused with the %s %p', async (field, value) => {
      const found = (await faults(ADD, { input: { ...input, receiptPrefix: 'NEW', [field]: value } })) as Array<{ path: string[] }>;
      expect(found.map(({ path }) => path.join('.'))).toContain(`input.${field}`);
    });

    it('is refused with a locale that there is not', async () => {
      expect(await code(ADD, { input: { ...input, receiptPrefix: 'NEW', locale: 'de_DE' } }, practice.owner.token)).toBe('BAD_USER_INPUT');
    });

    it('is edited by whoever read it last, and what is left out stays', async () => {
      const { editChamber } = await world.ok(EDIT, { input: { id: gulshan.id, version: 1, name: 'Gulshan 2' } }, practice.owner.token);
      expect(editChamber).toEqual({ ...gulshan, name: 'Gulshan 2', version: 2 });
      expect(await code(EDIT, { input: { id: gulshan.id, version: 1, name: 'Lost update' } }, practice.owner.token)).toBe('CONFLICT');
      const [entry] = await entriesOf(world, practice.tenantId, 'Mutation.editChamber');
      expect(entry!.changes).toEqual([{ type: 'chamber', id: gulshan.id, field: 'name', before: 'Gulshan', after: 'Gulshan 2' }]);
    });

    it('once archived stays readable, out of the list, and takes nobody new', async () => {
      const id = await openChamber(world, practice, 'Banani');
      const { archiveChamber } = await world.ok(ARCHIVE, { id, version: 1 }, practice.owner.token);
      expect(archiveChamber).toMatchObject({ archived: true, version: 2 });
      const { chambers, all, chamber } = await world.ok(`query ($id: UUID!) { chambers { id } all: chambers(archived: true) { id } chamber(id: $id) { archived } }`, { id }, practice.owner.token);
      expect(chambers).not.toContainEqual({ id });
      expect(all).toContainEqual({ id });
      expect(chamber.archived).toBe(true);
      expect(await faults(ARCHIVE, { id, version: 2 })).toEqual([{ path: ['id'], reason: 'ARCHIVED' }]);
      const person = { email: inventedEmail('late'), nameEn: 'Nadia Rahman', assignments: [{ chamberId: id, role: 'NURSE' }] };
      expect(await faults('mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { expiresAt } }', { input: person }))
        .toEqual([{ path: ['input', 'assignments', '0', 'chamberId'], reason: 'ARCHIVED' }]);
    });

    it('is seen by everybody who works in the practice, and changed only by whoever manages it', async () => {
      const uttara = await openChamber(world, practice, 'Uttara');
      const nurse = await hire(world, practice, uttara, 'NURSE');
      const manager = await hire(world, practice, uttara, 'MANAGER');
      const { chambers } = await world.ok('{ chambers { id } }', {}, nurse.token);
      expect(chambers).toContainEqual({ id: gulshan.id });
      expect(await code(EDIT, { input: { id: uttara, version: 1, name: 'Mine' } }, nurse.token)).toBe('FORBIDDEN');
      expect(await code(EDIT, { input: { id: gulshan.id, version: 2, name: 'Mine' } }, manager.token)).toBe('FORBIDDEN');
      expect(await code(ARCHIVE, { id: gulshan.id, version: 2 }, manager.token)).toBe('FORBIDDEN');
      expect(await code(EDIT, { input: { id: uttara, version: 1, name: 'Uttara 7' } }, manager.token)).toBeUndefined();
    });

    it('of another practice is not there', async () => {
      const { token } = other.owner;
      const missing = await world.graphql(`query ($id: UUID!) { chamber(id: $id) { id } }`, { id: NOBODY }, token);
      const foreign = await world.graphql(`query ($id: UUID!) { chamber(id: $id) { id } }`, { id: gulshan.id }, token);
      expect(foreign.errors![0]).toEqual({ ...missing.errors![0], extensions: { ...missing.errors![0]!.extensions, requestId: foreign.errors![0]!.extensions.requestId } });
      expect(foreign.errors![0]!.extensions.code).toBe('NOT_FOUND');
      expect(await code(EDIT, { input: { id: gulshan.id, version: 2, name: 'Mine' } }, token)).toBe('NOT_FOUND');
      expect(await code(ARCHIVE, { id: gulshan.id, version: 2 }, token)).toBe('NOT_FOUND');
      const { chambers } = await world.ok('{ chambers(archived: true) { id } }', {}, token);
      expect(chambers).not.toContainEqual({ id: gulshan.id });
      expect((await entriesOf(world, other.tenantId, 'Mutation.editChamber')).at(-1)).toMatchObject({ outcome: 'DENIED', error_code: 'NOT_FOUND', records: [`requested:id:${gulshan.id}`] });
    });
  });

  it('somebody in two practices works in one at a time, with the rights they have there', async () => {
    const [here, there] = [await openChamber(world, practice, 'Mirpur'), await openChamber(world, other, 'Deira', 'Asia/Dubai')];
    const email = inventedEmail('both');
    const person = await hire(world, practice, here, 'MANAGER', email);
    await join(world, email, await invite(world, other.owner.token, email, [{ chamberId: there, role: 'RECEPTIONIST' }]));
    const seen = '{ viewer { member { id roles } practice { id } permissions } }';
    expect((await world.ok(seen, {}, person.token)).viewer).toMatchObject({ practice: { id: practice.tenantId }, member: { roles: ['MANAGER'] } });

    const { switchPractice } = await world.ok('mutation ($id: UUID!) { switchPractice(practiceId: $id) { accessToken } }', { id: other.tenantId }, person.token);
    const { viewer } = await world.ok(seen, {}, switchPractice.accessToken);
    expect(viewer).toMatchObject({ practice: { id: other.tenantId }, member: { roles: ['RECEPTIONIST'] } });
    expect(viewer.permissions).not.toContain('members:manage');
    expect(await code(seen, {}, person.token)).toBe('UNAUTHENTICATED');
    expect(await code(seen, {}, switchPractice.accessToken, at(here))).toBeUndefined();
    expect((await world.ok(seen, {}, switchPractice.accessToken, at(here))).viewer.permissions).toEqual([]);
    expect((await world.signIn(email, PASSWORD, practice.tenantId)).tenantId).toBe(practice.tenantId);
  });
});

describe('names that deceive', () => {
  it.each([['a right-to-left override', 'Gul\u202Eshan'], ['a control character', 'Gul\u0007shan']])('are refused for their place: %s', async (_, name) => {
    const world = await World.shared();
    try {
      const { owner } = await world.practice('Plain Chamber');
      const answer = await world.graphql('mutation ($input: AddChamberInput!) { addChamber(input: $input) { id } }',
        { input: { name, timeZone: 'Asia/Dhaka', locale: 'en_BD', address: '', receiptPrefix: 'PLA' } }, owner.token);
      expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', faults: [{ path: ['input', 'name'], reason: 'PLAIN_TEXT' }] });
    } finally {
      await world.close();
    }
  });
});
