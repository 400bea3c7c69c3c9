import { v7 as uuidv7 } from 'uuid';
import type { Row, Statement } from '../platform/database/statement-group.js';
import type { MessageKind } from './message-kinds.model.js';

/** The most patients before somebody who is told that their turn is near. */
export const MOST_AHEAD = 20;

/** What reminds of an appointment. */
export const reminders: readonly MessageKind[] = ['REMINDER_EVENING', 'REMINDER_SOON'];

/** What is told of an appointment when it is made. */
export const ofNew: readonly MessageKind[] = ['CONFIRMATION', ...reminders];

/** The same of each of a series, of which whoever booked it is told once. */
export const ofEach = reminders;

/** The same of one that takes the place of another. */
export const ofRescheduled: readonly MessageKind[] = ['RESCHEDULED', ...reminders];

// A reminder that would come within two hours of what it reminds of being told is left out.
const QUEUE = `
insert into clinic.messages as m (tenant_id, id, appointment_id, kind, occasion, due)
select $1, q.id, a.id, q.kind, $5, coalesce(t.due, $6::timestamptz, now())
from unnest($2::uuid[], $3::uuid[], $4::text[]) q (id, appointment_id, kind)
join clinic.appointments a on a.tenant_id = $1 and a.id = q.appointment_id
join clinic.sessions s on s.tenant_id = $1 and s.id = a.session_id
join clinic.chambers c on c.tenant_id = $1 and c.id = a.chamber_id
cross join lateral (select clinic.message_due(q.kind, a.local_date, coalesce(a.slot_from, s.starts_at) + s.delay_minutes * interval '1 minute', c.time_zone) as due) t
where t.due is null or t.due > now() + interval '2 hours'
on conflict on constraint messages__once do nothing
returning m.id, (select a.patient_id from clinic.appointments a where a.tenant_id = $1 and a.id = m.appointment_id) as patient_id`;

const QUEUE_NEAR = 'select * from clinic.queue_near($1, $2, $3, $4)';

// A try that is under way is waited for: whoever has it then finds that the message is withdrawn, or had begun before.
const WITHDRAW = `
update clinic.messages m set state = 'SUPPRESSED', reason = 'UNDONE'
where m.tenant_id = $1 and m.appointment_id = any ($2::uuid[]) and m.kind = $3 and m.occasion = $4 and m.state = 'QUEUED' and m.tries = 0
returning m.id, (select a.patient_id from clinic.appointments a where a.tenant_id = $1 and a.id = m.appointment_id) as patient_id`;

const TRIED = `
select m.id from clinic.messages m where m.tenant_id = $1 and m.appointment_id = any ($2::uuid[]) and m.kind = $3 and m.occasion = $4 and m.tries > 0`;

// What came due while the former appointment had ended was put aside as out of date. Reminders are queued anew.
const CARRY = `
insert into clinic.messages as m (tenant_id, id, appointment_id, kind, occasion, due)
select $1, ($5::uuid[])[row_number() over ()], l.heir, l.kind, l.occasion, l.due from (
  select distinct on (q.heir, o.kind) q.heir, o.kind, o.occasion, greatest(o.due, now()) as due
  from unnest($2::uuid[], $3::uuid[]) q (former, heir)
  join clinic.messages o on o.tenant_id = $1 and o.appointment_id = q.former and o.due >= $4
  where o.kind = any ($6) and (o.state = 'QUEUED' or o.state = 'SUPPRESSED' and o.reason = 'OUT_OF_DATE')
  order by q.heir, o.kind, o.occasion desc) l
returning m.id, (select a.patient_id from clinic.appointments a where a.tenant_id = $1 and a.id = m.appointment_id) as patient_id`;

/** What is as so of an appointment as of the one in whose place it is. */
const carried: readonly MessageKind[] = ['CONFIRMATION', 'RESCHEDULED', 'SESSION_LATE', 'SESSION_MOVED'];

/** How many patients are before somebody who is told that their turn is near, unless the practice says otherwise. */
export const USUAL_AHEAD = 3;

/** For what is told again, or later: the version of the session that changed again, and when what is no reminder is due. */
export interface Told {
  occasion?: number;
  due?: Date;
}

/**
 * Queues messages of these kinds about each of these appointments, in the caller's own transaction: they are sent if and
 * only if it commits, each once. `recordQueued` reads the rows.
 */
export function queueMessages(tenantId: string, appointmentIds: readonly string[], kinds: readonly MessageKind[], { occasion = 0, due }: Told = {}): Statement {
  const each = appointmentIds.flatMap((appointmentId) => kinds.map((kind) => ({ appointmentId, kind })));
  return { text: QUEUE, values: [tenantId, each.map(() => uuidv7()), each.map(({ appointmentId }) => appointmentId), each.map(({ kind }) => kind), occasion, due ?? null] };
}

/** Queues for whoever has few enough before them in a running session with serial numbers that their turn is near. `recordQueued` reads the rows. */
export const queueNear = (tenantId: string, sessionId: string): Statement =>
  ({ text: QUEUE_NEAR, values: [tenantId, sessionId, ...nearValues()] });

/** The last two values of clinic.queue_near: ids of as many messages as there may be, and how many are few where the practice does not say. */
export const nearValues = (): [ids: string[], usual: number] => [Array.from({ length: MOST_AHEAD + 1 }, () => uuidv7()), USUAL_AHEAD];

/** Withdraws what is queued about these appointments of one kind and occasion and was not tried yet. `recordQueued` reads the rows. */
export const withdrawMessages = (tenantId: string, appointmentIds: readonly string[], kind: MessageKind, occasion: number): Statement =>
  ({ text: WITHDRAW, values: [tenantId, appointmentIds, kind, occasion] });

/** A row for each of the same that had been tried, when it is asked after them: somebody was told, or may have been. */
export const triedMessages = (tenantId: string, appointmentIds: readonly string[], kind: MessageKind, occasion: number): Statement =>
  ({ text: TRIED, values: [tenantId, appointmentIds, kind, occasion] });

/** Queues for each heir what was not told of the appointment before it since an instant, at which that ended: it is so of the heir. `recordQueued` reads the rows. */
export const carryMessages = (tenantId: string, those: ReadonlyArray<{ former: string; heir: string }>, since: Date): Statement =>
  ({ text: CARRY, values: [tenantId, those.map(({ former }) => former), those.map(({ heir }) => heir), since, those.flatMap(() => carried.map(() => uuidv7())), carried] });

/** Names the messages that were queued or withdrawn in the entry of the transaction. */
export function recordQueued(tx: { record: (type: string, id: string, patientId?: string) => void }, rows: Row[]): void {
  for (const row of rows) tx.record('message', row['id'] as string, (row['patient_id'] as string | null) ?? undefined);
}
