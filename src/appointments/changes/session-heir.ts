import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { SESSION_COLUMNS, type SessionRow } from '../../schedules/session-rows.model.js';
import { FOLLOW_WAITING } from '../appointment-rows.js';

/** Gives up the schedules of sessions that another one takes the place of on a day, and tells them: $1 tenant, $2 sessions, $3 day */
const GIVE_UP_SCHEDULE = `
with former as (select s.id, s.schedule_id from clinic.sessions s where s.tenant_id = $1 and s.id = any ($2::uuid[]) and s.local_date = $3::date and s.schedule_id is not null)
update clinic.sessions s set schedule_id = null from former where s.tenant_id = $1 and s.id = former.id returning former.schedule_id`;

/**
 * Puts a session like another one in its place, with the same numbers and the next of each, so that everybody keeps theirs, and with who was seen before.
 * On the same day it is as old as the other one: what closed that day since closes it too.
 * $1 tenant, $2 new id, $3 the other one, $4 day, $5 begins, $6 ends, $7 capacity, $8 status, $9 minutes of delay, $10 schedule
 */
const COPY_SESSION = `
with copied as (
  insert into clinic.sessions as s (tenant_id, id, chamber_id, doctor_id, room_id, schedule_id, local_date, starts_at, ends_at, mode, capacity, slot_minutes, overbook_limit, online, status, delay_minutes,
    opened_at, started_at, paused_at, created_at)
  select $1, $2, o.chamber_id, o.doctor_id, o.room_id, $10, $4, $5, $6, o.mode, $7, o.slot_minutes, o.overbook_limit, o.online, $8::text, $9,
    case when $8 <> 'PLANNED' then coalesce(o.opened_at, now()) end, case when $8 in ('RUNNING', 'PAUSED') then o.started_at end, case when $8 = 'PAUSED' then coalesce(o.paused_at, now()) end,
    case when o.local_date = $4::date then o.created_at else now() end
  from clinic.sessions o where o.tenant_id = $1 and o.id = $3
  returning ${SESSION_COLUMNS}
), numbers as (
  insert into clinic.session_numbers (tenant_id, session_id, series, first, last, next)
  select $1, $2, n.series, n.first, n.last, n.next from clinic.session_numbers n where n.tenant_id = $1 and n.session_id = $3
), seen as (
  insert into clinic.seen_before (tenant_id, session_id, appointment_id)
  select $1, $2, a.id from clinic.appointments a where a.tenant_id = $1 and a.session_id = $3 and a.status = 'COMPLETED'
  union all
  select $1, $2, b.appointment_id from clinic.seen_before b where b.tenant_id = $1 and b.session_id = $3
)
select * from copied`;

/** Has the numbers that devices took along hold in another session, also those handed in; those leased after a change, where one is told, stay: $1 tenant, $2 session, $3 the other one, $4 change or null */
const FOLLOW_LEASES = `
update clinic.number_leases l set session_id = $3 where l.tenant_id = $1 and l.session_id = $2 and l.released_at is null
  and ($4::uuid is null or l.created_at <= (select c.made_at from clinic.session_changes c where c.tenant_id = $1 and c.id = $4))
returning l.id`;

/** What a session that takes the place of another one is like, where that differs. */
export type Heir = Pick<SessionRow, 'local_date' | 'starts_at' | 'ends_at' | 'capacity' | 'status' | 'delay_minutes'>;

/** Where those are now who follow: in a session that a change, which is undone, had put in the place of the former one. */
export interface Meanwhile {
  sessionId: string;
  changeId: string;
}

/**
 * Puts a session in the place of another one, which is over: with its numbers and its schedule, with who was seen in it already, whose places
 * stay taken, with who waits for a place, and with the numbers that devices took along. Everybody's appointments are for the caller.
 */
export async function heirOf(tx: AuditedTx, ctx: Ctx, former: SessionRow, heir: Heir, meanwhile?: Meanwhile): Promise<SessionRow> {
  const id = uuidv7();
  const follows = meanwhile?.sessionId ?? former.id;
  const [given] = await tx.query<{ schedule_id: string }>(GIVE_UP_SCHEDULE, [ctx.tenantId, [former.id, follows], heir.local_date]);
  const [copied, waiting, leases] = await tx.group(
    { text: COPY_SESSION, values: [
      ctx.tenantId, id, former.id, heir.local_date, heir.starts_at, heir.ends_at, heir.capacity, heir.status, heir.delay_minutes, given?.schedule_id ?? null] },
    { text: FOLLOW_WAITING, values: [ctx.tenantId, follows, id] }, { text: FOLLOW_LEASES, values: [ctx.tenantId, follows, id, meanwhile?.changeId ?? null] });
  tx.record('clinic-session', id);
  for (const entry of waiting as Array<{ id: string; patient_id: string }>) {
    tx.record('waitlist-entry', entry.id, entry.patient_id);
    tx.change('waitlist-entry', entry.id, 'session', follows, id);
  }
  for (const lease of leases as Array<{ id: string }>) {
    tx.record('number-lease', lease.id);
    tx.change('number-lease', lease.id, 'session', follows, id);
  }
  return copied![0] as unknown as SessionRow;
}
