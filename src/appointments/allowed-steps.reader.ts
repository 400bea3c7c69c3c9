import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { knowBatched, loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { type ClosableDay, isDayClosed } from '../schedules/closed-day.model.js';
import { SessionStatus } from '../schedules/schedule-enums.model.js';
import { sessionTransitions } from '../schedules/session-status.model.js';
import { HELD_TO_STEP, SESSIONS_TO_STEP } from './allowed-step-rows.js';
import { AppointmentStatus } from './appointment.enums.js';
import type { Appointment } from './appointment.model.js';
import { appointmentTransitions, stepsFrom } from './appointment-status.js';
import { type LockedSession, dayHasBegun } from './booking-session.js';

interface SessionToStep {
  status: SessionStatus;
  may: boolean;
  has_begun: boolean;
}

/** A session with how many wait in it who have come, and how many are with the doctor. */
interface SessionWithQueue extends SessionToStep {
  here: number;
  inside: number;
}

/** Tells which steps of appointments and sessions would succeed now, for this caller. */
@Injectable()
export class AllowedSteps {
  constructor(private readonly db: TenantDb) {}

  /** What the status may become; nothing where the caller lacks appointments:manage. Read with all that the answer asks for at this moment. */
  async of(ctx: Ctx, { id, status, sessionId, patientId }: Pick<Appointment, 'id' | 'status' | 'sessionId' | 'patientId'>): Promise<AppointmentStatus[]> {
    if (!appointmentTransitions[status].length) return [];
    const session = await loadBatched(ctx, this.#sessions, sessionId);
    if (!session?.may) return [];
    // Who booked online is let in when the desk has seen who they are.
    const steps = stepsFrom(status, session.status, session.has_begun).filter((to) => to !== AppointmentStatus.ARRIVED || patientId !== null);
    return status === AppointmentStatus.HELD && (await loadBatched(ctx, this.#held, id)) ? [AppointmentStatus.BOOKED, ...steps] : steps;
  }

  /** What the status of a session may become; nothing where the caller lacks appointments:manage. Nobody is left waiting in a session that is closed, nor with the doctor in one that is cancelled. */
  async ofSession(ctx: Ctx, id: string): Promise<SessionStatus[]> {
    const session = await loadBatched(ctx, this.#queues, id);
    if (!session?.may) return [];
    const { status, has_begun: hasBegun, here, inside } = session;
    return sessionTransitions[status].filter((to) => {
      if (to === SessionStatus.CANCELLED) return inside === 0;
      return hasBegun && (to !== SessionStatus.CLOSED || here + inside === 0);
    });
  }

  /** Notes in which status a change found a session that the caller may change, so that its answer need not ask. */
  know(ctx: Ctx, session: LockedSession): void {
    knowBatched(ctx, this.#sessions, session.id, { status: session.status, may: true, has_begun: dayHasBegun(session) });
  }

  readonly #sessions = (ctx: Ctx, ids: readonly string[]): Promise<Map<string, SessionToStep>> => this.#queues(ctx, ids);

  readonly #queues = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, SessionWithQueue>> => {
    const [rows] = await this.db.read(ctx, { text: SESSIONS_TO_STEP, values: [ctx.tenantId, ids] });
    return new Map((rows as unknown as Array<SessionWithQueue & { id: string }>).map((session) => [session.id, session]));
  };

  // Which of the held ones the desk can book: an offer to who waits, by a call from them, or one whose deposit is paid.
  readonly #held = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, boolean>> => {
    const [rows] = await this.db.read(ctx, { text: HELD_TO_STEP, values: [ctx.tenantId, ids] });
    const closed = await Promise.all((rows as unknown as ClosableDay[]).map(isDayClosed));
    return new Map(rows!.flatMap((row, index) => (closed[index] ? [] : [[row['id'] as string, true] as const])));
  };
}
