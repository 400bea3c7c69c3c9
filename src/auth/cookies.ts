import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ABSOLUTE_MS, type Tokens } from './sessions.service.js';

// The __Host- prefix (RFC 6265bis) ties a cookie to this host, to TLS and to the whole path.
const ACCESS = '__Host-sinduk-access';
const REFRESH = '__Host-sinduk-refresh';
const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' } as const;

/** The access token in a browser's cookie. */
export const accessCookie = (request: FastifyRequest): string | undefined => request.cookies[ACCESS];

/** The refresh token in a browser's cookie. */
export const refreshCookie = (request: FastifyRequest): string | undefined => request.cookies[REFRESH];

/** Hands a browser its tokens, out of reach of scripts. */
export function setCookies(reply: FastifyReply, tokens: Tokens): void {
  reply.setCookie(ACCESS, tokens.accessToken, { ...attributes, expires: tokens.accessTokenExpiresAt });
  if (tokens.refreshToken) reply.setCookie(REFRESH, tokens.refreshToken, { ...attributes, maxAge: ABSOLUTE_MS / 1000 });
}

/** Takes a browser's tokens away. */
export function clearCookies(reply: FastifyReply): void {
  reply.clearCookie(ACCESS, attributes);
  reply.clearCookie(REFRESH, attributes);
}
