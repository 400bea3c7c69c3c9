import { type CellWarning, UnreadableCell, isScientific, plainText } from './cell-text.js';

const words = (text: string): ReadonlySet<string> => new Set(text.normalize('NFC').split(' '));

const SEXES = {
  MALE: words('m male man boy gents পুরুষ পুং ছেলে বালক পু'),
  FEMALE: words('f female woman girl lady ladies মহিলা নারী স্ত্রী মেয়ে বালিকা ম স্ত্রীলোক'),
  OTHER: words('o other others transgender hijra third-gender thirdgender হিজড়া অন্যান্য অন্য তৃতীয়-লিঙ্গ তৃতীয়লিঙ্গ'),
  UNKNOWN: words('u unknown অজানা'),
} as const;

export type SexWord = keyof typeof SEXES;

/** The sex that a word in English or Bangla means. Throws UnreadableCell NOT_A_SEX. */
export function readSex(cell: string): SexWord {
  const word = plainText(cell).toLowerCase().replace(/\.$/, '').replace(/ /g, '-');
  const sex = (Object.keys(SEXES) as SexWord[]).find((name) => SEXES[name].has(word));
  if (!sex) throw new UnreadableCell('NOT_A_SEX');
  return sex;
}

const GROUPS: Record<string, 'A' | 'B' | 'AB' | 'O'> = { a: 'A', b: 'B', ab: 'AB', o: 'O', '0': 'O', এ: 'A', বি: 'B', এবি: 'AB', ও: 'O' };
const BLOOD = /^(ab|a|b|o|0|এবি|এ|বি|ও)[\s(.-]*?(\+|-|–|−|positive|negative|pos|neg|পজিটিভ|নেগেটিভ)\s*(?:ve)?[).]*$/;

export type BloodGroupWord = `${'A' | 'B' | 'AB' | 'O'}_${'POSITIVE' | 'NEGATIVE'}`;

/** The blood group that a cell tells: `A+`, `O -ve`, `AB positive`, `বি পজিটিভ`. Throws UnreadableCell NOT_A_BLOOD_GROUP. */
export function readBloodGroup(cell: string): BloodGroupWord {
  const text = plainText(cell).toLowerCase().replace(/^(blood )?group[: ]*/, '');
  const [, letters, sign] = BLOOD.exec(text) ?? [];
  if (!letters || !sign) throw new UnreadableCell('NOT_A_BLOOD_GROUP');
  return `${GROUPS[letters]!}_${/^(\+|pos|পজি)/.test(sign) ? 'POSITIVE' : 'NEGATIVE'}`;
}

const LONGEST_PHONES = 500;

/** The telephone numbers of one cell, as written, each once. Throws UnreadableCell: SCIENTIFIC_NOTATION when a spreadsheet has lost digits, TOO_LONG. */
export function readPhones(cell: string): string[] {
  return plainText(cell, LONGEST_PHONES).split(/\s*(?:[,;/|]|\bor\b|\band\b|অথবা)\s*/i).filter(Boolean).map(wholeNumber).filter(firstOfEach(nationalPart));
}

/** Keeps, of those that have the same key, the first. */
export function firstOfEach<T>(keyOf: (item: T) => string): (item: T) => boolean {
  const seen = new Set<string>();
  return (item) => !seen.has(keyOf(item)) && Boolean(seen.add(keyOf(item)));
}

/** What tells two telephones apart, with the code of the country or without: the last ten digits. */
export const nationalPart = (number: string): string => number.replace(/\D/g, '').slice(-10);

/** The digits that Excel keeps of a number; it makes the others zeros. */
const EXCEL_DIGITS = 15;

/** A number from a document, as written. Throws UnreadableCell SCIENTIFIC_NOTATION; warns of one that a spreadsheet may have rounded. */
export function readDocumentNumber(cell: string): { value: string; warning?: CellWarning } {
  const value = wholeNumber(plainText(cell));
  const rounded = /^\d{16,}$/.test(value) && /^0+$/.test(value.slice(EXCEL_DIGITS));
  return { value, ...(rounded && { warning: 'NUMBER_ROUNDED' as const }) };
}

// Programs that take a number for a quantity write 1711000000.0.
const wholeNumber = (text: string): string => {
  if (isScientific(text)) throw new UnreadableCell('SCIENTIFIC_NOTATION');
  return text.replace(/^(\d+)\.0+$/, '$1');
};
