import { holidaysBetween } from './chamber-holidays.model.js';

/** What says whether the day of a session was closed after it was planned. */
export interface ClosableDay {
  schedule_id: string | null;
  local_date: string;
  was_closed: boolean;
  own_holiday: boolean | null;
  observes_holidays: boolean;
  country: string;
}

/** The columns of a ClosableDay beside those of a SessionRow, of clinic.sessions s; $1 tenant */
export const CLOSED_DAY_COLUMNS = `exists (select from clinic.closures k where k.tenant_id = $1 and k.removed_at is null and s.local_date between k.first_day and k.last_day
    and (k.chamber_id is null or k.chamber_id = s.chamber_id) and (k.doctor_id is null or k.doctor_id = s.doctor_id) and k.created_at > s.created_at) as was_closed,
  (select h.closed from clinic.holidays h where h.tenant_id = $1 and h.chamber_id = s.chamber_id and h.day = s.local_date) as own_holiday,
  (select b.observes_holidays from clinic.chambers b where b.tenant_id = $1 and b.id = s.chamber_id) as observes_holidays, (select t.country from clinic.tenants t where t.id = $1) as country`;

/** What says so of sessions, to be asked behind their locks, where it holds: $1 tenant, $2 sessions */
export const CLOSED_DAYS = `select s.id, s.schedule_id, s.local_date::text as local_date, ${CLOSED_DAY_COLUMNS} from clinic.sessions s where s.tenant_id = $1 and s.id = any ($2::uuid[])`;

/** Whether the day of a session was closed after it was planned. One that somebody added when the day was closed already is meant. */
export async function isDayClosed({ schedule_id: scheduleId, local_date: day, was_closed: wasClosed, own_holiday: own, observes_holidays: observes, country }: ClosableDay): Promise<boolean> {
  if (wasClosed || scheduleId === null) return wasClosed;
  return own ?? (observes && (await holidaysBetween(country, day, day)).length > 0);
}
