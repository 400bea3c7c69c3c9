import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Leased numbers that nobody was given can be given again; and what was handed in is known again by what it was. */
export class LeasedNumbersBack1795000071200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.leased_numbers add column item_hash bytea;
comment on column clinic.leased_numbers.item_hash is 'Keyed hash of what was handed in with it, by which another request under the same id is told from the same one; null for what was handed in before such were kept.';
comment on column clinic.leased_numbers.booked_at is 'When it was given to the patient, by the clock of the device, but not before the lease and not after it was handed in.';
comment on table clinic.leased_numbers is 'A serial number that a device took along. It is given to nobody else, also when it was never given to anybody, unless whoever took it along gives it back.';
grant update (item_hash) on clinic.leased_numbers to sinduk_app;
create index leased_numbers__by_appointment on clinic.leased_numbers (tenant_id, used_by) where used_by is not null;

create function clinic.give_back_numbers(p_tenant uuid, p_lease uuid) returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
  begin atomic
    with lease as (
      select l.id, l.session_id from clinic.number_leases l where l.tenant_id = p_tenant and l.id = p_lease and l.released_at is not null and l.member_id = platform.current_member()
    ), back as (
      -- Of each stretch the number after the highest that is not of this lease, or was given to somebody.
      select s.session_id, s.first, coalesce(max(g.number) filter (where n.number is null) + 1, s.first) as next
      from lease join clinic.session_numbers s on s.tenant_id = p_tenant and s.session_id = lease.session_id
      cross join lateral generate_series(s.first::integer, s.next - 1) as g (number)
      left join clinic.leased_numbers n on n.tenant_id = p_tenant and n.session_id = s.session_id and n.number = g.number and n.lease_id = lease.id and n.used_by is null
      group by s.session_id, s.first
    ), moved as (
      update clinic.session_numbers s set next = back.next from back where s.tenant_id = p_tenant and s.session_id = back.session_id and s.first = back.first and s.next > back.next returning s.session_id, s.last, s.next
    )
    delete from clinic.leased_numbers n using moved where n.tenant_id = p_tenant and n.session_id = moved.session_id and n.lease_id = p_lease and n.used_by is null and n.number between moved.next and moved.last;
  end;
comment on function clinic.give_back_numbers(uuid, uuid) is 'Makes those numbers of a released lease the next again after which none was given, for whoever took them along; for others, and for a lease that is not released, nothing. The caller holds the lock of the session.';
revoke execute on function clinic.give_back_numbers(uuid, uuid) from public;
grant execute on function clinic.give_back_numbers(uuid, uuid) to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function clinic.give_back_numbers(uuid, uuid);
drop index clinic.leased_numbers__by_appointment;
alter table clinic.leased_numbers drop column item_hash;
comment on column clinic.leased_numbers.booked_at is 'When it was given to the patient, by the clock of the device, but not after it was handed in.';
comment on table clinic.leased_numbers is 'A serial number that a device took along. It is given to nobody else, also when it was never given to anybody.';
`);
  }
}
