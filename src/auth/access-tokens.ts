import { Inject, Injectable } from '@nestjs/common';
import { type CryptoKey, SignJWT, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Config } from '../config.js';
import type { Caller } from '../platform/context/ctx.js';
import { CONFIG } from '../platform/platform.module.js';
import { TokenKeys } from './keys/token-keys.js';
import { ACCESS_TOKEN_SECONDS, CLOCK_LEEWAY_SECONDS } from './keys/token-times.js';

const AUDIENCE = 'sinduk';
const TYPE = 'at+jwt';
const REMEMBERED = 20_000;

/** For whom a token speaks, and how its client keeps it. */
export type Subject = Pick<Caller, 'userId' | 'tenantId' | 'client'>;

const headerOfOurs = z.strictObject({ alg: z.literal('EdDSA'), kid: z.string(), typ: z.literal(TYPE) });

const claimsOfOurs = z.strictObject({
  tid: z.uuid(),
  sid: z.string().regex(/^[\w-]{43}$/),
  client: z.enum(['BROWSER', 'BEARER']),
  sub: z.uuid(),
  iss: z.string(),
  aud: z.literal(AUDIENCE),
  iat: z.int(),
  exp: z.int(),
});

/** A verified token: for whom it speaks, from when to when (in milliseconds), and the key that says so. */
interface Verified {
  caller: Caller;
  from: number;
  until: number;
  kid: string;
  key: CryptoKey;
}

/** Signs and verifies access tokens (RFC 9068, EdDSA). A verified token is remembered by its text, as long as its time and its key last. */
@Injectable()
export class AccessTokens {
  readonly #verified = new Map<string, Verified>();

  constructor(
    private readonly keys: TokenKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A token for a session in one practice, and when it expires. */
  async issue(subject: Subject & { sessionSecret: string }): Promise<{ token: string; expiresAt: Date }> {
    const issuedAt = Math.floor(Date.now() / 1000);
    const expiresAt = new Date((issuedAt + ACCESS_TOKEN_SECONDS) * 1000);
    const { kid, key } = this.keys.signing;
    const token = await new SignJWT({ tid: subject.tenantId, sid: subject.sessionSecret, client: subject.client })
      .setProtectedHeader({ alg: 'EdDSA', kid, typ: TYPE })
      .setSubject(subject.userId)
      .setIssuer(this.config.tokenIssuer)
      .setAudience(AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(key);
    return { token, expiresAt };
  }

  /** Whom a token speaks for; undefined when it is not one of ours, expired, or not meant for us. */
  async verify(token: string): Promise<Caller | undefined> {
    const known = this.#verified.get(token);
    if (known && this.#holds(known)) return known.caller;
    this.#verified.delete(token);
    const verified = await this.#read(token);
    if (!verified || !this.#holds(verified)) return undefined;
    if (this.#verified.size >= REMEMBERED) this.#verified.clear();
    this.#verified.set(token, verified);
    return verified.caller;
  }

  // Asked each time: keys are taken away while servers run, and clocks are set back.
  #holds({ from, until, kid, key }: Verified): boolean {
    const now = Date.now();
    return from <= now && now < until && this.keys.verifying(kid) === key;
  }

  async #read(token: string): Promise<Verified | undefined> {
    try {
      const { payload, protectedHeader, key } = await jwtVerify(token, ({ kid }) => this.#keyOf(kid), {
        algorithms: ['EdDSA'], issuer: this.config.tokenIssuer, audience: AUDIENCE, typ: TYPE,
      });
      if (!isAsWritten(token, protectedHeader, payload)) return undefined;
      const { kid } = headerOfOurs.parse(protectedHeader);
      const { sub, tid, sid, client, iat, exp } = claimsOfOurs.parse(payload);
      if (exp - iat > ACCESS_TOKEN_SECONDS) return undefined;
      const caller: Caller = { userId: sub, tenantId: tid, sessionSecret: Buffer.from(sid, 'base64url'), client, lastKnown: new Map() };
      return { caller, from: (iat - CLOCK_LEEWAY_SECONDS) * 1000, until: exp * 1000, kid, key };
    } catch {
      return undefined;
    }
  }

  #keyOf(kid: string | undefined): CryptoKey {
    const key = kid === undefined ? undefined : this.keys.verifying(kid);
    if (!key) throw new Error('unknown key');
    return key;
  }
}

// Nobody else writes our tokens, so there is one way to write each: no member twice, nothing beside, no other spelling of the same bytes.
const isAsWritten = (token: string, header: object, payload: object): boolean => {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  const parts = [JSON.stringify(header), JSON.stringify(payload), Buffer.from(signature, 'base64url')];
  return parts.map((part) => Buffer.from(part).toString('base64url')).join('.') === token;
};
