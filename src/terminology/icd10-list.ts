import { CsvError, parse } from 'csv-parse/sync';
import { InvalidText, cleanLine } from '../platform/plain-text.js';
import { InvalidCode, normaliseCode } from './icd10-code.js';

const LONGEST_TITLE = 300;
const COLUMNS = ['code', 'title', 'title_bn'];

/** A code of a list that was read. */
export interface ListedCode {
  code: string;
  title: string;
  titleBn: string | null;
}

/** A list that is at fault, with every fault by its line. */
export class FaultyList extends Error {
  override readonly name = 'FaultyList';

  constructor(readonly faults: string[]) {
    super(`The list has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/**
 * Reads a list of codes from CSV (RFC 4180, UTF-8) with the columns code, title and perhaps title_bn, in any order. Codes may lack
 * their dot. Throws FaultyList with every fault and the line on which it is; a list with one fault is not taken at all.
 */
export function readIcd10List(bytes: Buffer): ListedCode[] {
  const [heading, ...lines] = recordsOf(textOf(bytes));
  const columns = columnsOf(heading);
  const faults: string[] = [];
  const codes = new Map<string, { line: number; listed: ListedCode }>();
  for (const { record, line } of lines) {
    const blame = (what: string) => faults.push(`line ${line}: ${what}`);
    if (record.length !== columns.length) {
      blame(`has ${record.length} columns instead of ${columns.length}`);
      continue;
    }
    const cell = (name: string): string => record[columns.indexOf(name)] ?? '';
    const listed = {
      code: read(() => normaliseCode(cell('code')), (reason) => blame(`code ${reason}`)),
      title: read(() => cleanLine(cell('title'), LONGEST_TITLE), (reason) => blame(`title ${reason}`)),
      titleBn: cell('title_bn').trim() === '' ? null : read(() => cleanLine(cell('title_bn'), LONGEST_TITLE), (reason) => blame(`title_bn ${reason}`)),
    };
    const earlier = codes.get(listed.code);
    if (earlier && listed.code) blame(`${listed.code} is on line ${earlier.line} already`);
    else codes.set(listed.code, { line, listed });
  }
  if (!lines.length) faults.push('there is no code in it');
  if (faults.length) throw new FaultyList(faults);
  return [...codes.values()].map(({ listed }) => listed);
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

function columnsOf(heading: Line | undefined): string[] {
  const columns = (heading?.record ?? []).map((name) => name.trim().toLowerCase());
  const unknown = columns.filter((name) => !COLUMNS.includes(name));
  const faults = [
    ...['code', 'title'].filter((name) => !columns.includes(name)).map((name) => `line 1: the column ${name} is missing`),
    ...(unknown.length ? [`line 1: only the columns ${COLUMNS.join(', ')} are known`] : []),
    ...(new Set(columns).size < columns.length ? ['line 1: a column is there twice'] : []),
  ];
  if (faults.length) throw new FaultyList(faults);
  return columns;
}

function read(clean: () => string, refuse: (reason: string) => void): string {
  try {
    return clean();
  } catch (error) {
    if (!(error instanceof InvalidCode) && !(error instanceof InvalidText)) throw error;
    refuse(error.reason);
    return '';
  }
}
