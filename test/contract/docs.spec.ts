import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import type { GraphQLEnumType } from 'graphql';
import { csvHeading } from '../../src/audit/audit-csv.js';
import { configVariables } from '../../src/config-variables.js';
import { copySections } from '../../src/copies/copy-sections.js';
import { WINDOW_SECONDS, limits as tries } from '../../src/auth/throttle/limits.js';
import { phrases } from '../../src/prescriptions/dose/dose-phrases.js';
import { amountNeeded } from '../../src/prescriptions/dose/dose-quantity.js';
import { doseSentence } from '../../src/prescriptions/dose/dose-sentence.js';
import { parseDose } from '../../src/prescriptions/dose/parse-dose.js';
import { writeDose } from '../../src/prescriptions/dose/write-dose.js';
import { ErrorCode } from '../../src/platform/errors.js';
import { ownerSource } from '../../src/platform/database/migrate.js';
import { limits, socketLimits } from '../../src/platform/graphql/limits.js';
import { dayFromNow } from '../support/appointments.js';
import { BkashServer } from '../support/bkash-server.js';
import { dataModel, tablesOf } from '../support/data-model.js';
import { fillWithDemoData } from '../support/demo-data.js';
import { ExampleRunner, blocksOf, examplesOf } from '../support/examples.js';
import { expectGenerated, table } from '../support/generated.js';
import { freePort } from '../support/free-port.js';
import { readPages } from '../support/pages.js';
import { Program } from '../support/program.js';
import { possibleValues, usualValues } from '../support/vital-limits.js';
import { World } from '../support/world.js';
import { accessRules, routeRules, schemaOf } from './access-rules.js';

const pages = ['README.md', 'CHANGELOG.md', 'docker/README.md', ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];

describe('the pages that mails lead to', () => {
  it('are all in the guide', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(join('src', name), 'utf8'));
    const linked = sources.flatMap((text) => [...text.matchAll(/(?:frontendUrl\}|\bpage: ['`])(\/[^'`]+)['`]/g)].map(([, page]) => page!.replace(/\$\{\w*?(code|id)\}/i, (_, what: string) => `<${what.toLowerCase()}>`)));
    const [, section] = readFileSync('docs/api-guide.md', 'utf8').split('### Pages that mails lead to');
    const told = [...section!.split('\n#')[0]!.matchAll(/^\| `(\/[^`]+)` \|/gm)].map(([, page]) => page!);
    expect(linked.length).toBeGreaterThan(7);
    expect(told.sort()).toEqual([...new Set(linked)].sort());
  });
});

describe('the data model', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  it('tells what every table and column is', async () => {
    const tables = await tablesOf(world);
    expect(tables.length).toBeGreaterThan(15);
    expect(tables.flatMap(({ name, comment, columns }) => [
      ...(comment ? [] : [name]), ...columns.filter((column) => !column.comment).map((column) => `${name}.${column.name}`)])).toEqual([]);
  });

  it('is as generated', async () => {
    expectGenerated('docs/data-model.md', 'data model', await dataModel(world));
  });
});

/** The six figures in a message that was written into a directory; waits for it. */
async function codeInSms(directory: string): Promise<string> {
  for (let left = 600; left > 0; left--) {
    const files = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.txt')) : [];
    const [code] = files.flatMap((file) => /(?<!\p{Nd})\p{Nd}{6}(?!\p{Nd})/u.exec(readFileSync(join(directory, file), 'utf8').split('\n\n')[1]!) ?? []);
    if (code) return code;
    await delay(50);
  }
  throw new Error('no code came');
}

describe('the guide for clients', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sinduk-guide-'));
  let runner: ExampleRunner;

  beforeAll(() => fillWithDemoData(dataDir), 180_000);
  beforeAll(async () => {
    const port = await freePort();
    const server = Program.start('dist/src/main.js', [], {
      DATA_DIR: dataDir, PORT: String(port), PUBLIC_ORIGINS: 'https://clinic.example', GOOGLE_CLIENT_ID: 'clinic.apps.google.example', GOOGLE_CLIENT_SECRET: 'shared with Google', LOG_LEVEL: 'error',
      VIDEO_JITSI_URL: 'https://meet.clinic.example', VIDEO_JITSI_APP_ID: 'sinduk', VIDEO_JITSI_SECRET: 'shared with the server of the video',
    });
    await server.says('Sinduk listens');
    runner = new ExampleRunner(`http://127.0.0.1:${port}`);
    runner.values.set('today', dayFromNow(0));
    runner.values.set('tomorrow', dayFromNow(1));
  });
  afterAll(async () => {
    await Program.stopAll();
    rmSync(dataDir, { recursive: true });
  });

  it.each(examplesOf('docs/api-guide.md').map((example) => [example.place, example] as const))('is true as written: %s', async (_, example) => {
    if (example.body.includes('{{smsCode}}')) runner.values.set('smsCode', await codeInSms(join(dataDir, 'messages')));
    await runner.run(example);
  });

  it('names every error code', () => {
    const guide = readFileSync('docs/api-guide.md', 'utf8');
    const codes = guide.split('\n\n').find((block) => block.includes('| `UNAUTHENTICATED` |'))!;
    expect([...codes.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code!).sort()).toEqual(Object.values(ErrorCode).sort());
  });

  it('lists the sections of a patient’s copy as generated', () => {
    expectGenerated('docs/api-guide.md', 'sections of a copy', table(['section', 'what', 'table'], copySections.map(({ key, title, table: name }) => [`\`${key}\``, title.en, `\`${name}\``])));
  });

  it('states the limits as generated', () => {
    const words: Record<keyof typeof limits, string> = {
      depth: 'levels of nesting', aliases: 'aliases', directives: 'directives', tokens: 'tokens of the document', cost: 'cost of the document, reckoned from fields and nesting',
      pageSize: 'records of a page', body: 'bytes of a request, files apart',
      requestSeconds: 'seconds until a whole request must have arrived',
    };
    expectGenerated('docs/api-guide.md', 'limits', table(['at most', ''], Object.entries(words).map(([name, text]) => [limits[name as keyof typeof limits].toLocaleString('en'), text])));
    const ofSockets: Record<keyof typeof socketLimits, string> = {
      sockets: 'of a server process', waiting: 'of a server process that have not yet said who they are', waitingOfAddress: 'of these from one address', perSession: 'of a session', perPerson: 'of a person, over all sessions',
      subscriptions: 'subscriptions over one', message: 'bytes of a message to the server', messages: 'messages to the server within ten seconds', rateMs: 'milliseconds in which messages are counted',
      unsent: 'bytes that wait for a client who does not read', initMs: 'milliseconds until the client has said who it is', pingMs: 'milliseconds between pings, each to be answered before the next',
      sessionsMs: 'milliseconds until the end of a session by its time is noticed',
    };
    expectGenerated('docs/api-guide.md', 'limits of WebSockets', table(['at most', ''], Object.entries(ofSockets).filter(([name]) => name !== 'rateMs').map(([name, text]) => [socketLimits[name as keyof typeof socketLimits].toLocaleString('en'), text])));
  });
});

