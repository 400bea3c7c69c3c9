import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * People who sign in: users, sessions, refresh tokens, invitations, and wrapped data keys.
 * Nothing here belongs to one tenant; the application role has no privilege on any of it.
 */
export class Identity1795000002000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table auth.users (
  id uuid constraint users__pkey primary key,
  email_token bytea not null constraint users__email_token unique,
  profile bytea not null,
  password_hash text not null,
  password_changed_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);
comment on table auth.users is 'A person who can sign in, whatever practices they work for.';
comment on column auth.users.email_token is 'Keyed hash of the normalised e-mail address.';
comment on column auth.users.profile is 'Sealed JSON: e-mail address and names.';
comment on column auth.users.password_hash is 'Argon2id in PHC string format.';

create table auth.memberships (
  user_id uuid not null references auth.users (id),
  tenant_id uuid not null,
  constraint memberships__pkey primary key (user_id, tenant_id)
);
comment on table auth.memberships is 'Which practices a user may try to enter; whether they may is decided inside the practice.';

create table auth.sessions (
  id uuid constraint sessions__pkey primary key,
  secret_hash bytea not null constraint sessions__secret_hash unique,
  user_id uuid not null references auth.users (id),
  tenant_id uuid not null,
  member_id uuid not null,
  client text not null constraint sessions__client check (client in ('BROWSER', 'BEARER')),
  ip inet,
  device text,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  idle_expires_at timestamptz not null,
  absolute_expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text constraint sessions__end_reason check (end_reason in
    ('SIGNED_OUT', 'ENDED_BY_USER', 'SIGNED_OUT_EVERYWHERE', 'DEACTIVATED', 'REFRESH_REUSED')),
  constraint sessions__ended check ((ended_at is null) = (end_reason is null))
);
create index sessions__user_id on auth.sessions (user_id) where ended_at is null;
comment on table auth.sessions is 'One sign-in on one device. It works in one practice at a time.';
comment on column auth.sessions.secret_hash is 'SHA-256 of the session secret that the access token carries.';

create table auth.refresh_tokens (
  token_hash bytea constraint refresh_tokens__pkey primary key,
  session_id uuid not null references auth.sessions (id),
  issued_at timestamptz not null default now(),
  used_at timestamptz,
  successor_hash bytea
);
create index refresh_tokens__session_id on auth.refresh_tokens (session_id);
comment on table auth.refresh_tokens is 'Single-use refresh tokens, as SHA-256; the tokens of one session are one family.';

create table auth.invitations (
  code_hash bytea constraint invitations__pkey primary key,
  tenant_id uuid not null,
  member_id uuid not null,
  email_token bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint invitations__member unique (tenant_id, member_id)
);
comment on table auth.invitations is 'Single-use joining codes, as SHA-256.';

create table platform.data_keys (
  scope uuid not null,
  purpose text not null constraint data_keys__purpose check (purpose in ('DATA', 'INDEX')),
  version integer not null constraint data_keys__version check (version > 0),
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  constraint data_keys__pkey primary key (scope, purpose, version)
);
comment on table platform.data_keys is 'Data keys, wrapped by a key-encryption key that is not in the database. The scope is a tenant, or the nil UUID for the installation.';

create function platform.wrapped_keys(p_scope uuid)
  returns table (purpose text, version integer, wrapped bytea)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select k.purpose, k.version, k.wrapped from platform.data_keys k where k.scope = p_scope;
  end;
revoke execute on function platform.wrapped_keys(uuid) from public;
grant execute on function platform.wrapped_keys(uuid) to sinduk_auth;

grant select, insert, update on auth.users, auth.sessions, auth.refresh_tokens to sinduk_auth;
grant select, insert, delete on auth.memberships to sinduk_auth;
grant select, update on auth.invitations to sinduk_auth;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.wrapped_keys(uuid); drop table platform.data_keys;
drop table auth.invitations, auth.refresh_tokens, auth.sessions, auth.memberships, auth.users;
`);
  }
}
