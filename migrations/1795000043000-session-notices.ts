import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tells every server process when a session begins, ends or moves to another practice, whoever does that. */
export class SessionNotices1795000043000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function auth.tell_of_session() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_notify('sinduk', 'session:' || new.id);
  perform pg_notify('sinduk', 'sessions-of:' || new.user_id);
  return null;
end $$;
comment on function auth.tell_of_session() is 'Tells listeners of the channel sinduk which session changed, and whose it is: ids only.';

create trigger tell_of_begun after insert on auth.sessions for each row execute function auth.tell_of_session();
create trigger tell_of_changed after update on auth.sessions for each row
  when (old.ended_at is distinct from new.ended_at or old.tenant_id is distinct from new.tenant_id)
  execute function auth.tell_of_session();
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop trigger tell_of_changed on auth.sessions;
drop trigger tell_of_begun on auth.sessions;
drop function auth.tell_of_session();
`);
  }
}
