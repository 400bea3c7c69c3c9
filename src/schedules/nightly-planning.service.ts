import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Databases, withClient } from '../platform/database/databases.js';
import { enterToWatch } from '../platform/database/enter-to-watch.js';
import { type Row, type Statement, runGroup } from '../platform/database/statement-group.js';
import { Jobs } from '../platform/jobs/jobs.js';
import { dayOf } from '../platform/local-days.js';
import { LOGGER } from '../platform/platform.module.js';
import { PLANNED_AHEAD_DAYS } from './schedule.inputs.js';
import { SessionPlanner } from './session-planner.writer.js';
import { daysAfter } from './wall-time.model.js';

const CHAMBERS = `
select c.id, c.time_zone, c.observes_holidays, t.country from clinic.chambers c join clinic.tenants t on t.id = c.tenant_id
where c.tenant_id = $1 and c.archived_at is null and t.status in ('TRIAL', 'ACTIVE', 'PAST_DUE') order by c.id`;

/** Plans each night the sessions of another day in every practice. A practice that fails is logged, and the others are planned. */
@Injectable()
export class NightlyPlanning {
  constructor(
    private readonly databases: Databases,
    private readonly planner: SessionPlanner,
    @Inject(LOGGER) private readonly logger: Logger,
    jobs: Jobs,
  ) {
    jobs.handleNightly('planSessions', () => this.plan(new Date()));
  }

  /** Plans in every practice what lies within PLANNED_AHEAD_DAYS of an instant. */
  async plan(now: Date): Promise<void> {
    const practices = await withClient(this.databases.jobs, (client) => runGroup(client, [{ text: 'select p as id from platform.practices() p' }]));
    for (const { id } of practices[0]!) {
      await this.#planPractice(id as string, now).catch((error: unknown) => this.logger.error({ err: error, practiceId: id }, 'the sessions of a practice could not be planned ahead'));
    }
  }

  #planPractice(tenantId: string, now: Date): Promise<void> {
    return withClient(this.databases.jobs, async (client, discard) => {
      const group = (...statements: Statement[]): Promise<Row[][]> => runGroup(client, statements);
      try {
        const [, , chambers] = await group({ text: 'begin' }, enterToWatch(tenantId), { text: CHAMBERS, values: [tenantId] });
        for (const row of chambers!) {
          const chamber = { id: row['id'] as string, timeZone: row['time_zone'] as string, observesHolidays: row['observes_holidays'] as boolean, country: row['country'] as string };
          const today = dayOf(now, chamber.timeZone);
          await this.planner.plan({ group }, tenantId, chamber, today, daysAfter(today, PLANNED_AHEAD_DAYS));
        }
        await group({ text: 'commit' });
      } catch (error) {
        await client.query('rollback').catch(discard);
        throw error;
      }
    });
  }
}
