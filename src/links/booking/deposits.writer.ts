import { ofNew, queueMessages, recordQueued } from '../../messages/messages.writer.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import type { Ctx } from '../../platform/context/ctx.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { noDeposit, onlineStatusIs } from './online.errors.js';

// The session first, as everybody locks it.
const SESSION = `
select clinic.may_in($1, platform.current_member(), s.chamber_id, 'payments:take') as may from clinic.sessions s
where s.tenant_id = $1 and s.id = (select a.session_id from clinic.appointments a where a.tenant_id = $1 and a.id = $2) for no key update`;
const BOOKING = `
select a.status, a.held_until <= now() as is_over, b.deposit, b.deposit_paid_at is not null as is_paid
from clinic.appointments a left join clinic.online_bookings b on b.tenant_id = $1 and b.id = a.id where a.tenant_id = $1 and a.id = $2 for no key update of a`;
const PAID = 'update clinic.online_bookings b set deposit_paid_at = now(), deposit_noted_by = $3, confirmed_at = now() where b.tenant_id = $1 and b.id = $2';
const BOOKED = `update clinic.appointments a set status = 'BOOKED', held_until = null, version = a.version + 1 where a.tenant_id = $1 and a.id = $2`;

/** Locks a booking whose deposit is told to be paid; `depositPaid` reads the answers. */
export const askDeposit = (tenantId: string, appointmentId: string): Statement[] => [SESSION, BOOKING].map((text) => ({ text, values: [tenantId, appointmentId] }));

/** Books a held place whose deposit is paid, in the caller's transaction, which whoever takes money by other ways does too; once paid, nothing. NOT_FOUND, FORBIDDEN, CONFLICT (NO_DEPOSIT, APPOINTMENT_STATUS). */
export async function depositPaid(tx: AuditedTx, ctx: Ctx, appointmentId: string, [sessions, bookings]: Row[][]): Promise<void> {
  const [booking] = bookings!;
  if (!booking) throw notFound();
  if (!sessions![0]!['may']) throw forbidden('payments:take');
  if (booking['deposit'] === null) throw noDeposit();
  tx.record('appointment', appointmentId);
  if (booking['is_paid']) return;
  if (booking['status'] !== 'HELD' || booking['is_over']) throw onlineStatusIs(booking['status'] === 'HELD' ? 'EXPIRED' : (booking['status'] as string));
  const [, , told] = await tx.group({ text: PAID, values: [ctx.tenantId, appointmentId, ctx.member.memberId] }, { text: BOOKED, values: [ctx.tenantId, appointmentId] },
    queueMessages(ctx.tenantId, [appointmentId], ofNew));
  recordQueued(tx, told!);
  tx.change('appointment', appointmentId, 'deposit', null, booking['deposit']);
  tx.change('appointment', appointmentId, 'status', 'HELD', 'BOOKED');
}
