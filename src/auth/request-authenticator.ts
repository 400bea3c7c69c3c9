import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Authenticator } from '../platform/context/authenticator.js';
import type { Caller } from '../platform/context/ctx.js';
import { AccessTokens } from './access-tokens.js';
import { accessCookie, deviceCookie, refreshCookie } from './cookies.js';

/** Reads the access token: a bearer token, or a browser's cookie. A token is good only where its session put it. */
@Injectable()
export class RequestAuthenticator extends Authenticator {
  constructor(private readonly accessTokens: AccessTokens) {
    super();
  }

  async authenticate(request: FastifyRequest): Promise<Caller | undefined> {
    if (timesSent(request, 'authorization') > 1) return undefined;
    const bearer = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (request.headers.authorization !== undefined) return bearer ? this.#verified(bearer, 'BEARER') : undefined;
    const cookie = accessCookie(request);
    return cookie ? this.#verified(cookie, 'BROWSER') : undefined;
  }

  refreshCookie(request: FastifyRequest): string | undefined {
    return refreshCookie(request);
  }

  deviceCookie(request: FastifyRequest): string | undefined {
    return deviceCookie(request);
  }

  async #verified(token: string, client: Caller['client']): Promise<Caller | undefined> {
    const caller = await this.accessTokens.verify(token);
    return caller?.client === client ? caller : undefined;
  }
}

// Node keeps the first of several, and whatever stands in front may have looked at another.
const timesSent = ({ raw }: FastifyRequest, header: string): number =>
  raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === header).length;
