import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The environment of every program started: nothing is inherited, so that no PG* variable or locale of the caller changes what the server does. */
export const environment = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

/** Under which account the PostgreSQL programs run. */
export interface Account {
  /** Who owns the data; undefined means the account of this process. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** A capability the owner needs to reach the files; undefined means none. */
  readonly capability?: string;
}

/** Whether this process runs as root, as which PostgreSQL refuses to. */
export const isRoot = () => process.getuid?.() === 0;

/** The account that can run the programs and reach the data; throws, saying what to change, when there is none. */
export async function chooseAccount(home: string, cluster: string, binaries: string): Promise<Account> {
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

/** How to start a command under an account: file, arguments and options for spawn. */
export function commandFor({ owner, capability }: Account, command: readonly string[]) {
  const options = { cwd: '/', env: environment };
  if (!owner || !capability) return { file: command[0] ?? '', args: command.slice(1), options: { ...options, ...owner } };
  // Without the secure bit the kernel ignores capabilities in access(2), by which PostgreSQL looks for its own programs.
  const switching = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--securebits=+no_setuid_fixup'];
  const keeping = [`--inh-caps=-all,+${capability}`, `--ambient-caps=+${capability}`];
  return { file: 'setpriv', args: [...switching, ...keeping, '--', ...command], options };
}
