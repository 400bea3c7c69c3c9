import { NumberSeries } from './schedule-enums.model.js';

/** Serial numbers, from `first` to `last`, kept for one way of booking. */
export interface Reserved {
  series: NumberSeries;
  first: number;
  last: number;
}

/** Serial numbers of a session from `first` to `last`, and for whom they are. */
export interface Stretch extends Omit<Reserved, 'series'> {
  series: NumberSeries | 'OVERFLOW';
}

/** The highest serial number there can be. */
export const HIGHEST_NUMBER = 999;

/** All serial numbers of a session: those reserved, the rest of its capacity for everybody, and what follows for places that become free again. `reserved` lies within the capacity, without overlap. */
export function stretchesOf(capacity: number, reserved: readonly Reserved[]): Stretch[] {
  const kept = [...reserved].sort((a, b) => a.first - b.first);
  const gaps = [...kept, { first: capacity + 1 }].map(({ first }, index) => ({
    series: NumberSeries.GENERAL, first: index === 0 ? 1 : kept[index - 1]!.last + 1, last: first - 1,
  }));
  return [...kept, ...gaps.filter(({ first, last }) => first <= last), { series: 'OVERFLOW' as const, first: capacity + 1, last: HIGHEST_NUMBER }]
    .sort((a, b) => a.first - b.first);
}
