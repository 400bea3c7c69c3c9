import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Who booked online is told at the number that they proved, whether or not the desk has seen who the patient is; and a series is told of once. */
export class ToldBookers1795000073000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.booker(p_tenant uuid, p_message uuid) returns bytea
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select a.details from clinic.messages m
    join clinic.appointments a on a.tenant_id = m.tenant_id and a.id = m.appointment_id and a.channel = 'ONLINE'
    where m.tenant_id = p_tenant and m.id = p_message and m.state = 'QUEUED' and m.due <= now();
  end;
comment on function clinic.booker(uuid, uuid) is 'What is sealed with the appointment of a message that is due, when it was booked online: among it the number that was proved; null for any other.';
revoke execute on function clinic.booker(uuid, uuid) from public;
grant execute on function clinic.booker(uuid, uuid) to sinduk_jobs;
grant select (recurrence_id, ended_at) on clinic.appointments to sinduk_jobs;

create function platform.queue_online(p_tenant uuid, p_secret bytea, p_kinds text[], p_ids uuid[]) returns table (id uuid)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare entered text := coalesce(current_setting('sinduk.context', true), '');
begin
  perform platform.set_context(p_tenant, '${NOBODY}');
  return query
    insert into clinic.messages as m (tenant_id, id, appointment_id, kind, due)
    select p_tenant, q.id, a.id, q.kind, coalesce(t.due, now())
    from unnest(p_ids, p_kinds) q (id, kind)
    join clinic.online_bookings b on b.tenant_id = p_tenant and b.secret_hash = sha256(p_secret)
    join clinic.appointments a on a.tenant_id = p_tenant and a.id = clinic.latest_appointment(p_tenant, b.id) and a.status = 'BOOKED'
    join clinic.sessions s on s.tenant_id = p_tenant and s.id = a.session_id
    join clinic.chambers c on c.tenant_id = p_tenant and c.id = a.chamber_id
    cross join lateral (select clinic.message_due(q.kind, a.local_date, coalesce(a.slot_from, s.starts_at) + s.delay_minutes * interval '1 minute', c.time_zone) as due) t
    where t.due is null or t.due > now() + interval '2 hours'
    on conflict on constraint messages__once do nothing
    returning m.id;
  perform set_config('sinduk.context', entered, true);
end $$;
comment on function platform.queue_online(uuid, bytea, text[], uuid[]) is 'Queues messages of these kinds about a booking that was made online and stands, for whoever has its secret, under these ids; the ids of those that were not queued before.';
revoke execute on function platform.queue_online(uuid, bytea, text[], uuid[]) from public;
grant execute on function platform.queue_online(uuid, bytea, text[], uuid[]) to sinduk_auth;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.queue_online(uuid, bytea, text[], uuid[]), clinic.booker(uuid, uuid);
revoke select (recurrence_id, ended_at) on clinic.appointments from sinduk_jobs;
`);
  }
}
