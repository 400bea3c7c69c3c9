import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const BOOKING = 'platform.online_booking(uuid, bytea)';

const told = [
  ['confirmed_at timestamp with time zone, now timestamp', `confirmed_at timestamp with time zone, cancelled_by text, practice text, address text, schedule_id uuid, was_closed boolean, own_holiday boolean, observes_holidays boolean, country text, now timestamp`],
  ['b.deposit_paid_at, b.confirmed_at, now()', `b.deposit_paid_at, b.confirmed_at, case when a.status = 'CANCELLED' then case when a.ended_by is null or b.cancelled_at is not null then 'PATIENT' else 'PRACTICE' end end,
      t.name, c.address, s.schedule_id, exists (select from clinic.closures k where k.tenant_id = p_tenant and k.removed_at is null and s.local_date between k.first_day and k.last_day
        and (k.chamber_id is null or k.chamber_id = s.chamber_id) and (k.doctor_id is null or k.doctor_id = s.doctor_id) and k.created_at > s.created_at),
      (select h.closed from clinic.holidays h where h.tenant_id = p_tenant and h.chamber_id = s.chamber_id and h.day = s.local_date), c.observes_holidays, t.country, now()`],
  ['c.id = s.chamber_id\n', 'c.id = s.chamber_id\n    join clinic.tenants t on t.id = p_tenant\n'],
] as const;
const GRANT = `
comment on function ${BOOKING} is
  'A booking that was made online, where it was moved to, who cancelled it, and whether its day was closed, for whoever has its secret; of the other appointments of its session number, status and times.';
revoke execute on function ${BOOKING} from public;
grant execute on function ${BOOKING} to sinduk_auth;`;
const GRANT_BEFORE = `
comment on function ${BOOKING} is 'A booking that was made online, where it was moved to, for whoever has its secret; of the other appointments of its session number, status and times.';
revoke execute on function ${BOOKING} from public;
grant execute on function ${BOOKING} to sinduk_auth;`;

const where = [[`'timeZone', c.time_zone,`, `'address', c.address, 'timeZone', c.time_zone,`]] as const;

/** Whoever books online is told where to go, who cancelled the booking, and that nothing is booked on a day that was closed. */
export class ToldOnline1795000076000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction(BOOKING, told, { anew: true })}
${GRANT}
${changeFunction('platform.booking_link(uuid, bytea)', where)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction('platform.booking_link(uuid, bytea)', undone(where))}
${changeFunction(BOOKING, undone(told), { anew: true })}
${GRANT_BEFORE}
`);
  }
}
