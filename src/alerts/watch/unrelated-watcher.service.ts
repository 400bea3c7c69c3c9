import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { Databases, withClient } from '../../platform/database/databases.js';
import { runGroup } from '../../platform/database/statement-group.js';
import { Jobs } from '../../platform/jobs/jobs.js';
import { isOn } from '../rules/alert-rule.js';
import { unrelatedPatients } from '../rules/reading-rules.js';
import { AlertRaiser } from './alert-raiser.js';
import type { Run } from './practice-watch.js';
import { enterToWatch } from '../../platform/database/enter-to-watch.js';
import { practiceStatements, toPracticeFacts, toWindow, unrelatedStatement } from './watch-rows.js';

const HOUR_MS = 3_600_000;
/** For how many days before it the practice's last contact with a patient counts. */
const CONTACT_DAYS = 90;

interface MemberDayOf {
  tenantId: string;
  userId: string;
  memberId: string;
  day: string;
  zone: string;
}

/** Looks, an hour after a member opened patients, whether the practice had to do with them: by then a visit has left something. */
@Injectable()
export class UnrelatedWatcher {
  constructor(
    private readonly databases: Databases,
    private readonly raiser: AlertRaiser,
    jobs: Jobs,
  ) {
    jobs.handle<MemberDayOf>('checkUnrelated', (payload) => this.check(payload, new Date()));
  }

  /** Looks at what somebody opened on a day until an hour before an instant. */
  check({ tenantId, userId, memberId, day, zone }: MemberDayOf, now: Date): Promise<void> {
    const start = new Date(Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds);
    const end = new Date(Math.min(now.getTime() - HOUR_MS, start.getTime() + 24 * HOUR_MS));
    const since = new Date(start.getTime() - CONTACT_DAYS * 24 * HOUR_MS);
    return withClient(this.databases.jobs, async (client, discard) => {
      const run: Run = (...statements) => runGroup(client, statements);
      try {
        const [, , ...found] = await run({ text: 'begin' }, enterToWatch(tenantId), ...practiceStatements(tenantId, []), unrelatedStatement(tenantId, userId, start, end, since));
        const practice = toPracticeFacts(found);
        const finding = unrelatedPatients({ userId, memberId }, toWindow(found[3]!), day, practice.settings);
        if (finding && isOn(practice.settings, finding.rule)) await this.raiser.raise(run, tenantId, practice, [finding]);
        await run({ text: 'commit' });
      } catch (error) {
        await client.query('rollback').catch(discard);
        throw error;
      }
    });
  }
}
