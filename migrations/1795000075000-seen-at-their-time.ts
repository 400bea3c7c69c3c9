import type { MigrationInterface, QueryRunner } from 'typeorm';

const takenPlaces = (atThatTime: string): string => `
create or replace view clinic.taken_places with (security_invoker = true) as
  select a.tenant_id, a.session_id, a.number, a.series, a.overbooked, a.slot_from, a.slot_until, null::uuid as lease_id from clinic.appointments a
  where a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED') or (a.status = 'HELD' and a.held_until > now())
  union all
  select n.tenant_id, n.session_id, n.number, l.series, false, null, null, n.lease_id from clinic.leased_numbers n join clinic.number_leases l on l.tenant_id = n.tenant_id and l.id = n.lease_id
  where n.used_by is null and l.released_at is null and l.expires_at > now()
  union all
  select b.tenant_id, b.session_id, a.number, a.series, a.overbooked, a.slot_from, a.slot_until, null from clinic.seen_before b join clinic.appointments a on a.tenant_id = b.tenant_id and a.id = b.appointment_id${atThatTime};`;

/** Who was seen in a slot before the session took another time has taken that slot, and none of the other time. Nobody of the practice ends what was held too long. */
export class SeenAtTheirTime1795000075000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`${takenPlaces(`
  join clinic.sessions s on s.tenant_id = b.tenant_id and s.id = b.session_id
  where a.slot_from is null or (a.slot_from < s.ends_at and a.slot_until > s.starts_at)`)}
comment on view clinic.taken_places is
  'The places of sessions that are taken now: by appointments, by holds while they last, by numbers that devices took along while their leases do, and by who was seen before a session took the place of another one: in slots, where it is at that time.';

drop trigger note_who_ended on clinic.appointments;
create trigger note_who_ended before update of status on clinic.appointments for each row
  when (old.ended_at is null and new.ended_at is not null and new.status <> 'EXPIRED') execute function clinic.note_who_ended();
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop trigger note_who_ended on clinic.appointments;
create trigger note_who_ended before update of status on clinic.appointments for each row
  when (old.ended_at is null and new.ended_at is not null) execute function clinic.note_who_ended();
${takenPlaces('')}
comment on view clinic.taken_places is
  'The places of sessions that are taken now: by appointments, by holds while they last, by numbers that devices took along while their leases do, and by who was seen before a session took the place of another one.';
`);
  }
}
