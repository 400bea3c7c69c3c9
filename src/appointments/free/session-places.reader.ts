import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { notFound } from '../../platform/errors.js';
import { SESSION_OBSTACLES } from '../../schedules/session-obstacle.model.js';
import { SESSIONS_BY_ID, type SessionRow } from '../../schedules/session-rows.model.js';
import { askPlaces } from '../place-rows.js';
import type { NextNumbers, TakenPlaces } from '../places.model.js';
import type { NumberInLine } from '../session-queue.model.js';
import type { SessionAtMoment } from './session-places.js';

const IN_LINE = 'a.id, a.number, a.status, a.slot_from, a.consult_at, a.completed_at, a.call_order';
/** Those who have had their turn in sessions, or in those whose place they took, or are to have it, in the order in which they are called: $1 tenant, $2 sessions */
const LINES = `
select a.session_id, ${IN_LINE} from clinic.appointments a
where a.tenant_id = $1 and a.session_id = any ($2::uuid[]) and a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'IN_CONSULT', 'COMPLETED')
union all
select b.session_id, ${IN_LINE} from clinic.seen_before b join clinic.appointments a on a.tenant_id = $1 and a.id = b.appointment_id where b.tenant_id = $1 and b.session_id = any ($2::uuid[])
order by call_order, number`;

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
    const [sessions, obstacles, lines, times, numbers, taken] = await this.db.read(ctx,
      { text: SESSIONS_BY_ID, values: [ctx.tenantId, ids, 'appointments:read'] }, { text: SESSION_OBSTACLES, values: [ctx.tenantId, ids] },
      { text: LINES, values: [ctx.tenantId, ids] }, { text: 'select now() as now', values: [] }, ...askPlaces(ctx.tenantId, ids));
    const closed = new Set(obstacles!.filter(({ obstacle }) => obstacle !== null).map(({ id }) => id));
    const [lineOf, numbersOf, takenOf] = [bySession<NumberInLine>(lines!), bySession<NextNumbers>(numbers!), bySession<TakenPlaces>(taken!)];
    const now = times![0]!['now'] as Date;
    return new Map((sessions as unknown as SessionRow[]).map((session) => [session.id, {
      session, now, isOpen: !closed.has(session.id), line: lineOf.get(session.id) ?? [], numbers: numbersOf.get(session.id) ?? [], taken: takenOf.get(session.id) ?? [],
    }]));
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
