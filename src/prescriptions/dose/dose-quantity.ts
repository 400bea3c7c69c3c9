import type { DoseDays, DoseDuration, DoseStep, DoseTimes, Dosing, Thousandths, Weekday } from './dosing.js';
import { weekdays } from './dosing.js';

/** Days of a duration; a month has 30. */
export const daysOf = ({ count, unit }: Exclude<DoseDuration, 'CONTINUED'>): number => count * { d: 1, w: 7, mo: 30 }[unit];

/**
 * What a dosing needs in all, in its unit; null when it cannot be told, because a step has no end or because what is taken when
 * needed has no most. Days on weekdays are counted for the day to begin on that needs most.
 */
export function amountNeeded({ steps }: Dosing): Thousandths | null {
  const each = steps.map(amountOfStep);
  return each.includes(null) ? null : each.reduce<number>((all, amount) => all + amount!, 0);
}

function amountOfStep({ times, days, duration }: DoseStep): Thousandths | null {
  if (times.kind === 'ONCE') return times.amount;
  if (duration === null || duration === 'CONTINUED') return null;
  const lasting = daysOf(duration);
  if (times.kind === 'HOURLY') return times.amount * Math.ceil((lasting * 24) / times.hours);
  const aDay = amountOfDay(times);
  return aDay === null ? null : aDay * daysTaken(days, lasting);
}

function amountOfDay(times: Exclude<DoseTimes, { kind: 'ONCE' | 'HOURLY' }>): Thousandths | null {
  if (times.kind === 'PARTS') return times.amounts.reduce<number>((all, amount) => all + amount, 0);
  return times.kind === 'DAILY' ? times.amount * times.times : mostOfDay(times);
}

function mostOfDay({ amount, hours, mostADay }: Extract<DoseTimes, { kind: 'AS_NEEDED' }>): Thousandths | null {
  const byHours = hours === null ? null : amount * Math.ceil(24 / hours);
  if (mostADay === null || byHours === null) return mostADay ?? byHours;
  return Math.min(mostADay, byHours);
}

function daysTaken(days: DoseDays, lasting: number): number {
  if (days.kind === 'EVERY') return Math.ceil(lasting / days.days);
  const inWeeks = Math.floor(lasting / 7) * days.weekdays.length;
  return inWeeks + Math.max(...weekdays.map((_, from) => chosenAmong(days.weekdays, from, lasting % 7)));
}

const chosenAmong = (chosen: readonly Weekday[], from: number, count: number): number =>
  chosen.filter((day) => (weekdays.indexOf(day) - from + 7) % 7 < count).length;
