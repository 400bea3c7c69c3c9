import { transformFileSync } from '@swc/core';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';

const root = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
const started = new Set<EmbeddedPostgres>();
const children = new Set<ChildProcess>();

beforeAll(() => {
  // Open to the account PostgreSQL runs as when the tests run as root.
  chmodSync(root, 0o755);
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(root, 'embedded'));
  const source = resolve('src/platform/database');
  for (const file of ['embedded-postgres.ts', ...readdirSync(join(source, 'embedded')).map((name) => join('embedded', name))]) {
    const { code } = transformFileSync(join(source, file), {
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    writeFileSync(join(root, file.replace(/ts$/, 'js')), code);
  }
});

afterAll(() => rmSync(root, { recursive: true }));
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  for (const server of started) await server.stop();
  started.clear();
});

async function start(directory: string, settings?: Record<string, string>): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory, settings });
  started.add(server);
  return server;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const pidFile = (directory: string) => join(directory, 'cluster', 'postmaster.pid');
const serverPid = (directory: string) => Number.parseInt(readFileSync(pidFile(directory), 'utf8'), 10);
const logOf = (directory: string) => readFileSync(join(directory, 'postgres.log'), 'utf8');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await delay(10);
}

/** Starts the server in a node process of its own, the leader of its process group, that then runs `code`; resolves once that called announce(). */
async function startElsewhere(directory: string, code: string): Promise<{ child: ChildProcess; url: string }> {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(join(root, 'embedded-postgres.js'))};
    const server = await startEmbeddedPostgres({ directory: ${JSON.stringify(directory)} });
    const announce = () => process.stdout.write(server.url + '\\n');
    ${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, url: line.toString().trim() };
}

