import { conflict } from '../platform/errors.js';
import type { PrescriptionStatus } from './prescription.enums.js';

/** Refuses what a prescription does not allow in its status. */
export const prescriptionIs = (status: PrescriptionStatus) => conflict('PRESCRIPTION_STATUS', `The prescription is ${status}.`, { status });

/** Refuses a second amendment of a version, naming the first. */
export const amendedAlready = (prescriptionId: string) => conflict('AMENDED_ALREADY', 'Another draft or version amends it.', { prescriptionId });

/** Refuses a signature, and tells what is missing. */
export const mayNotSign = (missing: 'DOCTOR' | 'PERMISSION' | 'LICENCE') => conflict('MAY_NOT_SIGN', 'Only the doctor of a prescription signs it, with a licence that holds.', { missing });

/** Refuses to sign a prescription that says nothing. */
export const nothingPrescribed = () => conflict('NOTHING_PRESCRIBED', 'The prescription says nothing.');

/** Refuses to replace a key that was replaced already. */
export const keyEnded = () => conflict('KEY_ENDED', 'Another key took its place.');

/** Refuses to declare void what is void. */
export const voidedAlready = () => conflict('VOIDED_ALREADY', 'The dispensing was declared void before.');
