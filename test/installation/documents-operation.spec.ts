import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.js';
import { openDocumentStore } from '../../src/documents/open-document-store.js';
import { compareDocuments } from '../../src/operator/check-documents.js';
import { checkDocuments, rotateDataKeys } from '../../src/operator/commands.js';
import { Documents, files, pdfOf, refusal } from '../support/documents.js';
import { Program } from '../support/program.js';
import { S3Server } from '../support/s3-server.js';
import { type Practice, World } from '../support/world.js';

const BUCKET = 'clinic-documents';

const patientOf = async (world: World, { owner }: Practice): Promise<string> => (await world.ok(
  'mutation { registerPatient(input: { nameEn: "Amena Begum" }) { patient { id } } }', {}, owner.token)).registerPatient.patient.id;

/** Puts a file in the place of a directory, so that nothing can be kept there. */
async function movedAside(directory: string): Promise<{ bringBack: () => Promise<void> }> {
  renameSync(directory, `${directory}-aside`);
  writeFileSync(directory, '');
  return {
    bringBack: async () => {
      rmSync(directory);
      renameSync(`${directory}-aside`, directory);
    },
  };
}

describe.each(['local', 's3'] as const)('an installation that keeps documents in a store of kind %s', (kind) => {
  let directory: string;
  let server: S3Server;
  let environment: Record<string, string>;
  let world: World;
  let practice: Practice;
  let documents: Documents;
  let patientId: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'documents-'));
    server = await S3Server.start(BUCKET);
    environment = kind === 'local' ? { DOCUMENT_DIR: directory } : {
      DOCUMENT_STORE: 's3', S3_ENDPOINT: server.endpoint, S3_REGION: 'us-east-1', S3_BUCKET: BUCKET, S3_ACCESS_KEY_ID: 'S3RVER', S3_SECRET_ACCESS_KEY: 'S3RVER',
    };
    world = await World.open(environment);
    practice = await world.practice('Shapla Chamber');
    documents = new Documents(world, practice.owner.token);
    patientId = await patientOf(world, practice);
  });
  afterAll(async () => {
    await world.close();
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  const objects = (): string[] => readdirSync(kind === 'local' ? directory : server.directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map(({ name }) => name).filter((name) => /^[0-9a-f-]{36}(\._S3rver_object)?$/.test(name)).sort();

  const configured = () => loadConfig({ NODE_ENV: 'test', DATABASE_URL: world.ownerUrl, KEY_FILE: world.config.keyFile, TOKEN_KEY_FILE: world.config.tokenKeyFile, DATA_DIR: directory, ...environment });

  it.each([1_000, 5_000_000, 12_000_000])('keeps %i bytes', async (length) => {
    const document = await documents.store(patientId, pdfOf(length));
    expect(document.content).toMatchObject({ size: length });
    expect((await documents.get(document.id)).rawPayload.equals(pdfOf(length))).toBe(true);
    expect((await documents.put(document.id, pdfOf(length))).statusCode).toBe(200);
    expect(refusal(await documents.put(document.id, pdfOf(length + 1)))).toBe('409 CONFLICT');
  });

  it.each([
    ['too large', pdfOf(25_000_001), '413 body TOO_LARGE'],
    ['no PDF', Buffer.concat([Buffer.from('no PDF'), Buffer.alloc(8_000_000, 32)]), '400 body TYPE_NOT_ALLOWED'],
  ])('refuses what is %s and keeps nothing of it', async (_, bytes, expected) => {
    const { id } = await documents.add(patientId);
    const before = objects();
    expect(refusal(await documents.put(id, bytes))).toBe(expected);
    expect(objects()).toEqual(before);
    expect((await documents.put(id, files.pdf)).statusCode).toBe(200);
  });

  it('opens every file after its keys were rotated', async () => {
    const { id } = await documents.store(patientId, pdfOf(100_000));
    const wrong = await documents.mark(await documents.store(patientId), 'added twice');
    await rotateDataKeys(configured(), () => undefined);
    const versions = await world.sql<{ version: number }>('superuser', `select distinct get_byte(sealed, 4) as version from (
      select content as sealed from clinic.document_files union all select description from clinic.documents union all select error_reason from clinic.documents where error_reason is not null) s`);
    expect(versions).toEqual([{ version: 2 }]);
    expect((await documents.get(id)).rawPayload.equals(pdfOf(100_000))).toBe(true);
    expect(await documents.read(wrong.id)).toMatchObject({ enteredInError: { reason: 'added twice' } });
  });

  it('says that it is away, for as long as it is, and goes on afterwards', async () => {
    const stored = await documents.store(patientId, pdfOf(70_000));
    const { id } = await documents.add(patientId);
    const away = kind === 'local' ? await movedAside(directory) : await server.pause();
    const [sent, fetched] = [await documents.put(id, pdfOf(6_000_000)), await documents.get(stored.id)];
    await away.bringBack();
    expect([refusal(sent), refusal(fetched)]).toEqual(['503 UNAVAILABLE', '503 UNAVAILABLE']);
    expect(await documents.read(id)).toMatchObject({ state: 'AWAITING_CONTENT' });
    expect((await documents.put(id, pdfOf(6_000_000))).statusCode).toBe(200);
    expect((await documents.get(stored.id)).rawPayload.equals(pdfOf(70_000))).toBe(true);
  });

  it('can be compared with it: a file that is missing, and an object that nobody has', async () => {
    const store = await openDocumentStore(configured().documents.store);
    const [kept, lost] = [await documents.store(patientId), await documents.store(patientId)];
    const [row] = await world.sql<{ id: string }>('superuser', 'select id from clinic.document_files where document_id = $1', [lost.id]);
    const tomorrow = new Date(Date.now() + 25 * 60 * 60 * 1000);
    expect(await compareDocuments(world.ownerUrl, world.keks, store, tomorrow)).toEqual({ missing: [], orphans: [] });
    await store.remove(row!.id);
    const orphan = randomUUID();
    await store.put(orphan, (async function* () {
      yield Buffer.from('left by a crash');
    })());
    expect(await compareDocuments(world.ownerUrl, world.keks, store)).toEqual({ missing: [{ tenantId: practice.tenantId, documentId: lost.id }], orphans: [] });
    expect(await compareDocuments(world.ownerUrl, world.keks, store, tomorrow)).toEqual({ missing: [{ tenantId: practice.tenantId, documentId: lost.id }], orphans: [orphan] });
    expect((await documents.get(lost.id)).statusCode).toBe(500);
    expect((await documents.get(kept.id)).statusCode).toBe(200);
    await store.remove(orphan);
  });
});

describe('the command check-documents', () => {
  let directory: string;
  let world: World;
  let practice: Practice;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'documents-'));
    world = await World.open({ DOCUMENT_DIR: directory });
    practice = await world.practice('Shapla Chamber');
  });
  afterAll(async () => {
    await world.close();
    rmSync(directory, { recursive: true });
  });

  const check = async (...args: string[]): Promise<{ said: string[]; error: string | undefined }> => {
    const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: world.ownerUrl, KEY_FILE: world.config.keyFile, TOKEN_KEY_FILE: world.config.tokenKeyFile, DOCUMENT_DIR: directory });
    const said: string[] = [];
    const error = await checkDocuments(config, args, (line) => said.push(line)).then(() => undefined, (failure: Error) => failure.message);
    return { said, error };
  };

  const here = (): string[] => readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name).sort();

  it('finds what a crash left behind, removes it only when asked to, and touches nothing else', async () => {
    const documents = new Documents(world, practice.owner.token);
    const stored = await documents.store(await patientOf(world, practice));
    const before = here();
    const folder = join(directory, 'objects', before[0]!.slice(0, 2));
    const [unfinished, young] = [randomUUID(), randomUUID()];
    const orphan = `${before[0]!.slice(0, 2)}${randomUUID().slice(2)}`;
    for (const [path, old] of [[join(folder, orphan), true], [join(directory, 'unfinished', unfinished), true], [join(directory, 'unfinished', young), false], [join(folder, 'notes.txt'), true]] as const) {
      writeFileSync(path, 'left');
      if (old) utimesSync(path, new Date('2026-01-01'), new Date('2026-01-01'));
    }
    // One that is old and has its document stays, too.
    utimesSync(join(folder, before[0]!), new Date('2026-01-01'), new Date('2026-01-01'));
    expect(await check()).toEqual({ said: ['2 objects older than a day belong to no document.'], error: undefined });
    expect(here()).toEqual([...before, orphan, unfinished, young, 'notes.txt'].sort());
    expect(await check('--remove-orphans')).toEqual({ said: ['2 objects older than a day belong to no document; they were removed.'], error: undefined });
    expect(here()).toEqual([...before, young, 'notes.txt'].sort());
    expect((await documents.get(stored.id)).statusCode).toBe(200);
    const entries = await world.sql('superuser', `select action, outcome from audit.entries where operation = 'operator.checkDocuments'`);
    expect(entries).toEqual([{ action: 'DELETED', outcome: 'SUCCESS' }]);
  });

  it('names each document whose file is missing, and fails', async () => {
    const documents = new Documents(world, practice.owner.token);
    const lost = await documents.store(await patientOf(world, practice));
    const [row] = await world.sql<{ id: string }>('superuser', 'select id from clinic.document_files where document_id = $1', [lost.id]);
    rmSync(join(directory, 'objects', row!.id.slice(0, 2), row!.id));
    expect(await check('--remove-orphans')).toEqual({
      said: ['0 objects older than a day belong to no document.', `The file of document ${lost.id} of practice ${practice.tenantId} is missing.`],
      error: '1 documents miss their file. Bring them back from a backup of the document store.',
    });
  });

  it('knows no other option', async () => {
    expect((await check('--force')).error).toMatch(/Unknown option '--force'/);
  });
});

