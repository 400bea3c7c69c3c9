import { conflict } from '../../platform/errors.js';

/** Refuses to change the password of an account that has none. */
export const noPassword = () => conflict('NO_PASSWORD', 'The account has no password to change. Set one.');

/** Refuses to set a password where there is one. */
export const passwordIsSet = () => conflict('PASSWORD_SET', 'The account has a password. Change it.');
