import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import type { Row } from '../../platform/database/statement-group.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { carryMessages, queueMessages, queueNear, recordQueued, reminders } from '../../messages/messages.writer.js';
import { chamberIsArchived, sessionsOverlap } from '../../schedules/schedules-errors.model.js';
import { SessionStatus } from '../../schedules/schedule-enums.model.js';
import type { SessionRow } from '../../schedules/session-rows.model.js';
import { type AppointmentRow, EXPIRE_HELD, STEP_SESSION } from '../appointment-rows.js';
import { AppointmentStatus } from '../appointment.enums.js';
import { bookedSince, changedSince, undoIsOver, undoneAlready } from '../appointments.errors.js';
import { noteExpired } from '../booking-session.js';
import { type Elsewhere, otherOf } from '../elsewhere.js';
import { withdrawTold } from './change-messages.js';
import { MovedAppointments } from '../moved-appointments.service.js';
import { statusAfter } from './planned-change.js';
import { AppointmentOutcome, ChangeObstacle, SessionChangeKind } from './session-change.enums.js';
import { heirOf } from './session-heir.js';
import type { SessionChangeDetails, SessionChangeRecord } from './session-change-record.js';
import {
  APPOINTMENTS_TO_UNDO, BOOKED_BESIDES, CHANGED_TO_UNDO, CHANGE_TO_UNDO, type ChangedAppointmentRow, DELAY_SESSION, CANCELLED_ONLINE, ELSEWHERE_AT_UNDO, HELD_IN_SESSION, IS_ARCHIVED, LOCK_CHANGE, LOCK_DOCTOR_OF,
  LOCK_PATIENTS_OF_CHANGE, LOCK_ROOM_OF, NOTE_RESTORED, NOTE_UNDONE, SESSIONS_TO_CHANGE, type SessionChangeRow,
} from './session-change-rows.js';

/** Why an appointment ended that was brought back to its former session. */
const UNDONE = 'undone';

const stillToCome: readonly AppointmentStatus[] = [AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED, AppointmentStatus.CALLED, AppointmentStatus.SKIPPED];

/** An appointment of a change, and what it became; `latest` is the row that a restored one takes the place of. */
interface ToRestore {
  item: ChangedAppointmentRow;
  before: AppointmentRow;
  latest: AppointmentRow;
  obstacle: ChangeObstacle | null;
}

/** What bringing appointments back goes by: those of the change, where else their patients are, and which of them whoever booked online has cancelled besides. */
interface UndoFacts {
  rows: ReadonlyMap<string, AppointmentRow>;
  elsewhere: readonly Elsewhere[];
  cancelled: ReadonlySet<string>;
}

/**
 * Undoes a change of a session within its time. What has ended stays ended: a session like the former one takes its place,
 * and each patient gets their number in it back, by an appointment that names the last one they had. Nobody is told of what is undone.
 */
