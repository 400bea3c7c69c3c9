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
export function chamberFrom([row]: Row[]): ChamberToPlan {
  if (!row) throw notFound();
  if (!row['may']) throw forbidden(PERMISSION);
  if (row['archived']) throw chamberIsArchived();
  return { id: row['id'] as string, timeZone: row['time_zone'] as string, observesHolidays: row['observes_holidays'] as boolean, country: row['country'] as string };
}
