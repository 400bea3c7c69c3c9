import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../../platform/crypto/keyring.js';
import { Databases, withClient } from '../../platform/database/databases.js';
import { DomainError, denials, throttled, unavailable } from '../../platform/errors.js';
import { networkOf } from '../../platform/network.js';
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
}

/** The limit that refuses a try, and how many it refused in this window. */
interface Refusal {
  name: LimitName;
  refusals: number;
  msBeforeNext: number;
}

const told: Record<LimitName, string> = { address: 'an address', accountHere: 'an account from an address', account: 'an account', device: 'a known device' };

/**
 * Counts tries of credentials, for all servers in one table, and refuses those beyond a limit with THROTTLED. A try of what could be guessed is
 * counted before it is judged, so that many at once cannot slip through, and given back unless it was refused; without the counts it is not made: UNAVAILABLE.
 */
@Injectable()
export class Throttle {
  readonly #limiters = new Map<string, RateLimiterPostgres>();

  constructor(
    databases: Databases,
    private readonly keyring: Keyring,
  ) {
    const storeClient = { query: (statement: { text: string; values: unknown[]; name: string }) => withClient(databases.auth, (client) => client.query(statement)) };
    for (const kind of Object.keys(limits) as TryKind[]) {
      for (const name of Object.keys(told) as LimitName[]) {
        const points = limitsOf(kind)[name];
        if (points === undefined) continue;
        this.#limiters.set(`${kind}.${name}`, new RateLimiterPostgres({
          storeClient, storeType: 'client', schemaName: 'auth', tableName: 'throttles', tableCreated: true, clearExpiredByTimeout: false,
          keyPrefix: `${kind}.${name}`, points, duration: WINDOW_SECONDS,
        }));
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
      if (!isDenial(error)) await giveBack(counted);
      throw error;
    }
  }

  async #judgeFirst<T>(ctx: Ctx, kind: TryKind, claimant: Claimant, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isDenial(error)) await this.#count(ctx, kind, claimant);
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
    await this.#note(ctx, refused, claimant);
    throw throttled(Math.max(1, Math.ceil(refused.msBeforeNext / 1000)));
  }

  /** Counts a try under each; under none, and gives the limit that refuses it, when there is one. */
  async #consume(counts: Count[]): Promise<Refusal | undefined> {
    for (const [index, count] of counts.entries()) {
      try {
        await count.limiter.consume(count.key);
      } catch (error) {
        // What one limit refuses must not weigh on the others, or hammering one account would exhaust an address that thousands share.
        await giveBack(counts.slice(0, index));
        if (!(error instanceof RateLimiterRes)) throw error instanceof DomainError ? error : unavailable(error as Error);
        return { name: count.name, refusals: error.consumedPoints - count.limiter.points, msBeforeNext: error.msBeforeNext };
      }
    }
    return undefined;
  }

  // The 1st, 10th, 100th … refusal in a window has an entry, and stands for those before it: refusals cost their sender nothing, and must not fill the trail.
  async #note(ctx: Ctx, { name, refusals }: Refusal, { showRefusal }: Claimant): Promise<void> {
    ctx.countedOnly = !Number.isInteger(Math.log10(refusals));
    if (ctx.countedOnly) return;
    ctx.reason = `beyond the limit for ${told[name]}: ${refusals} refused in this window`;
    await showRefusal?.();
  }

  /** What a try is counted by: the known device, if there is one, and what counts without it. */
  async #countsOf({ origin }: Ctx, kind: TryKind, { account, device }: Claimant): Promise<[Count | undefined, Count[]]> {
    const network = networkOf(origin.ip);
    const keys = await this.keyring.of(INSTALLATION);
    const count = (name: LimitName, subject: string): Count[] => {
      const limiter = this.#limiters.get(`${kind}.${name}`);
      return limiter ? [{ limiter, name, key: keys.token('throttle', `${kind} ${name} ${subject}`).toString('base64url') }] : [];
    };
    const own = device === undefined ? [] : count('device', `${account ?? ''} ${device}`);
    // The address first: beyond its limit nothing is written under another key, of which a stranger could invent any number.
    const others = [...count('address', network), ...(account === undefined ? [] : [...count('accountHere', `${account} ${network}`), ...count('account', account)])];
    return [own[0], others];
  }
}

const isDenial = (error: unknown): boolean => error instanceof DomainError && denials.has(error.code);

// A count too many is forgotten with its window; what was done is done, whether or not it can be given back.
const giveBack = async (counted: readonly Count[]): Promise<void> => {
  await Promise.allSettled(counted.map(({ limiter, key }) => limiter.reward(key)));
};
