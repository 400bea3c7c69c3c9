import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import pg from 'pg';
import { generate } from 'selfsigned';
import { configVariables } from '../../src/config-variables.js';
import { loadConfig } from '../../src/config.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { readYaml } from '../support/compose.js';
import { freePort } from '../support/free-port.js';
import { Program } from '../support/program.js';

interface Service {
  environment: Record<string, string>;
  secrets: string[];
  volumes: string[];
  cap_drop: string[];
  read_only: string;
  user?: string;
}

const compose = readYaml(readFileSync('docker/compose.yaml', 'utf8')) as unknown as { services: Record<string, Service>; secrets: Record<string, unknown> };
const dockerfile = readFileSync('docker/Dockerfile', 'utf8');
const { migrate, server } = compose.services as Record<'migrate' | 'server', Service>;
const directory = mkdtempSync(join(tmpdir(), 'sinduk-docker-'));
const secrets = join(directory, 'docker', 'secrets');
const keys = join(directory, 'docker', 'keys');
const keyFiles = { KEY_FILE: join(keys, 'key_encryption_keys'), TOKEN_KEY_FILE: join(keys, 'token_keys') };

/** What the containers see as /run/secrets and /run/keys, and the settings that the operator writes. */
const environmentOf = (service: Service): Record<string, string> => ({
  NODE_ENV: 'production',
  ...Object.fromEntries(Object.entries(service.environment).map(([name, value]) => [
    name, value.replace('/run/secrets', secrets).replace('/run/keys', keys).replace(/^\/documents$/, join(directory, 'documents')).replace(/^\$\{PUBLIC_ORIGINS:.*\}$/, 'https://clinic.example').replace(/^\$\{MAIL_FROM:.*\}$/, 'Clinic <no-reply@clinic.example>')])),
});

const secret = (name: string): string => readFileSync(join(secrets, name), 'utf8').trim();

