import { randomBytes } from 'node:crypto';
import { TAG_BYTES, decipher, encipher } from './aes-gcm.js';
import { lengthPrefixed } from './length-prefixed.js';

const FORMAT = 1;
const PREFIX_BYTES = 7;
const HEADER_BYTES = 1 + PREFIX_BYTES;
const KEY_BYTES = 32;

/** Plaintext bytes in each chunk but the last. */
export const CHUNK_BYTES = 65_536;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;

/** The one place a sealed stream opens at; `scope` is a tenant's id, `name` what the bytes are the content of. */
export interface StreamPlace {
  scope: string;
  name: string;
}

/** A sealed stream is damaged, cut, forged, or belongs elsewhere; says where it was read and nothing of what it holds. */
export class StreamBrokenError extends Error {
  override readonly name = 'StreamBrokenError';

  constructor(readonly place: StreamPlace) {
    super(`The seal does not hold on the content of ${place.name}, scope ${place.scope}`);
  }
}

/** A fresh key for exactly one stream: the counter in its nonces never repeats under it. */
export const newStreamKey = (): Buffer => randomBytes(KEY_BYTES);

/** Bytes that `sealStream` makes of so many. */
export const sealedLength = (plainBytes: number): number =>
  HEADER_BYTES + plainBytes + TAG_BYTES * Math.max(1, Math.ceil(plainBytes / CHUNK_BYTES));

/**
 * Seals bytes in chunks by the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption
 * and its Nonce-Reuse Misuse-Resistance, CRYPTO 2015) over AES-256-GCM; format in docs/sealed-values.md. The key must be
 * fresh: see `newStreamKey`. Holds one chunk at a time.
 */
export async function* sealStream(key: Buffer, place: StreamPlace, plaintext: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const header = Buffer.concat([Buffer.of(FORMAT), randomBytes(PREFIX_BYTES)]);
  const aad = associatedData(header, place);
  yield header;
  for await (const { chunk, index, last } of chunksOf(plaintext, () => CHUNK_BYTES)) {
    const { ciphertext, tag } = encipher(key, nonceOf(header, index, last), aad, chunk);
    yield Buffer.concat([ciphertext, tag]);
  }
}

/** Opens what `sealStream` made for the same place. Each chunk is given out only after its tag was verified; throws StreamBrokenError at the first that is not the next one of this stream, or when the end is missing. */
export async function* openStream(key: Buffer, place: StreamPlace, sealed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let header: Buffer | undefined;
  for await (const { chunk, index, last } of chunksOf(sealed, (at) => (at === 0 ? HEADER_BYTES : SEALED_CHUNK_BYTES))) {
    if (!header) {
      if (last || chunk[0] !== FORMAT) throw new StreamBrokenError(place);
      header = chunk;
      continue;
    }
    const counter = index - 1;
    // Only a stream of nothing has a chunk of nothing, so that no two cuts of the same bytes are both in order.
    const least = last && counter === 0 ? TAG_BYTES : TAG_BYTES + 1;
    const plaintext = chunk.length < least ? undefined : openChunk(key, nonceOf(header, counter, last), associatedData(header, place), chunk);
    if (!plaintext) throw new StreamBrokenError(place);
    yield plaintext;
  }
}

function openChunk(key: Buffer, nonce: Buffer, aad: Buffer, chunk: Buffer): Buffer | undefined {
  const tagAt = chunk.length - TAG_BYTES;
  return decipher(key, nonce, aad, chunk.subarray(0, tagAt), chunk.subarray(tagAt));
}

const associatedData = (header: Buffer, { scope, name }: StreamPlace): Buffer => lengthPrefixed(header, [scope, name]);

function nonceOf(header: Buffer, counter: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(PREFIX_BYTES + 5);
  header.copy(nonce, 0, 1);
  nonce.writeUInt32BE(counter, PREFIX_BYTES);
  nonce[PREFIX_BYTES + 4] = last ? 1 : 0;
  return nonce;
}

/** The same bytes in chunks of the sizes asked for, the last one shorter or full, each told whether it is the last; no bytes are one empty last chunk. */
async function* chunksOf(bytes: AsyncIterable<Buffer>, sizeOf: (index: number) => number): AsyncGenerator<{ chunk: Buffer; index: number; last: boolean }> {
  let index = 0;
  let held: Buffer[] = [];
  let length = 0;
  for await (const part of bytes) {
    held.push(part);
    length += part.length;
    // A full chunk is given out only once more has come: until then it may be the last one.
    if (length <= sizeOf(index)) continue;
    let all = Buffer.concat(held, length);
    for (let size = sizeOf(index); all.length > size; size = sizeOf(index)) {
      yield { chunk: all.subarray(0, size), index: index++, last: false };
      all = all.subarray(size);
    }
    held = [all];
    length = all.length;
  }
  yield { chunk: Buffer.concat(held, length), index, last: true };
}
