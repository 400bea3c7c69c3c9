import { toAsciiDigits } from '../platform/digits.js';

/** What is wrong with a cell, as the reason of its fault. */
export type CellFault =
  | 'ENCODING' | 'NUL_CHARACTER' | 'TORN_QUOTES' | 'FORMULA' | 'LEGACY_BANGLA' | 'NOT_A_NAME' | 'LINE_BREAK' | 'SCIENTIFIC_NOTATION'
  | 'NOT_A_DATE' | 'DATE_ORDER' | 'NOT_AN_AGE' | 'NOT_A_SEX' | 'NOT_A_BLOOD_GROUP' | 'TOO_LONG';

/** What is doubtful about a cell, and taken all the same. */
export type CellWarning = 'AGE_ROUNDED' | 'EXCEL_DATE' | 'PLACEHOLDER_DATE' | 'NUMBER_ROUNDED' | 'GUARDIAN_LEFT_OUT';

/** A cell that cannot be read as what its column is for; the message never repeats it. */
export class UnreadableCell extends Error {
  override readonly name = 'UnreadableCell';

  constructor(readonly reason: CellFault) {
    super(`Unreadable cell: ${reason}`);
  }
}

/** What people and programs write where there is nothing. */
const NOTHING = new Set(['', '-', '--', '---', '.', '_', '?', 'n/a', '#n/a', 'null', '(null)', 'nil', 'none', 'নাই', 'নেই', 'প্রযোজ্য নয়', '00/00/0000', '0000-00-00'].map((text) => text.normalize('NFC')));

/** A cell as its writer meant it: trimmed, and out of the formula `="…"` by which Excel is made to keep a leading zero. */
export function meantText(cell: string): string {
  const text = cell.replace(/^[\s\u200B\uFEFF]+|[\s\u200B\uFEFF]+$/g, '');
  return (/^="([^"]*)"$/.exec(text)?.[1] ?? text).trim();
}

/** True for a cell that holds nothing, or a word for nothing. */
export const isBlank = (cell: string): boolean => NOTHING.has(meantText(cell).normalize('NFC').toLowerCase());

/** A cell to be read as a number, date or word: ASCII digits, NFC, no invisible characters, single spaces. */
export const plainText = (cell: string): string =>
  toAsciiDigits(meantText(cell)).replace(/\p{Cf}/gu, '').normalize('NFC').replace(/\s+/g, ' ').trim();

/** True for what a spreadsheet would run instead of show (OWASP, CSV injection). */
export const isFormula = (text: string): boolean => /^[=@+-]/.test(text);

/**
 * True for text that was typed in a Bangla font of the time before Unicode, such as SutonnyMJ of Bijoy: its characters are
 * Latin ones, and the signs among them stand in no name or address of a Latin script. Not every word has such a sign.
 */
export const isLegacyBangla = (text: string): boolean =>
  !/\p{Script=Bengali}/u.test(text) && /[†‡‰ˆ‹›™¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶¸¹»¼½¾¿×÷€]/.test(text) && /[A-Za-z]/.test(text);

/** True for a number of which the spreadsheet kept only the first digits: `8.80171E+12`. */
export const isScientific = (text: string): boolean => /^\d(\.\d+)?e\+?\d{1,2}$/i.test(text);
