import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v4 as uuidv4 } from 'uuid';
import { DocumentStore, MissingObjectError } from '../../src/documents/document-store.js';
import { LocalDocumentStore } from '../../src/documents/local-document-store.js';
import { S3DocumentStore } from '../../src/documents/s3-document-store.js';
import { S3Server } from '../support/s3-server.js';

const BUCKET = 'clinic-documents';

async function* inParts(bytes: Buffer, size = 65_536): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Breaks after these bytes, as an upload whose line is cut. */
async function* cutAfter(bytes: Buffer): AsyncGenerator<Buffer> {
  yield* inParts(bytes);
  throw new Error('the line was cut');
}

const read = async (store: DocumentStore, id: string): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of await store.get(id)) parts.push(part);
  return Buffer.concat(parts);
};

const idsIn = async (store: DocumentStore): Promise<string[]> => {
  const ids: string[] = [];
  for await (const { id } of store.objects()) ids.push(id);
  return ids.sort();
};

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let directory: string;
let server: S3Server;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'documents-'));
  server = await S3Server.start(BUCKET);
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

const settings = () => ({ endpoint: server.endpoint, region: 'us-east-1', bucket: BUCKET, accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', pathStyle: true });

describe.each([
  ['a directory', () => new LocalDocumentStore(join(directory, 'of', 'its', 'own'))],
  ['a bucket', () => new S3DocumentStore(settings())],
])('documents in %s', (_, open) => {
  let store: DocumentStore;
  beforeAll(() => {
    store = open();
  });

  it('can be kept: the check leaves nothing behind', async () => {
    await store.check();
    expect(await idsIn(store)).toEqual([]);
  });

  it.each([0, 1, 70_000, 5 * 1024 * 1024, 12_000_000])('come back as they were put, %i bytes', async (length) => {
    const [id, bytes] = [uuidv4(), randomBytes(length)];
    const before = Date.now();
    await store.put(id, inParts(bytes));
    expect(hash(await read(store, id))).toBe(hash(bytes));
    for await (const object of store.objects()) {
      if (object.id === id) expect(Math.abs(object.storedAt.getTime() - before)).toBeLessThan(60_000);
    }
    expect(await idsIn(store)).toEqual([id]);
    await store.remove(id);
    await expect(store.get(id)).rejects.toThrow(MissingObjectError);
    expect(await idsIn(store)).toEqual([]);
  });

  it.each([0, 70_000, 12_000_000])('leave nothing when their source breaks after %i bytes, and the reason is passed on', async (length) => {
    const id = uuidv4();
    await expect(store.put(id, cutAfter(randomBytes(length)))).rejects.toThrow('the line was cut');
    await expect(store.get(id)).rejects.toThrow(MissingObjectError);
    expect(await idsIn(store)).toEqual([]);
  });

  it('cannot be read before they are whole', async () => {
    const id = uuidv4();
    let seen: unknown;
    await store.put(id, (async function* () {
      yield randomBytes(6_000_000);
      seen = await store.get(id).catch((error: unknown) => error);
      yield randomBytes(10);
    })());
    expect(seen).toBeInstanceOf(MissingObjectError);
    expect(await read(store, id)).toHaveLength(6_000_010);
    await store.remove(id);
  });

  it('that are not there are removed without complaint, and missed when asked for', async () => {
    await store.remove(uuidv4());
    await expect(store.get(uuidv4())).rejects.toThrow(MissingObjectError);
  });

  it('can be left unread, or half read', async () => {
    const id = uuidv4();
    await store.put(id, inParts(randomBytes(3_000_000)));
    for await (const _ of await store.get(id)) break;
    expect(await read(store, id)).toHaveLength(3_000_000);
    await store.remove(id);
  });

  it('are asked of the source only as fast as they are kept', async () => {
    const id = uuidv4();
    let asked = 0;
    const heap = process.memoryUsage().arrayBuffers;
    let most = 0;
    await store.put(id, (async function* () {
      for (; asked < 200_000_000; asked += 65_536) {
        most = Math.max(most, process.memoryUsage().arrayBuffers - heap);
        yield randomBytes(65_536);
      }
    })());
    // The bucket's server runs in this process, too.
    expect(most).toBeLessThan(100_000_000);
    await store.remove(id);
  });
});

describe('a directory of documents', () => {
  it('belongs to its account alone', async () => {
    const place = join(directory, 'private');
    const store = new LocalDocumentStore(place);
    const id = uuidv4();
    await store.put(id, inParts(Buffer.from('x')));
    const modes = [place, join(place, 'objects'), join(place, 'unfinished'), join(place, 'objects', id.slice(0, 2))].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o700, 0o700]);
    expect(statSync(join(place, 'objects', id.slice(0, 2), id)).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(place, 'unfinished'))).toEqual([]);
  });

  it('tells why it took nothing, also when it cannot tidy up', async () => {
    const place = join(directory, 'untidy');
    const store = new LocalDocumentStore(place);
    const id = uuidv4();
    mkdirSync(join(place, 'unfinished', id), { recursive: true });
    await expect(store.remove(id)).rejects.toThrow('directory');
    await expect(store.put(id, inParts(Buffer.from('x')))).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('takes no name that is not an id, so that none leads elsewhere', async () => {
    const store = new LocalDocumentStore(join(directory, 'names'));
    for (const name of ['../../etc/passwd', 'x', '', `${uuidv4()}/../x`]) {
      await expect(store.put(name, inParts(Buffer.from('x')))).rejects.toThrow('named by a UUID');
      await expect(store.get(name)).rejects.toThrow('named by a UUID');
      await expect(store.remove(name)).rejects.toThrow('named by a UUID');
    }
  });

  it('follows no link out of it', async () => {
    const place = join(directory, 'links');
    const store = new LocalDocumentStore(place);
    const id = uuidv4();
    await store.put(id, inParts(Buffer.from('x')));
    const other = `${id.slice(0, -4)}0000`;
    symlinkSync('/etc/hostname', join(place, 'objects', id.slice(0, 2), other));
    await expect(store.get(other)).rejects.toThrow(/ELOOP/);
  });

  it('tells what a crash left unfinished, so that it can be removed, and does not count what is not its own', async () => {
    const place = join(directory, 'crashed');
    const store = new LocalDocumentStore(place);
    await store.check();
    const id = uuidv4();
    const left = join(place, 'unfinished', id);
    writeFileSync(left, 'half');
    utimesSync(left, new Date('2026-01-01'), new Date('2026-01-01'));
    writeFileSync(join(place, 'unfinished', 'README'), 'mine');
    const found = [];
    for await (const object of store.objects()) found.push(object);
    expect(found).toEqual([{ id, storedAt: new Date('2026-01-01') }]);
    await store.remove(id);
    expect(readdirSync(join(place, 'unfinished'))).toEqual(['README']);
  });

  it('that cannot be is told by its name', async () => {
    const file = join(directory, 'a-file');
    writeFileSync(file, '');
    await expect(new LocalDocumentStore(file).check()).rejects.toThrow(/^DOCUMENT_DIR: documents cannot be kept in .*a-file \(/);
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});

describe('a bucket of documents', () => {
  it('lets go of the source when the service breaks off', async () => {
    const store = new S3DocumentStore({ ...settings(), bucket: 'no-such-bucket' });
    let released = false;
    const source = async function* () {
      try {
        for (;;) yield randomBytes(65_536);
      } finally {
        released = true;
      }
    };
    await expect(store.put(uuidv4(), source())).rejects.toThrow(/bucket/);
    while (!released) await new Promise((resolve) => setImmediate(resolve));
  });

  it.each([
    ['is not there', { bucket: 'no-such-bucket' }, /NoSuchBucket/],
    ['does not know the account', { accessKeyId: 'nobody', secretAccessKey: 'wrong' }, /InvalidAccessKeyId/],
    ['cannot be reached', { endpoint: 'http://127.0.0.1:9' }, /ECONNREFUSED/],
  ])('that %s is told by its name, without the secret', async (_, change, reason) => {
    const error = await new S3DocumentStore({ ...settings(), ...change }).check().then(() => undefined, (failure: Error) => failure);
    expect(error?.message).toMatch(/^S3_BUCKET: documents cannot be kept in the bucket /);
    expect(error?.message).toMatch(reason);
    expect(error?.message).not.toContain('wrong');
  });
});
