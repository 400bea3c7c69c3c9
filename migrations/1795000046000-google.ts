import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Google accounts by which people sign in, and browsers' trips to Google and back. */
export class Google1795000046000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table auth.identities (
  id uuid constraint identities__pkey primary key,
  user_id uuid not null constraint identities__user references auth.users (id),
  issuer text not null,
  subject_token bytea not null,
  details bytea not null,
  linked_at timestamptz not null default now(),
  last_used_at timestamptz,
  constraint identities__subject unique (issuer, subject_token)
);
create index identities__user_id on auth.identities (user_id);
comment on table auth.identities is 'Accounts at another provider by which people sign in. Issuer and subject alone tell whose it is, never an e-mail address.';
comment on column auth.identities.id is 'UUIDv7.';
comment on column auth.identities.user_id is 'Who signs in by it.';
comment on column auth.identities.issuer is 'The provider, as its ID tokens name it (iss).';
comment on column auth.identities.subject_token is 'Keyed hash of the provider''s id of the account (sub).';
comment on column auth.identities.details is 'Sealed JSON: that id, and the e-mail address of the account when it was linked.';
comment on column auth.identities.linked_at is 'When it was linked.';
comment on column auth.identities.last_used_at is 'When somebody last signed in by it; null when nobody did.';

create table auth.google_trips (
  id uuid constraint google_trips__pkey primary key,
  state_hash bytea not null constraint google_trips__state_hash unique,
  browser_hash bytea not null,
  purpose text not null constraint google_trips__purpose check (purpose in ('SIGN_IN', 'JOIN', 'LINK', 'STEP_UP')),
  session_id uuid constraint google_trips__session references auth.sessions (id),
  details bytea not null,
  expires_at timestamptz not null,
  returned_at timestamptz,
  code_hash bytea constraint google_trips__code_hash unique,
  constraint google_trips__bound check ((session_id is not null) = (purpose in ('LINK', 'STEP_UP'))),
  constraint google_trips__code check (code_hash is null or returned_at is not null)
);
create index google_trips__expires_at on auth.google_trips (expires_at);
create index google_trips__session_id on auth.google_trips (session_id);
comment on table auth.google_trips is 'Browsers that are on their way to Google and back, for ten minutes; once they are back, for one minute more.';
comment on column auth.google_trips.id is 'UUIDv7.';
comment on column auth.google_trips.state_hash is 'SHA-256 of the state that Google hands back.';
comment on column auth.google_trips.browser_hash is 'SHA-256 of the secret in the browser''s cookie.';
comment on column auth.google_trips.purpose is 'What it is for.';
comment on column auth.google_trips.session_id is 'The session that it is for; null for somebody who is not signed in.';
comment on column auth.google_trips.details is 'Sealed JSON: on the way there what the answer is checked by and where to return to; on the way back who Google says it is.';
comment on column auth.google_trips.expires_at is 'When it is over.';
comment on column auth.google_trips.returned_at is 'When the browser came back; it can once.';
comment on column auth.google_trips.code_hash is 'SHA-256 of the code that the page got when all was right.';

grant select, insert, delete on auth.identities, auth.google_trips to sinduk_auth;
grant update (last_used_at) on auth.identities to sinduk_auth;
grant update (details, expires_at, returned_at, code_hash) on auth.google_trips to sinduk_auth;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop table auth.google_trips, auth.identities;`);
  }
}
