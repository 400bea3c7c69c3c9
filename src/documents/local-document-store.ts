import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { validate as isUuid, v4 as uuidv4 } from 'uuid';
import { DocumentStore, MissingObjectError, type StoredObject } from './document-store.js';

const PRIVATE_DIRECTORY = 0o700;
const PRIVATE_FILE = 0o600;

/**
 * Objects as files of a directory that only the server's account may enter. A file is written beside the others under
 * `unfinished`, brought to the disk, and only then takes its place, in one step.
 */
export class LocalDocumentStore extends DocumentStore {
  readonly #unfinished: string;
  readonly #objects: string;

  constructor(private readonly directory: string) {
    super();
    this.#unfinished = join(directory, 'unfinished');
    this.#objects = join(directory, 'objects');
  }

  async check(): Promise<void> {
    const probe = uuidv4();
    try {
      await this.put(probe, (async function* () {})());
      await this.remove(probe);
    } catch (error) {
      throw new Error(`DOCUMENT_DIR: documents cannot be kept in ${this.directory} (${(error as Error).message})`, { cause: error });
    }
  }

  async put(id: string, bytes: AsyncIterable<Buffer>): Promise<void> {
    const unfinished = join(this.#unfinished, id);
    const folder = join(this.#objects, folderOf(id));
    try {
      await mkdir(this.#unfinished, { recursive: true, mode: PRIVATE_DIRECTORY });
      await mkdir(folder, { recursive: true, mode: PRIVATE_DIRECTORY });
      await write(unfinished, bytes);
      await rename(unfinished, join(folder, id));
      // The names, too, have to survive a loss of power: of the file in its folder, and of the folder.
      await toDisk(folder);
      await toDisk(this.#objects);
    } catch (error) {
      // Why it failed is what the caller has to know; what stays behind is found by the operator's check.
      await this.remove(id).catch(() => undefined);
      throw error;
    }
  }

  async get(id: string): Promise<AsyncIterable<Buffer>> {
    const file = await open(join(this.#objects, folderOf(id), id), constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? new MissingObjectError(id) : error;
    });
    return file.createReadStream({ highWaterMark: 65_536 });
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.#objects, folderOf(id), id), { force: true });
    await rm(join(this.#unfinished, id), { force: true });
  }

  async *objects(): AsyncGenerator<StoredObject> {
    for (const folder of await namesIn(this.#objects)) yield* filesIn(join(this.#objects, folder));
    yield* filesIn(this.#unfinished);
  }
}

/** Some file systems grow slow with a million names in one folder. */
const folderOf = (id: string): string => {
  if (!isUuid(id)) throw new Error('an object of the document store is named by a UUID');
  return id.slice(0, 2);
};

async function write(path: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, 'wx', PRIVATE_FILE);
  try {
    for await (const part of bytes) await writeAll(file, part);
    await file.sync();
  } finally {
    await file.close();
  }
}

// A write may take less than it was given.
async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

async function toDisk(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const namesIn = async (directory: string): Promise<string[]> =>
  readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });

async function* filesIn(directory: string): AsyncGenerator<StoredObject> {
  for (const name of await namesIn(directory)) {
    // Whatever else lies there is not ours to touch.
    if (!isUuid(name)) continue;
    const file = await stat(join(directory, name)).catch(() => undefined);
    if (file?.isFile()) yield { id: name, storedAt: file.mtime };
  }
}
