import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { dayOf, startOfDay } from '../../platform/local-days.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { queueMessages, queueNear, recordQueued } from '../../messages/messages.writer.js';
import { chamberIsArchived } from '../../schedules/schedules-errors.model.js';
import type { SessionRow } from '../../schedules/session-rows.model.js';
import { type ChamberToPlan, SessionPlanner } from '../../schedules/session-planner.writer.js';
import { SessionMode } from '../../schedules/schedule-enums.model.js';
import { daysAfter } from '../../schedules/wall-time.model.js';
import { AppointmentStatus, BookingChannel } from '../appointment.enums.js';
import { LONGEST_NOTE } from '../appointment.inputs.js';
import type { AppointmentRecord } from '../appointment.model.js';
import { type AppointmentRow, LOCK_PATIENT } from '../appointment-rows.js';
import { seriesIncomplete } from '../appointments.errors.js';
import { AppointmentsReader } from '../appointments.reader.js';
import { BookingObstacle, type InTheWay, obstacleOf } from '../booking-obstacle.js';
import { BookingsService, askPlace } from '../bookings.service.js';
import { MovedAppointments } from '../moved-appointments.service.js';
import { MOST_OCCURRENCES, recurringDays, sameTimeOn } from './recurrence.js';
import type { BookRecurringInput, CancelSeriesInput } from './series.inputs.js';
import type { Missed, SeriesRecord } from './series.model.js';
import { ADD_SERIES, BOOKED_IN_SERIES, LOCK_SESSIONS_OF_REST, REST_OF_SERIES, SERIES_BY_ID, SERIES_START, SESSIONS_OF_SERIES } from './series-rows.js';

const FARTHEST_DAYS = 366;
/** How much earlier or later the sessions of a series may begin than its first. */
const NEAR_MS = 2 * 60 * 60_000;

/** The session from which a series goes on, and its chamber. */
interface Start {
  session: SessionRow;
  chamber: ChamberToPlan;
  now: Date;
}

/** Books many appointments of one patient at once, and cancels those that are left. */
@Injectable()
export class SeriesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly bookings: BookingsService,
    private readonly appointments: AppointmentsReader,
    private readonly moved: MovedAppointments,
    private readonly planner: SessionPlanner,
  ) {}

  /** Books a series in one transaction; each day is booked or answered with why not. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (SERIES_INCOMPLETE, CHAMBER_ARCHIVED, KEY_USED, MERGED). */
  book(ctx: Ctx, input: BookRecurringInput): Promise<SeriesRecord> {
    const { tenantId } = ctx;
    const note = checkedNote(input);
    return this.db.write(ctx, async (tx, [starts]) => {
      const start = startFrom(starts!);
      const days = daysOf(input, start);
      const sessions = await this.#sessionsOn(tx, ctx, start, days);
      // Behind the locks, where whoever sent the same request before has finished.
      const [, asked] = await tx.group({ text: LOCK_PATIENT, values: [tenantId, input.patientId] }, askedBefore(tenantId, input.idempotencyKey));
      const once = onceOf(await this.keyring.of(tenantId), 'bookRecurring', input);
      const made = madeBefore(once, asked!);
      if (made) return this.#madeBefore(tx, ctx, made);
      const id = uuidv7();
      const record = { id, ...(await this.#bookAll(tx, ctx, input, note, start, days, sessions, id)) };
      if (record.missed.length && (input.allOrNothing || !record.booked.length)) throw seriesIncomplete(record.missed);
      await tx.query(ADD_SERIES, [
        tenantId, id, start.session.chamber_id, start.session.doctor_id, input.unit, input.every, days[0], days.at(-1), JSON.stringify(record.missed), ctx.member.memberId]);
      tx.record('appointment-series', id, input.patientId);
      const first = record.booked.find(({ row }) => row.status === AppointmentStatus.BOOKED);
      if (first) recordQueued(tx, (await tx.group(queueMessages(tenantId, [first.row.id], ['CONFIRMATION'])))[0]!);
      await useUp(tx, tenantId, once, id);
      return record;
    }, { text: SERIES_START, values: [tenantId, input.sessionId] });
  }

  /** Cancels what is booked of a series from a day on; what has begun stays. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT. */
  cancel(ctx: Ctx, { recurrenceId, from = null, reason: raw }: CancelSeriesInput): Promise<AppointmentRecord[]> {
    const check = new InputCheck();
    const reason = check.line(['reason'], raw, LONGEST_NOTE);
    check.throwIfAny();
    const rest = [ctx.tenantId, recurrenceId, from];
    return this.db.write(ctx, async (tx, [series, , rows]) => {
      if (!series!.length) throw notFound();
      if ([...series!, ...rows!].some((row) => !row['may'])) throw forbidden('appointments:manage');
      tx.reason = reason!;
      tx.record('appointment-series', recurrenceId);
      const ended = await this.moved.end(tx, ctx, rows as unknown as AppointmentRow[], reason!);
      const sessionIds = [...new Set(ended.map(({ session_id: id }) => id))];
      const first = [...ended].sort((a, b) => (a.local_date < b.local_date ? -1 : 1)).slice(0, 1);
      recordQueued(tx, (await tx.group(queueMessages(ctx.tenantId, first.map(({ id }) => id), ['CANCELLED']), ...sessionIds.map((id) => queueNear(ctx.tenantId, id)))).flat());
      const records = await this.appointments.opened(ctx, ended);
      return records.sort((a, b) => (a.row.local_date < b.row.local_date ? -1 : 1));
    }, { text: SERIES_BY_ID, values: [ctx.tenantId, recurrenceId] }, { text: LOCK_SESSIONS_OF_REST, values: rest }, { text: REST_OF_SERIES, values: rest });
  }

  async #sessionsOn(tx: AuditedTx, ctx: Ctx, { session, chamber, now }: Start, days: string[]): Promise<SessionRow[]> {
    // Farther ahead than sessions are planned by themselves.
    const planned = await this.planner.plan(tx, ctx.tenantId, chamber, [days[0]!, dayOf(now, chamber.timeZone)].sort()[1]!, days.at(-1)!, { doctorId: session.doctor_id, days });
    planned.forEach(({ id }) => tx.record('clinic-session', id));
    return tx.query<SessionRow>(SESSIONS_OF_SERIES, [ctx.tenantId, session.chamber_id, session.doctor_id, days]);
  }

  async #bookAll(tx: AuditedTx, ctx: Ctx, input: BookRecurringInput, note: string | null, start: Start, days: string[], sessions: SessionRow[], recurrenceId: string): Promise<Omit<SeriesRecord, 'id'>> {
    const booked: AppointmentRecord[] = [];
    const missed: Missed[] = [];
    for (const day of days) {
      const there = day === start.session.local_date ? start.session : sessionOn(day, sessions, start);
      const made = there ? await this.#place(tx, ctx, input, note, recurrenceId, there, start) : { obstacle: BookingObstacle.NO_SESSION, obstacleId: null };
      if ('obstacle' in made) missed.push({ localDate: day, ...made });
      else booked.push(made);
    }
    return { booked, missed };
  }

  async #place(tx: AuditedTx, ctx: Ctx, input: BookRecurringInput, note: string | null, recurrenceId: string, there: SessionRow, { session, chamber }: Start): Promise<AppointmentRecord | InTheWay> {
    const slotFrom = input.slotFrom && there.mode === SessionMode.SLOT ? sameTimeOn(there.local_date, input.slotFrom, session.local_date, chamber.timeZone) : null;
    await tx.query('savepoint occurrence');
    try {
      return await this.bookings.give(tx, ctx, await tx.group(...askPlace(ctx.tenantId, there.id, input.patientId, slotFrom)), { ...input, id: uuidv7(), note, slotFrom, overbook: false, recurrenceId });
    } catch (error) {
      const obstacle = obstacleOf(error);
      await tx.query('rollback to savepoint occurrence');
      return obstacle;
    }
  }

  async #madeBefore(tx: AuditedTx, ctx: Ctx, id: string): Promise<SeriesRecord> {
    const [series, rows] = await tx.group({ text: SERIES_BY_ID, values: [ctx.tenantId, id] }, { text: BOOKED_IN_SERIES, values: [ctx.tenantId, id] });
    ctx.action = 'VIEWED';
    tx.record('appointment-series', id);
    return { id, booked: await this.appointments.opened(ctx, rows as unknown as AppointmentRow[]), missed: series![0]!['missed'] as Missed[] };
  }
}

