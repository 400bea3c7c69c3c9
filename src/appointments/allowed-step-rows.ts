import { CLOSED_DAY_COLUMNS } from '../schedules/closed-day.model.js';
import { DAY_BEGINS } from '../schedules/session-rows.model.js';

/** Sessions with what their next steps go by, and whether the caller may take them: $1 tenant, $2 ids */
export const SESSIONS_TO_STEP = `
select s.id, s.status, clinic.may_in($1, platform.current_member(), s.chamber_id, 'appointments:manage') as may, ${DAY_BEGINS} <= now() as has_begun,
  (select count(*) from clinic.appointments a where a.tenant_id = $1 and a.session_id = s.id and a.status in ('ARRIVED', 'CALLED'))::integer as here,
  (select count(*) from clinic.appointments a where a.tenant_id = $1 and a.session_id = s.id and a.status = 'IN_CONSULT')::integer as inside
from clinic.sessions s where s.tenant_id = $1 and s.id = any ($2::uuid[])`;

/** Of appointments that are held in sessions that take bookings, those that the caller can book unless the day was closed, with what says that: who waits has it as an offer, or its deposit is to be paid. $1 tenant, $2 ids */
export const HELD_TO_STEP = `
select a.id, s.schedule_id, s.local_date::text as local_date, ${CLOSED_DAY_COLUMNS} from clinic.appointments a join clinic.sessions s on s.tenant_id = $1 and s.id = a.session_id and clinic.booking_obstacle(s) is null
where a.tenant_id = $1 and a.id = any ($2::uuid[]) and a.status = 'HELD' and a.held_until > now()
  and (exists (select from clinic.waitlist_entries w where w.tenant_id = $1 and w.offered_id = a.id and w.status = 'OFFERED')
    or (clinic.may_in($1, platform.current_member(), a.chamber_id, 'payments:take')
      and exists (select from clinic.online_bookings b where b.tenant_id = $1 and b.id = a.id and b.deposit is not null and b.deposit_paid_at is null)))`;
