import type { AppointmentStatus, VisitType } from '../appointment.enums.js';
import type { WaitlistStatus } from './waitlist.enums.js';

/** A row of clinic.waitlist_entries. Days are yyyy-mm-dd. */
export interface WaitlistRow {
  id: string;
  chamber_id: string;
  doctor_id: string;
  session_id: string | null;
  first_day: string;
  last_day: string;
  patient_id: string;
  visit_type: VisitType;
  details: Buffer;
  status: WaitlistStatus;
  offered_id: string | null;
  /** Until when the place is held, while it is. */
  offered_until: Date | null;
  added_by: string;
  created_at: Date;
  ended_at: Date | null;
  version: number;
}

export const WAITLIST_COLUMNS = `w.id, w.chamber_id, w.doctor_id, w.session_id, w.first_day::text as first_day, w.last_day::text as last_day, w.patient_id, w.visit_type, w.details, w.status, w.offered_id,
(select h.held_until from clinic.appointments h where h.tenant_id = w.tenant_id and h.id = w.offered_id and h.status = 'HELD') as offered_until, w.added_by, w.created_at, w.ended_at, w.version`;

/** The chamber and its day, with whether it is archived and the caller books there: $1 tenant, $2 chamber */
export const CHAMBER_TO_WAIT = `
select c.id, c.archived_at is not null as archived, (now() at time zone c.time_zone)::date::text as today, clinic.may_in($1, platform.current_member(), c.id, 'appointments:manage') as may
from clinic.chambers c where c.tenant_id = $1 and c.id = $2`;

/** A member, with whether they see patients in a chamber: $1 tenant, $2 member, $3 chamber */
export const DOCTOR_TO_WAIT = `
select clinic.sees_patients($1, m.id, $3) as is_doctor from clinic.members m where m.tenant_id = $1 and m.id = $2`;

/** $1 tenant, $2 id, $3 chamber, $4 doctor, $5 session or null, $6 first day, $7 last day, $8 patient, $9 visit type, $10 details, $11 member */
export const ADD_ENTRY = `
insert into clinic.waitlist_entries as w (tenant_id, id, chamber_id, doctor_id, session_id, first_day, last_day, patient_id, visit_type, details, added_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning ${WAITLIST_COLUMNS}`;

/** Whether a patient waits for the same already: $1 tenant, $2 patient, $3 chamber, $4 doctor, $5 first day, $6 last day */
export const WAITS_ALREADY = `
select w.id from clinic.waitlist_entries w where w.tenant_id = $1 and w.patient_id = $2 and w.chamber_id = $3 and w.doctor_id = $4 and w.status in ('WAITING', 'OFFERED')
  and w.first_day <= $6::date and w.last_day >= $5::date`;

/** $1 tenant, $2 id */
export const ENTRY_BY_ID = `
select ${WAITLIST_COLUMNS}, clinic.may_in($1, platform.current_member(), w.chamber_id, 'appointments:manage') as may from clinic.waitlist_entries w where w.tenant_id = $1 and w.id = $2`;

/** $1 tenant, $2 id */
export const LOCK_ENTRY = `select ${WAITLIST_COLUMNS} from clinic.waitlist_entries w where w.tenant_id = $1 and w.id = $2 for no key update of w`;

/** Who waits, or has an offer, the longest first: $1 tenant, $2 chamber, $3 doctor or null */
export const ENTRIES_OF_CHAMBER = `
select ${WAITLIST_COLUMNS} from clinic.waitlist_entries w
where w.tenant_id = $1 and w.chamber_id = $2 and ($3::uuid is null or w.doctor_id = $3) and w.status in ('WAITING', 'OFFERED') order by w.created_at, w.id limit 200`;

/** Whose waiting is over, the last who joined first: $1 tenant, $2 chamber, $3 how many, $4 entry after which to go on, or null */
export const ENDED_OF_CHAMBER = `
select ${WAITLIST_COLUMNS} from clinic.waitlist_entries w
where w.tenant_id = $1 and w.chamber_id = $2 and w.status in ('BOOKED', 'LAPSED', 'LEFT')
  and ($4::uuid is null or (w.created_at, w.id) < (select c.created_at, c.id from clinic.waitlist_entries c where c.tenant_id = $1 and c.id = $4))
order by w.created_at desc, w.id desc limit $3`;

/** How many they are: $1 tenant, $2 chamber */
export const COUNT_OF_ENDED = `select count(*)::integer as count from clinic.waitlist_entries w where w.tenant_id = $1 and w.chamber_id = $2 and w.status in ('BOOKED', 'LAPSED', 'LEFT')`;

/** Ends a waiting: $1 tenant, $2 id, $3 BOOKED or LEFT */
export const END_ENTRY = `update clinic.waitlist_entries w set status = $3, ended_at = now(), version = w.version + 1 where w.tenant_id = $1 and w.id = $2 returning ${WAITLIST_COLUMNS}`;

/** An offer, or a waiting, that is to be settled. */
export interface Unsettled {
  id: string;
  patient_id: string;
  status: WaitlistStatus;
  offered_id: string | null;
  /** Of the appointment that was offered. */
  held_status: AppointmentStatus | null;
  is_off: boolean;
}

/** Offers in a session that are over: $1 tenant, $2 session */
export const OFFERS_TO_SETTLE = `
select w.id, w.patient_id, w.status, w.offered_id, a.status as held_status, s.status = 'CANCELLED' as is_off
from clinic.waitlist_entries w join clinic.appointments a on a.tenant_id = $1 and a.id = w.offered_id join clinic.sessions s on s.tenant_id = $1 and s.id = a.session_id
where w.tenant_id = $1 and w.status = 'OFFERED' and a.session_id = $2 and (a.status <> 'HELD' or a.held_until <= now())`;

/** Those whose last day is over: $1 tenant */
export const WAITING_IN_VAIN = `
select w.id, w.patient_id, w.status, w.offered_id, null as held_status, false as is_off from clinic.waitlist_entries w join clinic.chambers c on c.tenant_id = $1 and c.id = w.chamber_id
where w.tenant_id = $1 and w.status = 'WAITING' and w.last_day < (now() at time zone c.time_zone)::date`;
