import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeProcess } from './live-process.js';
import { tryTo } from './try-to.js';

/** Takes the lock of a directory, away from a process that died holding it; gives how to release it. Throws naming the pid when a live process holds it. */
export function acquireLock(home: string): () => void {
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
  const pid = livePid(content);
  if (pid === undefined) return;
  throw new Error(
    `Another process (pid ${pid}) already runs the embedded database in ${home}. Stop it, or set DATA_DIR to another directory.`,
  );
}

function livePid(content: string): number | undefined {
  const pid = Number.parseInt(content, 10);
  const started = describeProcess(pid)?.started;
  return started !== undefined && content === `${pid} ${started}` ? pid : undefined;
}

/** True while a live process holds the lock of a directory. */
export function isHeld(home: string): boolean {
  const found = tryTo('ENOENT', () => readFileSync(join(home, 'lock'), 'utf8'));
  return found !== undefined && livePid(found.value) !== undefined;
}
