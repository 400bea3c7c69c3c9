import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Config, RuntimeDatabaseUrls } from '../../config.js';
import type { KeyEncryptionKeys } from '../crypto/key-encryption-keys.js';
import { runningEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { migrate } from './migrate.js';
import { derivedUrls, enableRuntimeRoles } from './runtime-roles.js';

/** A database that is there: the runtime roles' addresses, the owner's (outside production), and how to let go of it. */
export interface PreparedDatabase {
  urls: RuntimeDatabaseUrls;
  ownerUrl: string | undefined;
  stop: () => Promise<void>;
}

const OWNER = 'sinduk_owner';
const DATABASE = 'sinduk';

/**
 * Outside production: starts the embedded server unless an owner's address is configured, migrates, and lets the runtime
 * roles in. In production the operator has done all that; the server knows the runtime roles only.
 */
export async function prepareDatabase(config: Config, keks: KeyEncryptionKeys): Promise<PreparedDatabase> {
  const { ownerUrl, runtimeUrls } = config.database;
  if (config.environment === 'production') return { urls: runtimeUrls!, ownerUrl: undefined, stop: async () => undefined };
  const embedded = ownerUrl ? undefined : await startEmbeddedPostgres({ directory: embeddedDirectory(config) });
  try {
    if (embedded && existsSync(unfinishedMark(config))) await dropUnfinished(embedded.url, unfinishedMark(config));
    const owner = ownerUrl ?? (await createOwner(embedded!.url, keks));
    await migrate(owner);
    if (!runtimeUrls) await enableRuntimeRoles(owner, keks);
    return { urls: runtimeUrls ?? derivedUrls(owner, keks), ownerUrl: owner, stop: async () => embedded?.stop() };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** The same for a command beside the server: what a running server prepared is used as it is. */
export async function reachDatabase(config: Config, keks: KeyEncryptionKeys): Promise<{ ownerUrl: string; stop: () => Promise<void> }> {
  const running = config.database.ownerUrl ? undefined : await runningEmbeddedPostgres(embeddedDirectory(config));
  if (running) return { ownerUrl: ownerAddress(running, keks), stop: async () => undefined };
  const { ownerUrl, stop } = await prepareDatabase(config, keks);
  return { ownerUrl: ownerUrl!, stop };
}

const embeddedDirectory = (config: Config): string => join(config.dataDir, 'postgres');

/** The file that is there while the embedded database is being filled for the first time. The server does not listen meanwhile. */
export const unfinishedMark = (config: Config): string => join(config.dataDir, 'unfinished');

// Somebody stopped the very first start half-way: nobody could have used this database yet.
async function dropUnfinished(superuserUrl: string, mark: string): Promise<void> {
  const superuser = new pg.Client({ connectionString: superuserUrl });
  await superuser.connect();
  try {
    await superuser.query(`drop database if exists ${DATABASE} with (force)`);
    rmSync(mark);
  } finally {
    await superuser.end();
  }
}

/** On a server of our own: the owner's role and database, made once; gives the owner's address. */
export async function createOwner(superuserUrl: string, keks: KeyEncryptionKeys): Promise<string> {
  const password = ownerPassword(keks);
  const superuser = new pg.Client({ connectionString: superuserUrl });
  await superuser.connect();
  try {
    const { rowCount: role } = await superuser.query('select from pg_roles where rolname = $1', [OWNER]);
    const definition = `${OWNER} login createrole nosuperuser nobypassrls password ${pg.escapeLiteral(password)}`;
    await superuser.query(role ? `alter role ${definition}` : `create role ${definition}`);
    const { rowCount: database } = await superuser.query('select from pg_database where datname = $1', [DATABASE]);
    if (!database) await superuser.query(`create database ${DATABASE} owner ${OWNER} template template0`);
  } finally {
    await superuser.end();
  }
  return ownerAddress(superuserUrl, keks);
}

const ownerPassword = (keks: KeyEncryptionKeys): string => keks.derive(`database role ${OWNER}`, 24).toString('base64url');

const ownerAddress = (superuserUrl: string, keks: KeyEncryptionKeys): string =>
  Object.assign(new URL(superuserUrl), { username: OWNER, password: ownerPassword(keks), pathname: `/${DATABASE}` }).toString();
