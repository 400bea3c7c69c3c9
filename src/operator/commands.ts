import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Config } from '../config.js';
import { passwordFault } from '../auth/passwords/password-policy.js';
import { TokenKeys } from '../auth/keys/token-keys.js';
import { openDocumentStore } from '../documents/open-document-store.js';
import { KeyEncryptionKeys } from '../platform/crypto/key-encryption-keys.js';
import { INSTALLATION } from '../platform/crypto/keyring.js';
import { migrate } from '../platform/database/migrate.js';
import { reachDatabase } from '../platform/database/prepare.js';
import { readNationalList } from '../drugs/national-list.js';
import { readIcd10List } from '../terminology/icd10-list.js';
import { compareDocuments } from './check-documents.js';
import { importDrugs } from './import-drugs.js';
import { importIcd10 } from './import-icd10.js';
import { openPractice } from './open-practice.js';
import { OwnerDb } from './owner-db.js';
import { reindexPatients } from './reindex-patients.js';
import { resealScope } from './reseal.js';
import { resetFactors } from './reset-factors.js';

type Say = (text: string) => void;

/** Makes the key files that are missing (mode 0600); throws when both are there, because replacing a key loses what it opens. */
export async function makeKeys({ keyFile, tokenKeyFile }: Config, say: Say): Promise<void> {
  const missing = [keyFile, tokenKeyFile].filter((path) => !existsSync(path));
  if (missing.length === 0) throw new Error(`${keyFile} and ${tokenKeyFile} exist already and are not overwritten.`);
  if (missing.includes(keyFile)) KeyEncryptionKeys.createFile(keyFile);
  await TokenKeys.ensureFile(tokenKeyFile);
  say(`Made ${missing.join(' and ')}. Keep copies apart from the database's backups: without them nothing sealed can be opened.`);
}

/** Runs pending migrations and makes the installation's keys. */
export async function migrateDatabase(config: Config, say: Say): Promise<void> {
  await withOwner(config, async (ownerUrl, keks) => {
    const done = await migrate(ownerUrl);
    await OwnerDb.run(ownerUrl, keks, (db) => db.keysOf(INSTALLATION));
    say(done.length ? `Ran ${done.join(', ')}.` : 'Nothing was pending.');
  });
}

/** Opens a practice for an owner who may be new. */
export async function newPractice(config: Config, args: string[], readPassword: () => Promise<string>, say: Say): Promise<void> {
  const { values } = parseArgs({ args, options: {
    name: { type: 'string' }, country: { type: 'string' }, 'owner-email': { type: 'string' }, 'owner-name': { type: 'string' },
  } });
  const { name, country, 'owner-email': email, 'owner-name': nameEn } = values;
  if (!name || !email || !nameEn || (country !== 'BD' && country !== 'AE')) {
    throw new Error('open-practice needs --name, --country BD or AE, --owner-email and --owner-name.');
  }
  const password = await readPassword();
  const fault = passwordFault(password, { ownWords: [email, nameEn, name], hasSecondFactor: false });
  if (fault) throw new Error(`The password is refused: ${fault.reason}.`);
  await withOwner(config, async (ownerUrl, keks) => {
    const { tenantId } = await OwnerDb.run(ownerUrl, keks, (db) => openPractice(db, { name, country, owner: { email, nameEn, password } }));
    say(`Opened ${name} (${tenantId}).`);
  });
}

/** Gives every scope a new data key and seals its rows anew, in small transactions beside the running server. */
export async function rotateDataKeys(config: Config, say: Say): Promise<void> {
  await withOwner(config, async (ownerUrl, keks) => {
    const scopes = await OwnerDb.run(ownerUrl, keks, (db) => db.scopes());
    for (const scope of scopes) {
      const version = await OwnerDb.run(ownerUrl, keks, async (db) => {
        const added = await db.addDataKey(scope);
        await db.record('rotateDataKeys', { action: 'UPDATED', outcome: 'SUCCESS', records: [], reason: `data key ${added}`, tenantId: scope === INSTALLATION ? undefined : scope });
        return added;
      });
      const rows = await resealScope(ownerUrl, keks, scope);
      say(`${scope}: data key ${version}, ${rows} rows sealed anew.`);
    }
  });
}

