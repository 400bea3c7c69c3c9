import { Temporal } from 'temporal-polyfill';

/** The instant at which a calendar day (yyyy-mm-dd) begins in an IANA time zone. */
export const startOfDay = (day: string, timeZone: string): Date =>
  new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds);

/** The instant at which a calendar day is over in an IANA time zone: the beginning of the next one. */
export const endOfDay = (day: string, timeZone: string): Date =>
  new Date(Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds);

/** The calendar day (yyyy-mm-dd) on which an instant falls in an IANA time zone. */
export const dayOf = (instant: Date, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();

/** The last calendar day (yyyy-mm-dd) that has begun before an instant, which ends a half-open period. */
export const lastDayBefore = (end: Date, timeZone: string): string => dayOf(new Date(end.getTime() - 1), timeZone);
