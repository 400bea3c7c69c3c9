import { CsvError, parse } from 'csv-parse/sync';
import { Temporal } from 'temporal-polyfill';
import { toAsciiDigits } from '../../platform/digits.js';
import { MOST_AMOUNT } from '../../platform/money/amounts.js';

export enum StatementLineKind { PAYMENT = 'PAYMENT', REFUND = 'REFUND' }

/** A movement of money that a provider lists, with its place in the file. Amounts are in minor units and never below zero. */
export interface StatementLine {
  line: number;
  transactionId: string;
  at: Date;
  kind: StatementLineKind;
  amount: bigint;
  /** What the provider kept of it. */
  fee: bigint;
  /** The line on which its transaction id stood first, when it is there again. */
  repeats: number | null;
}

export enum StatementFault {
  NOT_CSV = 'NOT_CSV', NO_LINES = 'NO_LINES', TOO_MANY_LINES = 'TOO_MANY_LINES', COLUMN_MISSING = 'COLUMN_MISSING', COLUMN_TWICE = 'COLUMN_TWICE', COLUMN_COUNT = 'COLUMN_COUNT',
  NOT_A_TRANSACTION_ID = 'NOT_A_TRANSACTION_ID', NOT_A_TIME = 'NOT_A_TIME', NOT_AN_AMOUNT = 'NOT_AN_AMOUNT', NOT_A_FEE = 'NOT_A_FEE', NOT_A_KIND = 'NOT_A_KIND',
}

export enum StatementColumn { TRANSACTION_ID = 'TRANSACTION_ID', TIME = 'TIME', AMOUNT = 'AMOUNT', KIND = 'KIND', FEE = 'FEE' }

/** What is wrong with a line, or with the file where the line is the heading's. */
export interface StatementLineFault {
  line: number;
  column: StatementColumn | null;
  reason: StatementFault;
}

/** Every line that can be read, and every fault; a file with one fault is not to be taken at all. */
export interface ReadStatement {
  lines: StatementLine[];
  faults: StatementLineFault[];
}

export const MOST_STATEMENT_LINES = 5_000;

/** The headings by which merchants' statements name their columns, without spaces and signs, in lower case. */
const headings: Record<StatementColumn, readonly string[]> = {
  TRANSACTION_ID: ['trxid', 'transactionid', 'txnid', 'tranid', 'transactionno', 'transactionnumber', 'লেনদেনআইডি', 'লেনদেননম্বর'],
  TIME: ['datetime', 'dateandtime', 'transactiondate', 'transactiondatetime', 'transactiontime', 'trxdate', 'trxtime', 'completedtime', 'date', 'time', 'তারিখ', 'তারিখওসময়', 'সময়'],
  AMOUNT: ['amount', 'transactionamount', 'trxamount', 'grossamount', 'পরিমাণ', 'টাকা'],
  KIND: ['type', 'transactiontype', 'trxtype', 'kind', 'ধরন'],
  FEE: ['fee', 'fees', 'charge', 'charges', 'servicefee', 'commission', 'mdr', 'চার্জ', 'ফি'],
};
const needed = [StatementColumn.TRANSACTION_ID, StatementColumn.TIME, StatementColumn.AMOUNT];
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Reads a merchant's statement (CSV, RFC 4180). Columns are found by their headings, in any order; a transaction id, a time and an
 * amount there must be, while without a kind every line is a payment unless its amount is below zero, and without a fee none was
 * kept. Digits may be Bangla. Times without an offset are of the time zone; 03/04/2026 is the third of April.
 */
