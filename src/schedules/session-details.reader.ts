import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { CLOSED_DAYS, type ClosableDay, isDayClosed } from './closed-day.model.js';
import type { Reserved } from './number-stretches.model.js';

/** $1 tenant, $2 sessions */
const RESERVED = `
select n.session_id, n.series, n.first, n.last from clinic.session_numbers n
where n.tenant_id = $1 and n.session_id = any ($2::uuid[]) and n.series not in ('GENERAL', 'OVERFLOW') order by n.first`;
/** $1 tenant, $2 rooms */
const ROOMS = 'select r.id, r.name from clinic.rooms r where r.tenant_id = $1 and r.id = any ($2::uuid[])';

/** Reads what is shown of sessions besides themselves, of all sessions of an answer at once. */
@Injectable()
export class SessionDetails {
  constructor(private readonly db: TenantDb) {}

  /** Whether the day of a session was closed after it was planned. */
  async isDayClosed(ctx: Ctx, sessionId: string): Promise<boolean> {
    const day = await loadBatched(ctx, this.#days, sessionId);
    return day ? isDayClosed(day) : false;
  }

  /** The numbers of a session that are kept for one way of booking, in their order. */
  async reserved(ctx: Ctx, sessionId: string): Promise<Reserved[]> {
    return (await loadBatched(ctx, this.#reserved, sessionId)) ?? [];
  }

  /** What a room is called. */
  async roomName(ctx: Ctx, roomId: string): Promise<string | null> {
    return (await loadBatched(ctx, this.#rooms, roomId)) ?? null;
  }

  readonly #days = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, ClosableDay>> => {
    const [rows] = await this.db.read(ctx, { text: CLOSED_DAYS, values: [ctx.tenantId, ids] });
    return new Map((rows as unknown as Array<ClosableDay & { id: string }>).map((row) => [row.id, row]));
  };

  readonly #reserved = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, Reserved[]>> => {
    const [rows] = await this.db.read(ctx, { text: RESERVED, values: [ctx.tenantId, ids] });
    const stretches = rows as unknown as Array<Reserved & { session_id: string }>;
    return new Map(ids.map((id) => [id, stretches.filter(({ session_id: of }) => of === id)]));
  };

  readonly #rooms = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, string>> => {
    const [rows] = await this.db.read(ctx, { text: ROOMS, values: [ctx.tenantId, ids] });
    return new Map(rows!.map((row) => [row['id'] as string, row['name'] as string]));
  };
}
