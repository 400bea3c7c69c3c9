import type { NumberSeries } from '../../schedules/schedule-enums.model.js';
import { FORMER_APPOINTMENTS } from '../former-appointments.model.js';

/** A row of clinic.number_leases with its numbers. */
export interface LeaseRow {
  id: string;
  session_id: string;
  series: NumberSeries;
  device_id: string;
  member_id: string;
  created_at: Date;
  expires_at: Date;
  released_at: Date | null;
  numbers: number[];
  used: number[];
}

const COLUMNS = `l.id, l.session_id, l.series, l.device_id, l.member_id, l.created_at, l.expires_at, l.released_at,
  array(select n.number from clinic.leased_numbers n where n.tenant_id = $1 and n.lease_id = l.id order by n.number) as numbers,
  array(select n.number from clinic.leased_numbers n where n.tenant_id = $1 and n.lease_id = l.id and n.used_by is not null order by n.number) as used`;

/** How many numbers of a session may still be given, by a device and by all devices of the caller, and how many may be or came to nothing: $1 tenant, $2 session, $3 device */
export const NUMBERS_OUT = `
select count(*) filter (where l.device_id = $3 and o.is_live)::integer as of_device, count(*) filter (where l.member_id = platform.current_member() and o.is_live)::integer as of_member, count(*)::integer as of_session
from clinic.leased_numbers n join clinic.number_leases l on l.tenant_id = $1 and l.id = n.lease_id
cross join lateral (select l.released_at is null and l.expires_at > now() as is_live) o
where n.tenant_id = $1 and n.session_id = $2 and n.used_by is null`;

/** How many numbers of a session devices have along and may still give: $1 tenant, $2 session */
export const LEASED_IN_SESSION = 'select count(*)::integer as count from clinic.taken_places t where t.tenant_id = $1 and t.session_id = $2 and t.lease_id is not null';

/** Leases numbers until a session is to end, but no longer than so many hours: $1 tenant, $2 id, $3 session, $4 series, $5 device, $6 member, $7 hours */
export const ADD_LEASE = `
insert into clinic.number_leases (tenant_id, id, session_id, series, device_id, member_id, expires_at)
select $1, $2, s.id, $4, $5, $6, least(now() + $7 * interval '1 hour', greatest(s.ends_at + s.delay_minutes * interval '1 minute', now() + interval '1 hour'))
from clinic.sessions s where s.tenant_id = $1 and s.id = $3`;
/** $1 tenant, $2 session, $3 lease, $4 numbers */
export const ADD_NUMBERS = 'insert into clinic.leased_numbers (tenant_id, session_id, lease_id, number) select $1, $2, $3, n from unnest($4::smallint[]) n';

/** $1 tenant, $2 id */
export const LEASE_BY_ID = `select ${COLUMNS} from clinic.number_leases l where l.tenant_id = $1 and l.id = $2`;
/** The leases of a session, the latest first: $1 tenant, $2 session */
export const LEASES_OF_SESSION = `select ${COLUMNS} from clinic.number_leases l where l.tenant_id = $1 and l.session_id = $2 order by l.id desc limit 200`;

/** Locks the session of a lease, as everybody does first: $1 tenant, $2 lease */
export const SESSION_OF_LEASE = `
select s.id, clinic.may_in($1, platform.current_member(), s.chamber_id, 'appointments:manage') as may from clinic.sessions s
where s.tenant_id = $1 and s.id = (select l.session_id from clinic.number_leases l where l.tenant_id = $1 and l.id = $2) for no key update`;
/** $1 tenant, $2 lease */
export const RELEASE = 'update clinic.number_leases l set released_at = coalesce(l.released_at, now()) where l.tenant_id = $1 and l.id = $2';

/** Of whoever took them along: numbers that nobody was given and that nobody has been given one after can be given again. Behind the lock of the session: $1 tenant, $2 lease */
export const GIVE_BACK = 'select clinic.give_back_numbers($1, $2)';

/** The leases of a device: $1 tenant, $2 leases, $3 device */
export const LEASES_OF_DEVICE = `
select l.id, l.session_id from clinic.number_leases l where l.tenant_id = $1 and l.id = any ($2::uuid[]) and l.device_id = $3`;

/** A leased number as it is behind the lock of its session, and whether its place is still taken for it: $1 tenant, $2 lease, $3 number */
export const LEASED_NUMBER = `
select n.number, l.series, n.used_by, n.item_hash, exists (select from clinic.taken_places t where t.tenant_id = $1 and t.session_id = n.session_id and t.lease_id = n.lease_id and t.number = n.number) as is_live
from clinic.leased_numbers n join clinic.number_leases l on l.tenant_id = $1 and l.id = n.lease_id where n.tenant_id = $1 and n.lease_id = $2 and n.number = $3::integer`;
/** When it was given was not before it was taken along, nor after now: $1 tenant, $2 session, $3 number, $4 appointment, $5 when, by the clock of the device, $6 what was handed in, hashed */
export const USE_NUMBER = `
update clinic.leased_numbers n set used_by = $4, booked_at = greatest(least($5::timestamptz, now()), l.created_at), item_hash = $6
from clinic.number_leases l where n.tenant_id = $1 and n.session_id = $2 and n.number = $3 and l.tenant_id = $1 and l.id = n.lease_id`;

/** When appointments were booked, wherever they were moved to: $1 tenant, $2 appointments */
export const BOOKED_OFFLINE = `
${FORMER_APPOINTMENTS}
select f.of_id as id, n.booked_at from former f join clinic.leased_numbers n on n.tenant_id = $1 and n.used_by = f.id`;
