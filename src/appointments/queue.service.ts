import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import type { Row } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../platform/once.js';
import { queueNear, recordQueued } from '../messages/messages.writer.js';
import { SessionStatus } from '../schedules/schedule-enums.model.js';
import type { SessionRow } from '../schedules/session-rows.model.js';
import { sessionTransitions } from '../schedules/session-status.model.js';
import { AllowedSteps } from './allowed-steps.reader.js';
import { AppointmentStatus } from './appointment.enums.js';
import type { AppointmentRecord } from './appointment.model.js';
import {
  APPOINTMENTS_OF_SESSION, type AppointmentDetails, type AppointmentRow, COUNTED_BESIDE, LEAVE_NOBODY_BOOKED, SESSION_TO_BOOK, STEP_APPOINTMENT, STEP_SESSION,
} from './appointment-rows.js';
import { MOST_SKIPS, appointmentTransitions, letsStep } from './appointment-status.js';
import { appointmentIs, bookerUnknown, nobodyWaits, patientsWait, sessionIs } from './appointments.errors.js';
import { type LockedSession, askToStep, lockedSession, refuseTooEarly } from './booking-session.js';
import type { Expected } from './estimates.js';
import { turnsIn } from './session-queue.model.js';

const { ARRIVED, CALLED, SKIPPED, IN_CONSULT, NO_SHOW } = AppointmentStatus;
const { RUNNING } = SessionStatus;

