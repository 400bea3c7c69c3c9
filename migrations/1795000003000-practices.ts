import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Practices, chambers, members, assignments, roles and permissions; and the door `platform.enter`. */
export class Practices1795000003000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.tenants (
  id uuid constraint tenants__pkey primary key,
  name text not null constraint tenants__name check (length(name) between 1 and 200),
  country text not null constraint tenants__country check (country in ('BD', 'AE')),
  currency text not null constraint tenants__currency check (currency in ('BDT', 'AED')),
  jurisdiction text not null constraint tenants__jurisdiction check (jurisdiction in ('BD', 'AE')),
  status text not null default 'TRIAL' constraint tenants__status check (status in
    ('TRIAL', 'ACTIVE', 'PAST_DUE', 'CANCELLED', 'PURGED')),
  trial_ends_at timestamptz not null,
  created_at timestamptz not null default now(),
  version integer not null default 1
);
comment on table clinic.tenants is 'A practice: one doctor-owner or more, several chambers, a staff.';

create table clinic.chambers (
  tenant_id uuid not null,
  id uuid not null,
  name text not null constraint chambers__name_length check (length(name) between 1 and 200),
  time_zone text not null,
  locale text not null constraint chambers__locale check (locale in ('bn-BD', 'en-BD', 'en-AE', 'ar-AE')),
  address text not null default '',
  receipt_prefix text not null constraint chambers__receipt_prefix_format check (receipt_prefix ~ '^[A-Z0-9]{1,8}$'),
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  constraint chambers__pkey primary key (tenant_id, id),
  constraint chambers__tenant foreign key (tenant_id) references clinic.tenants (id),
  constraint chambers__receipt_prefix unique (tenant_id, receipt_prefix)
);
comment on table clinic.chambers is 'A place where doctors of the practice see patients.';

create table clinic.members (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid,
  email_token bytea not null,
  profile bytea not null,
  is_owner boolean not null default false,
  status text not null default 'INVITED' constraint members__status check (status in ('INVITED', 'ACTIVE', 'DEACTIVATED')),
  deactivated_at timestamptz,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  constraint members__pkey primary key (tenant_id, id),
  constraint members__tenant foreign key (tenant_id) references clinic.tenants (id),
  constraint members__joined check ((status = 'INVITED') = (user_id is null) or status = 'DEACTIVATED'),
  constraint members__deactivated check ((status = 'DEACTIVATED') = (deactivated_at is not null))
);
-- Somebody who left may be hired again, as a new member: what the former one did stays theirs.
create unique index members__user on clinic.members (tenant_id, user_id) where status <> 'DEACTIVATED';
create unique index members__email on clinic.members (tenant_id, email_token) where status <> 'DEACTIVATED';
comment on table clinic.members is 'A person''s place in one practice.';
comment on column clinic.members.profile is 'Sealed JSON: names, e-mail address and licence number.';

create table clinic.chamber_assignments (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  chamber_id uuid not null,
  role text not null constraint chamber_assignments__role check (role in
    ('DOCTOR', 'MANAGER', 'RECEPTIONIST', 'NURSE', 'ASSISTANT')),
  valid_from timestamptz not null,
  valid_to timestamptz,
  permissions text[] not null default '{}',
  created_at timestamptz not null default now(),
  constraint chamber_assignments__pkey primary key (tenant_id, id),
  constraint chamber_assignments__tenant foreign key (tenant_id) references clinic.tenants (id),
  constraint chamber_assignments__member foreign key (tenant_id, member_id) references clinic.members (tenant_id, id),
  constraint chamber_assignments__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint chamber_assignments__member_chamber unique (tenant_id, member_id, chamber_id),
  constraint chamber_assignments__period check (valid_to is null or valid_to > valid_from)
);
create index chamber_assignments__by_chamber on clinic.chamber_assignments (tenant_id, chamber_id);
comment on table clinic.chamber_assignments is 'The role that a member has in one chamber, from and to an instant.';
comment on column clinic.chamber_assignments.permissions is 'Effective permissions, kept by triggers; no runtime role can write them.';

