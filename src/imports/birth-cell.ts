import { Temporal } from 'temporal-polyfill';
import { type CellWarning, UnreadableCell, plainText } from './cell-text.js';

/** In which order a date of three numbers is written. */
export type DateOrder = 'DMY' | 'MDY' | 'YMD';

/** A birth as a cell tells it; ages are completed years on the day of the import. */
export interface BirthCell {
  birth: { date: string } | { year: number } | { ageYears: number };
  warning?: CellWarning;
}

export interface BirthRules {
  order: DateOrder;
  /** The clinic-local day of the import, yyyy-mm-dd. */
  today: string;
  /** The day on which the ages in the file were stated; `today` unless told. */
  agesAsOf: string | null;
}

const MONTHS = [
  'january jan জানুয়ারি জানুয়ারী জানু', 'february feb ফেব্রুয়ারি ফেব্রুয়ারী ফেব্রু', 'march mar মার্চ', 'april apr এপ্রিল', 'may মে', 'june jun জুন', 'july jul জুলাই',
  'august aug আগস্ট আগষ্ট', 'september sept sep সেপ্টেম্বর', 'october oct অক্টোবর', 'november nov নভেম্বর', 'december dec ডিসেম্বর',
].map((names) => names.normalize('NFC').split(' '));
const MONTH = MONTHS.flat().sort((a, b) => b.length - a.length).join('|');

const TIME = /[t ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?z?$/;
const YEAR_FIRST = /^(\d{4})[-/. ]+(\d{1,2})[-/. ]+(\d{1,2})$/;
const THREE_NUMBERS = /^(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4}|\d{2})$/;
const DAY_MONTH_NAME = new RegExp(`^(\\d{1,2})(?:st|nd|rd|th|ই|লা|শে)?[-/., ]*(${MONTH})[-/., ]*(\\d{4}|\\d{2})$`);
const MONTH_NAME_DAY = new RegExp(`^(${MONTH})[-/. ]*(\\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\\d{4}|\\d{2})$`);
const EIGHT_DIGITS = /^((?:18|19|20)\d{2})(\d{2})(\d{2})$/;

/** The day that Excel counts as 0 (its first two months apart, in which it has a day too many). */
const EXCEL_EPOCH = Temporal.PlainDate.from('1899-12-30');
const EXCEL_SERIAL = /^([1-5]\d{4})(?:\.\d+)?$/;

const UNITS = {
  years: ['years', 'year', 'yrs', 'yr', 'y', 'বছর', 'বৎসর', 'বৎ'],
  months: ['months', 'month', 'mons', 'mon', 'mos', 'mo', 'm', 'মাস'],
  weeks: ['weeks', 'week', 'wks', 'wk', 'w', 'সপ্তাহ'],
  days: ['days', 'day', 'd', 'দিন'],
} as const;
const unitNames = Object.values(UNITS).flat().sort((a, b) => b.length - a.length).join('|');
const PART = new RegExp(`^(\\d{1,4})(\\.\\d+)?\\s*(${unitNames})?\\.?(?:\\s*(?:,|&|and|ও|/|-|old|এর|age))*\\s*`);

/** The birth that a cell of dates tells: a day in English or Bangla, a year, or an age with its unit. Throws UnreadableCell: NOT_A_DATE, DATE_ORDER. */
export function readBirthDate(cell: string, rules: BirthRules): BirthCell {
  const text = plainText(cell).toLowerCase();
  const read = dayIn(text.replace(TIME, ''), rules) ?? yearIn(text) ?? serialIn(text) ?? (/[a-z\u0980-\u09ff]/.test(text) ? ageIn(text, rules) : undefined);
  if (!read) throw new UnreadableCell('NOT_A_DATE');
  return read;
}

/** The birth that a cell of ages tells: `45`, `45 yrs`, `৬ মাস`, `2y 6m`; also a year or a date. Throws UnreadableCell: NOT_AN_AGE, DATE_ORDER. */
export function readAge(cell: string, rules: BirthRules): BirthCell {
  const text = plainText(cell).toLowerCase();
  const read = yearIn(text) ?? dayIn(text.replace(TIME, ''), rules) ?? ageIn(text, rules);
  if (!read) throw new UnreadableCell('NOT_AN_AGE');
  return read;
}

