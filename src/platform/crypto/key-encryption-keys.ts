import { hkdfSync, randomBytes } from 'node:crypto';
import { openFrame, sealFrame } from './aes-gcm.js';
import { changeKeyFile, createKeyFile, isKeyId, type KeyFile, readKeyFile } from './key-file.js';
import { lengthPrefixed } from './length-prefixed.js';
import type { PrivateFileOptions } from './private-file.js';
import { SealBrokenError } from './sealed-value.js';

const FORMAT = 1;
const KEY_BYTES = 32;
const SHORTEST_SECRET = 16;
const LONGEST_SECRET = 255 * 32;
const NO_SALT = Buffer.alloc(0);
const DERIVE_PURPOSE = Buffer.from('sinduk derived secret 1');

/** A wrapped key needs a key-encryption key that the key file does not have; `keyId` names it. */
export class KeyUnavailableError extends Error {
  override readonly name = 'KeyUnavailableError';

  constructor(readonly keyId: string) {
    super(`The key-encryption key "${keyId}" is not in the key file`);
  }
}

/** The keys that live outside the database: they wrap data keys, and the never-rotated root among them gives derived secrets. Printing or serialising an instance shows no key. */
export class KeyEncryptionKeys {
  #file: KeyFile;

  private constructor(
    file: KeyFile,
    private readonly readAgain: () => KeyFile,
  ) {
    this.#file = file;
  }

  /** Reads a key file; throws KeyFileError naming the file and its fault, also when others than the owner may use it unless `allowLoosePermissions`. */
  static fromFile(path: string, options: PrivateFileOptions = {}): KeyEncryptionKeys {
    const read = (): KeyFile => readKeyFile(path, options);
    return new KeyEncryptionKeys(read(), read);
  }

  /** Writes a new key file with one fresh key and a fresh root (mode 0600, missing parent directories 0700, in one step); throws KeyFileError when one is there already. */
  static createFile(path: string): KeyEncryptionKeys {
    const current = newKeyId();
    const file = { current, keys: new Map([[current, randomBytes(KEY_BYTES)]]), root: randomBytes(KEY_BYTES) };
    createKeyFile(path, file);
    return new KeyEncryptionKeys(file, () => readKeyFile(path));
  }

  /** Reads the key file once more, after keys were added to it; throws as `fromFile` does, and then keeps what it had. */
  reread(): void {
    this.#file = this.readAgain();
  }

  /** Adds a fresh key to a key file, makes it current in one step and returns its id; instances already read know it after `reread`. */
  static addKey(path: string, options: PrivateFileOptions = {}): string {
    const id = newKeyId();
    changeKeyFile(path, options, (file) => ({ ...file, current: id, keys: new Map([...file.keys, [id, randomBytes(KEY_BYTES)]]) }));
    return id;
  }

  /** The id of the key that `wrap` uses. */
  get currentId(): string {
    return this.#file.current;
  }

  /** Encrypts a data key under the current key (format in docs/sealed-values.md); it unwraps only under the same label. */
  wrap(dataKey: Buffer, label: string): Buffer {
    const header = headerOf(this.#file.current);
    return sealFrame(this.#keyOf(this.#file.current), header, lengthPrefixed(header, [label]), dataKey);
  }

  /** The data key wrapped under this label; throws KeyUnavailableError when its key is not in the file, SealBrokenError on tampering or another label. */
  unwrap(wrapped: Buffer, label: string): Buffer {
    const id = readKeyId(wrapped);
    if (id === undefined) throw new SealBrokenError({ label });
    const header = headerOf(id);
    const dataKey = openFrame(this.#keyOf(id), header.length, lengthPrefixed(header, [label]), wrapped);
    if (dataKey === undefined) throw new SealBrokenError({ label });
    return dataKey;
  }

  /** The id of the key that wrapped these bytes, not yet authenticated; throws SealBrokenError, without a place, on bytes that are not a wrapped key. */
  kekIdOf(wrapped: Buffer): string {
    const id = readKeyId(wrapped);
    if (id === undefined) throw new SealBrokenError();
    return id;
  }

  /** A secret of `length` bytes (16 to 8160) from the root by HKDF-SHA-256 (RFC 5869): the same for the same label whatever keys are added, unrelated for another. Throws RangeError on another length. */
  derive(label: string, length: number): Buffer {
    if (!Number.isInteger(length) || length < SHORTEST_SECRET || length > LONGEST_SECRET) {
      throw new RangeError(`A derived secret has ${SHORTEST_SECRET} to ${LONGEST_SECRET} bytes, not ${length}`);
    }
    return Buffer.from(hkdfSync('sha256', this.#file.root, NO_SALT, lengthPrefixed(DERIVE_PURPOSE, [label]), length));
  }

  #keyOf(id: string): Buffer {
    const key = this.#file.keys.get(id);
    if (key === undefined) throw new KeyUnavailableError(id);
    return key;
  }
}

function newKeyId(): string {
  return randomBytes(8).toString('hex');
}

function headerOf(id: string): Buffer {
  return Buffer.concat([Buffer.of(FORMAT, id.length), Buffer.from(id, 'latin1')]);
}

function readKeyId(wrapped: Buffer): string | undefined {
  const [format, idLength] = wrapped;
  if (format !== FORMAT || idLength === undefined || wrapped.length < 2 + idLength) return undefined;
  const id = wrapped.toString('latin1', 2, 2 + idLength);
  return isKeyId(id) ? id : undefined;
}
