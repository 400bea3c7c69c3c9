import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { forbidden, notFound } from '../platform/errors.js';
import type { DoctorSessionsArgs, SessionsArgs } from './schedule.inputs.js';
import { CHAMBER_TO_READ, SESSIONS_BY_ID, SESSIONS_OF_DAYS, SESSIONS_OF_DOCTOR, type SessionRow } from './session-rows.model.js';

/** Reads sessions, for callers with appointments:read in their chamber. What it gives is in the audit entry of the answer. */
@Injectable()
export class SessionsReader {
  constructor(private readonly db: TenantDb) {}

  /** The sessions of a chamber on some days, in the order in which they begin; NOT_FOUND, FORBIDDEN. */
  async ofDays(ctx: Ctx, { chamberId, doctorId, first, days }: SessionsArgs): Promise<SessionRow[]> {
    const [chambers, rows] = await this.db.read(ctx,
      { text: CHAMBER_TO_READ, values: [ctx.tenantId, chamberId, 'appointments:read'] },
      { text: SESSIONS_OF_DAYS, values: [ctx.tenantId, chamberId, doctorId ?? null, first ?? null, days] });
    if (!chambers!.length) throw notFound();
    if (!chambers![0]!['may']) throw forbidden('appointments:read');
    const sessions = rows as unknown as SessionRow[];
    sessions.forEach(({ id }) => ctx.disclose('clinic-session', id));
    return sessions;
  }

  /** The sessions of a doctor on some days in all chambers where the caller may see them, in the order in which they begin. */
  async ofDoctor(ctx: Ctx, { doctorId, first, days }: DoctorSessionsArgs): Promise<SessionRow[]> {
    const [rows] = await this.db.read(ctx, { text: SESSIONS_OF_DOCTOR, values: [ctx.tenantId, doctorId ?? ctx.member.memberId, 'appointments:read', first ?? null, days] });
    const sessions = rows as unknown as SessionRow[];
    sessions.forEach(({ id }) => ctx.disclose('clinic-session', id));
    return sessions;
  }

  /** One session, read with all that the answer asks for at this moment; NOT_FOUND, FORBIDDEN. */
  async get(ctx: Ctx, id: string): Promise<SessionRow> {
    const row = await loadBatched(ctx, this.#byId, id);
    if (!row) throw notFound();
    if (!row.may) throw forbidden('appointments:read');
    ctx.disclose('clinic-session', id);
    return row;
  }

  readonly #byId = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, SessionRow & { may: boolean }>> => {
    const [rows] = await this.db.read(ctx, { text: SESSIONS_BY_ID, values: [ctx.tenantId, ids, 'appointments:read'] });
    return new Map((rows as unknown as Array<SessionRow & { may: boolean }>).map((row) => [row.id, row]));
  };
}
