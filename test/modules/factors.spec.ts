import { loadConfig } from '../../src/config.js';
import { resetFactorsOf } from '../../src/operator/commands.js';
import { Authenticator } from '../support/authenticator.js';
import {
  type Protected, ageProof, byPasskey, byPassword, codeOf, enrol, finish, forgetSteps, outcomeOf, passkeyOptions, registerPasskey, signInOptions, stepUp, stepUpOptions, wrongCodeOf,
} from '../support/factors.js';
import { hire, openChamber } from '../support/staff.js';
import { entriesOf } from '../support/trail.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const SECURITY = `{ mySecurity { email hasPassword methods oneTimeCodesSince recoveryCodesLeft secondFactorRequiredBy { id }
  passkeys { id name synced createdAt lastUsedAt copySuspectedAt } } }`;
const BEGIN = 'mutation { beginOneTimeCodes { secret uri qrCode expiresAt } }';
const CONFIRM = 'mutation ($input: ConfirmOneTimeCodesInput!) { confirmOneTimeCodes(input: $input) { recoveryCodes } }';
const REMOVE = 'mutation { removeOneTimeCodes }';
const RENEW = 'mutation { renewRecoveryCodes { recoveryCodes } }';

describe('second factors', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let origin: string;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Gulshan');
    origin = world.config.publicOrigins[0]!;
  });
  afterAll(() => world.close());

  const nurse = (): Promise<Person> => hire(world, practice, chamberId, 'NURSE');
  const security = async (token: string) => (await world.ok(SECURITY, {}, token)).mySecurity;
  const code = (value: string) => ({ input: { code: value } });
  const faultOf = (answer: Awaited<ReturnType<World['graphql']>>): unknown => {
    const extensions = answer.errors?.[0]?.extensions;
    return (extensions?.['faults'] as Array<{ reason: string }> | undefined)?.[0]?.reason ?? extensions?.['reason'] ?? extensions?.code;
  };
  const signInFully = async (person: Protected): Promise<string> => {
    const { signInToken } = await byPassword(world, person.email);
    await forgetSteps(world, person);
    const answer = await finish(world, signInToken, { oneTimeCode: codeOf(person.secret) });
    await forgetSteps(world, person);
    return answer.data.finishSignIn.accessToken;
  };

  describe('one-time codes', () => {
    it('are set up by a secret that an app reads, count after the first code, and bring ten recovery codes', async () => {
      const person = await nurse();
      const { beginOneTimeCodes: begun } = await world.ok(BEGIN, {}, person.token);
      expect(begun.uri).toBe(`otpauth://totp/Sinduk:${encodeURIComponent(person.email)}?secret=${begun.secret}&issuer=Sinduk`);
      expect(begun.qrCode).toMatch(/^data:image\/svg\+xml;base64,/);
      expect(Buffer.from(begun.qrCode.split(',')[1], 'base64').toString()).toMatch(/^<svg /);
      expect(await security(person.token)).toMatchObject({ email: person.email, oneTimeCodesSince: null, recoveryCodesLeft: 0, methods: ['PASSWORD'], secondFactorRequiredBy: [] });
      expect(await byPassword(world, person.email)).toMatchObject({ accessToken: expect.any(String) });

      expect(faultOf(await world.graphql(CONFIRM, code(wrongCodeOf(begun.secret)), person.token))).toBe('NOT_ACCEPTED');
      const { confirmOneTimeCodes } = await world.ok(CONFIRM, code(codeOf(begun.secret)), person.token);
      expect(new Set(confirmOneTimeCodes.recoveryCodes).size).toBe(10);
      expect(await security(person.token)).toMatchObject({ oneTimeCodesSince: expect.any(String), recoveryCodesLeft: 10 });
      expect(faultOf(await world.graphql(CONFIRM, code(codeOf(begun.secret, 1)), person.token))).toBe('NOTHING_BEGUN');
    });

    it('are asked for after the password, and no session is there before', async () => {
      const person = await enrol(world, await nurse());
      const asked = await byPassword(world, person.email);
      expect(asked).toEqual({ signInToken: expect.any(String), expiresAt: expect.any(String), kinds: ['ONE_TIME_CODE', 'RECOVERY_CODE'], passkeyOptions: null });
      expect((await world.graphql(SECURITY, {}, asked.signInToken)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
      const { data } = await finish(world, asked.signInToken, { oneTimeCode: codeOf(person.secret) });
      const { mySessions } = await world.ok('{ mySessions { current secondFactor method } }', {}, data.finishSignIn.accessToken);
      expect(mySessions.filter(({ current }: { current: boolean }) => current)).toEqual([{ current: true, secondFactor: true, method: 'PASSWORD' }]);
    });

    it('keep the practice and the kind of client that signIn chose', async () => {
      const person = await enrol(world, await nurse());
      const { signInToken } = await byPassword(world, person.email, { client: 'BROWSER', practiceId: practice.tenantId });
      const answer = await world.http({ query: 'mutation ($input: FinishSignInInput!) { finishSignIn(input: $input) { accessToken practices { id current } } }', variables: { input: { signInToken, oneTimeCode: codeOf(person.secret) } } });
      expect(answer.json().data.finishSignIn).toEqual({ accessToken: null, practices: [{ id: practice.tenantId, current: true }] });
      expect(answer.cookies.map(({ name }) => name)).toEqual(expect.arrayContaining(['__Host-sinduk-access', '__Host-sinduk-refresh']));
    });

    it('end every other session of the person, and have every other device forgotten, when they are the first second factor, and none when there is one already', async () => {
      const person = await nurse();
      const other = await world.signIn(person.email);
      const devices = async () => (await world.ok('{ myDevices { current } }', {}, person.token)).myDevices;
      expect(await devices()).toHaveLength(2);
      const guarded = await enrol(world, person);
      expect(await devices()).toEqual([{ current: true }]);
      expect(outcomeOf(await world.graphql('{ mySessions { id } }', {}, other.token))).toBe('UNAUTHENTICATED');
      expect(outcomeOf(await world.graphql('{ mySessions { id } }', {}, person.token))).toBe('ACCEPTED');
      const another = await signInFully(guarded);
      await registerPasskey(world, person.token, new Authenticator(origin).create(await passkeyOptions(world, person.token)));
      expect(outcomeOf(await world.graphql('{ mySessions { id } }', {}, another))).toBe('ACCEPTED');
      expect(await devices()).toHaveLength(2);
      const keyed = await nurse();
      const stolen = await world.signIn(keyed.email);
      await registerPasskey(world, keyed.token, new Authenticator(origin).create(await passkeyOptions(world, keyed.token)));
      expect(outcomeOf(await world.graphql('{ mySessions { id } }', {}, stolen.token))).toBe('UNAUTHENTICATED');
    });

    it('that are wrong after the right password are told to their person by mail, once a day', async () => {
      const person = await enrol(world, await nurse());
      const mails = async () => (await world.sql('owner', 'select from platform.mails')).length;
      const wrong = async (): Promise<void> => {
        const { signInToken } = await byPassword(world, person.email);
        expect(outcomeOf(await finish(world, signInToken, { oneTimeCode: wrongCodeOf(person.secret) }))).toBe('SIGN_IN_REFUSED');
      };
      const before = await mails();
      await wrong();
      await wrong();
      expect(await mails()).toBe(before + 1);
      let mail = await world.mailTo(person.email);
      while (!mail.subject.startsWith('Your password was used')) mail = await world.mailTo(person.email);
      expect(mail.text).toContain('somebody knows your password: change it now');
      expect(mail.text).toContain('Network address: 127.0.0.1');
      await world.sql('owner', `update auth.users set second_factor_mailed_at = second_factor_mailed_at - interval '1 day'`);
      await wrong();
      expect(await mails()).toBe(before + 2);
    });

    it('are asked for on a device that stays known, though nothing tells of it then', async () => {
      const person = await enrol(world, await nurse());
      const signIn = async (deviceToken: string | null): Promise<string> => {
        const { signInToken } = await byPassword(world, person.email, { deviceToken });
        await forgetSteps(world, person);
        return (await world.ok('mutation ($input: FinishSignInInput!) { finishSignIn(input: $input) { deviceToken } }', { input: { signInToken, oneTimeCode: codeOf(person.secret) } })).finishSignIn.deviceToken;
      };
      const devices = () => world.sql('superuser', 'select id from auth.devices where user_id = (select user_id from auth.sessions where member_id = $1 limit 1)', [person.memberId]);
      const kept = await signIn(null);
      const known = await devices();
      expect(await signIn(kept)).not.toBe(kept);
      expect(await devices()).toEqual(known);
    });

    it('are replaced by new ones while the old ones count until the new are confirmed', async () => {
      const person = await enrol(world, await nurse());
      const { beginOneTimeCodes: next } = await world.ok(BEGIN, {}, person.token);
      expect(await signInFully(person)).toEqual(expect.any(String));
      const { confirmOneTimeCodes } = await world.ok(CONFIRM, code(codeOf(next.secret)), person.token);
      expect(confirmOneTimeCodes.recoveryCodes).toBeNull();
      await forgetSteps(world, person);
      const { signInToken } = await byPassword(world, person.email);
      expect(outcomeOf(await finish(world, signInToken, { oneTimeCode: codeOf(person.secret) }))).toBe('SIGN_IN_REFUSED');
      expect(outcomeOf(await finish(world, signInToken, { oneTimeCode: codeOf(next.secret) }))).toBe('ACCEPTED');
    });

    it('that were begun long ago are begun again', async () => {
      const person = await nurse();
      const { beginOneTimeCodes: begun } = await world.ok(BEGIN, {}, person.token);
      await world.sql('superuser', `update auth.one_time_codes set created_at = created_at - interval '15 minutes' where confirmed_at is null`);
      expect(faultOf(await world.graphql(CONFIRM, code(codeOf(begun.secret)), person.token))).toBe('NOTHING_BEGUN');
    });

    it('are removed by whoever has proven a factor, and the password is enough again', async () => {
      const person = await enrol(world, await nurse());
      await ageProof(world, person, 6);
      expect(faultOf(await world.graphql(REMOVE, {}, person.token))).toBe('STEP_UP_NEEDED');
      expect(outcomeOf(await stepUp(world, person, { oneTimeCode: codeOf(person.secret) }))).toBe('ACCEPTED');
      await world.ok(REMOVE, {}, person.token);
      expect(await security(person.token)).toMatchObject({ oneTimeCodesSince: null, recoveryCodesLeft: 0 });
      expect(await byPassword(world, person.email)).toMatchObject({ accessToken: expect.any(String) });
      const { mySessions } = await world.ok('{ mySessions { secondFactor } }', {}, person.token);
      expect(mySessions.map(({ secondFactor }: { secondFactor: boolean }) => secondFactor)).not.toContain(true);
      expect(faultOf(await world.graphql(REMOVE, {}, person.token))).toBe('NOT_FOUND');
    });
  });

  describe('a recovery code', () => {
    it('stands in for the phone, once', async () => {
      const person = await enrol(world, await nurse());
      const [first] = person.recoveryCodes;
      const one = await byPassword(world, person.email);
      expect(outcomeOf(await finish(world, one.signInToken, { recoveryCode: first!.toLowerCase().replaceAll('-', ' ') }))).toBe('ACCEPTED');
      const two = await byPassword(world, person.email);
      expect(outcomeOf(await finish(world, two.signInToken, { recoveryCode: first }))).toBe('SIGN_IN_REFUSED');
      expect(await security(person.token)).toMatchObject({ recoveryCodesLeft: 9 });
    });

    it('is void once new ones were made', async () => {
      const person = await enrol(world, await nurse());
      const { renewRecoveryCodes } = await world.ok(RENEW, {}, person.token);
      expect(renewRecoveryCodes.recoveryCodes).toHaveLength(10);
      const { signInToken } = await byPassword(world, person.email);
      expect(outcomeOf(await finish(world, signInToken, { recoveryCode: person.recoveryCodes[0] }))).toBe('SIGN_IN_REFUSED');
      expect(outcomeOf(await finish(world, signInToken, { recoveryCode: renewRecoveryCodes.recoveryCodes[9] }))).toBe('ACCEPTED');
    });

    it('is for nobody without a second factor', async () => {
      const person = await nurse();
      expect(faultOf(await world.graphql(RENEW, {}, person.token))).toBe('NO_SECOND_FACTOR');
    });
  });

  describe('a proof within the session', () => {
    it('is the password where there is no second factor', async () => {
      const person = await nurse();
      await ageProof(world, person, 6);
      expect(faultOf(await world.graphql(BEGIN, {}, person.token))).toBe('STEP_UP_NEEDED');
      expect((await world.ok('mutation { beginStepUp { byPassword kinds passkeyOptions } }', {}, person.token)).beginStepUp)
        .toEqual({ byPassword: true, kinds: [], passkeyOptions: null });
      expect(outcomeOf(await stepUp(world, person, { password: 'not the password at all' }))).toBe('SIGN_IN_REFUSED');
      expect(faultOf(await world.graphql(BEGIN, {}, person.token))).toBe('STEP_UP_NEEDED');
      expect(outcomeOf(await stepUp(world, person, { password: PASSWORD }))).toBe('ACCEPTED');
      await world.ok(BEGIN, {}, person.token);
    });

    it('is the second factor where there is one, and never the password', async () => {
      const person = await enrol(world, await nurse());
      await ageProof(world, person, 6);
      expect(faultOf(await stepUp(world, person, { password: PASSWORD }))).toBe('FACTOR_INSTEAD');
      expect(outcomeOf(await stepUp(world, person, { oneTimeCode: wrongCodeOf(person.secret) }))).toBe('SIGN_IN_REFUSED');
      expect(faultOf(await world.graphql(RENEW, {}, person.token))).toBe('STEP_UP_NEEDED');
      expect(outcomeOf(await stepUp(world, person, { recoveryCode: person.recoveryCodes[0] }))).toBe('ACCEPTED');
      await world.ok(RENEW, {}, person.token);
    });

    it('is one, not several and not none', async () => {
      const person = await nurse();
      for (const proof of [{}, { password: PASSWORD, oneTimeCode: '123456' }]) expect(faultOf(await stepUp(world, person, proof))).toBe('EXACTLY_ONE');
      const { signInToken } = await byPassword(world, (await enrol(world, person)).email);
      expect(faultOf(await finish(world, signInToken, { oneTimeCode: '123456', recoveryCode: 'x' }))).toBe('EXACTLY_ONE');
    });
  });

  describe('required by the practice', () => {
    const require = (roles: string[]) => world.ok('mutation ($roles: [Standing!]!) { requireSecondFactor(roles: $roles) { id } }', { roles }, practice.owner.token);
    afterEach(() => require([]));

    it('are set up in the session that lacks one, which then is open; and the last one stays', async () => {
      const person = await nurse();
      await require(['NURSE']);
      expect(faultOf(await world.graphql('{ mySessions { id } }', {}, person.token))).toBe('SECOND_FACTOR_NEEDED');
      expect(await security(person.token)).toMatchObject({ secondFactorRequiredBy: [{ id: practice.tenantId }], oneTimeCodesSince: null });
      const guarded = await enrol(world, person);
      await world.ok('{ mySessions { id } }', {}, guarded.token);
      expect(faultOf(await world.graphql(REMOVE, {}, guarded.token))).toBe('SECOND_FACTOR_REQUIRED');
      await require([]);
      await world.ok(REMOVE, {}, guarded.token);
    });

    it('are proven by step-up in a session that began without them', async () => {
      const person = await nurse();
      const guarded = await enrol(world, person);
      await world.sql('superuser', 'update auth.sessions set second_factor_at = null where member_id = $1', [person.memberId]);
      await require(['NURSE']);
      expect(faultOf(await world.graphql('{ mySessions { id } }', {}, person.token))).toBe('SECOND_FACTOR_NEEDED');
      expect(outcomeOf(await stepUp(world, person, { oneTimeCode: codeOf(guarded.secret) }))).toBe('ACCEPTED');
      await world.ok('{ mySessions { id } }', {}, person.token);
    });

    it('keep two removals at once from leaving none', async () => {
      const person = await enrol(world, await nurse());
      const { data } = await registerPasskey(world, person.token, new Authenticator(origin).create(await passkeyOptions(world, person.token)));
      await require(['NURSE']);
      // Neither looks at what is left before both have come as far as they may.
      const held = await openTransaction(world, practice.tenantId, person.memberId);
      await held.query('lock table auth.recovery_codes in access exclusive mode');
      const removals = Promise.all([
        world.graphql(REMOVE, {}, person.token),
        world.graphql('mutation ($id: UUID!) { removePasskey(id: $id) }', { id: data.registerPasskey.passkey.id }, person.token),
      ]);
      await untilItWaits(world, removals, 2);
      await held.commit();
      expect((await removals).map(faultOf).filter(Boolean)).toEqual(['SECOND_FACTOR_REQUIRED']);
    });
  });

  describe('passkeys', () => {
    const register = async (token: string, name: string): Promise<{ key: Authenticator; id: string; recoveryCodes: string[] | null }> => {
      const key = new Authenticator(origin);
      const { data } = await registerPasskey(world, token, key.create(await passkeyOptions(world, token)), name);
      return { key, id: data.registerPasskey.passkey.id, recoveryCodes: data.registerPasskey.recoveryCodes };
    };

    it('are asked of the browser with user verification, for the person by name, and not twice on one device', async () => {
      const person = await nurse();
      const first = await register(person.token, 'Phone');
      const options = JSON.parse(await passkeyOptions(world, person.token));
      expect(options).toMatchObject({
        rp: { id: 'localhost', name: 'Sinduk' }, user: { name: person.email, displayName: 'Rokeya Akter' }, attestation: 'none', timeout: 300_000,
        authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
        excludeCredentials: [{ id: first.key.id.toString('base64url'), type: 'public-key', transports: ['internal'] }],
      });
      expect(Buffer.from(options.challenge, 'base64url')).toHaveLength(32);
    });

    it('are several, each with a name; the first brings recovery codes', async () => {
      const person = await nurse();
      const phone = await register(person.token, 'Phone');
      const key = await register(person.token, 'Key on the ring');
      expect([phone.recoveryCodes?.length, key.recoveryCodes]).toEqual([10, null]);
      const { renamePasskey } = await world.ok('mutation ($input: RenamePasskeyInput!) { renamePasskey(input: $input) { id name } }', { input: { id: phone.id, name: 'ফোন' } }, person.token);
      expect(renamePasskey).toEqual({ id: phone.id, name: 'ফোন' });
      expect((await security(person.token)).passkeys).toEqual([
        { id: phone.id, name: 'ফোন', synced: false, createdAt: expect.any(String), lastUsedAt: null, copySuspectedAt: null },
        { id: key.id, name: 'Key on the ring', synced: false, createdAt: expect.any(String), lastUsedAt: null, copySuspectedAt: null },
      ]);
      await world.ok('mutation ($id: UUID!) { removePasskey(id: $id) }', { id: phone.id }, person.token);
      expect((await security(person.token)).passkeys.map(({ name }: { name: string }) => name)).toEqual(['Key on the ring']);
      expect(outcomeOf(await byPasskey(world, phone.key.get(await signInOptions(world))))).toBe('SIGN_IN_REFUSED');
    });

    it('sign in without e-mail address and password, as two factors in one', async () => {
      const person = await nurse();
      const { key } = await register(person.token, 'Phone');
      const { data } = await byPasskey(world, key.get(await signInOptions(world)));
      const { mySessions } = await world.ok('{ mySessions { current method secondFactor } }', {}, data.signInWithPasskey.accessToken);
      expect(mySessions[0]).toEqual({ current: true, method: 'PASSKEY', secondFactor: true });
      expect((await security(person.token)).passkeys).toMatchObject([{ lastUsedAt: expect.any(String) }]);
      expect((await security(person.token)).methods).toEqual(['PASSWORD', 'PASSKEY']);
    });

    it('are asked for after the password, and prove who is asking', async () => {
      const person = await nurse();
      const { key } = await register(person.token, 'Phone');
      const { kinds, signInToken, passkeyOptions: options } = await byPassword(world, person.email);
      expect(kinds).toEqual(['PASSKEY', 'RECOVERY_CODE']);
      expect(JSON.parse(options)).toMatchObject({ rpId: 'localhost', userVerification: 'required', allowCredentials: [{ id: key.id.toString('base64url') }] });
      expect(outcomeOf(await finish(world, signInToken, { passkey: key.get(options) }))).toBe('ACCEPTED');
      await ageProof(world, person, 6);
      expect(faultOf(await stepUp(world, person, { password: PASSWORD }))).toBe('FACTOR_INSTEAD');
      expect(outcomeOf(await stepUp(world, person, { passkey: key.get(await stepUpOptions(world, person.token)) }))).toBe('ACCEPTED');
    });

    it('stay when the account has no password and this is the last', async () => {
      const person = await nurse();
      const { id } = await register(person.token, 'Phone');
      await world.sql('superuser', 'update auth.users set password_hash = null where id = (select user_id from clinic.members where id = $1)', [person.memberId]);
      expect(faultOf(await world.graphql('mutation ($id: UUID!) { removePasskey(id: $id) }', { id }, person.token))).toBe('LAST_WAY_IN');
      expect(await security(person.token)).toMatchObject({ hasPassword: false, methods: ['PASSKEY'] });
    });

    it('are twenty at most', async () => {
      const person = await nurse();
      await register(person.token, 'Phone');
      await world.sql('superuser', `insert into auth.passkeys (id, user_id, credential_id, public_key, counter, transports, aaguid, backup_eligible, backed_up, name)
        select gen_random_uuid(), user_id, int4send(n), public_key, 0, '{}', aaguid, false, false, name from auth.passkeys, generate_series(1, 19) n
        where user_id = (select user_id from clinic.members where id = $1)`, [person.memberId]);
      const answer = await registerPasskey(world, person.token, new Authenticator(origin).create(await passkeyOptions(world, person.token)));
      expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', reason: 'TOO_MANY_PASSKEYS', most: 20 });
    });
  });

  it('stay while the password is only long enough beside one', async () => {
    const person = await enrol(world, await nurse());
    await world.sql('superuser', 'update auth.users set password_long = false where id = (select user_id from clinic.members where id = $1)', [person.memberId]);
    const answer = await world.graphql(REMOVE, {}, person.token);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', reason: 'PASSWORD_TOO_SHORT', shortest: 15 });
  });

  it('tell their person by mail of every change and of a recovery code that was used', async () => {
    const told = async (): Promise<string> => {
      for (;;) {
        const { subject, text } = await world.mailTo(email);
        if (subject.startsWith('Second factor')) return text.split('\n\n')[1]!;
      }
    };
    const guarded = await enrol(world, await nurse());
    const { email, token } = guarded;
    expect(await told()).toBe('One-time codes of an app were set up for your Sinduk account.');
    await enrol(world, guarded);
    expect(await told()).toBe('The one-time codes of your account now come from another app or device; those before do not count any more.');
    const { data } = await registerPasskey(world, token, new Authenticator(origin).create(await passkeyOptions(world, token)));
    expect(await told()).toBe('A passkey was added to your account.');
    await world.ok('mutation ($id: UUID!) { removePasskey(id: $id) }', { id: data.registerPasskey.passkey.id }, token);
    expect(await told()).toBe('A passkey was removed from your account.');
    const { renewRecoveryCodes } = await world.ok(RENEW, {}, token);
    expect(await told()).toBe('New recovery codes were made for your account; those before do not count any more.');
    await stepUp(world, guarded, { recoveryCode: renewRecoveryCodes.recoveryCodes[0] });
    expect(await told()).toBe('A recovery code of your account was used.');
    await world.ok(REMOVE, {}, guarded.token);
    expect(await told()).toBe('One-time codes were removed from your account.');
  });

  describe('taken away by the operator', () => {
    const reset = async (email: string, typed = email): Promise<string[]> => {
      const said: string[] = [];
      const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: world.ownerUrl, KEY_FILE: world.config.keyFile, TOKEN_KEY_FILE: world.config.tokenKeyFile, DATA_DIR: world.config.dataDir });
      await resetFactorsOf(config, ['--email', email], async () => typed, (text) => said.push(text));
      return said;
    };

    it('let the person sign in by the password again; every session ended, they got a mail, and the practice an entry', async () => {
      const person = await enrol(world, await nurse());
      await registerPasskey(world, person.token, new Authenticator(origin).create(await passkeyOptions(world, person.token)));
      const { signInToken } = await byPassword(world, person.email);
      expect(await reset(person.email.toUpperCase())).toEqual(['Removed the one-time codes, 1 passkeys and 10 recovery codes; ended 1 sessions. A mail tells the person.']);
      expect(outcomeOf(await world.graphql(SECURITY, {}, person.token))).toBe('UNAUTHENTICATED');
      expect(outcomeOf(await finish(world, signInToken, { recoveryCode: person.recoveryCodes[0] }))).toBe('SIGN_IN_REFUSED');
      expect(await byPassword(world, person.email)).toMatchObject({ accessToken: expect.any(String) });
      const entries = await entriesOf(world, practice.owner.token, { operation: 'operator.resetFactors' });
      expect(entries).toMatchObject([{ action: 'DELETED', outcome: 'SUCCESS', records: [{ type: 'second-factors' }] }]);
      let subject = '';
      while (!subject.includes('removed by the operator')) ({ text: subject } = await world.mailTo(person.email));
    });

    it('change nothing unless the address is repeated, is one of an account, and the account has another way in', async () => {
      const person = await enrol(world, await nurse());
      await expect(reset(person.email, 'yes')).rejects.toThrow('The address was not repeated. Nothing was changed.');
      await expect(reset('nobody@staff.example')).rejects.toThrow('There is no account with this e-mail address.');
      await world.sql('superuser', 'update auth.users set password_hash = null where id = (select user_id from clinic.members where id = $1)', [person.memberId]);
      await expect(reset(person.email)).rejects.toThrow('The account has neither a password nor a linked Google account');
      expect(await security(person.token)).toMatchObject({ recoveryCodesLeft: 10, oneTimeCodesSince: expect.any(String) });
      await world.sql('superuser', `
        insert into auth.identities (id, user_id, issuer, subject_token, details) select gen_random_uuid(), user_id, 'https://accounts.google.example', '\\x01', '\\x02' from clinic.members where id = $1`, [person.memberId]);
      expect(await reset(person.email)).toEqual([expect.stringMatching(/^Removed the one-time codes/)]);
    });
  });

  it('leave entries of what was done, refused and by whom', async () => {
    const person = await enrol(world, await nurse());
    const asked = await byPassword(world, person.email);
    await finish(world, asked.signInToken, { oneTimeCode: wrongCodeOf(person.secret) });
    await finish(world, asked.signInToken, { oneTimeCode: codeOf(person.secret) });
    await stepUp(world, person, { oneTimeCode: codeOf(person.secret) });
    const entries = await entriesOf(world, practice.owner.token, { actorMemberId: person.memberId });
    const told = entries.map(({ action, operation, outcome }) => `${operation.split('.')[1]} ${action} ${outcome}`);
    expect(told.reverse().slice(2)).toEqual([
      'beginOneTimeCodes CREATED SUCCESS', 'confirmOneTimeCodes UPDATED SUCCESS', 'signIn CHALLENGED SUCCESS',
      'finishSignIn SIGNED_IN DENIED', 'finishSignIn SIGNED_IN SUCCESS', 'stepUp STEPPED_UP DENIED',
    ]);
    const confirmed = entries.find(({ operation }) => operation === 'Mutation.confirmOneTimeCodes')!;
    expect(confirmed.records.map(({ type }) => type).sort()).toEqual(['one-time-codes', 'recovery-codes']);
    expect(JSON.stringify(entries)).not.toContain(person.secret);
  });
});
