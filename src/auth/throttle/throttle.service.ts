import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Ctx } from '../../platform/context/ctx.js';
import { INSTALLATION, Keyring } from '../../platform/crypto/keyring.js';
import { Databases, withClient } from '../../platform/database/databases.js';
import { DomainError, denials, throttled, unavailable } from '../../platform/errors.js';
import { LOGGER } from '../../platform/platform.module.js';
import { RecurringWork } from '../../platform/recurring-work.js';
import { type LimitName, type TryKind, WINDOW_SECONDS, limits, limitsOf } from './limits.js';
import { networkOf } from './network.js';

const CLEAN_MS = 300_000;

/** Whose credential is tried. */
export interface Claimant {
  /** What names the account, and always the same way; only its keyed hash is kept. */
  account?: string;
  /** The device, if it is one on which the account's person has signed in before: looked up, not as claimed. */
  device?: string | undefined;
  /** Notes the practices that a refusal concerns. Takes as much work when there is no such account. */
  concern?: () => Promise<void>;
}

interface Count {
  limiter: RateLimiterPostgres;
  name: LimitName;
  key: string;
}

const told: Record<LimitName, string> = { address: 'an address', accountHere: 'an account from an address', account: 'an account', device: 'a known device' };

/**
 * Counts tries of credentials, for all servers in one table, and refuses those beyond a limit with THROTTLED. A try is counted before it is
 * judged, so that many at once cannot slip through, and given back unless it was refused. Without the counts nothing is tried: UNAVAILABLE.
 */
@Injectable()
export class Throttle implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #limiters = new Map<string, RateLimiterPostgres>();
  readonly #cleaning: RecurringWork;

  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    @Inject(LOGGER) logger: Logger,
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
    this.#cleaning = new RecurringWork(() => this.#clean(), CLEAN_MS, (error) => logger.error({ err: error }, 'counts of tries that are over could not be removed'));
  }

  onApplicationBootstrap(): Promise<void> {
    return this.#cleaning.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.#cleaning.stop();
  }

  /** Removes the counts that are over. Never rejects. */
  clean(): Promise<void> {
    return this.#cleaning.run();
  }

  /** Does the work unless too many such tries have failed of late; rejects with THROTTLED then. */
  async attempt<T>(ctx: Ctx, kind: TryKind, claimant: Claimant, work: () => Promise<T>): Promise<T> {
    const counted = await this.#count(ctx, await this.#countsOf(ctx, kind, claimant), claimant);
    try {
      const result = await work();
      if (!limitsOf(kind).all) await giveBack(counted);
      return result;
    } catch (error) {
      if (!(error instanceof DomainError && denials.has(error.code))) await giveBack(counted);
      throw error;
    }
  }

  async #count(ctx: Ctx, counts: Count[], claimant: Claimant): Promise<Count[]> {
    for (const [index, count] of counts.entries()) {
      try {
        await count.limiter.consume(count.key);
      } catch (error) {
        // What one limit refuses must not weigh on the others, or hammering one account would exhaust an address that thousands share.
        await giveBack(counts.slice(0, index));
        if (!(error instanceof RateLimiterRes)) throw error instanceof DomainError ? error : unavailable(error as Error);
        await this.#note(ctx, count, error.consumedPoints - count.limiter.points, claimant);
        throw throttled(Math.max(1, Math.ceil(error.msBeforeNext / 1000)));
      }
    }
    return counts;
  }

  // The 1st, 10th, 100th … refusal in a window has an entry, and stands for those before it: refusals cost their sender nothing, and must not fill the trail.
  async #note(ctx: Ctx, { name }: Count, refusals: number, { concern }: Claimant): Promise<void> {
    ctx.countedOnly = !Number.isInteger(Math.log10(refusals));
    if (ctx.countedOnly) return;
    ctx.reason = `beyond the limit for ${told[name]}: ${refusals} refused in this window`;
    await concern?.();
  }

  // The address first: beyond its limit nothing is written under another key, of which a stranger could invent any number.
  async #countsOf({ origin }: Ctx, kind: TryKind, { account, device }: Claimant): Promise<Count[]> {
    const network = networkOf(origin.ip);
    const subjects: Partial<Record<LimitName, string>> = device !== undefined
      ? { device: `${account} ${device}` }
      : { address: network, ...(account !== undefined && { accountHere: `${account} ${network}`, account }) };
    const keys = await this.keyring.of(INSTALLATION);
    return (Object.entries(subjects) as Array<[LimitName, string]>).flatMap(([name, subject]) => {
      const limiter = this.#limiters.get(`${kind}.${name}`);
      return limiter ? [{ limiter, name, key: keys.token('throttle', `${kind} ${name} ${subject}`).toString('base64url') }] : [];
    });
  }

  async #clean(): Promise<void> {
    await withClient(this.databases.auth, (client) => client.query('delete from auth.throttles where expire < $1', [Date.now()]));
  }
}

// A count too many is forgotten with its window; what was done is done, whether or not it can be given back.
const giveBack = async (counted: readonly Count[]): Promise<void> => {
  await Promise.allSettled(counted.map(({ limiter, key }) => limiter.reward(key)));
};
