import { type OnApplicationShutdown, Injectable } from '@nestjs/common';
import pg from 'pg';
import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { RuntimeDatabaseUrls } from '../../config.js';
import { DomainError, unavailable } from '../errors.js';
import { databaseError, sqlState } from './database-errors.js';

/** Parameters of every connection: an answer never leaves before its commit is on disk, and nothing waits for ever. */
const session = {
  options: '-c synchronous_commit=on -c timezone=UTC -c search_path=pg_catalog',
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 30_000,
  connectionTimeoutMillis: 5_000,
};

const open = async (url: string, poolSize: number, applicationName: string, entities: EntityTarget<ObjectLiteral>[]) => {
  const source = new DataSource({
    type: 'postgres', url, poolSize, applicationName, installExtensions: false, extra: session,
    entities: entities as never[],
    poolErrorHandler: () => undefined,
  });
  await source.initialize();
  return source;
};

/** How many jobs one server does at the same time. Webhooks and messages to patients, which others can make slow, are each done two at once by all servers together: the rest of the places is for mails. */
export const JOBS_AT_ONCE = 6;

const poolOf = (source: DataSource): pg.Pool => (source.driver as PostgresDriver).master as pg.Pool;

// A connection that dies while it is lent out emits 'error' besides rejecting its query; unheard, that ends the process.
const withoutCrash = (pool: pg.Pool): void => {
  const heard = new WeakSet<pg.PoolClient>();
  const hear = (client: pg.PoolClient): void => {
    if (heard.has(client)) return;
    heard.add(client);
    client.on('error', () => undefined);
  };
  pool.on('error', () => undefined);
  pool.on('connect', hear);
  // On lending, too: TypeORM has opened a connection before anybody could listen.
  pool.on('acquire', hear);
};

/** The connections of the running server: one pool for each database role. Only doors to data hold this. */
@Injectable()
export class Databases implements OnApplicationShutdown {
  #closed = false;

  private constructor(
    readonly appSource: DataSource,
    readonly authSource: DataSource,
    readonly app: pg.Pool,
    readonly auth: pg.Pool,
    readonly audit: pg.Pool,
    /** Another pool of the auth role: who holds one of `auth`'s connections must not have to wait for a second one to get a key. */
    readonly keys: pg.Pool,
    readonly jobs: pg.Pool,
    /** A connection of the auth role that hears what is told by NOTIFY; not yet opened. */
    readonly newListener: () => pg.Client,
  ) {}

  static async connect(
    urls: RuntimeDatabaseUrls,
    poolSize: number,
    entities: { app: EntityTarget<ObjectLiteral>[]; auth: EntityTarget<ObjectLiteral>[] },
  ): Promise<Databases> {
    const [appSource, authSource] = await Promise.all([
      open(urls.app, poolSize, 'sinduk app', entities.app),
      open(urls.auth, poolSize, 'sinduk auth', entities.auth),
    ]);
    // Three do: the trail keeps two commits in flight; the other is for its partitions, for the ends of imports and for the health check.
    const audit = new pg.Pool({ connectionString: urls.audit, max: 3, application_name: 'sinduk audit', ...session });
    const keys = new pg.Pool({ connectionString: urls.auth, max: 2, application_name: 'sinduk keys', ...session });
    // One that listens for jobs, one for each job under way, and one for what is due by the clock.
    const jobs = new pg.Pool({ connectionString: urls.jobs, max: JOBS_AT_ONCE + 2, application_name: 'sinduk jobs', ...session });
    const newListener = () => new pg.Client({ connectionString: urls.auth, application_name: 'sinduk listener', keepAlive: true, query_timeout: 10_000, ...session });
    [poolOf(appSource), poolOf(authSource), audit, keys, jobs].forEach(withoutCrash);
    return new Databases(appSource, authSource, poolOf(appSource), poolOf(authSource), audit, keys, jobs, newListener);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([this.appSource.destroy(), this.authSource.destroy(), this.audit.end(), this.keys.end(), this.jobs.end()]);
  }
}

/** True when the server answered with an error and the connection can still be used. */
const isAnswered = (error: unknown): boolean => !['FATAL', 'PANIC', undefined].includes(databaseError(error)?.severity);

/** The SQLSTATE of a statement that was cancelled, by its time limit or by an operator. */
export const CANCELLED = '57014';
const LOCK_NOT_AVAILABLE = '55P03';

/** Lends a connection for `work`; one that broke, or that `work` discards, is thrown away. Rejects with UNAVAILABLE when there is none to be had, or when the database took too long. */
export async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient, discard: () => void) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: Error) => {
    throw unavailable(error);
  });
  let usable = true;
  try {
    return await work(client, () => (usable = false));
  } catch (error) {
    if (error instanceof DomainError) throw error;
    if (isAnswered(error)) throw [CANCELLED, LOCK_NOT_AVAILABLE].includes(sqlState(error)!) ? unavailable(error as Error) : error;
    usable = false;
    throw isConnectionError(error) ? unavailable(error as Error) : error;
  } finally {
    client.release(!usable);
  }
}

const connectionCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND']);

const isConnectionError = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (databaseError(error)) return true;
  const code = (error as NodeJS.ErrnoException).code;
  return (code !== undefined && connectionCodes.has(code)) || /^(Connection terminated|timeout exceeded|Client has encountered a connection error)/.test(error.message);
};