create table clinic.permission_overrides (
  tenant_id uuid not null,
  id uuid not null,
  role text constraint permission_overrides__role check (role in
    ('DOCTOR', 'MANAGER', 'RECEPTIONIST', 'NURSE', 'ASSISTANT')),
  chamber_id uuid,
  member_id uuid,
  permission text not null,
  effect text not null constraint permission_overrides__effect check (effect in ('GRANT', 'DENY')),
  created_at timestamptz not null default now(),
  constraint permission_overrides__pkey primary key (tenant_id, id),
  constraint permission_overrides__tenant foreign key (tenant_id) references clinic.tenants (id),
  constraint permission_overrides__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint permission_overrides__member foreign key (tenant_id, member_id) references clinic.members (tenant_id, id),
  constraint permission_overrides__subject check ((role is null) <> (member_id is null)),
  constraint permission_overrides__one unique nulls not distinct (tenant_id, role, chamber_id, member_id, permission)
);
comment on table clinic.permission_overrides is 'A grant or denial for a role in the practice, a role in a chamber, or a person (everywhere or in a chamber).';

create table platform.role_permissions (
  role text not null,
  permission text not null,
  constraint role_permissions__pkey primary key (role, permission)
);
comment on table platform.role_permissions is 'What each role may do when nobody changed anything. DOCTOR holds every permission there is.';

insert into platform.role_permissions (role, permission)
select role, unnest(string_to_array(permissions, ' ')) from (values
  ('DOCTOR', 'patients:read patients:read-clinical patients:register patients:edit patients:edit-clinical patients:archive appointments:read appointments:manage prescriptions:read prescriptions:write finances:read finances:manage payments:take chambers:manage members:manage roles:manage practice:manage audit:read'),
  ('MANAGER', 'patients:read patients:read-clinical patients:register patients:edit patients:edit-clinical patients:archive appointments:read appointments:manage prescriptions:read finances:read finances:manage payments:take chambers:manage members:manage'),
  ('RECEPTIONIST', 'patients:read patients:register patients:edit appointments:read appointments:manage'),
  ('NURSE', 'patients:read patients:read-clinical patients:edit-clinical appointments:read prescriptions:read')
) as defaults (role, permissions);

create function platform.default_permissions(p_role text) returns text[]
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select coalesce(array_agg(d.permission order by d.permission), '{}') from platform.role_permissions d where d.role = p_role;
  end;
comment on function platform.default_permissions(text) is 'What a role may do when nobody changed anything.';

call platform.secure_tenant_table('clinic.tenants', 'id');
call platform.secure_tenant_table('clinic.chambers');
call platform.secure_tenant_table('clinic.members');
call platform.secure_tenant_table('clinic.chamber_assignments');
call platform.secure_tenant_table('clinic.permission_overrides');

grant select, update (name, version) on clinic.tenants to sinduk_app;
grant select, insert on clinic.chambers to sinduk_app;
grant update (name, time_zone, locale, address, archived_at, version) on clinic.chambers to sinduk_app;
grant select on clinic.members to sinduk_app;
grant insert (tenant_id, id, email_token, profile) on clinic.members to sinduk_app;
grant update (profile, is_owner, status, deactivated_at, version) on clinic.members to sinduk_app;
grant select, delete on clinic.chamber_assignments to sinduk_app;
grant insert (tenant_id, id, member_id, chamber_id, role, valid_from, valid_to),
      update (role, valid_from, valid_to) on clinic.chamber_assignments to sinduk_app;
grant select, insert, delete on clinic.permission_overrides to sinduk_app;

create function clinic.effective_permissions(p_tenant uuid, p_member uuid, p_chamber uuid, p_role text) returns text[]
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    with overrides as (
      select o.permission, o.effect from clinic.permission_overrides o
      where o.tenant_id = p_tenant
        and (o.chamber_id is null or o.chamber_id = p_chamber)
        and (o.role = p_role or o.member_id = p_member)
    )
    select coalesce(array_agg(held.permission order by held.permission), '{}')
    from (
      select d.permission from platform.role_permissions d where d.role = p_role
      union select o.permission from overrides o where o.effect = 'GRANT'
      except select o.permission from overrides o where o.effect = 'DENY'
    ) as held;
  end;
