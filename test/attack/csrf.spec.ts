import type { LightMyRequestResponse } from 'fastify';
import { PASSWORD, type Practice, World } from '../support/world.js';

type Request = Parameters<World['app']['inject']>[0] & object;

const VIEWER = '{ viewer { member { id } } }';
const SIGN_OUT = 'mutation { signOut }';

describe('a browser’s session', () => {
  let world: World;
  let practice: Practice;
  let cookie: string;
  let setCookies: string[];
  let ownOrigin: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Chamber');
    ownOrigin = world.config.publicOrigins[0]!;
  });
  afterAll(() => world.close());

  beforeEach(async () => {
    const answer = await world.http({
      query: 'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken refreshToken } } }',
      variables: { input: { email: practice.owner.email, password: PASSWORD, client: 'BROWSER' } },
    }, { origin: ownOrigin });
    expect(answer.json().data.signIn).toEqual({ accessToken: null, refreshToken: null });
    setCookies = [answer.headers['set-cookie'] ?? []].flat();
    cookie = answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  });

  const inject = (request: Request): Promise<LightMyRequestResponse> => world.app.inject(request as never);
  const isAlive = async (): Promise<boolean> => Boolean((await world.graphql(VIEWER, {}, undefined, { cookie, origin: ownOrigin })).data?.viewer);

  it('is kept in cookies for this host alone, over TLS alone, out of the reach of scripts and of other sites', () => {
    expect(setCookies).toHaveLength(3);
    for (const text of setCookies) {
      const [pair, ...attributes] = text.split('; ');
      expect(pair).toMatch(/^__Host-sinduk-(access|device|refresh)=.{40,}$/);
      const kept = attributes.map((attribute) => attribute.replace(/^(Expires|Max-Age)=.*/, '$1'));
      expect(kept).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict']));
      expect(kept.some((attribute) => /^domain/i.test(attribute))).toBe(false);
    }
  });

  it('works from the practice’s own pages, or the refusals below would show nothing', async () => {
    const answer = await world.http({ query: SIGN_OUT }, { cookie, origin: ownOrigin });
    expect(answer.json()).toEqual({ data: { signOut: true } });
    expect([answer.headers['set-cookie'] ?? []].flat().every((text) => /Max-Age=0|Expires=Thu, 01 Jan 1970/.test(text))).toBe(true);
    expect(await isAlive()).toBe(false);
  });

  const json = JSON.stringify({ query: SIGN_OUT });
  const form = `query=${encodeURIComponent(SIGN_OUT)}`;
  const boundary = 'x';
  const multipart = [`--${boundary}`, 'content-disposition: form-data; name="operations"', '', json, `--${boundary}`, 'content-disposition: form-data; name="map"', '', '{}', `--${boundary}--`, ''].join('\r\n');
  const inUrl = `/graphql?query=${encodeURIComponent(SIGN_OUT)}`;

  it.each<[string, Request]>([
    ['a form', { method: 'POST', url: '/graphql', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: form }],
    ['a form that spells JSON', { method: 'POST', url: '/graphql', headers: { 'content-type': 'text/plain' }, payload: json }],
    ['a form that spells JSON with a parameter', { method: 'POST', url: '/graphql', headers: { 'content-type': 'text/plain; application/json' }, payload: json }],
    ['a form with files', { method: 'POST', url: '/graphql', headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, payload: multipart }],
    ['a beacon without a content type', { method: 'POST', url: '/graphql', payload: Buffer.from(json) }],
    ['an empty content type', { method: 'POST', url: '/graphql', headers: { 'content-type': '' }, payload: json }],
    ['two content types', { method: 'POST', url: '/graphql', headers: { 'content-type': 'text/plain, application/json' }, payload: json }],
    ['a form and the operation in the address', { method: 'POST', url: inUrl, headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: '' }],
    ['an image', { method: 'GET', url: inUrl }],
    ['an image, as if it were a client’s', { method: 'GET', url: inUrl, headers: { 'apollo-require-preflight': '1', accept: 'application/json' } }],
    ['a HEAD request', { method: 'HEAD', url: inUrl, headers: { 'apollo-require-preflight': '1' } }],
    ['an overridden method', { method: 'GET', url: inUrl, headers: { 'x-http-method-override': 'POST', 'content-type': 'application/json' } }],
    ['a script of a foreign site', { method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json', origin: 'https://evil.example' }, payload: json }],
    ['a script of a site with a similar name', { method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json', origin: 'http://localhost:3000.evil.example' }, payload: json }],
    ['a script in a sandbox', { method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json', origin: 'null' }, payload: json }],
    ['a script that names no origin at all', { method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json', origin: '' }, payload: json }],
    ['a foreign script with a slash in the address', { method: 'POST', url: '/graphql/', headers: { 'content-type': 'application/json', origin: 'https://evil.example' }, payload: json }],
    ['a foreign script with an escaped address', { method: 'POST', url: '/%67raphql', headers: { 'content-type': 'application/json', origin: 'https://evil.example' }, payload: json }],
    ['a foreign script with another spelling of the address', { method: 'POST', url: '/GRAPHQL', headers: { 'content-type': 'application/json', origin: 'https://evil.example' }, payload: json }],
    ['a foreign script with two slashes', { method: 'POST', url: '//graphql', headers: { 'content-type': 'application/json', origin: 'https://evil.example' }, payload: json }],
  ])('is not used by %s', async (_, request) => {
    const before = await entries();
    const answer = await inject({ ...request, headers: { ...request.headers, cookie } });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.body).not.toContain('"data":{');
    expect(answer.headers['access-control-allow-origin']).not.toBe(request.headers?.['origin'] ?? 'none');
    expect(await isAlive()).toBe(true);
    if (answer.statusCode !== 404) expect(await entries()).toBeGreaterThan(before);
  });

  it('is offered by CORS to its own origins only', async () => {
    const preflight = (origin: string) => inject({ method: 'OPTIONS', url: '/graphql', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } });
    const foreign = await preflight('https://evil.example');
    expect([undefined, ownOrigin]).toContain(foreign.headers['access-control-allow-origin']);
    const own = await preflight(ownOrigin);
    expect(own.headers).toMatchObject({ 'access-control-allow-origin': ownOrigin, 'access-control-allow-credentials': 'true' });
    expect([own, foreign].some(({ headers }) => headers['access-control-allow-origin'] === '*')).toBe(false);
  });

  const entries = async (): Promise<number> => {
    const [row] = await world.sql<{ count: number }>('superuser', `select count(*)::int as count from audit.entries where outcome <> 'SUCCESS'`);
    return row!.count;
  };
});
