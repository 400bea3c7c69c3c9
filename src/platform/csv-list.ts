import { CsvError, parse } from 'csv-parse/sync';

/** A list that is at fault, with every fault by its line. */
export class FaultyList extends Error {
  override readonly name = 'FaultyList';

  constructor(readonly faults: string[]) {
    super(`The list has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/** What a list may have: columns that must be there, others that may, and what it is to be of. */
export interface ListShape {
  required: readonly string[];
  optional: readonly string[];
  /** What one line is, for a list without any. */
  of: string;
}

/** One line of a list. */
export interface ListLine {
  line: number;
  /** The text in a column, empty where the list has no such column. */
  cell: (column: string) => string;
  /** Notes what is wrong with the line. */
  blame: (what: string) => void;
}

/**
 * Reads a list from CSV (RFC 4180, UTF-8) with its columns in any order, and hands over line by line. Throws FaultyList with every
 * fault and the line on which it is; a list with one fault is not to be taken at all.
 */
export function readCsvList(bytes: Buffer, shape: ListShape, take: (line: ListLine) => void): void {
  const [heading, ...lines] = recordsOf(textOf(bytes));
  const columns = columnsOf(heading, shape);
  const faults: string[] = [];
  for (const { record, line } of lines) {
    const blame = (what: string): void => void faults.push(`line ${line}: ${what}`);
    if (record.length !== columns.length) blame(`has ${record.length} columns instead of ${columns.length}`);
    else take({ line, blame, cell: (name) => record[columns.indexOf(name)] ?? '' });
  }
  if (!lines.length) faults.push(`there is no ${shape.of} in it`);
  if (faults.length) throw new FaultyList(faults);
}

interface Line {
  record: string[];
  line: number;
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FaultyList(['it is not UTF-8']);
  }
}

function recordsOf(text: string): Line[] {
  try {
    const parsed = parse(text, { info: true, relax_column_count: true, skip_empty_lines: true }) as unknown as Array<{ record: string[]; info: { lines: number } }>;
    return parsed.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FaultyList([`line ${String(error['lines'])}: it is not CSV (${error.code})`]);
  }
}

function columnsOf(heading: Line | undefined, { required, optional }: ListShape): string[] {
  const known = [...required, ...optional];
  const columns = (heading?.record ?? []).map((name) => name.trim().toLowerCase());
  const unknown = columns.filter((name) => !known.includes(name));
  const faults = [
    ...required.filter((name) => !columns.includes(name)).map((name) => `line 1: the column ${name} is missing`),
    ...(unknown.length ? [`line 1: only the columns ${known.join(', ')} are known`] : []),
    ...(new Set(columns).size < columns.length ? ['line 1: a column is there twice'] : []),
  ];
  if (faults.length) throw new FaultyList(faults);
  return columns;
}
