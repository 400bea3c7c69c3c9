import type { MigrationInterface, QueryRunner } from 'typeorm';

const takenPlaces = (seenBefore: string): string => `
create or replace view clinic.taken_places with (security_invoker = true) as
  select a.tenant_id, a.session_id, a.number, a.series, a.overbooked, a.slot_from, a.slot_until, null::uuid as lease_id from clinic.appointments a
  where a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED') or (a.status = 'HELD' and a.held_until > now())
  union all
  select n.tenant_id, n.session_id, n.number, l.series, false, null, null, n.lease_id from clinic.leased_numbers n join clinic.number_leases l on l.tenant_id = n.tenant_id and l.id = n.lease_id
  where n.used_by is null and l.released_at is null and l.expires_at > now()${seenBefore};`;

/** Who was seen before a session took the place of another one takes up a place in it too. */
export class PlacesSeen1795000070300 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`${takenPlaces(`
  union all
  select b.tenant_id, b.session_id, a.number, a.series, a.overbooked, a.slot_from, a.slot_until, null from clinic.seen_before b join clinic.appointments a on a.tenant_id = b.tenant_id and a.id = b.appointment_id`)}
comment on view clinic.taken_places is
  'The places of sessions that are taken now: by appointments, by holds while they last, by numbers that devices took along while their leases do, and by who was seen before a session took the place of another one.';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`${takenPlaces('')}
comment on view clinic.taken_places is 'The places of sessions that are taken now: by appointments, by holds while they last, and by numbers that devices took along while their leases do.';
`);
  }
}
