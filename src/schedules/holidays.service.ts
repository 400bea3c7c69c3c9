import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Row } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput, notFound } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import { dayOf } from '../platform/local-days.js';
import { closedHolidays, holidaysBetween } from './chamber-holidays.model.js';
import { askChamber, chamberFrom } from './chamber-to-plan.js';
import type { Holiday, SetHolidayInput } from './holiday.model.js';
import { PLANNED_AHEAD_DAYS } from './schedule.inputs.js';
import { CHAMBER_TO_PLAN, HOLIDAYS_OF_CHAMBER } from './schedule-rows.js';
import { SESSIONS_THAT_STAY, SESSIONS_TO_TAKE_BACK, type SessionRow, TAKE_BACK_SESSIONS } from './session-rows.model.js';
import { type ChamberToPlan, SessionPlanner } from './session-planner.writer.js';
import { daysAfter } from './wall-time.model.js';

const LONGEST_NAME = 100;

/** What became of sessions when a calendar changed. */
export interface SavedCalendar {
  planned: number;
  takenBack: number;
  kept: SessionRow[];
}

const SET = `
insert into clinic.holidays (tenant_id, chamber_id, day, name, closed) values ($1, $2, $3, $4, $5)
on conflict on constraint holidays__pkey do update set name = excluded.name, closed = excluded.closed`;
const REMOVE = 'delete from clinic.holidays d where d.tenant_id = $1 and d.chamber_id = $2 and d.day = $3 returning d.name, d.closed';
const OBSERVE = 'update clinic.chambers c set observes_holidays = $3 where c.tenant_id = $1 and c.id = $2';

/** The holidays of chambers: those of the country where the chamber observes them, and what its own calendar says. */
@Injectable()
export class HolidaysService {
  constructor(
    private readonly db: TenantDb,
    private readonly planner: SessionPlanner,
  ) {}

  /** The holidays of a year, those of the country and those of the chamber; NOT_FOUND. */
  async list(ctx: Ctx, chamberId: string, year: number): Promise<Holiday[]> {
    const [first, last] = [`${year}-01-01`, `${year}-12-31`];
    const [chambers, own] = await this.db.read(ctx, { text: CHAMBER_TO_PLAN, values: [ctx.tenantId, chamberId, 'self:read'] }, { text: HOLIDAYS_OF_CHAMBER, values: [ctx.tenantId, chamberId, first, last] });
    const [chamber] = chambers!;
    if (!chamber) throw notFound();
    ctx.disclose('chamber', chamberId);
    const days = new Map<string, Holiday>();
    for (const { day, nameEn, name } of await holidaysBetween(chamber['country'] as string, first, last)) {
      days.set(day, { day, name: nameEn, localName: name, closed: chamber['observes_holidays'] as boolean, own: false });
    }
    for (const row of own!) days.set(row['day'] as string, { day: row['day'] as string, name: row['name'] as string, localName: null, closed: row['closed'] as boolean, own: true });
    return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
  }

  /** Says of a day whether the chamber is closed, whatever the calendar of its country says; BAD_USER_INPUT, NOT_FOUND, FORBIDDEN. */
  set(ctx: Ctx, { chamberId, day, name: raw, closed }: SetHolidayInput): Promise<SavedCalendar> {
    const check = new InputCheck();
    const name = check.line(['name'], raw, LONGEST_NAME);
    return this.db.write(ctx, async (tx, [chambers]) => {
      const chamber = chamberFrom(chambers!);
      if (day < dayOf(new Date(), chamber.timeZone)) check.blame(['day'], 'PAST');
      check.throwIfAny();
      await tx.group({ text: SET, values: [ctx.tenantId, chamberId, day, name, closed] });
      tx.record('chamber', chamberId);
      tx.change('chamber', chamberId, `holiday ${day}`, null, { name, closed });
      return this.#settle(tx, ctx, chamber, day, day);
    }, askChamber(ctx, chamberId));
  }

  /** Takes a day out of the chamber's own calendar; BAD_USER_INPUT, NOT_FOUND, FORBIDDEN. */
  remove(ctx: Ctx, chamberId: string, day: string): Promise<SavedCalendar> {
    return this.db.write(ctx, async (tx, [chambers]) => {
      const chamber = chamberFrom(chambers!);
      if (day < dayOf(new Date(), chamber.timeZone)) throw badInput([{ path: ['day'], reason: 'PAST' }]);
      const [removed] = await tx.query<{ name: string; closed: boolean }>(REMOVE, [ctx.tenantId, chamberId, day]);
      tx.record('chamber', chamberId);
      if (removed) tx.change('chamber', chamberId, `holiday ${day}`, removed, null);
      return this.#settle(tx, ctx, chamber, day, day);
    }, askChamber(ctx, chamberId));
  }

  /** Sets whether a chamber is closed on its country's holidays; NOT_FOUND, FORBIDDEN. */
  observe(ctx: Ctx, chamberId: string, observes: boolean): Promise<SavedCalendar> {
    return this.db.write(ctx, async (tx, [chambers]) => {
      const chamber = chamberFrom(chambers!);
      await tx.group({ text: OBSERVE, values: [ctx.tenantId, chamberId, observes] });
      tx.record('chamber', chamberId);
      tx.change('chamber', chamberId, 'observesHolidays', chamber.observesHolidays, observes);
      const today = dayOf(new Date(), chamber.timeZone);
      return this.#settle(tx, ctx, { ...chamber, observesHolidays: observes }, today, daysAfter(today, PLANNED_AHEAD_DAYS));
    }, askChamber(ctx, chamberId));
  }

  /** Takes back what lies on days that are closed now, and plans those that are open. */
  async #settle(tx: AuditedTx, ctx: Ctx, chamber: ChamberToPlan, first: string, last: string): Promise<SavedCalendar> {
    const [own] = await tx.group({ text: HOLIDAYS_OF_CHAMBER, values: [ctx.tenantId, chamber.id, first, last] });
    const kept: SessionRow[] = [];
    let takenBack = 0;
    for (const day of [...await closedHolidays(chamber, own as unknown as Array<{ day: string; closed: boolean }>, first, last)].filter((one) => one >= first && one <= last).sort()) {
      const values = [ctx.tenantId, null, chamber.id, null, day, day];
      const [, gone, staying] = await tx.group({ text: SESSIONS_TO_TAKE_BACK, values }, { text: TAKE_BACK_SESSIONS, values }, { text: SESSIONS_THAT_STAY, values });
      takenBack += (gone as Row[]).length;
      kept.push(...(staying as unknown as SessionRow[]));
    }
    const horizon = daysAfter(dayOf(new Date(), chamber.timeZone), PLANNED_AHEAD_DAYS);
    const planned = first > horizon ? [] : await this.planner.plan(tx, ctx.tenantId, chamber, first, last < horizon ? last : horizon);
    return { planned: planned.length, takenBack, kept };
  }
}
