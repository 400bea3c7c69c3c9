import { Temporal } from 'temporal-polyfill';

/** A half-open stretch of time. */
export interface Period {
  startsAt: Date;
  endsAt: Date;
}

/**
 * The stretch between two times on a clock on the wall: `starts` in minutes of the day (yyyy-mm-dd), and `minutes` later by
 * that clock. A time that the clock jumps over is the moment at which it jumps, so that what follows on the wall never
 * begins before what it follows has ended; of an hour that comes twice it is the first. Empty when the clock jumped over all of it.
 */
export function periodOf(day: string, starts: number, minutes: number, timeZone: string): Period {
  const from = Temporal.PlainDate.from(day).toPlainDateTime({ hour: Math.floor(starts / 60), minute: starts % 60 });
  return { startsAt: instantOf(from, timeZone), endsAt: instantOf(from.add({ minutes }), timeZone) };
}

function instantOf(time: Temporal.PlainDateTime, timeZone: string): Date {
  const earlier = time.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const instant = earlier.toPlainDateTime().equals(time) ? earlier : earlier.getTimeZoneTransition('next')!;
  return new Date(instant.epochMilliseconds);
}

/** How long a stretch lasts, in whole minutes. */
export const minutesOf = ({ startsAt, endsAt }: Period): number => Math.floor((endsAt.getTime() - startsAt.getTime()) / 60_000);

/** The days from one to another, both included, as yyyy-mm-dd. */
export function* daysBetween(first: string, last: string): Generator<string> {
  const end = Temporal.PlainDate.from(last);
  for (let day = Temporal.PlainDate.from(first); Temporal.PlainDate.compare(day, end) <= 0; day = day.add({ days: 1 })) yield day.toString();
}

/** The day so many days after another. */
export const daysAfter = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

/** The day of the week by ISO 8601: 1 is Monday. */
export const weekdayOf = (day: string): number => Temporal.PlainDate.from(day).dayOfWeek;

/** A time of day as on a clock of 24 hours: 540 is "09:00". */
export const clockText = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** The minutes of the day that a time on a clock of 24 hours is; undefined for anything else. */
export function minutesOfClock(text: string): number | undefined {
  const [, hours, minutes] = CLOCK.exec(text) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}
