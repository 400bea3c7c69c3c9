import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { forbidden, notFound } from '../platform/errors.js';
import { toClinicSession } from '../schedules/session.model.js';
import { SESSIONS_BY_ID, type SessionRow } from '../schedules/session-rows.model.js';
import { toAppointment } from './appointment.model.js';
import { AppointmentStatus } from './appointment.enums.js';
import { APPOINTMENTS_OF_SESSIONS, type AppointmentRow } from './appointment-rows.js';
import { AppointmentsReader } from './appointments.reader.js';
import type { ClinicQueue } from './queue.model.js';
import { toldTimesOf, turnsIn } from './session-queue.model.js';

const { BOOKED, ARRIVED, CALLED, SKIPPED, IN_CONSULT, COMPLETED } = AppointmentStatus;

const inQueue: readonly AppointmentStatus[] = [BOOKED, ARRIVED, CALLED, SKIPPED, IN_CONSULT];

/** The appointments of a session as they were shown before. */
type Seen = ReadonlyMap<string, Pick<AppointmentRow, 'status' | 'version'>>;

interface SessionRead {
  session: SessionRow & { may: boolean };
  now: Date;
  /** In the order in which they are called. */
  all: AppointmentRow[];
}

/** Reads the queue of a session as it is at one moment. Everybody in it is in the audit entry of the answer. */
@Injectable()
export class QueueReader {
  constructor(
    private readonly db: TenantDb,
    private readonly appointments: AppointmentsReader,
  ) {}

  /** The queue, in one round trip with those of other sessions that the answer asks for at this moment; NOT_FOUND, FORBIDDEN unless the caller holds appointments:read in its chamber. */
  async of(ctx: Ctx, sessionId: string): Promise<ClinicQueue> {
    return this.#queueOf(ctx, await this.#readOne(ctx, sessionId));
  }

  /** Reads the queue again and again, each time with what has changed since the time before; NOT_FOUND, FORBIDDEN as above. */
  watching(sessionId: string): (ctx: Ctx) => Promise<ClinicQueue> {
    let seen: Seen | undefined;
    return async (ctx) => {
      const read = await this.#readOne(ctx, sessionId);
      const queue = await this.#queueOf(ctx, read, seen);
      seen = new Map(read.all.map(({ id, status, version }) => [id, { status, version }]));
      return queue;
    };
  }

  async #readOne(ctx: Ctx, sessionId: string): Promise<SessionRead> {
    const read = await loadBatched(ctx, this.#read, sessionId);
    if (!read) throw notFound();
    if (!read.session.may) throw forbidden('appointments:read');
    return read;
  }

  readonly #read = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, SessionRead>> => {
    // The sessions first: what happens between the two statements makes a list later than its version, never earlier.
    const [sessions, rows, times] = await this.db.read(ctx,
      { text: SESSIONS_BY_ID, values: [ctx.tenantId, ids, 'appointments:read'] },
      { text: APPOINTMENTS_OF_SESSIONS, values: [ctx.tenantId, ids] },
      { text: 'select now() as now', values: [] });
    const now = times![0]!['now'] as Date;
    const all = rows as unknown as AppointmentRow[];
    return new Map((sessions as unknown as Array<SessionRow & { may: boolean }>).map((session) => [session.id, { session, now, all: all.filter((row) => row.session_id === session.id) }]));
  };

  async #queueOf(ctx: Ctx, { session, now, all }: SessionRead, seen?: Seen): Promise<ClinicQueue> {
    ctx.disclose('clinic-session', session.id);
    const turns = turnsIn(session, all, now);
    const hasChanged = ({ id, version }: Pick<AppointmentRow, 'id' | 'version'>): boolean => seen !== undefined && seen.get(id)?.version !== version;
    const shown = (await this.appointments.opened(ctx, all.filter((row) => inQueue.includes(row.status) || hasChanged(row)))).map(toAppointment);
    const those = (...statuses: AppointmentStatus[]) => shown.filter(({ status }) => statuses.includes(status));
    return {
      version: Number(session.queue_version), at: now, session: toClinicSession(session), current: those(CALLED, IN_CONSULT), skipped: those(SKIPPED),
      next: those(ARRIVED)[0] ?? null,
      waiting: those(BOOKED, ARRIVED).map((appointment) => {
        const { ahead, from, until } = turns.get(appointment.id)!;
        return { appointment, ahead, expectedFrom: from, expectedUntil: until };
      }),
      changed: shown.filter(hasChanged).map((appointment) => ({ appointment, before: seen?.get(appointment.id)?.status ?? null })),
      completed: all.filter(({ status }) => status === COMPLETED).length, toldTimes: toldTimesOf(all),
    };
  }
}