async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function killed(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

const stayAlive = 'setInterval(() => undefined, 1000); announce();';

describe('a new directory', () => {
  it('becomes a PostgreSQL 18 cluster in UTF-8 with checksums, reachable on loopback with its password only', async () => {
    const directory = join(root, 'new', 'postgres');
    const server = await start(directory, { work_mem: '7MB', listen_addresses: '*' });
    const [facts] = await query(
      server.url,
      `select current_setting('server_version') as version, pg_encoding_to_char(encoding) as encoding, datlocale as locale,
              current_setting('data_checksums') as checksums, current_setting('fsync') as fsync, current_setting('listen_addresses') as addresses,
              current_setting('unix_socket_directories') as sockets, current_setting('work_mem') as work_mem, lower('ÄÇŞ') as lowered
       from pg_database where datname = current_database()`,
    );
    expect(facts).toEqual({
      version: expect.stringMatching(/^18\./),
      encoding: 'UTF8',
      locale: 'C.UTF-8',
      checksums: 'on',
      fsync: 'on',
      addresses: '127.0.0.1',
      sockets: '',
      work_mem: '7MB',
      lowered: 'äçş',
    });
    const [role] = await query(server.url, `select rolpassword like 'SCRAM-SHA-256$%' as scram from pg_authid where rolname = 'postgres'`);
    expect(role).toEqual({ scram: true });
    const { port, password } = new URL(server.url);
    await expect(query(`postgresql://postgres:wrong@127.0.0.1:${port}/postgres`, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect(readFileSync(join(directory, 'superuser-password'), 'utf8')).toBe(password);
    expect(statSync(join(directory, 'superuser-password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'cluster')).mode & 0o777).toBe(0o700);
    expect(readdirSync(directory).sort()).toEqual(['cluster', 'lock', 'postgres.log', 'superuser-password']);
  });

  it('works below a directory that is closed to other accounts', async () => {
    const closed = join(root, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const server = await start(join(closed, 'postgres'), { fsync: 'off' });
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is begun again when an earlier attempt was killed half-way', async () => {
    const directory = join(root, 'half-way');
    mkdirSync(join(directory, 'unfinished-abc', 'cluster'), { recursive: true });
    writeFileSync(join(directory, 'unfinished-abc', 'cluster', 'PG_VERSION'), '18\n');
    writeFileSync(join(directory, 'superuser-password'), 'half');
    const server = await start(directory, { fsync: 'off' });
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(existsSync(join(directory, 'unfinished-abc'))).toBe(false);
  });
});

describe('one directory through its troubles', () => {
  const directory = join(root, 'troubled');
  let server: EmbeddedPostgres;
  let expected = 0;

  async function expectEveryRow(): Promise<void> {
    expect(await query(server.url, 'select count(*)::int as rows from kept')).toEqual([{ rows: expected }]);
  }

  async function addRow(url = server.url): Promise<void> {
    await query(url, 'insert into kept default values');
    expected += 1;
  }

  beforeAll(async () => {
    server = await startEmbeddedPostgres({ directory });
    await query(server.url, 'create table kept (id bigint generated always as identity)');
    await addRow();
    await server.stop();
  });

  it('stops cleanly, and a second stop does nothing', async () => {
    server = await start(directory);
    await addRow();
    const pid = serverPid(directory);
    const idle = new pg.Client(server.url);
    const dropped = new Promise((resolve) => idle.on('error', resolve));
    await idle.connect();
    await server.stop();
    await expect(dropped).resolves.toMatchObject({ code: '57P01' });
    await server.stop();
    expect(isAlive(pid)).toBe(false);
    expect(logOf(directory)).toMatch(/received fast shutdown request[^]*database system is shut down/);
    expect(existsSync(pidFile(directory))).toBe(false);
    expect(existsSync(join(directory, 'lock'))).toBe(false);
    server = await start(directory);
    expect(logOf(directory)).toContain('database system was shut down at');
    await expectEveryRow();
  });

  it('is refused while a process, this one or another, runs it', async () => {
    server = await start(directory);
    await expect(start(directory)).rejects.toThrow(
      `Another process (pid ${process.pid}) already runs the embedded database in ${directory}.`,
    );
    await addRow();
    await server.stop();
    const { child, url } = await startElsewhere(directory, stayAlive);
    await expect(start(directory)).rejects.toThrow(`(pid ${child.pid})`);
    await addRow(url);
    await killed(child);
    server = await start(directory);
    await expectEveryRow();
  });

  it('is started by one of several processes that find a stale lock at once', async () => {
    writeFileSync(join(directory, 'lock'), `${process.pid} of an earlier boot`);
    const attempts = await Promise.allSettled([start(directory), start(directory), start(directory)]);
    expect(attempts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('recovers after the server was killed', async () => {
    server = await start(directory);
    await addRow();
    const pid = serverPid(directory);
    process.kill(pid, 'SIGKILL');
    await gone(pid);
    await server.stop();
    expect(existsSync(pidFile(directory))).toBe(true);
    server = await start(directory);
    expect(logOf(directory)).toContain('automatic recovery in progress');
    await expectEveryRow();
  });

  it('ends the busy sessions of a killed server, which would keep the next one from starting', async () => {
    server = await start(directory);
    const client = new pg.Client(server.url);
    client.on('error', () => undefined);
    await client.connect();
    const busy = client.query('do $$ begin loop end loop; end $$');
    const broken = expect(busy).rejects.toThrow();
    let backend: unknown;
    while (typeof backend !== 'number') {
      const [row] = await query(server.url, `select pid from pg_stat_activity where state = 'active' and query like 'do %'`);
      backend = row?.['pid'];
    }
    const pid = serverPid(directory);
    process.kill(pid, 'SIGKILL');
    await gone(pid);
    await server.stop();
    expect(isAlive(backend)).toBe(true);
    server = await start(directory);
    await gone(backend);
    await broken;
    await expectEveryRow();
  });

  it('stops the server that a killed process left behind, then starts with its data', async () => {
    const { child, url } = await startElsewhere(directory, stayAlive);
    const orphan = serverPid(directory);
    await addRow(url);
    await killed(child);
    expect(isAlive(orphan)).toBe(true);
    await addRow(url);
    server = await start(directory);
    await gone(orphan);
    expect(serverPid(directory)).not.toBe(orphan);
    expect(logOf(directory)).toContain('database system was shut down at');
    await expectEveryRow();
  });

  it('recovers after the process and its server were both killed', async () => {
    const { child, url } = await startElsewhere(directory, stayAlive);
    const pid = serverPid(directory);
    await addRow(url);
    await killed(child);
    process.kill(pid, 'SIGKILL');
    await gone(pid);
    server = await start(directory);
    await expectEveryRow();
  });

  it('leaves a stranger alone that was given the pid of a killed server', async () => {
    server = await start(directory);
    const pid = serverPid(directory);
    process.kill(pid, 'SIGKILL');
    await gone(pid);
    await server.stop();
    // Of the same account as the server, so that PostgreSQL alone would take it for a running one.
    const { uid, gid } = statSync(join(directory, 'cluster'));
    const stranger = spawn('sleep', ['3600'], process.getuid?.() === 0 ? { uid, gid, stdio: 'ignore' } : { stdio: 'ignore' });
    try {
      writeFileSync(pidFile(directory), readFileSync(pidFile(directory), 'utf8').replace(String(pid), String(stranger.pid)));
      server = await start(directory);
      await expectEveryRow();
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      await killed(stranger);
    }
  });

  it.each([
    ['runs out of work', 'announce();', 0],
    ['exits', 'announce(); process.exit(3);', 3],
    ['fails', "process.on('uncaughtException', () => process.exit(4)); announce(); throw new Error('an end on purpose');", 4],
  ])('does not outlive a process that %s without stopping it', async (_, code, exitCode) => {
    const { child, url } = await startElsewhere(directory, code);
    expect(await exitCodeOf(child)).toBe(exitCode);
    while (!logOf(directory).includes('database system is shut down')) await delay(10);
    expect(existsSync(pidFile(directory))).toBe(false);
    await expect(query(url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('lives on when the terminal interrupts the process group, until the process stops it', async () => {
    const code = `process.on('SIGINT', () => undefined); process.on('SIGTERM', () => server.stop().then(() => process.exit(0))); ${stayAlive}`;
    const { child, url } = await startElsewhere(directory, code);
    process.kill(-(child.pid ?? NaN), 'SIGINT');
    await addRow(url);
    expect(logOf(directory)).not.toContain('shutdown request');
    child.kill('SIGTERM');
    expect(await exitCodeOf(child)).toBe(0);
    expect(logOf(directory)).toContain('database system is shut down');
  });

  it('says what to do when the password is gone, and takes it back', async () => {
    const path = join(directory, 'superuser-password');
    const password = readFileSync(path, 'utf8');
    rmSync(path);
    await expect(start(directory)).rejects.toThrow(`${path} is missing or empty. Restore it`);
    writeFileSync(path, password, { mode: 0o600 });
    server = await start(directory);
    await expectEveryRow();
  });

  it('shows the log when the server refuses its settings', async () => {
    await expect(start(directory, { shared_buffers: 'plenty' })).rejects.toThrow(
      /did not start[^]*invalid value for parameter "shared_buffers"/,
    );
    server = await start(directory);
    await expectEveryRow();
  });

  it('takes another port each time, never one in use', async () => {
    const neighbour = createServer().listen(0, '127.0.0.1');
    await once(neighbour, 'listening');
    server = await start(directory);
    const address = neighbour.address();
    expect(address).toMatchObject({ address: '127.0.0.1' });
    expect(address).not.toMatchObject({ port: Number(new URL(server.url).port) });
    neighbour.close();
  });
});