function dayIn(text: string, { order, today }: BirthRules): BirthCell | undefined {
  const [, y, m, d] = YEAR_FIRST.exec(text) ?? EIGHT_DIGITS.exec(text) ?? [];
  if (y) return day(Number(y), Number(m), Number(d));
  const named = DAY_MONTH_NAME.exec(text);
  if (named) return day(yearOf(named[3]!, today), monthOf(named[2]!), Number(named[1]));
  const american = MONTH_NAME_DAY.exec(text);
  if (american) return day(yearOf(american[3]!, today), monthOf(american[1]!), Number(american[2]));
  const numbers = THREE_NUMBERS.exec(text);
  return numbers ? ordered(numbers[1]!, numbers[2]!, numbers[3]!, order, today) : undefined;
}

function ordered(first: string, second: string, third: string, order: DateOrder, today: string): BirthCell {
  if (order === 'YMD') {
    if (third.length === 4) throw new UnreadableCell('DATE_ORDER');
    return day(yearOf(first, today), Number(second), Number(third));
  }
  const [d, m] = order === 'DMY' ? [Number(first), Number(second)] : [Number(second), Number(first)];
  if (m > 12 && m <= 31 && d >= 1 && d <= 12) throw new UnreadableCell('DATE_ORDER');
  return day(yearOf(third, today), m, d);
}

const monthOf = (name: string): number => MONTHS.findIndex((names) => names.includes(name)) + 1;

// Of two digits the latest year that is not to come: nobody is born tomorrow.
const yearOf = (text: string, today: string): number => {
  const number = Number(text);
  if (text.length === 4) return number;
  return 2000 + number > Number(today.slice(0, 4)) ? 1900 + number : 2000 + number;
};

const day = (year: number, month: number, ofMonth: number): BirthCell => {
  const date = [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(ofMonth).padStart(2, '0')].join('-');
  return { birth: { date }, ...(date === '1900-01-01' && { warning: 'PLACEHOLDER_DATE' as const }) };
};

const yearIn = (text: string): BirthCell | undefined => (/^(18|19|20)\d{2}$/.test(text) ? { birth: { year: Number(text) } } : undefined);

const serialIn = (text: string): BirthCell | undefined => {
  const [, days] = EXCEL_SERIAL.exec(text) ?? [];
  return days ? { birth: { date: EXCEL_EPOCH.add({ days: Number(days) }).toString() }, warning: 'EXCEL_DATE' } : undefined;
};

function ageIn(text: string, { today, agesAsOf }: BirthRules): BirthCell | undefined {
  let rest = text.replace(/^(age|বয়স)[:\s]*/, '');
  const age = { years: 0, months: 0, weeks: 0, days: 0 };
  let fraction = false;
  for (let parts = 0; rest !== ''; parts++) {
    const [whole, number, decimals, unit] = PART.exec(rest) ?? [];
    // Of several numbers each says what it counts: 2 6 could be anything.
    if (whole === undefined || (!unit && (parts > 0 || whole.length < rest.length))) return undefined;
    age[unitOf(unit ?? 'years')] += Number(number);
    fraction ||= Number(decimals ?? 0) > 0;
    rest = rest.slice(whole.length);
  }
  // In whole days, because a birth in months is not known to the day either.
  const { years, months, weeks, days } = age;
  const completed = years + Math.floor((months + (weeks * 7 + days) / 30.4375) / 12);
  const since = agesAsOf ? Temporal.PlainDate.from(agesAsOf).until(today, { largestUnit: 'years' }).years : 0;
  const rounded = fraction || months > 0 || weeks > 0 || days > 0;
  return { birth: { ageYears: completed + since }, ...(rounded && { warning: 'AGE_ROUNDED' as const }) };
}

const unitOf = (name: string): keyof typeof UNITS =>
  (Object.keys(UNITS) as Array<keyof typeof UNITS>).find((unit) => (UNITS[unit] as readonly string[]).includes(name))!;
