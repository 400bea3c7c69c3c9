import type { Statement } from '../platform/database/statement-group.js';
import type { MessageKind, MessageState } from './message-kinds.model.js';
import type { MessageLanguage } from './message-texts.js';
import { USUAL_AHEAD } from './messages.writer.js';
import { usualQuiet } from './quiet-hours.model.js';

/** Where sealed contents lie. */
export const MESSAGES = 'clinic.messages';

/** What is sealed in `clinic.messages.content`: the number in E.164 and the text. */
export interface MessageContent {
  to: string;
  text: string;
}

/** A row of clinic.messages. */
export interface MessageRow {
  id: string;
  appointment_id: string;
  kind: MessageKind;
  due: Date;
  state: MessageState;
  reason: string | null;
  language: MessageLanguage | null;
  content: Buffer | null;
  tries: number;
  sent_at: Date | null;
}

/** A message that is due, with all that it is about. */
export interface DueRow extends MessageRow {
  created_at: Date;
  planned_for: Date | null;
  held_until: Date | null;
  patient_id: string | null;
  /** Sealed: of the patient; null while the patient is not known. */
  identity: Buffer | null;
  /** Sealed: of an appointment that was booked online; null for any other. */
  booker: Buffer | null;
  /** How many more of a series the same is told of. */
  others: number;
  status: string;
  session_status: string;
  is_succeeded: boolean;
  is_told_again: boolean;
  delay_minutes: number;
  undoable_until: Date | null;
  local_date: string;
  begins: Date;
  ends: Date;
  time_zone: string;
  locale: string;
  chamber: string;
  doctor_id: string;
  doctor: Buffer;
  number: number;
  quiet_from: number;
  quiet_until: number;
  now: Date;
}

/** Quiet hours and who is told that their turn is near, unless the practice says otherwise. */
export const usualSettings = { quietFrom: usualQuiet.from, quietUntil: usualQuiet.until, nearAhead: USUAL_AHEAD } as const;

const COLUMNS = 'm.id, m.appointment_id, m.kind, m.due, m.state, m.reason, m.language, m.content, m.tries, m.sent_at';

const DUE = `
select ${COLUMNS}, m.created_at, clinic.message_due(m.kind, s.local_date, t.begins, c.time_zone) as planned_for, a.patient_id, clinic.addressee($1, m.id) as identity, clinic.booker($1, m.id) as booker,
  (select count(*)::integer from clinic.appointments r where r.tenant_id = $1 and r.recurrence_id = a.recurrence_id and r.id <> a.id
    and case m.kind when 'CONFIRMATION' then r.status = 'BOOKED' when 'CANCELLED' then r.status = 'CANCELLED' and r.ended_at = a.ended_at else false end) as others,
  a.status, a.held_until, exists (select from clinic.appointments f where f.tenant_id = $1 and f.rescheduled_from = a.id) as is_succeeded,
  exists (select from clinic.messages l where l.tenant_id = $1 and l.appointment_id = m.appointment_id and l.kind = m.kind and l.occasion > m.occasion and l.state <> 'SUPPRESSED') as is_told_again,
  s.status as session_status, s.delay_minutes,
  (select max(d.undo_until) from clinic.session_changes d where d.tenant_id = $1 and d.session_id = s.id and d.kind = 'DELAY' and d.undone_at is null and d.undo_until > now()) as undoable_until,
  s.local_date::text as local_date, t.begins, t.ends, c.time_zone, c.locale, c.name as chamber, s.doctor_id, d.profile as doctor, a.number,
  coalesce(o.quiet_from, $3) as quiet_from, coalesce(o.quiet_until, $4) as quiet_until, now() as now
from clinic.messages m
join clinic.appointments a on a.tenant_id = $1 and a.id = m.appointment_id
join clinic.sessions s on s.tenant_id = $1 and s.id = a.session_id
join clinic.chambers c on c.tenant_id = $1 and c.id = s.chamber_id
join clinic.members d on d.tenant_id = $1 and d.id = s.doctor_id
left join clinic.message_settings o on o.tenant_id = $1
cross join lateral (select coalesce(a.slot_from, s.starts_at) + s.delay_minutes * interval '1 minute' as begins, coalesce(a.slot_until, s.ends_at) + s.delay_minutes * interval '1 minute' as ends) t
where m.tenant_id = $1 and m.id = $2 and m.state = 'QUEUED' and m.due <= now()`;

/** A message that is due; no row for one that is not, or was sent. */
export const dueMessage = (tenantId: string, id: string): Statement => ({ text: DUE, values: [tenantId, id, usualSettings.quietFrom, usualSettings.quietUntil] });

/** Notes a try, and what is sent in it: $1 tenant, $2 id, $3 language, $4 content */
export const NOTE_TRY = `update clinic.messages m set tries = m.tries + 1, language = $3, content = $4 where m.tenant_id = $1 and m.id = $2 and m.state = 'QUEUED' returning m.id`;
/** $1 tenant, $2 id, $3 until when; its job follows by itself. */
export const POSTPONE = `update clinic.messages m set due = $3 where m.tenant_id = $1 and m.id = $2 and m.state = 'QUEUED'`;
/** $1 tenant, $2 id */
export const NOTE_SENT = `update clinic.messages m set state = 'SENT', sent_at = now(), reason = null where m.tenant_id = $1 and m.id = $2 and m.state = 'QUEUED'`;
/** $1 tenant, $2 id, $3 why; it is tried again. */
export const NOTE_FAILURE = `update clinic.messages m set reason = $3 where m.tenant_id = $1 and m.id = $2 and m.state = 'QUEUED'`;
/** $1 tenant, $2 id, $3 FAILED or SUPPRESSED, $4 why */
export const END = `update clinic.messages m set state = $3, reason = $4 where m.tenant_id = $1 and m.id = $2 and m.state = 'QUEUED'`;
/** Gives up what lost its job in its last try: $1 tenant */
export const GIVE_UP = `update clinic.messages m set state = 'FAILED', reason = 'EXPIRED' where m.tenant_id = $1 and m.state = 'QUEUED' and m.due < now() - interval '3 days'`;

/** $1 tenant, $2 patients */
export const IDENTITIES = 'select p.id, p.identity from clinic.patients p where p.tenant_id = $1 and p.id = any ($2::uuid[])';

/** What was told of appointments, in the order in which it was due: $1 tenant, $2 appointments */
export const MESSAGES_OF_APPOINTMENTS = `
select ${COLUMNS}, a.patient_id from clinic.messages m join clinic.appointments a on a.tenant_id = $1 and a.id = m.appointment_id
where m.tenant_id = $1 and m.appointment_id = any ($2::uuid[]) order by m.due, m.id`;
