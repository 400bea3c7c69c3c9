import type { FastifyRequest } from 'fastify';
import type { Caller } from './ctx.js';

/** Tells for whom a request speaks. The one implementation is in `auth/`. */
export abstract class Authenticator {
  /** The caller of a request with a valid access token; undefined without one. Never rejects. */
  abstract authenticate(request: FastifyRequest): Promise<Caller | undefined>;

  /**
   * The caller of a WebSocket: by the `authorization` that came over it, or else by the cookie with which it was asked
   * for, which counts only with an Origin (checked before): no page of another site speaks for whoever visits it. Never rejects.
   */
  abstract authenticateSocket(request: FastifyRequest, authorization: string | undefined): Promise<Caller | undefined>;

  /** Those of these sessions that live, each with the tenant it works in. */
  abstract liveSessions(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
