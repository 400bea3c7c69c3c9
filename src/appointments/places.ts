import type { Stretch } from '../schedules/number-stretches.model.js';
import { NumberSeries } from '../schedules/schedule-enums.model.js';

/** A stretch of serial numbers and the next that it gives; beyond `last` when it has none left. */
export interface NextNumbers extends Stretch {
  next: number;
}

/** How many places of a session are taken, of each series and beyond the capacity. */
export interface Taken {
  bySeries: ReadonlyMap<NumberSeries, number>;
  overbooked: number;
}

/** What a session has to give. */
export interface Places {
  capacity: number;
  overbookLimit: number;
  stretches: readonly NextNumbers[];
  taken: Taken;
}

/** A place in a session. `from` is the first number of the stretch of which the number is taken. */
export interface Place {
  series: NumberSeries;
  number: number;
  from: number;
  overbooked: boolean;
}

/** How many places a series has: those reserved for it, and for everybody what is not reserved. */
export function quotaOf({ capacity, stretches }: Places, series: NumberSeries): number {
  const reserved = (of?: NumberSeries): number => stretches
    .filter((one) => one.series !== NumberSeries.GENERAL && one.series !== 'OVERFLOW' && (of === undefined || one.series === of))
    .reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return series === NumberSeries.GENERAL ? capacity - reserved() : reserved(series);
}

/**
 * The next place for a booking that wants one of a series: its own number while there is one, then one that follows the
 * capacity in place of one that became free. Who comes by telephone or to show reports gets one of everybody's when
 * theirs are used up; who books online does not. Undefined when the session is full.
 */
export function placeIn(places: Places, wanted: NumberSeries): Place | undefined {
  const own = quotaOf(places, wanted) > 0 ? wanted : NumberSeries.GENERAL;
  const orders = own === NumberSeries.GENERAL || own === NumberSeries.ONLINE ? [own] : [own, NumberSeries.GENERAL];
  for (const series of orders) {
    if ((places.taken.bySeries.get(series) ?? 0) >= quotaOf(places, series)) continue;
    const numbers = nextIn(places, series) ?? nextIn(places, 'OVERFLOW');
    if (numbers) return { series, number: numbers.next, from: numbers.first, overbooked: false };
  }
  return undefined;
}

/** The next place beyond the capacity; undefined when there is none left. */
export function placeBeyond(places: Places): Place | undefined {
  const numbers = nextIn(places, 'OVERFLOW');
  return numbers && places.taken.overbooked < places.overbookLimit ? { series: NumberSeries.GENERAL, number: numbers.next, from: numbers.first, overbooked: true } : undefined;
}

/** The next places of one series that can be taken along, up to `most`: those of GENERAL where none are kept for it. */
export function placesAlong(places: Places, wanted: NumberSeries, most: number): Place[] {
  const stretches = places.stretches.map((one) => ({ ...one }));
  const bySeries = new Map(places.taken.bySeries);
  const own = quotaOf(places, wanted) > 0 ? wanted : NumberSeries.GENERAL;
  const found: Place[] = [];
  while (found.length < most) {
    const place = placeIn({ ...places, stretches, taken: { ...places.taken, bySeries } }, own);
    if (place?.series !== own) break;
    found.push(place);
    bySeries.set(own, (bySeries.get(own) ?? 0) + 1);
    stretches.find(({ first }) => first === place.from)!.next++;
  }
  return found;
}

/** How many may still be booked beyond the capacity. */
export const overbooksLeft = (places: Places): number => (nextIn(places, 'OVERFLOW') ? Math.max(0, places.overbookLimit - places.taken.overbooked) : 0);

/** How many places of a series are left. */
export const leftOf = (places: Places, series: NumberSeries): number => Math.max(0, quotaOf(places, series) - (places.taken.bySeries.get(series) ?? 0));

/** Of which series places are left. */
export const seriesWithRoom = (places: Places): NumberSeries[] => Object.values(NumberSeries).filter((series) => leftOf(places, series) > 0);

const nextIn = ({ stretches }: Places, series: NumberSeries | 'OVERFLOW'): NextNumbers | undefined =>
  stretches.find((one) => one.series === series && one.next <= one.last);
