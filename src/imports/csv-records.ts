import { Readable } from 'node:stream';
import { type CsvError, type Options, parse } from 'csv-parse';
import { parse as parseWhole } from 'csv-parse/sync';
import { badInput } from '../platform/errors.js';
import type { FaultReason } from '../platform/fault-reasons.js';
import { turns } from './turns.js';

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
/** The parser takes a piece at once, however many records are in it. */
const PIECE_BYTES = 16_384;
const LF = 10;
const CR = 13;

// A quote within a cell is a character of it: people write Karim "Babu" Mia.
const settings = {
  encoding: null, relax_quotes: true, relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] as string[],
} as const;

interface PlacedRecord {
  line: number;
  record: Buffer[];
}

/** The delimiter under which most of the first records have as many cells as the first; COMMA when nothing tells. */
export function guessDelimiter(sample: Buffer): DelimiterName {
  const scores = (Object.keys(delimiters) as DelimiterName[]).map((name) => ({ name, score: agreement(sample, delimiters[name]) }));
  return scores.reduce((best, other) => (other.score > best.score ? other : best)).name;
}

function agreement(sample: Buffer, delimiter: string): number {
  try {
    const records = parseWhole(sample, { ...settings, delimiter, skip_empty_lines: true, to: SAMPLED_RECORDS }) as unknown as Buffer[][];
    const [first] = records;
    if (!first || first.length < 2) return 0;
    return records.filter(({ length }) => length === first.length).length / records.length + first.length / 10_000;
  } catch {
    return 0;
  }
}

/**
 * The records of a file, one after the other, blank ones too, in bounded memory and so that others have their turn. Rejects
 * with BAD_USER_INPUT, naming the line where the record begins, when a record is longer than 65,536 bytes (RECORD_TOO_LONG),
 * has over 200 cells (TOO_MANY_COLUMNS), or a quote is not closed before the end (QUOTE_NOT_CLOSED).
 */
export async function* csvRecords(bytes: AsyncIterable<Buffer>, delimiter: DelimiterName): AsyncGenerator<CsvRecord> {
  // Counted here, because csv-parse counts a line end within quotes twice when it is CR LF.
  let next = 1;
  const parser = parse({
    ...settings, delimiter: delimiters[delimiter], max_record_size: csvLimits.recordBytes,
    on_record: (record) => {
      const line = next;
      next += 1 + breaksWithin(record);
      return { line, record };
    },
  } satisfies Options<PlacedRecord, Buffer[]> as object);
  const source = Readable.from(pieces(bytes), { objectMode: true, highWaterMark: 1 });
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  const othersTurn = turns();
  try {
    for await (const { line, record } of parser as AsyncIterable<PlacedRecord>) {
      if (record.length > csvLimits.columns) throw fault('TOO_MANY_COLUMNS', { line, max: csvLimits.columns });
      yield decoded(line, record);
      await othersTurn();
    }
  } catch (error) {
    throw faultOf(error, next);
  } finally {
    source.destroy();
  }
}

async function* pieces(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const othersTurn = turns();
  for await (const chunk of bytes) {
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
      yield chunk.subarray(from, from + PIECE_BYTES);
      await othersTurn();
    }
  }
}

const fault = (reason: FaultReason, params: Record<string, number>) => badInput([{ path: ['file'], reason, params }]);

function faultOf(error: unknown, line: number): unknown {
  const { code } = error as CsvError;
  if (code === 'CSV_MAX_RECORD_SIZE') return fault('RECORD_TOO_LONG', { line, max: csvLimits.recordBytes });
  if (code === 'CSV_QUOTE_NOT_CLOSED') return fault('QUOTE_NOT_CLOSED', { line });
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
