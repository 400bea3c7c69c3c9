import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../../platform/crypto/keyring.js';
import { Databases, withClient } from '../../platform/database/databases.js';
import { DomainError, ErrorCode, throttled, unavailable } from '../../platform/errors.js';
import { networkOf, siteOf } from '../../platform/network.js';
import { type LimitName, type TryKind, WINDOW_SECONDS, limits, limitsOf } from './limits.js';

/** Whose credential is tried. */
export interface Claimant {
  /** What names the account, and always the same way; only its keyed hash is kept. */
  account?: string;
  /** What names the device, and whether it is where it was, if it is one on which the account's person, or without an account anybody, has signed in before: looked up, not as claimed. */
  device?: string | undefined;
  /** Shows a refusal to the practices of whom somebody claims to be. Takes as much work when there is no such account. */
  showRefusal?: () => Promise<void>;
}

interface Count {
  limiter: RateLimiterPostgres;
  name: LimitName;
  key: string;
  /** When the window ends in which it was last raised, in milliseconds since 1970. */
  endsAt: number;
}

/** The window's last seconds: nothing is given back in them, for it is about to be forgotten, and would count for the next one. */
const LAST_MS = 10_000;

const told: Record<LimitName, (account: string) => string> = { address: () => 'an address', accountHere: (account) => `${account} from an address`, account: (account) => account, device: () => 'a known device' };

/**
 * Counts tries of credentials, for all servers in one table, and refuses those beyond a limit with THROTTLED. A try of what could be guessed is
 * counted before it is judged, so that many at once cannot slip through, and given back unless it was refused; without the counts it is not made: UNAVAILABLE.
 */
@Injectable()
export class Throttle {
  readonly #limiters = new Map<string, RateLimiterPostgres>();
  /** Counts what the limits refuse, apart from them. */
  readonly #refusals: RateLimiterPostgres;

  constructor(
    databases: Databases,
    private readonly keyring: Keyring,
  ) {
    const storeClient = { query: (statement: { text: string; values: unknown[]; name: string }) => withClient(databases.auth, (client) => client.query(statement)) };
    const limiter = (keyPrefix: string, points: number, duration = WINDOW_SECONDS): RateLimiterPostgres => new RateLimiterPostgres({
      storeClient, storeType: 'client', schemaName: 'auth', tableName: 'throttles', tableCreated: true, clearExpiredByTimeout: false, keyPrefix, points, duration,
    });
    this.#refusals = limiter('refused', 0);
    for (const kind of Object.keys(limits) as TryKind[]) {
      for (const name of Object.keys(told) as LimitName[]) {
        const points = limitsOf(kind)[name];
        if (points !== undefined) this.#limiters.set(`${kind}.${name}`, limiter(`${kind}.${name}`, points, limitsOf(kind).seconds));
      }
    }
  }

  /** Does the work unless too many such tries have failed of late; rejects with THROTTLED then. What nobody can guess is refused only when the work was. */
  async attempt<T>(ctx: Ctx, kind: TryKind, claimant: Claimant, work: () => Promise<T>): Promise<T> {
    if (limitsOf(kind).unguessable) return this.#judgeFirst(ctx, kind, claimant, work);
    const counted = await this.#count(ctx, kind, claimant);
    try {
      const result = await work();
      if (!limitsOf(kind).all) await giveBack(counted);
      return result;
    } catch (error) {
      if (!isRefusal(error)) await giveBack(counted);
      throw error;
    }
  }

  async #judgeFirst<T>(ctx: Ctx, kind: TryKind, claimant: Claimant, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isRefusal(error)) await this.#count(ctx, kind, claimant);
      throw error;
    }
  }

  // A known device whose tries are used up counts as an unknown one: a colleague who shares it could otherwise keep the person out there.
  async #count(ctx: Ctx, kind: TryKind, claimant: Claimant): Promise<Count[]> {
    const [own, others] = await this.#countsOf(ctx, kind, claimant);
    const used = own && (await this.#consume([own]));
    if (own && !used) return [own];
    const refused = await this.#consume(others);
    if (!refused) return others;
    await this.#note(ctx, kind, refused, claimant);
    throw throttled(Math.max(1, Math.ceil((refused.endsAt - Date.now()) / 1000)));
  }

  /** Counts a try under each; under none, and gives the limit that refuses it, when there is one. */
  async #consume(counts: Count[]): Promise<Count | undefined> {
    for (const [index, count] of counts.entries()) {
      try {
        count.endsAt = endOf(await count.limiter.consume(count.key));
      } catch (error) {
        const isRefused = error instanceof RateLimiterRes;
        if (isRefused) count.endsAt = endOf(error);
        // What is refused weighs nothing, neither here nor elsewhere: those who were let in at the same moment may give theirs back, and then there is room again.
        await giveBack(counts.slice(0, isRefused ? index + 1 : index));
        if (!isRefused) throw error instanceof DomainError ? error : unavailable(error as Error);
        return count;
      }
    }
    return undefined;
  }

  // The 1st, 10th, 100th … refusal in a window has an entry, and stands for those before it: refusals cost their sender nothing, and must not fill the trail.
  async #note(ctx: Ctx, kind: TryKind, { limiter, name, key }: Count, { showRefusal }: Claimant): Promise<void> {
    const { consumedPoints: refusals } = await this.#refusals.penalty(limiter.getKey(key)).catch((error: Error) => {
      throw error instanceof DomainError ? error : unavailable(error);
    });
    ctx.countedOnly = !Number.isInteger(Math.log10(refusals));
    if (ctx.countedOnly) return;
    ctx.reason = `beyond the limit for ${told[name](limitsOf(kind).whose ?? 'an account')}: ${refusals} refused in a quarter of an hour`;
    await showRefusal?.();
  }

  /** What a try is counted by: the known device, if there is one, and what counts without it. */
  async #countsOf({ origin }: Ctx, kind: TryKind, { account, device }: Claimant): Promise<[Count | undefined, Count[]]> {
    const network = limitsOf(kind).sites ? siteOf(origin.ip) : networkOf(origin.ip);
    const keys = await this.keyring.of(INSTALLATION);
    const count = (name: LimitName, subject: string): Count[] => {
      const limiter = this.#limiters.get(`${kind}.${name}`);
      return limiter ? [{ limiter, name, key: keys.token('throttle', `${kind} ${name} ${subject}`).toString('base64url'), endsAt: 0 }] : [];
    };
    const own = device === undefined ? [] : count('device', `${account ?? ''} ${device}`);
    // The address first: beyond its limit nothing is written under another key, of which a stranger could invent any number.
    const others = [...count('address', network), ...(account === undefined ? [] : [...count('accountHere', `${account} ${network}`), ...count('account', account)])];
    return [own[0], others];
  }
}

// Whatever else fails, such as the session that ended meanwhile, tells nothing of the credential.
// A secret of a link that is none answers NOT_FOUND.
const isRefusal = (error: unknown): boolean => error instanceof DomainError && [ErrorCode.SIGN_IN_REFUSED, ErrorCode.NOT_FOUND].includes(error.code);

const endOf = ({ msBeforeNext }: RateLimiterRes): number => Date.now() + msBeforeNext;

// What was done is done, whether or not its count can be given back.
const giveBack = async (counted: readonly Count[]): Promise<void> => {
  await Promise.allSettled(counted.filter(({ endsAt }) => endsAt - Date.now() > LAST_MS).map(({ limiter, key }) => limiter.reward(key)));
};