describe('the tour of a prescription', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sinduk-prescription-'));
  let runner: ExampleRunner;

  beforeAll(() => fillWithDemoData(dataDir), 180_000);
  beforeAll(async () => {
    const port = await freePort();
    const server = Program.start('dist/src/main.js', [], { DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'error' });
    await server.says('Sinduk listens');
    runner = new ExampleRunner(`http://127.0.0.1:${port}`);
  });
  afterAll(async () => {
    await Program.stopAll();
    rmSync(dataDir, { recursive: true });
  });

  it.each(examplesOf('docs/tour-of-a-prescription.md').map((example) => [example.place, example] as const))('is true as written: %s', async (_, example) => {
    await runner.run(example);
    if (example.path.includes('/page.pdf')) runner.values.set(runner.values.has('code') ? 'newCode' : 'code', await codeOnPaper(runner.received));
  });
});

describe('the tour of a bill', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sinduk-bill-'));
  let runner: ExampleRunner;
  let bkash: BkashServer;

  beforeAll(() => fillWithDemoData(dataDir), 180_000);
  beforeAll(async () => {
    bkash = await BkashServer.start();
    bkash.merchant = { username: 'shapla', password: 'of-shapla-at-bkash', appKey: 'app-key', appSecret: 'app-secret' };
    const port = await freePort();
    const server = Program.start('dist/src/main.js', [], { DATA_DIR: dataDir, PORT: String(port), PUBLIC_ORIGINS: 'https://clinic.example', LOG_LEVEL: 'error', ...bkash.settings() });
    await server.says('Sinduk listens');
    runner = new ExampleRunner(`http://127.0.0.1:${port}`);
    runner.values.set('today', dayFromNow(0));
  });
  afterAll(async () => {
    await Program.stopAll();
    await bkash.stop();
    rmSync(dataDir, { recursive: true });
  });

  it.each(examplesOf('docs/tour-of-a-bill.md').map((example) => [example.place, example] as const))('is true as written: %s', async (_, example) => {
    if (example.body.includes('{{smsCode}}')) runner.values.set('smsCode', await codeInSms(join(dataDir, 'messages')));
    await runner.run(example);
    if (runner.values.has('bkashPage') && !runner.values.has('callback')) runner.values.set('callback', payerAt(bkash));
    if (example.path.includes('/receipt.pdf')) expect((await readPages(runner.received)).map(({ text }) => text).join(' ')).toContain('2,000.00');
  });
});

