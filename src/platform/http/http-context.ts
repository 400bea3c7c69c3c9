import type { FastifyRequest } from 'fastify';
import type { Authenticator } from '../context/authenticator.js';
import { Ctx, type Origin } from '../context/ctx.js';
import { CHAMBER_HEADER, chamberIn, originOf } from '../context/request-origin.js';
import { badInput } from '../errors.js';

const contexts = new WeakMap<FastifyRequest, Ctx>();

/** The operation of a route, as the audit trail and the metrics name it: `GET /documents/:id/content`. */
export const routeName = (request: FastifyRequest): string => `${request.method} ${request.routeOptions.url ?? 'unknown'}`;

/** Makes the one context of an HTTP request to a route beside GraphQL; without an authenticator it speaks for nobody. Throws BAD_USER_INPUT when the chamber is no id. */
export async function openContext(request: FastifyRequest, authenticator: Authenticator | undefined): Promise<Ctx> {
  const origin: Origin = originOf(request);
  const caller = await authenticator?.authenticate(request);
  const chamber = chamberIn(request.headers[CHAMBER_HEADER]);
  const ctx = new Ctx(origin, caller, chamber ?? null, routeName(request));
  contexts.set(request, ctx);
  if (chamber === undefined) throw badInput([{ path: ['headers', CHAMBER_HEADER], reason: 'IS_UUID' }]);
  return ctx;
}

/** The context that the guard made for this request; undefined when it never came so far. */
export const httpContext = (request: FastifyRequest): Ctx | undefined => contexts.get(request);
