import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import type { Row } from '../platform/database/statement-group.js';

/** What took the place of appointments that ended: $1 tenant, $2 ids */
const APPOINTMENTS = 'select a.rescheduled_from as id, a.id as successor from clinic.appointments a where a.tenant_id = $1 and a.rescheduled_from = any ($2::uuid[])';

/** And of sessions: by a change of them, or when that was undone. $1 tenant, $2 ids */
const SESSIONS = `
select distinct on (c.id) c.id, c.successor from (
  select c.session_id as id, c.made_at, coalesce(c.restored_session_id, c.to_session_id) as successor from clinic.session_changes c where c.tenant_id = $1 and c.session_id = any ($2::uuid[])
  union all
  select c.to_session_id, c.undone_at, c.restored_session_id from clinic.session_changes c where c.tenant_id = $1 and c.to_session_id = any ($2::uuid[]) and c.kind = 'SHIFT' and c.undone_at is not null
) c where c.successor is not null order by c.id, c.made_at desc`;

/** Finds what took the place of sessions and appointments that ended, for all of an answer at once. */
@Injectable()
export class Successors {
  constructor(private readonly db: TenantDb) {}

  /** The appointment that an ended one was moved to; null for none. */
  async ofAppointment(ctx: Ctx, id: string): Promise<string | null> {
    return (await loadBatched(ctx, this.#appointments, id)) ?? null;
  }

  /** The session that took the place of a cancelled one; null for none. */
  async ofSession(ctx: Ctx, id: string): Promise<string | null> {
    return (await loadBatched(ctx, this.#sessions, id)) ?? null;
  }

  readonly #appointments = (ctx: Ctx, ids: readonly string[]) => this.#found(ctx, APPOINTMENTS, ids);
  readonly #sessions = (ctx: Ctx, ids: readonly string[]) => this.#found(ctx, SESSIONS, ids);

  async #found(ctx: Ctx, text: string, ids: readonly string[]): Promise<Map<string, string>> {
    const [rows] = await this.db.read(ctx, { text, values: [ctx.tenantId, ids] });
    return new Map(rows!.map((row: Row) => [row['id'] as string, row['successor'] as string]));
  }
}
