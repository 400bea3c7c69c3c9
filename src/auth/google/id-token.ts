import { type JWTPayload, createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import type { GoogleConfig } from '../../config.js';
import { normaliseEmail } from '../../platform/email.js';
import { PATIENCE_MS, boundedFetch } from '../../platform/http/bounded-fetch.js';
import { GoogleFault } from './google-fault.js';

const SKEW_SECONDS = 60;
/** How old an ID token may be, in seconds: it is fetched right after the person came back. */
const OLDEST_SECONDS = 10 * 60;
const LONGEST_SUBJECT = 255;
const GOOGLE = 'https://accounts.google.com';

/** For whom Google vouches. */
export interface GoogleIdentity {
  /** Google's id of the account, which never changes and is never given to another one. */
  subject: string;
  /** The e-mail address, normalised; null unless Google has verified it. */
  email: string | null;
  /** When the person last signed in at Google, in seconds since 1970; null when Google does not say. */
  authenticatedAt: number | null;
  /** When Google vouched, in seconds since 1970: after the person came to it. */
  issuedAt: number;
}

interface Claims extends JWTPayload {
  nonce?: unknown;
  azp?: unknown;
  email?: unknown;
  email_verified?: unknown;
  auth_time?: unknown;
}

/** Verifies ID tokens (OpenID Connect Core 1.0, 3.1.3.7) by the keys that the provider publishes. */
export class IdTokens {
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  readonly #issuers: string[];

  constructor(private readonly google: GoogleConfig) {
    this.#keys = createRemoteJWKSet(new URL(google.jwksUrl), { timeoutDuration: PATIENCE_MS, cooldownDuration: 30_000, cacheMaxAge: 600_000, [customFetch]: (url, init) => boundedFetch(url, init) });
    // Google's tokens may name it with or without the scheme (Google's guide to OpenID Connect).
    this.#issuers = google.issuer === GOOGLE ? [GOOGLE, 'accounts.google.com'] : [google.issuer];
  }

  /** For whom a token vouches that was asked for with this nonce; throws GoogleFault. */
  async verify(token: string, nonce: string): Promise<GoogleIdentity> {
    const claims = await this.#claims(token);
    const { clientId } = this.google;
    // A token that is also meant for others, or was given to another client, might have been passed on.
    if (claims.aud !== clientId && !(Array.isArray(claims.aud) && claims.aud.length === 1)) throw notAccepted('the ID token is for others too');
    if (claims.azp !== undefined && claims.azp !== clientId) throw notAccepted('the ID token was given to another client');
    if (claims.nonce !== nonce) throw notAccepted('the ID token has another nonce');
    if (!claims.sub || claims.sub.length > LONGEST_SUBJECT) throw notAccepted('the ID token has no usable subject');
    return {
      subject: claims.sub,
      email: claims.email_verified === true && typeof claims.email === 'string' ? normaliseEmail(claims.email) : null,
      authenticatedAt: typeof claims.auth_time === 'number' && Number.isFinite(claims.auth_time) ? claims.auth_time : null,
      issuedAt: claims.iat!,
    };
  }

  async #claims(token: string): Promise<Claims> {
    try {
      const { payload } = await jwtVerify<Claims>(token, this.#keys, {
        algorithms: ['RS256', 'ES256'], issuer: this.#issuers, audience: this.google.clientId,
        clockTolerance: SKEW_SECONDS, maxTokenAge: OLDEST_SECONDS, requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
      });
      return payload;
    } catch (error) {
      throw faultOf(error);
    }
  }
}

const notAccepted = (why: string) => new GoogleFault('NOT_ACCEPTED', why);

/** Errors of jose that are about the token, and not about fetching keys. */
const aboutToken = [
  errors.JWTInvalid, errors.JWTExpired, errors.JWTClaimValidationFailed, errors.JWSInvalid, errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed, errors.JOSENotSupported, errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys,
];

// The codes are jose's own constants and the names of claims; its messages may quote.
function faultOf(error: unknown): GoogleFault {
  if (!aboutToken.some((kind) => error instanceof kind)) return new GoogleFault('UNAVAILABLE', 'the keys of Google cannot be fetched');
  const { code } = error as InstanceType<typeof errors.JOSEError>;
  const claim = error instanceof errors.JWTClaimValidationFailed ? ` (${error.claim})` : '';
  return notAccepted(`the ID token does not hold: ${code}${claim}`);
}
