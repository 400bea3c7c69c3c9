import type { Page } from 'playwright-core';
import { type Site, describeInBrowser, serveBlankPage } from '../support/browser.js';
import { ageProof } from '../support/factors.js';
import { GoogleServer, googlePerson } from '../support/google.js';
import { freePort } from '../support/free-port.js';
import { hire, invite, inventedEmail, openChamber } from '../support/staff.js';
import { PASSWORD, type Practice, World } from '../support/world.js';

/** What this side needs of a page's own world; it knows no DOM. */
declare const location: { assign(url: string): void };
declare const history: { replaceState(state: null, title: string, url: string): void };

/** The page of a frontend, the API and Google, each on an origin of its own, Google on another site. */
describeInBrowser('a browser on its way to Google and back', (browser) => {
  let google: GoogleServer;
  let site: Site;
  let api: string;
  let world: World;
  let practice: Practice;
  let chamberId: string;

  beforeAll(async () => {
    [google, site] = await Promise.all([GoogleServer.start(), serveBlankPage()]);
    const port = await freePort();
    api = `http://127.0.0.1:${port}`;
    world = await World.open({ PUBLIC_ORIGINS: site.origin, ...google.settings(`${api}/auth/google/callback`) });
    await world.app.listen(port, '127.0.0.1');
    practice = await world.practice('Shapla Chamber');
    chamberId = await openChamber(world, practice, 'Gulshan');
  });
  afterAll(async () => {
    await world.close();
    await site.close();
    await google.stop();
  });

  const open = async (): Promise<Page> => {
    const page = await (await browser().newContext()).newPage();
    await page.goto(site.origin);
    return page;
  };

  /** What the page's own script is answered, with its cookies. */
  const ask = async (page: Page, query: string, variables: object = {}): Promise<{ data: any; errors?: Array<{ extensions: { code: string } }> }> =>
    page.evaluate(async ([url, body]) => {
      const answer = await fetch(`${url}/graphql`, { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body });
      return (await answer.json()) as { data: any; errors?: Array<{ extensions: { code: string } }> };
    }, [api, JSON.stringify({ query, variables })] as const);

  /** The page sends itself to Google; gives what its fragment holds when it is back. */
  const visitGoogle = async (page: Page, begin: 'beginGoogleSignIn' | 'beginGoogleJoin' | 'beginGoogleLink', more: object = {}): Promise<Record<string, string>> => {
    const type = begin === 'beginGoogleJoin' ? 'BeginGoogleJoinInput' : 'BeginGoogleInput';
    const { data, errors } = await ask(page, `mutation ($input: ${type}!) { begun: ${begin}(input: $input) { url } }`, { input: { returnTo: `${site.origin}/?from=google`, ...more } });
    if (errors) throw new Error(JSON.stringify(errors));
    await page.evaluate((url) => {
      history.replaceState(null, '', '/');
      location.assign(url);
    }, data.begun.url as string);
    await page.waitForURL(/#google(Code|Error)=/);
    const { origin, search, hash } = new URL(page.url());
    expect(origin + search).toBe(`${site.origin}?from=google`);
    return Object.fromEntries(new URLSearchParams(hash.slice(1)));
  };
  const SIGN_IN = 'mutation ($code: String!) { answer: signInWithGoogle(input: { code: $code }) { __typename ... on SignedIn { accessToken practices { id } } } }';
  const JOIN = 'mutation ($code: String!) { answer: joinWithGoogle(input: { code: $code }) { __typename ... on SignedIn { accessToken practices { id } } } }';
  const signedIn = () => ({ data: { answer: { __typename: 'SignedIn', accessToken: null, practices: [{ id: practice.tenantId }] } } });

  it('joins by an invitation, and signs in again later', async () => {
    const email = inventedEmail('nurse');
    google.person = googlePerson(email);
    const page = await open();
    const joinCode = await invite(world, practice.owner.token, email, [{ chamberId, role: 'NURSE' }]);
    const { googleCode: code } = await visitGoogle(page, 'beginGoogleJoin', { joinCode, nameEn: 'Rokeya Akter' });
    expect(await ask(page, JOIN, { code })).toEqual(signedIn());
    expect((await ask(page, '{ mySecurity { methods } }')).data).toEqual({ mySecurity: { methods: ['GOOGLE'] } });
    await ask(page, 'mutation { signOut }');
    expect((await ask(page, '{ mySecurity { methods } }')).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
    const { googleCode: later } = await visitGoogle(page, 'beginGoogleSignIn');
    expect(await ask(page, SIGN_IN, { code: later })).toEqual(signedIn());
    expect((await ask(page, '{ mySessions { method deviceName current } }')).data.mySessions[0]).toEqual({ method: 'GOOGLE', deviceName: expect.stringContaining('Chrom'), current: true });
  });

  it('links a Google account after a step-up, and signs in by it', async () => {
    const doctor = await hire(world, practice, chamberId, 'DOCTOR');
    google.person = googlePerson('nasrin@google.example');
    const page = await open();
    await ask(page, 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', { input: { email: doctor.email, password: PASSWORD } });
    await ageProof(world, doctor, 6);
    await expect(visitGoogle(page, 'beginGoogleLink')).rejects.toThrow('STEP_UP_NEEDED');
    await ask(page, 'mutation ($password: String!) { stepUp(input: { password: $password }) { freshUntil } }', { password: PASSWORD });
    const { googleCode: code } = await visitGoogle(page, 'beginGoogleLink');
    expect((await ask(page, 'mutation ($code: String!) { linkGoogle(input: { code: $code }) { email } }', { code })).data).toEqual({ linkGoogle: { email: 'nasrin@google.example' } });
    const elsewhere = await open();
    const { googleCode: another } = await visitGoogle(elsewhere, 'beginGoogleSignIn');
    expect(await ask(elsewhere, SIGN_IN, { code: another })).toEqual(signedIn());
  });

  it('is lent to nobody: what came back to one browser signs no other in, however its address got there', async () => {
    google.person = googlePerson('stranger@google.example');
    const [stranger, victim] = [await open(), await open()];
    const { data } = await ask(stranger, 'mutation ($input: BeginGoogleInput!) { beginGoogleSignIn(input: $input) { url } }', { input: { returnTo: site.origin } });
    const callback = (await fetch(data.beginGoogleSignIn.url, { redirect: 'manual' })).headers.get('location')!;
    await victim.goto(callback);
    expect(victim.url()).toBe(`${site.origin}/#googleError=EXPIRED`);
    const { googleCode: code } = await visitGoogle(stranger, 'beginGoogleSignIn');
    expect((await ask(victim, SIGN_IN, { code })).errors![0]!.extensions.code).toBe('SIGN_IN_REFUSED');
  });
});