/** The queue of a session: who has come, who is called, and how far the session itself is. Every step locks the session first. */
@Injectable()
export class QueueService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly steps: AllowedSteps,
  ) {}

  /** Takes an appointment a step further, or gives it as it is when it took that step before; the third time that a patient is skipped they are noted as NO_SHOW. NOT_FOUND, FORBIDDEN, CONFLICT (APPOINTMENT_STATUS, SESSION_STATUS, TOO_EARLY). */
  step(ctx: Ctx, id: string, to: AppointmentStatus): Promise<AppointmentRecord> {
    return this.db.write(ctx, async (tx, [sessions, rows, beside]) => {
      const session = lockedSession(sessions!);
      const before = rows![0] as unknown as AppointmentRow;
      if (isThere(before, to)) return this.#asItIs(tx, ctx, session as unknown as LockedSession, before);
      return this.#take(tx, ctx, session as unknown as LockedSession, before, to, toldTo(id, session, beside));
    }, ...askToStep(ctx.tenantId, id), ...(to === ARRIVED ? [{ text: COUNTED_BESIDE, values: [ctx.tenantId, id] }] : []));
  }

  /** Calls whoever is next among those who have come; the same request under the same idempotency key calls one. CONFLICT (NOBODY_WAITS, SESSION_STATUS, KEY_USED). */
  callNext(ctx: Ctx, sessionId: string, idempotencyKey: string | null): Promise<AppointmentRecord> {
    const { tenantId } = ctx;
    const request = { sessionId, idempotencyKey };
    return this.db.write(ctx, async (tx, [sessions, rows, asked]) => {
      const session = lockedSession(sessions!) as unknown as LockedSession;
      const appointments = rows as unknown as AppointmentRow[];
      const once = onceOf(await this.keyring.of(tenantId), 'callNextPatient', request);
      const called = madeBefore(once, asked!);
      if (called) return this.#asItIs(tx, ctx, session, appointments.find(({ id }) => id === called)!);
      const next = appointments.find(({ status }) => status === ARRIVED);
      if (session.status !== RUNNING) throw sessionIs(session.status);
      if (!next) throw nobodyWaits();
      const record = await this.#take(tx, ctx, session, next, CALLED);
      await useUp(tx, tenantId, once, next.id);
      return record;
    }, { text: SESSION_TO_BOOK, values: [tenantId, sessionId] }, { text: APPOINTMENTS_OF_SESSION, values: [tenantId, sessionId] }, askedBefore(tenantId, idempotencyKey));
  }

  /** Takes a session a step further, or gives it as it is when it took that step before. Closing it notes whoever had booked and did not come as NO_SHOW, and is refused while somebody who has come still waits. CONFLICT (SESSION_STATUS, PATIENTS_WAIT, TOO_EARLY). */
  stepSession(ctx: Ctx, id: string, to: SessionStatus): Promise<SessionRow> {
    return this.db.write(ctx, async (tx, [sessions, rows]) => {
      const before = lockedSession(sessions!) as unknown as LockedSession;
      if (before.status === to) {
        ctx.action = 'VIEWED';
        tx.record('clinic-session', id);
        return before;
      }
      if (!sessionTransitions[before.status].includes(to)) throw sessionIs(before.status);
      refuseTooEarly(before);
      if (to === SessionStatus.CLOSED) await this.#leaveNobody(tx, ctx, id, rows as unknown as AppointmentRow[]);
      const [stepped, near] = await tx.group({ text: STEP_SESSION, values: [ctx.tenantId, id, to] }, queueNear(ctx.tenantId, id));
      recordQueued(tx, near!);
      tx.record('clinic-session', id);
      tx.change('clinic-session', id, 'status', before.status, to);
      return stepped![0] as unknown as SessionRow;
    }, { text: SESSION_TO_BOOK, values: [ctx.tenantId, id] }, { text: APPOINTMENTS_OF_SESSION, values: [ctx.tenantId, id] });
  }

  async #take(tx: AuditedTx, ctx: Ctx, session: LockedSession, before: AppointmentRow, wanted: AppointmentStatus, told?: Expected): Promise<AppointmentRecord> {
    const skips = wanted === SKIPPED ? before.skips + 1 : before.skips;
    if (!appointmentTransitions[before.status].includes(wanted)) throw appointmentIs(before.status);
    refuseTooEarly(session);
    if (!letsStep(session.status, wanted)) throw sessionIs(session.status);
    if (wanted === ARRIVED && before.patient_id === null) throw bookerUnknown();
    const to = skips >= MOST_SKIPS ? NO_SHOW : wanted;
    const [stepped, near] = await tx.group(
      { text: STEP_APPOINTMENT, values: [ctx.tenantId, before.id, to, skips, before.details, told?.from ?? null, told?.until ?? null] },
      queueNear(ctx.tenantId, session.id));
    const row = stepped![0] as unknown as AppointmentRow;
    this.steps.know(ctx, session);
    tx.record('appointment', row.id, row.patient_id ?? undefined);
    tx.change('appointment', row.id, 'status', before.status, to);
    recordQueued(tx, near!);
    return this.#opened(ctx, row);
  }

  async #asItIs(tx: AuditedTx, ctx: Ctx, session: LockedSession, row: AppointmentRow): Promise<AppointmentRecord> {
    ctx.action = 'VIEWED';
    this.steps.know(ctx, session);
    tx.record('appointment', row.id, row.patient_id ?? undefined);
    return this.#opened(ctx, row);
  }

  async #opened(ctx: Ctx, row: AppointmentRow): Promise<AppointmentRecord> {
    const keys = await this.keyring.of(ctx.tenantId, [row.details]);
    return { row, details: keys.open<AppointmentDetails>('clinic.appointments', row.id, 'details', row.details) };
  }

  async #leaveNobody(tx: AuditedTx, ctx: Ctx, sessionId: string, appointments: AppointmentRow[]): Promise<void> {
    const here = appointments.filter(({ status }) => [ARRIVED, CALLED, IN_CONSULT].includes(status));
    if (here.length) throw patientsWait(here.length);
    const left = await tx.query<Pick<AppointmentRow, 'id' | 'patient_id' | 'status'>>(LEAVE_NOBODY_BOOKED, [ctx.tenantId, sessionId]);
    for (const { id, patient_id: patientId, status } of left) {
      tx.record('appointment', id, patientId ?? undefined);
      tx.change('appointment', id, 'status', appointments.find((one) => one.id === id)!.status, status);
    }
  }
}

// Who was skipped so often that they are noted as not having come was skipped.
const isThere = ({ status, skips }: AppointmentRow, wanted: AppointmentStatus): boolean =>
  status === wanted || (wanted === SKIPPED && status === NO_SHOW && skips >= MOST_SKIPS);

// What the desk can tell who has just come; kept, to be held against what then happens.
const toldTo = (id: string, session: Row, beside: Row[] | undefined): Expected | undefined =>
  beside && turnsIn(session as unknown as SessionRow, beside as unknown as AppointmentRow[], session['now'] as Date).get(id);
