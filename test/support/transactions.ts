import pg from 'pg';
import type { World } from './world.js';

/** A transaction of the database's owner in a practice, left open until it is committed or rolled back. */
export async function openTransaction(world: World, tenantId: string, memberId: string): Promise<{ query: (text: string, values?: unknown[]) => Promise<unknown>; commit: () => Promise<void>; rollback: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: world.ownerUrl });
  await client.connect();
  await client.query('begin');
  await client.query('select platform.set_context($1, $2)', [tenantId, memberId]);
  const end = async (how: 'commit' | 'rollback'): Promise<void> => {
    await client.query(how);
    await client.end();
  };
  return { query: (text, values) => client.query(text, values), commit: () => end('commit'), rollback: () => end('rollback') };
}

/** Resolves once so many statements of this database wait for a lock, or `work` is over without ever waiting. */
export async function untilItWaits(world: World, work: Promise<unknown>, statements = 1): Promise<void> {
  let over = false;
  const ended = () => (over = true);
  work.then(ended, ended);
  while (!over) {
    const waiting = await world.sql('superuser', `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
    if (waiting.length >= statements) return;
  }
}
