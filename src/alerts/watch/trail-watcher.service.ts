import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { Databases, withClient } from '../../platform/database/databases.js';
import { runGroup } from '../../platform/database/statement-group.js';
import { LOGGER } from '../../platform/platform.module.js';
import { RecurringWork } from '../../platform/recurring-work.js';
import type { Fact } from '../rules/fact.js';
import { AlertRaiser } from './alert-raiser.js';
import { type Run, watchPractice } from './practice-watch.js';
import { FACTS_AT_ONCE, type Stretch, TAKE, factsOf, noteWatched, toFact } from './watch-rows.js';

const EVERY_MS = 1_000;

/**
 * Watches the audit trail of all practices and raises alerts. Of several servers one looks at a time. Every entry is
 * looked at once, in whatever order transactions commit: what was found, what was counted and how far it got are one
 * transaction. A practice in which something breaks keeps no other from being watched.
 */
@Injectable()
export class TrailWatcher implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #work: RecurringWork;
  #stopping = false;

  constructor(
    private readonly databases: Databases,
    private readonly raiser: AlertRaiser,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#work = new RecurringWork(() => this.#catchUp(), EVERY_MS, (error) => logger.error({ err: error }, 'the audit trail could not be watched; trying again'));
  }

  onApplicationBootstrap(): void {
    void this.#work.start();
  }

  onModuleDestroy(): Promise<void> {
    this.#stopping = true;
    return this.#work.stop();
  }

  /** Looks at what was committed before this call; resolves when that was done here or is being done by another server. */
  watch(): Promise<void> {
    return this.#work.run();
  }

  async #catchUp(): Promise<void> {
    while (!this.#stopping && (await this.#step()) === FACTS_AT_ONCE);
  }

  /** Looks at the next stretch of the trail; gives how many entries that were. */
  #step(): Promise<number> {
    return withClient(this.databases.jobs, async (client, discard) => {
      const run: Run = (...statements) => runGroup(client, statements);
      try {
        const [, taken] = await run({ text: 'begin' }, TAKE);
        const stretch = taken![0] as unknown as Stretch | undefined;
        const facts = stretch ? (await run(factsOf(stretch)))[0]!.map(toFact) : [];
        for (const [tenantId, own] of byPractice(facts)) await this.#practice(run, tenantId, own);
        // Where nothing is new, nothing is written.
        await run(...(stretch && facts.length ? [noteWatched(stretch, facts)] : []), { text: 'commit' });
        return facts.length;
      } catch (error) {
        await client.query('rollback').catch(discard);
        throw error;
      }
    });
  }

  async #practice(run: Run, tenantId: string, facts: readonly Fact[]): Promise<void> {
    const broken = (error: unknown): void => this.logger.error({ err: error, tenantId }, 'something could not be watched in a practice');
    await run({ text: 'savepoint practice' });
    try {
      const { practice, findings, keep } = await watchPractice(run, tenantId, facts, broken);
      await run(...keep, { text: 'select' });
      await this.raiser.raise(run, tenantId, practice, findings);
    } catch (error) {
      broken(error);
      await run({ text: 'rollback to savepoint practice' });
    }
  }
}

function byPractice(facts: readonly Fact[]): Map<string, Fact[]> {
  const practices = new Map<string, Fact[]>();
  for (const fact of facts) practices.set(fact.tenantId, [...(practices.get(fact.tenantId) ?? []), fact]);
  return practices;
}
