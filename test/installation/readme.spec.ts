import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { configVariables } from '../../src/config-variables.js';
import { DEMO_PASSWORD, demoPractices } from '../../src/demo/practices.js';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { ExampleRunner, blocksOf, examplesOf } from '../support/examples.js';
import { expectGenerated, table } from '../support/generated.js';
import { freePort } from '../support/free-port.js';
import { Program } from '../support/program.js';

const readme = readFileSync('README.md', 'utf8');
const dataDir = mkdtempSync(join(tmpdir(), 'sinduk-readme-'));
// Open to the account PostgreSQL runs as when the tests run as root.
chmodSync(dataDir, 0o755);
let port: number;

const start = (): Program => Program.start('dist/src/main.js', [], { DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'error' });

async function started(): Promise<Program> {
  const program = start();
  await program.says(`Sinduk listens on http://127.0.0.1:${port}\n`);
  return program;
}

async function answerOf(query: string, token?: string): Promise<{ data: Record<string, unknown> | null; errors?: unknown[] }> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }, body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data: Record<string, unknown> | null; errors?: unknown[] };
}

async function ownerToken(): Promise<string> {
  const { data } = await answerOf(`mutation { signIn(input: { email: "${demoPractices[0]!.owner.email}", password: "${DEMO_PASSWORD}", client: BEARER }) { ... on SignedIn { accessToken } } }`);
  return (data!['signIn'] as { accessToken: string }).accessToken;
}

beforeAll(async () => {
  port = await freePort();
});
afterAll(async () => {
  await Program.stopAll();
  rmSync(dataDir, { recursive: true });
});

describe('npm start, from nothing', () => {
  let server: Program;
  let runner: ExampleRunner;

  beforeAll(async () => {
    server = await started();
    runner = new ExampleRunner(`http://127.0.0.1:${port}`);
  });

  it('greets with the addresses and the people who can sign in, as the page lists them', async () => {
    for (const path of ['/graphql', '/graphql-page/']) expect(server.stdout).toContain(`http://127.0.0.1:${port}${path}\n`);
    expect((await fetch(`http://127.0.0.1:${port}/graphql-page/`)).status).toBe(200);
    const people = new Set(demoPractices.flatMap(({ owner, members }) => [owner.email, ...members.map(({ email }) => email)]));
    for (const email of people) {
      expect(server.stdout).toContain(email);
      expect(readme).toContain(`\`${email}\``);
    }
    expect(server.stdout).toContain(DEMO_PASSWORD);
    expect(readme).toContain(`\`${DEMO_PASSWORD}\``);
    expect(server.stderr).toBe('');
  });

  it.each(examplesOf('README.md').map((example) => [example.place, example] as const))('answers the tour as written: %s', async (_, example) => {
    await runner.run(example);
  });

  it('says what to do when its port is taken', async () => {
    const second = await Program.run('dist/src/main.js', [], { DATA_DIR: join(dataDir, 'second'), PORT: String(port), DEMO_DATA: 'false', LOG_LEVEL: 'silent' });
    expect(second.code).toBe(1);
    expect(second.stderr).toBe(`Port ${port} on 127.0.0.1 is taken by another program. Stop that program, or set PORT to another number.\n`);
  });

  it('ends in order, and finds everything again', async () => {
    expect(await server.stop()).toBe(0);
    server = await started();
    expect(await answerOf('{ findPatients(by: { mrn: "P-000241" }) { nameEn } patients { totalCount } }', await ownerToken()))
      .toEqual({ data: { findPatients: [{ nameEn: 'Rahela Khatun' }], patients: { totalCount: 241 } } });
  });

  it('loses nothing that it had answered when it is killed', async () => {
    const saved = await answerOf('mutation { registerPatient(input: { nameEn: "Salma Khatun" }) { patient { mrn } } }', await ownerToken());
    expect(saved).toEqual({ data: { registerPatient: { patient: { mrn: 'P-000242' } } } });
    expect(await server.stop('SIGKILL')).toBeNull();
    server = await started();
    expect(await answerOf('{ findPatients(by: { mrn: "P-000242" }) { nameEn } }', await ownerToken())).toEqual({ data: { findPatients: [{ nameEn: 'Salma Khatun' }] } });
    expect(await server.stop('SIGINT')).toBe(0);
  });
});

describe('a PostgreSQL of one’s own', () => {
  const directory = join(dataDir, 'own-server');

  it('works as the page says', async () => {
    const cluster = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), settings: { fsync: 'off' } });
    try {
      const [sql] = blocksOf(readme).filter(({ info }) => info === 'sql');
      const superuser = new pg.Client(cluster.url);
      await superuser.connect();
      for (const statement of sql!.text.split(/;\n/).filter((text) => text.trim() !== '')) await superuser.query(statement);
      await superuser.end();
      const [, url] = /^DATABASE_URL='(.*)' npm start$/m.exec(readme)!;
      const own = Program.start('dist/src/main.js', [], {
        DATABASE_URL: url!.replace('127.0.0.1:5432', new URL(cluster.url).host), DATA_DIR: directory, PORT: String(await freePort()), DEMO_DATA: 'false', LOG_LEVEL: 'error',
      });
      await own.says('Sinduk listens');
      expect(await own.stop()).toBe(0);
    } finally {
      await Program.stopAll();
      await cluster.stop();
    }
  });
});

describe('the page', () => {
  it('lists the configuration as generated', () => {
    const rows = configVariables.map(({ name, description, fallback, requiredInProduction }) => [`\`${name}\`${requiredInProduction ? ' \\*' : ''}`, description, fallback]);
    expectGenerated('README.md', 'configuration', table(['variable', 'what', 'otherwise'], rows));
  });

  it('tells the test command that .ci/run runs', () => {
    const commands = blocksOf(readme).filter(({ info }) => info === 'sh').map(({ text }) => text.trim());
    expect(commands).toEqual(expect.arrayContaining(['npm ci && npm start', 'npm ci && npm test']));
    expect(readFileSync('.ci/run', 'utf8').split('\n').filter((line) => line.startsWith('npm '))).toEqual(['npm ci', 'npm run check', 'npm test', 'npm run test:installation', 'npm run test:exhaustive']);
    expect(statSync('.ci/run').mode & 0o111).toBe(0o111);
  });

  it('names only commands, files and directories that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/`npm (?:run )?([\w:-]+)/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    const usage = readFileSync('src/operate.ts', 'utf8');
    for (const [, command] of readme.matchAll(/npm run operate -- ([\w-]+)/g)) expect(usage).toContain(`\n  ${command} `);
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path!);
    const places = [...readme.matchAll(/^\| (`[\w./-]+`(?:, `[\w./-]+`)*) \|/gm)].flatMap(([, cells]) => cells!.replaceAll('`', '').split(', ')).filter((name) => !/@|^[A-Z0-9_]+$/.test(name));
    expect(places.length).toBeGreaterThan(8);
    for (const path of [...links, ...places]) expect(() => statSync(path)).not.toThrow();
  });
});
