import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ABSOLUTE_MS, type IssuedTokens } from './sessions.service.js';

// The __Host- prefix (RFC 6265bis) ties a cookie to this host, to TLS and to the whole path.
const ACCESS = '__Host-sinduk-access';
const REFRESH = '__Host-sinduk-refresh';
const DEVICE = '__Host-sinduk-device';
const DEVICE_SECONDS = 400 * 24 * 3600;
const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' } as const;

/** The access token in a browser's cookie. */
export const accessCookie = (request: FastifyRequest): string | undefined => request.cookies[ACCESS];

/** The refresh token in a browser's cookie. */
export const refreshCookie = (request: FastifyRequest): string | undefined => request.cookies[REFRESH];

/** What a browser has kept of earlier sign-ins, by anybody. */
export const deviceCookie = (request: FastifyRequest): string | undefined => request.cookies[DEVICE];

/** Hands a browser its tokens, out of reach of scripts. */
export function setCookies(reply: FastifyReply, tokens: IssuedTokens): void {
  reply.setCookie(ACCESS, tokens.accessToken, { ...attributes, expires: tokens.accessTokenExpiresAt });
  if (tokens.deviceToken) reply.setCookie(DEVICE, tokens.deviceToken, { ...attributes, maxAge: DEVICE_SECONDS });
  if (tokens.refreshToken) reply.setCookie(REFRESH, tokens.refreshToken, { ...attributes, maxAge: ABSOLUTE_MS / 1000 });
}

/** Takes a browser's tokens away; it stays a device that is known. */
export function clearCookies(reply: FastifyReply): void {
  reply.clearCookie(ACCESS, attributes);
  reply.clearCookie(REFRESH, attributes);
}
