import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { closedHolidays } from './chamber-holidays.model.js';
import { stretchesOf } from './number-stretches.model.js';
import { CLOSURES_IN_FORCE, HOLIDAYS_OF_CHAMBER, SCHEDULES_IN_FORCE, type ScheduleRow } from './schedule-rows.js';
import { type Closure, sessionsOf } from './session-plan.js';
import { PLAN_SESSIONS, type SessionRow } from './session-rows.model.js';

/** A transaction in a practice, audited or not. */
interface Tx {
  group: (...statements: Statement[]) => Promise<Row[][]>;
}

/** A chamber as planning needs it; `country` is that of its practice. */
export interface ChamberToPlan {
  id: string;
  timeZone: string;
  observesHolidays: boolean;
  country: string;
}

/** Some days (yyyy-mm-dd) of one doctor. */
interface DaysOfDoctor {
  doctorId: string;
  days: readonly string[];
}

/** Plans the sessions of a chamber from its schedules, closures and holidays. What is planned already stays; planning twice plans nothing more. */
@Injectable()
export class SessionPlanner {
  /** Plans the days from `first` to `last` (yyyy-mm-dd, both included), or of those only some of one doctor, and gives what is new. Two round trips. */
  async plan(tx: Tx, tenantId: string, chamber: ChamberToPlan, first: string, last: string, only?: DaysOfDoctor): Promise<SessionRow[]> {
    const values = [tenantId, chamber.id, first, last];
    const [schedules, closures, holidays] = await tx.group({ text: SCHEDULES_IN_FORCE, values }, { text: CLOSURES_IN_FORCE, values }, { text: HOLIDAYS_OF_CHAMBER, values });
    const byId = new Map((schedules as unknown as ScheduleRow[]).filter((row) => !only || row.doctor_id === only.doctorId).map((row) => [row.id, row]));
    const closed = await closedHolidays(chamber, holidays as unknown as Array<{ day: string; closed: boolean }>, first, last);
    const planned = sessionsOf([...byId.values()].map(hoursOf), closures!.map(closureOf), closed, chamber.timeZone, first, last)
      .filter(({ localDate }) => !only || only.days.includes(localDate)).map((session) => ({ id: uuidv7(), ...session }));
    if (!planned.length) return [];
    const [sessions] = await tx.group({ text: PLAN_SESSIONS, values: [
      tenantId,
      JSON.stringify(planned.map(({ id, scheduleId, localDate, startsAt, endsAt, capacity }) => ({ id, schedule_id: scheduleId, local_date: localDate, starts_at: startsAt, ends_at: endsAt, capacity }))),
      JSON.stringify(planned.flatMap(({ id, scheduleId, capacity }) => stretchesOf(capacity, byId.get(scheduleId)!.reserved).map((stretch) => ({ session_id: id, ...stretch })))),
    ] });
    return sessions as unknown as SessionRow[];
  }
}

const hoursOf = (row: ScheduleRow) => ({
  id: row.id, chamberId: row.chamber_id, doctorId: row.doctor_id, weekday: row.weekday, starts: row.starts, minutes: row.minutes, capacity: row.capacity,
  slotMinutes: row.slot_minutes, validFrom: row.valid_from, validUntil: row.valid_until,
});

const closureOf = (row: Row): Closure => ({
  chamberId: row['chamber_id'] as string | null, doctorId: row['doctor_id'] as string | null, firstDay: row['first_day'] as string, lastDay: row['last_day'] as string,
});
