import { randomUUID } from 'node:crypto';
import { FRESH_MINUTES } from '../../src/platform/access/fresh.js';
import { hire, openChamber } from '../support/staff.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const REQUIRE = 'mutation ($roles: [Standing!]!) { requireSecondFactor(roles: $roles) { secondFactorRoles } }';
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { deviceToken } } }`;

describe('the proof of identity behind a session', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Gulshan');
  });
  afterAll(() => world.close());

  const codeOf = async (query: string, person: Person, variables: Record<string, unknown> = {}): Promise<string | undefined> =>
    (await world.graphql(query, variables, person.token)).errors?.[0]?.extensions.code;

  const proveAt = (person: Person, when: string) =>
    world.sql('owner', `update auth.sessions set authenticated_at = ${when} where user_id = (select user_id from auth.sessions where member_id = $1 limit 1)`, [person.memberId]);

  describe('that must be fresh', () => {
    const MAKE_OWNER = 'mutation ($memberId: UUID!) { makeOwner(memberId: $memberId) { id } }';
    let manager: Person;

    beforeAll(async () => {
      manager = await hire(world, practice, chamberId, 'MANAGER');
    });
    afterEach(() => proveAt(practice.owner, 'now()'));

    it('is for five minutes, as the application has it too', async () => {
      await proveAt(practice.owner, `now() - interval '${FRESH_MINUTES} minutes' + interval '10 seconds'`);
      expect(await codeOf(MAKE_OWNER, practice.owner, { memberId: randomUUID() })).toBe('NOT_FOUND');
      await proveAt(practice.owner, `now() - interval '${FRESH_MINUTES} minutes'`);
      expect(await codeOf(MAKE_OWNER, practice.owner, { memberId: randomUUID() })).toBe('STEP_UP_NEEDED');
    });

    it('is not for ever when the clock was set back since', async () => {
      await proveAt(practice.owner, `now() + interval '2 hours'`);
      expect(await codeOf(MAKE_OWNER, practice.owner, { memberId: randomUUID() })).toBe('STEP_UP_NEEDED');
    });

    it('is not asked of what is not sensitive', async () => {
      await proveAt(practice.owner, `now() - interval '1 day'`);
      expect(await codeOf('{ viewer { permissions } }', practice.owner)).toBeUndefined();
    });

    it('says nothing of a permission that is lacking', async () => {
      await proveAt(manager, `now() - interval '1 day'`);
      expect(await codeOf(MAKE_OWNER, manager, { memberId: randomUUID() })).toBe('FORBIDDEN');
    });

    it('is missed in the trail', async () => {
      await proveAt(practice.owner, `now() - interval '1 day'`);
      await world.graphql(MAKE_OWNER, { memberId: manager.memberId }, practice.owner.token);
      const [entry] = await world.sql('superuser', `
        select outcome, action, error_code, actor_member_id from audit.entries where operation = 'Mutation.makeOwner' order by id desc limit 1`);
      expect(entry).toEqual({ outcome: 'DENIED', action: 'GRANTED', error_code: 'STEP_UP_NEEDED', actor_member_id: practice.owner.memberId });
    });
  });

  describe('in a practice that requires a second factor', () => {
    afterEach(async () => {
      await world.sql('owner', 'update auth.sessions set second_factor_at = now()');
      await world.ok(REQUIRE, { roles: [] }, practice.owner.token);
      await world.sql('owner', 'update auth.sessions set second_factor_at = null');
    });

    it('binds whoever has the role, at the next request, and nobody else', async () => {
      const [doctor, nurse] = [await hire(world, practice, chamberId, 'DOCTOR'), await hire(world, practice, chamberId, 'NURSE')];
      const { requireSecondFactor } = await world.ok(REQUIRE, { roles: ['DOCTOR', 'DOCTOR'] }, practice.owner.token);
      expect(requireSecondFactor).toEqual({ secondFactorRoles: ['DOCTOR'] });
      expect(await codeOf('{ viewer { permissions } }', doctor)).toBe('SECOND_FACTOR_NEEDED');
      expect(await codeOf('{ patients(first: 1) { edges { node { id } } } }', doctor)).toBe('SECOND_FACTOR_NEEDED');
      expect(await codeOf('{ viewer { permissions } }', nurse)).toBeUndefined();
      expect(await codeOf('{ viewer { permissions } }', practice.owner)).toBeUndefined();
      await world.sql('owner', 'update auth.sessions set second_factor_at = now() where member_id = $1', [doctor.memberId]);
      expect(await codeOf('{ viewer { permissions } }', doctor)).toBeUndefined();
    });

    it('binds owners too', async () => {
      await world.ok(REQUIRE, { roles: ['OWNER'] }, practice.owner.token);
      expect(await codeOf('{ members(first: 1) { edges { node { id } } } }', practice.owner)).toBe('SECOND_FACTOR_NEEDED');
    });

    it('and only an owner frees them or anybody else, which every owner gets a mail of', async () => {
      const doctor = await hire(world, practice, chamberId, 'DOCTOR');
      await world.ok(REQUIRE, { roles: ['OWNER', 'MANAGER'] }, practice.owner.token);
      expect(await codeOf('mutation { requireSecondFactor(roles: [NURSE]) { id } }', doctor)).toBe('ABOVE_OWN_RIGHTS');
      expect(await codeOf('mutation { requireSecondFactor(roles: [NURSE, OWNER]) { id } }', doctor)).toBe('ABOVE_OWN_RIGHTS');
      expect(await codeOf('mutation { requireSecondFactor(roles: [NURSE, OWNER, MANAGER]) { id } }', doctor)).toBeUndefined();
      await world.sql('owner', 'update auth.sessions set second_factor_at = now()');
      await world.ok(REQUIRE, { roles: ['OWNER'] }, practice.owner.token);
      let mail = await world.mailTo(practice.owner.email);
      while (!mail.text.includes('managers')) mail = await world.mailTo(practice.owner.email);
      expect(mail.subject).toBe('Shapla Chamber: a second factor is no longer required · Shapla Chamber: দ্বিতীয় প্রমাণ আর বাধ্যতামূলক নয়');
      expect(mail.text).toContain('Owner of Shapla Chamber said that these need no second factor any more: managers, nurses.');
    });

    it('binds and frees with the role', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      await world.ok(REQUIRE, { roles: ['MANAGER'] }, practice.owner.token);
      const ASSIGN = 'mutation ($input: AssignChamberInput!) { assignChamber(input: $input) { id } }';
      await world.ok(ASSIGN, { input: { memberId: nurse.memberId, chamberId, role: 'MANAGER' } }, practice.owner.token);
      expect(await codeOf('{ viewer { permissions } }', nurse)).toBe('SECOND_FACTOR_NEEDED');
      await world.ok('mutation ($m: UUID!, $c: UUID!) { removeAssignment(memberId: $m, chamberId: $c) { id } }', { m: nurse.memberId, c: chamberId }, practice.owner.token);
      expect(await codeOf('{ viewer { permissions } }', nurse)).toBeUndefined();
    });

    it('lets them sign out', async () => {
      const doctor = await hire(world, practice, chamberId, 'DOCTOR');
      await world.ok(REQUIRE, { roles: ['DOCTOR'] }, practice.owner.token);
      expect(await codeOf('mutation { signOut }', doctor)).toBeUndefined();
      expect(await codeOf('{ viewer { permissions } }', doctor)).toBe('UNAUTHENTICATED');
    });
  });

  describe('on a device', () => {
    const signIn = async (email: string, deviceToken?: string): Promise<string> =>
      (await world.ok(SIGN_IN, { input: { email, password: PASSWORD, client: 'BEARER', ...(deviceToken && { deviceToken }) } })).signIn.deviceToken;
    const kinds = async (person: Person): Promise<string[]> => (await world.sql<{ record_type: string }>('superuser', `
      select r.record_type from audit.entries e join audit.entry_records r on r.entry_id = e.id and r.tenant_id = e.tenant_id
      where e.actor_user_id = (select user_id from auth.sessions where member_id = $1 limit 1) and e.action = 'SIGNED_IN' and r.record_type like '%device' order by e.id`, [person.memberId])).map((row) => row.record_type);

    it('is known again by what the device keeps', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const kept = await signIn(nurse.email);
      expect(await signIn(nurse.email, kept)).toBe(kept);
      expect(await kinds(nurse)).toEqual(['new-device', 'new-device', 'device']);
    });

    it('keeps one secret for all who share it, and each of them is new there once', async () => {
      const [one, other] = [await hire(world, practice, chamberId, 'NURSE'), await hire(world, practice, chamberId, 'DOCTOR')];
      const kept = await signIn(one.email);
      expect(await signIn(other.email, kept)).toBe(kept);
      expect(await signIn(one.email, kept)).toBe(kept);
      expect(await kinds(other)).toEqual(['new-device', 'new-device']);
    });

    it('takes up no secret that somebody planted', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      expect(await signIn(nurse.email, 'a secret that a stranger chose')).not.toBe('a secret that a stranger chose');
    });

    it('is kept by browsers in a cookie that outlives the session', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const answer = await world.http({ query: SIGN_IN, variables: { input: { email: nurse.email, password: PASSWORD } } });
      const cookie = answer.cookies.find(({ name }) => name === '__Host-sinduk-device')!;
      expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/', maxAge: 400 * 86_400 });
      expect(answer.json().data.signIn.deviceToken).toBeNull();
      const again = await world.http({ query: SIGN_IN, variables: { input: { email: nurse.email, password: PASSWORD } } }, { cookie: `${cookie.name}=${cookie.value}` });
      expect(again.cookies.find(({ name }) => name === '__Host-sinduk-device')!.value).toBe(cookie.value);
      expect((await kinds(nurse)).at(-1)).toBe('device');
    });
  });

  it('is told in the list of sessions', async () => {
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    await world.ok(SIGN_IN, { input: { email: nurse.email, password: PASSWORD, client: 'BEARER' } }, undefined,
      { 'user-agent': 'Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0' });
    const { mySessions } = await world.ok('{ mySessions { deviceName method secondFactor ip current } }', {}, nurse.token);
    expect(mySessions[0]).toEqual({ deviceName: 'Firefox on Android', method: 'PASSWORD', secondFactor: false, ip: '127.0.0.1', current: false });
  });

  it('of all other sessions can be taken away', async () => {
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    const others = [await world.signIn(nurse.email), await world.signIn(nurse.email)];
    expect(await world.ok('mutation { endOtherSessions }', {}, nurse.token)).toEqual({ endOtherSessions: 2 });
    for (const other of others) expect(await codeOf('{ mySessions { id } }', other)).toBe('UNAUTHENTICATED');
    expect(await codeOf('{ mySessions { id } }', nurse)).toBeUndefined();
    expect(await world.ok('mutation { endOtherSessions }', {}, nurse.token)).toEqual({ endOtherSessions: 0 });
  });

  it('of a member can be taken away by the practice, in that practice only', async () => {
    const END = 'mutation ($memberId: UUID!) { endMemberSessions(memberId: $memberId) }';
    const other = await world.practice('Padma Clinic');
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    const elsewhere = await hire(world, other, await openChamber(world, other, 'Sylhet'), 'NURSE', nurse.email);
    expect(await codeOf(END, other.owner, { memberId: nurse.memberId })).toBe('NOT_FOUND');
    expect(await world.ok(END, { memberId: nurse.memberId }, practice.owner.token)).toEqual({ endMemberSessions: 1 });
    expect(await codeOf('{ mySessions { id } }', nurse)).toBe('UNAUTHENTICATED');
    expect(await codeOf('{ mySessions { id } }', elsewhere)).toBeUndefined();
    expect(await codeOf(END, await hire(world, practice, chamberId, 'MANAGER'), { memberId: practice.owner.memberId })).toBe('ABOVE_OWN_RIGHTS');
  });
});
