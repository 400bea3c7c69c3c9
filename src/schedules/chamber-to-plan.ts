import type { Permission } from '../platform/access/permissions.js';
import type { Ctx } from '../platform/context/ctx.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { forbidden, notFound } from '../platform/errors.js';
import { CHAMBER_TO_PLAN } from './schedule-rows.js';
import { chamberIsArchived } from './schedules-errors.model.js';
import type { ChamberToPlan } from './session-planner.writer.js';

const PERMISSION: Permission = 'chambers:manage';

/** Asks for a chamber for which the caller plans; `chamberFrom` reads it. */
export const askChamber = (ctx: Ctx, chamberId: string): Statement => ({ text: CHAMBER_TO_PLAN, values: [ctx.tenantId, chamberId, PERMISSION] });

/** The chamber; throws NOT_FOUND, FORBIDDEN when the caller does not manage this one, or CONFLICT when it is archived. */
export function chamberFrom(rows: Row[]): ChamberToPlan {
  const chamber = chamberToEnd(rows);
  if (rows[0]!['archived']) throw chamberIsArchived();
  return chamber;
}

/** The same of a chamber where something ends, which may be archived. */
export function chamberToEnd([row]: Row[]): ChamberToPlan {
  if (!row) throw notFound();
  if (!row['may']) throw forbidden(PERMISSION);
  return { id: row['id'] as string, timeZone: row['time_zone'] as string, observesHolidays: row['observes_holidays'] as boolean, country: row['country'] as string };
}
