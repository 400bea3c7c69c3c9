import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { forbidden, notFound } from '../platform/errors.js';
import { toClinicSession } from '../schedules/session.model.js';
import { toAppointment } from './appointment.model.js';
import { AppointmentStatus } from './appointment.enums.js';
import type { AppointmentRow } from './appointment-rows.js';
import { AppointmentsReader, type SessionRead } from './appointments.reader.js';
import type { ClinicQueue } from './queue.model.js';
import { toldTimesOf, turnsIn } from './session-queue.model.js';

const { BOOKED, ARRIVED, CALLED, SKIPPED, IN_CONSULT, COMPLETED } = AppointmentStatus;

const inQueue: readonly AppointmentStatus[] = [BOOKED, ARRIVED, CALLED, SKIPPED, IN_CONSULT];

/** The appointments of a session as they were shown before. */
type Seen = ReadonlyMap<string, Pick<AppointmentRow, 'status' | 'version'>>;

/** Reads the queue of a session as it is at one moment. Everybody in it is in the audit entry of the answer. */
@Injectable()
export class QueueReader {
  constructor(private readonly appointments: AppointmentsReader) {}

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
    const read = await this.appointments.readSession(ctx, sessionId);
    if (!read) throw notFound();
    if (!read.session.may) throw forbidden('appointments:read');
    return read;
  }

  async #queueOf(ctx: Ctx, { session, now, all }: SessionRead, seen?: Seen): Promise<ClinicQueue> {
    ctx.disclose('clinic-session', session.id);
    const turns = turnsIn(session, all, now);
    const hasChanged = ({ id, version }: Pick<AppointmentRow, 'id' | 'version'>): boolean => seen !== undefined && seen.get(id)?.version !== version;
    const shown = (await this.appointments.opened(ctx, all.filter((row) => inQueue.includes(row.status) || hasChanged(row)))).map(toAppointment);
    const those = (...statuses: AppointmentStatus[]) => shown.filter(({ status }) => statuses.includes(status));
    return {
      version: Number(session.queue_version), at: now, session: toClinicSession(session), current: those(CALLED, IN_CONSULT), skipped: those(SKIPPED),
      next: those(ARRIVED)[0] ?? null, here: those(ARRIVED).length,
      waiting: those(BOOKED, ARRIVED).map((appointment) => {
        const { ahead, from, until } = turns.get(appointment.id)!;
        return { appointment, ahead, expectedFrom: from, expectedUntil: until };
      }),
      changed: shown.filter(hasChanged).map((appointment) => ({ appointment, before: seen?.get(appointment.id)?.status ?? null })),
      completed: all.filter(({ status }) => status === COMPLETED).length, toldTimes: toldTimesOf(all),
    };
  }
}
