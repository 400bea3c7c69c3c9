import '@fastify/cookie';
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CODE_SECONDS, TRIP_SECONDS } from './google-rows.js';

// One cookie for each trip, so that two tabs do not take each other's. __Host- ties it to this host, to TLS and to the whole path (RFC 6265bis).
const PREFIX = '__Host-sinduk-google-';
const SECRET = /^[\w-]{43}$/;

/** Gives a browser the secret of its trip. Lax, because it comes back by a link of Google's. */
export function setTripCookie(reply: FastifyReply, secret: string): void {
  const name = `${PREFIX}${randomBytes(6).toString('base64url')}`;
  reply.setCookie(name, secret, { path: '/', secure: true, httpOnly: true, sameSite: 'lax', maxAge: TRIP_SECONDS + CODE_SECONDS });
}

/** The secrets of the trips that a browser is on. */
export const browserSecrets = ({ cookies }: FastifyRequest): string[] =>
  Object.entries(cookies).flatMap(([name, value]) => (name.startsWith(PREFIX) && value !== undefined && SECRET.test(value) ? [value] : []));
