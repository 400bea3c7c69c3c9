import type { MigrationInterface, QueryRunner } from 'typeorm';

const forget = (more: string): string => `
create or replace function auth.forget() returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from auth.pending_sign_ins where expires_at < now();
  delete from auth.passkey_challenges where expires_at < now();
  delete from auth.google_trips where expires_at < now();
  delete from auth.password_resets where expires_at < now();
  delete from auth.throttles where expire < extract(epoch from now()) * 1000;
  delete from auth.refresh_tokens t using auth.sessions s
    where s.id = t.session_id and (s.ended_at is not null or s.idle_expires_at < now() or s.absolute_expires_at < now());${more}
end $$;
comment on function auth.forget() is 'Deletes what is over: half sign-ins, challenges, trips to Google, links to set a new password, counts of tries, ${more && 'devices that nobody used for 400 days, '}and refresh tokens of sessions that do not live.';`;

/** A device on which a person has not signed in for 400 days, as long as browsers keep its cookie, is forgotten. */
export class ForgottenDevices1795000055000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(forget(`
  delete from auth.devices where last_seen_at < now() - interval '400 days';`));
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(forget(''));
  }
}
