import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const TRY = 'platform.try_booking_code(uuid, bytea, bytea, bytea)';
const HOLD = 'platform.hold_online(uuid, bytea, bytea, bytea, uuid, bytea, uuid, timestamptz, timestamptz, text, bytea)';
const STEP = 'platform.step_online(uuid, bytea, text)';
const BOOKING = 'platform.online_booking(uuid, bytea)';

// Whoever has the right code is told what stands in the way; so that nobody reads a practice's day off these answers, each of them is one of the five tries.
const everyTry = [['tries = c.tries + case when c.code_token = p_code then 0 else 1 end', 'tries = c.tries + 1']] as const;
/** Its own try may have been the fifth. */
const afterTheFifth = [[' and c.tries < 5 and exists', ' and exists']] as const;

const whereItIs = [[`  latest := clinic.latest_appointment(p_tenant, b.id);
  perform from clinic.sessions s where s.tenant_id = p_tenant and s.id = (select x.session_id from clinic.appointments x where x.tenant_id = p_tenant and x.id = latest) for no key update;
`, `  loop
    begin
      latest := clinic.latest_appointment(p_tenant, b.id);
      perform from clinic.sessions s where s.tenant_id = p_tenant and s.id = (select x.session_id from clinic.appointments x where x.tenant_id = p_tenant and x.id = latest) for no key update;
      exit when clinic.latest_appointment(p_tenant, b.id) = latest;
      -- It was moved while the lock was waited for. That session is let go before the other is locked: two are locked in the order of their ids alone.
      raise exception using errcode = 'SK067';
    exception when sqlstate 'SK067' then null;
    end;
  end loop;
`]] as const;

const confirmed = [
  ['deposit_paid_at timestamp with time zone, now timestamp', 'deposit_paid_at timestamp with time zone, confirmed_at timestamp with time zone, now timestamp'],
  ['b.deposit_paid_at, now()', 'b.deposit_paid_at, b.confirmed_at, now()'],
] as const;
const GRANT_BOOKING = `
comment on function ${BOOKING} is 'A booking that was made online, where it was moved to, for whoever has its secret; of the other appointments of its session number, status and times.';
revoke execute on function ${BOOKING} from public;
grant execute on function ${BOOKING} to sinduk_auth;`;

/** A step of who booked online finds the booking where it was moved to at the same moment; and what is answered on the way to a place tells nothing of the others. */
export class JudgedOnline1795000071000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction(TRY, everyTry)}
comment on function ${TRY} is 'Whether a code is the one that was sent to a telephone number and can still be used; the fifth try ends it, right or wrong.';
comment on column clinic.booking_codes.tries is 'How often a code was tried, right or wrong; the fifth time ends it.';
${changeFunction(HOLD, afterTheFifth)}
${changeFunction(STEP, whereItIs)}
${changeFunction(BOOKING, confirmed, { anew: true })}
${GRANT_BOOKING}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction(BOOKING, undone(confirmed), { anew: true })}
${GRANT_BOOKING}
${changeFunction(STEP, undone(whereItIs))}
${changeFunction(HOLD, undone(afterTheFifth))}
${changeFunction(TRY, undone(everyTry))}
comment on function ${TRY} is 'Whether a code is the one that was sent to a telephone number and can still be used; counts wrong ones.';
comment on column clinic.booking_codes.tries is 'How often a wrong code was tried; the fifth ends it.';
`);
  }
}
