import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenKeys } from '../src/auth/keys/token-keys.js';
import { OwnerDb } from '../src/operator/owner-db.js';
import { KeyEncryptionKeys } from '../src/platform/crypto/key-encryption-keys.js';
import { INSTALLATION } from '../src/platform/crypto/keyring.js';
import { startEmbeddedPostgres } from '../src/platform/database/embedded-postgres.js';
import { migrate } from '../src/platform/database/migrate.js';
import { createOwner } from '../src/platform/database/prepare.js';
import { derivedUrls, enableRuntimeRoles } from '../src/platform/database/runtime-roles.js';

/** A migrated installation in a directory of its own, without practices. */
export interface Installation {
  keks: KeyEncryptionKeys;
  /** The cluster's superuser, on its maintenance database. */
  superuserUrl: string;
  ownerUrl: string;
  urls: { app: string; auth: string; audit: string };
  /** What a server of this installation is started with. */
  env: Record<string, string>;
  /** Ends PostgreSQL and removes the directory. */
  remove: () => Promise<void>;
}

/** Starts PostgreSQL with these settings, in a directory under the system's temporary one, and installs there. */
export async function install(settings: Record<string, string>): Promise<Installation> {
  const directory = mkdtempSync(join(tmpdir(), 'sinduk-bench-'));
  const postgres = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), settings });
  const keyFile = join(directory, 'keys.json');
  const tokenKeyFile = join(directory, 'token-keys.json');
  const keks = KeyEncryptionKeys.createFile(keyFile);
  await TokenKeys.ensureFile(tokenKeyFile);
  const ownerUrl = await createOwner(postgres.url, keks);
  await migrate(ownerUrl);
  await OwnerDb.run(ownerUrl, keks, (db) => db.keysOf(INSTALLATION));
  await enableRuntimeRoles(ownerUrl, keks);
  const urls = derivedUrls(ownerUrl, keks);
  return {
    keks, superuserUrl: postgres.url, ownerUrl, urls,
    env: {
      NODE_ENV: 'production', HOST: '127.0.0.1', PUBLIC_ORIGINS: 'https://bench.example', TRUSTED_PROXIES: '127.0.0.2', LOG_LEVEL: 'warn',
      DATABASE_APP_URL: urls.app, DATABASE_AUTH_URL: urls.auth, DATABASE_AUDIT_URL: urls.audit, DATABASE_JOBS_URL: urls.jobs, KEY_FILE: keyFile, TOKEN_KEY_FILE: tokenKeyFile,
      DOCUMENT_STORE: 'local', DOCUMENT_DIR: join(directory, 'documents'), SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'bench@bench.example',
    },
    remove: async () => {
      await postgres.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
