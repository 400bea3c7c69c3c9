import { NumberSeries, SessionMode, SessionStatus } from '../../schedules/schedule-enums.model.js';
import type { SessionRow } from '../../schedules/session-rows.model.js';
import type { AppointmentRow } from '../appointment-rows.js';
import { AppointmentStatus } from '../appointment.enums.js';
import { isOver } from '../booking-session.js';
import type { Expected } from '../estimates.js';
import type { LeasedPlaces } from '../offline/lease-rows.js';
import { type NextNumbers, type Places, leftOf, overbooksLeft, placeIn, quotaOf } from '../places.js';
import { type PlaceInLine, turnsIn } from '../session-queue.model.js';
import type { SessionPlaces, SessionSlot } from './session-places.model.js';

/** What of an appointment that takes up a place says which. */
export type TakenPlace = PlaceInLine & Pick<AppointmentRow, 'call_order' | 'series' | 'overbooked' | 'slot_until'>;

/** A session at one moment, with its numbers and, in the order in which they are called, everybody who takes up a place. */
export interface SessionAtMoment {
  session: SessionRow;
  stretches: readonly NextNumbers[];
  taken: readonly TakenPlace[];
  leased: readonly LeasedPlaces[];
  now: Date;
}

const NEXT = 'the next';

/** The places of a session: those of each series, how many of them are left, and about when whoever takes the next has their turn. */
export function sessionPlacesOf(at: SessionAtMoment): SessionPlaces {
  const { session, stretches, now } = at;
  const within = at.taken.filter(({ overbooked }) => !overbooked);
  const places: Places = {
    capacity: session.capacity, overbookLimit: session.overbook_limit, stretches,
    taken: { bySeries: countBySeries(within, at.leased), overbooked: at.taken.length - within.length },
  };
  const open = takesBookings(session, now);
  const freeSlots = session.mode === SessionMode.SLOT ? sessionSlotsOf(at).filter(({ free }) => free).length : undefined;
  const bySeries = Object.values(NumberSeries).filter((series) => quotaOf(places, series) > 0).map((series) => {
    const free = open ? (freeSlots ?? leftOf(places, series)) : 0;
    const turn = free > 0 && freeSlots === undefined ? nextTurn(at, places, series) : undefined;
    return { series, capacity: quotaOf(places, series), taken: places.taken.bySeries.get(series) ?? 0, free, expectedFrom: turn?.from ?? null, expectedUntil: turn?.until ?? null };
  });
  return {
    capacity: session.capacity, taken: within.length + at.leased.reduce((sum, { count }) => sum + count, 0), free: bySeries.reduce((sum, { free }) => sum + free, 0),
    overbooked: places.taken.overbooked, overbooksLeft: open ? overbooksLeft(places) : 0, bySeries,
  };
}

/** The slots of a session in their order, and which of them can be booked; none in SERIAL mode. */
export function sessionSlotsOf({ session, taken, now }: SessionAtMoment): SessionSlot[] {
  if (session.mode !== SessionMode.SLOT) return [];
  const open = takesBookings(session, now);
  const length = session.slot_minutes! * 60_000;
  return Array.from({ length: session.capacity }, (_, index) => {
    const from = new Date(session.starts_at.getTime() + index * length);
    const until = new Date(from.getTime() + length);
    const isTaken = taken.some((one) => !one.overbooked && one.slot_from! < until && one.slot_until! > from);
    return { from, until, free: open && until > now && !isTaken };
  });
}

const takesBookings = (session: SessionRow, now: Date): boolean => ![SessionStatus.CLOSED, SessionStatus.CANCELLED].includes(session.status) && !isOver(session, now);

function countBySeries(taken: readonly TakenPlace[], leased: readonly LeasedPlaces[]): Map<NumberSeries, number> {
  const counts = new Map<NumberSeries, number>(leased.map(({ series, count }) => [series, count]));
  for (const { series } of taken) counts.set(series, (counts.get(series) ?? 0) + 1);
  return counts;
}

// Whoever takes the next number comes into the line where that number is called.
function nextTurn({ session, taken, now }: SessionAtMoment, places: Places, series: NumberSeries): Expected | undefined {
  const place = placeIn(places, series);
  if (!place) return undefined;
  const later = taken.findIndex(({ call_order: order }) => Number(order) > place.number);
  const next: PlaceInLine = { id: NEXT, status: AppointmentStatus.BOOKED, consult_at: null, completed_at: null, slot_from: null };
  return turnsIn(session, taken.toSpliced(later < 0 ? taken.length : later, 0, next as TakenPlace), now).get(NEXT);
}