/** Makes the search tokens of every patient anew that are of an older version, or with --all of any, in small transactions beside the running server. Rejects at the end when an identity did not open. */
export async function reindexAllPatients(config: Config, args: string[], say: Say): Promise<void> {
  const { values: { all } } = parseArgs({ args, options: { all: { type: 'boolean', default: false } } });
  await withOwner(config, async (ownerUrl, keks) => {
    let broken = 0;
    const scopes = await OwnerDb.run(ownerUrl, keks, (db) => db.scopes());
    for (const scope of scopes.filter((each) => each !== INSTALLATION)) {
      const done = await reindexPatients(ownerUrl, keks, scope, all);
      say(`${scope}: ${done.patients} patients indexed anew.`);
      for (const id of done.broken) say(`${scope}: the identity of patient ${id} does not open; its tokens stay as they are.`);
      broken += done.broken.length;
    }
    if (broken) throw new Error(`${broken} patients were not indexed, because their identity does not open.`);
  });
}

/** Adds a key-encryption key to KEY_FILE and makes it current. */
export function addKeyEncryptionKey(config: Config, say: Say): void {
  const id = KeyEncryptionKeys.addKey(config.keyFile);
  say(`Key-encryption key ${id} is current in ${config.keyFile}. Give every server this file, then rewrap-data-keys.`);
}

/** Adds a key to TOKEN_KEY_FILE that signs after the overlap, or with --now puts one in place of all others. Converts a file of before keys had times. */
export async function rotateTokenKeys({ tokenKeyFile }: Config, args: string[], say: Say): Promise<void> {
  const { values: { now } } = parseArgs({ args, options: { now: { type: 'boolean', default: false } } });
  if (now) {
    const { kid } = await TokenKeys.replace(tokenKeyFile);
    return say(`Token key ${kid} is the only one in ${tokenKeyFile}. Give every server this file: what other keys signed is refused as soon as it is read. Clients refresh, sessions stay.`);
  }
  const { kid, signsFrom } = await TokenKeys.rotate(tokenKeyFile);
  say(`Token key ${kid} is in ${tokenKeyFile} and signs from ${signsFrom.toISOString()}. Give every server this file before then.`);
}

/** Wraps every data key under the current key-encryption key. The former one stays in the file for backups made before. */
export async function rewrapDataKeys(config: Config, say: Say): Promise<void> {
  await withOwner(config, async (ownerUrl, keks) => {
    const count = await OwnerDb.run(ownerUrl, keks, async (db) => {
      const rewrapped = await db.rewrapAll();
      await db.record('rewrapDataKeys', { action: 'UPDATED', outcome: 'SUCCESS', records: [], reason: `key-encryption key ${keks.currentId}` });
      return rewrapped;
    });
    say(`${count} data keys wrapped anew under key-encryption key ${keks.currentId}.`);
  });
}

/** Makes a CSV file the list of ICD-10 codes; a file with one fault changes nothing. */
export async function importIcd10File(config: Config, args: string[], say: Say): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { version: { type: 'string' } } });
  const [file, ...others] = positionals;
  const version = values.version?.trim();
  if (!file || others.length || !version || version.length > 50) throw new Error('import-icd10 needs one file and --version, such as --version 2026.');
  const list = readIcd10List(readFileSync(file));
  await withOwner(config, async (ownerUrl, keks) => {
    const { added, updated, retired } = await OwnerDb.run(ownerUrl, keks, (db) => importIcd10(db, version, list));
    say(`${list.length} codes of ${version}: ${added} added, ${updated} updated, ${retired} retired.`);
  });
}

