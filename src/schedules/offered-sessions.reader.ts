import { Injectable } from '@nestjs/common';
import type { Permission } from '../platform/access/permissions.js';
import type { Ctx } from '../platform/context/ctx.js';
import type { Row } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { forbidden, notFound } from '../platform/errors.js';
import { idOfCursor } from '../platform/graphql/connection.js';
import { type OwnHoliday, closedHolidays } from './chamber-holidays.model.js';
import { refuseDays } from './day-range.model.js';
import { type FreePlacesArgs, LONGEST_SEARCH_DAYS } from './schedule.inputs.js';
import { CHAMBERS_TO_OFFER, COUNT_OF_OFFERED, HOLIDAYS_OF_CHAMBERS, OFFERED_SESSIONS } from './offered-session-rows.js';
import type { SessionRow } from './session-rows.model.js';

const PERMISSION: Permission = 'appointments:read';

/** Finds sessions in which somebody could still book, in the chambers where the caller may see who books. What it gives is in the audit entry of the answer. */
@Injectable()
export class OfferedSessions {
  constructor(private readonly db: TenantDb) {}

  /** `first` sessions with a place left and one more if there are more, in the order in which they begin; two round trips. BAD_USER_INPUT, NOT_FOUND, FORBIDDEN. */
  async find(ctx: Ctx, args: FreePlacesArgs): Promise<SessionRow[]> {
    const [rows] = await this.db.read(ctx, { text: OFFERED_SESSIONS, values: [...(await this.#searched(ctx, args)), idOfCursor(args.after), args.first + 1] });
    const sessions = rows as unknown as SessionRow[];
    sessions.slice(0, args.first).forEach(({ id }) => ctx.disclose('clinic-session', id));
    return sessions;
  }

  /** How many there are in all. */
  async count(ctx: Ctx, args: FreePlacesArgs): Promise<number> {
    const [rows] = await this.db.read(ctx, { text: COUNT_OF_OFFERED, values: await this.#searched(ctx, args) });
    return rows![0]!['count'] as number;
  }

  async #searched(ctx: Ctx, { chamberId = null, doctorId = null, from, to }: FreePlacesArgs): Promise<unknown[]> {
    refuseDays(from, to, LONGEST_SEARCH_DAYS);
    const [chambers, holidays] = await this.db.read(ctx,
      { text: CHAMBERS_TO_OFFER, values: [ctx.tenantId, chamberId, PERMISSION] }, { text: HOLIDAYS_OF_CHAMBERS, values: [ctx.tenantId, chamberId, from, to] });
    const [named] = chambers!;
    if (chamberId !== null && !named) throw notFound();
    if (chamberId !== null && !named!['may']) throw forbidden(PERMISSION);
    const open = chambers!.filter(({ may, archived }) => may && !archived);
    const closed = (await Promise.all(open.map((chamber) => closedDays(chamber, holidays!, from, to)))).flat();
    return [ctx.tenantId, open.map(({ id }) => id), doctorId, from, to, closed.map(([chamber]) => chamber), closed.map(([, day]) => day)];
  }
}

async function closedDays(chamber: Row, holidays: Row[], from: string, to: string): Promise<Array<[string, string]>> {
  const own = holidays.filter((one) => one['chamber_id'] === chamber['id']) as unknown as OwnHoliday[];
  const days = await closedHolidays({ observesHolidays: chamber['observes_holidays'] as boolean, country: chamber['country'] as string }, own, from, to);
  return [...days].map((day) => [chamber['id'] as string, day]);
}
