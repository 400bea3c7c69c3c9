import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { AccountsService } from '../../src/auth/accounts.service.js';
import { WINDOW_SECONDS, limits } from '../../src/auth/throttle/limits.js';
import { LOGGER } from '../../src/platform/platform.module.js';
import { entriesOf } from '../support/entries.js';
import { byPassword, codeOf as codeOfApp, enrol, finish, forgetSteps, outcomeOf, stepUp, wrongCodeOf } from '../support/factors.js';
import { roundTripsOf } from '../support/round-trips.js';
import { ServerProcess } from '../support/server-process.js';
import { hire, inventedEmail, invite, openChamber } from '../support/staff.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken refreshToken deviceToken } ... on SecondFactorNeeded { signInToken } } }';
const JOIN = 'mutation ($input: JoinInput!) { join(input: $input) { __typename } }';
const REFRESH = 'mutation ($token: String) { refreshSession(refreshToken: $token) { refreshToken } }';
const WRONG = 'not the password of anybody';
const PROXY = '10.0.0.1';

interface Answer {
  data?: { signIn: { deviceToken: string } | null } | null;
  errors?: Array<{ message: string; extensions: { code: string; retryAfterSeconds?: number; requestId: string } }>;
}

describe('trying credentials over and over', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sinduk-throttling-'));
  let world: World;
  let practice: Practice;
  let doctor: Person;
  let chamberId: string;

  beforeAll(async () => {
    world = await World.open({ TRUSTED_PROXIES: `${PROXY},10.1.0.0/16` });
    practice = await world.practice('Hammered Chamber');
    chamberId = await openChamber(world, practice, 'Gulshan');
    doctor = await hire(world, practice, chamberId, 'DOCTOR');
  });
  afterAll(async () => {
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(() => world.sql('superuser', 'truncate auth.throttles'));

  /** An answer to whoever connects from `from`, perhaps by way of others that say so. */
  const send = async (query: string, variables: object, from: string, headers: Record<string, string> = {}): Promise<Answer> => {
    const answer = await world.app.inject({ method: 'POST', url: '/graphql', remoteAddress: from, headers: { 'content-type': 'application/json', ...headers }, payload: { query, variables } });
    return answer.json<Answer>();
  };
  const codeOf = ({ errors }: Answer): string => errors?.[0]?.extensions.code ?? 'ACCEPTED';
  const signIn = (email: string, password: string, from: string, more: object = {}, headers?: Record<string, string>) =>
    send(SIGN_IN, { input: { email, password, client: 'BEARER', ...more } }, from, headers);
  const times = async (count: number, attempt: (n: number) => Promise<Answer>): Promise<string[]> => {
    const codes: string[] = [];
    for (let n = 0; n < count; n++) codes.push(codeOf(await attempt(n)));
    return codes;
  };
  const repeated = (count: number, code: string): string[] => Array<string>(count).fill(code);
  const windowEnds = () => world.sql('superuser', 'update auth.throttles set expire = expire - $1', [WINDOW_SECONDS * 1000]);
  const rows = () => world.sql<{ key: string; points: number }>('superuser', `select key, points from auth.throttles where key not like 'refused:%' order by key`);
  const failuresByAddress = async () => (await rows()).filter(({ key }) => key.startsWith('signIn.address:')).map(({ points }) => points).sort();
  const { accountHere, account, device, address } = limits.signIn;

  describe('of one account', () => {
    it('is refused after ten failures from one address, told when to come back, and then works again by itself', async () => {
      expect(await times(accountHere, () => signIn(doctor.email, WRONG, '198.51.100.1'))).toEqual(repeated(accountHere, 'SIGN_IN_REFUSED'));
      const { data, errors } = await signIn(doctor.email, PASSWORD, '198.51.100.1');
      expect([data, errors]).toMatchObject([{ signIn: null }, [{ message: 'Too many tries. Wait before trying again.', extensions: { code: 'THROTTLED' } }]]);
      const wait = errors![0]!.extensions.retryAfterSeconds!;
      expect(wait).toBeGreaterThan(WINDOW_SECONDS - 120);
      expect(wait).toBeLessThanOrEqual(WINDOW_SECONDS);
      // In other letters it is the same account.
      expect(codeOf(await signIn(` ${doctor.email.toUpperCase()}`.trim(), PASSWORD, '198.51.100.1'))).toBe('THROTTLED');
      // Trying on does not make it longer.
      expect((await signIn(doctor.email, PASSWORD, '198.51.100.1')).errors![0]!.extensions.retryAfterSeconds).toBeLessThanOrEqual(wait);
      // From elsewhere she gets in.
      expect(codeOf(await signIn(doctor.email, PASSWORD, '198.51.100.2'))).toBe('ACCEPTED');
      await windowEnds();
      expect(codeOf(await signIn(doctor.email, PASSWORD, '198.51.100.1'))).toBe('ACCEPTED');
    });

    it('fifty times at once: no more are looked at than one after the other', async () => {
      const looked = jest.spyOn(world.app.get(AccountsService), 'verify');
      const codes = (await Promise.all(Array.from({ length: 50 }, () => signIn(doctor.email, WRONG, '198.51.100.1')))).map(codeOf);
      expect(codes.sort()).toEqual([...repeated(accountHere, 'SIGN_IN_REFUSED'), ...repeated(50 - accountHere, 'THROTTLED')]);
      expect(looked).toHaveBeenCalledTimes(accountHere);
      looked.mockRestore();
    });

    it('with the right password weighs nothing, however often', async () => {
      expect(await times(accountHere + 5, () => signIn(doctor.email, PASSWORD, '198.51.100.1'))).toEqual(repeated(accountHere + 5, 'ACCEPTED'));
      expect((await rows()).map(({ points }) => points)).toEqual([0, 0, 0]);
    });

    it('with the right password thirty times at once leaves nothing that keeps the person out', async () => {
      const { email } = await hire(world, practice, chamberId, 'NURSE');
      const codes = (await Promise.all(Array.from({ length: 30 }, () => signIn(email, PASSWORD, '198.51.100.1')))).map(codeOf);
      expect(new Set(codes)).toEqual(new Set(['ACCEPTED', 'THROTTLED']));
      expect((await rows()).filter(({ points }) => points !== 0)).toEqual([]);
      expect(codeOf(await signIn(email, PASSWORD, '198.51.100.1'))).toBe('ACCEPTED');
    });

    it('given back at the end of a window does not make room in the next one', async () => {
      const { email } = practice.owner;
      await signIn(email, WRONG, '198.51.100.1');
      await world.sql('superuser', 'update auth.throttles set expire = $1', [Date.now() + 9_000]);
      expect(codeOf(await signIn(email, PASSWORD, '198.51.100.1'))).toBe('ACCEPTED');
      expect((await rows()).map(({ points }) => points)).toEqual([2, 2, 2]);
    });

    it('from many addresses is refused after fifteen failures, and what is refused counts for nothing else', async () => {
      expect(await times(account + 3, (n) => signIn(doctor.email, WRONG, `198.51.100.${n}`))).toEqual([...repeated(account, 'SIGN_IN_REFUSED'), ...repeated(3, 'THROTTLED')]);
      await world.sql('superuser', `delete from auth.throttles where key like 'signIn.account:%'`);
      expect(codeOf(await signIn(doctor.email, PASSWORD, `198.51.100.${account + 1}`))).toBe('ACCEPTED');
      expect((await rows()).filter(({ points }) => points > 1)).toEqual([]);
    });

    it('hammered from one address leaves the account to others, and the address to other accounts', async () => {
      await times(account + 20, () => signIn(doctor.email, WRONG, '198.51.100.1'));
      expect(await rows()).toEqual([
        { key: expect.stringContaining('signIn.account:'), points: accountHere },
        { key: expect.stringContaining('signIn.accountHere:'), points: accountHere },
        { key: expect.stringContaining('signIn.address:'), points: accountHere },
      ]);
      expect(codeOf(await signIn(practice.owner.email, PASSWORD, '198.51.100.1'))).toBe('ACCEPTED');
    });

    it('by a stranger, from her own address even, does not keep the doctor from the device that knows her', async () => {
      let { deviceToken } = (await signIn(doctor.email, PASSWORD, '198.51.100.1')).data!.signIn!;
      await times(accountHere + 1, () => signIn(doctor.email, WRONG, '198.51.100.1'));
      await times(account, (n) => signIn(doctor.email, WRONG, `203.0.113.${n}`));
      const elsewhere = '198.51.100.9';
      expect(codeOf(await signIn(doctor.email, PASSWORD, elsewhere))).toBe('THROTTLED');
      ({ deviceToken } = (await signIn(doctor.email, PASSWORD, elsewhere, { deviceToken })).data!.signIn!);
      ({ deviceToken } = (await signIn(doctor.email, PASSWORD, '198.51.100.1', { deviceToken })).data!.signIn!);
      // Nor does an address that is exhausted.
      await world.sql('superuser', `update auth.throttles set points = $1 where key like 'signIn.address:%'`, [address]);
      expect(codeOf(await signIn(practice.owner.email, PASSWORD, '198.51.100.1'))).toBe('THROTTLED');
      expect(codeOf(await signIn(doctor.email, PASSWORD, '198.51.100.1', { deviceToken }))).toBe('ACCEPTED');
      // What is no device of hers helps nobody: made up, or known for somebody else.
      const other = (await signIn(practice.owner.email, PASSWORD, '192.0.2.1')).data!.signIn!.deviceToken;
      for (const token of ['made up', other]) expect(codeOf(await signIn(doctor.email, PASSWORD, elsewhere, { deviceToken: token }))).toBe('THROTTLED');
      const [cookie] = (await world.app.inject({
        method: 'POST', url: '/graphql', remoteAddress: '192.0.2.1', headers: { 'content-type': 'application/json' }, payload: { query: SIGN_IN, variables: { input: { email: practice.owner.email, password: PASSWORD } } },
      })).cookies.filter(({ name }) => name === '__Host-sinduk-device');
      await times(account + 1, (n) => signIn(practice.owner.email, WRONG, `203.0.113.${n}`));
      expect(codeOf(await signIn(practice.owner.email, PASSWORD, elsewhere))).toBe('THROTTLED');
      expect(codeOf(await signIn(practice.owner.email, PASSWORD, elsewhere, { client: 'BROWSER' }, { cookie: `${cookie!.name}=${cookie!.value}` }))).toBe('ACCEPTED');
    });

    it('on a device that knows her has a limit of its own, and beyond it those of an unknown one, so that a colleague there does not keep her out', async () => {
      const { deviceToken } = (await signIn(doctor.email, PASSWORD, '198.51.100.1')).data!.signIn!;
      await world.sql('superuser', 'truncate auth.throttles');
      const there = (password: string) => signIn(doctor.email, password, '198.51.100.1', { deviceToken });
      expect(await times(device, () => there(WRONG))).toEqual(repeated(device, 'SIGN_IN_REFUSED'));
      expect(await rows()).toEqual([{ key: expect.stringContaining('signIn.device:'), points: device }]);
      expect(await times(accountHere + 1, () => there(WRONG))).toEqual([...repeated(accountHere, 'SIGN_IN_REFUSED'), 'THROTTLED']);
      expect(codeOf(await there(PASSWORD))).toBe('THROTTLED');
    });

    it('with what somebody lifted from that device uses up no try of hers where she last signed in, nor has more for having more addresses', async () => {
      const { deviceToken } = (await signIn(doctor.email, PASSWORD, '198.51.100.1')).data!.signIn!;
      const stranger = (n: number) => signIn(doctor.email, WRONG, `203.0.113.${n}`, { deviceToken });
      expect(await times(device + account + 1, stranger)).toEqual([...repeated(device + account, 'SIGN_IN_REFUSED'), 'THROTTLED']);
      expect(codeOf(await signIn(doctor.email, PASSWORD, '198.51.100.1', { deviceToken }))).toBe('ACCEPTED');
      // From then on the lifted secret is nobody's.
      await windowEnds();
      expect(codeOf(await stranger(1))).toBe('SIGN_IN_REFUSED');
      expect((await rows()).filter(({ key }) => key.startsWith('signIn.account:'))).toMatchObject([{ points: 1 }]);
    });

    it('can fail a hundred times an hour at most, her own device included, there and elsewhere', () => {
      expect((account + 2 * device) * (3600 / WINDOW_SECONDS)).toBeLessThanOrEqual(100);
    });
  });

  describe('of an account that does not exist', () => {
    it('answers the same, refused and throttled, leaves the same counts, and costs the same work', async () => {
      const seen: object[] = [];
      const looked = jest.spyOn(world.app.get(AccountsService), 'verify');
      for (const email of [doctor.email, inventedEmail('nobody')]) {
        looked.mockClear();
        const said: string[] = [];
        for (let n = 0; n < account + 12; n++) {
          const trips = await roundTripsOf(async () => {
            const { data, errors } = await signIn(email, WRONG, n < accountHere + 2 ? '198.51.100.1' : `203.0.113.${n}`, { deviceToken: 'made up' });
            said.push(JSON.stringify([data, errors!.map(({ extensions: { requestId: _, retryAfterSeconds, ...rest }, ...error }) => ({ ...error, ...rest, told: retryAfterSeconds !== undefined }))]));
          });
          said.push(`${trips.filter(({ connection }) => connection === 'sinduk auth').length} round trips`);
        }
        expect([email, looked.mock.calls.length, said.filter((text) => text.includes('THROTTLED')).length]).toEqual([email, account, 12]);
        seen.push([said, (await rows()).map(({ key, points }) => `${key.split(':')[0]!} ${points}`).sort()]);
        await world.sql('superuser', 'truncate auth.throttles');
      }
      looked.mockRestore();
      expect(seen[0]).toEqual(seen[1]);
    });
  });

  describe('of many accounts from one address', () => {
    it('is refused after three hundred failures, whatever the account, and then leaves no more traces', async () => {
      await signIn(inventedEmail('first'), WRONG, '198.51.100.1');
      await world.sql('superuser', `update auth.throttles set points = $1 where key like 'signIn.address:%'`, [address - 1]);
      expect(codeOf(await signIn(inventedEmail('last'), WRONG, '198.51.100.1'))).toBe('SIGN_IN_REFUSED');
      const before = await rows();
      expect(await times(5, (n) => signIn(inventedEmail(`more${n}`), WRONG, '198.51.100.1'))).toEqual(repeated(5, 'THROTTLED'));
      expect((await rows()).map(({ key }) => key)).toEqual(before.map(({ key }) => key));
      expect(codeOf(await signIn(doctor.email, PASSWORD, '198.51.100.1'))).toBe('THROTTLED');
      expect(codeOf(await signIn(doctor.email, PASSWORD, '198.51.100.2'))).toBe('ACCEPTED');
    });

    it('counts an IPv6 network as one address, and one behind another spelling of IPv4 as itself', async () => {
      for (const from of ['2001:db8:7:8::1', '2001:db8:7:8:ffff::2', '2001:DB8:7:8::0:3', '2001:db8:7:9::1']) await signIn(doctor.email, WRONG, from);
      expect(await failuresByAddress()).toEqual([1, 3]);
      await world.sql('superuser', 'truncate auth.throttles');
      for (const from of ['198.51.100.1', '::ffff:198.51.100.1', '::ffff:c633:6401', '::ffff:198.51.100.2']) await signIn(doctor.email, WRONG, from);
      expect(await failuresByAddress()).toEqual([1, 3]);
    });
  });

  describe('by whoever says to be somebody else', () => {
    const forwarded = (n: number, chain: string) => signIn(doctor.email, WRONG, PROXY, {}, { 'x-forwarded-for': chain.replaceAll('N', String(n)) });

    it.each([
      ['is not heard unless a trusted proxy says it', '198.51.100.1', '203.0.113.N'],
      ['is not heard though it names the proxy', '198.51.100.1', `203.0.113.N, ${PROXY}`],
    ])('%s', async (_, from, chain) => {
      for (const n of [1, 2, 3]) await signIn(doctor.email, WRONG, from, {}, { 'x-forwarded-for': chain.replace('N', String(n)), 'x-real-ip': `203.0.113.${n}`, forwarded: `for=203.0.113.${n}` });
      expect(await failuresByAddress()).toEqual([3]);
    });

    it.each([
      ['before the address that the proxy saw', '203.0.113.N, 198.51.100.1'],
      ['before it, by way of two proxies', '203.0.113.N, 198.51.100.1, 10.1.2.3'],
      ['as if by way of a trusted one', `203.0.113.N, ${PROXY}, 198.51.100.1`],
      ['in another spelling', '203.0.113.N, ::ffff:198.51.100.1'],
      ['with another port each time', '203.0.113.9, 198.51.100.1:100N'],
      ['by IPv6 with a port', '203.0.113.9, [2001:db8:1:1::N]:443'],
      ['by what is no address', '203.0.113.N, no address N'],
      ['by nothing', ' '],
    ])('%s is counted as itself', async (_, chain) => {
      for (const n of [1, 2, 3]) await forwarded(n, chain);
      expect(await failuresByAddress()).toEqual([3]);
    });

    it('through a proxy is told from others there', async () => {
      for (const n of [1, 2, 3]) await forwarded(n, '203.0.113.N');
      expect(await failuresByAddress()).toEqual([1, 1, 1]);
    });
  });

  describe('of another kind', () => {
    it('such as passwords with a joining code is counted alike', async () => {
      const { email } = practice.owner;
      const code = await invite(world, (await world.practice('Padma Clinic')).owner.token, email);
      const join = () => send(JOIN, { input: { code, email, password: WRONG } }, '198.51.100.1');
      expect(await times(limits.join.accountHere + 1, join)).toEqual([...repeated(limits.join.accountHere, 'SIGN_IN_REFUSED'), 'THROTTLED']);
      // Each kind for itself.
      expect(codeOf(await signIn(email, PASSWORD, '198.51.100.1'))).toBe('ACCEPTED');
    });

    it('such as joining without an invitation is counted by address, and keeps out nobody who has one', async () => {
      const email = inventedEmail('invited');
      const code = await invite(world, practice.owner.token, email);
      const join = (tried: string, from = '198.51.100.1') => send(JOIN, { input: { code: tried, email, password: PASSWORD, nameEn: 'Rokeya Akter' } }, from);
      expect(await times(3, (n) => join(`guess ${n}`))).toEqual(repeated(3, 'SIGN_IN_REFUSED'));
      expect(await rows()).toEqual([{ key: expect.stringContaining('joinUninvited.address:'), points: 3 }]);
      await world.sql('superuser', 'update auth.throttles set points = $1', [limits.joinUninvited.address - 1]);
      expect(await times(2, () => join('guess'))).toEqual(['SIGN_IN_REFUSED', 'THROTTLED']);
      expect(codeOf(await join(code))).toBe('ACCEPTED');
    });

    it('such as refresh tokens is counted by address, beyond whose limit those that are good are taken all the same', async () => {
      let { refreshToken } = await world.signIn(doctor.email);
      await send(REFRESH, { token: 'guessed' }, '127.0.0.1');
      await world.sql('superuser', `update auth.throttles set points = $1 where key like 'refresh.%'`, [limits.refresh.address - 1]);
      expect(await times(2, () => send(REFRESH, { token: 'guessed' }, '127.0.0.1'))).toEqual(['SIGN_IN_REFUSED', 'THROTTLED']);
      for (let n = 0; n < 3; n++) ({ refreshToken } = (await world.ok(REFRESH, { token: refreshToken })).refreshSession);
      expect(codeOf(await send(REFRESH, { token: 'guessed' }, '127.0.0.1'))).toBe('THROTTLED');
    });

    it('such as second factors is counted by account, however often the person begins anew', async () => {
      const person = await enrol(world, await hire(world, practice, chamberId, 'NURSE'));
      const tried = async (oneTimeCode: string): Promise<string> => {
        const { signInToken } = await byPassword(world, person.email);
        return outcomeOf(await finish(world, signInToken, { oneTimeCode }));
      };
      const wrong = wrongCodeOf(person.secret);
      for (let n = 0; n < limits.secondFactor.account; n++) expect(await tried(wrong)).toBe('SIGN_IN_REFUSED');
      expect(await tried(codeOfApp(person.secret))).toBe('THROTTLED');
      await windowEnds();
      await forgetSteps(world, person);
      expect(await tried(codeOfApp(person.secret))).toBe('ACCEPTED');
      // Nor do tokens that somebody makes up at the same address keep the person out.
      await world.sql('superuser', 'truncate auth.throttles');
      const made = () => finish(world, 'made up', { oneTimeCode: '000000' });
      await made();
      await world.sql('superuser', 'update auth.throttles set points = $1', [limits.signInToken.address]);
      expect(outcomeOf(await made())).toBe('THROTTLED');
      await forgetSteps(world, person);
      expect(await tried(codeOfApp(person.secret))).toBe('ACCEPTED');
    });

    it('such as proofs within a session is counted by account, the current password of a change too', async () => {
      const person = await hire(world, practice, chamberId, 'NURSE');
      const { token, email } = person;
      for (let n = 0; n < limits.stepUp.account - 1; n++) expect(outcomeOf(await stepUp(world, person, { password: WRONG }))).toBe('SIGN_IN_REFUSED');
      const change = () => world.graphql('mutation ($input: ChangePasswordInput!) { changePassword(input: $input) }', { input: { currentPassword: WRONG, newPassword: 'nineteen amber lanterns glow' } }, token);
      expect(outcomeOf(await change())).toBe('SIGN_IN_REFUSED');
      expect([outcomeOf(await change()), outcomeOf(await stepUp(world, person, { password: PASSWORD }))]).toEqual(['THROTTLED', 'THROTTLED']);
      // That keeps nobody from signing in.
      expect(codeOf(await signIn(email, PASSWORD, '198.51.100.1'))).toBe('ACCEPTED');
    });

    it('such as right proofs within a session, many at once, weighs nothing though one of them ends the tokens of the others', async () => {
      const person = await hire(world, practice, chamberId, 'NURSE');
      const another = await world.signIn(person.email);
      const outcomes = await Promise.all(Array.from({ length: limits.stepUp.account }, async () => outcomeOf(await stepUp(world, person, { password: PASSWORD }))));
      expect(new Set(outcomes)).toEqual(new Set(['ACCEPTED', 'UNAUTHENTICATED']));
      expect((await rows()).filter(({ key }) => key.startsWith('stepUp.')).map(({ points }) => points)).toEqual([0, 0]);
      expect(outcomeOf(await stepUp(world, another, { password: PASSWORD }))).toBe('ACCEPTED');
    });

    it('such as asking for mails or challenges counts whatever comes of it', async () => {
      const ask = (from: string) => () => send('mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) }', { input: { email: doctor.email } }, from);
      const { accountHere: here, account: all } = limits.passwordReset;
      expect(await times(here + 1, ask('198.51.100.1'))).toEqual([...repeated(here, 'ACCEPTED'), 'THROTTLED']);
      expect(await times(all - here + 1, ask('198.51.100.2'))).toEqual([...repeated(all - here, 'ACCEPTED'), 'THROTTLED']);
      const challenge = () => send('mutation { beginPasskeySignIn { expiresAt } }', {}, '198.51.100.1');
      await challenge();
      await world.sql('superuser', `update auth.throttles set points = $1 where key like 'ceremony.%'`, [limits.ceremony.address - 1]);
      expect(await times(2, challenge)).toEqual(['ACCEPTED', 'THROTTLED']);
      // A browser in which anybody has signed in before has challenges of its own.
      const { deviceToken } = (await signIn(doctor.email, PASSWORD, '198.51.100.1')).data!.signIn!;
      const known = (token: string) => send('mutation { beginPasskeySignIn { expiresAt } }', {}, '198.51.100.1', { cookie: `__Host-sinduk-device=${token}` });
      expect([codeOf(await known(deviceToken)), codeOf(await known('made up'))]).toEqual(['ACCEPTED', 'THROTTLED']);
      // Who is signed in comes as far as learning that there is no Google here.
      const stepUpTrip = 'mutation { beginGoogleStepUp(input: { returnTo: "https://clinic.example/" }) { url } }';
      expect(codeOf(await send(stepUpTrip, {}, '198.51.100.1', { authorization: `Bearer ${doctor.token}` }))).toBe('CONFLICT');
    });

    it('such as codes of mails, passkeys and ways back from Google is counted by address', async () => {
      const kinds: Array<['resetCode' | 'passkey' | 'google' | 'signInToken', string, object]> = [
        ['resetCode', 'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) }', { code: 'guessed', newPassword: PASSWORD }],
        ['passkey', 'mutation ($input: SignInWithPasskeyInput!) { signInWithPasskey(input: $input) { __typename } }', { passkey: '{}' }],
        ['google', 'mutation ($input: SignInWithGoogleInput!) { signInWithGoogle(input: $input) { __typename } }', { code: 'guessed' }],
        ['google', 'mutation ($input: JoinWithGoogleInput!) { joinWithGoogle(input: $input) { __typename } }', { code: 'guessed' }],
        ['signInToken', 'mutation ($input: FinishSignInInput!) { finishSignIn(input: $input) { __typename } }', { signInToken: 'guessed', oneTimeCode: '000000' }],
      ];
      for (const [kind, query, input] of kinds) {
        await world.sql('superuser', 'truncate auth.throttles');
        const attempt = () => send(query, { input }, '198.51.100.1');
        expect([query, codeOf(await attempt())]).toEqual([query, 'SIGN_IN_REFUSED']);
        await world.sql('superuser', 'update auth.throttles set points = $1', [limits[kind].address - 1]);
        expect([query, await times(2, attempt)]).toEqual([query, ['SIGN_IN_REFUSED', 'THROTTLED']]);
      }
    });

    it('a try that ends otherwise, such as a new password that is too short, weighs nothing', async () => {
      const email = inventedEmail('invited');
      const code = await invite(world, practice.owner.token, email);
      const join = () => send(JOIN, { input: { code, email, password: 'short', nameEn: 'Rokeya Akter' } }, '198.51.100.1');
      expect(await times(limits.join.accountHere + 1, join)).toEqual(repeated(limits.join.accountHere + 1, 'BAD_USER_INPUT'));
    });
  });

  describe('leaves', () => {
    const entries = () => world.sql<{ tenant_id: string; outcome: string; error_code: string; actor_user_id: string }>('superuser',
      `select tenant_id, outcome, error_code, actor_user_id from audit.entries where operation = 'Mutation.signIn' and error_code = 'THROTTLED' order by id`);

    it('an entry for the first refusal in the practice that it concerns, and one for the tenth and the hundredth', async () => {
      const before = (await entries()).length;
      await times(accountHere + 100, () => signIn(doctor.email, WRONG, '198.51.100.1'));
      const written = (await entries()).slice(before);
      expect(written).toHaveLength(3);
      expect(new Set(written.map(({ tenant_id, outcome }) => `${tenant_id} ${outcome}`))).toEqual(new Set([`${practice.tenantId} DENIED`]));
      const reasons = (await entriesOf(world, practice.tenantId, 'Mutation.signIn')).filter(({ error_code }) => error_code === 'THROTTLED').slice(-3).map(({ reason }) => reason);
      expect(reasons).toEqual([1, 10, 100].map((count) => `beyond the limit for an account from an address: ${count} refused in a quarter of an hour`));
      await windowEnds();
      await times(accountHere + 1, () => signIn(doctor.email, WRONG, '198.51.100.1'));
      expect(await entries()).toHaveLength(before + 4);
    });

    it('in the table nothing that tells whose account it was, or from where', async () => {
      await times(2, () => signIn(doctor.email, WRONG, '198.51.100.1'));
      const text = JSON.stringify(await rows());
      expect(text).toMatch(/signIn\.account:[\w-]{22}/);
      for (const plain of [doctor.email, doctor.email.split('@')[0]!, '198.51.100']) expect(text).not.toContain(plain);
    });

    it('no counts behind once they are over', async () => {
      await signIn(doctor.email, WRONG, '198.51.100.1');
      await windowEnds();
      await signIn(doctor.email, WRONG, '198.51.100.2');
      await world.sql('owner', `select graphile_worker.add_job('forgetCredentials')`);
      while ((await rows()).length > 3) await delay(20);
      expect((await rows()).map(({ key }) => key.split(':')[0])).toEqual(['signIn.account', 'signIn.accountHere', 'signIn.address']);
    });

    it('nothing else behind that is over', async () => {
      const tables = ['pending_sign_ins', 'passkey_challenges', 'google_trips', 'password_resets', 'refresh_tokens'];
      const counts = async (): Promise<Record<string, number>> =>
        (await world.sql<Record<string, number>>('superuser', `select ${tables.map((table) => `(select count(*)::integer from auth.${table}) as ${table}`).join(', ')}`))[0]!;
      await world.sql('auth', 'select auth.forget()');
      const before = await counts();
      await world.ok('mutation { signOut }', {}, (await world.signIn(doctor.email)).token);
      await world.sql('superuser', `insert into auth.devices (user_id, secret_hash, id, last_seen_at)
        select u.id, sha256(days::text::bytea), gen_random_uuid(), now() - make_interval(days => days) from (select id from auth.users limit 1) u, unnest('{399,401}'::integer[]) days`);
      const ages = `unnest('{01:00:00,-00:00:01}'::interval[]) age`;
      await world.sql('superuser', `
        insert into auth.pending_sign_ins (id, token_hash, user_id, tenant_id, method, client, expires_at)
          select gen_random_uuid(), sha256(age::text::bytea), u.id, '${practice.tenantId}', 'PASSWORD', 'BEARER', now() + age from (select id from auth.users limit 1) u, ${ages};
        insert into auth.passkey_challenges (challenge_hash, purpose, expires_at) select sha256(age::text::bytea), 'SIGN_IN', now() + age from ${ages};
        insert into auth.google_trips (id, state_hash, browser_hash, purpose, details, expires_at)
          select gen_random_uuid(), sha256(age::text::bytea), sha256(age::text::bytea), 'SIGN_IN', 'x', now() + age from ${ages};
        insert into auth.password_resets (email_token, code_hash, asked_at, expires_at) select age::text::bytea, sha256(age::text::bytea), now() - interval '2 hours', now() + age from ${ages}`);
      const kept = Object.fromEntries(tables.map((table) => [table, before[table]! + (table === 'refresh_tokens' ? 0 : 1)]));
      expect(await counts()).not.toEqual(kept);
      await world.sql('owner', `select graphile_worker.add_job('forgetCredentials')`);
      while (JSON.stringify(await counts()) !== JSON.stringify(kept)) await delay(20);
      const old = await world.sql('superuser', `delete from auth.devices where last_seen_at < now() - interval '1 day' returning extract(day from now() - last_seen_at)::integer as unused`);
      expect(old).toEqual([{ unused: 399 }]);
    });
  });

  it('is not possible while nobody can count: UNAVAILABLE, and no password is looked at', async () => {
    const looked = jest.spyOn(world.app.get(AccountsService), 'verify');
    const logged = jest.spyOn(world.app.get<Logger>(LOGGER), 'error');
    await world.sql('superuser', 'revoke insert on auth.throttles from sinduk_auth');
    try {
      expect(codeOf(await signIn(doctor.email, PASSWORD, '198.51.100.1'))).toBe('UNAVAILABLE');
    } finally {
      await world.sql('superuser', 'grant insert on auth.throttles to sinduk_auth');
    }
    expect(looked).not.toHaveBeenCalled();
    expect(JSON.stringify(logged.mock.calls)).toContain('42501');
    looked.mockRestore();
    expect(codeOf(await signIn(doctor.email, PASSWORD, '198.51.100.1'))).toBe('ACCEPTED');
  });

  it('by more at once than can be hashed is refused at once, instead of filling the memory', async () => {
    const answers = await Promise.all(Array.from({ length: 160 }, (_, n) => signIn(inventedEmail('crowd'), WRONG, `198.51.${n}.1`)));
    const codes = answers.map(codeOf);
    expect(new Set(codes)).toEqual(new Set(['SIGN_IN_REFUSED', 'UNAVAILABLE']));
    expect(codes.filter((code) => code === 'SIGN_IN_REFUSED').length).toBeGreaterThanOrEqual(100);
    expect(codeOf(await signIn(doctor.email, PASSWORD, '198.51.100.1'))).toBe('ACCEPTED');
  });

  it('at one server counts at the others, whatever address is made up', async () => {
    const other = await ServerProcess.on(directory, {
      DATABASE_URL: world.ownerUrl, KEY_FILE: world.config.keyFile, TOKEN_KEY_FILE: world.config.tokenKeyFile, TOKEN_ISSUER: world.config.tokenIssuer, DEMO_DATA: 'false',
    });
    await other.start();
    const there = async (n: number): Promise<Answer> => {
      const answer = await fetch(`http://127.0.0.1:${other.port}/graphql`, {
        method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': `203.0.113.${n}` },
        body: JSON.stringify({ query: SIGN_IN, variables: { input: { email: doctor.email, password: WRONG, client: 'BEARER' } } }),
      });
      return (await answer.json()) as Answer;
    };
    expect(await times(accountHere - 1, there)).toEqual(repeated(accountHere - 1, 'SIGN_IN_REFUSED'));
    expect(await times(2, () => signIn(doctor.email, WRONG, '127.0.0.1'))).toEqual(['SIGN_IN_REFUSED', 'THROTTLED']);
    expect(codeOf(await there(200))).toBe('THROTTLED');
    await other.end('SIGTERM');
  });
});
