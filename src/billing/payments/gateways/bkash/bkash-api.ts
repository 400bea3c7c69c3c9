import { z } from 'zod';
import { boundedFetch } from '../../../../platform/http/bounded-fetch.js';
import type { WalletAccount, WalletSite } from '../wallet-gateway.js';
import { SUCCESSFUL } from './bkash-codes.js';

/** What bKash gives a merchant. */
export interface BkashCredentials {
  username: string;
  password: string;
  appKey: string;
  appSecret: string;
}

/** Origins of bKash's systems by site, without a closing slash; a site without one is not used. */
export type BkashOrigins = Readonly<Partial<Record<WalletSite, string | undefined>>>;

/** What bKash said, or why nothing is known of it: `code` is TIMEOUT, UNREACHABLE, UNREADABLE, HTTP_ and a status, NOT_ACCEPTED when it refused the credentials, or NOT_SET_UP when this server knows no such system. */
export type BkashAnswer = { kind: 'ANSWER'; code: string; body: Record<string, unknown> } | { kind: 'NONE'; code: string };

/** Why there is no token. */
type Refusal = Extract<BkashAnswer, { kind: 'NONE' }>;

interface Token {
  idToken: string;
  refreshToken: string | undefined;
  until: number;
}

const TOKEN = z.object({ statusCode: z.literal(SUCCESSFUL).optional(), id_token: z.string().min(1).max(10_000), expires_in: z.coerce.number().positive(), refresh_token: z.string().max(10_000).optional() });
const CHECKOUT = '/v1.2.0-beta/tokenized/checkout';
/** A token that is nearly over is not used: a call may take its time. */
const MARGIN_MS = 60_000;

/**
 * Calls bKash in the name of practices. A token is granted once for a practice and used until it is nearly over, then refreshed;
 * who needs one while it is on its way waits for that one. Nothing that is secret gets into an answer or an error.
 */
export class BkashApi {
  readonly #tokens = new Map<string, { version: number; token: Promise<Token | Refusal> }>();

  constructor(
    private readonly origins: BkashOrigins,
    private readonly timeoutMs: number,
  ) {}

  /** Posts to a path of the checkout, or to one that begins with a slash. Sent again, once, only when the token was refused: then nothing was done. */
  async post(account: WalletAccount<BkashCredentials>, path: string, body: object): Promise<BkashAnswer> {
    const token = await this.#token(account);
    if ('kind' in token) return token;
    const first = await this.#send(account, path, body, token);
    if (!isRefusal(first)) return first;
    const next = await this.#token(account, token);
    return 'kind' in next ? next : this.#send(account, path, body, next);
  }

  #send(account: WalletAccount<BkashCredentials>, path: string, body: object, { idToken }: Token): Promise<BkashAnswer> {
    return this.#call(account.site, path, { authorization: idToken, 'x-app-key': account.credentials.appKey }, body);
  }

  async #token(account: WalletAccount<BkashCredentials>, refused?: Token): Promise<Token | Refusal> {
    for (;;) {
      const kept = this.#tokens.get(account.tenantId);
      const granted = kept?.version === account.version ? await kept.token : undefined;
      const token = granted && 'idToken' in granted ? granted : undefined;
      if (token && token !== refused && token.until > Date.now()) return token;
      // Somebody else may have asked for one meanwhile.
      if (this.#tokens.get(account.tenantId) !== kept) continue;
      const asked = { version: account.version, token: this.#askForToken(account, token?.refreshToken) };
      this.#tokens.set(account.tenantId, asked);
      return asked.token;
    }
  }

  async #askForToken({ site, credentials: { username, password, appKey, appSecret } }: WalletAccount<BkashCredentials>, refreshToken: string | undefined): Promise<Token | Refusal> {
    const keys = { app_key: appKey, app_secret: appSecret };
    const refreshed = refreshToken === undefined ? undefined : tokenIn(await this.#call(site, 'token/refresh', { username, password }, { ...keys, refresh_token: refreshToken }));
    return refreshed && 'idToken' in refreshed ? refreshed : tokenIn(await this.#call(site, 'token/grant', { username, password }, keys));
  }

  async #call(site: WalletSite, path: string, headers: Record<string, string>, body: object): Promise<BkashAnswer> {
    const origin = this.origins[site];
    if (origin === undefined) return { kind: 'NONE', code: 'NOT_SET_UP' };
    try {
      const response = await boundedFetch(path.startsWith('/') ? origin + path : `${origin}${CHECKOUT}/${path}`, {
        method: 'POST', headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body),
      }, this.timeoutMs);
      return await read(response);
    } catch (error) {
      return { kind: 'NONE', code: (error as Error).name === 'TimeoutError' ? 'TIMEOUT' : 'UNREACHABLE' };
    }
  }
}

async function read(response: Response): Promise<BkashAnswer> {
  const http = `HTTP_${response.status}`;
  const parsed: unknown = await response.json().catch(() => undefined);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { kind: 'NONE', code: response.ok ? 'UNREADABLE' : http };
  const body = parsed as Record<string, unknown>;
  // Most answers say statusCode with 200 whatever they came to, errors also errorCode; those about refunds have neither code, or externalCode with 400.
  const code = [body['statusCode'], body['errorCode'], body['externalCode']].find((told) => typeof told === 'string' && told !== '') ?? (response.ok ? SUCCESSFUL : undefined);
  return typeof code === 'string' && /^\w{1,20}$/.test(code) ? { kind: 'ANSWER', code, body } : { kind: 'NONE', code: response.ok ? 'UNREADABLE' : http };
}

/** What stands before bKash refuses a token that is over, and what it does not know, before bKash sees the request. */
const isRefusal = (answer: BkashAnswer): boolean => answer.kind === 'NONE' && ['HTTP_401', 'HTTP_403'].includes(answer.code);

function tokenIn(answer: BkashAnswer): Token | Refusal {
  if (answer.kind === 'NONE') return answer;
  const parsed = TOKEN.safeParse(answer.body).data;
  return parsed ? { idToken: parsed.id_token, refreshToken: parsed.refresh_token, until: Date.now() + parsed.expires_in * 1_000 - MARGIN_MS } : { kind: 'NONE', code: 'NOT_ACCEPTED' };
}
