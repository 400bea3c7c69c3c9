import type { MigrationInterface, QueryRunner } from 'typeorm';

const guardMember = (comesBack: string): string => `
create or replace function clinic.guard_member() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
${comesBack}
  if old.is_owner and old.status = 'ACTIVE' and not (new.is_owner and new.status = 'ACTIVE') then
    -- Two owners who leave at the same moment must not both find the other one still there.
    perform from clinic.tenants t where t.id = old.tenant_id for no key update;
    if not exists (select from clinic.members m where m.tenant_id = old.tenant_id
                   and m.id <> old.id and m.is_owner and m.status = 'ACTIVE') then
      raise exception using errcode = 'SK010', message = 'the last owner stays';
    end if;
  end if;
  if new.status = 'DEACTIVATED' and old.status <> 'DEACTIVATED' then
    new.emergency_until := null;
    update auth.sessions s set ended_at = clock_timestamp(), end_reason = 'DEACTIVATED'
    where s.user_id = old.user_id and s.tenant_id = old.tenant_id and s.ended_at is null;
    delete from auth.memberships m where m.user_id = old.user_id and m.tenant_id = old.tenant_id;
    delete from auth.invitations i where i.tenant_id = old.tenant_id and i.member_id = old.id;
  end if;
  return new;
end $$;`;

const invited = `
  if old.status = 'DEACTIVATED' and (new.status, new.is_owner, new.user_id) is distinct from ('INVITED', false, old.user_id)
     and (new.status, new.is_owner, new.user_id) is distinct from (old.status, old.is_owner, old.user_id) then
    raise exception using errcode = 'SK013', message = 'who was deactivated is invited again, with the account they had, or stays away';
  end if;
  if old.status = 'INVITED' and new.status = 'ACTIVE' and not exists (
      select from auth.invitations i where i.tenant_id = old.tenant_id and i.member_id = old.id and i.used_at is not null) then
    raise exception using errcode = 'SK013', message = 'nobody is a member without having said so';
  end if;`;

const putBack = `
  if old.status = 'DEACTIVATED' and (new.status, new.is_owner, new.user_id) is distinct from (old.status, old.is_owner, old.user_id) then
    -- Only as they were, but no owner: with the account they had, or to be invited again if they never joined.
    if (new.status, new.is_owner) is distinct from (case when old.user_id is null then 'INVITED' else 'ACTIVE' end, false)
       or new.user_id is distinct from old.user_id then
      raise exception using errcode = 'SK013', message = 'who was deactivated comes back as they were, or not at all';
    end if;
    if old.user_id is not null then
      insert into auth.memberships (user_id, tenant_id) values (old.user_id, old.tenant_id);
    end if;
  end if;`;

const acceptInvitation = (whose: string): string => `
create or replace function auth.accept_invitation(p_code_hash bytea, p_user uuid) returns table (tenant_id uuid, member_id uuid)
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
  where m.tenant_id = i.tenant_id and m.id = i.member_id and m.status = 'INVITED'${whose};
  if not found then
    raise exception using errcode = 'SK012', message = 'the invitation is not valid';
  end if;
  insert into auth.memberships (user_id, tenant_id) values (p_user, i.tenant_id);
  return query select i.tenant_id, i.member_id;
end $$;`;

const practicesOf = (order: string): string => `
create or replace function auth.practices_of(p_user uuid)
  returns table (tenant_id uuid, name text, country text, member_id uuid, is_owner boolean, roles text)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record;
begin
  for m in select s.tenant_id from auth.memberships s where s.user_id = p_user order by ${order} loop
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
end $$;`;

const invite = (limit: string): string => `
create or replace function clinic.invite(p_member uuid, p_code_hash bytea, p_email_token bytea, p_expires_at timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
${limit === '' ? '' : `declare
  tenant uuid := platform.current_tenant();
  free_at timestamptz;
