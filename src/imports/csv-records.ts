import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { parse as parseWhole } from 'csv-parse/sync';
import { badInput } from '../platform/errors.js';

/** The characters that can stand between cells. */
export const delimiters = { COMMA: ',', SEMICOLON: ';', TAB: '\t', PIPE: '|' } as const;
export type DelimiterName = keyof typeof delimiters;

/** One record of a file: the line it begins on, from 1, and its cells as text. `unreadable` lists the cells, from 0, that are no UTF-8; they are given as Windows-1252, which any bytes are. */
export interface CsvRecord {
  line: number;
  cells: string[];
  unreadable: number[];
}

/** The most of each that a file may have; bytes of one record, cells of one record. */
export const csvLimits = { recordBytes: 65_536, columns: 200 } as const;

const SAMPLED_RECORDS = 20;
const LF = 10;
const CR = 13;

// A quote within a cell is a character of it: people write Karim "Babu" Mia.
const settings = {
  encoding: null, relax_quotes: true, relax_column_count: true, skip_empty_lines: true, record_delimiter: ['\r\n', '\n', '\r'] as string[],
} as const;

/** The delimiter under which most of the first records have as many cells as the first; COMMA when nothing tells. */
export function guessDelimiter(sample: Buffer): DelimiterName {
  const scores = (Object.keys(delimiters) as DelimiterName[]).map((name) => ({ name, score: agreement(sample, delimiters[name]) }));
  return scores.reduce((best, other) => (other.score > best.score ? other : best)).name;
}

function agreement(sample: Buffer, delimiter: string): number {
  try {
    const records = parseWhole(sample, { ...settings, delimiter, to: SAMPLED_RECORDS }) as unknown as Buffer[][];
    const [first] = records;
    if (!first || first.length < 2) return 0;
    return records.filter(({ length }) => length === first.length).length / records.length + first.length / 10_000;
  } catch {
    return 0;
  }
}

/**
 * The records of a file, one after the other, in bounded memory. Rejects with BAD_USER_INPUT, naming the line where the
 * record begins, when a record is longer than 65,536 bytes (RECORD_TOO_LONG), has over 200 cells (TOO_MANY_COLUMNS), or a
 * quote is not closed before the end (QUOTE_NOT_CLOSED).
 */
export async function* csvRecords(bytes: AsyncIterable<Buffer>, delimiter: DelimiterName): AsyncGenerator<CsvRecord> {
  const lines = new LineCounter();
  const parser = parse({ ...settings, delimiter: delimiters[delimiter], info: true, max_record_size: csvLimits.recordBytes });
  const source = Readable.from(lines.counting(bytes), { objectMode: true, highWaterMark: 1 });
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Buffer[]; info: { bytes: number } }>) {
      const line = lines.lastLineBefore(info.bytes) - breaksWithin(record);
      if (record.length > csvLimits.columns) throw fault('TOO_MANY_COLUMNS', { line, max: csvLimits.columns });
      yield decoded(line, record);
    }
  } catch (error) {
    throw faultOf(error, lines);
  } finally {
    source.destroy();
  }
}

const fault = (reason: string, params: Record<string, number>) => badInput([{ path: ['file'], reason, params }]);

function faultOf(error: unknown, lines: LineCounter): unknown {
  // `bytes` is where the last whole record ended.
  const { code, bytes } = error as CsvError & { bytes?: number };
  if (code === 'CSV_MAX_RECORD_SIZE') return fault('RECORD_TOO_LONG', { line: lines.lineAfter(bytes ?? 0), max: csvLimits.recordBytes });
  if (code === 'CSV_QUOTE_NOT_CLOSED') return fault('QUOTE_NOT_CLOSED', { line: lines.lineAfter(bytes ?? 0) });
  return error;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const windows1252 = new TextDecoder('windows-1252');

function decoded(line: number, record: Buffer[]): CsvRecord {
  const unreadable: number[] = [];
  const cells = record.map((cell, index) => {
    try {
      const text = utf8.decode(cell);
      // Somebody's software had lost the character already.
      if (text.includes('\uFFFD')) unreadable.push(index);
      return text;
    } catch {
      unreadable.push(index);
      return windows1252.decode(cell);
    }
  });
  return { line, cells, unreadable };
}

const breaksWithin = (record: Buffer[]): number =>
  record.reduce((sum, cell) => sum + (cell.includes(LF) || cell.includes(CR) ? (cell.toString('latin1').match(/\r\n?|\n/g)?.length ?? 0) : 0), 0);

/** Which line a byte is in; csv-parse itself counts a line end within quotes twice when it is CR LF. */
class LineCounter {
  /** The lines that are still of interest: the byte after each, and whether it has any other. */
  #lines: Array<{ end: number; blank: boolean }> = [];
  #forgotten = 0;
  #read = 0;
  #afterCr = false;
  #blank = true;

  async *counting(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      if (chunk.length === 0) continue;
      this.#count(chunk);
      yield chunk;
    }
  }

  /** The line of the last byte before this one; what lies before it is forgotten. */
  lastLineBefore(offset: number): number {
    let passed = 0;
    while (passed < this.#lines.length && this.#lines[passed]!.end <= offset) passed++;
    const ended = passed > 0 && this.#lines[passed - 1]!.end === offset;
    this.#forget(passed - (ended ? 1 : 0));
    return this.#forgotten + 1;
  }

  /** The line, of those that are not blank, of the byte at this place or after it. */
  lineAfter(offset: number): number {
    const passed = this.#lines.findIndex(({ end, blank }) => end > offset && !blank);
    return this.#forgotten + (passed < 0 ? this.#lines.length : passed) + 1;
  }

  #forget(count: number): void {
    if (count > 0) this.#lines.splice(0, count);
    this.#forgotten += count;
  }

  #count(chunk: Buffer): void {
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      const end = this.#read + i + 1;
      if (byte === LF && this.#afterCr) this.#lines[this.#lines.length - 1]!.end = end;
      else if (byte === LF || byte === CR) this.#lines.push({ end, blank: this.#blank });
      this.#blank = byte === LF || byte === CR;
      this.#afterCr = byte === CR;
    }
    this.#read += chunk.length;
  }
}
