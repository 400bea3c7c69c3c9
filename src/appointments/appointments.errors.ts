import { conflict } from '../platform/errors.js';
import type { NumberSeries, SessionStatus } from '../schedules/schedule-enums.model.js';
import type { AppointmentStatus } from './appointment.enums.js';

/** Refuses to book a follow-up that is booked already, or whose prescription is in force no longer. */
export const followUpNotDue = () => conflict('FOLLOW_UP_NOT_DUE', 'The follow-up is booked already, or its prescription is in force no longer.');

/** Refuses a slot, or a room at that time, that somebody else has, naming their appointment where the caller may see it. */
export const slotTaken = (appointmentId?: string) => conflict('SLOT_TAKEN', 'Somebody else has this slot.', { ...(appointmentId && { appointmentId }) });

/** Refuses a booking when there is no place left of those wanted, and tells what there is instead. */
export const sessionFull = (left: { series: NumberSeries; seriesWithRoom: NumberSeries[]; overbooksLeft: number }) =>
  conflict('SESSION_FULL', 'The session has no place left of those wanted.', left);

/** Refuses a second place in a session, naming the first. */
export const bookedAlready = (appointmentId: string) => conflict('BOOKED_ALREADY', 'The patient has a place in this session.', { appointmentId });

/** Refuses a slot while the patient is elsewhere, naming that appointment where the caller may see it. */
export const patientIsElsewhere = (appointmentId?: string) => conflict('PATIENT_IS_ELSEWHERE', 'The patient has another appointment at that time.', { ...(appointmentId && { appointmentId }) });

/** Refuses what a session does not allow in its status. */
export const sessionIs = (status: SessionStatus) => conflict('SESSION_STATUS', `The session is ${status}.`, { status });

/** Refuses what can be done on the day of a session alone, before that begins. */
export const tooEarly = (from: Date) => conflict('TOO_EARLY', 'The day of the session has not begun.', { from: from.toISOString() });

/** Refuses to book on a day that was closed after its sessions were planned. */
export const dayIsClosed = () => conflict('DAY_CLOSED', 'The day was closed after the session was planned.');

/** Refuses to book in a session whose time is over. */
export const sessionIsOver = () => conflict('SESSION_OVER', 'The time of the session is over.');

/** Refuses a step that an appointment cannot take from where it is. */
export const appointmentIs = (status: AppointmentStatus) => conflict('APPOINTMENT_STATUS', `The appointment is ${status}.`, { status });

/** Refuses to let somebody in who booked online, before the desk has seen who they are. */
export const bookerUnknown = () => conflict('BOOKER_UNKNOWN', 'Who booked this online is not known yet.');

/** Refuses to say whose an appointment is that has a patient. */
export const bookerKnown = (patientId: string) => conflict('BOOKER_KNOWN', 'The appointment has a patient.', { patientId });

/** Refuses to close a session while patients wait in it. */
export const patientsWait = (count: number) => conflict('PATIENTS_WAIT', 'Patients who have come still wait.', { count });

/** Refuses to call the next patient when nobody who has come waits. */
export const nobodyWaits = () => conflict('NOBODY_WAITS', 'Nobody who has come waits.');

/** Refuses new bookings with a doctor who has left the practice or the chamber. */
export const doctorLeft = () => conflict('DOCTOR_LEFT', 'The doctor of this session sees patients here no longer.');

/** Refuses a capacity below what is booked. */
export const moreAreBooked = (count: number) => conflict('MORE_ARE_BOOKED', 'More places are booked or kept than that.', { count });

/** Refuses a change of a session while somebody in it cannot be moved. */
export const changeIsBlocked = (count: number) => conflict('CHANGE_BLOCKED', 'Not everybody can be moved.', { count });

/** Refuses to undo what was undone. */
export const undoneAlready = () => conflict('UNDONE_ALREADY', 'The change was undone.');

/** Refuses to undo a change whose time for that is over. */
export const undoIsOver = () => conflict('UNDO_IS_OVER', 'The time in which the change could be undone is over.');

/** Refuses to undo a change after which the session was changed again. */
export const changedSince = () => conflict('CHANGED_SINCE', 'The session was changed again since.');

/** Refuses to undo a shift after which others have booked. */
export const bookedSince = (count: number) => conflict('BOOKED_SINCE', 'Patients have booked in the new session since.', { count });

/** Refuses a series of which not all that was wanted can be booked, naming the days and why. */
export const seriesIncomplete = (missed: readonly object[]) => conflict('SERIES_INCOMPLETE', 'Not all of the series can be booked.', { missed });

/** Refuses to let a patient wait twice for the same, naming the first time. */
export const waitsAlready = (entryId: string) => conflict('WAITS_ALREADY', 'The patient waits for that already.', { entryId });

/** Refuses to book an offer that was not taken in time, or to end a waiting that is over. */
export const offerIsOver = () => conflict('OFFER_IS_OVER', 'The offer, or the waiting, is over.');

/** Refuses a number whose lease is over when no place is left for it. */
export const leaseExpired = () => conflict('LEASE_EXPIRED', 'The lease of the number is over, and no place is left.');

/** Refuses to take along more numbers of a session than may be. */
export const tooManyLeased = (of: 'DEVICE' | 'MEMBER' | 'SESSION', most: number, held: number) => conflict('TOO_MANY_LEASED', 'As many numbers of the session are along as may be.', { of, most, held });
