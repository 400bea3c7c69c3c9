import type { Stretch } from '../schedules/number-stretches.model.js';
import { NumberSeries } from '../schedules/schedule-enums.model.js';
import type { SessionRow } from '../schedules/session-rows.model.js';

/** A stretch of serial numbers and the next that it gives; beyond `last` when it has none left. */
export interface NextNumbers extends Stretch {
  next: number;
}

/** How many places of a series, and in SLOT mode of a slot, are taken. */
export interface TakenPlaces {
  series: NumberSeries;
  overbooked: boolean;
  slot_from: Date | null;
  slot_until: Date | null;
  count: number;
}

/** What a session has to give, as it is used up: its numbers, and how many of its places are taken, of each series and beyond the capacity. */
export interface Places {
  capacity: number;
  overbookLimit: number;
  stretches: NextNumbers[];
  taken: { bySeries: Map<NumberSeries, number>; overbooked: number };
}

/** A place in a session. `from` is the first number of the stretch of which the number is taken. */
export interface Place {
  series: NumberSeries;
  number: number;
  from: number;
  overbooked: boolean;
}

/** A slot of a session in SLOT mode; `free` as long as nobody has it and it is not over. */
export interface Slot {
  from: Date;
  until: Date;
  free: boolean;
}

/** What a session has to give, from its numbers and what of it is taken. */
export function placesOf({ capacity, overbook_limit: overbookLimit }: Pick<SessionRow, 'capacity' | 'overbook_limit'>, stretches: readonly NextNumbers[], taken: readonly TakenPlaces[]): Places {
  const bySeries = new Map<NumberSeries, number>();
  for (const { series, count } of taken.filter(({ overbooked }) => !overbooked)) bySeries.set(series, (bySeries.get(series) ?? 0) + count);
  return {
    capacity, overbookLimit, stretches: stretches.map((one) => ({ ...one })),
    taken: { bySeries, overbooked: taken.filter(({ overbooked }) => overbooked).reduce((sum, { count }) => sum + count, 0) },
  };
}

/** The slots of a session in their order; none in SERIAL mode. Who is booked beyond the capacity takes none. */
export function slotsOf({ slot_minutes: minutes, starts_at: startsAt, capacity }: Pick<SessionRow, 'slot_minutes' | 'starts_at' | 'capacity'>, taken: readonly TakenPlaces[], now: Date): Slot[] {
  if (minutes === null) return [];
  return Array.from({ length: capacity }, (_, index) => {
    const from = new Date(startsAt.getTime() + index * minutes * 60_000);
    const until = new Date(from.getTime() + minutes * 60_000);
    return { from, until, free: until > now && !taken.some((one) => !one.overbooked && one.slot_from! < until && one.slot_until! > from) };
  });
}

/** The same slots as they can be booked: none is free when no place, or no number for one, is left in the session. */
export function slotsLeftOf(session: Pick<SessionRow, 'slot_minutes' | 'starts_at' | 'capacity' | 'overbook_limit'>, numbers: readonly NextNumbers[], taken: readonly TakenPlaces[], now: Date): Slot[] {
  const isFull = leftOf(placesOf(session, numbers, taken), NumberSeries.GENERAL) === 0;
  return slotsOf(session, taken, now).map((slot) => ({ ...slot, free: slot.free && !isFull }));
}

/** How many places a series has: those reserved for it, and for everybody what is not reserved. */
export function quotaOf({ capacity, stretches }: Pick<Places, 'capacity' | 'stretches'>, series: NumberSeries): number {
  const reserved = (of?: NumberSeries): number => stretches
    .filter((one) => one.series !== NumberSeries.GENERAL && one.series !== 'OVERFLOW' && (of === undefined || one.series === of))
    .reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return series === NumberSeries.GENERAL ? capacity - reserved() : reserved(series);
}

/** Whose places a booking takes that wants one of a series: everybody's where none are kept for it. */
export const seriesFor = (places: Places, wanted: NumberSeries): NumberSeries => (quotaOf(places, wanted) > 0 ? wanted : NumberSeries.GENERAL);

