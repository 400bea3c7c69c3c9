import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Databases, withClient } from '../../platform/database/databases.js';
import { type Row, type Statement, runGroup } from '../../platform/database/statement-group.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { LOGGER } from '../../platform/platform.module.js';

/** Lets go each minute of places that were held too long, so that whoever watches a queue sees it. Nobody waits for that: a place whose time is over is given to whoever books next. */
@Injectable()
export class HoldExpiry {
  constructor(
    private readonly databases: Databases,
    @Inject(LOGGER) private readonly logger: Logger,
    jobs: Jobs,
  ) {
    jobs.handleEachMinute('expireHolds', () => this.expire());
  }

  /** Lets go of what is over now, in every practice; a practice that fails is logged. */
  async expire(): Promise<void> {
    const [practices] = await this.#run({ text: 'select p as id from platform.practices() p' });
    for (const { id } of practices!) {
      await this.#run({ text: 'select platform.expire_holds($1)', values: [id] })
        .catch((error: unknown) => this.logger.error({ err: error, practiceId: id }, 'places that were held too long could not be let go'));
    }
  }

  #run(statement: Statement): Promise<Row[][]> {
    return withClient(this.databases.jobs, (client) => runGroup(client, [statement]));
  }
}
