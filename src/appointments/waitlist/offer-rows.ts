import { CLOSED_DAY_COLUMNS, type ClosableDay } from '../../schedules/closed-day.model.js';
import { SESSION_COLUMNS, type SessionRow } from '../../schedules/session-rows.model.js';
import { KEEPS_PLACE } from '../appointment-rows.js';
import { WAITLIST_COLUMNS } from './waitlist-rows.js';

/** A session as its places are offered. */
export type SessionToOffer = SessionRow & ClosableDay & { time_zone: string; quiet_from: number; quiet_until: number; undoable_until: Date | null; now: Date };

/**
 * A session whose places are offered, with what says whether its day was closed, when patients are left alone and until when it can still be undone that it takes the place of another one.
 * $1 tenant, $2 session, $3 and $4 the usual quiet hours
 */
export const SESSION_TO_OFFER = `
select ${SESSION_COLUMNS}, ${CLOSED_DAY_COLUMNS}, c.time_zone, coalesce(o.quiet_from, $3) as quiet_from, coalesce(o.quiet_until, $4) as quiet_until, now() as now,
  (select max(d.undo_until) from clinic.session_changes d where d.tenant_id = $1 and d.to_session_id = s.id and d.undone_at is null and d.undo_until > now()) as undoable_until
from clinic.sessions s
join clinic.tenants t on t.id = $1 and t.status in ('TRIAL', 'ACTIVE', 'PAST_DUE')
join clinic.chambers c on c.tenant_id = $1 and c.id = s.chamber_id
left join clinic.message_settings o on o.tenant_id = $1
where s.tenant_id = $1 and s.id = $2 and clinic.is_offered(s)`;

const FROM_WAITING = `
from clinic.waitlist_entries w join clinic.sessions s on s.tenant_id = $1 and s.id = $2
where w.tenant_id = $1 and w.status = 'WAITING' and w.chamber_id = s.chamber_id
  and (w.session_id = s.id or (w.session_id is null and w.doctor_id = s.doctor_id and s.local_date between w.first_day and w.last_day))`;

/** Who waits for a place in a session, the longest first: $1 tenant, $2 session, $3 those who were passed over */
export const WAITING_FOR_SESSION = `select ${WAITLIST_COLUMNS} ${FROM_WAITING} and w.id <> all ($3::uuid[]) order by w.created_at, w.id limit 100`;

/** Where those are about that day: $1 tenant, $2 session */
export const PLACES_OF_WAITING = `
select o.id, o.session_id, o.patient_id, o.slot_from, o.slot_until from clinic.appointments o join clinic.sessions d on d.tenant_id = $1 and d.id = $2
where o.tenant_id = $1 and o.patient_id = any (select w.patient_id ${FROM_WAITING}) and o.local_date between d.local_date - 1 and d.local_date + 1
  and o.status in (${KEEPS_PLACE}) and (o.status <> 'HELD' or o.held_until > now())`;

/** Offers places in a session later: $1 tenant, $2 session, $3 when */
export const OFFER_LATER = `
select graphile_worker.add_job('offerPlaces', json_build_object('tenantId', $1::uuid, 'sessionIds', array[$2::uuid]), run_at => $3::timestamptz, job_key => 'offers-later:' || $2::text)`;

/** $1 tenant, $2 entry, $3 session, $4 its version, $5 its queue version, $6 appointment, $7 series, $8 first number of the stretch, $9 slot from, $10 slot until, $11 details, $12 held until, $13 message */
export const OFFER_PLACE = 'select platform.offer_place($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)';

/** $1 tenant, $2 entry, $3 status, $4 status that follows */
export const SETTLE_WAITING = 'select platform.settle_waiting($1, $2, $3, $4)';
