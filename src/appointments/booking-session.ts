import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { type InputFault, forbidden, notFound } from '../platform/errors.js';
import type { InputCheck } from '../platform/input-check.js';
import { NumberSeries, SessionMode } from '../schedules/schedule-enums.model.js';
import { type ClosableDay, isDayClosed } from '../schedules/closed-day.model.js';
import { chamberIsArchived } from '../schedules/schedules-errors.model.js';
import { SESSION_OBSTACLES, type SessionObstacle } from '../schedules/session-obstacle.model.js';
import type { SessionRow } from '../schedules/session-rows.model.js';
import { AppointmentStatus, BookingChannel, VisitType } from './appointment.enums.js';
import { APPOINTMENT_TO_CHANGE, EXPIRE_HELD, SESSION_OF_APPOINTMENT, SESSION_TO_BOOK } from './appointment-rows.js';
import { dayIsClosed, doctorLeft, sessionFull, sessionIs, sessionIsOver, tooEarly } from './appointments.errors.js';
import { askPlaces } from './place-rows.js';
import { type NextNumbers, type Place, type Places, type TakenPlaces, overbooksLeft, placeBeyond, placesOf, seriesWithRoom, slotsOf } from './places.model.js';

/** A session as it is locked; `day_begins` is when its day does where the chamber is, and `now` is by the database's clock. */
export type LockedSession = SessionRow & ClosableDay & { day_begins: Date; now: Date };

/** A session as it is locked for a booking, and what it has to give. */
export interface BookingSession {
  session: LockedSession;
  mayOverbook: boolean;
  /** By the database's clock. */
  now: Date;
  places: Places;
  /** What was held there too long and is let go, for `noteExpired`. */
  expired: Row[];
}

/** The slot that a booking gets; both are null in SERIAL mode. */
export interface SlotGiven {
  from: Date | null;
  until: Date | null;
}

/** Locks a session for a booking and asks for its places; `bookingSessionFrom` reads the answers. Each statement sees what was booked before the lock was had. */
export const askBookingSession = (tenantId: string, sessionId: string): Statement[] => [
  { text: SESSION_TO_BOOK, values: [tenantId, sessionId] }, { text: EXPIRE_HELD, values: [tenantId, sessionId] },
  { text: SESSION_OBSTACLES, values: [tenantId, [sessionId]] }, ...askPlaces(tenantId, [sessionId])];

/** Locks the session of an appointment and then the appointment, which is how everybody locks them; `lockedSession` reads the first answer, and the second is one AppointmentRow. */
export const askToStep = (tenantId: string, id: string): Statement[] => [SESSION_OF_APPOINTMENT, APPOINTMENT_TO_CHANGE].map((text) => ({ text, values: [tenantId, id] }));

/** A session as a statement locked it; throws NOT_FOUND, with the path of its id if told, or FORBIDDEN when the caller does not book in its chamber. */
export function lockedSession([row]: Row[], path?: string[]): Row {
  if (!row) throw notFound(path);
  if (!row['may']) throw forbidden('appointments:manage');
  return row;
}

/** Whether the day of a session has begun where its chamber is. */
export const dayHasBegun = ({ day_begins: begins, now }: Pick<LockedSession, 'day_begins' | 'now'>): boolean => begins <= now;

/** Throws CONFLICT (TOO_EARLY) before the day of a session: until then nobody comes, is called, or stays away. */
export function refuseTooEarly(session: Pick<LockedSession, 'day_begins' | 'now'>): void {
  if (!dayHasBegun(session)) throw tooEarly(session.day_begins);
}

/** Throws CONFLICT (DAY_CLOSED) when the day of a session was closed after it was planned: whom it has stay, and nobody else is booked. */
export async function refuseClosedDay(session: ClosableDay): Promise<void> {
  if (await isDayClosed(session)) throw dayIsClosed();
}

/** Where a booking names its session. */
export const SESSION_PATH = ['input', 'sessionId'];

