import { createHash, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JWK } from 'jose';
import { ACCESS_TOKEN_SECONDS, CLOCK_LEEWAY_SECONDS } from '../../src/auth/keys/token-times.js';
import { REFRESH_RETRY_MS } from '../../src/auth/sessions.service.js';
import { secretOf } from '../contract/conversation.js';
import { stepUp } from '../support/factors.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { PASSWORD, type Person, type Practice, World } from '../support/world.js';

const VIEWER = '{ viewer { member { id } } }';
const REFRESH = 'mutation ($token: String) { refreshSession(refreshToken: $token) { accessToken refreshToken } }';
const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } } }';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;

describe('tokens', () => {
  let world: World;
  let practice: Practice;
  let neighbour: Practice;
  let chamberId: string;

  beforeAll(async () => {
    world = await World.open();
    practice = await world.practice('Shapla Chamber');
    neighbour = await world.practice('Kadam Clinic');
    chamberId = await openChamber(world, practice, 'Gulshan');
  });
  afterAll(() => world.close());

  const codeFor = async (token: string): Promise<string> =>
    (await world.graphql(VIEWER, {}, token)).errors?.[0]?.extensions.code ?? 'ACCEPTED';

  describe('an access token', () => {
    let genuine: string;
    let header: Record<string, unknown>;
    let claims: Record<string, unknown>;
    let ours: { jwk: JWK; key: KeyObject };

    beforeAll(async () => {
      genuine = practice.owner.token;
      const [first, second] = genuine.split('.');
      header = decode(first!);
      claims = decode(second!);
      const [jwk] = (JSON.parse(readFileSync(world.config.tokenKeyFile, 'utf8')) as { keys: JWK[] }).keys;
      ours = { jwk: jwk!, key: createPrivateKey({ key: { ...jwk }, format: 'jwk' }) };
    });

    const seconds = (): number => Math.floor(Date.now() / 1000);

    /** Any two texts under a signature, by our own key unless another is given. */
    const signedTexts = (first: string, second: string, key = ours.key): string => {
      const body = `${Buffer.from(first).toString('base64url')}.${Buffer.from(second).toString('base64url')}`;
      return `${body}.${sign(null, Buffer.from(body), key).toString('base64url')}`;
    };

    const signed = (change: { header?: Record<string, unknown>; claims?: Record<string, unknown>; key?: KeyObject } = {}): string =>
      signedTexts(JSON.stringify({ ...header, ...change.header }), JSON.stringify({ ...claims, ...change.claims }), change.key);

    const hmac = (bits: 256 | 384 | 512, secret: Buffer | string): string => {
      const body = `${encode({ ...header, alg: `HS${bits}` })}.${encode(claims)}`;
      return `${body}.${createHmac(`sha${bits}`, secret).update(body).digest('base64url')}`;
    };

    it('signed by our key is accepted, or the refusals below would show nothing', async () => {
      expect(await codeFor(genuine)).toBe('ACCEPTED');
      expect(await codeFor(signed())).toBe('ACCEPTED');
    });

    it('lives ten minutes at most and says by which key it was signed', () => {
      expect(Number(claims['exp']) - Number(claims['iat'])).toBeLessThanOrEqual(ACCESS_TOKEN_SECONDS);
      expect(ACCESS_TOKEN_SECONDS).toBeLessThanOrEqual(600);
      expect(header).toEqual({ alg: 'EdDSA', kid: ours.jwk.kid, typ: 'at+jwt' });
    });

    it.each(['none', 'None', 'NONE', 'nOnE', 'none ', '', null, 0, undefined, ['EdDSA'], 'Ed25519', 'eddsa', 'ES256', 'RS256'])('with the algorithm %j is refused, signed or not', async (alg) => {
      const body = `${encode({ ...header, alg })}.${encode(claims)}`;
      for (const signature of ['', genuine.split('.')[2]!, 'AA']) expect(await codeFor(`${body}.${signature}`)).toBe('UNAUTHENTICATED');
      expect(await codeFor(signed({ header: { alg } }))).toBe('UNAUTHENTICATED');
    });

    it('signed by HMAC with anything public as the secret is refused', async () => {
      const published = (await world.app.inject({ method: 'GET', url: '/.well-known/jwks.json' })).body;
      const [jwk] = (JSON.parse(published) as { keys: [JWK] }).keys;
      const key = createPublicKey(ours.key);
      const [pem, der] = [key.export({ type: 'spki', format: 'pem' }).toString(), key.export({ type: 'spki', format: 'der' })];
      const secrets = [Buffer.from(jwk.x!, 'base64url'), jwk.x!, pem, pem.trim(), der, der.toString('base64'), JSON.stringify(jwk), published, jwk.kid!, ''];
      for (const secret of secrets) {
        for (const bits of [256, 384, 512] as const) expect(await codeFor(hmac(bits, secret))).toBe('UNAUTHENTICATED');
      }
    });

    it('finds no private half among the published keys', async () => {
      const answer = await world.app.inject({ method: 'GET', url: '/.well-known/jwks.json' });
      expect(answer.json()).toEqual({ keys: [{ kid: ours.jwk.kid, kty: 'OKP', crv: 'Ed25519', x: ours.jwk.x, alg: 'EdDSA', use: 'sig' }] });
      expect(answer.body).not.toContain(ours.jwk.d);
      // Entries of the trail would let anybody fill the disk by reading what is public.
      expect(await world.sql('superuser', 'select from audit.entries where request_id = $1', [answer.headers['x-request-id']])).toEqual([]);
    });

    it('that brings its own key, or says where to fetch it, is refused', async () => {
      const { privateKey: key, publicKey } = generateKeyPairSync('ed25519');
      const jwk = publicKey.export({ format: 'jwk' }) as JWK;
      let asked = 0;
      const server = (await import('node:http')).createServer((_, response) => {
        asked++;
        response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'mine' }] }));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const jku = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
      const x5c = [publicKey.export({ type: 'spki', format: 'der' }).toString('base64')];
      const brought = [{ jwk }, { jku }, { x5u: jku }, { x5c }, { 'x5t#S256': createHash('sha256').update(x5c[0]!, 'base64').digest('base64url') }, { jwks: { keys: [jwk] } }];
      const ids = ['mine', undefined, null, '', jku, '../../../../dev/null', '/proc/self/environ', 'file:///dev/null', `${ours.jwk.kid}' or '1'='1`, `' union select '${jwk.x}`, '__proto__', 'constructor', 0, [ours.jwk.kid], { kid: ours.jwk.kid }];
      for (const more of [{}, ...brought, ...brought.flatMap((own) => [{ kid: 'mine', ...own }, { kid: undefined, ...own }]), ...ids.map((kid) => ({ kid }))]) {
        expect([more, await codeFor(signed({ header: more, key }))]).toEqual([more, 'UNAUTHENTICATED']);
      }
      await new Promise((resolve) => server.close(resolve));
      expect(asked).toBe(0);
    });

    it.each<[string, { header?: Record<string, unknown>; claims?: Record<string, unknown> }]>([
      ['for another audience', { claims: { aud: 'somebody-else' } }],
      ['for no audience', { claims: { aud: undefined } }],
      ['for another audience besides', { claims: { aud: ['sinduk', 'somebody-else'] } }],
      ['of another issuer', { claims: { iss: 'https://elsewhere.example' } }],
      ['of no issuer', { claims: { iss: undefined } }],
      ['of another type', { header: { typ: 'JWT' } }],
      ['that is an id token', { header: { typ: 'JWT' }, claims: { aud: 'sinduk', nonce: 'n', email: 'owner@practice.example' } }],
      ['that is a refresh token of its own making', { header: { typ: 'rt+jwt' } }],
      ['with claims that none of ours has', { claims: { scope: 'everything' } }],
      ['of no type', { header: { typ: undefined } }],
      ['with an unknown key id', { header: { kid: 'yesterday' } }],
      ['without a key id', { header: { kid: undefined } }],
      ['that expired', { claims: { exp: Math.floor(Date.now() / 1000) - 1 } }],
      ['that expired with the hour', { claims: { iat: 1, exp: 601 } }],
      ['that lives a second too long', { claims: { exp: Math.floor(Date.now() / 1000) + 600 + 120 } }],
      ['of tomorrow', { claims: { iat: Math.floor(Date.now() / 1000) + 86_400, exp: Math.floor(Date.now() / 1000) + 86_400 + 600 } }],
      ['made before time began', { claims: { iat: -1e300, exp: -1 } }],
      ['made at no time', { claims: { iat: undefined } }],
      ['made at a time in words', { claims: { iat: 'now' } }],
      ['made between two seconds', { claims: { iat: 1.5, exp: 600.5 } }],
      ['that never expires', { claims: { exp: undefined } }],
      ['that expires in words', { claims: { exp: '9999999999' } }],
      ['not valid yet', { claims: { nbf: Math.floor(Date.now() / 1000) + 3600 } }],
      ['valid already', { claims: { nbf: Math.floor(Date.now() / 1000) - 3600 } }],
      ['for nobody', { claims: { sub: undefined } }],
      ['for somebody by another id', { claims: { sub: 'owner@practice.example' } }],
      ['of no client kind', { claims: { client: undefined } }],
      ['of a client kind nobody knows', { claims: { client: 'ROBOT' } }],
      ['of a browser, in a header', { claims: { client: 'BROWSER' } }],
      ['with a number for a secret', { claims: { sid: 5 } }],
      ['without a session', { claims: { sid: undefined } }],
      ['without a practice', { claims: { tid: undefined } }],
      ['with another session’s made-up secret', { claims: { sid: randomBytes(32).toString('base64url') } }],
      ['with an empty secret', { claims: { sid: '' } }],
      ['with a critical extension nobody knows', { header: { crit: ['sinduk'], sinduk: true } }],
      ['with an empty list of critical extensions', { header: { crit: [] } }],
      ['that calls critical what is not there', { header: { crit: ['exp'] } }],
      ['whose payload is said not to be encoded', { header: { crit: ['b64'], b64: false } }],
      ['whose payload is said not to be encoded, uncritically', { header: { b64: false } }],
      ['that is said to be compressed', { header: { zip: 'DEF' } }],
      ['that is said to hold another', { header: { cty: 'JWT' } }],
    ])('%s is refused, though our own key signed it', async (_, change) => {
      expect(await codeFor(signed(change))).toBe('UNAUTHENTICATED');
    });

    it('with an unencoded payload is refused', async () => {
      const first = encode({ ...header, crit: ['b64'], b64: false });
      const payload = JSON.stringify(claims);
      const signature = sign(null, Buffer.from(`${first}.${payload}`), ours.key).toString('base64url');
      for (const middle of [payload, encode(claims), '']) expect(await codeFor(`${first}.${middle}.${signature}`)).toBe('UNAUTHENTICATED');
    });

    it('not written letter by letter as we write it is refused: members twice, blanks, other spellings of the same bytes', async () => {
      const [first, second] = [JSON.stringify(header), JSON.stringify(claims)];
      const twice = (text: string, member: object): string => `${text.slice(0, -1)},${JSON.stringify(member).slice(1)}`;
      const texts: Array<[string, string]> = [
        [twice(first, { kid: header['kid'] }), second], [`{"alg":"none",${first.slice(1)}`, second], [first, `{"tid":"${neighbour.tenantId}",${second.slice(1)}`],
        [first, twice(second, { exp: claims['exp'] })], [first, twice(second, { tid: practice.tenantId })],
        [` ${first}`, second], [first, `${second} `], [first, `${second}\n{}`], [first, second.replace('"sub"', '"\\u0073ub"')], [`\ufeff${first}`, second], [first, `[${second}]`],
      ];
      for (const [one, two] of texts) expect([one, two, await codeFor(signedTexts(one, two))]).toEqual([one, two, 'UNAUTHENTICATED']);
      // The last letter of a signature carries four bits that stand for nothing.
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const last = letters.indexOf(genuine.at(-1)!);
      for (let bits = 1; bits < 16; bits++) expect(await codeFor(`${genuine.slice(0, -1)}${letters[last ^ bits]!}`)).toBe('UNAUTHENTICATED');
    });

    it('of a server whose clock is a little ahead is accepted, of one far ahead refused, and neither lives longer for it', async () => {
      const ahead = (by: number) => signed({ claims: { iat: seconds() + by, exp: seconds() + by + ACCESS_TOKEN_SECONDS } });
      expect(await codeFor(ahead(CLOCK_LEEWAY_SECONDS - 5))).toBe('ACCEPTED');
      expect(await codeFor(ahead(CLOCK_LEEWAY_SECONDS + 5))).toBe('UNAUTHENTICATED');
      expect(await codeFor(signed({ claims: { iat: seconds() - 5, exp: seconds() - 5 + ACCESS_TOKEN_SECONDS + 1 } }))).toBe('UNAUTHENTICATED');
    });

    it('signed by our own key, but naming a neighbour’s practice, opens nothing', async () => {
      expect(await codeFor(signed({ claims: { tid: neighbour.tenantId } }))).toBe('UNAUTHENTICATED');
      expect(await codeFor(signed({ claims: { tid: neighbour.tenantId, sub: randomUUID() } }))).toBe('UNAUTHENTICATED');
    });

    it('with a part changed, cut or repeated is refused', async () => {
      const [first, second, third] = genuine.split('.') as [string, string, string];
      const elevated = encode({ ...claims, tid: neighbour.tenantId });
      const flipped = (part: string, at: number): string => `${part.slice(0, at)}${part[at] === 'A' ? 'B' : 'A'}${part.slice(at + 1)}`;
      const variants = [
        `${first}.${elevated}.${third}`, `${first}.${second}.`, `${first}.${second}`, `${first}..${third}`, `.${second}.${third}`, `${genuine}.${third}`,
        `${first}.${second}.${flipped(third, 0)}`, `${first}.${second}.${flipped(third, 40)}`, `${first}.${flipped(second, 20)}.${third}`, `${flipped(first, 5)}.${second}.${third}`,
        `${first}.${second}.${neighbour.owner.token.split('.')[2]!}`, `${genuine}, Bearer ${neighbour.owner.token}`,
        `${genuine}x`, `${genuine}=`, `${genuine}.`, `${genuine};`, `${genuine} x`, `${genuine}\t${genuine}`, `${genuine}%00`, `"${genuine}"`, genuine.replaceAll('.', ' '), encode({ jws: genuine }),
      ];
      for (const variant of variants) expect([variant, await codeFor(variant)]).toEqual([variant, 'UNAUTHENTICATED']);
    });

    it('is refused the moment it expires, even when it was believed before', async () => {
      const token = signed({ claims: { exp: Math.floor(Date.now() / 1000) + 2 } });
      expect(await codeFor(token)).toBe('ACCEPTED');
      await sleep(2_100);
      expect(await codeFor(token)).toBe('UNAUTHENTICATED');
    });

    it('works only where its session put it: in the header, or in the cookie', async () => {
      const answer = await world.http({ query: SIGN_IN, variables: { input: { email: practice.owner.email, password: 'seven quiet rivers cross', client: 'BROWSER' } } });
      expect(answer.json().data.signIn.accessToken).toBeNull();
      const inCookie = answer.cookies.find(({ name }) => name.endsWith('access'))!.value;
      expect(await codeFor(inCookie)).toBe('UNAUTHENTICATED');
      const asCookie = async (token: string) => (await world.graphql(VIEWER, {}, undefined, { cookie: `__Host-sinduk-access=${token}` })).errors?.[0]?.extensions.code ?? 'ACCEPTED';
      expect(await asCookie(inCookie)).toBe('ACCEPTED');
      expect(await asCookie(genuine)).toBe('UNAUTHENTICATED');
      // A header that is no token must not fall back to the cookie.
      const both = await world.graphql(VIEWER, {}, undefined, { authorization: 'Bearer nonsense', cookie: `__Host-sinduk-access=${inCookie}` });
      expect(both.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    });

    it('counts nowhere but there: not in the address, not in the body, not in two headers at once', async () => {
      const inAddress = await world.app.inject({ method: 'POST', url: `/graphql?access_token=${genuine}&authorization=Bearer%20${genuine}`, headers: { 'content-type': 'application/json' }, payload: { query: VIEWER } });
      const inBody = await world.http({ query: VIEWER, access_token: genuine, extensions: { authorization: `Bearer ${genuine}` } });
      for (const answer of [inAddress, inBody]) expect(answer.json().errors[0].extensions.code).toBe('UNAUTHENTICATED');
      expect((await world.graphql(VIEWER, {}, undefined, { 'x-authorization': `Bearer ${genuine}`, 'proxy-authorization': `Bearer ${genuine}` })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
      await world.app.listen(0, '127.0.0.1');
      const { port } = world.app.getHttpServer().address() as AddressInfo;
      const codeOver = (...tokens: string[]): Promise<string> => new Promise((resolve, reject) => {
        const sent = request({ port, host: '127.0.0.1', path: '/graphql', method: 'POST', headers: [
          ...['host', 'localhost', 'content-type', 'application/json', 'connection', 'close'], ...tokens.flatMap((token) => ['Authorization', `Bearer ${token}`])] }, (answer) => {
          let body = '';
          answer.setEncoding('utf8').on('data', (part: string) => (body += part)).on('end', () => resolve((JSON.parse(body) as { errors?: [{ extensions: { code: string } }] }).errors?.[0].extensions.code ?? 'ACCEPTED'));
        });
        sent.on('error', reject).end(JSON.stringify({ query: VIEWER }));
      });
      expect(await codeOver(genuine)).toBe('ACCEPTED');
      for (const pair of [[genuine, genuine], [genuine, neighbour.owner.token], [genuine, 'nonsense'], ['nonsense', genuine]]) expect(await codeOver(...pair)).toBe('UNAUTHENTICATED');
    });

    it('is no refresh token, nor the other way round', async () => {
      expect(await codeFor(practice.owner.refreshToken)).toBe('UNAUTHENTICATED');
      for (const token of [genuine, secretOf(practice.owner).toString('base64url'), `${secretOf(practice.owner).toString('base64url')}.`, '']) {
        const answer = await world.graphql(REFRESH, { token });
        expect(answer.errors?.[0]?.extensions.code).toBe('SIGN_IN_REFUSED');
      }
    });
  });

  describe('a refresh token', () => {
    const refresh = async (token: string) => {
      const answer = await world.graphql(REFRESH, { token });
      return { code: answer.errors?.[0]?.extensions.code ?? 'ACCEPTED', ...(answer.data?.refreshSession as { accessToken: string; refreshToken: string } | undefined) };
    };
    const sessionOf = async (person: Person) => {
      const [session] = await world.sql<{ id: string; end_reason: string | null }>('superuser',
        'select id, end_reason from auth.sessions where secret_hash = $1', [createHash('sha256').update(secretOf(person)).digest()]);
      return session!;
    };

    it('is replaced by its use, and its use again kills the family', async () => {
      const person = await world.signIn(practice.owner.email);
      const second = await refresh(person.refreshToken);
      const third = await refresh(second.refreshToken!);
      expect([second.code, third.code]).toEqual(['ACCEPTED', 'ACCEPTED']);
      expect(await codeFor(third.accessToken!)).toBe('ACCEPTED');
      expect((await refresh(person.refreshToken)).code).toBe('SIGN_IN_REFUSED');
      expect(await codeFor(third.accessToken!)).toBe('UNAUTHENTICATED');
      expect(await codeFor(person.token)).toBe('UNAUTHENTICATED');
      expect((await refresh(third.refreshToken!)).code).toBe('SIGN_IN_REFUSED');
      const session = await sessionOf(person);
      expect(session.end_reason).toBe('REFRESH_REUSED');
      const entries = await world.sql('superuser',
        `select e.action, e.tenant_id from audit.entries e join audit.entry_records r on r.entry_id = e.id where r.record_id = $1 and e.action = 'SESSION_ENDED'`, [session.id]);
      expect(entries).toEqual([{ action: 'SESSION_ENDED', tenant_id: practice.tenantId }]);
    });

    it('sent again within ten seconds gets the same successor, and later kills the family', async () => {
      const person = await world.signIn(practice.owner.email);
      const [once, again] = [await refresh(person.refreshToken), await refresh(person.refreshToken)];
      expect(again.code).toBe('ACCEPTED');
      expect(again.refreshToken).toBe(once.refreshToken);
      const session = await sessionOf(person);
      await world.sql('superuser', `update auth.refresh_tokens set used_at = used_at - make_interval(secs => $2) where session_id = $1 and used_at is not null`,
        [session.id, REFRESH_RETRY_MS / 1000 + 1]);
      expect(REFRESH_RETRY_MS).toBeLessThanOrEqual(10_000);
      expect((await refresh(person.refreshToken)).code).toBe('SIGN_IN_REFUSED');
      expect((await sessionOf(person)).end_reason).toBe('REFRESH_REUSED');
    });

    it('sent fifty times at once leaves one family', async () => {
      const person = await world.signIn(practice.owner.email);
      const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(person.refreshToken)));
      expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['ACCEPTED']));
      expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
      const session = await sessionOf(person);
      expect(session.end_reason).toBeNull();
      expect(await world.sql('superuser', 'select from auth.refresh_tokens where session_id = $1', [session.id])).toHaveLength(2);
      expect(await codeFor(answers[49]!.accessToken!)).toBe('ACCEPTED');
    });

    it('and its successor, both raced by a thief, never leave two families alive', async () => {
      const person = await world.signIn(practice.owner.email);
      const successor = (await refresh(person.refreshToken)).refreshToken!;
      await Promise.all(Array.from({ length: 20 }, (_, i) => refresh(i % 2 ? person.refreshToken : successor)));
      const { id, end_reason } = await sessionOf(person);
      const unused = await world.sql('superuser', 'select from auth.refresh_tokens where session_id = $1 and used_at is null', [id]);
      expect(unused.length).toBeLessThanOrEqual(1);
      expect([null, 'REFRESH_REUSED']).toContain(end_reason);
    });

    it.each([['idle_expires_at'], ['absolute_expires_at']])('is refused once %s has passed, and so is the access token', async (column) => {
      const person = await world.signIn(practice.owner.email);
      await world.sql('superuser', `update auth.sessions set ${column} = now() - interval '1 second' where id = $1`, [(await sessionOf(person)).id]);
      expect(await codeFor(person.token)).toBe('UNAUTHENTICATED');
      expect((await refresh(person.refreshToken)).code).toBe('SIGN_IN_REFUSED');
    });

    it('is refused after its session was ended from another device', async () => {
      const [lost, kept] = [await world.signIn(practice.owner.email), await world.signIn(practice.owner.email)];
      expect(await codeFor(lost.token)).toBe('ACCEPTED');
      await world.ok('mutation ($id: UUID!) { endSession(id: $id) }', { id: (await sessionOf(lost)).id }, kept.token);
      expect(await codeFor(lost.token)).toBe('UNAUTHENTICATED');
      expect((await refresh(lost.refreshToken)).code).toBe('SIGN_IN_REFUSED');
      expect(await codeFor(kept.token)).toBe('ACCEPTED');
    });

    it('of somebody who left is worth nothing from that moment, nor is their password', async () => {
      const nurse = await hire(world, practice, chamberId, 'NURSE');
      expect(await codeFor(nurse.token)).toBe('ACCEPTED');
      await world.ok('mutation ($input: DeactivateMemberInput!) { deactivateMember(input: $input) { id } }',
        { input: { memberId: nurse.memberId, reason: 'moved to another town' } }, practice.owner.token);
      expect(await codeFor(nurse.token)).toBe('UNAUTHENTICATED');
      expect((await refresh(nurse.refreshToken)).code).toBe('SIGN_IN_REFUSED');
      const again = await world.graphql(SIGN_IN, { input: { email: nurse.email, password: 'seven quiet rivers cross', client: 'BEARER' } });
      expect(again.errors?.[0]?.extensions.code).toBe('SIGN_IN_REFUSED');
    });

    it('is in the database only as a hash', async () => {
      const person = await world.signIn(practice.owner.email);
      const [secret, random] = person.refreshToken.split('.') as [string, string];
      const dump = JSON.stringify([
        await world.sql('superuser', 'select to_jsonb(t) from auth.refresh_tokens t'), await world.sql('superuser', 'select to_jsonb(s) from auth.sessions s'),
        await world.sql('superuser', 'select to_jsonb(e) from audit.entries e'),
      ]);
      expect(dump).toContain(createHash('sha256').update(person.refreshToken).digest('hex'));
      for (const part of [secret, random]) {
        expect(dump).not.toContain(part);
        expect(dump).not.toContain(Buffer.from(part, 'base64url').toString('hex'));
      }
    });
  });

  describe('a step-up', () => {
    const refreshed = async (token: string): Promise<string> => (await world.graphql(REFRESH, { token })).errors?.[0]?.extensions.code ?? 'ACCEPTED';

    it('gives the session new tokens and says until when it counts; those before cease, and who comes with them later is a thief', async () => {
      const person = await hire(world, practice, chamberId, 'NURSE');
      const before = { ...person };
      const { data } = await stepUp(world, person, { password: PASSWORD });
      const [session] = await world.sql<{ until: Date; sessions: number }>('superuser', `select max(authenticated_at) + interval '5 minutes' as until, count(*)::integer as sessions from auth.sessions where member_id = $1`, [person.memberId]);
      expect(session).toEqual({ until: new Date(data.stepUp.freshUntil), sessions: 1 });
      expect([await codeFor(before.token), await codeFor(person.token)]).toEqual(['UNAUTHENTICATED', 'ACCEPTED']);
      // Sent by another tab a moment ago it is refused, and nothing ends for it.
      expect([await refreshed(before.refreshToken), await codeFor(person.token), await refreshed(person.refreshToken)]).toEqual(['SIGN_IN_REFUSED', 'ACCEPTED', 'ACCEPTED']);
      await world.sql('owner', `update auth.refresh_tokens set used_at = used_at - interval '${REFRESH_RETRY_MS} milliseconds' where used_at is not null`);
      expect([await refreshed(before.refreshToken), await codeFor(person.token)]).toEqual(['SIGN_IN_REFUSED', 'UNAUTHENTICATED']);
    });

    it('whose answer got lost ends nothing: the tokens before are refused until somebody went on with the new ones', async () => {
      const person = await hire(world, practice, chamberId, 'NURSE');
      const before = { ...person };
      await stepUp(world, person, { password: PASSWORD });
      await world.sql('owner', `update auth.refresh_tokens set used_at = used_at - interval '1 hour' where used_at is not null`);
      expect([await refreshed(before.refreshToken), await codeFor(person.token), await refreshed(person.refreshToken)]).toEqual(['SIGN_IN_REFUSED', 'ACCEPTED', 'ACCEPTED']);
      expect([await refreshed(before.refreshToken), await codeFor(person.token)]).toEqual(['SIGN_IN_REFUSED', 'UNAUTHENTICATED']);
    });

    it('ends nothing when another tab repeats the refresh before it', async () => {
      const person = await hire(world, practice, chamberId, 'NURSE');
      const first = person.refreshToken;
      const { refreshSession } = await world.ok('mutation ($token: String) { refreshSession(refreshToken: $token) { accessToken refreshToken } }', { token: first });
      Object.assign(person, { token: refreshSession.accessToken, refreshToken: refreshSession.refreshToken });
      await stepUp(world, person, { password: PASSWORD });
      expect([await refreshed(first), await codeFor(person.token), await refreshed(person.refreshToken)]).toEqual(['SIGN_IN_REFUSED', 'ACCEPTED', 'ACCEPTED']);
    });

    it('gives them to browsers in cookies', async () => {
      const { email } = await hire(world, practice, chamberId, 'NURSE');
      const cookiesOf = ({ cookies }: { cookies: Array<{ name: string; value: string }> }): string => cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      const before = cookiesOf(await world.http({ query: SIGN_IN, variables: { input: { email, password: PASSWORD } } }));
      const answer = await world.http({ query: 'mutation ($input: StepUpInput!) { stepUp(input: $input) { accessToken refreshToken } }', variables: { input: { password: PASSWORD } } }, { cookie: before });
      expect(answer.json().data).toEqual({ stepUp: { accessToken: null, refreshToken: null } });
      expect(answer.cookies.map(({ name }) => name)).toEqual(['__Host-sinduk-access', '__Host-sinduk-refresh']);
      const codeWith = async (cookie: string) => (await world.graphql(VIEWER, {}, undefined, { cookie })).errors?.[0]?.extensions.code ?? 'ACCEPTED';
      expect([await codeWith(before), await codeWith(cookiesOf(answer))]).toEqual(['UNAUTHENTICATED', 'ACCEPTED']);
    });

    it('leaves one family when the session is renewed at the same time, or proven twice', async () => {
      for (let n = 0; n < 3; n++) {
        const person = await hire(world, practice, chamberId, 'NURSE');
        const again = { ...person };
        const held = await openTransaction(world, practice.tenantId, person.memberId);
        await held.query('select from auth.sessions where member_id = $1 for update', [person.memberId]);
        const work = Promise.all([world.graphql(REFRESH, { token: person.refreshToken }), stepUp(world, person, { password: PASSWORD }), stepUp(world, again, { password: PASSWORD })]);
        await untilItWaits(world, work, 3);
        await held.commit();
        const [renewed, ...proven] = await work;
        expect(proven.map((answer) => answer.errors?.[0]?.extensions.code ?? 'ACCEPTED').sort()).toEqual(['ACCEPTED', 'UNAUTHENTICATED']);
        const tokens = [renewed.data?.refreshSession?.accessToken, person.token, again.token].filter(Boolean);
        expect((await Promise.all(tokens.map(codeFor))).filter((code) => code === 'ACCEPTED')).toHaveLength(1);
        const [live] = await world.sql<{ unused: number }>('superuser', 'select count(*)::integer as unused from auth.refresh_tokens where used_at is null and session_id = (select id from auth.sessions where member_id = $1)', [person.memberId]);
        expect(live).toEqual({ unused: 1 });
      }
    });
  });

  it('signing in answers alike, and takes as long, whether or not the account exists', async () => {
    const tryOnce = async (email: string): Promise<{ body: string; ms: number }> => {
      const begun = performance.now();
      const answer = await world.http({ query: SIGN_IN, variables: { input: { email, password: 'not the password of anybody', client: 'BEARER' } } });
      const ms = performance.now() - begun;
      return { body: `${answer.statusCode} ${answer.body.replace(/"requestId":"[^"]+"/, '')}`, ms };
    };
    await tryOnce(practice.owner.email);
    const existing: number[] = [];
    const missing: number[] = [];
    const bodies = new Set<string>();
    for (let i = 0; i < 25; i++) {
      await world.sql('superuser', 'truncate auth.throttles');
      for (const [email, times] of [[practice.owner.email, existing], [`nobody.${i}@practice.example`, missing]] as const) {
        const { body, ms } = await tryOnce(email);
        bodies.add(body);
        times.push(ms);
      }
    }
    const median = (times: number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
    const ratio = median(existing) / median(missing);
    process.stdout.write(`sign-in refused, median of 25: ${median(existing).toFixed(1)} ms with an account, ${median(missing).toFixed(1)} ms without\n`);
    expect(bodies.size).toBe(1);
    expect(ratio).toBeGreaterThan(0.67);
    expect(ratio).toBeLessThan(1.5);
  });
});
