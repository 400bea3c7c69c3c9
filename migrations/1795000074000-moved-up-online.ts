import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const NOBODY = '00000000-0000-0000-0000-000000000000';
const SESSIONS = 'platform.online_sessions(uuid, bytea, uuid, date, integer, uuid)';
const BOOKING = 'platform.online_booking(uuid, bytea)';

/** Who was seen before the session s, as displays count them. */
const SEEN = 'any (array(select n.appointment_id from clinic.seen_before n where n.tenant_id = p_tenant and n.session_id = s.id))';
const lineOfSession = [['a.tenant_id = p_tenant and a.session_id = s.id and a.status in', `a.tenant_id = p_tenant and (a.session_id = s.id or a.id = ${SEEN}) and a.status in`]] as const;
const lineOfBooking = [['o.tenant_id = p_tenant and o.session_id = s.id and o.status in', `o.tenant_id = p_tenant and (o.session_id = s.id or o.id = ${SEEN}) and o.status in`]] as const;

/** Whoever books online gets the same as the desk: a line with those who were seen before its session took the place of another one, and the message that their turn is near when one before them cancels by a link. */
export class MovedUpOnline1795000074000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction(SESSIONS, lineOfSession)}
${changeFunction(BOOKING, lineOfBooking)}

-- With the rights of whoever calls it, and read when it was made.
create function clinic.queue_near(p_tenant uuid, p_session uuid, p_ids uuid[], p_usual integer) returns table (id uuid, patient_id uuid)
  language sql volatile
  begin atomic
    insert into clinic.messages as m (tenant_id, id, appointment_id, kind, due)
    select p_tenant, p_ids[n.place], n.id, 'SERIAL_NEAR', now()
    -- Whoever is with the doctor is before nobody.
    from (select a.id, row_number() over (order by a.call_order, a.number) as place from clinic.appointments a
      where a.tenant_id = p_tenant and a.session_id = p_session and a.status in ('BOOKED', 'ARRIVED')) n
    where n.place <= (select coalesce((select o.near_ahead from clinic.message_settings o where o.tenant_id = p_tenant), p_usual) - count(*) filter (where a.status = 'CALLED') + 1
        from clinic.appointments a where a.tenant_id = p_tenant and a.session_id = p_session)
      and coalesce((select o.near_ahead from clinic.message_settings o where o.tenant_id = p_tenant), p_usual) > 0
      and exists (select from clinic.sessions s where s.tenant_id = p_tenant and s.id = p_session and s.mode = 'SERIAL' and s.status = 'RUNNING')
    on conflict on constraint messages__once do nothing
    returning m.id, (select a.patient_id from clinic.appointments a where a.tenant_id = p_tenant and a.id = m.appointment_id);
  end;
comment on function clinic.queue_near(uuid, uuid, uuid[], integer) is
  'Queues for whoever has few enough before them in a running session with serial numbers that their turn is near, once for each, under these ids; how many are few where the practice does not say. The messages that were not queued before, and to which patients.';
revoke execute on function clinic.queue_near(uuid, uuid, uuid[], integer) from public;
grant execute on function clinic.queue_near(uuid, uuid, uuid[], integer) to sinduk_app;

create function platform.queue_near_online(p_tenant uuid, p_secret bytea, p_ids uuid[], p_usual integer) returns table (id uuid, patient_id uuid)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare entered text := coalesce(current_setting('sinduk.context', true), '');
begin
  perform platform.set_context(p_tenant, '${NOBODY}');
  return query
    select q.id, q.patient_id from clinic.online_bookings b
    join clinic.appointments a on a.tenant_id = p_tenant and a.id = clinic.latest_appointment(p_tenant, b.id) and a.status = 'CANCELLED'
    cross join lateral clinic.queue_near(p_tenant, a.session_id, p_ids, p_usual) q
    where b.tenant_id = p_tenant and b.secret_hash = sha256(p_secret);
  perform set_config('sinduk.context', entered, true);
end $$;
comment on function platform.queue_near_online(uuid, bytea, uuid[], integer) is 'The same in the session of a booking that was made online and is cancelled, for whoever has its secret.';
revoke execute on function platform.queue_near_online(uuid, bytea, uuid[], integer) from public;
grant execute on function platform.queue_near_online(uuid, bytea, uuid[], integer) to sinduk_auth;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.queue_near_online(uuid, bytea, uuid[], integer), clinic.queue_near(uuid, uuid, uuid[], integer);
${changeFunction(BOOKING, undone(lineOfBooking))}
${changeFunction(SESSIONS, undone(lineOfSession))}
`);
  }
}
