import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Second factors of people's accounts: one-time codes, recovery codes, passkeys; and the sign-ins that wait for one. */
export class SecondFactors1795000045000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table auth.users add column password_long boolean not null default true;
comment on column auth.users.password_long is 'Whether the password is as long as is demanded of an account without a second factor.';

create table auth.one_time_codes (
  id uuid constraint one_time_codes__pkey primary key,
  user_id uuid not null constraint one_time_codes__user references auth.users (id),
  seed bytea not null,
  last_step bigint not null default 0,
  created_at timestamptz not null default now(),
  confirmed_at timestamptz
);
create unique index one_time_codes__confirmed on auth.one_time_codes (user_id) where confirmed_at is not null;
create unique index one_time_codes__begun on auth.one_time_codes (user_id) where confirmed_at is null;
comment on table auth.one_time_codes is 'What a person''s app makes one-time codes from (RFC 6238): the one that counts, and one that is being set up.';
comment on column auth.one_time_codes.id is 'UUIDv7, made by the server.';
comment on column auth.one_time_codes.user_id is 'Whose they are.';
comment on column auth.one_time_codes.created_at is 'When the secret was made.';
comment on column auth.one_time_codes.seed is 'Sealed JSON: the seed in base32.';
comment on column auth.one_time_codes.last_step is 'The time step of the last code that was accepted; no code of this step or an earlier one is accepted again.';
comment on column auth.one_time_codes.confirmed_at is 'When the first code proved that the app has the seed; null until then, and until then no code of it counts.';

create table auth.recovery_codes (
  user_id uuid not null constraint recovery_codes__user references auth.users (id),
  code_hash bytea not null,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  constraint recovery_codes__pkey primary key (user_id, code_hash)
);
comment on table auth.recovery_codes is 'Codes on paper for when the phone is lost, as SHA-256; each is accepted once.';
comment on column auth.recovery_codes.user_id is 'Whose it is.';
comment on column auth.recovery_codes.code_hash is 'SHA-256 of the code.';
comment on column auth.recovery_codes.created_at is 'When it was made.';
comment on column auth.recovery_codes.used_at is 'When it was accepted; null while it can be used.';

create table auth.passkeys (
  id uuid constraint passkeys__pkey primary key,
  user_id uuid not null constraint passkeys__user references auth.users (id),
  credential_id bytea not null constraint passkeys__credential_id unique,
  public_key bytea not null,
  counter bigint not null constraint passkeys__counter check (counter >= 0),
  transports text[] not null,
  aaguid uuid not null,
  backup_eligible boolean not null,
  backed_up boolean not null,
  name bytea not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  copy_suspected_at timestamptz
);
create index passkeys__user_id on auth.passkeys (user_id);
comment on table auth.passkeys is 'Passkeys (WebAuthn credentials) with which people sign in and prove who they are.';
comment on column auth.passkeys.id is 'UUIDv7, made by the server.';
comment on column auth.passkeys.user_id is 'Whose it is.';
comment on column auth.passkeys.credential_id is 'Credential ID, made by the authenticator.';
comment on column auth.passkeys.created_at is 'When it was registered.';
comment on column auth.passkeys.last_used_at is 'When it was last accepted.';
comment on column auth.passkeys.public_key is 'COSE key (RFC 9052).';
comment on column auth.passkeys.counter is 'The signature counter as last seen; 0 of a passkey that does not count.';
comment on column auth.passkeys.transports is 'How browsers reach the authenticator.';
comment on column auth.passkeys.aaguid is 'The make of the authenticator, as it says itself.';
comment on column auth.passkeys.backup_eligible is 'Whether it can exist on several devices of the person.';
comment on column auth.passkeys.backed_up is 'Whether it did when last used.';
comment on column auth.passkeys.name is 'Sealed JSON: what the person calls it.';
comment on column auth.passkeys.copy_suspected_at is 'When its counter last went back, which happens when it was copied.';

create table auth.pending_sign_ins (
  id uuid constraint pending_sign_ins__pkey primary key,
  token_hash bytea not null constraint pending_sign_ins__token_hash unique,
  user_id uuid not null constraint pending_sign_ins__user references auth.users (id),
  tenant_id uuid not null,
  method text not null constraint pending_sign_ins__method check (method in ('PASSWORD', 'GOOGLE')),
  client text not null constraint pending_sign_ins__client check (client in ('BROWSER', 'BEARER')),
  tries integer not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  finished_at timestamptz
);
create index pending_sign_ins__expires_at on auth.pending_sign_ins (expires_at);
comment on table auth.pending_sign_ins is 'Sign-ins whose first factor was right and whose second one is awaited.';
comment on column auth.pending_sign_ins.id is 'UUIDv7, made by the server.';
comment on column auth.pending_sign_ins.user_id is 'Who proved the first factor.';
comment on column auth.pending_sign_ins.tenant_id is 'The practice in which the session will work.';
comment on column auth.pending_sign_ins.method is 'What the first factor was.';
comment on column auth.pending_sign_ins.client is 'How the client will keep its tokens.';
comment on column auth.pending_sign_ins.created_at is 'When the first factor was proven.';
comment on column auth.pending_sign_ins.expires_at is 'Until when the second one is awaited.';
comment on column auth.pending_sign_ins.finished_at is 'When the session began.';
comment on column auth.pending_sign_ins.token_hash is 'SHA-256 of the token that the client got.';
comment on column auth.pending_sign_ins.tries is 'How many proofs were tried; after five it is over.';

create table auth.passkey_challenges (
  challenge_hash bytea constraint passkey_challenges__pkey primary key,
  purpose text not null constraint passkey_challenges__purpose check (purpose in ('REGISTER', 'SIGN_IN', 'FINISH_SIGN_IN', 'STEP_UP')),
  bound_to uuid,
  expires_at timestamptz not null,
  constraint passkey_challenges__bound_to check ((bound_to is null) = (purpose = 'SIGN_IN'))
);
create index passkey_challenges__expires_at on auth.passkey_challenges (expires_at);
comment on table auth.passkey_challenges is 'Challenges that passkeys are to sign, as SHA-256; each is accepted once, for what it was made.';
comment on column auth.passkey_challenges.challenge_hash is 'SHA-256 of the challenge.';
comment on column auth.passkey_challenges.purpose is 'What it was made for.';
comment on column auth.passkey_challenges.expires_at is 'Until when an answer is accepted.';
comment on column auth.passkey_challenges.bound_to is 'The session or the pending sign-in for which it was made.';

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

grant select, insert, delete on auth.one_time_codes, auth.recovery_codes, auth.passkeys, auth.pending_sign_ins, auth.passkey_challenges to sinduk_auth;
grant update (last_step, confirmed_at) on auth.one_time_codes to sinduk_auth;
grant update (used_at) on auth.recovery_codes to sinduk_auth;
grant update (counter, backed_up, name, last_used_at, copy_suspected_at) on auth.passkeys to sinduk_auth;
grant update (tries, finished_at) on auth.pending_sign_ins to sinduk_auth;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function auth.second_factor_required(uuid);
drop table auth.passkey_challenges, auth.pending_sign_ins, auth.passkeys, auth.recovery_codes, auth.one_time_codes;
alter table auth.users drop column password_long;
`);
  }
}
