import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { TokenKeys } from '../../src/auth/keys/token-keys.js';
import { OwnerDb } from '../../src/operator/owner-db.js';
import { KeyEncryptionKeys } from '../../src/platform/crypto/key-encryption-keys.js';
import { INSTALLATION } from '../../src/platform/crypto/keyring.js';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { createOwner } from '../../src/platform/database/prepare.js';
import { enableRuntimeRoles } from '../../src/platform/database/runtime-roles.js';

/** What the suites need to know of the server that this run started. */
export interface TestCluster {
  directory: string;
  superuserUrl: string;
  ownerUrl: string;
  keyFile: string;
  tokenKeyFile: string;
}

/** Starts PostgreSQL once (or uses TEST_DATABASE_URL, a superuser's address) and migrates the database that every suite clones. */
export async function startCluster(): Promise<{ file: string; stop: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'sinduk-test-'));
  const external = process.env['TEST_DATABASE_URL'];
  // Durability is what fsync is for; these clusters are thrown away.
  const server = external ? undefined : await startEmbeddedPostgres({ directory: join(directory, 'postgres'), settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200' } });
  const superuserUrl = external ?? server!.url;
  const keyFile = join(directory, 'keys.json');
  const tokenKeyFile = join(directory, 'token-keys.json');
  const keks = KeyEncryptionKeys.createFile(keyFile);
  await TokenKeys.ensureFile(tokenKeyFile);
  if (external) await dropLeftovers(external);
  const ownerUrl = await createOwner(superuserUrl, keks);
  await migrate(ownerUrl);
  await enableRuntimeRoles(ownerUrl, keks);
  await OwnerDb.run(ownerUrl, keks, (db) => db.keysOf(INSTALLATION));
  const cluster: TestCluster = { directory, superuserUrl, ownerUrl, keyFile, tokenKeyFile };
  const file = join(directory, 'cluster.json');
  writeFileSync(file, JSON.stringify(cluster));
  const stop = async (): Promise<void> => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { file, stop };
}

const dropLeftovers = async (superuserUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(`select datname from pg_database where datname = 'sinduk' or datname like 'sinduk\\_test\\_%'`);
  for (const { datname } of rows) await client.query(`drop database "${datname}" with (force)`);
  await client.end();
};
