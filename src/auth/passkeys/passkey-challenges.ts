import { randomBytes } from 'node:crypto';
import { hashOf } from '../../platform/crypto/secrets.js';
import type { Statement } from '../../platform/database/statement-group.js';
import { CHALLENGE_MS } from './webauthn.js';

const BYTES = 32;

/** What a challenge is for; all but the first kind of sign-in is bound to a session or to a pending sign-in. */
export type Purpose = { purpose: 'SIGN_IN' } | { purpose: 'REGISTER' | 'STEP_UP' | 'FINISH_SIGN_IN'; boundTo: string };

/** A fresh challenge of 256 random bits. */
export const newChallenge = (): Buffer => randomBytes(BYTES);

/** Keeps a challenge for five minutes. */
export const keepChallenge = (challenge: Buffer, purpose: Purpose): Statement => ({
  text: `
insert into auth.passkey_challenges (challenge_hash, purpose, bound_to, expires_at) values ($1, $2, $3, now() + make_interval(secs => $4))
returning expires_at`,
  values: [hashOf(challenge), purpose.purpose, boundTo(purpose), CHALLENGE_MS / 1000],
});

/** Uses a challenge up; no row comes back unless it was made for this, is fresh, and was not used. */
export const takeChallenge = (challenge: Buffer, purpose: Purpose): Statement => ({
  text: `
delete from auth.passkey_challenges
where challenge_hash = $1 and purpose = $2 and bound_to is not distinct from $3 and expires_at > now() returning challenge_hash`,
  values: [hashOf(challenge), purpose.purpose, boundTo(purpose)],
});

const boundTo = (purpose: Purpose): string | null => ('boundTo' in purpose ? purpose.boundTo : null);
