import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { formatTokenKeys, newTokenKey, parseTokenKeys } from '../../src/auth/keys/token-key-file.js';
import { TokenKeyWatch } from '../../src/auth/keys/token-key-watch.js';
import { ACCESS_TOKEN_SECONDS, CLOCK_LEEWAY_SECONDS, OVERLAP_SECONDS } from '../../src/auth/keys/token-times.js';
import { rotateTokenKeys } from '../../src/operator/commands.js';
import { LOGGER } from '../../src/platform/platform.module.js';
import { Program } from '../support/program.js';
import { ServerProcess } from '../support/server-process.js';
import { PASSWORD, type Practice, World } from '../support/world.js';

const VIEWER = '{ viewer { member { id } } }';
const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken refreshToken } } }';
const REFRESH = 'mutation ($token: String) { refreshSession(refreshToken: $token) { accessToken refreshToken } }';

const kidOf = (token: string): string => (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;

describe('the keys of access tokens', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sinduk-token-keys-'));
  const path = join(directory, 'token-keys.json');
  let world: World;
  let practice: Practice;
  let environment: Record<string, string>;
  let servers: ServerProcess[];
  let first: string;

  beforeAll(async () => {
    const { signsFrom: _, ...jwk } = await newTokenKey(new Date());
    first = jwk.kid;
    // As versions before rotation wrote it.
    writeFileSync(path, JSON.stringify({ current: first, keys: [{ ...jwk, alg: 'EdDSA', use: 'sig' }] }), { mode: 0o600 });
    world = await World.open({ TOKEN_KEY_FILE: path });
    practice = await world.practice('Rotating Chamber');
    environment = { DATABASE_URL: world.ownerUrl, KEY_FILE: world.config.keyFile, TOKEN_KEY_FILE: path, TOKEN_ISSUER: world.config.tokenIssuer, DEMO_DATA: 'false' };
    servers = [await ServerProcess.on(directory, environment), await ServerProcess.on(directory, environment)];
    await Promise.all(servers.map((server) => server.start()));
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.end('SIGTERM')));
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const rotate = async (...options: string[]): Promise<string> => {
    let said = '';
    await rotateTokenKeys(world.config, options, (text) => (said += text));
    return said;
  };
  const published = (server: ServerProcess) => fetch(`http://127.0.0.1:${server.port}/.well-known/jwks.json`);
  const kidsOn = async (server: ServerProcess): Promise<string[]> => ((await (await published(server)).json()) as { keys: Array<{ kid: string }> }).keys.map(({ kid }) => kid);
  const untilAllPublish = async (count: number): Promise<void> => {
    for (const server of servers) while ((await kidsOn(server)).length !== count) await delay(20);
  };
  const inFile = () => parseTokenKeys(path, readFileSync(path, 'utf8'));
  const put = (text: string): void => {
    writeFileSync(`${path}.put`, text, { mode: 0o600 });
    renameSync(`${path}.put`, path);
  };
  /** As if so many seconds had gone by. */
  const goBy = (seconds: number): void => put(formatTokenKeys(inFile().map((key) => ({
    ...key, signsFrom: earlier(key.signsFrom, seconds), verifiesUntil: key.verifiesUntil && earlier(key.verifiesUntil, seconds),
  }))));
  const earlier = (time: Date, seconds: number): Date => new Date(time.getTime() - seconds * 1000);
  const codeFor = async (server: ServerProcess, token: string): Promise<string> => (await server.graphql(VIEWER, {}, token)).errors?.[0]?.extensions.code ?? 'ACCEPTED';
  const signIn = async (server: ServerProcess): Promise<{ accessToken: string; refreshToken: string }> =>
    (await server.graphql(SIGN_IN, { input: { email: practice.owner.email, password: PASSWORD, client: 'BEARER' } })).data.signIn;

  it('are published without their private halves, to be kept for no longer than the overlap allows', async () => {
    const answer = await published(servers[0]!);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([200, expect.stringMatching(/^application\/jwk-set\+json/), 'public, max-age=60']);
    const [{ kty, crv, x, kid }] = inFile() as [ReturnType<typeof inFile>[number]];
    expect(await answer.json()).toEqual({ keys: [{ kid, kty, crv, x, alg: 'EdDSA', use: 'sig' }] });
  });

  it('rotate while two servers read and refresh, without one failed request; the former key lasts as long as its tokens', async () => {
    let tokens = await signIn(servers[0]!);
    const failures: unknown[] = [];
    const signers = new Map<ServerProcess, string>();
    let turns = 0;
    let going = true;
    const busy = (async () => {
      for (; going; turns++) {
        const [here, there] = (turns % 2 ? servers : [...servers].reverse()) as [ServerProcess, ServerProcess];
        for (const server of servers) {
          const { errors } = await server.graphql(VIEWER, {}, tokens.accessToken);
          if (errors) failures.push(errors);
        }
        const renewed = await here.graphql(REFRESH, { token: tokens.refreshToken });
        if (renewed.errors) failures.push(renewed.errors);
        else tokens = renewed.data.refreshSession;
        signers.set(here, kidOf(tokens.accessToken));
        // What one signed the other accepts.
        const { errors } = await there.graphql(VIEWER, {}, tokens.accessToken);
        if (errors) failures.push(errors);
      }
    })();
    const untilAllSignBy = async (kid: string): Promise<void> => {
      for (const since = turns; turns < since + 3 || servers.some((server) => signers.get(server) !== kid);) await delay(20);
    };
    const old = tokens.accessToken;
    const second = /Token key (\S+) is in/.exec(await rotate())![1]!;
    await untilAllPublish(2);
    expect(await kidsOn(servers[0]!)).toEqual([first, second]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await untilAllSignBy(first);
    goBy(OVERLAP_SECONDS);
    await untilAllSignBy(second);
    expect(await Promise.all(servers.map((server) => codeFor(server, old)))).toEqual(['ACCEPTED', 'ACCEPTED']);
    goBy(ACCESS_TOKEN_SECONDS + CLOCK_LEEWAY_SECONDS);
    await untilAllPublish(1);
    expect(await Promise.all(servers.map((server) => codeFor(server, old)))).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    await rotate();
    await untilAllPublish(2);
    expect(inFile().map(({ kid }) => kid)).toEqual([second, expect.not.stringContaining(first)]);
    await untilAllSignBy(second);
    going = false;
    await busy;
    expect(failures).toEqual([]);
    expect(turns).toBeGreaterThanOrEqual(9);
  });

  it('stay as they were while their file is broken, half-written, empty or gone', async () => {
    const whole = readFileSync(path, 'utf8');
    const { accessToken } = await signIn(servers[0]!);
    const faults = ['is not JSON', 'has no key that signs', 'cannot be read (ENOENT)'];
    for (const [index, spoil] of [() => writeFileSync(path, ''), () => put('{"keys":[]}'), () => rmSync(path)].entries()) {
      spoil();
      for (const server of servers) while (!server.output.includes(`token-keys.json: ${faults[index]!}`)) await delay(20);
      expect(await Promise.all(servers.map((server) => codeFor(server, accessToken)))).toEqual(['ACCEPTED', 'ACCEPTED']);
      expect(await codeFor(servers[1]!, (await signIn(servers[0]!)).accessToken)).toBe('ACCEPTED');
    }
    put(whole);
    for (const server of servers) expect(server.output).not.toContain(inFile()[0]!.d);
  });

  it('at fault are told of once, and again when the fault is another or comes back', async () => {
    const logged = jest.spyOn(world.app.get<Logger>(LOGGER), 'error');
    const watch = world.app.get(TokenKeyWatch);
    const whole = readFileSync(path, 'utf8');
    const told = async (text: string): Promise<number> => {
      put(text);
      await watch.look();
      return logged.mock.calls.length;
    };
    const half = whole.slice(0, whole.length / 2);
    expect([await told(half), await told(half), await told(whole.slice(0, 9)), await told('{}'), await told(whole), await told(half), await told(whole)]).toEqual([1, 1, 1, 2, 2, 3, 3]);
  });

  it('are replaced at once when one was stolen: neither does it sign nor verify, not even what was believed before', async () => {
    const { accessToken, refreshToken } = await signIn(servers[0]!);
    expect(await Promise.all(servers.map((server) => codeFor(server, accessToken)))).toEqual(['ACCEPTED', 'ACCEPTED']);
    const { code, stdout } = await Program.run('dist/src/operate.js', ['rotate-token-keys', '--now'], { ...environment, DATA_DIR: directory });
    expect(code).toBe(0);
    const [, kid] = /Token key (\S+) is the only one/.exec(stdout)!;
    for (const server of servers) while ((await kidsOn(server))[0] !== kid) await delay(20);
    expect(await kidsOn(servers[1]!)).toEqual([kid]);
    expect(await Promise.all(servers.map((server) => codeFor(server, accessToken)))).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    const { data } = await servers[0]!.graphql(REFRESH, { token: refreshToken });
    expect(kidOf(data.refreshSession.accessToken)).toBe(kid);
    expect(await codeFor(servers[1]!, data.refreshSession.accessToken)).toBe('ACCEPTED');
  });

  it('are changed by one command at a time, and by none that cannot read them', async () => {
    const before = readFileSync(path, 'utf8');
    writeFileSync(`${path}.new`, '');
    await expect(rotate()).rejects.toThrow('another change is under way');
    rmSync(`${path}.new`);
    await expect(rotate('--soon')).rejects.toThrow('--soon');
    expect(readFileSync(path, 'utf8')).toBe(before);
    writeFileSync(path, '{}');
    await expect(rotate()).rejects.toThrow('holds no token keys');
    expect(readFileSync(path, 'utf8')).toBe('{}');
    await rotate('--now');
    expect(inFile()).toHaveLength(1);
  });
});
