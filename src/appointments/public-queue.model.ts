import { AppointmentStatus } from './appointment.enums.js';
import type { Expected } from './estimates.js';
import { type PlaceInLine, type SessionInLine, turnsIn } from './session-queue.model.js';

/** What of an appointment everybody in the waiting room may see: its number, and how far it has come. */
export type NumberInLine = Omit<PlaceInLine, 'id'> & { number: number };

/** A number that waits, and when its turn is to be expected. */
export interface NextNumber extends Expected {
  number: number;
}

/** A session's queue by numbers alone. */
export interface PublicQueue {
  called: number[];
  inConsultation: number[];
  next: NextNumber[];
  waiting: number;
  /** How many of those who wait have come. */
  here: number;
}

/** The queue of a session by numbers alone, with the first `most` of those who wait; `rows` are its appointments in the order in which they are called. */
export function publicQueueOf(session: SessionInLine, rows: readonly NumberInLine[], now: Date, most: number): PublicQueue {
  const numbersIn = (status: AppointmentStatus): number[] => rows.filter((row) => row.status === status).map(({ number }) => number);
  const turns = turnsIn(session, rows.map((row) => ({ ...row, id: String(row.number) })), now);
  const line = rows.flatMap(({ number }) => {
    const turn = turns.get(String(number));
    return turn ? [{ number, from: turn.from, until: turn.until }] : [];
  });
  return { called: numbersIn(AppointmentStatus.CALLED), inConsultation: numbersIn(AppointmentStatus.IN_CONSULT), next: line.slice(0, most), waiting: line.length, here: numbersIn(AppointmentStatus.ARRIVED).length };
}
