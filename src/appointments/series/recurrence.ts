import { Temporal } from 'temporal-polyfill';
import { daysAfter, periodOf } from '../../schedules/wall-time.model.js';

/** The most appointments that are booked together. */
export const MOST_OCCURRENCES = 52;

/** How something recurs from its first day on: so many times, or until a day. */
export interface Recurrence {
  unit: 'WEEK' | 'MONTH';
  every: number;
  count: number | null;
  until: string | null;
}

/**
 * The days (yyyy-mm-dd) on which something recurs, the first included; at most one more than MOST_OCCURRENCES. By month it is
 * the same one of the weekday: the second Tuesday stays the second, and a fifth is the last where there is no fifth.
 */
export function recurringDays(first: string, { unit, every, count, until }: Recurrence): string[] {
  const start = Temporal.PlainDate.from(first);
  const days: string[] = [];
  for (let turn = 0; days.length <= MOST_OCCURRENCES && (count === null || turn < count); turn++) {
    const day = (unit === 'WEEK' ? start.add({ weeks: turn * every }) : sameWeekday(start, turn * every)).toString();
    if (until !== null && day > until) break;
    days.push(day);
  }
  return days;
}

/** The instant on another day at which the clock shows what it showed at `at` on its day, by whole minutes; a time past midnight stays past midnight, and one that the clock jumps over is the moment at which it jumps, as in hours. */
export function sameTimeOn(day: string, at: Date, itsDay: string, timeZone: string): Date {
  const shown = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDateTime();
  const later = Temporal.PlainDate.from(itsDay).until(shown.toPlainDate()).days;
  return periodOf(daysAfter(day, later), shown.hour * 60 + shown.minute, 0, timeZone).startsAt;
}

function sameWeekday(start: Temporal.PlainDate, months: number): Temporal.PlainDate {
  const first = start.with({ day: 1 }).add({ months });
  const weeks = Math.floor((start.day - 1) / 7);
  const day = first.add({ days: ((start.dayOfWeek - first.dayOfWeek + 7) % 7) + weeks * 7 });
  return day.month === first.month ? day : day.subtract({ weeks: 1 });
}