beforeAll(async () => {
  // Open to the account PostgreSQL runs as when the tests run as root.
  chmodSync(directory, 0o755);
  mkdirSync(join(directory, 'docker'));
  copyFileSync('docker/make-secrets.sh', join(directory, 'docker', 'make-secrets.sh'));
  execFileSync('sh', [join(directory, 'docker', 'make-secrets.sh')]);
  const made = await Program.run('dist/src/operate.js', ['make-keys'], {
    NODE_ENV: 'development', ...keyFiles,
  });
  expect(made).toMatchObject({ code: 0, stderr: '' });
  writeFileSync(join(secrets, 'smtp_url'), 'smtps://user:password@smtp.example:465\n', { mode: 0o600 });
  const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }], { keySize: 2048, extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }] });
  writeFileSync(join(secrets, 'tls_certificate'), cert, { mode: 0o600 });
  writeFileSync(join(secrets, 'tls_key'), key, { mode: 0o600 });
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('the compose file', () => {
  it.each([['migrate', migrate], ['server', server]])('gives %s only variables that the program knows', (_, service) => {
    const known = configVariables.flatMap(({ name }) => [name, `${name}_FILE`]);
    expect(Object.keys(service.environment).filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each([['migrate', migrate], ['server', server]])('gives %s a valid production configuration, every secret of it from a file', (_, service) => {
    const environment = environmentOf(service);
    expect(loadConfig(environment)).toMatchObject({ environment: 'production', demoData: false, graphql: { introspection: false, page: false } });
    for (const { name } of configVariables.filter((variable) => variable.secret)) expect(environment).not.toHaveProperty(name);
    const mounted = Object.values(service.environment).flatMap((value) => /^\/run\/secrets\/(\w+)$/.exec(value)?.[1] ?? []);
    expect([...mounted].sort()).toEqual([...service.secrets].sort());
  });

  it('keeps the owner of the tables and the superuser from the server', () => {
    expect(server.environment).not.toHaveProperty('DATABASE_URL_FILE');
    expect(server.secrets).not.toContain('database_owner_url');
    expect(migrate.environment['DATABASE_URL_FILE']).toBe('/run/secrets/database_owner_url');
    for (const service of [migrate, server]) expect(service.secrets).not.toContain('postgres_password');
  });

  it('names exactly the secrets that the operator is told to make', () => {
    expect(Object.keys(compose.secrets).sort()).toEqual(readdirSync(secrets).sort());
    const handbook = readFileSync('docker/README.md', 'utf8');
    expect(Object.keys(compose.secrets).filter((name) => !handbook.includes(name))).toEqual([]);
  });

  it('is told with commands that exist', () => {
    const commands = [...readFileSync('docker/README.md', 'utf8').matchAll(/dist\/src\/operate\.js(?: \\\n)? +([a-z-]+)/g)].map(([, command]) => command!);
    expect(commands.length).toBeGreaterThan(2);
    for (const command of commands) expect(readFileSync('src/operate.ts', 'utf8')).toContain(`command === '${command}'`);
  });

  it.each([['migrate', migrate], ['server', server]])('gives %s the directory of the keys, which it cannot write, so that a replaced file is seen', (_, service) => {
    expect(service.volumes).toContain('./keys:/run/keys:ro');
    expect(Object.values(service.environment).flatMap((value) => /^\/run\/keys\/(\w+)$/.exec(value)?.[1] ?? []).sort()).toEqual(readdirSync(keys).sort());
    const handbook = readFileSync('docker/README.md', 'utf8');
    expect(readdirSync(keys).filter((name) => !handbook.includes(name))).toEqual([]);
  });

  it.each(Object.entries(compose.services))('runs %s unprivileged on a file system that it cannot write', (_, service) => {
    expect(service).toMatchObject({ read_only: 'true', cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service.user ?? /^USER (.*)$/m.exec(dockerfile)![1]).toBe('1000:1000');
  });
});

describe('the image', () => {
  it('installs every package that the program imports', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
    const files = ['src', 'migrations'].flatMap((root) => readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name)))
      .filter((name) => name.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(name));
    const statement = /^(?:import '|(?:(?:import|export)(?! type) .*|\}) from ')((?:@[\w-]+\/)?[\w-]+)(?:\/[^']*)?';$/gm;
    const packages = new Set(files.flatMap((name) => [...readFileSync(name, 'utf8').matchAll(statement)].map(([, found]) => found!)));
    expect(packages.size).toBeGreaterThan(10);
    expect([...packages].filter((name) => !(name in dependencies))).toEqual([]);
  });

  it('is built from files that exist', () => {
    const allowed = readFileSync('docker/Dockerfile.dockerignore', 'utf8').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(allowed.length).toBeGreaterThan(5);
    for (const path of allowed) expect(() => statSync(path)).not.toThrow();
    const { compilerOptions } = JSON.parse(readFileSync('nest-cli.json', 'utf8')) as { compilerOptions: { builder: { options: { filenames: string[] } } } };
    for (const path of compilerOptions.builder.options.filenames) expect(allowed).toContain(path);
  });
});

describe('the secrets', () => {
  it('are random, readable by their owner only, and never replaced', async () => {
    const all = () => [secrets, keys].flatMap((place) => readdirSync(place).map((name) => join(place, name)));
    const before = all().map((path) => readFileSync(path, 'utf8'));
    for (const path of all()) expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o600]);
    const passwords = ['owner', 'app', 'auth', 'audit', 'jobs'].map((role) => new URL(secret(`database_${role}_url`)).password);
    for (const password of [...passwords, secret('postgres_password')]) expect(password).toMatch(/^[\w-]{32}$/);
    expect(new Set([...passwords, secret('postgres_password')]).size).toBe(6);
    expect(() => execFileSync('sh', [join(directory, 'docker', 'make-secrets.sh')], { stdio: 'ignore' })).toThrow();
    const again = await Program.run('dist/src/operate.js', ['make-keys'], {
      NODE_ENV: 'development', ...keyFiles,
    });
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('exist already and are not overwritten') });
    expect(all().map((path) => readFileSync(path, 'utf8'))).toEqual(before);
  });
});

