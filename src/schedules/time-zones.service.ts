import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { staleVersion } from '../platform/errors.js';
import { dayOf } from '../platform/local-days.js';
import { askChamber, chamberFrom } from './chamber-to-plan.js';
import type { SavedCalendar } from './holidays.service.js';
import { PLANNED_AHEAD_DAYS } from './schedule.inputs.js';
import { SESSION_COLUMNS, SESSIONS_TO_TAKE_BACK, type SessionRow, TAKE_BACK_SESSIONS } from './session-rows.model.js';
import { SessionPlanner } from './session-planner.writer.js';
import type { SetChamberTimeZoneInput } from './time-zone.inputs.js';
import { daysAfter } from './wall-time.model.js';

/** $1 tenant, $2 chamber, $3 version, $4 time zone */
const SET_TIME_ZONE = 'update clinic.chambers c set time_zone = $4, version = c.version + 1 where c.tenant_id = $1 and c.id = $2 and c.version = $3 returning c.id';

/** Whatever stays of a chamber, also what has begun: $1 tenant, $2 chamber, $3 from day */
const SESSIONS_AT_THEIR_INSTANTS = `
select ${SESSION_COLUMNS} from clinic.sessions s
where s.tenant_id = $1 and s.chamber_id = $2 and (s.status in ('OPEN', 'RUNNING', 'PAUSED') or (s.status = 'PLANNED' and s.local_date >= $3::date))
order by s.starts_at, s.id`;

/** The time zone of a chamber that has sessions. They are at instants: in another zone the same hours are at others. */
@Injectable()
export class TimeZonesService {
  constructor(
    private readonly db: TenantDb,
    private readonly planner: SessionPlanner,
  ) {}

  /** Sets the zone and plans what nobody has booked anew by its clock; what patients have booked, what has begun, or what somebody added by hand, stays at its instants, and is answered. NOT_FOUND, FORBIDDEN, CONFLICT (STALE_VERSION, CHAMBER_ARCHIVED). */
  set(ctx: Ctx, { chamberId, version, timeZone }: SetChamberTimeZoneInput): Promise<SavedCalendar> {
    return this.db.write(ctx, async (tx, [chambers]) => {
      const before = chamberFrom(chambers!);
      const now = new Date();
      // Of the two days that it may be there, the one that comes first.
      const [today] = [dayOf(now, before.timeZone), dayOf(now, timeZone)].sort() as [string];
      const sessions = [ctx.tenantId, null, chamberId, null, today, null];
      const [set, , takenBack, kept] = await tx.group({ text: SET_TIME_ZONE, values: [ctx.tenantId, chamberId, version, timeZone] },
        { text: SESSIONS_TO_TAKE_BACK, values: sessions }, { text: TAKE_BACK_SESSIONS, values: sessions }, { text: SESSIONS_AT_THEIR_INSTANTS, values: [ctx.tenantId, chamberId, today] });
      if (!set!.length) throw staleVersion();
      const after = { ...before, timeZone };
      const first = dayOf(now, timeZone);
      const planned = await this.planner.plan(tx, ctx.tenantId, after, first, daysAfter(first, PLANNED_AHEAD_DAYS));
      tx.record('chamber', chamberId);
      tx.change('chamber', chamberId, 'timeZone', before.timeZone, timeZone);
      return { planned: planned.length, takenBack: takenBack!.length, kept: kept as unknown as SessionRow[] };
    }, askChamber(ctx, chamberId));
  }
}
