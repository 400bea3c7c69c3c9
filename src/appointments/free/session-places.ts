import { NumberSeries, SessionMode } from '../../schedules/schedule-enums.model.js';
import type { SessionRow } from '../../schedules/session-rows.model.js';
import { type NextNumbers, type TakenPlaces, leftInAll, leftOf, overbooksLeft, placeIn, placesOf, quotaOf, slotsLeftOf } from '../places.model.js';
import { type NumberInLine, turnOfNext } from '../session-queue.model.js';
import type { SessionPlaces, SessionSlot } from './session-places.model.js';

/** A session at one moment: whether it takes bookings, its numbers, what of it is taken, and who is in its line. */
export interface SessionAtMoment {
  session: SessionRow;
  isOpen: boolean;
  numbers: readonly NextNumbers[];
  taken: readonly TakenPlaces[];
  line: readonly NumberInLine[];
  now: Date;
}

/** The places of a session: those of each series, how many of them are left, and about when whoever takes the next has their turn. */
export function sessionPlacesOf(at: SessionAtMoment): SessionPlaces {
  const { session, isOpen, line, now } = at;
  const places = placesOf(session, at.numbers, at.taken);
  const { bySeries: takenOf, overbooked } = places.taken;
  const freeSlots = session.mode === SessionMode.SLOT ? sessionSlotsOf(at).filter(({ free }) => free).length : Infinity;
  const bySeries = Object.values(NumberSeries).filter((series) => quotaOf(places, series) > 0).map((series) => {
    const free = isOpen ? Math.min(leftOf(places, series), freeSlots) : 0;
    const next = free > 0 && session.mode === SessionMode.SERIAL ? placeIn(places, series) : undefined;
    const turn = next && turnOfNext(session, line, next.number, now);
    return { series, capacity: quotaOf(places, series), taken: takenOf.get(series) ?? 0, free, expectedFrom: turn?.from ?? null, expectedUntil: turn?.until ?? null };
  });
  return {
    capacity: session.capacity, taken: [...takenOf.values()].reduce((sum, count) => sum + count, 0), free: isOpen ? Math.min(leftInAll(places), freeSlots) : 0,
    overbooked, overbooksLeft: isOpen ? overbooksLeft(places) : 0, bySeries,
  };
}

/** The slots of a session in their order, and which of them can be booked; none in SERIAL mode. */
export const sessionSlotsOf = ({ session, isOpen, numbers, taken, now }: SessionAtMoment): SessionSlot[] => slotsLeftOf(session, numbers, taken, now).map(({ free, ...slot }) => ({ ...slot, free: isOpen && free }));
