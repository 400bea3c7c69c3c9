import { Temporal } from 'temporal-polyfill';

/** Minutes of the day between which patients are left alone, by the clock where the chamber is; the same twice for none. */
export interface QuietHours {
  from: number;
  until: number;
}

/** When patients are left alone, unless the practice says otherwise. */
export const usualQuiet: QuietHours = { from: 22 * 60, until: 7 * 60 };

/** When the quiet hours end in which an instant falls; undefined when it falls in none. */
export function endOfQuiet({ from, until }: QuietHours, instant: Date, timeZone: string): Date | undefined {
  const local = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
  const minute = local.hour * 60 + local.minute;
  const overMidnight = from > until;
  const isQuiet = overMidnight ? minute >= from || minute < until : minute >= from && minute < until;
  if (!isQuiet) return undefined;
  const day = local.toPlainDate().add({ days: overMidnight && minute >= from ? 1 : 0 });
  return new Date(day.toZonedDateTime({ timeZone, plainTime: { hour: Math.floor(until / 60), minute: until % 60 } }).epochMilliseconds);
}
