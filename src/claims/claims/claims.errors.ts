import { sqlState } from '../../platform/database/database-errors.js';
import { conflict, forbidden } from '../../platform/errors.js';
import type { Permission } from '../../platform/access/permissions.js';

/** Refuses what a claim does not allow in its status. */
export const claimIs = (status: string) => conflict('CLAIM_STATUS', `The claim is ${status}.`, { status });

/** Refuses to claim of an invoice that is not in force, or of which nothing is due. */
export const nothingToClaim = () => conflict('NOTHING_TO_CLAIM', 'Nothing is due on the invoice that the payer would pay.');

/** Refuses to send what lacks something. */
export const claimFaulty = () => conflict('CLAIM_FAULTY', 'Something is missing in the claim.');

/** Refuses to make a file of nothing. */
export const noClaimsReady = () => conflict('NO_CLAIMS_READY', 'No claim is ready for this payer.');

/** Refuses a file that was imported before. */
export const importedAlready = () => conflict('IMPORTED_ALREADY', 'This file was imported before.');

/** What the database refuses, in the words of the interface; any other error as it is. */
export function refusalOf(error: unknown, permission: Permission): unknown {
  const state = sqlState(error);
  if (state === 'SK090') return conflict('BOOKS_CLOSED', 'The books of the day are closed.');
  if (state === 'SK092') return nothingToClaim();
  if (state === 'SK096') return forbidden(permission);
  return error;
}
