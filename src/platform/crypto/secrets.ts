import { createHash, randomBytes } from 'node:crypto';

/** A fresh secret of 256 random bits, in base64url: 43 characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** The SHA-256 under which a secret of at least 128 random bits is kept. */
export const hashOf = (secret: string | Buffer): Buffer => createHash('sha256').update(secret).digest();
