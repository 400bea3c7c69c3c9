import { v7 as uuidv7 } from 'uuid';
import type { MessageKind } from '../../messages/message-kinds.model.js';
import { ofNew, queueMessages, recordQueued } from '../../messages/messages.writer.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import type { Ctx } from '../../platform/context/ctx.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { CLOSED_DAY_COLUMNS, type ClosableDay, isDayClosed } from '../../schedules/closed-day.model.js';
import { depositIsPaid, noDeposit, onlineStatusIs } from './online.errors.js';

// The session first, as everybody locks it.
const SESSION = `
select clinic.may_in($1, platform.current_member(), s.chamber_id, 'payments:take') as may, clinic.booking_obstacle(s) is null as takes_bookings, s.schedule_id, s.local_date::text as local_date, ${CLOSED_DAY_COLUMNS}
from clinic.sessions s
where s.tenant_id = $1 and s.id = (select a.session_id from clinic.appointments a where a.tenant_id = $1 and a.id = $2) for no key update`;
const BOOKING = `
select a.status, a.held_until <= now() as is_over, b.deposit, b.deposit_paid_at is not null as is_paid
from clinic.appointments a left join clinic.online_bookings b on b.tenant_id = $1 and b.id = a.id where a.tenant_id = $1 and a.id = $2 for no key update of a`;
const PAID = `update clinic.online_bookings b set deposit_paid_at = now(), deposit_noted_by = $3, confirmed_at = case when $4 = 'BOOKED' then now() end where b.tenant_id = $1 and b.id = $2`;
const STEP = `
update clinic.appointments a set status = $3::text, held_until = case when $3::text <> 'BOOKED' then a.held_until end, ended_at = case when $3::text <> 'BOOKED' then now() end, version = a.version + 1
where a.tenant_id = $1 and a.id = $2 and a.status = 'HELD'`;

const LOCK_ONLINE = 'select * from platform.lock_online_deposit($1, $2)';
const NOTE_ONLINE = 'select * from platform.note_online_deposit($1, $2, $3, $4, $5)';

/** What becomes of a place when its deposit is paid. */
type Paid = 'BOOKED' | 'CANCELLED' | 'EXPIRED';
const kindsOf: Record<Paid, readonly MessageKind[]> = { BOOKED: ofNew, CANCELLED: ['CANCELLED'], EXPIRED: [] };

/** Locks a booking whose deposit is told to be paid; `depositPaid` reads the answers. */
export const askDeposit = (tenantId: string, appointmentId: string): Statement[] => [SESSION, BOOKING].map((text) => ({ text, values: [tenantId, appointmentId] }));

/**
 * Books a held place whose deposit is paid, in the transaction of whoever takes the money. What was paid for a place that is
 * not held any more, or in a session that takes nobody any more or whose day was closed, is noted without a booking: it is to be returned. NOT_FOUND, FORBIDDEN, CONFLICT (NO_DEPOSIT, DEPOSIT_PAID, APPOINTMENT_STATUS).
 */
export async function depositPaid(tx: AuditedTx, ctx: Ctx, appointmentId: string, [sessions, bookings]: Row[][]): Promise<void> {
  const [booking] = bookings!;
  if (!booking) throw notFound();
  if (!sessions![0]!['may']) throw forbidden('payments:take');
  if (booking['deposit'] === null) throw noDeposit();
  tx.record('appointment', appointmentId);
  if (booking['is_paid']) throw depositIsPaid();
  const [before, after] = [booking['status'] as string, await whenPaid(booking, sessions![0]!)];
  const [, , told] = await tx.group({ text: PAID, values: [ctx.tenantId, appointmentId, ctx.member.memberId, after] }, { text: STEP, values: [ctx.tenantId, appointmentId, after] },
    queueMessages(ctx.tenantId, [appointmentId], before === after ? [] : kindsOf[after]));
  recordQueued(tx, told!);
  tx.change('appointment', appointmentId, 'deposit', null, booking['deposit']);
  if (before !== after) tx.change('appointment', appointmentId, 'status', before, after);
}

/**
 * Has the payment of a deposit captured, by a statement with what its provider told, and the place booked with it, in a transaction of background work. What was captured too late, or a second time, is never
 * lost: it is held without a booking, to be returned.
 */
export async function depositPaidOnline(tx: AuditedTx, tenantId: string, paymentId: string, capture: Statement): Promise<void> {
  const [booking] = await tx.query(LOCK_ONLINE, [tenantId, paymentId]);
  await tx.group(capture);
  if (booking!['is_paid']) return;
  const appointmentId = booking!['appointment_id'] as string;
  const [before, after] = [booking!['status'] as string, await whenPaid(booking!, booking!)];
  const kinds = before === after ? [] : kindsOf[after];
  recordQueued(tx, await tx.query(NOTE_ONLINE, [tenantId, paymentId, after, kinds, kinds.map(() => uuidv7())]));
  tx.record('appointment', appointmentId);
  tx.change('appointment', appointmentId, 'deposit', null, booking!['deposit']);
  if (before !== after) tx.change('appointment', appointmentId, 'status', before, after);
}

async function whenPaid({ status, is_over: isOver }: Row, session: Row): Promise<Paid> {
  if (status === 'CANCELLED' || status === 'EXPIRED') return status;
  if (status !== 'HELD') throw onlineStatusIs(status as string);
  if (isOver) return 'EXPIRED';
  return session['takes_bookings'] && !(await isDayClosed(session as unknown as ClosableDay)) ? 'BOOKED' : 'CANCELLED';
}
