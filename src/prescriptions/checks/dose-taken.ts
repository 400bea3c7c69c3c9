import type { DoseUnit } from '../../drugs/dose-unit.model.js';
import type { DoseStep, Dosing } from '../dose/dosing.js';
import { daysOf } from '../dose/dose-quantity.js';
import { DROPS_OF_A_ML } from '../dose/packs.js';

const MG: Readonly<Record<string, number>> = { mcg: 0.001, 'µg': 0.001, 'μg': 0.001, mg: 1, g: 1000 };
const ML: Readonly<Record<string, number>> = { ml: 1, l: 1000 };
const STRENGTH = /^(\d+(?:\.\d+)?) ?(mcg|µg|μg|mg|g)(?:\/(\d+(?:\.\d+)?)? ?([a-z]+))?$/i;
const COUNTED: ReadonlySet<DoseUnit> = new Set(['TABLET', 'CAPSULE', 'SACHET', 'SUPPOSITORY', 'PATCH', 'PUFF']);

/** How many mg of an ingredient one unit of a dose has; undefined where it cannot be told. `alone`: nothing else is in the medicine, so that a dose in mg is one of it. */
export function mgOfUnit(strength: string, unit: DoseUnit, alone: boolean): number | undefined {
  if (unit === 'MG' || unit === 'GRAM') return alone ? (unit === 'MG' ? 1 : 1000) : undefined;
  const [, amount, weight, per, perUnit] = STRENGTH.exec(strength.trim()) ?? [];
  if (amount === undefined || weight === undefined) return undefined;
  const mg = Number(amount) * MG[weight.toLowerCase()]!;
  const ml = perUnit === undefined ? undefined : ML[perUnit.toLowerCase()];
  // An ampoule or vial holds what its label says, be it so much in so many ml.
  if (unit === 'AMPOULE') return mg;
  if (unit === 'ML' || unit === 'DROP') return ml === undefined ? undefined : (mg / (Number(per ?? 1) * ml)) / (unit === 'DROP' ? DROPS_OF_A_ML : 1);
  return COUNTED.has(unit) && ml === undefined ? mg / Number(per ?? 1) : undefined;
}

/** The most that is taken at once and in a day, in units of the dose; `daily` is null when it cannot be told how often something is taken. */
export interface Taken {
  single: number;
  daily: number | null;
  /** The fewest days from one dose to the next, 1 for what is taken daily. */
  daysApart: number;
}

/** What each step takes. */
export const takenBy = ({ steps }: Dosing): Taken[] => steps.map(takenByStep);

function takenByStep({ times, days, duration }: DoseStep): Taken {
  const amount = (thousandths: number): number => thousandths / 1000;
  const daysApart = days.kind === 'EVERY' ? days.days : days.weekdays.length === 1 ? 7 : 1;
  switch (times.kind) {
    case 'PARTS': return { single: amount(Math.max(...times.amounts)), daily: amount(times.amounts.reduce<number>((all, one) => all + one, 0)), daysApart };
    case 'DAILY': return { single: amount(times.amount), daily: amount(times.amount * times.times), daysApart };
    case 'HOURLY': return { single: amount(times.amount), daily: amount(times.amount * Math.max(1, Math.ceil(24 / times.hours))), daysApart: Math.max(1, Math.floor(times.hours / 24)) };
    case 'ONCE': return { single: amount(times.amount), daily: amount(times.amount), daysApart: Infinity };
    case 'AS_NEEDED': {
      const byHours = times.hours === null ? Infinity : times.amount * Math.ceil(24 / times.hours);
      const most = Math.min(byHours, times.mostADay ?? Infinity);
      return { single: amount(times.amount), daily: most === Infinity ? null : amount(most), daysApart: duration === null || duration === 'CONTINUED' || daysOf(duration) > 1 ? 1 : Infinity };
    }
  }
}

// A step without an end is looked at for so long, as needed or not.
const UNSAID_DAYS = 90;

/** For how many days a course lasts; Infinity for what is to be continued. A step of which nobody said how long counts for 90 days. */
export function daysOfCourse({ steps }: Dosing): number {
  return steps.reduce((all, { times, duration }) => all + (times.kind === 'ONCE' ? 1 : duration === 'CONTINUED' ? Infinity : duration === null ? UNSAID_DAYS : daysOf(duration)), 0);
}
