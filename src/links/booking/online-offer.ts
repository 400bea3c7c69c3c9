import { type NextNumbers, type Slot, type TakenPlaces, leftOf, placeIn, placesOf, quotaOf, seriesFor, slotsLeftOf } from '../../appointments/places.model.js';
import { type NumberInLine, type PlaceInLine, type SessionInLine, type Turn, turnOfNext, turnsIn } from '../../appointments/session-queue.model.js';
import { NumberSeries } from '../../schedules/schedule-enums.model.js';

/** How full a session is, for who books online: never how many patients there are. */
export enum Availability { FREE = 'FREE', FEW = 'FEW', FULL = 'FULL' }

/** Of the free slots of a session strangers see these many, so that its load cannot be read off them. */
export const MOST_SLOTS_SHOWN = 6;
/** Expected times are told to strangers to the half hour. */
const COARSE_MS = 30 * 60_000;
const FEW_PLACES = 3;
const FEW_SHARE = 0.25;

/** An appointment of a session, as the database tells it for links. */
export interface OfferedPlace {
  number: number;
  status: PlaceInLine['status'];
  consultAt: string | null;
  completedAt: string | null;
  slotFrom: string | null;
}

/** A session that is offered online, at one moment; `places` is its line. */
export interface OfferedSession extends SessionInLine {
  overbook_limit: number;
  numbers: NextNumbers[];
  taken: TakenPlaces[];
  now: Date;
  places: OfferedPlace[];
}

/** When a turn is to be expected. */
type ExpectedTurn = Pick<Turn, 'from' | 'until'>;

/** How full a session is for who books online: FEW from three places or a quarter of them on. */
export function availabilityOf(session: OfferedSession): Availability {
  const places = placesOf(session, session.numbers, session.taken);
  const own = seriesFor(places, NumberSeries.ONLINE);
  const left = Math.min(leftOf(places, own), session.slot_minutes === null ? Infinity : freeSlots(session).length);
  if (left <= 0) return Availability.FULL;
  return left <= FEW_PLACES || left <= quotaOf(places, own) * FEW_SHARE ? Availability.FEW : Availability.FREE;
}

/** The slots of a session that can be booked online, in their order: those that have not begun. None in SERIAL mode. */
export const freeSlots = (session: OfferedSession): Slot[] => slotsToCome(session).filter(({ free }) => free);

/** Those, and the ones that somebody has. */
export const slotsToCome = (session: OfferedSession): Slot[] => slotsLeftOf(session, session.numbers, session.taken, session.now).filter(({ from }) => from > session.now);

/** About when whoever books now has their turn, to the half hour; undefined in SLOT mode, or when nothing is left. */
export function roughTurn(session: OfferedSession): ExpectedTurn | undefined {
  if (session.slot_minutes !== null) return undefined;
  const place = placeIn(placesOf(session, session.numbers, session.taken), NumberSeries.ONLINE);
  const turn = place && turnOfNext(session, session.places.map(inLine), place.number, session.now);
  return turn && { from: toCoarse(turn.from, Math.floor), until: toCoarse(turn.until, Math.ceil) };
}

/** When the turn of a number is to be expected; undefined for one that does not wait. */
export const turnOf = (session: SessionInLine, places: OfferedPlace[], number: number, now: Date): ExpectedTurn | undefined => turnsIn(session, places.map(inLine), now).get(String(number));

const inLine = ({ number, status, consultAt, completedAt, slotFrom }: OfferedPlace): NumberInLine =>
  ({ id: String(number), number, status, consult_at: dateOf(consultAt), completed_at: dateOf(completedAt), slot_from: dateOf(slotFrom) });

export const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));
const toCoarse = (instant: Date, round: (halfHours: number) => number): Date => new Date(round(instant.getTime() / COARSE_MS) * COARSE_MS);
