import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Authenticator } from '../platform/context/authenticator.js';
import type { Caller } from '../platform/context/ctx.js';
import { AccessTokens } from './access-tokens.js';
import { AuthDb } from './auth-db.js';
import { accessCookie } from './cookies.js';

const LIVE_SESSIONS = `
  select id, tenant_id from auth.sessions
  where id = any ($1::uuid[]) and ended_at is null and idle_expires_at > now() and absolute_expires_at > now()`;

/** Reads the access token: a bearer token, or a browser's cookie. A token is good only where its session put it. */
@Injectable()
export class RequestAuthenticator extends Authenticator {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly db: AuthDb,
  ) {
    super();
  }

  async authenticate(request: FastifyRequest): Promise<Caller | undefined> {
    return timesSent(request, 'authorization') > 1 ? undefined : this.#callerOf(request.headers.authorization, accessCookie(request));
  }

  authenticateSocket(request: FastifyRequest, authorization: string | undefined): Promise<Caller | undefined> {
    return this.#callerOf(authorization, request.headers.origin === undefined ? undefined : accessCookie(request));
  }

  async liveSessions(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const [rows] = await this.db.read({ text: LIVE_SESSIONS, values: [ids] });
    return new Map((rows as unknown as Array<{ id: string; tenant_id: string }>).map((row) => [row.id, row.tenant_id]));
  }

  async #callerOf(authorization: string | undefined, cookie: string | undefined): Promise<Caller | undefined> {
    const bearer = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    if (authorization !== undefined) return bearer ? this.#verified(bearer, 'BEARER') : undefined;
    return cookie ? this.#verified(cookie, 'BROWSER') : undefined;
  }

  async #verified(token: string, client: Caller['client']): Promise<Caller | undefined> {
    const caller = await this.accessTokens.verify(token);
    return caller?.client === client ? caller : undefined;
  }
}

// Node keeps the first of several, and whatever stands in front may have looked at another.
const timesSent = ({ raw }: FastifyRequest, header: string): number =>
  raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === header).length;
