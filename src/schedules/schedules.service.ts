import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { constraintOf } from '../platform/database/database-errors.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound, staleVersion } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import { dayOf } from '../platform/local-days.js';
import { askChamber, chamberFrom, chamberToEnd } from './chamber-to-plan.js';
import { type Hours, type HoursAsked, hoursFrom } from './hours.js';
import type { SessionMode, Weekday } from './schedule-enums.model.js';
import { type AddScheduleInput, type ChangeScheduleInput, type EndScheduleInput, PLANNED_AHEAD_DAYS } from './schedule.inputs.js';
import { ADD_SCHEDULE, DOCTOR_TO_PLAN, END_SCHEDULE, IS_DOCTOR_THERE, SCHEDULES_AT_THAT_TIME, SCHEDULE_TO_CHANGE, type ScheduleRow } from './schedule-rows.js';
import { schedulesOverlap } from './schedules-errors.model.js';
import { SESSIONS_THAT_STAY, SESSIONS_TO_TAKE_BACK, type SessionRow, TAKE_BACK_SESSIONS } from './session-rows.model.js';
import { type ChamberToPlan, SessionPlanner } from './session-planner.writer.js';
import { clockText, daysAfter } from './wall-time.model.js';

/** A schedule as saved, and what became of its sessions. */
export interface SavedSchedule {
  schedule: ScheduleRow;
  planned: SessionRow[];
  takenBack: number;
  kept: SessionRow[];
}

/** The weekly hours of doctors. A change begins on a day and never moves what patients have booked. */
@Injectable()
export class SchedulesService {
  constructor(
    private readonly db: TenantDb,
    private readonly planner: SessionPlanner,
  ) {}

  /** Adds hours and plans their sessions; BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT (SCHEDULES_OVERLAP, CHAMBER_ARCHIVED). */
  add(ctx: Ctx, input: AddScheduleInput): Promise<SavedSchedule> {
    const check = new InputCheck();
    const hours = hoursFrom(check, input);
    return this.db.write(ctx, async (tx, [chambers, doctors]) => {
      const chamber = chamberFrom(chambers!);
      const today = dayOf(new Date(), chamber.timeZone);
      const validFrom = input.validFrom ?? today;
      const validUntil = input.validUntil ?? null;
      if (!doctors!.length) throw notFound();
      if (!doctors![0]!['is_doctor']) check.blame(['doctorId'], 'NOT_A_DOCTOR_THERE');
      if (validFrom < today) check.blame(['validFrom'], 'PAST');
      if (validUntil !== null && validUntil < validFrom) check.blame(['validUntil'], 'BEFORE_FIRST');
      check.throwIfAny();
      const schedule = await this.#insert(tx, ctx, chamber, input.doctorId, { ...hours, weekday: input.weekday, validFrom, validUntil, replaces: null });
      return { schedule, planned: await this.#plan(tx, ctx, chamber, validFrom, today), takenBack: 0, kept: [] };
    }, askChamber(ctx, input.chamberId), { text: IS_DOCTOR_THERE, values: [ctx.tenantId, input.doctorId, input.chamberId] });
  }

  /** Ends hours the day before `from` and begins others in their place. What patients have booked stays; the answer names it. */
  change(ctx: Ctx, { id, version, from, validUntil: wantedEnd, ...changes }: ChangeScheduleInput): Promise<SavedSchedule> {
    return this.#changing(ctx, id, version, from, chamberFrom, async (tx, before, chamber, today, check) => {
      const hours = hoursFrom(check, { ...askedAgain(before, changes.mode), ...given(changes) });
      const validUntil = wantedEnd === undefined ? before.valid_until : wantedEnd;
      if (validUntil !== null && validUntil < from) check.blame(['validUntil'], 'BEFORE_FIRST');
      check.throwIfAny();
      const ended = await this.#end(tx, ctx, before, daysAfter(from, -1));
      const schedule = await this.#insert(tx, ctx, chamber, before.doctor_id, { ...hours, weekday: changes.weekday ?? before.weekday, validFrom: from, validUntil, replaces: before.id });
      return { ...ended, schedule, planned: await this.#plan(tx, ctx, chamber, from, today) };
    });
  }

  /** Ends hours, also of a chamber that is archived: `from` is the first day on which they hold no longer. What patients have booked stays; the answer names it. */
  end(ctx: Ctx, { id, version, from }: EndScheduleInput): Promise<SavedSchedule> {
    return this.#changing(ctx, id, version, from, chamberToEnd, async (tx, before, _chamber, _today, check) => {
      check.throwIfAny();
      return { ...(await this.#end(tx, ctx, before, daysAfter(from, -1))), planned: [] };
    });
  }

