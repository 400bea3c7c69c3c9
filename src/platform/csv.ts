import { stringify } from 'csv-stringify/sync';

/** What a file of CSV begins with, so that a spreadsheet takes it for UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** Rows as lines of CSV (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV Injection). */
export const csvOf = (rows: unknown[][]): string =>
  // Every text in quotes, so that a line end within one stays within it.
  stringify(rows.map((row) => row.map(withoutControl)), { quoted_string: true, escape_formulas: true, record_delimiter: 'windows' });

const withoutControl = (cell: unknown): unknown => (typeof cell === 'string' && /^\p{Cc}/u.test(cell) ? `'${cell}` : cell);