describe('an installation', () => {
  let cluster: EmbeddedPostgres;
  let port: number;
  const workplace = join(directory, 'workplace');

  const query = async (name: string, text: string): Promise<Array<Record<string, unknown>>> => {
    const client = new pg.Client(name === 'superuser' ? Object.assign(new URL(cluster.url), { pathname: '/sinduk' }).toString() : secret(`database_${name}_url`));
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  };

  beforeAll(async () => {
    mkdirSync(workplace);
    cluster = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), settings: { fsync: 'off' } });
    port = await freePort();
    await runPsql(cluster.url, readFileSync('docker/postgres-init.sql', 'utf8').replaceAll('/run/secrets', secrets));
    for (const role of ['owner', 'app', 'auth', 'audit', 'jobs']) {
      const path = join(secrets, `database_${role}_url`);
      writeFileSync(path, readFileSync(path, 'utf8').replace('@postgres:5432', `@${new URL(cluster.url).host}`));
    }
  });
  afterAll(async () => {
    await Program.stopAll();
    await cluster.stop();
  });

  const start = (env: Record<string, string> = {}): Program =>
    Program.start('dist/src/main.js', [], { ...environmentOf(server), PORT: String(port), ...env }, workplace);

  it('has five roles of which none is a superuser or passes row security', async () => {
    const roles = await query('superuser', `select rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname like 'sinduk%' order by 1`);
    const none = { rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false };
    expect(roles).toEqual([
      { ...none, rolname: 'sinduk_app' }, { ...none, rolname: 'sinduk_audit' }, { ...none, rolname: 'sinduk_auth' }, { ...none, rolname: 'sinduk_jobs' },
      { ...none, rolname: 'sinduk_owner', rolcreaterole: true },
    ]);
    for (const role of ['owner', 'app', 'auth', 'audit', 'jobs']) expect(await query(role, 'select current_user::text as who')).toEqual([{ who: `sinduk_${role}` }]);
  });

  it('is migrated once, and seeds nothing', async () => {
    expect(await Program.run('dist/src/operate.js', ['migrate'], environmentOf(migrate))).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Ran Context\d+, /) });
    expect(await Program.run('dist/src/operate.js', ['migrate'], environmentOf(migrate))).toMatchObject({ code: 0, stdout: 'Nothing was pending.\n' });
    expect(await query('superuser', 'select (select count(*) from auth.users)::int + (select count(*) from clinic.tenants)::int as seeded')).toEqual([{ seeded: 0 }]);
  });

  it('refuses to start with guessable passwords, naming every fault at once', async () => {
    const { DATABASE_APP_URL_FILE: _, ...rest } = environmentOf(server);
    const env = { ...rest, DATABASE_APP_URL: 'postgresql://sinduk_app:sinduk@postgres:5432/sinduk', PUBLIC_ORIGINS: 'http://clinic.example', DEMO_DATA: 'true', PORT: '0' };
    const refused = await Program.run('dist/src/main.js', [], env);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toBe([
      'The configuration has 4 faults:',
      '  PORT: must not be 0 in production',
      '  PUBLIC_ORIGINS: must all be https in production',
      '  DEMO_DATA: must not be true in production',
      '  DATABASE_APP_URL: has no password or a well-known one; production needs a random password',
      '',
    ].join('\n'));
  });

  it('refuses to start without its keys', async () => {
    const missing = join(secrets, 'absent');
    for (const name of ['KEY_FILE', 'TOKEN_KEY_FILE']) {
      expect(await Program.run('dist/src/main.js', [], { ...environmentOf(server), [name]: missing })).toMatchObject({ code: 1, stderr: expect.stringContaining(missing) });
    }
  });

  it('serves over TLS 1.3 only, reports its health, writes no file, and ends in order', async () => {
    const program = start();
    await program.says(`Sinduk listens on https://localhost:${port}`);
    expect(await protocolOf(port, 'TLSv1.3')).toBe('TLSv1.3');
    await expect(protocolOf(port, 'TLSv1.2')).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    expect(await fetchText(port, '/health/ready')).toEqual({ status: 200, body: '{"status":"ok"}' });
    expect(await fetchText(port, '/graphql-page/')).toMatchObject({ status: 404 });
    expect(await health(port)).toBe(0);
    expect(await query('superuser', 'select (select count(*) from auth.users)::int + (select count(*) from clinic.tenants)::int as seeded')).toEqual([{ seeded: 0 }]);
    expect(await program.stop()).toBe(0);
    expect(readdirSync(workplace)).toEqual([]);
    expect(await health(port)).toBe(1);
  });

  it('opens a practice whose owner can sign in, once the password is good enough', async () => {
    const args = ['open-practice', '--name', 'Shapla Chamber', '--country', 'BD', '--owner-email', 'nasrin@clinic.example', '--owner-name', 'Nasrin Sultana'];
    expect(await Program.run('dist/src/operate.js', args, environmentOf(migrate), 'too short\n')).toMatchObject({ code: 1, stderr: expect.stringContaining('TOO_SHORT') });
    expect(await Program.run('dist/src/operate.js', args, environmentOf(migrate), 'four calm herons wade\n')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Opened Shapla Chamber \([0-9a-f-]{36}\)\.\n$/) });
    const program = start();
    await program.says('Sinduk listens');
    const answer = await fetchText(port, '/graphql', {
      query: 'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken practices { name isOwner } } } }',
      variables: { input: { email: 'nasrin@clinic.example', password: 'four calm herons wade', client: 'BEARER' } },
    });
    expect(JSON.parse(answer.body)).toMatchObject({ data: { signIn: { practices: [{ name: 'Shapla Chamber', isOwner: true }] } } });
    const introspection = await fetchText(port, '/graphql', { query: '{ __schema { types { name } } }' });
    expect(JSON.parse(introspection.body)).toEqual({ errors: expect.arrayContaining([expect.objectContaining({ message: expect.stringContaining('introspection') })]) });
    expect(await program.stop()).toBe(0);
    expect(program.stdout + program.stderr).not.toContain('nasrin');
  });

  const health = async (serverPort: number): Promise<number | null> =>
    (await Program.run('docker/health.mjs', [], { ...environmentOf(server), PORT: String(serverPort), NODE_TLS_REJECT_UNAUTHORIZED: '0' })).code;
});

