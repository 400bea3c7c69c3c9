import type { MigrationInterface, QueryRunner } from 'typeorm';

const tellLease = (moved: string): string => `
create or replace function clinic.tell_lease() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update clinic.sessions s set queue_version = s.queue_version + 1 where s.tenant_id = new.tenant_id and s.id = new.session_id;
  if tg_op = 'INSERT'${moved} then
    perform graphile_worker.add_job('offerPlaces', json_build_object('tenantId', new.tenant_id, 'sessionIds', array[new.session_id]), run_at => new.expires_at + interval '1 second',
      job_key => 'leased:' || new.id);
  else
    perform clinic.queue_offers(new.tenant_id, array[new.session_id], new.session_id::text);
  end if;
  return null;
end $$;`;

// What is there is looked at whole, of all practices, which their policies let nobody do.
const leaseOf = (onUpdate: string): string => `
alter table clinic.number_leases no force row level security;
alter table clinic.leased_numbers no force row level security;
alter table clinic.leased_numbers drop constraint leased_numbers__lease,
  add constraint leased_numbers__lease foreign key (tenant_id, session_id, lease_id) references clinic.number_leases (tenant_id, session_id, id)${onUpdate};
alter table clinic.number_leases force row level security;
alter table clinic.leased_numbers force row level security;`;

/**
 * What follows a session into the one that takes its place: the numbers that devices took along, the schedule that it was
 * planned from, and who was seen in it already. Those are over and stay where they were, but their places stay taken.
 */
export class SeenBefore1795000070000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.seen_before (
  tenant_id uuid not null,
  session_id uuid not null,
  appointment_id uuid not null,
  constraint seen_before__pkey primary key (tenant_id, session_id, appointment_id),
  constraint seen_before__session foreign key (tenant_id, session_id) references clinic.sessions (tenant_id, id),
  constraint seen_before__appointment foreign key (tenant_id, appointment_id) references clinic.appointments (tenant_id, id)
);
comment on table clinic.seen_before is 'Who was seen before a session took the place of the one in which that was: their places are taken in it too, and its pace goes on from theirs.';
comment on column clinic.seen_before.tenant_id is 'The practice.';
comment on column clinic.seen_before.session_id is 'The session that took the place of another one.';
comment on column clinic.seen_before.appointment_id is 'An appointment of that one, or of one before it, whose consultation was over by then.';
call platform.secure_tenant_table('clinic.seen_before');
grant select, insert on clinic.seen_before to sinduk_app;
grant select on clinic.seen_before to sinduk_jobs;

${leaseOf(' on update cascade')}
grant update (session_id) on clinic.number_leases to sinduk_app;
comment on column clinic.number_leases.session_id is 'The session; when another one takes its place, that one.';
${tellLease(' or new.session_id <> old.session_id')}
drop trigger tell on clinic.number_leases;
create trigger tell after insert or update of released_at, session_id on clinic.number_leases for each row execute function clinic.tell_lease();

grant update (schedule_id) on clinic.sessions to sinduk_app;
comment on column clinic.sessions.schedule_id is 'The schedule that it was planned from; null for one that was added by hand, and for one whose place another one took on the same day, which has it then.';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
comment on column clinic.sessions.schedule_id is 'The schedule that it was planned from; null for one that was added by hand.';
revoke update (schedule_id) on clinic.sessions from sinduk_app;
drop trigger tell on clinic.number_leases;
create trigger tell after insert or update of released_at on clinic.number_leases for each row execute function clinic.tell_lease();
${tellLease('')}
comment on column clinic.number_leases.session_id is 'The session.';
revoke update (session_id) on clinic.number_leases from sinduk_app;
${leaseOf('')}
drop table clinic.seen_before;
`);
  }
}
