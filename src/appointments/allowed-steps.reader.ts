import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { knowBatched, loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import type { SessionStatus } from '../schedules/schedule-enums.model.js';
import { SESSIONS_BY_ID } from '../schedules/session-rows.model.js';
import { AppointmentStatus } from './appointment.enums.js';
import type { Appointment } from './appointment.model.js';
import { appointmentTransitions, stepsFrom } from './appointment-status.js';

interface SessionToStep {
  status: SessionStatus;
  may: boolean;
}

/** Tells which steps of appointments would succeed now, for this caller. */
@Injectable()
export class AllowedSteps {
  constructor(private readonly db: TenantDb) {}

  /** What the status may become; nothing where the caller lacks appointments:manage. Read with all that the answer asks for at this moment. */
  async of(ctx: Ctx, { status, sessionId, patientId }: Pick<Appointment, 'status' | 'sessionId' | 'patientId'>): Promise<AppointmentStatus[]> {
    if (!appointmentTransitions[status].length) return [];
    const session = await loadBatched(ctx, this.#sessions, sessionId);
    // Who booked online is let in when the desk has seen who they are.
    return session?.may ? stepsFrom(status, session.status).filter((to) => to !== AppointmentStatus.ARRIVED || patientId !== null) : [];
  }

  /** Notes the status in which a change found a session that the caller may change, so that its answer need not ask. */
  know(ctx: Ctx, { id, status }: { id: string; status: SessionStatus }): void {
    knowBatched(ctx, this.#sessions, id, { status, may: true });
  }

  readonly #sessions = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, SessionToStep>> => {
    const [rows] = await this.db.read(ctx, { text: SESSIONS_BY_ID, values: [ctx.tenantId, ids, 'appointments:manage'] });
    return new Map((rows as unknown as Array<SessionToStep & { id: string }>).map((session) => [session.id, session]));
  };
}
