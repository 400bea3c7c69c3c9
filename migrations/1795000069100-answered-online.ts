import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const SESSIONS = 'platform.online_sessions(uuid, bytea, uuid, date, integer, uuid)';
const HOLD = 'platform.hold_online(uuid, bytea, bytea, bytea, uuid, bytea, uuid, timestamptz, timestamptz, text, bytea)';
const STEP = 'platform.step_online(uuid, bytea, text)';
const WAITS = 'clinic.offer_to_who_waits()';

const offered = [
  ['own_holiday boolean, online_left integer, online_places integer, now timestamp', 'own_holiday boolean, overbook_limit smallint, numbers jsonb, taken jsonb, now timestamp'],
  [`clinic.places_left(p_tenant, s.id, clinic.online_series(p_tenant, s.id)),
      (select coalesce(sum(n.last - n.first + 1), s.capacity)::integer from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = s.id and n.series = 'ONLINE'), now(),`,
  `s.overbook_limit,
      (select coalesce(jsonb_agg(jsonb_build_object('series', n.series, 'first', n.first, 'last', n.last, 'next', n.next) order by n.first), '[]') from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = s.id),
      (select coalesce(jsonb_agg(jsonb_build_object('series', t.series, 'overbooked', t.overbooked, 'slot_from', t.slot_from, 'slot_until', t.slot_until, 'count', t.count)), '[]')
       from (select p.series, p.overbooked, p.slot_from, p.slot_until, count(*) as count from clinic.taken_places p where p.tenant_id = p_tenant and p.session_id = s.id group by 1, 2, 3, 4) t), now(),`],
  [`'completedAt', a.completed_at,
          'slotFrom', a.slot_from, 'slotUntil', a.slot_until, 'overbooked', a.overbooked)`, `'completedAt', a.completed_at, 'slotFrom', a.slot_from)`],
  [`a.session_id = s.id and (a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED') or (a.status = 'HELD' and a.held_until > now())))`,
    `a.session_id = s.id and a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'IN_CONSULT', 'COMPLETED'))`],
  ['c.id = o.chamber_id and c.archived_at is null\n', 'c.id = o.chamber_id\n'],
  [`s.online and s.status in ('PLANNED', 'OPEN', 'RUNNING', 'PAUSED')\n`, 's.online and clinic.is_offered(s)\n'],
  [`today.day + o.days_ahead)
      and s.ends_at + s.delay_minutes * interval '1 minute' > now()\n`, 'today.day + o.days_ahead)\n'],
  [`m.id = s.doctor_id and m.status = 'ACTIVE'\n`, 'm.id = s.doctor_id\n'],
] as const;
const GRANT_SESSIONS = `
comment on function ${SESSIONS} is
  'The sessions of a chamber on some days, or one session, for which patients book online, the doctors'' sealed profiles, and of each appointment its number, status and times; no row unless the secret is that of a link that works.';
revoke execute on function ${SESSIONS} from public;
grant execute on function ${SESSIONS} to sinduk_auth;`;

const held = [
  ['c.id = s.chamber_id and c.archived_at is null;', 'c.id = s.chamber_id;'],
  [`not s.online or s.status not in ('PLANNED', 'OPEN', 'RUNNING', 'PAUSED') or (`, 'not s.online or not clinic.is_offered(s) or ('],
  [`or s.ends_at + s.delay_minutes * interval '1 minute' <= now() or s.local_date`, 'or s.local_date'],
] as const;

const stepped = [
  [`before = 'HELD' and not is_deposit_due)`, `before = 'HELD' and not is_deposit_due
      and exists (select from clinic.sessions s where s.tenant_id = p_tenant and s.id = a.session_id and clinic.booking_obstacle(s) is null))`],
  ['set status = p_status, ended_at', `set status = p_status, held_until = case when p_status = 'CANCELLED' then x.held_until end, ended_at`],
] as const;

const waits = [[`s.status not in ('CLOSED', 'CANCELLED') and s.ends_at > now()`, 'clinic.is_offered(s)']] as const;

/** Who is not there gets the same answers as the desk: whether a session takes bookings, and which of its places are taken and come next. */
export class AnsweredOnline1795000069100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction(SESSIONS, offered, { anew: true })}
${GRANT_SESSIONS}
${changeFunction(HOLD, held)}
${changeFunction(STEP, stepped)}
${changeFunction(WAITS, waits)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction(WAITS, undone(waits))}
${changeFunction(STEP, undone(stepped))}
${changeFunction(HOLD, undone(held))}
${changeFunction(SESSIONS, undone(offered), { anew: true })}
${GRANT_SESSIONS}
`);
  }
}
