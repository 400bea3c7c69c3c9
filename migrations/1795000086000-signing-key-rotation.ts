import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const signing = [[
  'not coalesce(clinic.may_sign(new.tenant_id, new.signed_by, new.chamber_id), false)',
  `not coalesce(clinic.may_sign(new.tenant_id, new.signed_by, new.chamber_id), false)
      or not exists (select from clinic.signing_keys k where k.tenant_id = new.tenant_id and k.id = new.signing_key_id and k.member_id = new.signed_by and k.ended_at is null)`,
]] as const;

/** Lets a doctor replace the key that they sign with. A key that was replaced signs nothing more, and what it signed still verifies. */
export class SigningKeyRotation1795000086000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.signing_keys drop constraint signing_keys__member, alter column private_key drop not null, add column ended_at timestamptz,
  add constraint signing_keys__ended check ((private_key is null) = (ended_at is not null));
create unique index signing_keys__current on clinic.signing_keys (tenant_id, member_id) where ended_at is null;
create index signing_keys__by_member on clinic.signing_keys (tenant_id, member_id, created_at);
comment on column clinic.signing_keys.private_key is 'Sealed JSON: the private key; gone once it was replaced.';
comment on column clinic.signing_keys.ended_at is 'When another one took its place; set by the database. Null for the one that signs.';

create function clinic.keep_signing_key() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  -- Rotating keys seals the private one anew. Another tenant is for row security to refuse.
  aside constant text[] := array['tenant_id', 'private_key', 'ended_at'];
begin
  if to_jsonb(new) - aside <> to_jsonb(old) - aside or (old.ended_at is not null and (new.ended_at is distinct from old.ended_at or new.private_key is not null)) then
    raise exception using errcode = 'SK073', message = 'a key stays what it is, and ends once';
  end if;
  if current_user = 'sinduk_app' and old.ended_at is null then
    new.private_key := null;
    -- By the clock, not by the beginning of the transaction: what was signed while this one waited was signed before.
    new.ended_at := clock_timestamp();
  end if;
  return new;
end $$;
comment on function clinic.keep_signing_key() is 'Refuses, with SK073, to change a key or to take one up again; the application can only end it, which destroys its private half.';
create trigger keep_signing_key before update on clinic.signing_keys for each row execute function clinic.keep_signing_key();
grant update (private_key, ended_at) on clinic.signing_keys to sinduk_app;
${changeFunction('clinic.keep_prescription()', signing)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction('clinic.keep_prescription()', undone(signing))}
revoke update (private_key, ended_at) on clinic.signing_keys from sinduk_app;
drop trigger keep_signing_key on clinic.signing_keys;
drop function clinic.keep_signing_key();
drop index clinic.signing_keys__current, clinic.signing_keys__by_member;
alter table clinic.signing_keys no force row level security;
alter table clinic.prescriptions no force row level security, disable trigger keep_prescription;
update clinic.prescriptions p set signing_key_id = c.id from clinic.signing_keys k join clinic.signing_keys c on c.tenant_id = k.tenant_id and c.member_id = k.member_id and c.ended_at is null
where p.tenant_id = k.tenant_id and p.signing_key_id = k.id and k.ended_at is not null;
alter table clinic.prescriptions force row level security, enable trigger keep_prescription;
delete from clinic.signing_keys where ended_at is not null;
alter table clinic.signing_keys force row level security;
alter table clinic.signing_keys drop constraint signing_keys__ended, drop column ended_at, alter column private_key set not null, add constraint signing_keys__member unique (tenant_id, member_id);
comment on column clinic.signing_keys.private_key is 'Sealed JSON: the private key.';
`);
  }
}
