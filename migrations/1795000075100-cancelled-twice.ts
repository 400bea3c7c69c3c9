import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const NOBODY = '00000000-0000-0000-0000-000000000000';
const STEP = 'platform.step_online(uuid, bytea, text)';

const noted = [['  id := a.id; before := case', `  if p_status = 'CANCELLED' and a.status = 'CANCELLED' then
    update clinic.online_bookings x set cancelled_at = coalesce(x.cancelled_at, now()) where x.tenant_id = p_tenant and x.id = b.id;
  end if;
  id := a.id; before := case`]] as const;

/** Whoever cancels online what the practice has cancelled does not come back with the others when the practice undoes that. */
export class CancelledTwice1795000075100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.online_bookings add column cancelled_at timestamptz;
comment on column clinic.online_bookings.cancelled_at is 'When whoever booked cancelled what the practice had cancelled already: it is not brought back.';
grant select (cancelled_at) on clinic.online_bookings to sinduk_app;
${changeFunction(STEP, noted)}

create function platform.may_come_back(p_tenant uuid, p_secret bytea) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare entered text := coalesce(current_setting('sinduk.context', true), ''); back boolean;
begin
  perform platform.set_context(p_tenant, '${NOBODY}');
  back := exists (select from clinic.online_bookings b
    join clinic.appointments a on a.tenant_id = p_tenant and a.id = clinic.latest_appointment(p_tenant, b.id)
    join clinic.session_changes c on c.tenant_id = p_tenant and c.session_id = a.session_id and c.undone_at is null and c.undo_until > now()
    join clinic.session_change_appointments i on i.tenant_id = p_tenant and i.change_id = c.id and i.appointment_id = a.id
    where b.tenant_id = p_tenant and b.secret_hash = sha256(p_secret) and b.cancelled_at is null);
  perform set_config('sinduk.context', entered, true);
  return back;
end $$;
comment on function platform.may_come_back(uuid, bytea) is 'Whether a booking that was made online ended with its session, which can still be undone, and whoever has its secret has not cancelled it besides.';
revoke execute on function platform.may_come_back(uuid, bytea) from public;
grant execute on function platform.may_come_back(uuid, bytea) to sinduk_auth;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.may_come_back(uuid, bytea);
${changeFunction(STEP, undone(noted))}
alter table clinic.online_bookings drop column cancelled_at;
`);
  }
}
