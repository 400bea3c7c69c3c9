import { hash, parseOptions } from '@node-rs/argon2';
import { randomUUID } from 'node:crypto';
import { hire, inventedEmail, openChamber } from '../support/staff.js';
import { byPassword, codeOf as oneTimeCode, enrol, finish } from '../support/factors.js';
import { OTHER_PASSWORD, Passwords, codeIn, codeOf } from '../support/passwords.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const FRONTEND = 'https://desk.clinic.example/app';

describe('a password', () => {
  let world: World;
  let passwords: Passwords;
  let practice: Practice;
  let chamberId: string;
  beforeAll(async () => {
    world = await World.open({ FRONTEND_URL: FRONTEND });
    passwords = new Passwords(world);
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Gulshan');
  });
  afterAll(() => world.close());

  const somebody = (): Promise<Person> => hire(world, practice, chamberId, 'NURSE');
  const isIn = async ({ token }: Person): Promise<boolean> => !(await world.graphql('{ mySessions { id } }', {}, token)).errors;
  const faults = async (password: string, person: Person): Promise<unknown> => (await passwords.change(person, password)).errors?.[0]?.extensions['faults'];
  const lastEntry = async (person: Person): Promise<object | undefined> => (await world.sql('superuser', `
    select action, operation, outcome, error_code, actor_member_id = $1 as own, tenant_id = $2 as here from audit.entries e where actor_member_id = $1 order by id desc limit 1`, [person.memberId, person.tenantId]))[0];

  describe('is changed by who knows it', () => {
    it('which ends every other session, has every other device forgotten, and is told by mail', async () => {
      const nurse = await somebody();
      const [one, two] = [await world.signIn(nurse.email), await world.signIn(nurse.email)];
      await world.mailTo(nurse.email);
      expect((await passwords.change(nurse, OTHER_PASSWORD)).data).toEqual({ changePassword: 2 });
      expect([await isIn(nurse), await isIn(one), await isIn(two)]).toEqual([true, false, false]);
      expect((await world.ok('{ myDevices { current } }', {}, nurse.token)).myDevices).toEqual([{ current: true }]);
      expect(await passwords.signIn(nurse.email, PASSWORD)).toBe('SIGN_IN_REFUSED');
      expect(await passwords.signIn(nurse.email, OTHER_PASSWORD)).toBeUndefined();
      const { subject, text } = await world.mailTo(nurse.email);
      expect(subject).toBe('Your password was changed · আপনার পাসওয়ার্ড বদলানো হয়েছে');
      expect(text).toContain('Dear Rokeya Akter,');
      expect(text).toContain(`${FRONTEND}/reset-password\n`);
      const ends = await world.sql('superuser', 'select distinct end_reason from auth.sessions where member_id = $1 and ended_at is not null', [nurse.memberId]);
      expect(ends).toEqual([{ end_reason: 'PASSWORD_CHANGED' }]);
    });

    it('and is in the trail, without the password', async () => {
      const nurse = await somebody();
      await passwords.change(nurse, OTHER_PASSWORD);
      const { auditEntries } = await world.ok(`query ($id: UUID!) { auditEntries(first: 1, filter: { actorMemberId: $id }) { edges { node { action outcome records { type } changes { field } } } } }`,
        { id: nurse.memberId }, practice.owner.token);
      expect(auditEntries.edges[0].node).toEqual({ action: 'PASSWORD_CHANGED', outcome: 'SUCCESS', records: [{ type: 'password' }], changes: [] });
    });

    it('but not by who does not, which is in the trail too', async () => {
      const nurse = await somebody();
      expect(codeOf(await passwords.change(nurse, OTHER_PASSWORD, 'some other words entirely'))).toBe('SIGN_IN_REFUSED');
      expect(await passwords.signIn(nurse.email, PASSWORD)).toBeUndefined();
      const [entry] = await world.sql('superuser', `select action, outcome, error_code from audit.entries where actor_member_id = $1 and operation = 'Mutation.changePassword'`, [nurse.memberId]);
      expect(entry).toEqual({ action: 'PASSWORD_CHANGED', outcome: 'DENIED', error_code: 'SIGN_IN_REFUSED' });
    });

    it('and needs a fresh proof of identity, before any password is looked at', async () => {
      const nurse = await somebody();
      await world.sql('owner', `update auth.sessions set authenticated_at = now() - interval '1 hour' where member_id = $1`, [nurse.memberId]);
      expect(codeOf(await passwords.change(nurse, OTHER_PASSWORD, 'some other words entirely'))).toBe('STEP_UP_NEEDED');
      expect(codeOf(await passwords.set(nurse, OTHER_PASSWORD))).toBe('STEP_UP_NEEDED');
    });

    it('once, of two changes at the same time', async () => {
      const nurse = await somebody();
      const answers = await Promise.all(['two geese land at seven', 'four ducks swim at noon'].map((password) => passwords.change(nurse, password)));
      expect(answers.map(codeOf).sort()).toEqual(['SIGN_IN_REFUSED', undefined]);
    });
  });

  describe('can be set where there is none', () => {
    const withoutPassword = async (): Promise<Person> => {
      const nurse = await somebody();
      await world.sql('owner', 'update auth.users set password_hash = null where id = (select user_id from auth.sessions where member_id = $1)', [nurse.memberId]);
      return nurse;
    };

    it('and then signs in', async () => {
      const nurse = await withoutPassword();
      expect(codeOf(await passwords.change(nurse, OTHER_PASSWORD))).toBe('CONFLICT');
      expect((await passwords.set(nurse, OTHER_PASSWORD)).data).toEqual({ setPassword: 0 });
      expect(await passwords.signIn(nurse.email, OTHER_PASSWORD)).toBeUndefined();
      expect((await world.mailTo(nurse.email)).subject).toContain('Your password was changed');
    });

    it('but not where there is one', async () => {
      const answer = await passwords.set(await somebody(), OTHER_PASSWORD);
      expect(answer.errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'PASSWORD_SET' });
    });

    it('not by a mailed link: the mail says so and has none', async () => {
      const nurse = await withoutPassword();
      expect((await passwords.ask(nurse.email)).data).toEqual({ requestPasswordReset: true });
      const { subject, text } = await world.mailTo(nurse.email);
      expect(subject).toContain('Your account has no password');
      expect(text).not.toContain('https://');
    });
  });

  describe('is refused with a reason', () => {
    let person: Person;
    beforeAll(async () => {
      person = await somebody();
    });
    const at = (reason: string, params?: object) => [{ path: ['input', 'newPassword'], reason, ...(params && { params }) }];

    it('and where it stands', async () => {
      expect(await faults('fourteen chars', person)).toEqual(at('TOO_SHORT', { min: 15 }));
      expect(await faults('ami tomake valobashi', person)).toEqual(at('TOO_COMMON'));
      expect(await faults(PASSWORD, person)).toEqual(at('UNCHANGED'));
    });

    it('when little is left beside the person’s names, address and practices', async () => {
      const owner = await world.practice('Kodomtola Winter Clinic');
      expect(await faults('Kodomtola winter 2026!', owner.owner)).toEqual(at('OWN_WORDS'));
      expect(await faults('kodomtola owner practice', owner.owner)).toEqual(at('OWN_WORDS'));
      expect(await faults('kodomtola has eleven quiet herons', owner.owner)).toBeUndefined();
    });

    it('and accepted with any characters, up to 128 of them, in whatever form they are typed', async () => {
      const nurse = await somebody();
      const composed = `ভোরবেলা ক\u09CBকিল ডাকে 🦢 café  `;
      expect((await passwords.change(nurse, composed)).errors).toBeUndefined();
      expect(await passwords.signIn(nurse.email, composed.normalize('NFD'))).toBeUndefined();
      expect(await passwords.signIn(nurse.email, composed.trim())).toBe('SIGN_IN_REFUSED');
      const long = 'Wq7#mZ2!vR9$kT4&'.repeat(8);
      expect((await passwords.change(nurse, long, composed)).errors).toBeUndefined();
      expect(await passwords.signIn(nurse.email, long)).toBeUndefined();
    });
  });

  describe('that was forgotten', () => {
    it('is set anew by a mailed link, which ends every session and has every device forgotten', async () => {
      const nurse = await somebody();
      await passwords.ask(nurse.email.toUpperCase());
      const mail = await world.mailTo(nurse.email);
      expect(mail.subject).toBe('Set a new password · নতুন পাসওয়ার্ড দিন');
      expect(mail.text).toContain(`${FRONTEND}/reset-password#code=`);
      expect(mail.text).toMatch(/Time: \d+ \w+ \d{4} at \d\d:\d\d \(Asia\/Dhaka\)/);
      expect(mail.text).toContain('Network address: 127.0.0.1');
      expect((await passwords.reset(codeIn(mail.text))).data).toEqual({ resetPassword: true });
      expect(await isIn(nurse)).toBe(false);
      expect(await world.sql('superuser', 'select from auth.devices where user_id = (select user_id from auth.sessions where member_id = $1 limit 1)', [nurse.memberId])).toEqual([]);
      expect(await passwords.signIn(nurse.email, PASSWORD)).toBe('SIGN_IN_REFUSED');
      expect(await passwords.signIn(nurse.email, OTHER_PASSWORD)).toBeUndefined();
      expect((await world.mailTo(nurse.email)).subject).toContain('Your password was changed');
    });

    it('is told in the trail of each practice of the person', async () => {
      const other = await world.practice('Padma Clinic');
      const nurse = await somebody();
      const there = await hire(world, other, await openChamber(world, other, 'Sylhet'), 'NURSE', nurse.email);
      await world.mailTo(nurse.email);
      await passwords.reset(await passwords.code(nurse.email));
      for (const person of [nurse, there]) expect(await lastEntry(person)).toEqual({ action: 'PASSWORD_CHANGED', operation: 'Mutation.resetPassword', outcome: 'SUCCESS', error_code: null, own: true, here: true });
      const asked = await world.sql('superuser', `select tenant_id from audit.entries where operation = 'Mutation.requestPasswordReset' and actor_member_id = any ($1) order by tenant_id`, [[nurse.memberId, there.memberId]]);
      expect(asked.map((row) => row['tenant_id']).sort()).toEqual([practice.tenantId, other.tenantId].sort());
    });

    it('is not used up by a password that is refused', async () => {
      const nurse = await somebody();
      const code = await passwords.code(nurse.email);
      expect((await passwords.reset(code, 'short')).errors![0]!.extensions['faults']).toEqual([{ path: ['input', 'newPassword'], reason: 'TOO_SHORT', params: { min: 15 } }]);
      expect((await passwords.reset(code, PASSWORD)).errors![0]!.extensions['faults']).toEqual([{ path: ['input', 'newPassword'], reason: 'UNCHANGED' }]);
      expect((await passwords.reset(code)).data).toEqual({ resetPassword: true });
    });

    it('takes one mail in fifteen minutes, whose link works meanwhile; then the newest works alone', async () => {
      const nurse = await somebody();
      const first = await passwords.code(nurse.email);
      const before = await passwords.mails();
      await passwords.age('14 minutes');
      expect((await passwords.ask(nurse.email)).data).toEqual({ requestPasswordReset: true });
      expect(await passwords.mails()).toBe(before);
      await passwords.age('1 minute');
      const second = await passwords.code(nurse.email);
      expect(codeOf(await passwords.reset(first))).toBe('SIGN_IN_REFUSED');
      expect((await passwords.reset(second)).data).toEqual({ resetPassword: true });
      await world.sql('superuser', 'truncate auth.throttles');
      expect(codeOf(await passwords.ask(nurse.email))).toBeUndefined();
      expect(await passwords.mails()).toBe(before + 3);
    });

    it('mails nobody who has no account', async () => {
      const before = await passwords.mails();
      expect((await passwords.ask(inventedEmail('nobody'))).data).toEqual({ requestPasswordReset: true });
      expect(await passwords.mails()).toBe(before);
      expect(await world.sql('owner', 'select count(*)::int as links from auth.password_resets r where not exists (select from auth.users u where u.email_token = r.email_token)')).toEqual([{ links: 0 }]);
    });

    it('says what is wrong with an address', async () => {
      expect((await passwords.ask('no address')).errors![0]!.extensions['faults']).toEqual([{ path: ['input', 'email'], reason: 'IS_EMAIL' }]);
    });
  });

  describe('beside a second factor', () => {
    const REMOVE = 'mutation { removeOneTimeCodes }';
    const SHORT = 'gT7$kQz!';

    it('may have eight characters, and must be longer again before the factor can go', async () => {
      const nurse = await enrol(world, await somebody());
      expect((await passwords.change(nurse, SHORT)).errors).toBeUndefined();
      expect((await world.graphql(REMOVE, {}, nurse.token)).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', reason: 'PASSWORD_TOO_SHORT' });
      expect((await passwords.change(nurse, OTHER_PASSWORD, SHORT)).errors).toBeUndefined();
      expect((await world.graphql(REMOVE, {}, nurse.token)).errors).toBeUndefined();
      expect((await passwords.change(nurse, SHORT, OTHER_PASSWORD)).errors![0]!.extensions['faults']).toEqual([{ path: ['input', 'newPassword'], reason: 'TOO_SHORT', params: { min: 15 } }]);
    });

    it('is not made short while the factor goes', async () => {
      const nurse = await enrol(world, await somebody());
      const hindrance = await openTransaction(world, nurse.tenantId, nurse.memberId);
      await hindrance.query('select from auth.users where id = (select user_id from auth.sessions where member_id = $1 limit 1) for update', [nurse.memberId]);
      const both = [world.graphql(REMOVE, {}, nurse.token), passwords.change(nurse, SHORT)];
      await untilItWaits(world, Promise.all(both), 2);
      await hindrance.commit();
      expect((await Promise.all(both)).map(codeOf).filter((code) => code === undefined)).toHaveLength(1);
    });

    it('does not stand in for it when it was set by a mailed link, and ends the sign-ins that wait', async () => {
      const nurse = await enrol(world, await somebody());
      const { signInToken } = await byPassword(world, nurse.email);
      expect(codeOf(await passwords.reset(await passwords.code(nurse.email), SHORT))).toBeUndefined();
      expect(codeOf(await finish(world, signInToken, { oneTimeCode: oneTimeCode(nurse.secret) }))).toBe('SIGN_IN_REFUSED');
      const { signIn } = await world.ok('mutation ($input: SignInInput!) { signIn(input: $input) { __typename ... on SecondFactorNeeded { kinds } } }', { input: { email: nurse.email, password: SHORT } });
      expect(signIn).toEqual({ __typename: 'SecondFactorNeeded', kinds: ['ONE_TIME_CODE', 'RECOVERY_CODE'] });
    });

    it('can be set by a mailed link where there was none: the link opens nothing by itself', async () => {
      const nurse = await enrol(world, await somebody());
      await world.sql('owner', 'update auth.users set password_hash = null where id = (select user_id from auth.sessions where member_id = $1 limit 1)', [nurse.memberId]);
      expect(codeOf(await passwords.reset(await passwords.code(nurse.email)))).toBeUndefined();
      const { signIn } = await world.ok('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', { input: { email: nurse.email, password: OTHER_PASSWORD } });
      expect(signIn).toEqual({ __typename: 'SecondFactorNeeded' });
    });
  });

  describe('whose hash is weaker than is demanded now', () => {
    const storedFor = async (person: Person): Promise<string> =>
      (await world.sql<{ password_hash: string }>('superuser', 'select password_hash from auth.users where id = (select user_id from auth.sessions where member_id = $1 limit 1)', [person.memberId]))[0]!.password_hash;
    const weaken = async (person: Person): Promise<void> => {
      await world.sql('owner', 'update auth.users set password_hash = $2 where id = (select user_id from auth.sessions where member_id = $1 limit 1)',
        [person.memberId, await hash(PASSWORD, { memoryCost: 8_192, timeCost: 2, parallelism: 1 })]);
    };

    it('is hashed anew when its person signs in', async () => {
      const nurse = await somebody();
      await weaken(nurse);
      expect(await passwords.signIn(nurse.email, 'some other words entirely')).toBe('SIGN_IN_REFUSED');
      expect(parseOptions(await storedFor(nurse)).memoryCost).toBe(8_192);
      expect(await passwords.signIn(nurse.email, PASSWORD)).toBeUndefined();
      const renewed = await storedFor(nurse);
      expect(parseOptions(renewed)).toMatchObject({ memoryCost: 19_456, timeCost: 2 });
      expect(await passwords.signIn(nurse.email, PASSWORD)).toBeUndefined();
      expect(await storedFor(nurse)).toBe(renewed);
    });

    it('and all of several sign-ins at once succeed', async () => {
      const nurse = await somebody();
      await weaken(nurse);
      expect(await Promise.all(Array.from({ length: 6 }, () => passwords.signIn(nurse.email, PASSWORD)))).toEqual(Array(6).fill(undefined));
    });
  });

  describe('used on a device that is new to its person', () => {
    const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { deviceToken } } }';
    const signIn = async (email: string, deviceToken?: string): Promise<string> => (await world.ok(SIGN_IN, { input: { email, password: PASSWORD, client: 'BEARER', deviceToken: deviceToken ?? null } }, undefined,
      { 'user-agent': 'Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0' })).signIn.deviceToken;

    it.each([['BD', 'Asia/Dhaka'], ['AE', 'Asia/Dubai']] as const)('is told by mail, by the clock of the practice (%s)', async (country, zone) => {
      const { owner } = await world.practice(`Clinic ${randomUUID().slice(0, 4)}`, country);
      const kept = await signIn(owner.email);
      const { subject, text } = await world.mailTo(owner.email);
      expect(subject).toBe('Sign-in on a new device · নতুন ডিভাইসে সাইন ইন');
      expect(text).toContain('Device: Firefox on Android\nNetwork address: 127.0.0.1');
      expect(text).toMatch(new RegExp(`at \\d\\d:\\d\\d \\(${zone}\\)`));
      expect(text).toMatch(/সময়: [০-৯]+ /);
      expect(text).toContain(`${FRONTEND}/account/sessions`);
      const keptNow = await signIn(owner.email, kept);
      const mails = await world.sql('owner', 'select id from platform.mails order by id');
      await signIn(owner.email, keptNow);
      expect(await world.sql('owner', 'select id from platform.mails order by id')).toEqual(mails);
    });

    it('is told by one mail in a quarter of an hour, however many devices', async () => {
      const { owner } = await world.practice('Gomti Clinic');
      const mails = async () => (await world.sql('owner', 'select from platform.mails')).length;
      const before = await mails();
      for (let n = 0; n < 3; n++) await signIn(owner.email);
      expect(await mails()).toBe(before + 1);
      await world.sql('owner', `update auth.users set new_device_mailed_at = new_device_mailed_at - interval '15 minutes'`);
      await signIn(owner.email);
      expect(await mails()).toBe(before + 2);
    });

    it('is not, of the first one ever', async () => {
      const before = await world.sql('owner', 'select id from platform.mails order by id');
      await world.practice('Tista Clinic');
      expect(await world.sql('owner', 'select id from platform.mails order by id')).toEqual(before);
    });
  });
});
