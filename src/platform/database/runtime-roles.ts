import pg from 'pg';
import type { RuntimeDatabaseUrls } from '../../config.js';
import type { KeyEncryptionKeys } from '../crypto/key-encryption-keys.js';

const roles = { app: 'sinduk_app', auth: 'sinduk_auth', audit: 'sinduk_audit', jobs: 'sinduk_jobs' } as const;
const PASSWORD_BYTES = 24;

/** The runtime roles' addresses on the owner's server; their passwords come from the key file's root. Outside production only. */
export function derivedUrls(ownerUrl: string, keks: KeyEncryptionKeys): RuntimeDatabaseUrls {
  const urlOf = (role: string): string => {
    const url = new URL(ownerUrl);
    url.username = role;
    url.password = passwordOf(role, keks);
    return url.toString();
  };
  return { app: urlOf(roles.app), auth: urlOf(roles.auth), audit: urlOf(roles.audit), jobs: urlOf(roles.jobs) };
}

/** Lets the runtime roles sign in with their derived passwords. */
export async function enableRuntimeRoles(ownerUrl: string, keks: KeyEncryptionKeys): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    for (const role of Object.values(roles)) {
      await alterRole(owner, `alter role ${role} login password ${pg.escapeLiteral(passwordOf(role, keks))}`);
    }
  } finally {
    await owner.end();
  }
}

// Roles belong to every database of the server, so that no lock keeps another program from altering one at the same moment.
async function alterRole(owner: pg.Client, text: string, tries = 5): Promise<void> {
  try {
    await owner.query(text);
  } catch (error) {
    if (tries === 1 || !(error instanceof Error) || error.message !== 'tuple concurrently updated') throw error;
    await alterRole(owner, text, tries - 1);
  }
}

const passwordOf = (role: string, keks: KeyEncryptionKeys): string =>
  keks.derive(`database role ${role}`, PASSWORD_BYTES).toString('base64url');
