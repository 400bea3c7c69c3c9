import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { constraintOf } from '../platform/database/database-errors.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput, notFound } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import { dayOf } from '../platform/local-days.js';
import { askChamber, chamberFrom } from './chamber-to-plan.js';
import { hoursFrom } from './hours.js';
import { stretchesOf } from './number-stretches.model.js';
import { type AddSessionInput, LONGEST_STRETCH_DAYS } from './schedule.inputs.js';
import { IS_DOCTOR_THERE, ROOM_THERE } from './schedule-rows.js';
import { sessionsOverlap } from './schedules-errors.model.js';
import { ADD_SESSION, SESSIONS_AT_THAT_TIME, type SessionRow } from './session-rows.model.js';
import { SessionPlanner } from './session-planner.writer.js';
import { daysAfter, minutesOf, periodOf } from './wall-time.model.js';

const FARTHEST_DAYS = 366;

/** Sessions that somebody adds, or plans farther ahead than is done by itself. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly db: TenantDb,
    private readonly planner: SessionPlanner,
  ) {}

  /** Adds a session by hand, on a closed day too; BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT (SESSIONS_OVERLAP, CHAMBER_ARCHIVED). */
  add(ctx: Ctx, input: AddSessionInput): Promise<SessionRow> {
    const check = new InputCheck();
    const hours = hoursFrom(check, input);
    return this.db.write(ctx, async (tx, [chambers, doctors, rooms]) => {
      const { id: chamberId, timeZone } = chamberFrom(chambers!);
      const period = periodOf(input.localDate, hours.starts, hours.minutes, timeZone);
      const capacity = hours.slotMinutes === null ? hours.capacity : Math.floor(minutesOf(period) / hours.slotMinutes);
      if (!doctors!.length || (hours.roomId !== null && !rooms!.length)) throw notFound();
      if (!doctors![0]!['is_doctor']) check.blame(['doctorId'], 'NOT_A_DOCTOR_THERE');
      if (period.endsAt <= new Date()) check.blame(['localDate'], 'PAST');
      if (input.localDate > daysAfter(dayOf(new Date(), timeZone), FARTHEST_DAYS)) check.blame(['localDate'], 'TOO_FAR');
      if (minutesOf(period) <= 0 || capacity < 1) check.blame(['localDate'], 'NO_SUCH_TIME');
      check.throwIfAny();
      const inTheWay = await tx.query(SESSIONS_AT_THAT_TIME, [ctx.tenantId, input.doctorId, hours.roomId, period.startsAt, period.endsAt]);
      if (inTheWay.length) throw sessionsOverlap(inTheWay);
      const id = uuidv7();
      const [row] = await tx.query<SessionRow>(ADD_SESSION, [
        ctx.tenantId, id, chamberId, input.doctorId, hours.roomId, input.localDate, period.startsAt, period.endsAt, hours.mode, capacity, hours.slotMinutes, hours.overbookLimit,
        hours.online, JSON.stringify(stretchesOf(capacity, hours.reserved)),
      ]).catch(explain);
      tx.record('clinic-session', id);
      tx.change('clinic-session', id, 'begins', null, period.startsAt.toISOString());
      return row!;
    }, askChamber(ctx, input.chamberId), { text: IS_DOCTOR_THERE, values: [ctx.tenantId, input.doctorId, input.chamberId] },
    { text: ROOM_THERE, values: [ctx.tenantId, input.chamberId, hours.roomId] });
  }

  /** Plans what schedules say for the days from `first` to `last` (yyyy-mm-dd) and gives what is new; BAD_USER_INPUT, NOT_FOUND, FORBIDDEN. */
  plan(ctx: Ctx, chamberId: string, first: string, last: string): Promise<SessionRow[]> {
    refuseStretch(first, last);
    return this.db.write(ctx, async (tx, [chambers]) => {
      const chamber = chamberFrom(chambers!);
      const today = dayOf(new Date(), chamber.timeZone);
      if (first < today) throw badInput([{ path: ['first'], reason: 'PAST' }]);
      if (last > daysAfter(today, FARTHEST_DAYS)) throw badInput([{ path: ['last'], reason: 'TOO_FAR' }]);
      const sessions = await this.planner.plan(tx, ctx.tenantId, chamber, first, last);
      tx.record('chamber', chamberId);
      sessions.forEach(({ id }) => tx.record('clinic-session', id));
      return sessions;
    }, askChamber(ctx, chamberId));
  }
}

function refuseStretch(first: string, last: string): void {
  if (last < first) throw badInput([{ path: ['last'], reason: 'BEFORE_FIRST' }]);
  if (last >= daysAfter(first, LONGEST_STRETCH_DAYS)) throw badInput([{ path: ['last'], reason: 'TOO_LONG', params: { max: LONGEST_STRETCH_DAYS } }]);
}

function explain(error: unknown): never {
  const constraint = constraintOf(error);
  throw constraint === 'sessions__doctor__excl' || constraint === 'sessions__room__excl' ? sessionsOverlap() : error;
}