function checkedNote(input: BookRecurringInput): string | null {
  const check = new InputCheck();
  const note = check.line(['note'], input.note, LONGEST_NOTE);
  if (input.channel === BookingChannel.ONLINE) check.blame(['channel'], 'ONLINE_IS_FOR_PATIENTS');
  if (input.every < 1 || input.every > 12) check.blame(['every'], 'OUT_OF_RANGE', { min: 1, max: 12 });
  if ((input.count ?? null) === null === ((input.until ?? null) === null)) check.blame(['count'], 'COUNT_OR_UNTIL');
  if (typeof input.count === 'number' && (input.count < 2 || input.count > MOST_OCCURRENCES)) check.blame(['count'], 'OUT_OF_RANGE', { min: 2, max: MOST_OCCURRENCES });
  check.throwIfAny();
  return note;
}

function startFrom([row]: Array<Record<string, unknown>>): Start {
  if (!row) throw notFound();
  if (!row['may']) throw forbidden('appointments:manage');
  if (row['archived']) throw chamberIsArchived();
  const session = row as unknown as SessionRow;
  return {
    session, now: row['now'] as Date,
    chamber: { id: session.chamber_id, timeZone: row['time_zone'] as string, observesHolidays: row['observes_holidays'] as boolean, country: row['country'] as string },
  };
}

function daysOf({ unit, every, count = null, until = null }: BookRecurringInput, { session, chamber, now }: Start): string[] {
  const check = new InputCheck();
  if (until !== null && until < session.local_date) check.blame(['until'], 'BEFORE_FIRST');
  const days = recurringDays(session.local_date, { unit, every, count, until });
  if (days.length > MOST_OCCURRENCES) check.blame(['until'], 'TOO_MANY', { max: MOST_OCCURRENCES });
  else if (days.length && days.at(-1)! > daysAfter(dayOf(now, chamber.timeZone), FARTHEST_DAYS)) check.blame([count === null ? 'until' : 'count'], 'TOO_FAR');
  check.throwIfAny();
  return days;
}

// The one that begins at about the same time on the clock as the first.
function sessionOn(day: string, sessions: readonly SessionRow[], { session, chamber }: Start): SessionRow | undefined {
  const clock = (one: SessionRow): number => one.starts_at.getTime() - startOfDay(one.local_date, chamber.timeZone).getTime();
  const away = (one: SessionRow): number => Math.abs(clock(one) - clock(session));
  return sessions.filter((one) => one.local_date === day && away(one) <= NEAR_MS).sort((a, b) => away(a) - away(b))[0];
}
