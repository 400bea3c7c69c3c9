import { type Profile, Strategy, type VerifyCallback } from 'passport-google-oauth20';
import type { GoogleConfig } from '../../config.js';
import { boundedFetch } from '../../platform/http/bounded-fetch.js';

/** What a request asks of Google besides the standard. */
export interface AskOptions {
  nonce: string;
  /** Whether the person is to sign in at Google anew. */
  fresh: boolean;
}

/** What Google answered, unverified. */
export interface GoogleAnswer {
  idToken: unknown;
  /** The account of which the access token tells. */
  subject: unknown;
}

/** One trip as the strategy sees it: what came back in the address, and what its store keeps. */
export interface StrategyTrip {
  query: { code?: string; state?: string };
  state: string;
  verifier: string;
}

type Callback = (error: { statusCode?: number; data?: unknown } | null, data?: string) => void;

/** Keeps state and PKCE verifier in the trip itself, which is bound to a browser; refuses any other state. */
const store = {
  store(trip: StrategyTrip, verifier: string, _state: unknown, _meta: unknown, done: (error: null, state: string) => void): void {
    trip.verifier = verifier;
    done(null, trip.state);
  },
  verify(trip: StrategyTrip, state: unknown, _meta: unknown, done: (error: null, verifier: string | false, info?: object) => void): void {
    if (state === trip.state) done(null, trip.verifier);
    else done(null, false, { message: 'the state is another one' });
  },
};

/** Passport's strategy with PKCE (RFC 7636, S256), a nonce, and requests that are bounded in time and length. */
export class GoogleStrategy extends Strategy {
  constructor(google: GoogleConfig) {
    super({
      clientID: google.clientId, clientSecret: google.clientSecret, callbackURL: google.callbackUrl,
      authorizationURL: google.authorizationUrl, tokenURL: google.tokenUrl, userProfileURL: google.userinfoUrl,
      scope: ['openid', 'email'], pkce: true, store: store as unknown as NonNullable<ConstructorParameters<typeof Strategy>[0]['store']>,
    }, (_accessToken: string, _refreshToken: string, params: { id_token?: string }, profile: Profile, done: VerifyCallback) => {
      done(null, { idToken: params.id_token, subject: profile._json?.sub } satisfies GoogleAnswer);
    });
    // In the address, as is this library's way, the access token would stay in the logs of proxies.
    this._oauth2.useAuthorizationHeaderforGET(true);
    Object.assign(this._oauth2, { _request: request });
  }

  /** Lets the person choose among accounts, for a clinic's computers are shared; and asks when they last signed in there (OpenID Connect Core 1.0, 5.5). */
  override authorizationParams({ nonce, fresh }: AskOptions): object {
    return { nonce, prompt: 'select_account', claims: '{"id_token":{"auth_time":{"essential":true}}}', ...(fresh && { max_age: 0 }) };
  }
}

function request(method: string, url: string, headers: Record<string, string> | null, body: string | null, _accessToken: null, done: Callback): void {
  // What Google sends can make the library throw in its callback, and uncaught that would end the process.
  boundedFetch(url, { method, headers: headers ?? {}, ...(body && { body }) }).then(async (response) => {
    const data = await response.text();
    if (response.ok) done(null, data);
    else done({ statusCode: response.status, data });
  }).catch(() => done({}));
}