export function readStatement(text: string, timeZone: string): ReadStatement {
  const records = recordsOf(text);
  if (!records) return { lines: [], faults: [{ line: 1, column: null, reason: StatementFault.NOT_CSV }] };
  const [heading, ...rest] = records;
  const places = placesOf(heading?.record ?? []);
  const faults = faultsOfHeading(places, heading?.line ?? 1);
  if (!rest.length) faults.push({ line: heading?.line ?? 1, column: null, reason: StatementFault.NO_LINES });
  if (rest.length > MOST_STATEMENT_LINES) faults.push({ line: rest[MOST_STATEMENT_LINES]!.line, column: null, reason: StatementFault.TOO_MANY_LINES });
  if (faults.length) return { lines: [], faults };
  const lines: StatementLine[] = [];
  const firstWith = new Map<string, number>();
  for (const { record, line } of rest) {
    const read = readLine(record, line, heading!.record.length, places, timeZone);
    if ('faults' in read) faults.push(...read.faults);
    else {
      lines.push({ ...read, repeats: firstWith.get(read.transactionId) ?? null });
      if (!firstWith.has(read.transactionId)) firstWith.set(read.transactionId, line);
    }
  }
  return { lines, faults };
}

interface Placed {
  record: string[];
  line: number;
}

function recordsOf(text: string): Placed[] | undefined {
  try {
    const parsed = parse(text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true, max_record_size: 10_000 }) as unknown as Array<{ record: string[]; info: { lines: number } }>;
    return parsed.map(({ record, info }) => ({ record, line: info.lines })).filter(({ record }) => record.some((cell) => cell !== ''));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return undefined;
  }
}

type Places = Record<StatementColumn, number[]>;

function placesOf(heading: readonly string[]): Places {
  const names = heading.map((name) => name.normalize('NFC').toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, ''));
  const of = (column: StatementColumn): number[] => names.flatMap((name, place) => (headings[column].some((known) => known.normalize('NFC') === name) ? [place] : []));
  return Object.fromEntries(Object.values(StatementColumn).map((column) => [column, of(column)])) as Places;
}

function faultsOfHeading(places: Places, line: number): StatementLineFault[] {
  const missing = needed.filter((column) => !places[column].length).map((column) => ({ line, column, reason: StatementFault.COLUMN_MISSING }));
  const twice = Object.values(StatementColumn).filter((column) => places[column].length > 1).map((column) => ({ line, column, reason: StatementFault.COLUMN_TWICE }));
  return [...missing, ...twice];
}

function readLine(record: string[], line: number, width: number, places: Places, timeZone: string): Omit<StatementLine, 'repeats'> | { faults: StatementLineFault[] } {
  if (record.length !== width) return { faults: [{ line, column: null, reason: StatementFault.COLUMN_COUNT }] };
  const cell = (column: StatementColumn): string => toAsciiDigits(record[places[column][0] ?? -1] ?? '').replace(/\p{Cf}/gu, '').replace(/\s+/g, ' ').trim();
  const transactionId = cell(StatementColumn.TRANSACTION_ID).toUpperCase();
  const at = timeIn(cell(StatementColumn.TIME), timeZone);
  const amount = amountIn(cell(StatementColumn.AMOUNT));
  const told = kindIn(cell(StatementColumn.KIND));
  // A charge may be listed below zero, as what was taken away.
  const fee = cell(StatementColumn.FEE) === '' ? 0n : magnitude(amountIn(cell(StatementColumn.FEE)));
  const kind = told === 'NOT_TOLD' && amount !== undefined ? (amount < 0n ? StatementLineKind.REFUND : StatementLineKind.PAYMENT) : told;
  const faults: StatementLineFault[] = [];
  const blame = (column: StatementColumn, reason: StatementFault): void => void faults.push({ line, column, reason });
  if (!/^[A-Z0-9._-]{4,100}$/.test(transactionId)) blame(StatementColumn.TRANSACTION_ID, StatementFault.NOT_A_TRANSACTION_ID);
  if (!at) blame(StatementColumn.TIME, StatementFault.NOT_A_TIME);
  // A payment below zero is none; what a refund is may be written either way.
  if (amount === undefined || amount === 0n || (amount < 0n && kind === StatementLineKind.PAYMENT)) blame(StatementColumn.AMOUNT, StatementFault.NOT_AN_AMOUNT);
  if (kind === undefined) blame(StatementColumn.KIND, StatementFault.NOT_A_KIND);
  if (fee === undefined || (amount !== undefined && fee > magnitude(amount)!)) blame(StatementColumn.FEE, StatementFault.NOT_A_FEE);
  return faults.length ? { faults } : { line, transactionId, at: at!, kind: kind as StatementLineKind, amount: magnitude(amount)!, fee: fee! };
}

