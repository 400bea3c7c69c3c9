import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { Databases, withClient } from '../platform/database/databases.js';
import { runGroup } from '../platform/database/statement-group.js';
import { LOGGER } from '../platform/platform.module.js';
import { RecurringWork } from '../platform/recurring-work.js';

const DAY_MS = 86_400_000;

/** Keeps the trail's monthly partitions made a year ahead: at the start and then daily. A failure is logged and tried again next day. */
@Injectable()
export class PartitionKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #work: RecurringWork;

  constructor(
    private readonly databases: Databases,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#work = new RecurringWork(() => this.#ensure(), DAY_MS, (error) => logger.error({ err: error }, 'the partitions of the audit trail could not be made'));
  }

  onApplicationBootstrap(): Promise<void> {
    return this.#work.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.#work.stop();
  }

  /** Makes the partitions that are missing. Never rejects: there is a year's time, and a default partition after that. */
  keep(): Promise<void> {
    return this.#work.run();
  }

  async #ensure(): Promise<void> {
    await withClient(this.databases.audit, (client) => runGroup(client, [{ text: 'select audit.ensure_partitions()' }]));
  }
}
