import { createHash } from 'node:crypto';
import { type InputFault, badInput } from '../platform/errors.js';
import { SAMPLE_BYTES, documentTypes, sniffedType, typesOf } from './document-types.js';

/** What was learned of a file while its bytes passed. */
export interface FoundContent {
  type: string;
  size: number;
  /** SHA-256 (FIPS 180-4) in lower-case hexadecimal. */
  sha256: string;
}

const TEXT = 'text/plain';
const known: ReadonlySet<string> = new Set(documentTypes.map(({ type }) => type));
const NO_TEXT = /[\u0000-\u0008\u000B\u000E-\u001F\u007F]/;

/** Refuses a body, saying why. Reasons: EMPTY, TOO_LARGE, INCOMPLETE, TYPE_NOT_ALLOWED, TYPE_MISMATCH. */
export const badBody = (reason: InputFault['reason'], params?: InputFault['params']) => badInput([{ path: ['body'], reason, ...(params && { params }) }]);

/**
 * Lets the bytes of one file pass and throws BAD_USER_INPUT as soon as it can be told that they are refused: nothing, more
 * than `maxBytes`, or not what the extension promises. Holds the first few thousand bytes, and no more.
 */
export class ContentCheck {
  #found: FoundContent | undefined;

  constructor(
    private readonly extension: string,
    private readonly maxBytes: number,
  ) {}

  /** What was learned; only after all bytes have passed. */
  get found(): FoundContent {
    if (!this.#found) throw new Error('the file has not passed yet');
    return this.#found;
  }

  /** The same bytes, checked. */
  async *pass(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    const text = new TextCheck();
    let size = 0;
    let type: string | undefined;
    let held: Buffer[] = [];
    const release = async (): Promise<Buffer> => {
      const start = Buffer.concat(held);
      held = [];
      type = await this.#typeOf(start);
      if (type === TEXT) text.take(start);
      return start;
    };
    for await (const part of bytes) {
      size += part.length;
      if (size > this.maxBytes) throw badBody('TOO_LARGE', { max: this.maxBytes });
      hash.update(part);
      if (type !== undefined) {
        if (type === TEXT) text.take(part);
        yield part;
        continue;
      }
      held.push(part);
      if (size >= SAMPLE_BYTES) yield await release();
    }
    if (size === 0) throw badBody('EMPTY');
    if (type === undefined) yield await release();
    if (type === TEXT) text.end();
    this.#found = { type: type!, size, sha256: hash.digest('hex') };
  }

  async #typeOf(start: Buffer): Promise<string> {
    const sniffed = await sniffedType(start);
    const promised = typesOf(this.extension);
    if (sniffed !== undefined && promised.includes(sniffed)) return sniffed;
    if (sniffed !== undefined && known.has(sniffed)) throw badBody('TYPE_MISMATCH', { promised: promised.join(', '), found: sniffed });
    // A note may begin with what begins some binary format ("BM", "MZ"); whether it is text, all of it has to show.
    if (promised.includes(TEXT)) return TEXT;
    throw badBody('TYPE_NOT_ALLOWED', { promised: promised.join(', '), found: sniffed ?? 'unknown' });
  }
}

/** Refuses what is not plain text in UTF-8 (RFC 3629): malformed sequences, and control characters but tab, line and page ends. */
class TextCheck {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  take(part: Buffer): void {
    this.#judge(() => this.#decoder.decode(part, { stream: true }));
  }

  end(): void {
    this.#judge(() => this.#decoder.decode());
  }

  #judge(decode: () => string): void {
    let text: string;
    try {
      text = decode();
    } catch {
      throw badBody('TYPE_NOT_ALLOWED', { promised: TEXT, found: 'unknown' });
    }
    if (NO_TEXT.test(text)) throw badBody('TYPE_NOT_ALLOWED', { promised: TEXT, found: 'unknown' });
  }
}
