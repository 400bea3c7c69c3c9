import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { notFound } from '../../platform/errors.js';
import { SESSIONS_BY_ID, type SessionRow } from '../../schedules/session-rows.model.js';
import type { NextNumbers } from '../places.js';
import { LEASED_PLACES, type LeasedPlaces } from '../offline/lease-rows.js';
import type { SessionAtMoment, TakenPlace } from './session-places.js';

/** $1 tenant, $2 sessions */
const NUMBERS = 'select n.session_id, n.series, n.first, n.last, n.next from clinic.session_numbers n where n.tenant_id = $1 and n.session_id = any ($2::uuid[]) order by n.first';

/** Who takes up a place; a place that was held too long is free. $1 tenant, $2 sessions */
const TAKEN = `
select a.session_id, a.id, a.call_order, a.status, a.series, a.overbooked, a.slot_from, a.slot_until, a.consult_at, a.completed_at from clinic.appointments a
where a.tenant_id = $1 and a.session_id = any ($2::uuid[])
  and (a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED') or (a.status = 'HELD' and a.held_until > now()))
order by a.call_order, a.number`;

/** Reads what places sessions have, those of all sessions that an answer shows in one round trip. Nothing of who takes them is opened. */
@Injectable()
export class SessionPlacesReader {
  constructor(private readonly db: TenantDb) {}

  /** A session with its places, as they are at this moment; NOT_FOUND. */
  async of(ctx: Ctx, sessionId: string): Promise<SessionAtMoment> {
    const found = await loadBatched(ctx, this.#moments, sessionId);
    if (!found) throw notFound();
    return found;
  }

  readonly #moments = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, SessionAtMoment>> => {
    const [sessions, numbers, taken, leased, times] = await this.db.read(ctx,
      { text: SESSIONS_BY_ID, values: [ctx.tenantId, ids, 'appointments:read'] },
      { text: NUMBERS, values: [ctx.tenantId, ids] }, { text: TAKEN, values: [ctx.tenantId, ids] }, { text: LEASED_PLACES, values: [ctx.tenantId, ids] }, { text: 'select now() as now', values: [] });
    const [stretchesOf, takenOf, leasedOf] = [bySession<NextNumbers>(numbers!), bySession<TakenPlace>(taken!), bySession<LeasedPlaces>(leased!)];
    const now = times![0]!['now'] as Date;
    return new Map((sessions as unknown as SessionRow[]).map((session) =>
      [session.id, { session, stretches: stretchesOf.get(session.id) ?? [], taken: takenOf.get(session.id) ?? [], leased: leasedOf.get(session.id) ?? [], now }]));
  };
}

function bySession<T>(rows: object[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows as Array<T & { session_id: string }>) {
    const those = found.get(row.session_id);
    if (those) those.push(row);
    else found.set(row.session_id, [row]);
  }
  return found;
}
