import type { MigrationInterface, QueryRunner } from 'typeorm';

// With the rights of whoever calls it, and read when it was made.
const queueNear = (from: string, andNot: string): string => `
create or replace function clinic.queue_near(p_tenant uuid, p_session uuid, p_ids uuid[], p_usual integer) returns table (id uuid, patient_id uuid)
  language sql volatile
  begin atomic
    insert into clinic.messages as m (tenant_id, id, appointment_id, kind, due)
    select p_tenant, p_ids[n.place], n.id, 'SERIAL_NEAR', now()
    -- Whoever is with the doctor is before nobody.
    from (select a.id, ${from}row_number() over (order by a.call_order, a.number) as place from clinic.appointments a
      where a.tenant_id = p_tenant and a.session_id = p_session and a.status in ('BOOKED', 'ARRIVED')) n
    where n.place <= (select coalesce((select o.near_ahead from clinic.message_settings o where o.tenant_id = p_tenant), p_usual) - count(*) filter (where a.status = 'CALLED') + 1
        from clinic.appointments a where a.tenant_id = p_tenant and a.session_id = p_session)
      and coalesce((select o.near_ahead from clinic.message_settings o where o.tenant_id = p_tenant), p_usual) > 0
      and exists (select from clinic.sessions s where s.tenant_id = p_tenant and s.id = p_session and s.mode = 'SERIAL' and s.status = 'RUNNING')${andNot}
    on conflict on constraint messages__once do nothing
    returning m.id, (select a.patient_id from clinic.appointments a where a.tenant_id = p_tenant and a.id = m.appointment_id);
  end;`;

/** A patient who got the same number at the same time back, because a change was undone, is not told a second time that their turn is near. */
export class NearOnce1795000076100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`${queueNear('a.number, a.rescheduled_from, ', `
      and not exists (
        with recursive former as (
          select b.id, b.session_id, b.number, b.rescheduled_from from clinic.appointments b where b.tenant_id = p_tenant and b.id = n.rescheduled_from
          union all
          select b.id, b.session_id, b.number, b.rescheduled_from from former f join clinic.appointments b on b.tenant_id = p_tenant and b.id = f.rescheduled_from
        )
        select from former f
        join clinic.sessions o on o.tenant_id = p_tenant and o.id = f.session_id
        join clinic.sessions s on s.tenant_id = p_tenant and s.id = p_session and s.doctor_id = o.doctor_id and s.starts_at = o.starts_at
        join clinic.messages l on l.tenant_id = p_tenant and l.appointment_id = f.id and l.kind = 'SERIAL_NEAR' and l.tries > 0
        where f.number = n.number)`)}
comment on function clinic.queue_near(uuid, uuid, uuid[], integer) is
  'Queues for whoever has few enough before them in a running session with serial numbers that their turn is near, once for each, also when an appointment that was undone had the same number at the same time, under these ids; how many are few where the practice does not say. The messages that were not queued before, and to which patients.';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`${queueNear('', '')}
comment on function clinic.queue_near(uuid, uuid, uuid[], integer) is
  'Queues for whoever has few enough before them in a running session with serial numbers that their turn is near, once for each, under these ids; how many are few where the practice does not say. The messages that were not queued before, and to which patients.';
`);
  }
}