`}begin
  if not exists (select from clinic.members m where m.tenant_id = platform.current_tenant()
                 and m.id = p_member and m.status = 'INVITED') then
    raise exception using errcode = 'SK012', message = 'not an invited member of this practice';
  end if;
${limit}  insert into auth.invitations (code_hash, tenant_id, member_id, email_token, expires_at)
  values (p_code_hash, platform.current_tenant(), p_member, p_email_token, p_expires_at)
  on conflict on constraint invitations__member do update
    set code_hash = excluded.code_hash, email_token = excluded.email_token,
        expires_at = excluded.expires_at, created_at = now(), used_at = null;
end $$;`;

// One practice has less for an address than all together, so that none can keep another one from inviting somebody.
const limit = `  -- One after the other: many at once must not slip through between the counting and the noting.
  perform pg_advisory_xact_lock(hashtextextended(tenant::text, 5300)), pg_advisory_xact_lock(hashtextextended(encode(p_email_token, 'hex'), 5301));
  delete from auth.invitation_mails m where m.tenant_id = tenant and m.queued_at <= now() - interval '24 hours';
  free_at := greatest(
    (select m.queued_at + interval '15 minutes' from auth.invitation_mails m where m.tenant_id = tenant and m.email_token = p_email_token order by m.queued_at desc limit 1),
    (select m.queued_at + interval '24 hours' from auth.invitation_mails m where m.tenant_id = tenant and m.email_token = p_email_token order by m.queued_at desc limit 1 offset 2),
    (select m.queued_at + interval '24 hours' from auth.invitation_mails m where m.email_token = p_email_token order by m.queued_at desc limit 1 offset 5),
    (select m.queued_at + interval '24 hours' from auth.invitation_mails m where m.tenant_id = tenant order by m.queued_at desc limit 1 offset 99));
  if free_at > now() then
    raise exception using errcode = 'SK053', message = 'too many invitations of late', detail = ceil(extract(epoch from free_at - now()))::text;
  end if;
  insert into auth.invitation_mails (tenant_id, email_token, queued_at) values (tenant, p_email_token, now());
`;

const beginEmergency = (sessionsEnded: string): string => `
create or replace function clinic.begin_emergency(p_id uuid, p_session uuid, p_minutes integer, p_reason bytea) returns setof clinic.emergency_accesses
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  tenant uuid := platform.current_tenant();
  member uuid := platform.current_member();
begin
  -- The member first: who opens two at once opens one, and the other call waits here and finds it.
  perform from clinic.members m where m.tenant_id = tenant and m.id = member for no key update;
  return query select a.* from clinic.emergency_accesses a
    where a.tenant_id = tenant and a.member_id = member and a.ended_at is null and a.ends_at > now() order by a.id desc limit 1;
  if found then
    return;
  end if;
  if exists (select from clinic.emergency_accesses a
      where a.tenant_id = tenant and a.member_id = member and a.ended_by <> member and a.ended_at > now() - interval '15 minutes')${sessionsEnded} then
    raise exception using errcode = 'SK050', message = 'somebody else has just ended the emergency access of this member';
  end if;
  if (select count(*) from clinic.emergency_accesses a
      where a.tenant_id = tenant and a.member_id = member and a.started_at > now() - interval '24 hours') >= 5 then
    raise exception using errcode = 'SK051', message = 'the member has opened emergency access five times in 24 hours';
  end if;
  update clinic.members m set emergency_until = now() + make_interval(mins => p_minutes) where m.tenant_id = tenant and m.id = member;
  return query
    insert into clinic.emergency_accesses (tenant_id, id, member_id, session_id, reason, started_at, ends_at)
    values (tenant, p_id, member, p_session, p_reason, now(), now() + make_interval(mins => p_minutes)) returning *;
end $$;`;

/**
 * Nobody is flooded with invitations, nor put back into a practice that they left: whoever left is invited again, and
 * comes back with the account they had once they say so. Whose sessions the practice ended waits with emergency access.
 */
