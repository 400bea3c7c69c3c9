import type { MigrationInterface, QueryRunner } from 'typeorm';

const endReasons = ['SIGNED_OUT', 'ENDED_BY_USER', 'SIGNED_OUT_EVERYWHERE', 'DEACTIVATED', 'REFRESH_REUSED', 'ENDED_BY_PRACTICE', 'PASSWORD_CHANGED', 'FACTORS_RESET'];
const checkOf = (reasons: readonly string[]): string => `check (end_reason in (${reasons.map((reason) => `'${reason}'`).join(', ')}))`;

const refusals = (condition: string): string => `
create or replace function audit.refusals(p_tenant uuid, p_user uuid, p_address inet, p_from timestamptz, p_to uuid)
  returns table (count integer, first uuid, last uuid)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_user is not null then
    return query select count(*)::integer, min(e.id::text)::uuid, max(e.id::text)::uuid from audit.entries e
      where e.tenant_id = p_tenant and e.actor_user_id = p_user and ${condition}
        and e.id >= audit.first_id_at(p_from) and e.id <= p_to;
  else
    return query select count(*)::integer, min(e.id::text)::uuid, max(e.id::text)::uuid from audit.entries e
      where e.tenant_id = p_tenant and e.ip = p_address and ${condition}
        and e.id >= audit.first_id_at(p_from) and e.id <= p_to;
  end if;
end $$;`;

/** A device's secret is one person's; a person's live sessions and the mails about sign-ins are few; and refused proofs count wherever they are given. */
export class BoundedSignIns1795000051000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // A secret that several people shared is nobody's from now on: each of them is on a new device once more.
    await q.query(`
update auth.devices d set secret_hash = sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
where exists (select from auth.devices o where o.secret_hash = d.secret_hash and o.user_id <> d.user_id);
drop index auth.devices__secret_hash;
alter table auth.devices add constraint devices__secret_hash unique (secret_hash);
comment on table auth.devices is 'A browser or an app in which a person has signed in before. Where several people share one, it is one for each of them.';
comment on column auth.devices.secret_hash is 'SHA-256 of the secret that the device keeps for this person.';

alter table auth.sessions drop constraint sessions__end_reason,
  add constraint sessions__end_reason ${checkOf([...endReasons, 'FACTOR_ADDED', 'TOO_MANY'])};

alter table auth.users add column new_device_mailed_at timestamptz, add column second_factor_mailed_at timestamptz;
comment on column auth.users.new_device_mailed_at is 'When the person was last mailed that they signed in on a new device.';
comment on column auth.users.second_factor_mailed_at is 'When the person was last mailed that their password was right and the second factor beside it was not.';

alter table auth.pending_sign_ins add column device bytea;
comment on column auth.pending_sign_ins.device is 'Sealed JSON: what the device has kept of earlier sign-ins; null when nothing.';
${refusals(`e.action in ('SIGNED_IN', 'STEPPED_UP', 'PASSWORD_CHANGED') and e.error_code in ('SIGN_IN_REFUSED', 'THROTTLED')`)}
comment on function audit.refusals(uuid, uuid, inet, timestamptz, uuid) is 'How often proofs of identity were refused to a person, or else at an address: on signing in, within a session, and for a new password.';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${refusals(`e.action = 'SIGNED_IN' and e.outcome in ('DENIED', 'FAILED')`)}
comment on function audit.refusals(uuid, uuid, inet, timestamptz, uuid) is 'How often sign-ins were refused to a person, or else at an address.';
alter table auth.pending_sign_ins drop column device;
alter table auth.users drop column new_device_mailed_at, drop column second_factor_mailed_at;
update auth.sessions set end_reason = 'ENDED_BY_USER' where end_reason in ('FACTOR_ADDED', 'TOO_MANY');
alter table auth.sessions drop constraint sessions__end_reason,
  add constraint sessions__end_reason ${checkOf(endReasons)};
alter table auth.devices drop constraint devices__secret_hash;
create index devices__secret_hash on auth.devices (secret_hash);
comment on table auth.devices is 'A browser or an app in which a person has signed in before. Several people may share one.';
comment on column auth.devices.secret_hash is 'SHA-256 of the secret that the device keeps.';
`);
  }
}