/** Makes a CSV file the list of medicines of a country; a file with one fault changes nothing. */
export async function importDrugsFile(config: Config, args: string[], say: Say): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { country: { type: 'string' }, version: { type: 'string' } } });
  const [file, ...others] = positionals;
  const { country } = values;
  const version = values.version?.trim();
  if (!file || others.length || (country !== 'BD' && country !== 'AE') || !version || version.length > 50) {
    throw new Error('import-drugs needs one file, --country BD or AE, and --version, such as --version 2026.');
  }
  const list = readNationalList(readFileSync(file), country);
  await withOwner(config, async (ownerUrl, keks) => {
    const { added, updated, retired, ingredients } = await OwnerDb.run(ownerUrl, keks, (db) => importDrugs(db, country, version, list));
    if (ingredients.length) say(`${ingredients.length} ingredients were not known, and are in no class: allergies and interactions of classes are not found in them. ${ingredients.join(', ')}`);
    say(`${list.length} medicines of ${country}, ${version}: ${added} added, ${updated} updated, ${retired} retired.`);
  });
}

/** Takes every second factor from somebody who lost theirs, after the operator typed the address once more. */
export async function resetFactorsOf(config: Config, args: string[], readConfirmation: (what: string) => Promise<string>, say: Say): Promise<void> {
  const { values: { email } } = parseArgs({ args, options: { email: { type: 'string' } } });
  if (!email) throw new Error('reset-factors needs --email.');
  const confirmed = await readConfirmation(`This takes every second factor from ${email} and ends all their sessions: whoever knows the password is in. Make sure of who is asking. Type the address once more: `);
  if (confirmed.trim() !== email) throw new Error('The address was not repeated. Nothing was changed.');
  await withOwner(config, async (ownerUrl, keks) => {
    const done = await OwnerDb.run(ownerUrl, keks, (db) => resetFactors(db, email, config.frontendUrl));
    say(`Removed ${done.oneTimeCodes ? 'the one-time codes' : 'no one-time codes'}, ${done.passkeys} passkeys and ${done.recoveryCodes} recovery codes; ended ${done.sessions} sessions. A mail tells the person.`);
  });
}

/** Tells which documents miss their file and which objects of the store no document has; removes the latter only when asked to. Throws when a file is missing. */
export async function checkDocuments(config: Config, args: string[], say: Say): Promise<void> {
  const { values } = parseArgs({ args, options: { 'remove-orphans': { type: 'boolean' } } });
  await withOwner(config, async (ownerUrl, keks) => {
    const store = await openDocumentStore(config.documents.store);
    const { missing, orphans } = await compareDocuments(ownerUrl, keks, store);
    if (values['remove-orphans'] && orphans.length) {
      await OwnerDb.run(ownerUrl, keks, (db) =>
        db.record('checkDocuments', { action: 'DELETED', outcome: 'SUCCESS', records: [], reason: `${orphans.length} objects that no document has` }));
      for (const id of orphans) await store.remove(id);
    }
    say(`${orphans.length} objects older than a day belong to no document${values['remove-orphans'] && orphans.length ? '; they were removed' : ''}.`);
    for (const { tenantId, documentId } of missing) say(`The file of document ${documentId} of practice ${tenantId} is missing.`);
    if (missing.length) throw new Error(`${missing.length} documents miss their file. Bring them back from a backup of the document store.`);
  });
}

async function withOwner(config: Config, work: (ownerUrl: string, keks: KeyEncryptionKeys) => Promise<void>): Promise<void> {
  const keks = KeyEncryptionKeys.fromFile(config.keyFile);
  if (config.environment === 'production') {
    if (!config.database.ownerUrl) throw new Error('Set DATABASE_URL to the owner\'s connection for this command.');
    return work(config.database.ownerUrl, keks);
  }
  const database = await reachDatabase(config, keks);
  try {
    await work(database.ownerUrl, keks);
  } finally {
    await database.stop();
  }
}
