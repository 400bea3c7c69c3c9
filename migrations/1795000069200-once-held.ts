import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A place that was held and then booked is as one that was booked at once: until when it was held is forgotten, so that what was only held can be told from it. */
export class OnceHeld1795000069200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
-- What is over stays as it is, save for this; nobody is told of it. Every tenant has data keys.
alter table clinic.appointments disable trigger user;
do $$
declare s record;
begin
  for s in select distinct k.scope from platform.data_keys k where k.scope <> '00000000-0000-0000-0000-000000000000' loop
    perform platform.set_context(s.scope, '00000000-0000-0000-0000-000000000000');
    update clinic.appointments a set held_until = null where a.tenant_id = s.scope and a.held_until is not null and (a.status not in ('HELD', 'EXPIRED', 'CANCELLED') or (a.status = 'CANCELLED' and (
      exists (select from clinic.online_bookings b where b.tenant_id = s.scope and b.id = a.id and b.confirmed_at is not null)
      or exists (select from clinic.waitlist_entries w where w.tenant_id = s.scope and w.offered_id = a.id and w.status = 'BOOKED'))));
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;
alter table clinic.appointments enable trigger user;
alter table clinic.appointments add constraint appointments__once_held check (held_until is null or status in ('HELD', 'EXPIRED', 'CANCELLED'));
comment on column clinic.appointments.held_until is 'Until when a HELD one keeps its place; null once it was booked.';
comment on column clinic.appointments.call_order is 'In which order patients are called: the number itself, or the time of the slot.';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.appointments drop constraint appointments__once_held;
comment on column clinic.appointments.held_until is 'Until when a HELD one keeps its place.';
comment on column clinic.appointments.call_order is 'In which order patients are called: the number itself, the time of the slot, or where the desk put it.';
`);
  }
}
