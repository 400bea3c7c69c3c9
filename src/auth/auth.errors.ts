import { DomainError, ErrorCode, conflict } from '../platform/errors.js';

/** The one answer to wrong credentials of any kind. */
export const signInRefused = () => new DomainError(ErrorCode.SIGN_IN_REFUSED, 'These credentials were not accepted.');

/** Refuses a second account with an e-mail address, to somebody who was invited under it. */
export const addressHasAccount = () =>
  conflict('ADDRESS_HAS_ACCOUNT', 'There is an account with this e-mail address. Join with its password; or sign in to it, link Google there, and join with Google then.');
