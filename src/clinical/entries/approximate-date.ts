import { Temporal } from 'temporal-polyfill';

const OLDEST_YEARS = 130;

export type DatePrecision = 'YEAR' | 'MONTH' | 'DAY';

/** A day as well as it is known: yyyy-mm-dd, the first of the month or of the year where that is all that is known. */
export interface ApproximateDate {
  date: string;
  precision: DatePrecision;
}

/** A day that cannot be. */
export class InvalidDate extends Error {
  override readonly name = 'InvalidDate';

  constructor(readonly reason: 'FUTURE' | 'TOO_LONG_AGO') {
    super(`Invalid date: ${reason}`);
  }
}

/** The first day of the period that is meant. Throws InvalidDate when it begins after the clinic-local day `today`, or over 130 years before it. */
export function approximateDate({ date, precision }: ApproximateDate, today: string): ApproximateDate {
  const day = Temporal.PlainDate.from(date);
  const first = precision === 'YEAR' ? day.with({ month: 1, day: 1 }) : precision === 'MONTH' ? day.with({ day: 1 }) : day;
  const now = Temporal.PlainDate.from(today);
  if (Temporal.PlainDate.compare(first, now) > 0) throw new InvalidDate('FUTURE');
  if (now.year - first.year > OLDEST_YEARS) throw new InvalidDate('TOO_LONG_AGO');
  return { date: first.toString(), precision };
}

/** True when a period is over before another one begins. */
export function endsBefore(one: ApproximateDate, other: ApproximateDate): boolean {
  const first = Temporal.PlainDate.from(one.date);
  const next = one.precision === 'YEAR' ? first.add({ years: 1 }) : one.precision === 'MONTH' ? first.add({ months: 1 }) : first.add({ days: 1 });
  return Temporal.PlainDate.compare(next, Temporal.PlainDate.from(other.date)) <= 0;
}
