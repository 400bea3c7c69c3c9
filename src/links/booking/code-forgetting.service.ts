import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Databases, withClient } from '../../platform/database/databases.js';
import { type Row, type Statement, runGroup } from '../../platform/database/statement-group.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { LOGGER } from '../../platform/platform.module.js';

/** Forgets each minute the codes that are long over, with the telephone numbers to which they went. */
@Injectable()
export class CodeForgetting {
  constructor(
    private readonly databases: Databases,
    @Inject(LOGGER) private readonly logger: Logger,
    jobs: Jobs,
  ) {
    jobs.handleEachMinute('forgetBookingCodes', () => this.#forget());
  }

  async #forget(): Promise<void> {
    const [practices] = await this.#run({ text: 'select p as id from platform.practices() p' });
    for (const { id } of practices!) {
      await this.#run({ text: 'select platform.forget_booking_codes($1)', values: [id] })
        .catch((error: unknown) => this.logger.error({ err: error, practiceId: id }, 'codes that are over could not be forgotten'));
    }
  }

  #run(statement: Statement): Promise<Row[][]> {
    return withClient(this.databases.jobs, (client) => runGroup(client, [statement]));
  }
}
