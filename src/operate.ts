import { createInterface } from 'node:readline/promises';
import { loadConfig } from './config.js';
import {
  addKeyEncryptionKey, checkDocuments, importDrugsFile, importIcd10File, makeKeys, migrateDatabase, newPractice, reindexAllPatients, resetFactorsOf, rewrapDataKeys, rotateDataKeys, rotateTokenKeys,
} from './operator/commands.js';

const usage = `Usage: npm run operate -- <command>
  make-keys               make KEY_FILE and TOKEN_KEY_FILE, where they are missing
  migrate                 run pending migrations as the owner (DATABASE_URL), and make the installation's keys
  open-practice --name N --country BD|AE --owner-email E --owner-name N
                          open a practice; the owner's password is read from standard input
  rotate-data-keys        a new data key for every practice, and every sealed row sealed anew, while the server runs
  add-key-encryption-key  a new key-encryption key in KEY_FILE; give the file to every server
  rewrap-data-keys        every data key wrapped under the newest key-encryption key, while the server runs
  rotate-token-keys [--now]
                          a new key in TOKEN_KEY_FILE, published at once and signing after five minutes; with --now, for a stolen key, in place of all others at once, while the server runs
  import-icd10 FILE --version V
                          make a CSV file (code, title, perhaps title_bn) the list of ICD-10 codes, while the server runs
  import-drugs FILE --country BD|AE --version V
                          make a CSV file (brand, generic, form, strength, perhaps brand_bn, pack, maker) the list of medicines of a country, while the server runs
  check-documents [--remove-orphans]
                          tell documents without their file, and files of the document store without a document
  reset-factors --email E  take every second factor from somebody who lost theirs; the address is read once more from standard input
  reindex-patients [--all]
                          the search tokens of every patient made anew where they are of an older version, or all, while the server runs
`;

const readLine = async (prompt: string): Promise<string> => {
  const lines = createInterface({ input: process.stdin, terminal: false });
  process.stderr.write(prompt);
  for await (const line of lines) return line;
  return '';
};

try {
  const [command, ...args] = process.argv.slice(2);
  const config = loadConfig(process.env);
  const say = (text: string): boolean => process.stdout.write(`${text}\n`);
  if (command === 'make-keys') await makeKeys(config, say);
  else if (command === 'migrate') await migrateDatabase(config, say);
  else if (command === 'open-practice') await newPractice(config, args, () => readLine('Password of the owner: '), say);
  else if (command === 'rotate-data-keys') await rotateDataKeys(config, say);
  else if (command === 'add-key-encryption-key') addKeyEncryptionKey(config, say);
  else if (command === 'reindex-patients') await reindexAllPatients(config, args, say);
  else if (command === 'reset-factors') await resetFactorsOf(config, args, readLine, say);
  else if (command === 'rewrap-data-keys') await rewrapDataKeys(config, say);
  else if (command === 'rotate-token-keys') await rotateTokenKeys(config, args, say);
  else if (command === 'import-icd10') await importIcd10File(config, args, say);
  else if (command === 'import-drugs') await importDrugsFile(config, args, say);
  else if (command === 'check-documents') await checkDocuments(config, args, say);
  else {
    process.stderr.write(usage);
    process.exitCode = 2;
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