comment on function clinic.effective_permissions(uuid, uuid, uuid, text) is
  'The role''s defaults, with the grants and without the denials made for the role or the member, in the practice or the chamber; a denial on any level wins. Without a member: what the role gives; without a chamber: what it gives everywhere.';

create function clinic.settle_assignment() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Assignments and overrides change one after the other, or each would be computed without the other.
  perform from clinic.tenants t where t.id = new.tenant_id for no key update;
  new.permissions := clinic.effective_permissions(new.tenant_id, new.member_id, new.chamber_id, new.role);
  -- Whoever handed a joining code out vouched for the rights of that day: it must not open greater ones.
  if tg_op = 'INSERT' or not new.permissions <@ old.permissions then
    delete from auth.invitations i where i.tenant_id = new.tenant_id and i.member_id = new.member_id and i.used_at is null;
  end if;
  return new;
end $$;
create trigger settle before insert or update on clinic.chamber_assignments
  for each row execute function clinic.settle_assignment();

create function clinic.settle_overrides() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare o clinic.permission_overrides := case when tg_op = 'DELETE' then old else new end;
begin
  if tg_op = 'INSERT' and not o.permission = any (platform.default_permissions('DOCTOR')) then
    raise exception using errcode = 'SK011', message = 'unknown permission';
  end if;
  perform from clinic.tenants t where t.id = o.tenant_id for no key update;
  -- The update itself changes nothing; its trigger computes the permissions anew.
  update clinic.chamber_assignments a set role = a.role
  where a.tenant_id = o.tenant_id
    and (o.chamber_id is null or a.chamber_id = o.chamber_id)
    and (a.role = o.role or a.member_id = o.member_id);
  return null;
end $$;
create trigger settle after insert or delete on clinic.permission_overrides
  for each row execute function clinic.settle_overrides();

create function clinic.guard_member() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if old.status = 'DEACTIVATED' and (new.status, new.is_owner, new.user_id) is distinct from (old.status, old.is_owner, old.user_id) then
    raise exception using errcode = 'SK013', message = 'who was deactivated stays so';
  end if;
  if old.is_owner and old.status = 'ACTIVE' and not (new.is_owner and new.status = 'ACTIVE') then
    -- Two owners who leave at the same moment must not both find the other one still there.
    perform from clinic.tenants t where t.id = old.tenant_id for no key update;
    if not exists (select from clinic.members m where m.tenant_id = old.tenant_id
                   and m.id <> old.id and m.is_owner and m.status = 'ACTIVE') then
      raise exception using errcode = 'SK010', message = 'the last owner stays';
    end if;
  end if;
  if new.status = 'DEACTIVATED' and old.status <> 'DEACTIVATED' then
    update auth.sessions s set ended_at = clock_timestamp(), end_reason = 'DEACTIVATED'
    where s.user_id = old.user_id and s.tenant_id = old.tenant_id and s.ended_at is null;
    delete from auth.memberships m where m.user_id = old.user_id and m.tenant_id = old.tenant_id;
    delete from auth.invitations i where i.tenant_id = old.tenant_id and i.member_id = old.id;
  end if;
  return new;
end $$;
create trigger guard before update on clinic.members for each row execute function clinic.guard_member();

create function clinic.invite(p_member uuid, p_code_hash bytea, p_email_token bytea, p_expires_at timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from clinic.members m where m.tenant_id = platform.current_tenant()
                 and m.id = p_member and m.status = 'INVITED') then
    raise exception using errcode = 'SK012', message = 'not an invited member of this practice';
  end if;
  insert into auth.invitations (code_hash, tenant_id, member_id, email_token, expires_at)
  values (p_code_hash, platform.current_tenant(), p_member, p_email_token, p_expires_at)
  on conflict on constraint invitations__member do update
    set code_hash = excluded.code_hash, email_token = excluded.email_token,
        expires_at = excluded.expires_at, created_at = now(), used_at = null;
