import { randomBytes } from 'node:crypto';
import { hashOf } from '../../platform/crypto/secrets.js';

/** How many recovery codes a person gets at once. */
export const RECOVERY_CODES = 10;

// Crockford's base32: no letter that could be read as a digit, and 5 bits in each of the 28 signs.
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 28;

const newCode = (): string => [...randomBytes(LENGTH)].map((byte) => SIGNS[byte & 31]).join('').replace(/(.{4})(?=.)/g, '$1-');

/** Ten new codes of 140 random bits, in groups of four signs. */
export const newRecoveryCodes = (): string[] => Array.from({ length: RECOVERY_CODES }, newCode);

/** The SHA-256 under which a code is kept; case, spaces and dashes do not count, and signs that look alike are the same. */
export const recoveryCodeHash = (text: string): Buffer =>
  hashOf(text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1'));