/**
 * The next place for a booking that wants one of a series: its own number while there is one, then one that follows the
 * capacity in place of one that became free. Who comes by telephone or to show reports gets one of everybody's when
 * theirs are used up; who books online does not. Undefined when the session is full.
 */
export function placeIn(places: Places, wanted: NumberSeries): Place | undefined {
  const own = seriesFor(places, wanted);
  const orders = own === NumberSeries.GENERAL || own === NumberSeries.ONLINE ? [own] : [own, NumberSeries.GENERAL];
  for (const series of orders) {
    if (leftOf(places, series) === 0) continue;
    const numbers = nextIn(places, series) ?? nextIn(places, 'OVERFLOW');
    if (numbers) return { series, number: numbers.next, from: numbers.first, overbooked: false };
  }
  return undefined;
}

/** The next place for whoever is moved: of the series that they had, or else one of everybody's, for it is the desk that moves them. */
export const placeForMoved = (places: Places, had: NumberSeries): Place | undefined => placeIn(places, had) ?? placeIn(places, NumberSeries.GENERAL);

/** The next place beyond the capacity; undefined when there is none left. */
export function placeBeyond(places: Places): Place | undefined {
  const numbers = nextIn(places, 'OVERFLOW');
  return numbers && places.taken.overbooked < places.overbookLimit ? { series: NumberSeries.GENERAL, number: numbers.next, from: numbers.first, overbooked: true } : undefined;
}

/** The next places of one series that can be taken along, up to `most`, which are then taken: those of GENERAL where none are kept for it. */
export function takeAlong(places: Places, wanted: NumberSeries, most: number): Place[] {
  const own = seriesFor(places, wanted);
  const found: Place[] = [];
  while (found.length < most) {
    const place = placeIn(places, own);
    if (place?.series !== own) break;
    takePlace(places, place);
    found.push(place);
  }
  return found;
}

/** Takes a place within the capacity. */
export function takePlace({ stretches, taken: { bySeries } }: Places, { series, from }: Place): void {
  bySeries.set(series, (bySeries.get(series) ?? 0) + 1);
  stretches.find(({ first }) => first === from)!.next++;
}

/** How many may still be booked beyond the capacity. */
export const overbooksLeft = (places: Places): number => Math.min(Math.max(0, places.overbookLimit - places.taken.overbooked), numbersOf(places, 'OVERFLOW'));

/** How many places of a series are left, for whoever has a number already. */
export const roomOf = (places: Places, series: NumberSeries): number => Math.max(0, quotaOf(places, series) - (places.taken.bySeries.get(series) ?? 0));

/** How many places of a series are left, each with a number for it: of the series, or one that follows the capacity. clinic.places_left answers the same. */
export const leftOf = (places: Places, series: NumberSeries): number => Math.min(roomOf(places, series), numbersOf(places, series) + numbersOf(places, 'OVERFLOW'));

/** How many places are left in all; of the numbers that follow the capacity each is for one place, of whatever series. */
export function leftInAll(places: Places): number {
  const each = Object.values(NumberSeries).map((series) => ({ room: roomOf(places, series), numbers: numbersOf(places, series) }));
  const own = each.reduce((sum, { room, numbers }) => sum + Math.min(room, numbers), 0);
  return own + Math.min(numbersOf(places, 'OVERFLOW'), each.reduce((sum, { room, numbers }) => sum + Math.max(0, room - numbers), 0));
}

/** Of which series places are left. */
export const seriesWithRoom = (places: Places): NumberSeries[] => Object.values(NumberSeries).filter((series) => leftOf(places, series) > 0);

const numbersOf = ({ stretches }: Places, of: NumberSeries | 'OVERFLOW'): number =>
  stretches.filter(({ series }) => series === of).reduce((sum, { last, next }) => sum + last - next + 1, 0);

const nextIn = ({ stretches }: Places, series: NumberSeries | 'OVERFLOW'): NextNumbers | undefined =>
  stretches.find((one) => one.series === series && one.next <= one.last);
