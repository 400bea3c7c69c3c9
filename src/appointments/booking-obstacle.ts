import { registerEnumType } from '@nestjs/graphql';
import { DomainError, ErrorCode, type InputFault } from '../platform/errors.js';

export enum BookingObstacle {
  NO_SESSION = 'NO_SESSION', NOT_A_SLOT = 'NOT_A_SLOT', SLOT_TAKEN = 'SLOT_TAKEN', SESSION_FULL = 'SESSION_FULL', SESSION_OVER = 'SESSION_OVER',
  SESSION_STATUS = 'SESSION_STATUS', DAY_CLOSED = 'DAY_CLOSED', DOCTOR_LEFT = 'DOCTOR_LEFT', BOOKED_ALREADY = 'BOOKED_ALREADY', PATIENT_IS_ELSEWHERE = 'PATIENT_IS_ELSEWHERE',
}
registerEnumType(BookingObstacle, {
  name: 'BookingObstacle',
  description: 'Why one of several bookings could not be made.',
  valuesMap: {
    NO_SESSION: { description: 'The doctor sees nobody there on that day at about that time.' },
    NOT_A_SLOT: { description: 'No slot begins at that time.' },
    SLOT_TAKEN: { description: 'Somebody else has the slot, or the room at that time.' },
    SESSION_FULL: { description: 'The session has no place left.' },
    SESSION_OVER: { description: 'The time of the session, or of the slot, is over.' },
    SESSION_STATUS: { description: 'The session is closed or cancelled.' },
    DAY_CLOSED: { description: 'The day was closed after the session was planned.' },
    DOCTOR_LEFT: { description: 'The doctor sees patients there no longer.' },
    BOOKED_ALREADY: { description: 'The patient has a place in the session.' },
    PATIENT_IS_ELSEWHERE: { description: 'The patient has another appointment at that time.' },
  },
});

const obstacles: ReadonlySet<unknown> = new Set(Object.values(BookingObstacle));

/** What stood in the way of a booking, and which appointment that was, where it is one that the caller may see. */
export interface InTheWay {
  obstacle: BookingObstacle;
  obstacleId: string | null;
}

/** What stood in the way of a booking; throws again what is wrong with the request as a whole. */
export function obstacleOf(error: unknown): InTheWay {
  if (!(error instanceof DomainError)) throw error;
  const { reason, faults, appointmentId } = error.details as { reason?: unknown; faults?: InputFault[]; appointmentId?: string };
  if (error.code === ErrorCode.CONFLICT && obstacles.has(reason)) return { obstacle: reason as BookingObstacle, obstacleId: appointmentId ?? null };
  const slot = faults?.find(({ path }) => path.at(-1) === 'slotFrom')?.reason;
  if (slot === undefined) throw error;
  return { obstacle: slot === 'PAST' ? BookingObstacle.SESSION_OVER : BookingObstacle.NOT_A_SLOT, obstacleId: null };
}
