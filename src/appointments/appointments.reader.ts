import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { forbidden, notFound } from '../platform/errors.js';
import { type PageArgs, idOfCursor } from '../platform/graphql/connection.js';
import { SESSIONS_BY_ID, type SessionRow } from '../schedules/session-rows.model.js';
import { AppointmentStatus } from './appointment.enums.js';
import type { AppointmentRecord } from './appointment.model.js';
import {
  APPOINTMENTS_BY_ID, APPOINTMENTS_OF_PATIENT, type AppointmentDetails, type AppointmentRow, COUNTED_IN_SESSIONS, COUNT_OF_PATIENT,
} from './appointment-rows.js';

const givenBack: readonly AppointmentStatus[] = [AppointmentStatus.CANCELLED, AppointmentStatus.EXPIRED];

/** A session as it is read with its queue. */
export interface SessionRead {
  session: SessionRow & { may: boolean };
  now: Date;
  /** In the order in which they are called, with those who were seen before it took the place of another one. */
  all: AppointmentRow[];
}

/** Reads appointments. Whoever is named is in the audit entry of the answer. */
@Injectable()
export class AppointmentsReader {
  // A row that the list and the queue of a session share is opened once.
  readonly #details = new WeakMap<AppointmentRow, AppointmentDetails>();

  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** One appointment, read with all that the answer asks for at this moment; NOT_FOUND, FORBIDDEN unless the caller holds appointments:read in its chamber. */
  async get(ctx: Ctx, id: string): Promise<AppointmentRecord> {
    const row = await loadBatched(ctx, this.#byId, id);
    if (!row) throw notFound();
    if (!row.may) throw forbidden('appointments:read');
    const [record] = await this.opened(ctx, [row]);
    return record!;
  }

  /** Everybody in a session, or the `first` of those whose place was not given back, in the order in which they are called; read with all that the answer asks for at this moment. */
  async ofSession(ctx: Ctx, sessionId: string, { active, first }: { active: boolean; first: number | null }): Promise<AppointmentRecord[]> {
    const rows = (await this.readSession(ctx, sessionId))?.all.filter(({ session_id: id }) => id === sessionId) ?? [];
    return this.opened(ctx, rows.filter(({ status }) => !active || !givenBack.includes(status)).slice(0, first ?? rows.length));
  }

  /** A session and everybody in it, as they are at one moment, for whoever sees to it that the caller may; read with all that the answer asks for at this moment, once for its appointments and its queue. */
  readSession(ctx: Ctx, sessionId: string): Promise<SessionRead | undefined> {
    return loadBatched(ctx, this.#sessions, sessionId);
  }

  /** `first` appointments of a patient and one more if there are more, the latest first. */
  async ofPatient(ctx: Ctx, patientId: string, args: PageArgs): Promise<AppointmentRecord[]> {
    const [rows] = await this.db.read(ctx, { text: APPOINTMENTS_OF_PATIENT, values: [ctx.tenantId, patientId, args.first + 1, idOfCursor(args.after)] });
    return this.opened(ctx, rows as unknown as AppointmentRow[]);
  }

  /** How many appointments a patient has had. */
  async countOfPatient(ctx: Ctx, patientId: string): Promise<number> {
    const [rows] = await this.db.read(ctx, { text: COUNT_OF_PATIENT, values: [ctx.tenantId, patientId] });
    return rows![0]!['count'] as number;
  }

  readonly #byId = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, AppointmentRow & { may: boolean }>> => {
    const [rows] = await this.db.read(ctx, { text: APPOINTMENTS_BY_ID, values: [ctx.tenantId, ids, 'appointments:read'] });
    return new Map((rows as unknown as Array<AppointmentRow & { may: boolean }>).map((row) => [row.id, row]));
  };

  readonly #sessions = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, SessionRead>> => {
    // The sessions first: what happens between the two statements makes a list later than its version, never earlier.
    const [sessions, rows, times] = await this.db.read(ctx,
      { text: SESSIONS_BY_ID, values: [ctx.tenantId, ids, 'appointments:read'] },
      { text: COUNTED_IN_SESSIONS, values: [ctx.tenantId, ids] },
      { text: 'select now() as now', values: [] });
    const now = times![0]!['now'] as Date;
    const all = rows as unknown as Array<AppointmentRow & { counted_in: string }>;
    return new Map((sessions as unknown as Array<SessionRow & { may: boolean }>).map((session) => [session.id, { session, now, all: all.filter((row) => row.counted_in === session.id) }]));
  };

  /** Opens what is sealed of appointments, and names them in the audit entry. */
  async opened(ctx: Ctx, rows: AppointmentRow[]): Promise<AppointmentRecord[]> {
    const keys = await this.keyring.of(ctx.tenantId, rows.map(({ details }) => details));
    return rows.map((row) => {
      ctx.disclose('appointment', row.id, row.patient_id ?? undefined);
      const details = this.#details.get(row) ?? keys.open<AppointmentDetails>('clinic.appointments', row.id, 'details', row.details);
      this.#details.set(row, details);
      return { row, details };
    });
  }
}
