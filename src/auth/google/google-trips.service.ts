import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../../config.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../../platform/crypto/keyring.js';
import { newSecret } from '../../platform/crypto/secrets.js';
import { CONFIG, LOGGER } from '../../platform/platform.module.js';
import { AuthDb } from '../auth-db.js';
import { signInRefused } from '../auth.errors.js';
import { DevicesService } from '../devices.service.js';
import { Throttle } from '../throttle/throttle.service.js';
import { GoogleFault } from './google-fault.js';
import { type Checks, GoogleProvider } from './google-provider.js';
import { type TripPurpose, type TripRow, addTrip, finishTrip, returnTrip, takeTrip } from './google-rows.js';
import { cameBack, googleIsOff } from './google.errors.js';
import type { GoogleIdentity } from './id-token.js';
import { ownPage } from './return-to.js';

/** Whom an invited person says to be, with the code that they were given. */
export interface Joining {
  joinCode: string;
  nameEn?: string | null;
  nameBn?: string | null;
}

/** Where a browser is to go, and the secret that it is to keep meanwhile. */
export interface BegunTrip {
  url: string;
  expiresAt: Date;
  browserSecret: string;
}

/** What is kept while the browser is away. */
interface OutwardDetails {
  checks: Checks;
  returnTo: string;
  joining: Joining | undefined;
}

/** For whom Google vouched on a trip, and what was said on setting out. */
export interface FinishedTrip {
  identity: GoogleIdentity;
  joining?: Joining;
}

/** What a browser brings back in the address. */
export type Brought = Record<string, unknown>;

const TABLE = 'auth.google_trips';
const LONGEST_CODE = 2_048;

/**
 * Browsers' trips to Google. Each is bound to the browser that set out, and to one purpose; Google's answer is taken once,
 * and so is the code by which the page then tells that it is the same browser.
 */
@Injectable()
export class GoogleTrips {
  constructor(
    private readonly db: AuthDb,
    private readonly keyring: Keyring,
    private readonly devices: DevicesService,
    private readonly throttle: Throttle,
    @Inject(GoogleProvider) private readonly provider: GoogleProvider | undefined,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Whether the server was set up for Google. */
  get isOn(): boolean {
    return this.provider !== undefined;
  }

  /** Sends the browser of whoever it may be to Google. Throws BAD_USER_INPUT for a page that is not ours, CONFLICT when Google is not set up, THROTTLED. `deviceToken` is what the device has kept of earlier sign-ins. */
  async begin(ctx: Ctx, purpose: 'SIGN_IN' | 'JOIN', returnTo: string, deviceToken: string | undefined, joining?: Joining): Promise<BegunTrip> {
    return this.throttle.attempt(ctx, 'ceremony', { device: await this.devices.ofAnybody(ctx, deviceToken) }, () => this.#begin(ctx, purpose, returnTo, joining));
  }

  /** Sends the caller's browser to Google, for their session, whatever others at their address did. Throws BAD_USER_INPUT for a page that is not ours, CONFLICT when Google is not set up. */
  beginInSession(ctx: Ctx, purpose: 'LINK' | 'STEP_UP', returnTo: string): Promise<BegunTrip> {
    return this.#begin(ctx, purpose, returnTo);
  }

  #begin(ctx: Ctx, purpose: TripPurpose, returnTo: string, joining?: Joining): Promise<BegunTrip> {
    return this.db.write(ctx, async (tx) => {
      if (!this.provider) throw googleIsOff();
      const page = ownPage(returnTo, this.config);
      const { url, checks } = await this.provider.ask({ fresh: purpose === 'STEP_UP' });
      const id = uuidv7();
      const browserSecret = newSecret();
      const keys = await this.keyring.of(INSTALLATION);
      const details = keys.seal(TABLE, id, 'details', { checks, returnTo: page, joining } satisfies OutwardDetails);
      const sessionId = purpose === 'LINK' || purpose === 'STEP_UP' ? ctx.member.sessionId : null;
      const [added] = await tx.group(addTrip({ id, state: checks.state, browser: browserSecret, purpose, sessionId, details }));
      tx.record('google-trip', id);
      return { url, browserSecret, expiresAt: added![0]!['expires_at'] as Date };
    });
  }

  /** The page to which a browser that comes back goes on, with a code in its fragment; throws CameBack, with the page to go to, when there is nothing to go on with. */
  async back(ctx: Ctx, brought: Brought, browsers: string[]): Promise<string> {
    const { state } = brought;
    const [rows] = typeof state === 'string' && browsers.length ? await this.db.apply(takeTrip(state, browsers)) : [];
    const trip = rows?.[0] as TripRow | undefined;
    if (!trip || !this.provider) throw cameBack(ctx, this.config.frontendUrl, new GoogleFault('EXPIRED', 'this browser is on no such trip to Google'));
    ctx.disclose('google-trip', trip.id);
    const { checks, returnTo, joining } = await this.#open<OutwardDetails>(trip);
    try {
      const identity = await this.#answer(this.provider, brought, checks);
      return await this.#handOver(trip.id, returnTo, { identity, joining });
    } catch (error) {
      if (!(error instanceof GoogleFault)) throw error;
      if (error.told === 'UNAVAILABLE') this.logger.warn({ requestId: ctx.origin.requestId, fault: error.why }, 'signing in with Google does not work');
      throw cameBack(ctx, returnTo, error);
    }
  }

  /** For whom Google vouched, by the code that the page got; rejects with SIGN_IN_REFUSED unless it is this browser's, for this purpose and session, and fresh. */
  async finish(code: string, browsers: string[], purpose: TripPurpose, sessionId: string | null = null): Promise<FinishedTrip> {
    const [rows] = await this.db.apply(finishTrip(code, browsers, purpose, sessionId));
    const trip = rows![0] as TripRow | undefined;
    if (!trip) throw signInRefused();
    return this.#open<FinishedTrip>(trip);
  }

  async #answer(provider: GoogleProvider, { error, code, iss, state }: Brought, checks: Checks): Promise<GoogleIdentity> {
    if (error !== undefined) throw new GoogleFault('REFUSED', 'the person or Google refused');
    // An answer of another provider (RFC 9207).
    if (iss !== undefined && iss !== provider.config.issuer) throw new GoogleFault('NOT_ACCEPTED', 'another issuer answered');
    if (typeof code !== 'string' || !code || code.length > LONGEST_CODE) throw new GoogleFault('NOT_ACCEPTED', 'there is no usable code');
    return provider.exchange({ code, state: state as string }, checks);
  }

  async #handOver(id: string, returnTo: string, finished: FinishedTrip): Promise<string> {
    const code = newSecret();
    const keys = await this.keyring.of(INSTALLATION);
    await this.db.apply(returnTrip({ id, details: keys.seal(TABLE, id, 'details', finished) }, code));
    return `${returnTo}#googleCode=${code}`;
  }

  async #open<T>({ id, details }: TripRow): Promise<T> {
    const keys = await this.keyring.of(INSTALLATION, [details]);
    return keys.open<T>(TABLE, id, 'details', details);
  }
}
