import type { MigrationInterface, QueryRunner } from 'typeorm';

const added = `(values
  ('DOCTOR', 'patients:break-glass'), ('DOCTOR', 'security:manage'),
  ('MANAGER', 'patients:break-glass'), ('RECEPTIONIST', 'patients:break-glass'), ('NURSE', 'patients:break-glass')
) as added (role, permission)`;

// The update itself changes nothing; its trigger computes the permissions anew. Every tenant has data keys.
const settle = `
do $$
declare s record;
begin
  for s in select distinct k.scope from platform.data_keys k where k.scope <> '00000000-0000-0000-0000-000000000000' loop
    perform platform.set_context(s.scope, '00000000-0000-0000-0000-000000000000');
    update clinic.chamber_assignments set role = role where tenant_id = s.scope;
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;`;

const answer = 'table (session_id uuid, user_id uuid, member_id uuid, profile bytea, is_owner boolean, roles text, permissions text)';

const held = `
    select string_agg(distinct a.role, ' ' order by a.role) as roles,
      string_agg(array_to_string(a.permissions, ' '), ' ') as permissions
    from clinic.chamber_assignments a
    where a.tenant_id = p_tenant and a.member_id = m.id
      and a.valid_from <= now() and (a.valid_to is null or a.valid_to > now())
      and (p_chamber is null or a.chamber_id = p_chamber)`;

/**
 * How a session's identity was proven and when; devices that people signed in on; which roles need a second factor; and
 * the door \`platform.enter\` that demands all this, and opens further in an emergency.
 */
export class ProofOfIdentity1795000040000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table auth.users alter column password_hash drop not null;
comment on column auth.users.password_hash is 'Argon2id in PHC string format; null for who has none and signs in otherwise.';

create table auth.devices (
  user_id uuid not null references auth.users (id),
  secret_hash bytea not null,
  id uuid not null constraint devices__id unique,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  constraint devices__pkey primary key (user_id, secret_hash)
);
create index devices__secret_hash on auth.devices (secret_hash);
comment on table auth.devices is 'A browser or an app in which a person has signed in before. Several people may share one.';
comment on column auth.devices.user_id is 'Who signed in there.';
comment on column auth.devices.id is 'UUIDv7.';
comment on column auth.devices.first_seen_at is 'When the person first signed in there.';
comment on column auth.devices.last_seen_at is 'When the person last signed in there.';
comment on column auth.devices.secret_hash is 'SHA-256 of the secret that the device keeps.';

alter table auth.sessions
  add column device_id uuid constraint sessions__device references auth.devices (id),
  add column method text not null default 'PASSWORD' constraint sessions__method check (method in ('PASSWORD', 'PASSKEY', 'GOOGLE')),
  add column authenticated_at timestamptz not null default now(),
  add column second_factor_at timestamptz,
  drop constraint sessions__end_reason,
  add constraint sessions__end_reason check (end_reason in
    ('SIGNED_OUT', 'ENDED_BY_USER', 'SIGNED_OUT_EVERYWHERE', 'DEACTIVATED', 'REFRESH_REUSED', 'ENDED_BY_PRACTICE', 'PASSWORD_CHANGED', 'FACTORS_RESET'));
update auth.sessions set authenticated_at = created_at;
create index sessions__by_tenant on auth.sessions (tenant_id, member_id) where ended_at is null;
comment on column auth.sessions.device_id is 'The device in which the person signed in; null for sessions begun before devices were known.';
comment on column auth.sessions.method is 'How the person signed in.';
comment on column auth.sessions.authenticated_at is 'When the person last proved who they are in this session.';
comment on column auth.sessions.second_factor_at is 'When a second factor was last proven in this session; null when none was.';

alter table clinic.tenants add column second_factor_roles text[] not null default '{}'
  constraint tenants__second_factor_roles check (second_factor_roles <@ array['OWNER', 'DOCTOR', 'MANAGER', 'RECEPTIONIST', 'NURSE', 'ASSISTANT']);
comment on column clinic.tenants.second_factor_roles is 'Whoever has one of these roles, or owns the practice, can do nothing without a second factor but set one up.';
grant update (second_factor_roles) on clinic.tenants to sinduk_app;

alter table clinic.members
  add column second_factor_required boolean not null default false,
  add column emergency_until timestamptz;
