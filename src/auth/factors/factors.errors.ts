import { conflict } from '../../platform/errors.js';

/** Refuses to remove the last second factor of somebody of whom a practice requires one. */
export const factorIsRequired = () =>
  conflict('SECOND_FACTOR_REQUIRED', 'A practice in which you work requires a second factor. Set another one up first.');

/** Refuses to remove the last second factor of an account whose password is only long enough beside one. */
export const passwordIsTooShort = (shortest: number) =>
  conflict('PASSWORD_TOO_SHORT', 'Without a second factor the password must be longer. Change it first.', { shortest });

/** Refuses to remove what alone signs in to an account that has no password: the last passkey or Google account. */
export const lastWayIn = () => conflict('LAST_WAY_IN', 'Without it nobody could sign in to the account any more.');

/** Refuses recovery codes to an account without a second factor that they could stand in for. */
export const noSecondFactor = () => conflict('NO_SECOND_FACTOR', 'Recovery codes stand in for a second factor. Set one up first.');

/** Refuses one passkey too many. */
export const tooManyPasskeys = (most: number) => conflict('TOO_MANY_PASSKEYS', 'The account has as many passkeys as it may have.', { most });
