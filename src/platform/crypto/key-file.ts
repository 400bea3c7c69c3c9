import { KeyFileError, type PrivateFileOptions, changePrivateFile, createPrivateFile, readPrivateFile } from './private-file.js';

const KEY_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The keys of one key file: `current` is always one of `keys`, and every key and `root` has 32 bytes. */
export interface KeyFile {
  current: string;
  keys: Map<string, Buffer>;
  root: Buffer;
}

/** Whether a text may be the id of a key: 1 to 64 of A-Z a-z 0-9 . _ - */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/** Reads and checks a key file; throws KeyFileError naming the fault. */
export function readKeyFile(path: string, options: PrivateFileOptions = {}): KeyFile {
  return parse(path, readPrivateFile(path, options));
}

/** Writes a new key file (mode 0600, missing parent directories 0700) in one step; throws KeyFileError when one is there already. */
export function createKeyFile(path: string, content: KeyFile): void {
  createPrivateFile(path, format(content));
}

/** Replaces a key file by a changed copy in one step, keeping its owner and mode; throws KeyFileError when it cannot be read or another change is under way. */
export function changeKeyFile(path: string, options: PrivateFileOptions, change: (content: KeyFile) => KeyFile): void {
  changePrivateFile(path, options, (text) => format(change(parse(path, text))));
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

function format({ current, keys, root }: KeyFile): string {
  const encoded = Object.fromEntries([...keys].map(([id, key]) => [id, key.toString('base64')]));
  return `${JSON.stringify({ current, keys: encoded, root: root.toString('base64') }, null, 2)}\n`;
}
