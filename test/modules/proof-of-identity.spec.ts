import { randomUUID } from 'node:crypto';
import { deviceTokenOf } from '../../src/auth/device-token.js';
import { MOST_DEVICES } from '../../src/auth/devices.service.js';
import { MOST_SESSIONS } from '../../src/auth/sessions.service.js';
import { FRESH_MINUTES } from '../../src/platform/access/fresh.js';
import { hashOf, newSecret } from '../../src/platform/crypto/secrets.js';
import { hire, invite, join, openChamber } from '../support/staff.js';
import { entriesOf } from '../support/trail.js';
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

    it('lets them see where else they work, and go there', async () => {
      const other = await world.practice('Open Clinic');
      const doctor = await hire(world, practice, chamberId, 'DOCTOR');
      await join(world, doctor.email, await invite(world, other.owner.token, doctor.email));
      await world.ok(REQUIRE, { roles: ['DOCTOR'] }, practice.owner.token);
      const { myPractices } = await world.ok('{ myPractices { id current } }', {}, doctor.token);
      expect(myPractices).toEqual(expect.arrayContaining([{ id: practice.tenantId, current: true }, { id: other.tenantId, current: false }]));
      const { switchPractice } = await world.ok('mutation ($id: UUID!) { switchPractice(practiceId: $id) { accessToken } }', { id: other.tenantId }, doctor.token);
      const there = { ...doctor, token: switchPractice.accessToken };
      expect(await codeOf('{ viewer { permissions } }', there)).toBeUndefined();
      const back = await world.ok('mutation ($id: UUID!) { switchPractice(practiceId: $id) { accessToken } }', { id: practice.tenantId }, there.token);
      expect(await codeOf('{ viewer { permissions } }', { ...doctor, token: back.switchPractice.accessToken })).toBe('SECOND_FACTOR_NEEDED');
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

    it('is known again by what the device keeps, which is another secret after each sign-in, so that one that was lifted is soon nobody’s', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const lifted = await signIn(nurse.email);
      const kept = await signIn(nurse.email, lifted);
      expect(kept).toMatch(/^[\w-]{43}$/);
      await signIn(nurse.email, kept);
      expect(await kinds(nurse)).toEqual(['new-device', 'new-device', 'device', 'device']);
      for (const former of [lifted, kept]) await signIn(nurse.email, former);
      expect((await kinds(nurse)).slice(4)).toEqual(['new-device', 'new-device']);
    });

    it('keeps a secret of each person who shares it, and each of them is new there once', async () => {
      const [one, other] = [await hire(world, practice, chamberId, 'NURSE'), await hire(world, practice, chamberId, 'DOCTOR')];
      const ones = await signIn(one.email);
      const [others, ...rest] = (await signIn(other.email, ones)).split('.');
      expect(rest).toEqual([ones]);
      const [next, ...kept] = (await signIn(one.email, `${others}.${ones}`)).split('.');
      expect(kept).toEqual([others]);
      expect((await signIn(other.email, `${next}.${others}`)).split('.').slice(1)).toEqual([next]);
      for (const person of [one, other]) expect(await kinds(person)).toEqual(['new-device', 'new-device', 'device']);
    });

    it('is new to whoever comes with the secret of somebody else, who may have planted it there or taken it away', async () => {
      const [thief, doctor] = [await hire(world, practice, chamberId, 'RECEPTIONIST'), await hire(world, practice, chamberId, 'DOCTOR')];
      const planted = await signIn(thief.email);
      await signIn(doctor.email, planted);
      await signIn(doctor.email, planted);
      expect(await kinds(doctor)).toEqual(['new-device', 'new-device', 'new-device']);
      const [, message] = await world.sql('owner', 'update auth.devices set secret_hash = $1', [Buffer.alloc(32)]).then(() => [], (error: Error) => ['', error.message]);
      expect(message).toMatch(/devices__secret_hash/);
    });

    it('keeps on no secret that a stranger planted, and forgets of too many people whoever was there longest ago', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      for (const planted of ['a secret that a stranger chose', 'x'.repeat(43), '.'.repeat(500)]) expect(await signIn(nurse.email, planted)).toMatch(/^[\w-]{43}$/);
      const made = Array.from({ length: 12 }, () => newSecret());
      for (const secret of made) await world.sql('owner', `insert into auth.devices (user_id, secret_hash, id) select user_id, $2, gen_random_uuid() from auth.sessions where member_id = $1 limit 1`, [practice.owner.memberId, hashOf(secret)]);
      const kept = (await signIn(nurse.email, deviceTokenOf(made))).split('.');
      expect(kept.slice(1)).toEqual(made.slice(0, 11));
    });

    it('is one of thirty of a person at the most: one more has the one forgotten that was used longest ago', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      await world.sql('owner', `insert into auth.devices (user_id, secret_hash, id, last_seen_at)
        select s.user_id, sha256(gen_random_uuid()::text::bytea), gen_random_uuid(), now() - make_interval(days => n)
        from auth.sessions s, generate_series(1, $2::integer) n where s.member_id = $1`, [nurse.memberId, MOST_DEVICES - 1]);
      const devices = async (): Promise<Array<{ lastSeenAt: string; id: string }>> => (await world.ok('{ myDevices { id lastSeenAt } }', {}, nurse.token)).myDevices;
      const before = await devices();
      expect(before).toHaveLength(MOST_DEVICES);
      await signIn(nurse.email);
      expect((await devices()).slice(1)).toEqual(before.slice(0, -1));
      expect(await world.sql('owner', 'select from auth.devices where id = $1', [before.at(-1)!.id])).toEqual([]);
    });

    it('is in the list of the person’s own, and new again once they have had it forgotten', async () => {
      const FORGET = 'mutation ($id: UUID!) { forgetDevice(id: $id) }';
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const { signIn: { deviceToken } } = await world.ok(SIGN_IN, { input: { email: nurse.email, password: PASSWORD, client: 'BEARER' } }, undefined,
        { 'user-agent': 'Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0' });
      const { myDevices } = await world.ok('{ myDevices { id deviceName ip firstSeenAt lastSeenAt current } }', {}, nurse.token);
      expect(myDevices).toEqual([
        { id: expect.any(String), deviceName: 'Firefox on Android', ip: '127.0.0.1', firstSeenAt: expect.any(String), lastSeenAt: expect.any(String), current: false },
        { id: expect.any(String), deviceName: null, ip: '127.0.0.1', firstSeenAt: expect.any(String), lastSeenAt: expect.any(String), current: true },
      ]);
      const { id } = myDevices[0];
      expect(await codeOf(FORGET, practice.owner, { id })).toBe('NOT_FOUND');
      await world.ok(FORGET, { id }, nurse.token);
      expect(await codeOf(FORGET, nurse, { id })).toBe('NOT_FOUND');
      expect((await world.ok('{ myDevices { id } }', {}, nurse.token)).myDevices).toEqual([{ id: myDevices[1].id }]);
      expect((await world.ok('{ mySessions { id } }', {}, nurse.token)).mySessions).toHaveLength(2);
      await signIn(nurse.email, deviceToken);
      expect((await kinds(nurse)).at(-1)).toBe('new-device');
    });

    it('is kept by browsers in a cookie that outlives the session', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      const answer = await world.http({ query: SIGN_IN, variables: { input: { email: nurse.email, password: PASSWORD } } });
      const cookie = answer.cookies.find(({ name }) => name === '__Host-sinduk-device')!;
      expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/', maxAge: 400 * 86_400 });
      expect(answer.json().data.signIn.deviceToken).toBeNull();
      const again = await world.http({ query: SIGN_IN, variables: { input: { email: nurse.email, password: PASSWORD } } }, { cookie: `${cookie.name}=${cookie.value}` });
      expect(again.cookies.find(({ name }) => name === '__Host-sinduk-device')!.value).toMatch(/^[\w-]{43}$/);
      expect((await kinds(nurse)).at(-1)).toBe('device');
    });

    it('is not told of by that cookie to whoever signs in there as a bearer client, whose answer scripts can read', async () => {
      const [thief, nurse] = [await hire(world, practice, chamberId, 'RECEPTIONIST'), await hire(world, practice, chamberId, 'NURSE')];
      const there = await world.http({ query: SIGN_IN, variables: { input: { email: nurse.email, password: PASSWORD } } });
      const cookie = `__Host-sinduk-device=${there.cookies.find(({ name }) => name === '__Host-sinduk-device')!.value}`;
      const answer = await world.http({ query: SIGN_IN, variables: { input: { email: thief.email, password: PASSWORD, client: 'BEARER' } } }, { cookie });
      expect(answer.json().data.signIn.deviceToken).toMatch(/^[\w-]{43}$/);
      const own = await world.http({ query: SIGN_IN, variables: { input: { email: nurse.email, password: PASSWORD, client: 'BEARER' } } }, { cookie });
      expect(cookie).not.toContain(own.json().data.signIn.deviceToken);
      expect((await kinds(nurse)).at(-1)).toBe('new-device');
    });
  });

  it('is told in the list of sessions', async () => {
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    await world.ok(SIGN_IN, { input: { email: nurse.email, password: PASSWORD, client: 'BEARER' } }, undefined,
      { 'user-agent': 'Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0' });
    const { mySessions } = await world.ok('{ mySessions { deviceName userAgent method secondFactor ip current practice { id name current } } }', {}, nurse.token);
    expect(mySessions[0]).toEqual({
      deviceName: 'Firefox on Android', userAgent: expect.stringContaining('Firefox/128.0'), method: 'PASSWORD', secondFactor: false, ip: '127.0.0.1', current: false,
      practice: { id: practice.tenantId, name: 'Shapla Chamber', current: true } });
  });

  it('ends unless it is renewed, and after thirty days in any case', async () => {
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    const left = async (): Promise<number> => {
      const { mySessions } = await world.ok('{ mySessions { expiresAt } }', {}, nurse.token);
      return Math.round((Date.parse(mySessions[0].expiresAt) - Date.now()) / 3_600_000);
    };
    expect(await left()).toBe(12);
    await world.sql('owner', `update auth.sessions set absolute_expires_at = now() + interval '2 hours' where member_id = $1`, [nurse.memberId]);
    expect(await left()).toBe(2);
  });

  it('is kept for thirty sessions of a person: one more ends the oldest, as the trail tells', async () => {
    const nurse = await hire(world, practice, chamberId, 'NURSE');
    const [first] = await world.sql<{ id: string }>('owner', 'select id from auth.sessions where member_id = $1', [nurse.memberId]);
    const addSessions = (from: number, to: number, until: string) => world.sql('owner', `
      insert into auth.sessions (id, secret_hash, user_id, tenant_id, member_id, client, idle_expires_at, absolute_expires_at)
      select ('ffffffff-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, sha256(n::text::bytea), user_id, tenant_id, member_id, client, ${until}, absolute_expires_at
      from auth.sessions, generate_series($2::integer, $3::integer) n where id = $1`, [first!.id, from, to]);
    await addSessions(1, 20, `now() - interval '1 second'`);
    await addSessions(21, 20 + MOST_SESSIONS - 2, 'idle_expires_at');
    const thirtieth = await world.signIn(nurse.email);
    expect(await codeOf('{ mySessions { id } }', nurse)).toBeUndefined();
    const further = await world.signIn(nurse.email);
    expect(await codeOf('{ mySessions { id } }', nurse)).toBe('UNAUTHENTICATED');
    expect((await world.ok('{ mySessions { id } }', {}, thirtieth.token)).mySessions).toHaveLength(MOST_SESSIONS);
    expect(await codeOf('{ mySessions { id } }', further)).toBeUndefined();
    const [entry] = await entriesOf(world, practice.owner.token, { actorMemberId: nurse.memberId, action: ['SIGNED_IN'] });
    expect(entry!.changes).toEqual([{ type: 'session', id: first!.id, field: 'ended', before: null, after: '"TOO_MANY"', withheld: false }]);
    await world.sql('owner', `update auth.sessions set ended_at = now(), end_reason = 'SIGNED_OUT' where id >= 'ffffffff-0000-7000-8000-000000000000'`);
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
