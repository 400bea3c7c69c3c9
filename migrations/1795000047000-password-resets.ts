import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Links by which somebody who forgot their password sets a new one. */
export class PasswordResets1795000047000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table auth.password_resets (
  email_token bytea constraint password_resets__pkey primary key,
  code_hash bytea not null constraint password_resets__code_hash unique,
  asked_at timestamptz not null,
  expires_at timestamptz not null constraint password_resets__expires_at check (expires_at > asked_at),
  used_at timestamptz
);
comment on table auth.password_resets is 'The last link to set a new password that was mailed to an address; one of them works at a time.';
comment on column auth.password_resets.email_token is 'Keyed hash of the normalised e-mail address, as in auth.users. No foreign key: for an address that nobody has the same statements run, and are undone.';
comment on column auth.password_resets.code_hash is 'SHA-256 of the code in the link.';
comment on column auth.password_resets.asked_at is 'When it was asked for; for a while no other one is made.';
comment on column auth.password_resets.expires_at is 'Until when it works.';
comment on column auth.password_resets.used_at is 'When it was used, or was voided because the password was changed otherwise.';

grant select, insert on auth.password_resets to sinduk_auth;
grant update (code_hash, asked_at, expires_at, used_at) on auth.password_resets to sinduk_auth;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table auth.password_resets;');
  }
}