  #changing(ctx: Ctx, id: string, version: number, from: string, read: typeof chamberFrom,
    work: (tx: AuditedTx, before: ScheduleRow, chamber: ChamberToPlan, today: string, check: InputCheck) => Promise<SavedSchedule>): Promise<SavedSchedule> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const before = rows![0] as unknown as ScheduleRow | undefined;
      if (!before) throw notFound();
      const [chambers] = await tx.group(askChamber(ctx, before.chamber_id), { text: DOCTOR_TO_PLAN, values: [ctx.tenantId, before.doctor_id] });
      const chamber = read(chambers!);
      if (before.version !== version || (before.valid_until !== null && before.valid_until < from)) throw staleVersion();
      const check = new InputCheck();
      const today = dayOf(new Date(), chamber.timeZone);
      if (from < today) check.blame(['from'], 'PAST');
      return work(tx, before, chamber, today, check);
    }, { text: SCHEDULE_TO_CHANGE, values: [ctx.tenantId, id] });
  }

  async #insert(tx: AuditedTx, ctx: Ctx, chamber: ChamberToPlan, doctorId: string,
    { validFrom, validUntil, replaces, ...hours }: Hours & { weekday: Weekday; validFrom: string; validUntil: string | null; replaces: string | null }): Promise<ScheduleRow> {
    const id = uuidv7();
    const minute = (hours.weekday - 1) * 1440 + hours.starts;
    const inTheWay = await tx.query(SCHEDULES_AT_THAT_TIME, [ctx.tenantId, doctorId, validFrom, validUntil, minute, hours.minutes]);
    if (inTheWay.length) throw schedulesOverlap(inTheWay);
    try {
      const [row] = await tx.query<ScheduleRow>(ADD_SCHEDULE, [
        ctx.tenantId, id, chamber.id, doctorId, hours.roomId, hours.weekday, hours.starts, hours.minutes, hours.mode, hours.capacity, hours.slotMinutes, hours.overbookLimit,
        JSON.stringify(hours.reserved), hours.online, validFrom, validUntil, replaces,
      ]);
      tx.record('schedule', id);
      tx.change('schedule', id, 'doctor', null, doctorId);
      tx.change('schedule', id, 'hours', null, `${hours.weekday} ${clockText(hours.starts)} ${hours.minutes} min`);
      return row!;
    } catch (error) {
      throw explained(error);
    }
  }

  async #end(tx: AuditedTx, ctx: Ctx, before: ScheduleRow, lastDay: string): Promise<Pick<SavedSchedule, 'schedule' | 'takenBack' | 'kept'>> {
    const until = lastDay < before.valid_from ? daysAfter(before.valid_from, -1) : lastDay;
    const sessions = [ctx.tenantId, before.id, null, null, daysAfter(until, 1), null];
    const [ended, , takenBack, kept] = await tx.group(
      { text: END_SCHEDULE, values: [ctx.tenantId, before.id, until] },
      { text: SESSIONS_TO_TAKE_BACK, values: sessions }, { text: TAKE_BACK_SESSIONS, values: sessions }, { text: SESSIONS_THAT_STAY, values: sessions },
    );
    tx.record('schedule', before.id);
    tx.change('schedule', before.id, 'validUntil', before.valid_until, until);
    return { schedule: ended![0] as unknown as ScheduleRow, takenBack: takenBack!.length, kept: kept as unknown as SessionRow[] };
  }

  #plan(tx: AuditedTx, ctx: Ctx, chamber: ChamberToPlan, from: string, today: string): Promise<SessionRow[]> {
    const last = daysAfter(today, PLANNED_AHEAD_DAYS);
    return from > last ? Promise.resolve([]) : this.planner.plan(tx, ctx.tenantId, chamber, from, last);
  }
}

function explained(error: unknown): unknown {
  const constraint = constraintOf(error);
  if (constraint === 'schedules__doctor__excl') return schedulesOverlap();
  return constraint === 'schedules__room' ? notFound() : error;
}

/** Hours as they stand, as somebody would ask for them; in the other mode nothing of them fits. */
function askedAgain(row: ScheduleRow, wanted: SessionMode | null | undefined): HoursAsked {
  const mode = wanted ?? row.mode;
  const same = mode === row.mode;
  return {
    roomId: row.room_id, startsAt: clockText(row.starts), endsAt: clockText((row.starts + row.minutes) % 1440), mode,
    capacity: same && row.slot_minutes === null ? row.capacity : null, slotMinutes: same ? row.slot_minutes : null,
    overbookLimit: row.overbook_limit, reserved: same ? row.reserved : [], online: row.online,
  };
}

// Null says nothing, save of a room, of which there may be none.
const given = (changes: Partial<Record<keyof HoursAsked, unknown>>): Partial<HoursAsked> =>
  Object.fromEntries(Object.entries(changes).filter(([field, value]) => value !== undefined && (value !== null || field === 'roomId')));
