import { generateSecret, generateURI, verifySync } from 'otplib';
import { toAsciiDigits } from '../../platform/digits.js';

const ISSUER = 'Sinduk';
// RFC 4226 recommends a seed as long as the hash of HMAC-SHA-1.
const SEED_BYTES = 20;
const STEP_SECONDS = 30;

/** What a person's app and the server share: the seed in base32 (RFC 4648), and the same as a URI that apps read from a QR code. */
export interface OneTimeSecret {
  seed: string;
  uri: string;
}

/** A fresh seed of 160 random bits for one-time codes (RFC 6238: SHA-1, six digits, 30 seconds, which is what every app expects). */
export function newOneTimeSecret(label: string): OneTimeSecret {
  const seed = generateSecret({ length: SEED_BYTES });
  return { seed, uri: generateURI({ issuer: ISSUER, label, secret: seed }) };
}

/** The time step whose code this is, the present one or one beside it; undefined when it is none of them. Digits may be Bangla and spaced. */
export function stepOfCode(seed: string, text: string, atMs = Date.now()): number | undefined {
  const token = toAsciiDigits(text).replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return undefined;
  const result = verifySync({ strategy: 'totp', secret: seed, token, epoch: Math.floor(atMs / 1000), epochTolerance: STEP_SECONDS });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}
