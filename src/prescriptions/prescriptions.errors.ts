import { conflict } from '../platform/errors.js';
import type { PrescriptionStatus } from './prescription.enums.js';

/** Refuses what a prescription does not allow in its status. */
export const prescriptionIs = (status: PrescriptionStatus) => conflict('PRESCRIPTION_STATUS', `The prescription is ${status}.`, { status });

/** Refuses a second amendment of a version, naming the first. */
export const amendedAlready = (prescriptionId: string) => conflict('AMENDED_ALREADY', 'Another draft or version amends it.', { prescriptionId });

/** Refuses a signature, and tells what is missing. */
export const mayNotSign = (missing: 'DOCTOR' | 'PERMISSION' | 'LICENCE') => conflict('MAY_NOT_SIGN', 'Only the doctor of a prescription signs it, with a licence that holds.', { missing });

/** Refuses to sign what was not checked as it stands, or of a patient of whom more is known since. */
export const checksNeeded = (because: 'NEVER_CHECKED' | 'RECORD_CHANGED') => conflict('CHECKS_NEEDED', 'The prescription must be checked first.', { because });

/** Refuses to sign in spite of findings for which no reason was given. */
export const findingsOpen = (keys: string[]) => conflict('FINDINGS_OPEN', 'Some findings need a reason.', { keys });

/** Refuses to sign a prescription that says nothing. */
export const nothingPrescribed = () => conflict('NOTHING_PRESCRIBED', 'The prescription says nothing.');

/** Refuses to replace a key that was replaced already. */
export const keyEnded = () => conflict('KEY_ENDED', 'Another key took its place.');

/** Refuses to declare void what is void. */
export const voidedAlready = () => conflict('VOIDED_ALREADY', 'The dispensing was declared void before.');

/** Refuses to send a prescription of a practice that sends none. */
export const noExchange = () => conflict('NO_EXCHANGE', 'The practice sends prescriptions nowhere.');

/** Refuses to send what the patient has not agreed to have sent. */
export const noExchangeConsent = (status: string) => conflict('NO_CONSENT', 'The patient has not agreed to exchange.', { status });
