import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

const KEY_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** The keys of one key file: `current` is always one of `keys`, and every key and `root` has 32 bytes. */
export interface KeyFile {
  current: string;
  keys: Map<string, Buffer>;
  root: Buffer;
}

/** `allowLoosePermissions` accepts a file that its group or others may touch, for mounts whose modes cannot be set. */
export interface KeyFileOptions {
  allowLoosePermissions?: boolean;
}

/** A key file is missing, unsafe or malformed; names the file and the fault, and quotes nothing of its contents but key ids. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';

  constructor(readonly path: string, readonly fault: string) {
    super(`Key file ${path}: ${fault}`);
  }
}

/** Whether a text may be the id of a key: 1 to 64 of A-Z a-z 0-9 . _ - */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/** Reads and checks a key file; throws KeyFileError naming the fault. */
export function readKeyFile(path: string, options: KeyFileOptions = {}): KeyFile {
  return parse(path, readPrivately(path, options));
}

/** Writes a new key file (mode 0600, missing parent directories 0700) in one step; throws KeyFileError when one is there already. */
export function createKeyFile(path: string, content: KeyFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  replace(path, (draft) => {
    if (existsSync(path)) throw new KeyFileError(path, 'exists already and is not overwritten');
    fchmodSync(draft, OWNER_ONLY);
    return content;
  });
}

/** Replaces a key file by a changed copy in one step, keeping its owner and mode; throws KeyFileError when it cannot be read or another change is under way. */
export function changeKeyFile(path: string, options: KeyFileOptions, change: (content: KeyFile) => KeyFile): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  replace(target, (draft) => {
    const content = readKeyFile(target, options);
    keepOwnerAndMode(target, draft);
    return change(content);
  });
}

function readPrivately(path: string, options: KeyFileOptions): string {
  const file = openOrExplain(path);
  try {
    const { mode } = fstatSync(file);
    if ((mode & OTHERS) !== 0 && options.allowLoosePermissions !== true) {
      throw new KeyFileError(path, `its mode ${(mode & 0o777).toString(8)} lets others than its owner use it; set it to 600`);
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof KeyFileError ? error : new KeyFileError(path, `cannot be read (${codeOf(error)})`);
  } finally {
    closeSync(file);
  }
}

function openOrExplain(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new KeyFileError(path, `cannot be read (${codeOf(error)})`);
  }
}

function parse(path: string, text: string): KeyFile {
  const { current, keys, root } = asRecord(path, 'the file', parseJson(path, text));
  const decoded = new Map<string, Buffer>();
  for (const [id, key] of Object.entries(asRecord(path, '"keys"', keys))) {
    if (!isKeyId(id)) throw new KeyFileError(path, 'a key id is not 1 to 64 of A-Z a-z 0-9 . _ -');
    decoded.set(id, decodeKey(path, `key "${id}"`, key));
  }
  // An id is quoted only once it has the form of one: no base64 of 32 bytes has it.
  if (typeof current !== 'string' || !isKeyId(current)) throw new KeyFileError(path, '"current" is not the id of a key');
  if (!decoded.has(current)) throw new KeyFileError(path, `"current" names "${current}", which is not among its keys`);
  return { current, keys: decoded, root: decodeKey(path, '"root"', root) };
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which is secret.
    throw new KeyFileError(path, 'is not JSON');
  }
}

function asRecord(path: string, what: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new KeyFileError(path, `${what} is not a JSON object`);
  }
  return value as Record<string, unknown>;
}

function decodeKey(path: string, what: string, value: unknown): Buffer {
  if (typeof value !== 'string') throw new KeyFileError(path, `${what} is missing or not a string`);
  const bytes = Buffer.from(value, 'base64');
  if (bytes.toString('base64') !== value) throw new KeyFileError(path, `${what} is not base64`);
  if (bytes.length !== KEY_BYTES) throw new KeyFileError(path, `${what} has ${bytes.length} bytes, not ${KEY_BYTES}`);
  return bytes;
}

// The draft is created exclusively, so it also keeps two writers from losing each other's keys.
function replace(path: string, contentFor: (draft: number) => KeyFile): void {
  const draftPath = `${path}.new`;
  const draft = openDraft(path, draftPath);
  try {
    writeFileSync(draft, format(contentFor(draft)));
    fsyncSync(draft);
    renameSync(draftPath, path);
  } catch (error) {
    rmSync(draftPath, { force: true });
    throw error;
  } finally {
    closeSync(draft);
  }
  syncDirectory(dirname(path));
}

function openDraft(path: string, draftPath: string): number {
  try {
    return openSync(draftPath, 'wx', OWNER_ONLY);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw new KeyFileError(path, `cannot be written (${codeOf(error)})`);
    throw new KeyFileError(path, `${draftPath} exists: another change is under way, or one was cut short and left it; remove it if so`);
  }
}

function keepOwnerAndMode(path: string, draft: number): void {
  const file = openSync(path, 'r');
  const { uid, gid, mode } = fstatSync(file);
  closeSync(file);
  fchownSync(draft, uid, gid);
  fchmodSync(draft, mode & 0o777);
}

function format({ current, keys, root }: KeyFile): string {
  const encoded = Object.fromEntries([...keys].map(([id, key]) => [id, key.toString('base64')]));
  return `${JSON.stringify({ current, keys: encoded, root: root.toString('base64') }, null, 2)}\n`;
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  fsyncSync(directory);
  closeSync(directory);
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}