export class InvitationLimits1795000053000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table auth.invitation_mails (
  tenant_id uuid not null,
  email_token bytea not null,
  queued_at timestamptz not null
);
create index invitation_mails__by_tenant on auth.invitation_mails (tenant_id, queued_at);
create index invitation_mails__by_address on auth.invitation_mails (email_token, queued_at);
comment on table auth.invitation_mails is 'Which practice invited which address by mail in the last 24 hours: a practice may send so many in a day, and an address get so many. No runtime role sees it.';
comment on column auth.invitation_mails.tenant_id is 'The practice.';
comment on column auth.invitation_mails.email_token is 'Keyed hash of the address, the same whichever practice invites.';
comment on column auth.invitation_mails.queued_at is 'When the mail was queued.';
${invite(limit)}
comment on function clinic.invite(uuid, bytea, bytea, timestamptz) is 'Gives an invited member a new joining code; an earlier one is void. Raises SK053, with the seconds to wait as its detail, within 15 minutes of the last mail of the practice to the address, and after 3 in 24 hours; after 6 of all practices to the address, and 100 of the practice to anybody.';

alter table auth.memberships add column joined_at timestamptz not null default now();
comment on column auth.memberships.joined_at is 'When the person joined; the practice where they have been longest comes first. For those from before this was kept, when that began.';
${practicesOf('s.joined_at, s.tenant_id')}
comment on function auth.practices_of(uuid) is 'The practices in which a user is an active member, the one they joined first before the others.';

-- Looks at every row, whatever practice it is of.
alter table clinic.members drop constraint members__joined,
  add constraint members__joined check (status <> 'ACTIVE' or user_id is not null);
comment on column clinic.members.user_id is 'The person’s account; null until they join. Who left and is invited again keeps the one they had.';
${guardMember(invited)}
${acceptInvitation(' and (m.user_id is null or m.user_id = p_user)')}
${beginEmergency(`
     or exists (select from auth.sessions s
      where s.tenant_id = tenant and s.member_id = member and s.end_reason = 'ENDED_BY_PRACTICE' and s.ended_at > now() - interval '15 minutes')`)}
comment on function clinic.begin_emergency(uuid, uuid, integer, bytea) is 'Opens emergency access for the member who entered, for an hour at most; gives the one that is open, if there is one. Raises SK050 within 15 minutes of somebody else ending it or the member''s sessions, SK051 after five in 24 hours.';
create index sessions__ended_by_practice on auth.sessions (tenant_id, member_id) where end_reason = 'ENDED_BY_PRACTICE';
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop index auth.sessions__ended_by_practice;
${beginEmergency('')}
comment on function clinic.begin_emergency(uuid, uuid, integer, bytea) is 'Opens emergency access for the member who entered, for an hour at most; gives the one that is open, if there is one. Raises SK050 within 15 minutes of somebody else ending it, SK051 after five in 24 hours.';
do $$
declare s record;
begin
  for s in select distinct k.scope from platform.data_keys k where k.scope <> '00000000-0000-0000-0000-000000000000' loop
    perform platform.set_context(s.scope, '00000000-0000-0000-0000-000000000000');
    update clinic.members m set status = 'DEACTIVATED', deactivated_at = now() where m.tenant_id = s.scope and m.status = 'INVITED' and m.user_id is not null;
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;
${acceptInvitation('')}
${guardMember(putBack)}
comment on column clinic.members.user_id is 'The person’s account; null until they join.';
alter table clinic.members drop constraint members__joined,
  add constraint members__joined check ((status = 'INVITED') = (user_id is null) or status = 'DEACTIVATED');
${practicesOf('s.tenant_id')}
comment on function auth.practices_of(uuid) is 'The practices in which a user is an active member.';
alter table auth.memberships drop column joined_at;
${invite('')}
comment on function clinic.invite(uuid, bytea, bytea, timestamptz) is 'Gives an invited member a new joining code; an earlier one is void.';
drop table auth.invitation_mails;
`);
  }
}
