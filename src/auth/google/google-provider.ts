import type { GoogleConfig } from '../../config.js';
import { newSecret } from '../../platform/crypto/secrets.js';
import { GoogleFault } from './google-fault.js';
import { type AskOptions, type GoogleAnswer, GoogleStrategy, type StrategyTrip } from './google-strategy.js';
import { type GoogleIdentity, IdTokens } from './id-token.js';

/** What an answer from Google is checked by; it stays here while the browser is away. */
export interface Checks {
  state: string;
  nonce: string;
  verifier: string;
}

/** The strategy for one request, with the ends that passport would give it. */
interface Run extends GoogleStrategy {
  redirect(url: string): void;
  success(answer: GoogleAnswer): void;
  fail(): void;
  error(error: unknown): void;
}

/** Google as an OpenID provider (authorization code flow). Its tokens are looked at once and kept nowhere. */
export class GoogleProvider {
  readonly #strategy: GoogleStrategy;
  readonly #idTokens: IdTokens;

  constructor(readonly config: GoogleConfig) {
    this.#strategy = new GoogleStrategy(config);
    this.#idTokens = new IdTokens(config);
  }

  /** The address at which Google asks the person, and what its answer is to be checked by. */
  async ask({ fresh }: Pick<AskOptions, 'fresh'>): Promise<{ url: string; checks: Checks }> {
    const trip: StrategyTrip = { query: {}, state: newSecret(), verifier: '' };
    const nonce = newSecret();
    const url = await this.#run<string>(trip, { nonce, fresh });
    return { url, checks: { state: trip.state, nonce, verifier: trip.verifier } };
  }

  /** For whom Google vouches by what a browser brought back; throws GoogleFault. */
  async exchange(brought: StrategyTrip['query'], { state, nonce, verifier }: Checks): Promise<GoogleIdentity> {
    const { idToken, subject } = await this.#run<GoogleAnswer>({ query: brought, state, verifier }).catch((error: unknown) => {
      throw faultOf(error);
    });
    if (typeof idToken !== 'string') throw new GoogleFault('NOT_ACCEPTED', 'there is no ID token');
    const identity = await this.#idTokens.verify(idToken, nonce);
    if (identity.subject !== subject) throw new GoogleFault('NOT_ACCEPTED', 'the access token is of another account than the ID token');
    return identity;
  }

  #run<T extends string | GoogleAnswer>(trip: StrategyTrip, options?: AskOptions): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = Object.create(this.#strategy) as Run;
      const done = (result: string | GoogleAnswer): void => resolve(result as T);
      Object.assign(run, { redirect: done, success: done, error: reject, fail: () => reject(new GoogleFault('NOT_ACCEPTED', 'the state is another one')) });
      run.authenticate(trip as unknown as Parameters<GoogleStrategy['authenticate']>[0], options);
    });
  }
}

// Whatever the library says may quote what Google sent. Of that, only an error code of OAuth 2.0 (RFC 6749, 5.2) goes on.
function faultOf(error: unknown): GoogleFault {
  if (error instanceof GoogleFault) return error;
  const { code } = error as { code?: unknown };
  if (code === 'invalid_grant' || code === 'invalid_request') return new GoogleFault('NOT_ACCEPTED', 'Google does not accept the code or its verifier');
  const known = typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? `: ${code}` : '';
  return new GoogleFault('UNAVAILABLE', `Google does not answer as it should${known}`);
}
