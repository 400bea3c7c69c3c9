import type { DoseUnit } from '../../drugs/dose-unit.model.js';

export { type DoseUnit, doseUnits } from '../../drugs/dose-unit.model.js';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** An exact amount in thousandths, so that ½, 2.5 and 0.125 are whole numbers; above zero, but in a part of the day that has none. */
export type Thousandths = number;

/** Morning, noon and night, or, when something is taken in the evening, morning, noon, evening and night; not all zero. */
export type Parts = readonly [Thousandths, Thousandths, Thousandths] | readonly [Thousandths, Thousandths, Thousandths, Thousandths];

/** When a dose is taken within a day, or from hour to hour. */
export type DoseTimes =
  | { readonly kind: 'PARTS'; readonly amounts: Parts }
  /** So many times a day, at hours that are left open; once only, when the days are some days apart. */
  | { readonly kind: 'DAILY'; readonly amount: Thousandths; readonly times: number }
  | { readonly kind: 'HOURLY'; readonly amount: Thousandths; readonly hours: number }
  | { readonly kind: 'ONCE'; readonly amount: Thousandths }
  /** When needed; `hours` apart at least, `mostADay` in all, each null when it was not said. */
  | { readonly kind: 'AS_NEEDED'; readonly amount: Thousandths; readonly hours: number | null; readonly mostADay: Thousandths | null };

/** On which days a dose is taken that is taken by the day. Weekdays are in the order of the week, each once. */
export type DoseDays = { readonly kind: 'EVERY'; readonly days: number } | { readonly kind: 'WEEKDAYS'; readonly weekdays: readonly Weekday[] };

/** Whether a dose is taken once on some days only. Then nobody is told `once a day`, which would be read as every day. */
export const isOnceOnSomeDays = (times: DoseTimes, days: DoseDays): boolean => times.kind === 'DAILY' && times.times === 1 && (days.kind === 'WEEKDAYS' || days.days > 1);

/** For how long; CONTINUED is until somebody ends it. */
export type DoseDuration = { readonly count: number; readonly unit: 'd' | 'w' | 'mo' } | 'CONTINUED';

/** One step of a dosing. `days` are every day for HOURLY, ONCE and AS_NEEDED; `duration` is null when it was not said. */
export interface DoseStep {
  readonly times: DoseTimes;
  readonly days: DoseDays;
  readonly duration: DoseDuration | null;
}

/** How a medicine is taken: steps that follow one another, all in one unit, which is null for that of the form. */
export interface Dosing {
  readonly unit: DoseUnit | null;
  readonly steps: readonly DoseStep[];
}

export const EVERY_DAY: DoseDays = { kind: 'EVERY', days: 1 };

/** Bounds of what a notation may say; beyond them a number is a slip of the pen. */
export const doseLimits = { characters: 200, steps: 10, amount: 1_000_000, timesADay: 12, hours: 72, daysApart: 90, duration: { d: 730, w: 104, mo: 24 } } as const;

export const partNames = ['MORNING', 'NOON', 'EVENING', 'NIGHT'] as const;
export type PartOfDay = (typeof partNames)[number];

/** How a dose relates to meals. */
export const mealRelations = ['BEFORE_MEAL', 'WITH_MEAL', 'AFTER_MEAL', 'EMPTY_STOMACH'] as const;
export type MealRelation = (typeof mealRelations)[number];

/** The parts of the day in which something is taken, in their order. */
export function partsOfDay(amounts: Parts): Array<{ part: PartOfDay; amount: Thousandths }> {
  const names = amounts.length === 4 ? partNames : partNames.filter((part) => part !== 'EVENING');
  return amounts.flatMap((amount, index) => (amount ? { part: names[index]!, amount } : []));
}

/** An amount as decimal text: 1500 thousandths are 1.5. */
export const thousandthsAsDecimal = (amount: Thousandths): string => `${Math.floor(amount / 1000)}${amount % 1000 ? `.${String(amount % 1000).padStart(3, '0').replace(/0+$/, '')}` : ''}`;

/** A decimal text of at most three places, zero or above, in thousandths, exactly; NaN for anything else. */
export function toThousandths(decimal: string): Thousandths {
  const [, whole, places = ''] = /^(\d+)(?:\.(\d{1,3})0*)?$/.exec(decimal) ?? [];
  return whole === undefined ? NaN : Number(whole) * 1000 + Number(places.padEnd(3, '0'));
}
