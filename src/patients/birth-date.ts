import { Temporal } from 'temporal-polyfill';
import { toAsciiDigits } from '../platform/digits.js';

const OLDEST_YEARS = 130;
const ADULT_YEARS = 18;

export type BirthPrecision = 'DAY' | 'YEAR' | 'AGE_ESTIMATE';

/**
 * When a person was born and how well it is known. `date` is the exact day for DAY, 1 January for YEAR, and the
 * estimated day for AGE_ESTIMATE, which also keeps the age stated and the clinic-local day it was stated on.
 * All days are yyyy-mm-dd.
 */
export interface BirthDate {
  precision: BirthPrecision;
  date: string;
  asOf?: string;
  ageYears?: number;
}

export interface BirthInput {
  date?: string | null;
  year?: number | null;
  ageYears?: number | null;
}

export type BirthField = 'birth' | 'date' | 'year' | 'ageYears';
export type InvalidBirthReason = 'FUTURE' | 'NOT_A_DATE' | 'TOO_LONG_AGO' | 'NEGATIVE' | 'EXACTLY_ONE_REQUIRED';

/** A birth that cannot be; `field` is the input at fault, `birth` when the input as a whole is. */
export class InvalidBirthDate extends Error {
  override readonly name = 'InvalidBirthDate';

  constructor(
    readonly field: BirthField,
    readonly reason: InvalidBirthReason,
  ) {
    super(`Invalid birth date: ${field} ${reason}`);
  }
}

/**
 * Builds a birth date from exactly one of a day (yyyy-mm-dd), a year, or an age in completed years, as stated on the
 * clinic-local day `today`. Throws InvalidBirthDate for a birth after `today` or over 130 completed years before it.
 */
export function birthFromInput(input: BirthInput, today: string): BirthDate {
  const { date, year, ageYears } = input;
  const given = [date, year, ageYears].filter((value) => value !== undefined && value !== null);
  if (given.length !== 1) throw new InvalidBirthDate('birth', 'EXACTLY_ONE_REQUIRED');

  if (typeof date === 'string') return fromDay(date, today);
  if (typeof year === 'number') return fromYear(year, today);
  if (typeof ageYears === 'number') return fromAge(ageYears, today);
  throw new InvalidBirthDate('birth', 'NOT_A_DATE');
}

/**
 * Completed years on the clinic-local day `day` (yyyy-mm-dd), 0 before the birth; `estimated` unless the exact day is
 * known. Someone born on 29 February completes a year on 1 March when the year has no 29 February.
 */
export function ageOn(birth: BirthDate, day: string): { years: number; estimated: boolean } {
  // By their texts: a page of patients asks for hundreds of ages.
  const beforeBirthday = day.slice(5) < birth.date.slice(5);
  const years = Number(day.slice(0, 4)) - Number(birth.date.slice(0, 4)) - (beforeBirthday ? 1 : 0);
  return { years: Math.max(years, 0), estimated: birth.precision !== 'DAY' };
}

/** Completed months on the clinic-local day `day`, 0 before the birth: at least and at most, as far as the birth is known. */
export function monthsOn(birth: BirthDate, day: string): { least: number; most: number } {
  const known = Temporal.PlainDate.from(birth.date);
  // A year may mean any day of it; who says an age has completed it, and may be nearly a year older.
  const latest = birth.precision === 'YEAR' ? known.with({ month: 12, day: 31 }) : known;
  const earliest = birth.precision === 'AGE_ESTIMATE' ? known.subtract({ years: 1 }).add({ days: 1 }) : known;
  return { least: completedMonths(latest, Temporal.PlainDate.from(day)), most: completedMonths(earliest, Temporal.PlainDate.from(day)) };
}

/** Whether the person has not completed 18 years on `day` (Majority Act 1875 of Bangladesh, sections 3 and 4). */
export function isMinorOn(birth: BirthDate, day: string): boolean {
  return ageOn(birth, day).years < ADULT_YEARS;
}

/** What can be told of somebody's being of age. */
export type Majority = 'ADULT' | 'MINOR' | 'UNCERTAIN';

/** Whether the person was of age on `day` (yyyy-mm-dd), whichever day the birth was that is on file as a year or a stated age. */
export function majorityOn(birth: BirthDate, day: string): Majority {
  const [asEldest, asYoungest] = possibleBirths(birth).map((date) => isMinorOn({ precision: 'DAY', date: date.toString() }, day));
  if (asEldest !== asYoungest) return 'UNCERTAIN';
  return asEldest ? 'MINOR' : 'ADULT';
}

/** The earliest and the latest day that the birth can have been. */
function possibleBirths({ precision, date }: BirthDate): [Temporal.PlainDate, Temporal.PlainDate] {
  const day = Temporal.PlainDate.from(date);
  if (precision === 'YEAR') return [day, day.with({ month: 12, day: 31 })];
  return precision === 'DAY' ? [day, day] : [day.subtract({ years: 1 }).add({ days: 1 }), day];
}

function fromDay(raw: string, today: string): BirthDate {
  const day = parseDay(toAsciiDigits(raw).trim());
  const now = Temporal.PlainDate.from(today);
  if (Temporal.PlainDate.compare(day, now) > 0) throw new InvalidBirthDate('date', 'FUTURE');
  if (completedYears(day, now) > OLDEST_YEARS) throw new InvalidBirthDate('date', 'TOO_LONG_AGO');
  return { precision: 'DAY', date: day.toString() };
}

function fromYear(year: number, today: string): BirthDate {
  requireWholeNumber('year', year);
  const now = Temporal.PlainDate.from(today);
  if (year > now.year) throw new InvalidBirthDate('year', 'FUTURE');
  if (now.year - year > OLDEST_YEARS) throw new InvalidBirthDate('year', 'TOO_LONG_AGO');
  return { precision: 'YEAR', date: new Temporal.PlainDate(year, 1, 1).toString() };
}

function fromAge(ageYears: number, today: string): BirthDate {
  requireWholeNumber('ageYears', ageYears);
  if (ageYears > OLDEST_YEARS) throw new InvalidBirthDate('ageYears', 'TOO_LONG_AGO');
  const now = Temporal.PlainDate.from(today);
  return {
    precision: 'AGE_ESTIMATE',
    date: now.subtract({ years: ageYears }).toString(),
    asOf: now.toString(),
    ageYears,
  };
}

function requireWholeNumber(field: BirthField, value: number): void {
  if (value < 0) throw new InvalidBirthDate(field, 'NEGATIVE');
  if (!Number.isInteger(value)) throw new InvalidBirthDate(field, 'NOT_A_DATE');
}

// PlainDate.from also reads times, offsets, calendars and other year lengths, none of which is a birth day.
function parseDay(text: string): Temporal.PlainDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new InvalidBirthDate('date', 'NOT_A_DATE');
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' });
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidBirthDate('date', 'NOT_A_DATE');
    throw error;
  }
}

function completedYears(birth: Temporal.PlainDate, day: Temporal.PlainDate): number {
  const beforeBirthday = day.month < birth.month || (day.month === birth.month && day.day < birth.day);
  return day.year - birth.year - (beforeBirthday ? 1 : 0);
}

const completedMonths = (birth: Temporal.PlainDate, day: Temporal.PlainDate): number =>
  Math.max(0, (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day ? 1 : 0));
