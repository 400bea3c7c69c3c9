import { Temporal } from 'temporal-polyfill';
import { type NumberInLine, publicQueueOf } from '../../appointments/public-queue.model.js';
import type { SessionStatus } from '../../schedules/schedule-enums.model.js';

/** How many of those who wait are shown of a session. */
export const MOST_NEXT = 12;

/** A session of today as a display is given it; times in jsonb are text. */
export interface ShownSession {
  doctor: { nameEn: string; nameBn: string | null };
  room: string | null;
  status: SessionStatus;
  starts_at: Date;
  ends_at: Date;
  delay_minutes: number;
  slot_minutes: number | null;
  capacity: number;
  places: Array<{ number: number; status: NumberInLine['status']; consultAt: string | null; completedAt: string | null; slotFrom: string | null }>;
}

/** Whose queue it is, and at which moment. */
export interface ShownChamber {
  name: string;
  timeZone: string;
  now: Date;
}

/**
 * What a queue display shows, as JSON: no names but those of doctors, and no patients but by their numbers. Times are RFC
 * 3339 with the offset of the chamber, so that a screen that knows no time zones can show them; expected ones by the minute.
 */
export const displayState = ({ name, timeZone, now }: ShownChamber, sessions: readonly ShownSession[]) => {
  const local = (instant: Date): string => Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone).toString({ smallestUnit: 'second', timeZoneName: 'never' });
  return {
    chamber: name,
    date: local(now).slice(0, 10),
    sessions: sessions.map((session) => {
      const { called, inConsultation, next, waiting, here } = publicQueueOf(session, session.places.map(toNumber), now, MOST_NEXT);
      return {
        doctor: session.doctor, room: session.room, status: session.status, startsAt: local(session.starts_at), endsAt: local(session.ends_at), delayMinutes: session.delay_minutes,
        called, inConsultation, waiting, here, next: next.map(({ number, from, until }) => ({ number, from: local(toMinute(from, Math.floor)), until: local(toMinute(until, Math.ceil)) })),
      };
    }),
  };
};

const toNumber = ({ number, status, consultAt, completedAt, slotFrom }: ShownSession['places'][number]): NumberInLine =>
  ({ number, status, consult_at: dateOf(consultAt), completed_at: dateOf(completedAt), slot_from: dateOf(slotFrom) });

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

const MINUTE_MS = 60_000;
const toMinute = (instant: Date, round: (minutes: number) => number): Date => new Date(round(instant.getTime() / MINUTE_MS) * MINUTE_MS);