comment on column clinic.members.second_factor_required is 'Whether one of the member''s roles needs a second factor; kept by triggers, no runtime role can write it.';
comment on column clinic.members.emergency_until is 'Until when the member has emergency access; no runtime role can write it.';

create function clinic.needs_second_factor(m clinic.members) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select (m.is_owner and 'OWNER' = any (t.second_factor_roles)) or exists (
      select from clinic.chamber_assignments a
      where a.tenant_id = m.tenant_id and a.member_id = m.id and a.role = any (t.second_factor_roles)
        and (a.valid_to is null or a.valid_to > now()))
    from clinic.tenants t where t.id = m.tenant_id;
  end;

create function clinic.settle_second_factors(p_tenant uuid, p_member uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update clinic.members m set second_factor_required = not m.second_factor_required
  where m.tenant_id = p_tenant and (p_member is null or m.id = p_member)
    and m.second_factor_required is distinct from clinic.needs_second_factor(m);
end $$;

create function clinic.settle_second_factors_of_tenant() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform clinic.settle_second_factors(new.id, null);
  return null;
end $$;
create trigger settle_second_factors after update of second_factor_roles on clinic.tenants
  for each row execute function clinic.settle_second_factors_of_tenant();

create function clinic.settle_second_factors_of_member() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    perform clinic.settle_second_factors(old.tenant_id, old.member_id);
  else
    perform clinic.settle_second_factors(new.tenant_id, new.member_id);
  end if;
  return null;
end $$;
create trigger settle_second_factors after insert or delete or update of role, valid_to on clinic.chamber_assignments
  for each row execute function clinic.settle_second_factors_of_member();

create function clinic.settle_second_factors_of_owner() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform clinic.settle_second_factors(new.tenant_id, new.id);
  return null;
end $$;
create trigger settle_second_factors after update of is_owner on clinic.members
  for each row when (old.is_owner <> new.is_owner) execute function clinic.settle_second_factors_of_owner();

create function clinic.end_sessions(p_member uuid) returns setof uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
    update auth.sessions s set ended_at = clock_timestamp(), end_reason = 'ENDED_BY_PRACTICE'
    where s.tenant_id = platform.current_tenant() and s.member_id = p_member and s.ended_at is null
    returning s.id;
end $$;
comment on function clinic.end_sessions(uuid) is 'Ends the sessions in which a member works in the practice that was entered; gives their ids.';

drop function platform.enter(bytea, uuid, uuid, text);
create function platform.enter(p_secret bytea, p_tenant uuid, p_chamber uuid, p_permission text, p_fresh boolean default false)
  returns ${answer}
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  proven_at timestamptz;
  lacks_factor boolean;
  factor_required boolean;
  in_emergency boolean;
  fault text;
begin
  select s.id, s.user_id, s.member_id, s.authenticated_at, s.second_factor_at is null
  into session_id, user_id, member_id, proven_at, lacks_factor from auth.sessions s
  where s.secret_hash = sha256(p_secret) and s.tenant_id = p_tenant
    and s.ended_at is null and s.idle_expires_at > now() and s.absolute_expires_at > now();
  if not found then
    raise exception using errcode = 'SK001', message = 'the session is not live';
  end if;
  perform platform.set_context(p_tenant, member_id);
  select m.profile, m.is_owner, held.roles, held.permissions, m.second_factor_required, m.emergency_until > now()
  into profile, is_owner, roles, permissions, factor_required, in_emergency
  from clinic.members m cross join lateral (${held}) held
  where m.tenant_id = p_tenant and m.id = enter.member_id and m.user_id = enter.user_id and m.status = 'ACTIVE';
  if not found then
    raise exception using errcode = 'SK001', message = 'the session is not live';
  end if;
  if in_emergency then
    roles := concat_ws(' ', 'EMERGENCY', roles);
    permissions := concat_ws(' ', permissions, 'patients:read patients:read-clinical appointments:read prescriptions:read');
  end if;
  if is_owner then
    roles := concat_ws(' ', 'OWNER', roles);
  end if;
  if factor_required and lacks_factor and p_permission is distinct from 'self:enrol' then
    fault := 'SK004';
  elsif not is_owner and p_permission <> 'self:enrol'
        and position(' ' || p_permission || ' ' in ' ' || coalesce(permissions, '') || ' ') = 0 then
    fault := 'SK003';
  -- Nor is a proof believed that lies ahead: the clock was set back since.
  elsif p_fresh and (proven_at <= now() - interval '5 minutes' or proven_at > now() + interval '1 minute') then
    fault := 'SK005';
  end if;
  if fault is not null then
    raise exception using errcode = fault, message = 'the member may not do this now',
      detail = jsonb_build_object('sessionId', session_id, 'memberId', member_id, 'roles', coalesce(roles, ''),
                                  'profile', encode(profile, 'base64'))::text;
  end if;
  return next;
end $$;
comment on function platform.enter(bytea, uuid, uuid, text, boolean) is
  'Enters a tenant for this transaction. Takes the secret of a live session that works in that tenant. Raises SK001 when the session, the member or the membership is not alive; SK004 when the member needs a second factor that the session lacks, except for self:enrol; SK003 when the permission is not held (in the given chamber, or else in any); SK005 when a fresh proof of identity is demanded and the last one is older than five minutes.';

grant execute on function platform.enter(bytea, uuid, uuid, text, boolean) to sinduk_app;
grant execute on function clinic.end_sessions(uuid) to sinduk_app;
grant select, insert, update on auth.devices to sinduk_auth;

insert into platform.role_permissions (role, permission) select role, permission from ${added};
${settle}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
delete from platform.role_permissions p using ${added} where p.role = added.role and p.permission = added.permission;
${settle}
drop function platform.enter(bytea, uuid, uuid, text, boolean);
create function platform.enter(p_secret bytea, p_tenant uuid, p_chamber uuid, p_permission text)
  returns ${answer}
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  select s.id, s.user_id, s.member_id into session_id, user_id, member_id from auth.sessions s
  where s.secret_hash = sha256(p_secret) and s.tenant_id = p_tenant
    and s.ended_at is null and s.idle_expires_at > now() and s.absolute_expires_at > now();
  if not found then
    raise exception using errcode = 'SK001', message = 'the session is not live';
  end if;
  perform platform.set_context(p_tenant, member_id);
  select m.profile, m.is_owner, held.roles, held.permissions into profile, is_owner, roles, permissions
  from clinic.members m cross join lateral (${held}) held
  where m.tenant_id = p_tenant and m.id = enter.member_id and m.user_id = enter.user_id and m.status = 'ACTIVE';
  if not found then
    raise exception using errcode = 'SK001', message = 'the session is not live';
  end if;
  if is_owner then
    roles := concat_ws(' ', 'OWNER', roles);
  elsif p_permission is not null
        and position(' ' || p_permission || ' ' in ' ' || coalesce(permissions, '') || ' ') = 0 then
    raise exception using errcode = 'SK003', message = 'the permission is not held',
      detail = jsonb_build_object('sessionId', session_id, 'memberId', member_id, 'roles', coalesce(roles, ''),
                                  'profile', encode(profile, 'base64'))::text;
  end if;
  return next;
end $$;
grant execute on function platform.enter(bytea, uuid, uuid, text) to sinduk_app;

drop function clinic.end_sessions(uuid);
drop trigger settle_second_factors on clinic.members;
drop trigger settle_second_factors on clinic.chamber_assignments;
drop trigger settle_second_factors on clinic.tenants;
drop function clinic.settle_second_factors_of_owner(); drop function clinic.settle_second_factors_of_member();
drop function clinic.settle_second_factors_of_tenant(); drop function clinic.settle_second_factors(uuid, uuid);
drop function clinic.needs_second_factor(clinic.members);
alter table clinic.members drop column second_factor_required, drop column emergency_until;
alter table clinic.tenants drop column second_factor_roles;
update auth.sessions set end_reason = 'ENDED_BY_USER' where end_reason in ('ENDED_BY_PRACTICE', 'PASSWORD_CHANGED', 'FACTORS_RESET');
drop index auth.sessions__by_tenant;
alter table auth.sessions
  drop column device_id, drop column method, drop column authenticated_at, drop column second_factor_at,
  drop constraint sessions__end_reason,
  add constraint sessions__end_reason check (end_reason in
    ('SIGNED_OUT', 'ENDED_BY_USER', 'SIGNED_OUT_EVERYWHERE', 'DEACTIVATED', 'REFRESH_REUSED'));
drop table auth.devices;
alter table auth.users alter column password_hash set not null;
`);
  }
}