/** The session as it is locked, whatever its status, and by the database's clock; throws NOT_FOUND, or FORBIDDEN when the caller does not book in its chamber. */
export function sessionAsked([sessions]: Row[][]): Pick<BookingSession, 'session' | 'now'> {
  const row = lockedSession(sessions!, SESSION_PATH);
  return { session: row as unknown as LockedSession, now: row['now'] as Date };
}

/** Throws CONFLICT when a session takes nobody any more; `asked` is the answer to SESSION_OBSTACLES. */
export function refuseToBook({ id, status }: SessionRow, asked: readonly Row[]): void {
  switch (asked.find((row) => row['id'] === id)!['obstacle'] as SessionObstacle | null) {
    case null: return;
    case 'SESSION_STATUS': throw sessionIs(status);
    case 'SESSION_OVER': throw sessionIsOver();
    case 'DOCTOR_LEFT': throw doctorLeft();
    case 'CHAMBER_ARCHIVED': throw chamberIsArchived();
  }
}

/** The session; throws NOT_FOUND, FORBIDDEN when the caller does not book in its chamber, or CONFLICT when it takes nobody any more. */
export function bookingSessionFrom([sessions, expired, obstacles, numbers, taken]: Row[][]): BookingSession {
  const { session, now } = sessionAsked([sessions!]);
  refuseToBook(session, obstacles!);
  return {
    session, now, mayOverbook: sessions![0]!['may_overbook'] as boolean, expired: expired!,
    places: placesOf(session, numbers as unknown as NextNumbers[], taken as unknown as TakenPlaces[]),
  };
}

/** Notes in the trail what was held too long and is let go by this transaction. */
export function noteExpired(tx: AuditedTx, expired: readonly Row[]): void {
  for (const { id, patient_id: patientId } of expired as ReadonlyArray<{ id: string; patient_id: string | null }>) {
    tx.record('appointment', id, patientId ?? undefined);
    tx.change('appointment', id, 'status', AppointmentStatus.HELD, AppointmentStatus.EXPIRED);
  }
}

/** The slot of a session that begins at an instant, and which is not over; none after noting the fault at `input.slotFrom`. */
export function slotIn({ session, now }: Pick<BookingSession, 'session' | 'now'>, wanted: Date | null | undefined, check: InputCheck): SlotGiven {
  const blame = (reason: InputFault['reason']): SlotGiven => {
    check.blame(['slotFrom'], reason);
    return { from: null, until: null };
  };
  if (session.mode === SessionMode.SERIAL) return wanted ? blame('NOT_IN_THIS_MODE') : { from: null, until: null };
  if (!wanted) return blame('NEEDED');
  const slot = slotsOf(session, [], now).find(({ from }) => from.getTime() === wanted.getTime());
  if (!slot) return blame('NOT_A_SLOT');
  return slot.free ? { from: slot.from, until: slot.until } : blame('PAST');
}

/** The place that a booking gets, which is one beyond the capacity or what `choose` finds for a series; throws FORBIDDEN or CONFLICT (SESSION_FULL). */
export function placeFor({ places, mayOverbook }: BookingSession, series: NumberSeries, overbook: boolean, choose: (places: Places, series: NumberSeries) => Place | undefined): Place {
  if (overbook && !mayOverbook) throw forbidden('appointments:overbook');
  const place = overbook ? placeBeyond(places) : choose(places, series);
  if (!place) throw sessionFull({ series, seriesWithRoom: seriesWithRoom(places), overbooksLeft: overbooksLeft(places) });
  return place;
}

/** Which places a booking takes unless it says so. */
export function usualSeries(channel: BookingChannel, visitType: VisitType): NumberSeries {
  if (visitType === VisitType.REPORT) return NumberSeries.REPORT;
  if (channel === BookingChannel.PHONE) return NumberSeries.PHONE;
  return channel === BookingChannel.ONLINE ? NumberSeries.ONLINE : NumberSeries.GENERAL;
}
