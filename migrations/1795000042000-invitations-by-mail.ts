import type { MigrationInterface, QueryRunner } from 'typeorm';

const guardMember = (departed: string, left: string): string => `
create or replace function clinic.guard_member() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
${departed}
  if old.is_owner and old.status = 'ACTIVE' and not (new.is_owner and new.status = 'ACTIVE') then
    -- Two owners who leave at the same moment must not both find the other one still there.
    perform from clinic.tenants t where t.id = old.tenant_id for no key update;
    if not exists (select from clinic.members m where m.tenant_id = old.tenant_id
                   and m.id <> old.id and m.is_owner and m.status = 'ACTIVE') then
      raise exception using errcode = 'SK010', message = 'the last owner stays';
    end if;
  end if;
  if new.status = 'DEACTIVATED' and old.status <> 'DEACTIVATED' then
${left}    update auth.sessions s set ended_at = clock_timestamp(), end_reason = 'DEACTIVATED'
    where s.user_id = old.user_id and s.tenant_id = old.tenant_id and s.ended_at is null;
    delete from auth.memberships m where m.user_id = old.user_id and m.tenant_id = old.tenant_id;
    delete from auth.invitations i where i.tenant_id = old.tenant_id and i.member_id = old.id;
  end if;
  return new;
end $$;`;

const comesBack = `
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

const staysAway = `
  if old.status = 'DEACTIVATED' and (new.status, new.is_owner, new.user_id) is distinct from (old.status, old.is_owner, old.user_id) then
    raise exception using errcode = 'SK013', message = 'who was deactivated stays so';
  end if;`;

const emergencyEnds = `    new.emergency_until := null;
`;

/** Lets a joining code be taken back, and somebody who left come back as the same member. */
export class InvitationsByMail1795000042000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.revoke_invitation(p_member uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from clinic.members m where m.tenant_id = platform.current_tenant()
                 and m.id = p_member and m.status = 'INVITED') then
    raise exception using errcode = 'SK012', message = 'not an invited member of this practice';
  end if;
  delete from auth.invitations i where i.tenant_id = platform.current_tenant() and i.member_id = p_member;
end $$;
comment on function clinic.revoke_invitation(uuid) is 'Voids the joining code of an invited member, if there is one.';
revoke execute on function clinic.revoke_invitation(uuid) from public;
grant execute on function clinic.revoke_invitation(uuid) to sinduk_app;
comment on table auth.invitations is 'Single-use joining codes, as SHA-256: the codes themselves are in mails only.';
${guardMember(comesBack, emergencyEnds)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${guardMember(staysAway, '')}
comment on table auth.invitations is 'Single-use joining codes, as SHA-256.';
drop function clinic.revoke_invitation(uuid);
`);
  }
}
