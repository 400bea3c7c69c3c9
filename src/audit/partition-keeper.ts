import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { Databases, withClient } from '../platform/database/databases.js';
import { runGroup } from '../platform/database/statement-group.js';
import { LOGGER } from '../platform/platform.module.js';

const DAY_MS = 86_400_000;

/** Keeps the trail's monthly partitions made a year ahead: at the start and then daily. A failure is logged and tried again next day. */
@Injectable()
export class PartitionKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly databases: Databases,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.#timer = setInterval(() => void this.keep(), DAY_MS).unref();
    await this.keep();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Makes the partitions that are missing. Never rejects: there is a year's time, and a default partition after that. */
  keep(): Promise<void> {
    this.#running = this.#ensure().catch((error: unknown) => this.logger.error({ err: error }, 'the partitions of the audit trail could not be made'));
    return this.#running;
  }

  async #ensure(): Promise<void> {
    await withClient(this.databases.audit, (client) => runGroup(client, [{ text: 'select audit.ensure_partitions()' }]));
  }
}
