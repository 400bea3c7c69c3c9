import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is over is forgotten in one place; people see and forget their devices; and they are told which practices require a second factor of them. */
export class Forgetting1795000052000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function auth.forget() returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from auth.pending_sign_ins where expires_at < now();
  delete from auth.passkey_challenges where expires_at < now();
  delete from auth.google_trips where expires_at < now();
  delete from auth.password_resets where expires_at < now();
  delete from auth.throttles where expire < extract(epoch from now()) * 1000;
  delete from auth.refresh_tokens t using auth.sessions s
    where s.id = t.session_id and (s.ended_at is not null or s.idle_expires_at < now() or s.absolute_expires_at < now());
end $$;
comment on function auth.forget() is 'Deletes what is over: half sign-ins, challenges, trips to Google, links to set a new password, counts of tries, and refresh tokens of sessions that do not live.';
grant execute on function auth.forget() to sinduk_auth;
revoke delete on auth.pending_sign_ins, auth.throttles from sinduk_auth;

alter table auth.sessions drop constraint sessions__device,
  add constraint sessions__device foreign key (device_id) references auth.devices (id) on delete set null;
create index sessions__device_id on auth.sessions (device_id);
comment on column auth.sessions.device_id is 'The device in which the person signed in; null when they had it forgotten, and for sessions begun before devices were known.';
grant delete on auth.devices to sinduk_auth;

create function auth.practices_requiring_factor(p_user uuid) returns setof uuid
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  m record;
begin
  for m in select s.tenant_id from auth.memberships s where s.user_id = p_user loop
    perform platform.set_context(m.tenant_id, '00000000-0000-0000-0000-000000000000');
    return query select b.tenant_id from clinic.members b
      where b.tenant_id = m.tenant_id and b.user_id = p_user and b.status = 'ACTIVE' and b.second_factor_required;
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;
comment on function auth.practices_requiring_factor(uuid) is 'The practices in which a user is an active member and which require a second factor of them.';
grant execute on function auth.practices_requiring_factor(uuid) to sinduk_auth;
drop function auth.second_factor_required(uuid);
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
create function auth.second_factor_required(p_user uuid) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  m record;
  required boolean := false;
begin
  for m in select s.tenant_id from auth.memberships s where s.user_id = p_user loop
    perform platform.set_context(m.tenant_id, '00000000-0000-0000-0000-000000000000');
    required := required or exists (
      select from clinic.members b
      where b.tenant_id = m.tenant_id and b.user_id = p_user and b.status = 'ACTIVE' and b.second_factor_required);
  end loop;
  perform set_config('sinduk.context', '', true);
  return required;
end $$;
comment on function auth.second_factor_required(uuid) is 'Whether any practice in which a user is an active member requires a second factor of them.';
grant execute on function auth.second_factor_required(uuid) to sinduk_auth;
drop function auth.practices_requiring_factor(uuid);

revoke delete on auth.devices from sinduk_auth;
drop index auth.sessions__device_id;
alter table auth.sessions drop constraint sessions__device,
  add constraint sessions__device foreign key (device_id) references auth.devices (id);
comment on column auth.sessions.device_id is 'The device in which the person signed in; null for sessions begun before devices were known.';

grant delete on auth.pending_sign_ins, auth.throttles to sinduk_auth;
drop function auth.forget();
`);
  }
}
