import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { TestCluster } from '../setup/cluster.js';
import { ServerProcess } from './server-process.js';

/**
 * Fills a directory with what the very first start of the server leaves in its data directory, demo practices included. That start
 * happens once in a run of the tests, for whoever asks first; each directory is a copy of its own.
 */
export async function fillWithDemoData(dataDir: string): Promise<void> {
  const { directory, superuserUrl } = JSON.parse(readFileSync(process.env['SINDUK_TEST_CLUSTER']!, 'utf8')) as TestCluster;
  const made = join(directory, 'demo-data');
  const lock = new pg.Client({ connectionString: superuserUrl });
  await lock.connect();
  try {
    await lock.query(`select pg_advisory_lock(hashtext('demo data'))`);
    if (!existsSync(made)) await startOnce(`${made}-unfinished`).then(() => renameSync(`${made}-unfinished`, made));
  } finally {
    await lock.end();
  }
  // It keeps the owner, as which PostgreSQL runs.
  execFileSync('cp', ['-a', `${made}/.`, dataDir]);
}

async function startOnce(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const server = await ServerProcess.on(dataDir);
  await server.start();
  const code = await server.end('SIGTERM');
  if (code !== 0) throw new Error(`the server ended with ${code}: ${server.output}`);
}
