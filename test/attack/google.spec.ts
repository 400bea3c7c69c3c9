import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, SignJWT, exportJWK, exportSPKI, generateKeyPair, importJWK } from 'jose';
import type { Payload } from 'oauth2-mock-server';
import type { Logger } from 'pino';
import { LONGEST_ANSWER, PATIENCE_MS } from '../../src/platform/http/bounded-fetch.js';
import { LOGGER } from '../../src/platform/platform.module.js';
import { outcomeOf } from '../support/factors.js';
import { CLIENT_ID, CLIENT_SECRET, GoogleServer, PAGE, Visitor, googlePerson, linkGoogle } from '../support/google.js';
import { faultsOf } from '../support/patients.js';
import { hire, invite, inventedEmail, openChamber } from '../support/staff.js';
import { type Person, type Practice, World } from '../support/world.js';

describe('signing in with Google, attacked,', () => {
  let google: GoogleServer;
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let nurse: Person;
  const account = googlePerson('rokeya@google.example');

  beforeAll(async () => {
    google = await GoogleServer.start();
    world = await World.open({ PUBLIC_ORIGINS: 'https://clinic.example,https://other.clinic.example', ...google.settings() });
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Gulshan');
    nurse = await hire(world, practice, chamberId, 'NURSE');
    await linkGoogle(world, google, nurse.token, account);
  });
  beforeEach(() => {
    google.behave();
    google.person = account;
  });
  afterAll(async () => {
    await world.close();
    await google.stop();
  });

  /** Somebody whose browser is about to come back from Google. */
  const returning = async (): Promise<{ visitor: Visitor; address: URL; nonce: string }> => {
    const visitor = new Visitor(world);
    const url = await visitor.begin('SIGN_IN');
    return { visitor, address: await visitor.atGoogle(url), nonce: new URL(url).searchParams.get('nonce')! };
  };
  const toldWhen = async (change: () => void): Promise<string | null> => {
    const { visitor, address } = await returning();
    change();
    return (await visitor.back(address)).error;
  };
  const lastEntry = async () => (await world.sql('superuser', 'select operation, action, outcome, error_code from audit.entries order by id desc limit 1'))[0];

  it('lets in whom Google vouches for, or the refusals below would show nothing', async () => {
    const { visitor, address } = await returning();
    const { page, code } = await visitor.back(address);
    expect(page).toBe(PAGE);
    const { data } = await visitor.signIn(code!);
    expect(data.answer.practices).toEqual([{ id: practice.tenantId, memberId: nurse.memberId, current: true }]);
  });

  describe('takes an answer of Google only', () => {
    const changed = (address: URL, change: (parameters: URLSearchParams) => void): URL => {
      const other = new URL(address);
      change(other.searchParams);
      return other;
    };

    it.each<[string, (parameters: URLSearchParams) => void]>([
      ['another state', (parameters) => parameters.set('state', 'A'.repeat(43))],
      ['no state', (parameters) => parameters.delete('state')],
      ['an empty state', (parameters) => parameters.set('state', '')],
      ['two states', (parameters) => parameters.append('state', 'another')],
    ])('not with %s, which takes nothing from the right one', async (_, change) => {
      const { visitor, address } = await returning();
      expect(await visitor.back(changed(address, change))).toEqual({ page: 'https://clinic.example', code: null, error: 'EXPIRED' });
      expect(await lastEntry()).toEqual({ operation: 'GET /auth/google/callback', action: 'CHALLENGED', outcome: 'DENIED', error_code: 'SIGN_IN_REFUSED' });
      expect((await visitor.back(address)).code).not.toBeNull();
    });

    it('in the browser that set out: not without its cookie, nor with another’s', async () => {
      const [{ visitor, address }, { visitor: other }] = [await returning(), await returning()];
      for (const cookie of ['', other.cookie, visitor.cookie.replace(/=./, '=_'), visitor.cookie.replace('__Host-', '')]) {
        expect((await visitor.back(address, cookie)).error).toBe('EXPIRED');
      }
      expect((await visitor.back(address)).code).not.toBeNull();
    });

    it('once: not when it is replayed, nor twice at once', async () => {
      const { visitor, address } = await returning();
      const both = await Promise.all([visitor.back(address), visitor.back(address)]);
      expect(both.map(({ error }) => error).sort()).toEqual(['EXPIRED', null]);
      expect((await visitor.back(address)).error).toBe('EXPIRED');
    });

    it('for ten minutes', async () => {
      const { visitor, address } = await returning();
      await world.sql('owner', `update auth.google_trips set expires_at = expires_at - interval '10 minutes'`);
      expect((await visitor.back(address)).error).toBe('EXPIRED');
    });

    it('with the code that was given on this trip', async () => {
      const visitor = new Visitor(world);
      const [one, other] = [await visitor.atGoogle(await visitor.begin('SIGN_IN')), await visitor.atGoogle(await visitor.begin('SIGN_IN'))];
      const injected = changed(one, (parameters) => parameters.set('code', other.searchParams.get('code')!));
      expect((await visitor.back(injected)).error).toBe('NOT_ACCEPTED');
    });

    it.each<[string, (parameters: URLSearchParams) => void]>([
      ['no code', (parameters) => parameters.delete('code')],
      ['two codes', (parameters) => parameters.append('code', 'another')],
      ['an endless code', (parameters) => parameters.set('code', 'x'.repeat(3_000))],
      ['an unknown code', (parameters) => parameters.set('code', 'unknown')],
      ['the name of another issuer', (parameters) => parameters.set('iss', 'https://evil.example')],
    ])('not with %s', async (_, change) => {
      const { visitor, address } = await returning();
      expect((await visitor.back(changed(address, change))).error).toBe('NOT_ACCEPTED');
    });

    it('and says no more of a refusal than that there was one', async () => {
      const { visitor, address } = await returning();
      const refused = changed(address, (parameters) => {
        parameters.delete('code');
        parameters.set('error', 'access_denied');
        parameters.set('error_description', 'the person said <b>no</b>');
      });
      expect(await visitor.back(refused)).toEqual({ page: PAGE, code: null, error: 'REFUSED' });
      expect((await visitor.back(address)).error).toBe('EXPIRED');
    });
  });

  describe('asks for', () => {
    it('PKCE with S256, a nonce and a choice of accounts, all fresh each time', async () => {
      const visitor = new Visitor(world);
      const [one, other] = [new URL(await visitor.begin('SIGN_IN')), new URL(await visitor.begin('SIGN_IN'))];
      expect(Object.fromEntries(one.searchParams)).toEqual({
        response_type: 'code', client_id: CLIENT_ID, redirect_uri: 'https://api.clinic.example/auth/google/callback', scope: 'openid email',
        code_challenge_method: 'S256', prompt: 'select_account', claims: '{"id_token":{"auth_time":{"essential":true}}}',
        code_challenge: expect.stringMatching(/^[\w-]{43}$/), nonce: expect.stringMatching(/^[\w-]{43}$/), state: expect.stringMatching(/^[\w-]{43}$/),
      });
      for (const name of ['code_challenge', 'nonce', 'state']) expect(one.searchParams.get(name)).not.toBe(other.searchParams.get(name));
    });

    it('a cookie that no other site, no script and no other host can use', async () => {
      const visitor = new Visitor(world);
      const { response } = await visitor.send('mutation ($input: BeginGoogleInput!) { beginGoogleSignIn(input: $input) { url } }', { input: { returnTo: PAGE } });
      expect(response.cookies).toEqual([expect.objectContaining({ name: expect.stringMatching(/^__Host-sinduk-google-/), httpOnly: true, secure: true, sameSite: 'Lax', path: '/', maxAge: 660 })]);
      expect(response.cookies[0]).not.toHaveProperty('domain');
    });

    it.each([
      'https://evil.example/', 'https://clinic.example.evil.example/', 'https://clinic.example@evil.example/', 'https://nurse:word@clinic.example/',
      'http://clinic.example/', 'https://clinic.example:8443/', '//evil.example', '/\\evil.example', '/welcome', 'javascript:alert(1)', 'data:text/html,x',
      'https://clinic.example/#googleCode=planted', 'https://clinic.example/#', 'not an address',
    ])('a page of ours to return to, which %s is not', async (returnTo) => {
      const answer = await new Visitor(world).beginAnswer('SIGN_IN', { returnTo });
      expect(faultsOf(answer)).toEqual(['input.returnTo NOT_A_PAGE_OF_OURS']);
    });

    it('and returns to each of our origins', async () => {
      const visitor = new Visitor(world);
      const url = await visitor.begin('SIGN_IN', undefined, { returnTo: 'https://other.clinic.example/a?b=c' });
      expect((await visitor.back(await visitor.atGoogle(url))).page).toBe('https://other.clinic.example/a?b=c');
    });
  });

  describe('takes no ID token', () => {
    const payloads: Array<[string, (payload: Payload, now: number) => void]> = [
      ['with another nonce', (payload) => (payload['nonce'] = 'of another trip')],
      ['without a nonce', (payload) => delete payload['nonce']],
      ['for another audience', (payload) => (payload['aud'] = 'another client')],
      ['for others besides', (payload) => (payload['aud'] = [CLIENT_ID, 'another client'])],
      ['that was given to another client', (payload) => (payload['azp'] = 'another client')],
      ['of another issuer', (payload) => (payload.iss = 'https://accounts.google.com')],
      ['that has expired', (payload, now) => (payload.exp = now - 120)],
      ['without an end', (payload) => delete (payload as Partial<Payload>).exp],
      ['that was made long ago', (payload, now) => (payload.iat = now - 3_600)],
      ['that will be made in an hour', (payload, now) => (payload.iat = now + 3_600)],
      ['that is not good yet', (payload, now) => (payload.nbf = now + 3_600)],
      ['without a subject', (payload) => delete payload['sub']],
      ['with a subject that is no text', (payload) => (payload['sub'] = 7)],
      ['with an endless subject', (payload) => (payload['sub'] = '1'.repeat(300))],
      ['of another account than the access token', (payload) => (payload['sub'] = 'another account')],
    ];
    it.each(payloads)('%s', async (_, change) => {
      expect(await toldWhen(() => (google.onIdToken = (payload) => void change(payload, Math.floor(Date.now() / 1000))))).toBe('NOT_ACCEPTED');
    });

    const instead = (make: (payload: Payload) => Promise<unknown>) => async (): Promise<string | null> => {
      const { visitor, address, nonce } = await returning();
      const now = Math.floor(Date.now() / 1000);
      const token = await make({ iss: google.server.issuer.url!, iat: now, nbf: now, exp: now + 3_600, aud: CLIENT_ID, nonce, ...account });
      google.onTokens = ({ body }) => Object.assign(body, { id_token: token });
      return (await visitor.back(address)).error;
    };
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const publicPem = async (): Promise<string> => exportSPKI((await importJWK({ ...google.server.issuer.keys.toJSON()[0]!, ext: true }, 'RS256')) as CryptoKey);
    const publishedKid = (): string => google.server.issuer.keys.toJSON()[0]!.kid;

    it.each<[string, (payload: Payload) => Promise<unknown>]>([
      ['at all', async () => undefined],
      ['that is an object', async () => ({})],
      ['that is garbage', async () => 'a.b.c'],
      ['without a signature', async (payload) => `${encode({ alg: 'none' })}.${encode(payload)}.`],
      ['signed with the public key as a secret', async (payload) => new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: publishedKid() }).sign(Buffer.from(await publicPem()))],
      ['signed by somebody else under the name of Google’s key', async (payload) => new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: publishedKid() }).sign((await generateKeyPair('RS256')).privateKey)],
      ['signed by a key that it brings along', async (payload) => {
        const { privateKey } = await generateKeyPair('RS256', { extractable: true });
        const jwk = await exportJWK(privateKey);
        return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'mine', jwk: { kty: 'RSA', n: jwk.n!, e: jwk.e! }, jku: 'https://evil.example/keys' }).sign(privateKey);
      }],
      ['signed by another algorithm', async (payload) => new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA' }).sign((await generateKeyPair('EdDSA')).privateKey)],
    ])('%s', async (_, make) => {
      expect(await instead(make)()).toBe('NOT_ACCEPTED');
    });

    it('but one like that, rightly signed, is taken', async () => {
      expect(await instead(async (payload) => {
        const key = google.server.issuer.keys.get()!;
        return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: key.kid }).sign((await importJWK(key, 'RS256')));
      })()).toBeNull();
    });
  });

  describe('hands out a code', () => {
    const begun = async (): Promise<{ visitor: Visitor; code: string }> => {
      const visitor = new Visitor(world);
      return { visitor, code: await visitor.travel('SIGN_IN') };
    };

    it('that is good once, also when it is used twenty times at once', async () => {
      const { visitor, code } = await begun();
      const answers = await Promise.all(Array.from({ length: 20 }, () => visitor.signIn(code)));
      expect(answers.map(outcomeOf).sort()).toEqual(['ACCEPTED', ...Array.from({ length: 19 }, () => 'SIGN_IN_REFUSED')]);
    });

    it('that is good in the browser that set out only', async () => {
      const { visitor, code } = await begun();
      const [stranger, { visitor: other }] = [new Visitor(world), await begun()];
      expect(outcomeOf(await stranger.signIn(code))).toBe('SIGN_IN_REFUSED');
      expect(outcomeOf(await other.signIn(code))).toBe('SIGN_IN_REFUSED');
      expect(outcomeOf(await visitor.signIn(code))).toBe('ACCEPTED');
    });

    it('that is good for a minute', async () => {
      const { visitor, code } = await begun();
      await world.sql('owner', `update auth.google_trips set expires_at = expires_at - interval '1 minute'`);
      expect(outcomeOf(await visitor.signIn(code))).toBe('SIGN_IN_REFUSED');
    });

    it('that is good for what the browser set out for', async () => {
      const { visitor, code } = await begun();
      expect(outcomeOf(await visitor.join(code))).toBe('SIGN_IN_REFUSED');
      expect(outcomeOf(await visitor.link(code, nurse.token))).toBe('SIGN_IN_REFUSED');
      const joinCode = await invite(world, practice.owner.token, inventedEmail('doctor'));
      const joining = await visitor.travel('JOIN', undefined, { joinCode, nameEn: 'Rokeya Akter' });
      expect(outcomeOf(await visitor.signIn(joining))).toBe('SIGN_IN_REFUSED');
    });

    it('that is good in the session that set out only', async () => {
      const visitor = new Visitor(world);
      const code = await visitor.travel('LINK', nurse.token);
      const [elsewhere, stranger] = [await world.signIn(nurse.email), await hire(world, practice, chamberId, 'NURSE')];
      google.person = googlePerson('another@google.example');
      expect(outcomeOf(await visitor.link(code, elsewhere.token))).toBe('SIGN_IN_REFUSED');
      expect(outcomeOf(await visitor.link(code, stranger.token))).toBe('SIGN_IN_REFUSED');
    });

    it.each(['', 'x', 'A'.repeat(43), 'A'.repeat(100)])('that cannot be guessed: %p', async (code) => {
      const { visitor } = await begun();
      expect(['SIGN_IN_REFUSED', 'BAD_USER_INPUT']).toContain(outcomeOf(await visitor.signIn(code)));
    });

    it('and one request tries one of them', async () => {
      const { visitor, code } = await begun();
      const answer = await visitor.send(`mutation ($input: SignInWithGoogleInput!) {
        a: signInWithGoogle(input: $input) { __typename } b: signInWithGoogle(input: $input) { __typename } }`, { input: { code } });
      expect(outcomeOf(answer)).toBe('QUERY_REFUSED');
    });
  });

  it('lets nobody in whose Google account is linked to nobody, whatever its address, and makes no account', async () => {
    const users = async () => (await world.sql<{ count: number }>('superuser', 'select count(*)::int as count from auth.users'))[0]!.count;
    const before = await users();
    const refusals = [];
    for (const email of [nurse.email, practice.owner.email, account.email, 'unknown@google.example']) {
      google.person = googlePerson(email);
      const visitor = new Visitor(world);
      const { data, errors, status } = await visitor.signIn(await visitor.travel('SIGN_IN'));
      refusals.push(JSON.stringify([status, data, errors!.map(({ message, extensions: { requestId: _, ...rest } }) => [message, rest])]));
    }
    expect(new Set(refusals).size).toBe(1);
    expect(refusals[0]).toContain('SIGN_IN_REFUSED');
    expect(await users()).toBe(before);
  });

  describe('joins nobody', () => {
    const joining = async (person: Partial<typeof account>, change: (invitation: { email: string; joinCode: string }) => Promise<string>): Promise<string> => {
      const email = inventedEmail('doctor');
      google.person = { ...googlePerson(email), ...person };
      const joinCode = await change({ email, joinCode: await invite(world, practice.owner.token, email) });
      const visitor = new Visitor(world);
      return outcomeOf(await visitor.join(await visitor.travel('JOIN', undefined, { joinCode, nameEn: 'Rokeya Akter' })));
    };
    const same = async ({ joinCode }: { joinCode: string }): Promise<string> => joinCode;

    it('but whoever was invited', async () => {
      expect(await joining({}, same)).toBe('ACCEPTED');
    });

    it.each<[string, () => Promise<string>]>([
      ['whose address Google has not verified', () => joining({ email_verified: false }, same)],
      ['whose address Google calls verified in other words', () => joining({ email_verified: 'true' as unknown as boolean }, same)],
      ['whose address is another one than was invited', () => joining({ email: 'stranger@google.example' }, same)],
      ['whose code is wrong', () => joining({}, async () => 'a wrong code')],
      ['whose code was replaced', () => joining({}, async ({ email, joinCode }) => {
        await world.sql('owner', 'update auth.invitations set code_hash = sha256(code_hash) where used_at is null');
        return email && joinCode;
      })],
      ['whose code has expired', () => joining({}, async ({ joinCode }) => {
        await world.sql('owner', 'update auth.invitations set expires_at = now() where used_at is null');
        return joinCode;
      })],
    ])('%s', async (_, attempt) => {
      expect(await attempt()).toBe('SIGN_IN_REFUSED');
    });
  });

  describe('when Google does not do what it should', () => {
    let warnings: jest.SpyInstance;
    beforeAll(() => {
      warnings = jest.spyOn(world.app.get<Logger>(LOGGER), 'warn');
    });
    beforeEach(() => warnings.mockClear());
    afterAll(() => jest.restoreAllMocks());

    it.each<[string, () => void]>([
      ['the tokens are garbage', () => (google.onTokens = (response) => (response.body = 'garbage' as unknown as ''))],
      ['the tokens are nothing', () => (google.onTokens = (response) => (response.body = null as unknown as ''))],
      ['the tokens are none', () => (google.onTokens = (response) => (response.body = {}))],
      ['it has a fault', () => (google.onTokens = (response) => Object.assign(response, { statusCode: 503, body: { reason: 'secret of Google' } }))],
      ['it does not know this server', () => (google.onTokens = (response) => Object.assign(response, { statusCode: 401, body: { error: 'invalid_client', error_description: 'secret of Google' } }))],
      ['its answer does not end', () => (google.onTokens = ({ body }) => Object.assign(body, { padding: 'x'.repeat(LONGEST_ANSWER) }))],
      ['it does not say whose the tokens are', () => (google.onUserinfo = (response) => (response.statusCode = 500))],
      ['its account is garbage', () => (google.onUserinfo = (response) => (response.body = '"' as unknown as ''))],
      ['it is another’s account without an id', () => (google.onUserinfo = (response) => (response.body = {}))],
    ])('%s, the page is told so, and nobody else more', async (_, fail) => {
      const { visitor, address } = await returning();
      fail();
      const { page, code, error } = await visitor.back(address);
      expect([page, code]).toEqual([PAGE, null]);
      expect(['UNAVAILABLE', 'NOT_ACCEPTED']).toContain(error);
      expect(JSON.stringify(warnings.mock.calls)).not.toContain('secret of Google');
    });

    it('it is told to whoever keeps the server', async () => {
      expect(await toldWhen(() => (google.onTokens = (response) => Object.assign(response, { statusCode: 401, body: { error: 'invalid_client' } })))).toBe('UNAVAILABLE');
      expect(warnings.mock.calls).toEqual([[{ requestId: expect.any(String), fault: 'Google does not answer as it should: invalid_client' }, 'signing in with Google does not work']]);
    });

    it('it is down', async () => {
      const { visitor, address } = await returning();
      await google.server.stop();
      try {
        expect((await visitor.back(address)).error).toBe('UNAVAILABLE');
        expect(await lastEntry()).toEqual({ operation: 'GET /auth/google/callback', action: 'CHALLENGED', outcome: 'FAILED', error_code: 'UNAVAILABLE' });
      } finally {
        const { port } = new URL(world.config.google!.issuer);
        await google.server.start(Number(port), 'localhost');
      }
    });

    it('it does not answer', async () => {
      const { visitor, address } = await returning();
      const patience = new AbortController();
      const asked = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(patience.signal);
      google.onTokens = () => patience.abort(new Error('too long'));
      expect((await visitor.back(address)).error).toBe('UNAVAILABLE');
      expect(asked).toHaveBeenCalledWith(PATIENCE_MS);
      asked.mockRestore();
    });

    it('it sends the server somewhere else', async () => {
      const elsewhere: string[] = [];
      const other = createServer((request, response) => {
        elsewhere.push(request.url!);
        response.end('{}');
      });
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const { port } = other.address() as AddressInfo;
      google.onTokens = (response, request) => {
        const { res } = request as unknown as { res: { set(name: string, value: string): void } };
        res.set('location', `http://127.0.0.1:${port}/`);
        response.statusCode = 307;
      };
      const { visitor, address } = await returning();
      expect((await visitor.back(address)).error).toBe('UNAVAILABLE');
      expect(elsewhere).toEqual([]);
      await new Promise((resolve) => other.close(resolve));
    });
  });

  it('keeps no token of Google’s and no secret of a trip, and sends them nowhere', async () => {
    const secrets: string[] = [];
    google.onTokens = ({ body }, { body: { code, code_verifier: verifier } }) => {
      const { access_token: access, id_token: id, refresh_token: refresh } = body as Record<string, string>;
      secrets.push(access!, id!, refresh!, code!, verifier!);
    };
    const asked: Array<{ url?: string | undefined; authorization?: string | undefined }> = [];
    google.onUserinfo = (_, { url, headers: { authorization } }) => asked.push({ url, authorization });
    const lines = jest.spyOn(world.app.get<Logger>(LOGGER), 'info');
    const { visitor, address, nonce } = await returning();
    const { code } = await visitor.back(address);
    await visitor.signIn(code!);
    secrets.push(nonce, address.searchParams.get('state')!, code!, CLIENT_SECRET, visitor.cookie.split('=')[1]!.split(';')[0]!);
    expect(secrets.filter((secret) => typeof secret === 'string' && secret.length > 20)).toHaveLength(10);
    expect(asked).toEqual([{ url: '/userinfo', authorization: `Bearer ${secrets[0]}` }]);
    const written = JSON.stringify(lines.mock.calls);
    const rows = JSON.stringify(await world.sql('superuser', `select e::text as row from audit.entries e union all select t::text from auth.google_trips t union all select i::text from auth.identities i`));
    for (const secret of secrets) {
      expect(written).not.toContain(secret);
      expect(rows).not.toContain(secret);
    }
    lines.mockRestore();
  });
});
