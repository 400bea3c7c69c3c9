import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, commandFor } from './account.js';

/** Where a server lives, what runs it and how. */
export interface Server {
  readonly home: string;
  readonly cluster: string;
  readonly binaries: string;
  readonly account: Account;
  readonly settings: Readonly<Record<string, string>>;
}

/** Where the password of the superuser is kept. */
export const passwordFile = (home: string) => join(home, 'superuser-password');

/** Makes the data directory, all or nothing; gives the password of the superuser. */
export async function createCluster({ home, cluster, binaries, account, settings }: Server): Promise<string> {
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
