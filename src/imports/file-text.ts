import { TextDecoder } from 'node:util';
import { badInput } from '../platform/errors.js';

/** How the bytes of a file stand for text. */
export type FileEncoding = 'UTF_8' | 'UTF_16LE' | 'UTF_16BE';

/** A file as text: `bytes` is UTF-8 without a byte-order mark, `sample` its beginning. */
export interface FileText {
  encoding: FileEncoding;
  sample: Buffer;
  bytes: AsyncIterable<Buffer>;
}

const SAMPLE_BYTES = 65_536;
const MARKS: ReadonlyArray<[FileEncoding, number[]]> = [['UTF_8', [0xef, 0xbb, 0xbf]], ['UTF_16LE', [0xff, 0xfe]], ['UTF_16BE', [0xfe, 0xff]]];
/** What workbooks, PDFs and compressed files begin with: ZIP (.xlsx, .ods), OLE 2 (.xls), PDF, gzip. */
const BINARY = [[0x50, 0x4b, 0x03, 0x04], [0xd0, 0xcf, 0x11, 0xe0], [0x25, 0x50, 0x44, 0x46], [0x1f, 0x8b]];
const LF = 10;
/** The shares of zero bytes under which a file is no UTF-16, and above which it is no UTF-8. */
const LEAST_ZEROS = 0.02;
const MOST_ZEROS = 0.2;
const LABELS = { UTF_16LE: 'utf-16le', UTF_16BE: 'utf-16be' } as const;

/**
 * Reads the beginning of a file and gives the whole of it as UTF-8: UTF-16 is told by its byte-order mark or by its zero
 * bytes. Bytes that are no UTF-8 pass as they are, so that the line they are in can be named later. Rejects with
 * BAD_USER_INPUT an empty file (EMPTY) and a workbook, PDF or other file that is no text (NOT_TEXT).
 */
export async function openText(source: AsyncIterable<Buffer>): Promise<FileText> {
  const iterator = source[Symbol.asyncIterator]();
  const head = await firstBytes(iterator);
  if (head.length === 0) throw badInput([{ path: ['file'], reason: 'EMPTY' }]);
  const mark = MARKS.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte));
  const encoding = mark?.[0] ?? unmarkedEncoding(head);
  const start = head.subarray(mark?.[1].length ?? 0);
  if (encoding === 'UTF_8') return { encoding, sample: start, bytes: rest(start, iterator) };
  const decoder = new TextDecoder(LABELS[encoding]);
  const sample = Buffer.from(decoder.decode(start, { stream: true }), 'utf8');
  return { encoding, sample, bytes: decoded(decoder, sample, iterator) };
}

async function firstBytes(iterator: AsyncIterator<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let length = 0; length < SAMPLE_BYTES; ) {
    const next = await iterator.next();
    if (next.done) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(chunks);
}

// In UTF-16 one byte of every line end is zero, always the same one of each pair; in UTF-8 none is.
function unmarkedEncoding(head: Buffer): FileEncoding {
  if (BINARY.some((bytes) => bytes.every((byte, index) => head[index] === byte))) throw notText();
  const zeros = [0, 0];
  for (const [index, byte] of head.entries()) if (byte === 0) zeros[index % 2]!++;
  const most = Math.max(...zeros);
  // A stray zero or two is for the line it is in to answer for.
  if (most < head.length * LEAST_ZEROS || !head.some((byte, index) => byte === LF && (head[index - 1] === 0 || head[index + 1] === 0))) {
    if (most > head.length * MOST_ZEROS) throw notText();
    return 'UTF_8';
  }
  if (Math.min(...zeros) > most / 100) throw notText();
  return zeros[1] === most ? 'UTF_16LE' : 'UTF_16BE';
}

const notText = () => badInput([{ path: ['file'], reason: 'NOT_TEXT' }]);

async function* rest(start: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield start;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

async function* decoded(decoder: TextDecoder, start: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of rest(Buffer.alloc(0), iterator)) {
    if (chunk.length === 0) yield start;
    else yield Buffer.from(decoder.decode(chunk, { stream: true }), 'utf8');
  }
  yield Buffer.from(decoder.decode(), 'utf8');
}
