import { type PlaceInLine, type SessionInLine, type Turn, turnsIn } from '../../appointments/session-queue.model.js';

/** How full a session is, for who books online: never how many patients there are. */
export enum Availability { FREE = 'FREE', FEW = 'FEW', FULL = 'FULL' }

/** Of the free slots of a session strangers see these many, so that its load cannot be read off them. */
export const MOST_SLOTS_SHOWN = 6;
/** Expected times are told to strangers to the half hour. */
const COARSE_MS = 30 * 60_000;
const FEW_PLACES = 3;
const FEW_SHARE = 0.25;
const BOOKED = 'BOOKED' as PlaceInLine['status'];

/** An appointment of a session, as the database tells it for links. */
export interface OfferedPlace {
  number: number;
  status: PlaceInLine['status'];
  consultAt: string | null;
  completedAt: string | null;
  slotFrom: string | null;
  slotUntil: string | null;
  overbooked: boolean;
}

/** A session that is offered online, at one moment. `online_left` of `online_places` can be booked online. */
export interface OfferedSession extends SessionInLine {
  online_left: number;
  online_places: number;
  now: Date;
  places: OfferedPlace[];
}

/** When a turn is to be expected. */
export type ExpectedTurn = Pick<Turn, 'from' | 'until'>;

/** A stretch of time in which somebody can be seen. */
export interface OfferedSlot {
  from: Date;
  until: Date;
  free: boolean;
}

/** How full a session is for who books online: FEW from three places or a quarter of them on. */
export function availabilityOf(session: OfferedSession): Availability {
  const left = session.slot_minutes === null ? session.online_left : slotsOf(session).filter(({ free }) => free).length;
  if (left <= 0) return Availability.FULL;
  return left <= FEW_PLACES || left <= session.online_places * FEW_SHARE ? Availability.FEW : Availability.FREE;
}

/** Every slot of a session that is not over, and whether it can be booked; none in SERIAL mode. */
export function slotsOf({ slot_minutes: minutes, starts_at: startsAt, capacity, places, now }: OfferedSession): OfferedSlot[] {
  if (minutes === null) return [];
  return Array.from({ length: capacity }, (_, index) => {
    const from = new Date(startsAt.getTime() + index * minutes * 60_000);
    const until = new Date(from.getTime() + minutes * 60_000);
    const taken = places.some((one) => !one.overbooked && new Date(one.slotFrom!) < until && new Date(one.slotUntil!) > from);
    return { from, until, free: !taken };
  }).filter(({ from }) => from > now);
}

/** About when whoever books now has their turn, to the half hour; undefined in SLOT mode, or when nothing is left. */
export function roughTurn(session: OfferedSession): ExpectedTurn | undefined {
  if (session.slot_minutes !== null || session.online_left <= 0) return undefined;
  const next: PlaceInLine = { id: 'next', status: BOOKED, consult_at: null, completed_at: null, slot_from: null };
  const turn = turnsIn(session, [...session.places.map(inLine), next], session.now).get('next')!;
  return { from: toCoarse(turn.from, Math.floor), until: toCoarse(turn.until, Math.ceil) };
}

/** When the turn of a number is to be expected; undefined for one that does not wait. */
export const turnOf = (session: SessionInLine, places: OfferedPlace[], number: number, now: Date): ExpectedTurn | undefined => turnsIn(session, places.map(inLine), now).get(String(number));

const inLine = ({ number, status, consultAt, completedAt, slotFrom }: OfferedPlace): PlaceInLine =>
  ({ id: String(number), status, consult_at: dateOf(consultAt), completed_at: dateOf(completedAt), slot_from: dateOf(slotFrom) });

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));
const toCoarse = (instant: Date, round: (halfHours: number) => number): Date => new Date(round(instant.getTime() / COARSE_MS) * COARSE_MS);
