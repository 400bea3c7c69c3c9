import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { forbidden, notFound } from '../platform/errors.js';
import { toClinicSession } from '../schedules/session.model.js';
import { SESSIONS_BY_ID, type SessionRow } from '../schedules/session-rows.model.js';
import { toAppointment } from './appointment.model.js';
import { AppointmentStatus } from './appointment.enums.js';
import { APPOINTMENTS_OF_SESSION, type AppointmentRow } from './appointment-rows.js';
import { AppointmentsReader } from './appointments.reader.js';
import type { ClinicQueue } from './queue.model.js';
import { toldTimesOf, turnsIn } from './session-queue.model.js';

const { BOOKED, ARRIVED, CALLED, SKIPPED, IN_CONSULT, COMPLETED } = AppointmentStatus;

/** Reads the queue of a session as it is at one moment. Everybody in it is in the audit entry of the answer. */
@Injectable()
export class QueueReader {
  constructor(
    private readonly db: TenantDb,
    private readonly appointments: AppointmentsReader,
  ) {}

  /** The queue, in one round trip; NOT_FOUND, FORBIDDEN unless the caller holds appointments:read in its chamber. */
  async of(ctx: Ctx, sessionId: string): Promise<ClinicQueue> {
    // The session first: what happens between the two statements makes the list later than its version, never earlier.
    const [sessions, rows, times] = await this.db.read(ctx,
      { text: SESSIONS_BY_ID, values: [ctx.tenantId, [sessionId], 'appointments:read'] },
      { text: APPOINTMENTS_OF_SESSION, values: [ctx.tenantId, sessionId] },
      { text: 'select now() as now', values: [] });
    const [found] = sessions!;
    if (!found) throw notFound();
    if (!found['may']) throw forbidden('appointments:read');
    const session = found as unknown as SessionRow;
    ctx.disclose('clinic-session', session.id);
    const now = times![0]!['now'] as Date;
    const all = rows as unknown as AppointmentRow[];
    const turns = turnsIn(session, all, now);
    const shown = (await this.appointments.opened(ctx, all.filter(({ status }) => [BOOKED, ARRIVED, CALLED, SKIPPED, IN_CONSULT].includes(status)))).map(toAppointment);
    const those = (...statuses: AppointmentStatus[]) => shown.filter(({ status }) => statuses.includes(status));
    return {
      version: Number(session.queue_version), at: now, session: toClinicSession(session), current: those(CALLED, IN_CONSULT), skipped: those(SKIPPED),
      waiting: those(BOOKED, ARRIVED).map((appointment) => {
        const { ahead, from, until } = turns.get(appointment.id)!;
        return { appointment, ahead, expectedFrom: from, expectedUntil: until };
      }),
      completed: all.filter(({ status }) => status === COMPLETED).length, toldTimes: toldTimesOf(all),
    };
  }
}