const magnitude = (amount: bigint | undefined): bigint | undefined => (amount !== undefined && amount < 0n ? -amount : amount);

/** Minor units of `1,25,000.50`, `৳ 500` or `(20.00)`, which is below zero; undefined for fractions of a minor unit and all else. */
function amountIn(text: string): bigint | undefined {
  const [, open, sign, whole, part = '', close] = /^(\()?(?:(?:BDT|TK\.?|৳) ?)?([-+−])?(?:(?:BDT|TK\.?|৳) ?)?(\d{1,13}|\d{1,3}(?:,\d{2,3}){1,5})(?:\.(\d{1,2}))?(?: ?(?:BDT|TK\.?|৳))?(\))?$/i.exec(text) ?? [];
  if (whole === undefined || (open === undefined) !== (close === undefined)) return undefined;
  const amount = BigInt(whole.replaceAll(',', '')) * 100n + BigInt(part.padEnd(2, '0'));
  if (amount > MOST_AMOUNT) return undefined;
  return open !== undefined || sign === '-' || sign === '−' ? -amount : amount;
}

function kindIn(text: string): StatementLineKind | 'NOT_TOLD' | undefined {
  if (text === '') return 'NOT_TOLD';
  if (/refund|revers|ফেরত/i.test(text)) return StatementLineKind.REFUND;
  return /pay|checkout|sale|purchase|পেমেন্ট|পরিশোধ/i.test(text) ? StatementLineKind.PAYMENT : undefined;
}

const CLOCK = '(?:[ T,]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.:]\\d{1,9})?)?(?: ?([AP])\\.?M\\.?)?)?(?: ?(Z|(?:GMT|UTC)?[+-]\\d{2}:?\\d{2}))?';
const YEAR_FIRST = new RegExp(`^(\\d{4})-(\\d{1,2})-(\\d{1,2})${CLOCK}$`, 'i');
const DAY_FIRST = new RegExp(`^(\\d{1,2})[/.-](\\d{1,2}|[A-Za-z]{3,9})[/.-](\\d{4})${CLOCK}$`, 'i');

function timeIn(text: string, timeZone: string): Date | undefined {
  const yearFirst = YEAR_FIRST.exec(text);
  const dayFirst = DAY_FIRST.exec(text);
  const [year, month, day] = yearFirst ? [yearFirst[1]!, yearFirst[2]!, yearFirst[3]!] : dayFirst ? [dayFirst[3]!, dayFirst[2]!, dayFirst[1]!] : [];
  if (year === undefined) return undefined;
  const [hour = '0', minute = '0', second = '0', half, offset] = (yearFirst ?? dayFirst)!.slice(4);
  const clock = half === undefined ? Number(hour) : Number(hour) < 1 || Number(hour) > 12 ? 99 : (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  try {
    const zone = offset === undefined ? timeZone : offset.toUpperCase() === 'Z' ? 'UTC' : offset.replace(/^(GMT|UTC)/i, '').replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2');
    const local = Temporal.PlainDateTime.from({ year: Number(year), month: monthOf(month!), day: Number(day), hour: clock, minute: Number(minute), second: Number(second) }, { overflow: 'reject' });
    return new Date(local.toZonedDateTime(zone).epochMilliseconds);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

const monthOf = (told: string): number => (/^\d/.test(told) ? Number(told) : months.indexOf(told.slice(0, 3).toLowerCase()) + 1 || 99);