/** Does what psql would do with our script: `\set` from a command, and statements with :'variables'. */
async function runPsql(url: string, script: string): Promise<void> {
  const variables = new Map<string, string>();
  const statements = script.split('\n').filter((line) => {
    const [, name, command] = /^\\set (\w+) `(.*)`$/.exec(line) ?? [];
    if (name) variables.set(name, execFileSync('sh', ['-c', command!], { encoding: 'utf8' }).replace(/\n$/, ''));
    return !name;
  });
  const client = new pg.Client(url);
  await client.connect();
  for (const statement of statements.join('\n').split(/;\n/).filter((text) => text.replace(/--.*/g, '').trim() !== '')) {
    await client.query(statement.replace(/:'(\w+)'/g, (_, name: string) => pg.escapeLiteral(variables.get(name)!)));
  }
  await client.end();
}

function protocolOf(port: number, version: 'TLSv1.2' | 'TLSv1.3'): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, minVersion: version, maxVersion: version }, () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

function fetchText(port: number, path: string, body?: object): Promise<{ status: number; body: string }> {
  const options = { host: '127.0.0.1', port, path, agent: false as const, ca: secret('tls_certificate'), method: body ? 'POST' : 'GET', headers: body ? { 'content-type': 'application/json' } : {} };
  return new Promise((resolve, reject) => {
    const sending = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve({ status: response.statusCode!, body: text }));
    }).on('error', reject);
    sending.end(body && JSON.stringify(body));
  });
}
