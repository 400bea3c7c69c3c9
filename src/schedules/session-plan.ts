import { type Period, daysBetween, minutesOf, periodOf, weekdayOf } from './wall-time.model.js';

/** What sessions are planned from: one weekday of a doctor in a chamber. Days are yyyy-mm-dd, times minutes by the clock there. */
export interface WeeklyHours {
  id: string;
  chamberId: string;
  doctorId: string;
  weekday: number;
  starts: number;
  minutes: number;
  capacity: number;
  slotMinutes: number | null;
  validFrom: string;
  validUntil: string | null;
}

/** Days on which a doctor, a chamber, or a doctor in a chamber sees nobody; null stands for all. */
export interface Closure {
  chamberId: string | null;
  doctorId: string | null;
  firstDay: string;
  lastDay: string;
}

/** One day's session, as it comes of weekly hours. */
export interface PlannedSession extends Period {
  scheduleId: string;
  localDate: string;
  capacity: number;
}

/** The sessions of the days from `first` to `last`; none on closed days, nor where the clock jumps over the whole of one. */
export function sessionsOf(hours: readonly WeeklyHours[], closures: readonly Closure[], holidays: ReadonlySet<string>, timeZone: string, first: string, last: string): PlannedSession[] {
  return [...daysBetween(first, last)].filter((day) => !holidays.has(day)).flatMap((day) =>
    hours.filter((one) => holdsOn(one, day) && !closures.some((closure) => closes(closure, one, day))).flatMap((one) => onDay(one, day, timeZone)));
}

const holdsOn = ({ weekday, validFrom, validUntil }: WeeklyHours, day: string): boolean =>
  weekday === weekdayOf(day) && day >= validFrom && (validUntil === null || day <= validUntil);

/** Whether a closure keeps a doctor from seeing anybody in a chamber on a day. */
export const closes = ({ chamberId, doctorId, firstDay, lastDay }: Closure, hours: Pick<WeeklyHours, 'chamberId' | 'doctorId'>, day: string): boolean =>
  day >= firstDay && day <= lastDay && (chamberId ?? hours.chamberId) === hours.chamberId && (doctorId ?? hours.doctorId) === hours.doctorId;

function onDay({ id, starts, minutes, capacity, slotMinutes }: WeeklyHours, localDate: string, timeZone: string): PlannedSession[] {
  const period = periodOf(localDate, starts, minutes, timeZone);
  const room = slotMinutes === null ? capacity : Math.floor(minutesOf(period) / slotMinutes);
  return minutesOf(period) > 0 && room > 0 ? [{ ...period, scheduleId: id, localDate, capacity: room }] : [];
}
