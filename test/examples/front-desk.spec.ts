import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { type Site, describeInBrowser, serveBlankPage, serveFiles } from '../support/browser.js';
import { fillWithDemoData } from '../support/demo-data.js';
import { redSquare } from '../support/files.js';
import { codeOf, wrongCodeOf } from '../support/factors.js';
import { ServerProcess } from '../support/server-process.js';

const run = promisify(execFile);
const EXAMPLE = 'examples/front-desk';

/** What a browser's picture element has; this side knows no DOM. */
interface Picture {
  decode(): Promise<void>;
  naturalWidth: number;
  naturalHeight: number;
}

/** The example as its README tells to build it, served as files, on a real server, in a real browser. */
describeInBrowser('the front desk', (browser) => {
  let directory: string;
  let site: Site;
  let server: ServerProcess;
  const complaints: string[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sinduk-front-desk-'));
    site = await serveFiles(join(directory, 'page'));
    server = await ServerProcess.on(join(directory, 'data'), (port) => ({ PUBLIC_ORIGINS: `${site.origin},http://127.0.0.1:${port}` }));
    await run('npx', ['graphql-codegen', '--config', `${EXAMPLE}/codegen.ts`]);
    await run('npx', ['tsc', '-p', EXAMPLE]);
    await run('npx', ['vite', 'build', EXAMPLE, '--outDir', join(directory, 'page')], { env: { ...process.env, VITE_API: `http://127.0.0.1:${server.port}` } });
  });
  beforeAll(() => fillWithDemoData(server.dataDir), 180_000);
  beforeAll(() => server.start());
  afterAll(async () => {
    await server?.end('SIGTERM');
    await site?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function signedIn(email: string): Promise<Page> {
    const page = await (await browser().newContext()).newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(site.origin);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill('seven quiet rivers cross');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('searchbox').waitFor();
    return page;
  }

  it('says so when the password is wrong', async () => {
    const page = await (await browser().newContext()).newPage();
    await page.goto(site.origin);
    await page.getByLabel('E-mail').fill('nasrin@shapla.example');
    await page.getByLabel('Password').fill('not her password at all');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('E-mail or password is wrong.').waitFor();
  });

  it('finds a patient by a name in Bangla, takes a picture and shows it again', async () => {
    const page = await signedIn('nasrin@shapla.example');
    const name = await anyBanglaName(page);
    await page.getByRole('searchbox').fill(name);
    const found = page.locator('ul.found button').filter({ hasText: name }).first();
    await found.click();
    await page.getByRole('heading', { name: new RegExp(name) }).waitFor();
    await page.getByLabel('New document').setInputFiles({ name: 'ছবি.png', mimeType: 'image/png', buffer: redSquare(8) });
    await page.getByRole('button', { name: 'ছবি.png' }).click();
    const picture = page.locator('figure img');
    await picture.waitFor();
    expect(await picture.evaluate((image) => (image as unknown as Picture).decode().then(() => [(image as unknown as Picture).naturalWidth, (image as unknown as Picture).naturalHeight]))).toEqual([8, 8]);
    await page.reload();
    await page.getByRole('searchbox').waitFor();
  });

  it('says what is wrong with a file or a search, and leaves nothing behind', async () => {
    const page = await signedIn('nasrin@shapla.example');
    await page.getByRole('searchbox').fill('%');
    await page.getByText('Type letters or digits.').waitFor();
    const name = await anyBanglaName(page);
    await page.getByRole('searchbox').fill(name);
    await page.locator('ul.found button').filter({ hasText: name }).first().click();
    await page.getByLabel('New document').setInputFiles({ name: 'false.pdf', mimeType: 'application/pdf', buffer: redSquare(8) });
    await page.getByText('The file is not what its name says.').waitFor();
    await page.reload();
    await page.getByRole('searchbox').fill(name);
    await page.locator('ul.found button').filter({ hasText: name }).first().click();
    await page.getByLabel('New document').waitFor();
    expect(await page.getByRole('button', { name: 'false.pdf' }).count()).toBe(0);
  });

  it('shows a receptionist who the patient is, and says that the rest is not for them', async () => {
    const page = await signedIn('rumi@shapla.example');
    const name = await anyBanglaName(page);
    await page.getByRole('searchbox').fill(name);
    await page.locator('ul.found button').filter({ hasText: name }).first().click();
    await page.getByText('You may not see this.').waitFor();
    expect(await page.getByRole('button', { name: 'ছবি.png' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail').waitFor();
    expect(complaints).toEqual([]);
  });

  it('could watch its person’s sessions, and no page of another origin can, though the browser has the cookie', async () => {
    const page = await signedIn('kamal@shapla.example');
    await page.evaluate(watching());
    await page.waitForFunction('heard.length === 1');
    await signedIn('kamal@shapla.example');
    await page.waitForFunction('heard.length === 2');
    expect(await page.evaluate('heard')).toEqual([[1, [true]], [2, [false, true]]]);
    const foreign = await serveBlankPage();
    const other = await page.context().newPage();
    await other.goto(foreign.origin);
    await other.evaluate(watching());
    await other.waitForFunction('heard.length === 1');
    expect(await other.evaluate('heard')).toEqual([1006]);
    await foreign.close();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForFunction('heard.length === 3');
    expect(await page.evaluate('heard.at(-1)')).toBe(4401);
  });

  it('asks whoever has a second factor for it, and goes on with the right code only', async () => {
    const page = await signedIn('imran@shapla.example');
    const { beginOneTimeCodes: { secret } } = (await ask(page, 'mutation { beginOneTimeCodes { secret } }')) as { beginOneTimeCodes: { secret: string } };
    await ask(page, `mutation { confirmOneTimeCodes(input: { code: "${codeOf(secret)}" }) { recoveryCodes } }`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail').fill('imran@shapla.example');
    await page.getByLabel('Password').fill('seven quiet rivers cross');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Code of the app').fill(wrongCodeOf(secret));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Not accepted.').waitFor();
    await page.getByLabel('Code of the app').fill(codeOf(secret, 1));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('searchbox').waitFor();
    expect(complaints).toEqual([]);
  });

  it('leads whoever lacks a second factor that the practice requires to setting one up, also when the page is loaded', async () => {
    const owner = await signedIn('nasrin@shapla.example');
    const page = await signedIn('tuhin@shapla.example');
    await ask(owner, 'mutation { requireSecondFactor(roles: [ASSISTANT]) { id } }');
    await page.reload();
    await page.getByText('Shapla Skin Centre').waitFor();
    await page.waitForFunction('document.querySelector("img").naturalWidth > 0');
    const secret = (await page.locator('code').textContent())!;
    await page.getByLabel('Code that your app shows').fill(wrongCodeOf(secret));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Not accepted').waitFor();
    await page.getByLabel('Code that your app shows').fill(codeOf(secret));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
    expect(await page.getByRole('listitem').count()).toBe(10);
    await page.getByRole('button', { name: 'written them down' }).click();
    await page.getByRole('searchbox').waitFor();
    await ask(owner, 'mutation { requireSecondFactor(roles: []) { id } }');
  });

  it('stands beside a GraphQL page that loads nothing it may not, knows the schema, and can try a subscription', async () => {
    const page = await signedIn('nasrin@shapla.example');
    const broken: string[] = [];
    page.on('console', (message) => message.type() === 'error' && broken.push(message.text()));
    page.on('pageerror', (error) => broken.push(error.message));
    const learned = page.waitForResponse((response) => response.url().endsWith('/graphql'));
    await page.goto(`http://127.0.0.1:${server.port}/graphql-page/`);
    await page.getByText('mutation SignIn').first().click();
    expect((await learned).status()).toBe(200);
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('subscription { mySessionsChanged { version } }');
    await page.keyboard.press('Control+Enter');
    await page.getByText('"mySessionsChanged"').waitFor();
    expect(broken).toEqual([]);
  });

  // A text, because this side knows no WebSocket of a page: notes each state it hears of, and the code with which it ends.
  const watching = (): string => `(() => {
    window.heard = [];
    const socket = new WebSocket('ws://127.0.0.1:${server.port}/graphql', 'graphql-transport-ws');
    socket.onopen = () => socket.send('{ "type": "connection_init" }');
    socket.onclose = ({ code }) => heard.push(code);
    socket.onmessage = ({ data }) => {
      const { type, payload } = JSON.parse(data);
      if (type === 'connection_ack') socket.send('{ "id": "1", "type": "subscribe", "payload": { "query": "subscription { mySessionsChanged { version sessions { current } } }" } }');
      if (type === 'next') heard.push([payload.data.mySessionsChanged.version, payload.data.mySessionsChanged.sessions.map(({ current }) => current)]);
    };
  })()`;

  /** Asks the server as the page does, with its cookies. */
  const ask = (page: Page, query: string): Promise<unknown> => page.evaluate(async ({ api, body }) => {
    const response = await fetch(api, { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body });
    return ((await response.json()) as { data: unknown }).data;
  }, { api: `http://127.0.0.1:${server.port}/graphql`, body: JSON.stringify({ query }) });

  /** The Bangla name of some patient of the practice. */
  const anyBanglaName = async (page: Page): Promise<string> => {
    const { patients } = (await ask(page, '{ patients(first: 50) { edges { node { nameBn } } } }')) as { patients: { edges: Array<{ node: { nameBn: string | null } }> } };
    return patients.edges.map(({ node }) => node.nameBn).find((bn) => bn !== null)!;
  };
});
