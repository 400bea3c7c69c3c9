import type { RequestContext } from '../platform/context/request-context.js';
import { setCookies } from './cookies.js';
import type { IssuedTokens } from './sessions.service.js';

/** What an answer holds of the tokens that were issued: everything for a bearer client; a browser has them in cookies. */
export interface HandedOver {
  accessToken: string | null;
  accessTokenExpiresAt: Date;
  refreshToken: string | null;
  deviceToken: string | null;
}

/** Hands tokens to a client the way it keeps them. */
export function handOver(request: RequestContext, tokens: IssuedTokens): HandedOver {
  const { accessToken, accessTokenExpiresAt, refreshToken = null, deviceToken = null } = tokens;
  if (tokens.client === 'BEARER') return { accessToken, accessTokenExpiresAt, refreshToken, deviceToken };
  setCookies(request.reply, tokens);
  return { accessToken: null, accessTokenExpiresAt, refreshToken: null, deviceToken: null };
}
