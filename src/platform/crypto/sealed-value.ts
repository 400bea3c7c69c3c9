import { FRAME_OVERHEAD, openFrame, sealFrame } from './aes-gcm.js';
import { lengthPrefixed } from './length-prefixed.js';

const FORMAT = 1;
const HEADER_BYTES = 5;
const HIGHEST_VERSION = 0xffff_ffff;

/** A 32-byte AES key and its version, an unsigned 32-bit integer that a sealed value names. */
export interface DataKey {
  version: number;
  bytes: Buffer;
}

/** The one place a sealed value opens at; `scope` is a tenant's id, or the nil UUID for the installation. */
export interface SealedPlace {
  scope: string;
  table: string;
  row: string;
  column: string;
}

/** What a wrapped key is for, as given to `KeyEncryptionKeys.wrap`. */
export interface WrappedPlace {
  label: string;
}

/** Sealed bytes are damaged, forged, or belong elsewhere; says where they were read (if known) and nothing of what they hold. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';

  constructor(readonly place?: SealedPlace | WrappedPlace) {
    super(place === undefined ? 'These bytes are not a sealed value' : `The seal does not hold at ${describe(place)}`);
  }
}

/** The bytes to store at `place` (format in docs/sealed-values.md); sealing twice never gives the same bytes. Throws RangeError on a key that is not 32 bytes or a version that is not an unsigned 32-bit integer. */
export function seal(key: DataKey, place: SealedPlace, plaintext: Buffer): Buffer {
  const header = headerOf(key.version);
  return sealFrame(key.bytes, header, associatedData(header, place), plaintext);
}

/** The version of the data key that a sealed value needs, not yet authenticated; throws SealBrokenError, without a place, on bytes that are not a sealed value. */
export function keyVersionOf(sealed: Buffer): number {
  const version = readVersion(sealed);
  if (version === undefined) throw new SealBrokenError();
  return version;
}

/** The plaintext sealed at exactly this place under exactly this key version; throws SealBrokenError on anything else. */
export function open(key: DataKey, place: SealedPlace, sealed: Buffer): Buffer {
  if (readVersion(sealed) !== key.version) throw new SealBrokenError(place);
  const aad = associatedData(sealed.subarray(0, HEADER_BYTES), place);
  const plaintext = openFrame(key.bytes, HEADER_BYTES, aad, sealed);
  if (plaintext === undefined) throw new SealBrokenError(place);
  return plaintext;
}

/** Seals a value as JSON in UTF-8; throws TypeError on what JSON cannot express, such as undefined. */
export function sealJson(key: DataKey, place: SealedPlace, value: unknown): Buffer {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError('Only a value that JSON can express can be sealed as JSON');
  return seal(key, place, Buffer.from(json, 'utf8'));
}

/** The value sealed by `sealJson`, its type vouched for by the caller; throws SealBrokenError as `open` does, and when the plaintext is not JSON. */
export function openJson<T>(key: DataKey, place: SealedPlace, sealed: Buffer): T {
  const json = open(key, place, sealed).toString('utf8');
  try {
    return JSON.parse(json) as T;
  } catch {
    // The parser's own message quotes the text, which is secret.
    throw new SealBrokenError(place);
  }
}

function headerOf(version: number): Buffer {
  if (!Number.isInteger(version) || version < 0 || version > HIGHEST_VERSION) {
    throw new RangeError(`A key version is an unsigned 32-bit integer, not ${version}`);
  }
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header[0] = FORMAT;
  header.writeUInt32BE(version, 1);
  return header;
}

function readVersion(sealed: Buffer): number | undefined {
  if (sealed.length < HEADER_BYTES + FRAME_OVERHEAD || sealed[0] !== FORMAT) return undefined;
  return sealed.readUInt32BE(1);
}

function associatedData(header: Buffer, place: SealedPlace): Buffer {
  return lengthPrefixed(header, [place.scope, place.table, place.row, place.column]);
}

function describe(place: SealedPlace | WrappedPlace): string {
  if ('label' in place) return `the wrapped key "${place.label}"`;
  return `scope ${place.scope}, ${place.table}.${place.column}, row ${place.row}`;
}
