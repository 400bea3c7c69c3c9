import { Temporal } from 'temporal-polyfill';
import type { AgeAt } from '../../patients/patient-ages.reader.js';
import { type Country, todayIn } from '../../tenants/practice-countries.reader.js';

const OLDEST_YEARS = 130;

export type DatePrecision = 'YEAR' | 'MONTH' | 'DAY';

/** A day as well as it is known: yyyy-mm-dd, the first of the month or of the year where that is all that is known. */
export interface ApproximateDate {
  date: string;
  precision: DatePrecision;
}

/** The days on which something of a patient can have happened. */
export interface PatientDays {
  /** The present day where the practice is. */
  today: string;
  /** Whether the patient may have been born by the end of a day. */
  bornBy: (day: string) => boolean;
}

/** The days of a patient whose age is known as `ageAt` tells, in a practice of this country. */
export const patientDays = (country: Country, ageAt: AgeAt): PatientDays => ({
  today: todayIn(country),
  // Noon or so, wherever practices are.
  bornBy: (day) => ageAt(new Date(`${day}T07:00:00Z`)) !== false,
});

/** A day that cannot be. */
export class InvalidDate extends Error {
  override readonly name = 'InvalidDate';

  constructor(readonly reason: 'FUTURE' | 'TOO_LONG_AGO' | 'BEFORE_BIRTH') {
    super(`Invalid date: ${reason}`);
  }
}

/** The first day of the period that is meant. Throws InvalidDate when it begins after today, begins over 130 years before, or is over before the patient's birth. */
export function approximateDate({ date, precision }: ApproximateDate, { today, bornBy }: PatientDays): ApproximateDate {
  const first = firstDay(date, precision);
  const now = Temporal.PlainDate.from(today);
  if (Temporal.PlainDate.compare(first, now) > 0) throw new InvalidDate('FUTURE');
  if (now.year - first.year > OLDEST_YEARS) throw new InvalidDate('TOO_LONG_AGO');
  if (!bornBy(nextPeriod(first, precision).subtract({ days: 1 }).toString())) throw new InvalidDate('BEFORE_BIRTH');
  return { date: first.toString(), precision };
}

/** True when a period is over before another one begins. */
export const endsBefore = (one: ApproximateDate, other: ApproximateDate): boolean =>
  Temporal.PlainDate.compare(nextPeriod(Temporal.PlainDate.from(one.date), one.precision), Temporal.PlainDate.from(other.date)) <= 0;

function firstDay(date: string, precision: DatePrecision): Temporal.PlainDate {
  const day = Temporal.PlainDate.from(date);
  return precision === 'YEAR' ? day.with({ month: 1, day: 1 }) : precision === 'MONTH' ? day.with({ day: 1 }) : day;
}

const nextPeriod = (first: Temporal.PlainDate, precision: DatePrecision): Temporal.PlainDate =>
  first.add(precision === 'YEAR' ? { years: 1 } : precision === 'MONTH' ? { months: 1 } : { days: 1 });
