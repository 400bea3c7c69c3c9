import { conflict } from '../platform/errors.js';

/** Refuses hours that a doctor has already, in this chamber or another. */
export const schedulesOverlap = () => conflict('SCHEDULES_OVERLAP', 'The doctor has other hours at that time, here or in another chamber.');

/** Refuses to work on in a chamber that was archived. */
export const chamberIsArchived = () => conflict('CHAMBER_ARCHIVED', 'The chamber is archived.');

/** Refuses a session at a time at which the doctor or the room has another one. */
export const sessionsOverlap = () => conflict('SESSIONS_OVERLAP', 'The doctor or the room has another session at that time.');