end $$;
comment on function clinic.invite(uuid, bytea, bytea, timestamptz) is 'Gives an invited member a new joining code; an earlier one is void.';

create function auth.accept_invitation(p_code_hash bytea, p_user uuid) returns table (tenant_id uuid, member_id uuid)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare i record;
begin
  update auth.invitations v set used_at = clock_timestamp()
  where v.code_hash = p_code_hash and v.used_at is null and v.expires_at > now()
  returning v.tenant_id, v.member_id into i;
  if not found then
    raise exception using errcode = 'SK012', message = 'the invitation is not valid';
  end if;
  perform platform.set_context(i.tenant_id, i.member_id);
  update clinic.members m set user_id = p_user, status = 'ACTIVE', version = m.version + 1
  where m.tenant_id = i.tenant_id and m.id = i.member_id and m.status = 'INVITED';
  if not found then
    raise exception using errcode = 'SK012', message = 'the invitation is not valid';
  end if;
  insert into auth.memberships (user_id, tenant_id) values (p_user, i.tenant_id);
  return query select i.tenant_id, i.member_id;
end $$;

create function auth.practices_of(p_user uuid)
  returns table (tenant_id uuid, name text, country text, member_id uuid, is_owner boolean, roles text)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record;
begin
  for m in select s.tenant_id from auth.memberships s where s.user_id = p_user order by s.tenant_id loop
    perform platform.set_context(m.tenant_id, '00000000-0000-0000-0000-000000000000');
    return query
      select t.id, t.name, t.country, b.id, b.is_owner,
        (select string_agg(distinct a.role, ' ' order by a.role) from clinic.chamber_assignments a
         where a.tenant_id = t.id and a.member_id = b.id
           and a.valid_from <= now() and (a.valid_to is null or a.valid_to > now()))
      from clinic.tenants t join clinic.members b on b.tenant_id = t.id
      where t.id = m.tenant_id and b.user_id = p_user and b.status = 'ACTIVE';
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;
comment on function auth.practices_of(uuid) is 'The practices in which a user is an active member.';

create function platform.enter(p_secret bytea, p_tenant uuid, p_chamber uuid, p_permission text)
  returns table (session_id uuid, user_id uuid, member_id uuid, profile bytea, is_owner boolean, roles text, permissions text)
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
  from clinic.members m cross join lateral (
    select string_agg(distinct a.role, ' ' order by a.role) as roles,
      string_agg(array_to_string(a.permissions, ' '), ' ') as permissions
    from clinic.chamber_assignments a
    where a.tenant_id = p_tenant and a.member_id = m.id
      and a.valid_from <= now() and (a.valid_to is null or a.valid_to > now())
      and (p_chamber is null or a.chamber_id = p_chamber)) held
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
comment on function platform.enter(bytea, uuid, uuid, text) is
  'Enters a tenant for this transaction. Takes the secret of a live session that works in that tenant. Raises SK001 when the session, the member or the membership is not alive, SK003 when the permission is not held (in the given chamber, or else in any).';

grant execute on function platform.enter(bytea, uuid, uuid, text) to sinduk_app;
grant execute on function platform.default_permissions(text), clinic.effective_permissions(uuid, uuid, uuid, text) to sinduk_app;
grant execute on function clinic.invite(uuid, bytea, bytea, timestamptz) to sinduk_app;
grant execute on function auth.accept_invitation(bytea, uuid), auth.practices_of(uuid) to sinduk_auth;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.enter(bytea, uuid, uuid, text);
drop function auth.practices_of(uuid); drop function auth.accept_invitation(bytea, uuid);
drop function clinic.invite(uuid, bytea, bytea, timestamptz);
drop function clinic.effective_permissions(uuid, uuid, uuid, text); drop function platform.default_permissions(text);
drop table clinic.permission_overrides, clinic.chamber_assignments, clinic.members, clinic.chambers, clinic.tenants;
drop function clinic.guard_member(); drop function clinic.settle_overrides(); drop function clinic.settle_assignment();
drop table platform.role_permissions;
`);
  }
}
