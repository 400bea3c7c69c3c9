import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** What screens are told: every change of a session counts in its queue's version, a session that is taken back is missed by who watches its day, and an appointment says who ended it. */
export class ToldToScreens1795000072100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.count_session_change() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.queue_version := old.queue_version + 1;
  return new;
end $$;
comment on function clinic.count_session_change() is 'Counts in the version of a queue what happened to its session.';
create trigger count_change before update on clinic.sessions for each row
  when (new.queue_version = old.queue_version and old.* is distinct from new.*) execute function clinic.count_session_change();
comment on column clinic.sessions.queue_version is 'Counts what happened to the session and its queue.';

create function clinic.tell_session_gone() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_notify('sinduk', 'day-of-chamber:' || old.chamber_id || ':' || old.local_date);
  return null;
end $$;
comment on function clinic.tell_session_gone() is 'Tells who watches a day that a session of it was taken back.';
create trigger tell_gone after delete on clinic.sessions for each row execute function clinic.tell_session_gone();

alter table clinic.appointments add column ended_by uuid,
  add constraint appointments__ended_by foreign key (tenant_id, ended_by) references clinic.members (tenant_id, id) not valid;
comment on column clinic.appointments.ended_by is 'The member who cancelled it or noted that the patient did not come; null when nobody of the practice did.';
create function clinic.note_who_ended() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.ended_by := nullif(platform.current_member(), '${NOBODY}');
  return new;
end $$;
comment on function clinic.note_who_ended() is 'Notes on an appointment which member ended it.';
create trigger note_who_ended before update of status on clinic.appointments for each row
  when (old.ended_at is null and new.ended_at is not null) execute function clinic.note_who_ended();

-- Who shows the session that was changed learns what is in its place now.
create function clinic.tell_undone() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update clinic.sessions s set queue_version = s.queue_version + 1 where s.tenant_id = new.tenant_id and s.id = new.session_id;
  return null;
end $$;
comment on function clinic.tell_undone() is 'Tells who watches a session that a change of it was undone.';
create trigger tell_undone after update of undone_at on clinic.session_changes for each row execute function clinic.tell_undone();

grant update (visit_type, channel) on clinic.appointments to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
revoke update (visit_type, channel) on clinic.appointments from sinduk_app;
drop trigger tell_undone on clinic.session_changes;
drop function clinic.tell_undone();
drop trigger note_who_ended on clinic.appointments;
drop function clinic.note_who_ended();
alter table clinic.appointments drop column ended_by;
drop trigger tell_gone on clinic.sessions; drop trigger count_change on clinic.sessions;
drop function clinic.tell_session_gone(); drop function clinic.count_session_change();
comment on column clinic.sessions.queue_version is 'Counts what happened to its queue.';
`);
  }
}
