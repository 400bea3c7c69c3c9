import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../platform/platform.module.js';
import { RecurringWork } from '../../platform/recurring-work.js';
import { TokenKeys } from './token-keys.js';
import { CHECK_MS } from './token-times.js';

/** Has the token keys read anew soon after their file changed. A file at fault is logged once, and changes nothing. */
@Injectable()
export class TokenKeyWatch implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #work = new RecurringWork(() => this.#look(), CHECK_MS, (error) => this.#failed(error));
  #told: string | undefined;

  constructor(
    private readonly tokenKeys: TokenKeys,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.#work.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.#work.stop();
  }

  /** Looks now. Never rejects. */
  look(): Promise<void> {
    return this.#work.run();
  }

  async #look(): Promise<void> {
    const changed = await this.tokenKeys.reread();
    this.#told = undefined;
    if (changed) this.logger.info({ kids: this.tokenKeys.published.map(({ kid }) => kid) }, 'the token keys were read anew');
  }

  #failed(error: unknown): void {
    const fault = String(error);
    if (fault !== this.#told) this.logger.error({ err: error }, 'the file of the token keys cannot be used; those read before still hold');
    this.#told = fault;
  }
}
