import { toAsciiDigits } from '../platform/digits.js';

/** What is wrong with a cell, as the reason of its fault. */
export type CellFault =
  | 'ENCODING' | 'NUL_CHARACTER' | 'TORN_QUOTES' | 'FORMULA' | 'LEGACY_BANGLA' | 'NOT_A_NAME' | 'LINE_BREAK' | 'SCIENTIFIC_NOTATION'
  | 'NOT_A_DATE' | 'DATE_ORDER' | 'NOT_AN_AGE' | 'NOT_A_SEX' | 'NOT_A_BLOOD_GROUP' | 'TOO_LONG' | 'TOO_MANY_MARKS';

/** What is doubtful about a cell, and taken all the same. */
export type CellWarning = 'AGE_ROUNDED' | 'EXCEL_DATE' | 'PLACEHOLDER_DATE' | 'NUMBER_ROUNDED' | 'GUARDIAN_LEFT_OUT';

/** A cell that cannot be read as what its column is for; the message never repeats it. */
export class UnreadableCell extends Error {
  override readonly name = 'UnreadableCell';

  constructor(
    readonly reason: CellFault,
    readonly params?: Record<string, number>,
  ) {
    super(`Unreadable cell: ${reason}`);
  }
}

/** What people and programs write where there is nothing. */
const NOTHING = new Set(['', '-', '--', '---', '.', '_', '?', 'n/a', '#n/a', 'null', '(null)', 'nil', 'none', 'নাই', 'নেই', 'প্রযোজ্য নয়', '00/00/0000', '0000-00-00'].map((text) => text.normalize('NFC')));

const LONGEST_NOTHING = 50;
/** The longest cell that is read as a number, date or word. */
const LONGEST_PLAIN = 100;

/** A cell as its writer meant it: trimmed, and out of the formula `="…"` by which Excel is made to keep a leading zero. */
export function meantText(cell: string): string {
  const text = trimmed(cell);
  return (/^="([^"]*)"$/.exec(text)?.[1] ?? text).trim();
}

// By hand: a regular expression tries every run of white space within the text to its end.
function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isEmpty(text[from]!)) from++;
  while (to > from && isEmpty(text[to - 1]!)) to--;
  return text.slice(from, to);
}

const isEmpty = (character: string): boolean => /[\s\u200B\uFEFF]/.test(character);

/** True for a cell that holds nothing, or a word for nothing. */
export function isBlank(cell: string): boolean {
  const text = meantText(cell);
  return text.length <= LONGEST_NOTHING && NOTHING.has(text.normalize('NFC').toLowerCase());
}

/** A cell to be read as a number, date or word: ASCII digits, NFC, no invisible characters, single spaces. Throws UnreadableCell TOO_LONG. */
export function plainText(cell: string, max = LONGEST_PLAIN): string {
  const text = meantText(cell);
  if (text.length > max) throw new UnreadableCell('TOO_LONG', { max });
  return toAsciiDigits(text).replace(/\p{Cf}/gu, '').normalize('NFC').replace(/\s+/g, ' ').trim();
}

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