@Injectable()
export class UndoSessionChange {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly moved: MovedAppointments,
  ) {}

  /** NOT_FOUND, FORBIDDEN, CONFLICT (UNDONE_ALREADY, UNDO_IS_OVER, CHANGED_SINCE, BOOKED_SINCE, CHAMBER_ARCHIVED, SESSIONS_OVERLAP). Whoever cannot be brought back is in the answer, with why. */
  undo(ctx: Ctx, id: string): Promise<SessionChangeRecord> {
    return this.db.write(ctx, async (tx, [found]) => {
      const asked = found![0] as unknown as SessionChangeRow | undefined;
      if (!asked) throw notFound();
      const sessions = await this.#lock(tx, ctx, asked);
      const [locked, items] = await tx.group({ text: LOCK_CHANGE, values: [ctx.tenantId, id] }, { text: CHANGED_TO_UNDO, values: [ctx.tenantId, id] });
      const row = locked![0] as unknown as SessionChangeRow & { now: Date; is_followed: boolean };
      const changed = items as unknown as ChangedAppointmentRow[];
      if (row.undone_at) throw undoneAlready();
      if (row.undo_until <= row.now) throw undoIsOver();
      const session = sessions.get(row.session_id)!;
      tx.record('session-change', id);
      tx.record('clinic-session', session.id);
      const restored = row.kind === SessionChangeKind.DELAY ? await this.#onTime(tx, ctx, row, session, changed) : await this.#restore(tx, ctx, row, session, sessions, changed).catch(explain);
      const [noted, after] = await tx.group({ text: NOTE_UNDONE, values: [ctx.tenantId, id, ctx.member.memberId, restored] }, { text: CHANGED_TO_UNDO, values: [ctx.tenantId, id] });
      const undone = noted![0] as unknown as SessionChangeRow;
      const keys = await this.keyring.of(ctx.tenantId, [undone.details]);
      return { row: undone, reason: keys.open<SessionChangeDetails>('clinic.session_changes', id, 'details', undone.details).reason, appointments: after as unknown as ChangedAppointmentRow[] };
    }, { text: CHANGE_TO_UNDO, values: [ctx.tenantId, id] });
  }

  async #lock(tx: AuditedTx, ctx: Ctx, { id, session_id: sessionId, to_session_id: toSessionId }: SessionChangeRow): Promise<Map<string, SessionRow>> {
    const of = [ctx.tenantId, sessionId];
    const [, , rows] = await tx.group({ text: LOCK_DOCTOR_OF, values: of }, { text: LOCK_ROOM_OF, values: of },
      { text: SESSIONS_TO_CHANGE, values: [ctx.tenantId, [sessionId, ...(toSessionId ? [toSessionId] : [])]] }, { text: LOCK_PATIENTS_OF_CHANGE, values: [ctx.tenantId, id] });
    if ((rows as Row[]).some((row) => !row['may'])) throw forbidden('appointments:manage');
    return new Map((rows as unknown as SessionRow[]).map((row) => [row.id, row]));
  }

  async #onTime(tx: AuditedTx, ctx: Ctx, row: SessionChangeRow & { is_followed: boolean }, session: SessionRow, items: readonly ChangedAppointmentRow[]): Promise<null> {
    const { minutes, minutes_before: before } = row;
    if (row.is_followed || ![SessionStatus.PLANNED, SessionStatus.OPEN].includes(session.status)) throw changedSince();
    await withdrawTold(tx, ctx.tenantId, row, items);
    await tx.query(DELAY_SESSION, [ctx.tenantId, session.id, before]);
    tx.change('clinic-session', session.id, 'delayMinutes', minutes, before);
    return null;
  }

  async #restore(tx: AuditedTx, ctx: Ctx, row: SessionChangeRow, session: SessionRow, sessions: ReadonlyMap<string, SessionRow>, items: readonly ChangedAppointmentRow[]): Promise<string> {
    const { tenantId } = ctx;
    const [chambers, cancelled, appointments, elsewhere] = await tx.group({ text: IS_ARCHIVED, values: [tenantId, session.chamber_id] },
      { text: CANCELLED_ONLINE, values: [tenantId, items.map(({ appointment_id: id }) => id)] }, { text: APPOINTMENTS_TO_UNDO, values: [tenantId, row.id] }, { text: ELSEWHERE_AT_UNDO, values: [tenantId, row.id, session.id] });
    if (chambers![0]!['archived']) throw chamberIsArchived();
    const facts: UndoFacts = {
      rows: new Map((appointments as unknown as AppointmentRow[]).map((one) => [one.id, one])), elsewhere: elsewhere as unknown as Elsewhere[],
      cancelled: new Set(cancelled!.map(({ id }) => id as string)),
    };
    const all = oncePerPatient(items.flatMap((item) => toRestore(item, facts)));
    const back = all.filter(({ obstacle }) => obstacle === null);
    const isShift = row.kind === SessionChangeKind.SHIFT;
    if (isShift) await this.#cancelShifted(tx, ctx, row, sessions.get(row.to_session_id!)!);
    // Nobody can stay in a shifted session that is cancelled, not even who is elsewhere at the former time by now.
    const leaving = (isShift ? all.filter(({ obstacle }) => obstacle !== ChangeObstacle.GONE_ON) : back).filter(({ latest, before }) => latest.id !== before.id);
    await withdrawTold(tx, tenantId, row, [...new Set([...back, ...leaving])].map(({ item }) => item));
    await this.moved.end(tx, ctx, leaving.map(({ latest }) => latest), UNDONE);
    const twin = await heirOf(tx, ctx, session, { ...session, status: row.status_before }, isShift ? { sessionId: row.to_session_id!, changeId: row.id } : undefined);
    const isOpen = row.status_before !== SessionStatus.PLANNED;
    const given = await this.moved.give(tx, ctx, twin, back.map(({ item, before, latest }) => ({
      row: latest, status: [item.status_before, latest.status].some((status) => statusAfter(status, isOpen) === AppointmentStatus.ARRIVED) ? AppointmentStatus.ARRIVED : AppointmentStatus.BOOKED,
      place: { number: before.number, series: before.series, overbooked: before.overbooked, slotFrom: before.slot_from, slotUntil: before.slot_until },
    })));
    const ids = new Map(given.map(({ id, rescheduled_from: from }) => [from!, id]));
    const [, ...queued] = await tx.group(
      { text: NOTE_RESTORED, values: [tenantId, row.id, JSON.stringify(all.map(({ item, latest, obstacle }) => ({ appointment_id: item.appointment_id, restored_id: ids.get(latest.id) ?? null, obstacle })))] },
      carryMessages(tenantId, back.map(({ before, latest }) => ({ former: before.id, heir: ids.get(latest.id)! })), row.made_at),
      queueMessages(tenantId, [...ids.values()], reminders),
      queueNear(tenantId, twin.id),
      queueMessages(tenantId, leaving.filter(({ latest }) => !ids.has(latest.id)).map(({ latest }) => latest.id), ['CANCELLED']));
    recordQueued(tx, queued.flat());
    tx.change('clinic-session', twin.id, 'status', null, twin.status);
    return twin.id;
  }

  async #cancelShifted(tx: AuditedTx, ctx: Ctx, { id }: SessionChangeRow, shifted: SessionRow): Promise<void> {
    const [besides, expired, held] = await tx.group({ text: BOOKED_BESIDES, values: [ctx.tenantId, shifted.id, id] },
      { text: EXPIRE_HELD, values: [ctx.tenantId, shifted.id] }, { text: HELD_IN_SESSION, values: [ctx.tenantId, shifted.id] });
    const count = besides![0]!['count'] as number;
    if (count) throw bookedSince(count);
    if (![SessionStatus.PLANNED, SessionStatus.OPEN].includes(shifted.status)) throw changedSince();
    // What is only held is let go, as by every change.
    noteExpired(tx, expired!);
    await this.moved.end(tx, ctx, held as unknown as AppointmentRow[], UNDONE);
    await tx.query(STEP_SESSION, [ctx.tenantId, shifted.id, SessionStatus.CANCELLED]);
    tx.record('clinic-session', shifted.id);
    tx.change('clinic-session', shifted.id, 'status', shifted.status, SessionStatus.CANCELLED);
  }
}

