import type { NotReached } from '../../messages/message-kinds.model.js';
import { toClinicSession } from '../../schedules/session.model.js';
import type { SessionRow } from '../../schedules/session-rows.model.js';
import { type AppointmentRecord, toAppointment } from '../appointment.model.js';
import type { Besides } from './change-facts.js';
import type { PlannedFate } from './planned-change.js';
import { AppointmentOutcome } from './session-change.enums.js';
import type { SessionChange, SessionChangePreview } from './session-change.model.js';
import type { ChangedAppointmentRow, SessionChangeRow } from './session-change-rows.js';

/** What is sealed in `clinic.session_changes.details`. */
export interface SessionChangeDetails {
  reason: string;
}

/** A change of a session with what is sealed of it opened, and what became of whom. */
export interface SessionChangeRecord {
  row: SessionChangeRow;
  reason: string;
  appointments: ChangedAppointmentRow[];
}

/** What a change would do; `records` are the appointments of `fates`, in the same order. */
export interface PreviewedChange extends Besides {
  preview: string;
  session: SessionRow;
  fates: PlannedFate[];
  records: AppointmentRecord[];
  /** By the ids of the appointments that are to be told of, why nobody would be reached. */
  notReached: ReadonlyMap<string, NotReached | null>;
}

/** A preview, for who may see who has an appointment. */
export const toPreview = ({ preview, session, inTheWay, seen, leased, fates, records, notReached }: PreviewedChange): SessionChangePreview => ({
  preview, session: toClinicSession(session), sessionsInTheWay: inTheWay.filter(({ may }) => may).map(toClinicSession), hiddenInTheWay: inTheWay.filter(({ may }) => !may).length,
  appointments: fates.map(({ row, outcome, obstacle, obstacleId, place, from, until }, index) => ({
    appointment: toAppointment(records[index]!), outcome, obstacle, obstacleId, newNumber: place?.number ?? null, newFrom: from, newUntil: until,
    notReached: notReached.get(row.id) ?? null,
  })),
  cancelled: fates.filter(({ outcome }) => outcome === AppointmentOutcome.CANCELLED).length,
  blocked: fates.filter(({ outcome }) => outcome === AppointmentOutcome.NOT_MOVED).length,
  messages: [...notReached.values()].filter((why) => why === null).length,
  notReached: [...notReached.values()].filter((why) => why !== null).length, seen, leased,
});

/** A change, for who may see who has an appointment. */
export const toSessionChange = ({ row, reason, appointments }: SessionChangeRecord): SessionChange => ({
  id: row.id, kind: row.kind, sessionId: row.session_id, newSessionId: row.to_session_id, restoredSessionId: row.restored_session_id, minutes: row.minutes, reason,
  madeBy: { id: row.made_by }, madeAt: row.made_at, undoUntil: row.undo_until, undoneAt: row.undone_at, undoneBy: row.undone_by === null ? null : { id: row.undone_by },
  appointments: appointments.map((one) => ({
    appointmentId: one.appointment_id, outcome: one.outcome, obstacle: one.obstacle, newAppointmentId: one.to_appointment_id, restoredAppointmentId: one.restored_id,
  })),
});
