import type { AppointmentStatus } from '../../../src/appointments/appointment.enums.js';
import type { NextNumbers, TakenPlaces } from '../../../src/appointments/places.model.js';
import type { WaitlistStatus } from '../../../src/appointments/waitlist/waitlist.enums.js';
import type { NumberSeries, SessionStatus } from '../../../src/schedules/schedule-enums.model.js';
import type { World } from '../world.js';

export interface SessionState {
  id: string; mode: 'SERIAL' | 'SLOT'; status: SessionStatus; capacity: number; overbook_limit: number; starts_at: string; ends_at: string; version: number; queue_version: number;
  /** Whether people came from another session with their numbers, which leaves gaps. */
  kept_numbers: boolean;
  /** The session whose place it took; null when it took none's. */
  former: string | null;
  /** Whether another one took its place, for good or until that was undone. */
  is_replaced: boolean;
  /** Stretches of numbers, and the next one of each to be given. */
  numbers: Array<{ first: number; next: number }>;
  /** Of each series what the database says is left, and how many numbers there are for it. */
  left: Array<{ series: NumberSeries; places: number; numbers: number }>;
  /** Whether it is among the sessions with free places, by the same. */
  has_room: boolean;
  /** Its stretches and what of it is taken, as the application reads them. */
  stretches: NextNumbers[];
  taken: TakenPlaces[];
}
export interface AppointmentState {
  id: string; session_id: string; patient_id: string | null; status: AppointmentStatus; number: number; channel: string; overbooked: boolean; slot_from: string | null; slot_until: string | null; rescheduled_from: string | null; version: number;
  /** Whether it is held, and still may be. */
  is_held: boolean;
}
export interface EntryState { id: string; patient_id: string; status: WaitlistStatus; offered_id: string | null }
export interface LeaseState { id: string; session_id: string; device_id: string; is_live: boolean; numbers: Array<{ number: number; used_by: string | null }> }
export interface OnlineState { id: string; phone: string; most: number }

/** What a chamber's day is like at one moment. */
export interface State {
  /** What could be seen then, by which what was written since is told apart. */
  snapshot: string;
  sessions: SessionState[]; appointments: AppointmentState[]; entries: EntryState[]; leases: LeaseState[]; online: OnlineState[];
  changes: Array<{ id: string }>;
}

const list = (of: string): string => `coalesce((select json_agg(x) from (${of}) x), '[]')`;

// One statement, for background work goes on meanwhile: $1 chamber, $2 day.
const STATE = `
with s as materialized (select * from clinic.sessions where chamber_id = $1 and local_date = $2)
select pg_current_snapshot()::text as snapshot,
  ${list(`select s.*, exists (select from clinic.session_changes c where (c.to_session_id = s.id and c.kind = 'SHIFT') or c.restored_session_id = s.id) as kept_numbers,
      (select c.session_id from clinic.session_changes c where (c.to_session_id = s.id and c.kind = 'SHIFT') or c.restored_session_id = s.id) as former,
      exists (select from clinic.session_changes c where (c.session_id = s.id and (c.kind = 'SHIFT' or c.restored_session_id is not null))
        or (c.to_session_id = s.id and c.kind = 'SHIFT' and c.undone_at is not null)) as is_replaced,
    ${list('select n.first, n.next from clinic.session_numbers n where n.session_id = s.id order by n.first')} as numbers,
    ${list(`select x.series, clinic.places_left(s.tenant_id, s.id, x.series) as places, clinic.numbers_left(s.tenant_id, s.id, x.series) as numbers from unnest(array['GENERAL', 'PHONE', 'ONLINE', 'REPORT']) x (series)`)} as left,
    clinic.has_room((select o from clinic.sessions o where o.tenant_id = s.tenant_id and o.id = s.id)) as has_room,
    ${list('select n.series, n.first, n.last, n.next from clinic.session_numbers n where n.session_id = s.id order by n.first')} as stretches,
    ${list('select t.series, t.overbooked, t.slot_from, t.slot_until, 1 as count from clinic.taken_places t where t.session_id = s.id')} as taken from s order by s.id`)} as sessions,
  ${list(`select a.id, a.session_id, a.patient_id, a.status, a.number, a.channel, a.overbooked, a.slot_from, a.slot_until, a.rescheduled_from, a.version, a.status = 'HELD' and a.held_until > now() as is_held
    from clinic.appointments a join s on s.id = a.session_id order by a.id`)} as appointments,
  ${list('select w.id, w.patient_id, w.status, w.offered_id from clinic.waitlist_entries w where w.chamber_id = $1 and w.first_day = $2 order by w.id')} as entries,
  ${list(`select l.id, l.session_id, l.device_id, l.released_at is null and l.expires_at > now() as is_live,
    ${list('select n.number, n.used_by from clinic.leased_numbers n where n.lease_id = l.id order by n.number')} as numbers from clinic.number_leases l join s on s.id = l.session_id order by l.id`)} as leases,
  ${list(`select b.id, encode(b.phone_token, 'hex') as phone, o.most_per_phone as most
    from clinic.online_bookings b join clinic.appointments a on a.id = b.id join clinic.online_booking_settings o on o.chamber_id = a.chamber_id join s on s.id = a.session_id order by b.id`)} as online,
  ${list('select c.id from clinic.session_changes c join s on s.id = c.session_id order by c.id')} as changes`;

export async function stateOf(world: World, chamberId: string, localDate: string): Promise<State> {
  const [state] = await world.sql<State>('superuser', STATE, [chamberId, localDate]);
  return state!;
}