// What was only held is let go for good. Who has gone on since, or is elsewhere at that time by now, stays as they are.
function toRestore(item: ChangedAppointmentRow, { rows, elsewhere, cancelled }: UndoFacts): ToRestore[] {
  if (item.outcome === AppointmentOutcome.RELEASED) return [];
  const before = rows.get(item.appointment_id)!;
  const latest = item.to_appointment_id === null ? before : rows.get(item.to_appointment_id)!;
  const hasGoneOn = item.outcome === AppointmentOutcome.MOVED ? !stillToCome.includes(latest.status) : cancelled.has(item.appointment_id);
  if (hasGoneOn) return [{ item, before, latest, obstacle: ChangeObstacle.GONE_ON }];
  const other = before.slot_from && otherOf(latest, before.slot_from, before.slot_until!, elsewhere);
  return [{ item, before, latest, obstacle: other ? ChangeObstacle.PATIENT_IS_ELSEWHERE : null }];
}

// Two who had booked may be one patient by now. Who still has a place comes before who was cancelled.
function oncePerPatient(all: readonly ToRestore[]): ToRestore[] {
  const back = all.filter(({ obstacle }) => obstacle === null);
  const first = new Map<string, ToRestore>();
  for (const one of [...back.filter(({ item }) => item.outcome === AppointmentOutcome.MOVED), ...back]) {
    const { patient_id: patientId } = one.latest;
    if (patientId !== null && !first.has(patientId)) first.set(patientId, one);
  }
  return all.map((one) => (one.obstacle !== null || one.latest.patient_id === null || first.get(one.latest.patient_id) === one ? one : { ...one, obstacle: ChangeObstacle.BOOKED_ALREADY }));
}

function explain(error: unknown): never {
  const constraint = constraintOf(error);
  throw constraint === 'sessions__doctor__excl' || constraint === 'sessions__room__excl' ? sessionsOverlap() : error;
}
