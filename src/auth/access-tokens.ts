import { Injectable } from '@nestjs/common';
import { type JWTPayload, SignJWT, jwtVerify } from 'jose';
import type { Caller } from '../platform/context/ctx.js';
import type { Config } from '../config.js';
import type { TokenKeys } from './token-keys.js';

/** How long an access token lives, in seconds. */
export const ACCESS_TOKEN_SECONDS = 600;

const AUDIENCE = 'sinduk';
const TYPE = 'at+jwt';
const REMEMBERED = 20_000;

/** For whom a token speaks, and how its client keeps it. */
export type Subject = Pick<Caller, 'userId' | 'tenantId' | 'client'>;

interface Claims extends JWTPayload {
  tid: string;
  sid: string;
  client: Caller['client'];
}

/** Signs and verifies access tokens (RFC 9068, EdDSA). A verified token is remembered by its text until it expires. */
@Injectable()
export class AccessTokens {
  readonly #verified = new Map<string, { caller: Caller; until: number }>();

  constructor(
    private readonly keys: TokenKeys,
    private readonly config: Config,
  ) {}

  /** A token for a session in one practice, and when it expires. */
  async issue(subject: Subject & { sessionSecret: string }): Promise<{ token: string; expiresAt: Date }> {
    const expiresAt = new Date((Math.floor(Date.now() / 1000) + ACCESS_TOKEN_SECONDS) * 1000);
    const token = await new SignJWT({ tid: subject.tenantId, sid: subject.sessionSecret, client: subject.client })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.keys.current.kid, typ: TYPE })
      .setSubject(subject.userId)
      .setIssuer(this.config.tokenIssuer)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(expiresAt)
      .sign(this.keys.current.key);
    return { token, expiresAt };
  }

  /** Whom a token speaks for; undefined when it is not one of ours, expired, or not meant for us. */
  async verify(token: string): Promise<Caller | undefined> {
    const known = this.#verified.get(token);
    if (known) {
      if (known.until > Date.now()) return known.caller;
      this.#verified.delete(token);
      return undefined;
    }
    const claims = await this.#claims(token);
    if (!claims) return undefined;
    const caller: Caller = {
      userId: claims.sub!, tenantId: claims.tid, sessionSecret: Buffer.from(claims.sid, 'base64url'), client: claims.client,
      lastKnown: new Map(),
    };
    if (this.#verified.size >= REMEMBERED) this.#verified.clear();
    this.#verified.set(token, { caller, until: claims.exp! * 1000 });
    return caller;
  }

  async #claims(token: string): Promise<Claims | undefined> {
    try {
      const { payload } = await jwtVerify<Claims>(token, ({ kid }) => {
        const key = kid === undefined ? undefined : this.keys.verifying(kid);
        if (!key) throw new Error('unknown key');
        return key;
      }, { algorithms: ['EdDSA'], issuer: this.config.tokenIssuer, audience: AUDIENCE, typ: TYPE, requiredClaims: ['sub', 'exp', 'iat', 'tid', 'sid'] });
      return payload;
    } catch {
      return undefined;
    }
  }
}
