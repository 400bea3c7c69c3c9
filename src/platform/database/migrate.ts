import pg from 'pg';
import { DataSource, MigrationExecutor } from 'typeorm';
import { migrations } from '../../../migrations/all.js';
import { sqlState } from './database-errors.js';
import { prepareJobQueue } from './job-queue.js';

const LOCK = 'sinduk: migrations';

/**
 * Runs what is pending as the owner, the job queue's own migrations too, one process at a time, and closes what a fresh database leaves open.
 * TypeORM itself takes no lock.
 */
export async function migrate(ownerUrl: string): Promise<string[]> {
  const lock = new pg.Client({ connectionString: ownerUrl });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock(hashtext($1))', [LOCK]);
    await lock.query('create schema if not exists platform');
    const source = ownerSource(ownerUrl);
    await source.initialize();
    try {
      const pending = await new MigrationExecutor(source).getPendingMigrations();
      while (!(await ranAll(source)));
      await prepareJobQueue(ownerUrl, lock);
      return pending.map(({ name }) => name);
    } finally {
      await source.destroy();
      // Privileges of a database do not come along when it is cloned or restored.
      await lock.query(`do $$ begin
        execute format('revoke all on database %I from public', current_database());
        execute format('grant connect on database %I to sinduk_app, sinduk_auth, sinduk_audit, sinduk_jobs', current_database());
        revoke all on schema public from public;
      end $$`);
    }
  } finally {
    await lock.end();
  }
}

const DEADLOCK = '40P01';

/** Whether all that is pending was run. Not when a server waits for what a migration locked, and has what that waits for: PostgreSQL ends one of the two, and what was undone may be done again. */
async function ranAll(source: DataSource): Promise<boolean> {
  try {
    await source.runMigrations({ transaction: 'each' });
    return true;
  } catch (error) {
    if (sqlState(error) === DEADLOCK) return false;
    throw error;
  }
}

/** TypeORM as the owner, for migrations only. */
export const ownerSource = (ownerUrl: string): DataSource =>
  new DataSource({
    type: 'postgres', url: ownerUrl, schema: 'platform', migrations, migrationsTableName: 'migrations', installExtensions: false,
    applicationName: 'sinduk migrate', entities: [],
  });

/** The migrations that this code knows, by the names under which the database notes them. */
export const knownMigrations = (): string[] => migrations.map(({ name }) => name);
