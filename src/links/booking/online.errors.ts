import { DomainError, ErrorCode, conflict } from '../../platform/errors.js';

/** Refuses a code without telling why: wrong, used, over, or never sent. */
export const codeRefused = () => new DomainError(ErrorCode.SIGN_IN_REFUSED, 'The code was not accepted.');

/** Refuses a session in which nobody books online, or not any more. */
export const notOffered = () => conflict('NOT_OFFERED', 'Patients do not book online in this session.');

/** Refuses another booking of a number that has as many as it may have, or let go of five places in the session. */
export const tooManyBookings = () => conflict('TOO_MANY_BOOKINGS', 'The telephone number has as many bookings to come as it may have, or let go of five places in this session.');

/** Refuses who books online when the places for it are taken; how many there are otherwise is not told. */
export const onlineFull = () => conflict('SESSION_FULL', 'The session has no place left.');

/** Refuses a slot that somebody else has. */
export const onlineSlotTaken = () => conflict('SLOT_TAKEN', 'Somebody else has this slot.');

/** Refuses to book before the deposit is told to be paid. */
export const depositIsDue = (deposit: number, currency: string) => conflict('DEPOSIT_DUE', 'A deposit is to be paid first.', { deposit, currency });

/** Refuses a deposit for an appointment for which none is to be paid. */
export const noDeposit = () => conflict('NO_DEPOSIT', 'Nothing is to be paid for this appointment.');

/** Refuses a deposit that was paid before. */
export const depositIsPaid = () => conflict('DEPOSIT_PAID', 'The deposit was paid before.');

/** Refuses a step that a booking cannot take from where it is. */
export const onlineStatusIs = (status: string) => conflict('APPOINTMENT_STATUS', `The appointment is ${status}.`, { status });
