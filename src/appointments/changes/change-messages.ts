import type { MessageKind } from '../../messages/message-kinds.model.js';
import { queueMessages, recordQueued, reminders, triedMessages, withdrawMessages } from '../../messages/messages.writer.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import type { Statement } from '../../platform/database/statement-group.js';
import { undoIsOver } from '../appointments.errors.js';
import { AppointmentOutcome } from './session-change.enums.js';
import type { PlannedFate } from './planned-change.js';
import type { ChangedAppointmentRow, SessionChangeRow } from './session-change-rows.js';

const told: readonly AppointmentOutcome[] = [AppointmentOutcome.LATER, AppointmentOutcome.MOVED, AppointmentOutcome.CANCELLED];

/** Whom a change concerns: everybody but those whose place was only held, and those who cannot be moved. */
export const toTell = <T extends Pick<PlannedFate, 'outcome'>>(fates: readonly T[]): T[] => fates.filter(({ outcome }) => told.includes(outcome));

/** Queues what patients are told of a change, to be sent when it cannot be undone any more, and reminders of where they then are. */
export const queueTold = (tenantId: string, change: SessionChangeRow, items: readonly ChangedAppointmentRow[]): Statement[] => [
  ...toldOf(change, items).map(([kind, ids]) => queueMessages(tenantId, ids, [kind], { occasion: change.occasion, due: change.undo_until })),
  queueMessages(tenantId, items.flatMap(({ to_appointment_id: id }) => id ?? []), reminders),
];

/** Withdraws what was queued of a change about these appointments; throws CONFLICT (UNDO_IS_OVER) when somebody was told already, or may have been. */
export async function withdrawTold(tx: AuditedTx, tenantId: string, change: SessionChangeRow, items: readonly ChangedAppointmentRow[]): Promise<void> {
  const told = toldOf(change, items);
  recordQueued(tx, (await tx.group(...told.map(([kind, ids]) => withdrawMessages(tenantId, ids, kind, change.occasion)))).flat());
  // Behind the withdrawal, which waits for tries that are under way.
  const tried = await tx.group(...told.map(([kind, ids]) => triedMessages(tenantId, ids, kind, change.occasion)));
  if (tried.flat().length) throw undoIsOver();
}

function toldOf({ minutes }: SessionChangeRow, items: readonly ChangedAppointmentRow[]): Array<[MessageKind, string[]]> {
  const kindOf: Partial<Record<AppointmentOutcome, MessageKind>> = { LATER: minutes === 0 ? 'SESSION_MOVED' : 'SESSION_LATE', MOVED: 'SESSION_MOVED', CANCELLED: 'SESSION_CANCELLED' };
  return [...new Set(Object.values(kindOf))].map((kind) => [kind, items.filter(({ outcome }) => kindOf[outcome] === kind).map(({ appointment_id: id, to_appointment_id: to }) => to ?? id)]);
}
