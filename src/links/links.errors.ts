import { DomainError, ErrorCode, conflict } from '../platform/errors.js';
import type { VisitWindow } from './video/visit-window.js';

/** Refuses to end what is ended. */
export const linkIsEnded = () => conflict('ENDED_ALREADY', 'The link was ended before.');

/** Refuses to let somebody into a visit that is not by video. */
export const noVideoVisit = () => conflict('NOT_A_VIDEO_VISIT', 'The appointment is no visit by video.');

/** Refuses a visit that was cancelled, is over, or is not booked yet. */
export const appointmentIsOver = (status: string) => conflict('APPOINTMENT_STATUS', `The appointment is ${status}.`, { status });

/** Refuses a visit before and after its time. */
export const visitIsNotOpen = ({ opensAt, closesAt }: VisitWindow) =>
  conflict('VISIT_NOT_OPEN', 'The visit is not open at this time.', { opensAt: opensAt.toISOString(), closesAt: closesAt.toISOString() });

/** Refuses anybody but the doctor of a visit. */
export const notYourVisit = () => new DomainError(ErrorCode.FORBIDDEN, 'Only the doctor of the appointment can join its visit.');
