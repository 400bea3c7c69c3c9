import type { FastifyRequest } from 'fastify';
import type { Caller } from './ctx.js';

/** Tells for whom a request speaks. The one implementation is in `auth/`. */
export abstract class Authenticator {
  /** The caller of a request with a valid access token; undefined without one. Never rejects. */
  abstract authenticate(request: FastifyRequest): Promise<Caller | undefined>;

  /** The refresh cookie of a browser. */
  abstract refreshCookie(request: FastifyRequest): string | undefined;

  /** What a browser has kept of an earlier sign-in. */
  abstract deviceCookie(request: FastifyRequest): string | undefined;
}