describe('the server', () => {
  it('does not start where documents cannot be kept, and says why', async () => {
    const world = await World.open();
    const directory = mkdtempSync(join(tmpdir(), 'documents-'));
    const file = join(directory, 'a-file');
    writeFileSync(file, '');
    const environment = { NODE_ENV: 'test', PORT: '0', DATABASE_URL: world.ownerUrl, KEY_FILE: world.config.keyFile, TOKEN_KEY_FILE: world.config.tokenKeyFile };
    const local = await Program.run('dist/src/main.js', [], { ...environment, DOCUMENT_DIR: file });
    expect(local).toMatchObject({ code: 1, stderr: expect.stringMatching(/^DOCUMENT_DIR: documents cannot be kept in .*a-file \(E/) });
    const s3 = { DOCUMENT_STORE: 's3', S3_ENDPOINT: 'http://127.0.0.1:9', S3_REGION: 'us-east-1', S3_BUCKET: BUCKET, S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'not-to-be-told' };
    const bucket = await Program.run('dist/src/main.js', [], { ...environment, ...s3 });
    expect(bucket).toMatchObject({ code: 1, stderr: expect.stringContaining(`S3_BUCKET: documents cannot be kept in the bucket ${BUCKET} (`) });
    expect(bucket.stderr + bucket.stdout).not.toContain('not-to-be-told');
    await world.close();
    rmSync(directory, { recursive: true });
  });
});
