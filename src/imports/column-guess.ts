import { type DateOrder, readAge, readBirthDate } from './birth-cell.js';
import { UnreadableCell, isBlank, isLegacyBangla, plainText } from './cell-text.js';
import { readBloodGroup, readSex } from './cell-values.js';
import { contentOf } from './clinical-columns.js';
import { type ImportField, fieldOfHeading, repeatable } from './import-fields.js';
import type { ColumnContent } from './import-line.js';

/** What the first lines of a file suggest. Columns in their order; `header` is the first line's cell. */
export interface Guess {
  hasHeader: boolean;
  dateOrder: DateOrder;
  columns: Array<{ header: string; field: ImportField | null; content: ColumnContent; legacyBangla: boolean }>;
  duplicateHeaders: boolean;
}

/** How many lines a guess needs. */
export const GUESSED_FROM = 200;

/** How much of a cell a guess needs. */
const GUESSED_CHARACTERS = 100;
const ENOUGH = 0.7;
/** Of the words of Bangla in an old font so many hold a sign that no Latin name has. */
const LEGACY_SHARE = 0.2;

/** Guesses what each column is for, from its heading and, where that tells nothing, from what is in it. */
export function guessColumns(lines: ReadonlyArray<readonly string[]>): Guess {
  const width = Math.max(0, ...lines.slice(0, 1).map(({ length }) => length));
  const first = lines[0] ?? [];
  const hasHeader = isHeader(first);
  const body = hasHeader ? lines.slice(1) : lines;
  const contents = Array.from({ length: width }, (_, index) => body.map((line) => beginningOf(line[index] ?? '')).filter((cell) => !isBlank(cell)));
  const dateOrder = guessOrder(contents.flat());
  const headed = first.map((cell) => (hasHeader ? fieldOfHeading(cell) : undefined));
  const taken = new Set<ImportField>();
  const take = (field: ImportField | undefined): ImportField | null => {
    if (!field || (taken.has(field) && !repeatable.has(field))) return null;
    taken.add(field);
    return field;
  };
  const named = headed.map(take);
  const fields = named.map((field, index) => field ?? (headed[index] ? null : take(fieldOfContent(contents[index]!, dateOrder, taken))));
  const names = hasHeader ? first.map((cell) => cell.trim().toLowerCase()).filter(Boolean) : [];
  return {
    hasHeader, dateOrder, duplicateHeaders: new Set(names).size < names.length,
    columns: first.map((header, index) => {
      const field = fields[index]!;
      // Words that nobody has headed can be those of a name or of a disease.
      const told = field !== null && (named[index] === field || field !== 'NAME');
      return { header, field, content: told ? contentOf(field) : 'UNKNOWN', legacyBangla: share(contents[index]!, isLegacyBangla) >= LEGACY_SHARE };
    }),
  };
}

const beginningOf = (cell: string): string => cell.slice(0, GUESSED_CHARACTERS);

// A heading is known, or at least is no number, date or telephone.
function isHeader(cells: readonly string[]): boolean {
  if (cells.some((cell) => fieldOfHeading(cell))) return true;
  const filled = cells.map(beginningOf).filter((cell) => !isBlank(cell));
  return filled.length > 0 && filled.every((cell) => !/\d{3}|\d[/.-]\d/.test(plainText(cell))) && !filled.some((cell) => reads(() => readSex(cell)));
}

const fieldsByContent: Array<[ImportField, (cell: string, order: DateOrder) => boolean]> = [
  ['PHONE', (cell) => /^(\+?880|0)?1[3-9]\d{8}$|^(\+?971|0)?5\d{8}$/.test(plainText(cell).replace(/[\s-]/g, ''))],
  ['SEX', (cell) => reads(() => readSex(cell))],
  ['BLOOD_GROUP', (cell) => reads(() => readBloodGroup(cell))],
  ['BIRTH_DATE', (cell, order) => /\d[-/. ]|\d{4}/.test(plainText(cell)) && reads(() => readBirthDate(cell, { order, today: '2100-01-01', agesAsOf: null }))],
  ['NID', (cell) => /^(\d{10}|\d{13}|\d{17})$/.test(plainText(cell))],
  ['AGE', (cell) => /^\d{1,2}\D*$/.test(plainText(cell)) && reads(() => readAge(cell, { order: 'DMY', today: '2100-01-01', agesAsOf: null }))],
  ['NAME', (cell) => /^[\p{L}\p{M}. ]{5,60}$/u.test(cell.trim()) && / /.test(cell.trim())],
];

const fieldOfContent = (cells: string[], order: DateOrder, taken: ReadonlySet<ImportField>): ImportField | undefined =>
  fieldsByContent.find(([field, fits]) => !taken.has(field) && cells.length > 0 && share(cells, (cell) => fits(cell, order)) >= ENOUGH)?.[0];

function guessOrder(cells: string[]): DateOrder {
  const firsts = cells.flatMap((cell) => {
    const [, first, second, third] = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{1,4})/.exec(plainText(cell)) ?? [];
    return first ? [[Number(first), Number(second), third?.length ?? 0] as const] : [];
  });
  if (firsts.some(([first, , length]) => first > 31 && length <= 2)) return 'YMD';
  const dayFirst = firsts.filter(([first]) => first > 12).length;
  return firsts.filter(([, second]) => second > 12).length > dayFirst ? 'MDY' : 'DMY';
}

const share = (cells: string[], fits: (cell: string) => boolean): number => (cells.length ? cells.filter(fits).length / cells.length : 0);

const reads = (read: () => unknown): boolean => {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof UnreadableCell) return false;
    throw error;
  }
};
