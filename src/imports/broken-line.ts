import { isBlank } from './cell-text.js';
import { delimiters } from './csv-records.js';
import type { FileShape, Finding, Mapping, StagedLine } from './import-line.js';

/** Whether a fault says that cells may stand in other columns than their own. */
export const isMisplacing = ({ reason }: Finding): boolean => reason === 'COLUMN_COUNT' || reason === 'TORN_QUOTES';

/** What makes a line unfit to be read at all, since its cells may be torn or belong to other columns. */
export function brokenness({ cells, unreadable }: StagedLine, { columns, windows1252 }: Mapping, { width }: FileShape): Finding[] {
  const found: Finding[] = [];
  if (cells.length < width || cells.slice(width).some((cell) => !isBlank(cell))) {
    found.push({ column: null, reason: 'COLUMN_COUNT', params: { expected: width, found: cells.length } });
  }
  for (const { column } of columns) {
    const cell = cells[column - 1] ?? '';
    const lost = unreadable.includes(column - 1) && (!windows1252 || cell.includes('\uFFFD'));
    if (lost) found.push({ column, reason: 'ENCODING' });
    if (cell.includes('\0')) found.push({ column, reason: 'NUL_CHARACTER' });
  }
  for (const [index, cell] of cells.entries()) if (isTorn(cell, width)) found.push({ column: index + 1, reason: 'TORN_QUOTES' });
  return found;
}

// Lines that a lost quote has swallowed still have their delimiters.
const isTorn = (cell: string, width: number): boolean =>
  width > 2 && cell.split(/[\r\n]+/).slice(1).some((line) => line.length >= width - 1 && Object.values(delimiters).some((delimiter) => line.split(delimiter).length >= width));