/** The payer confirms on bKash's page, and is sent back to a path of the server. */
function payerAt(bkash: BkashServer): string {
  const [paymentID] = bkash.payments.keys();
  const { pathname, search } = new URL(bkash.payer(paymentID!, 'AGREED'));
  return pathname + search;
}

/** What a telephone reads off the paper. */
async function codeOnPaper(pdf: Buffer): Promise<string> {
  const [page] = await readPages(pdf);
  return page!.qr!.split('/rx/')[1]!;
}

describe('the guide for compliance officers', () => {
  const PAGE = 'docs/compliance-guide.md';
  const dataDir = mkdtempSync(join(tmpdir(), 'sinduk-officer-'));
  let runner: ExampleRunner;
  let world: World;

  beforeAll(() => fillWithDemoData(dataDir), 180_000);
  beforeAll(async () => {
    const port = await freePort();
    const server = Program.start('dist/src/main.js', [], { DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'error' });
    await server.says('Sinduk listens');
    runner = new ExampleRunner(`http://127.0.0.1:${port}`);
    world = await World.open();
  });
  afterAll(async () => {
    await Program.stopAll();
    rmSync(dataDir, { recursive: true });
    await world.close();
  });

  it.each(examplesOf(PAGE).map((example) => [example.place, example] as const))('is true as written: %s', async (_, example) => {
    await runner.run(example);
  });

  it('lists the actions, the operations and the columns as generated', () => {
    const actions = schemaOf(world).getType('AuditAction') as GraphQLEnumType;
    expectGenerated(PAGE, 'actions', table(['action', ''], actions.getValues().map(({ name, description }) => [`\`${name}\``, description!])));
    const rules = [...[...accessRules(world)].filter(([name]) => /^(Query|Mutation|Subscription)\./.test(name)).sort(), ...[...routeRules(world)].sort()];
    expectGenerated(PAGE, 'operations', table(['operation', 'needs', 'action'], rules.flatMap(([name, rule]) =>
      (!rule || /^GET \/(health|\.well-known)\//.test(name) ? [] : [[`\`${name}\``, 'permission' in rule ? `\`${rule.permission}\`` : 'nothing', rule.action]]))));
    const [english, bangla] = (['EN', 'BN'] as const).map((language) => (parse(csvHeading(language), { bom: true }))[0]!);
    expectGenerated(PAGE, 'columns', table(['column', 'শিরোনাম'], english!.map((heading, index) => [heading, bangla![index]!])));
  });

  it('says what it must and must not say', () => {
    const text = readFileSync(PAGE, 'utf8');
    expect(text).toContain('tamper-evident');
    expect(text).not.toMatch(/tamper-proof|court-admissible|is certified/);
  });
});

describe('the guide for operators', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  it('tells how many tries may fail as generated', () => {
    const words: Record<keyof typeof tries, string> = {
      signIn: 'signing in by password', join: 'joining by a code, with a password', joinUninvited: 'joining by a code that opens nothing', refresh: 'renewing a session', signInToken: 'going on with a sign-in that waits for a second factor', secondFactor: 'one-time codes, recovery codes', passwordReset: 'asking for a new password (every try)', resetCode: 'setting a new password by a mailed code',
      google: 'signing in or joining by Google', passkey: 'signing in by a passkey', ceremony: 'asking for a passkey, or for the way to Google (every try)', stepUp: 'proving who one is in a session',
      link: 'opening what a link opens: a queue display, a calendar, a visit by video, booking online', linkOpened: 'opening one link to a calendar with names, or into a visit by video (every time)',
      bookingCode: 'asking for a code to book online, by telephone number (every try)', bookingCodeADay: 'the same, in a day', bookingCodeOfPractice: 'the same, by practice', bookingCodeOfPracticeADay: 'the same, by practice, in a day',
      bookingCodeOfAllADay: 'the same, by all practices together, in a day',
      bookingProof: 'codes of who books online, by telephone number',
    };
    const kinds = Object.entries(words).map(([kind, text]) => {
      const { account, accountHere, address, device }: Partial<Record<'account' | 'accountHere' | 'address' | 'device', number>> = tries[kind as keyof typeof tries];
      return [text, ...[accountHere, account, device, address].map((count) => count?.toString() ?? '')];
    });
    expectGenerated('docs/operator-guide.md', 'tries', table([`in ${WINDOW_SECONDS / 60} minutes, unless told`, 'per account and address', 'per account', 'on a known device', 'per address'], kinds));
  });

  it('tells how to build the indexes of the trail beforehand, so that the migration only takes them', async () => {
    const [sql] = blocksOf(readFileSync('docs/operator-guide.md', 'utf8')).filter(({ text }) => text.includes('create index concurrently'));
    const source = ownerSource(world.ownerUrl);
    await source.initialize();
    try {
      const indexes = () => world.sql<{ indexes: number; ready: number; built: number }>('superuser', `
        select count(*)::integer as indexes, count(*) filter (where i.indisvalid and exists (select from pg_inherits where inhrelid = i.indexrelid))::integer as ready,
          count(*) filter (where x.relname like 'desk\\_%')::integer as built
        from pg_index i join pg_class x on x.oid = i.indexrelid where i.indrelid in (select inhrelid from pg_inherits where inhparent = 'audit.entries'::regclass)`);
      const [complete] = await indexes();
      while ((await source.query<Array<{ name: string }>>(`select name from platform.migrations where name = 'ComplianceDesk1795000020000'`)).length) await source.undoLastMigration({ transaction: 'each' });
      for (const { format } of await world.sql<{ format: string }>('owner', sql!.text.replace('\\gexec', ''))) await world.sql('owner', format);
      await source.runMigrations({ transaction: 'each' });
      const [row] = await indexes();
      expect(row!.built).toBeGreaterThan(5 * 14);
      expect(row).toEqual({ ...complete, built: row!.built });
      expect(row!.ready).toBe(row!.indexes);
    } finally {
      await source.destroy();
    }
  });
});

describe('the page on vital signs', () => {
  it('has the limits as generated', () => {
    expectGenerated('docs/vital-signs.md', 'possible', possibleValues());
    expectGenerated('docs/vital-signs.md', 'usual', usualValues());
  });
});

describe('the page on dose notation', () => {
  it('tells what doses mean as generated', () => {
    const doses = ['1+0+1 ×5d', '১+০+১ ৫ দিন', '½+0+½ ×5d then 0+0+1 ×7d', '1 tsp tds x 1 week', '1 cap q8h x5d', '1 sos', '1 sos every 6h max 4/d ×3d', '2 stat then 1 bd ×5d', '1+0+0 on fri ×2mo', '1 weekly ×8w', '1 alternate days cont', '10+0+8 units'];
    expectGenerated('docs/dose-notation.md', 'doses', table(['notation', 'is kept as', 'English', 'Bangla', 'needs'], doses.map((notation) => {
      const dosing = parseDose(notation);
      const unit = dosing.unit ?? 'TABLET';
      const needed = amountNeeded(dosing);
      return [`\`${notation}\``, `\`${writeDose(dosing)}\``, doseSentence(dosing, { unit, meal: null }, 'en'), doseSentence(dosing, { unit, meal: null }, 'bn'), needed === null ? '' : phrases.en.amount(needed, unit)];
    })));
  });
});

describe('every page', () => {
  it.each(pages)('%s links only to what exists', (page) => {
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => join(dirname(page), link!));
    expect(links.filter((path) => statSync(path, { throwIfNoEntry: false }) === undefined)).toEqual([]);
  });

  it.each(pages)('%s names only commands and variables that exist', (page) => {
    const text = readFileSync(page, 'utf8');
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    expect([...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!).filter((name) => !(name in scripts))).toEqual([]);
    const operate = readFileSync('src/operate.ts', 'utf8');
    expect([...text.matchAll(/npm run operate -- ([\w-]+)/g)].map(([, name]) => name!).filter((name) => !operate.includes(`command === '${name}'`))).toEqual([]);
    const known = configVariables.flatMap(({ name }) => [name, `${name}_FILE`]);
    const named = [...text.matchAll(/`((?:DATABASE|TLS|TOKEN|GRAPHQL|PUBLIC|TRUSTED|LOG|DEMO|DATA|KEY|DOCUMENT|S3)_[A-Z_]+)(?:=[^`]*)?`/g)].map(([, name]) => name!);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});
