import type { MigrationInterface, QueryRunner } from 'typeorm';

// `mostOfAll` is how many mails of all practices an address may have had in 24 hours.
const invite = (mostOfAll: string, told: string): string => `
create or replace function clinic.invite(p_member uuid, p_code_hash bytea, p_email_token bytea, p_expires_at timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  tenant uuid := platform.current_tenant();
  free_at timestamptz;
begin
  if not exists (select from clinic.members m where m.tenant_id = tenant and m.id = p_member and m.status = 'INVITED') then
    raise exception using errcode = 'SK012', message = 'not an invited member of this practice';
  end if;
  -- One after the other: many at once must not slip through between the counting and the noting.
  perform pg_advisory_xact_lock(hashtextextended(tenant::text, 5300)), pg_advisory_xact_lock(hashtextextended(encode(p_email_token, 'hex'), 5301));
  delete from auth.invitation_mails m where m.tenant_id = tenant and m.queued_at <= now() - interval '24 hours';
  free_at := greatest(
    (select m.queued_at + interval '15 minutes' from auth.invitation_mails m where m.tenant_id = tenant and m.email_token = p_email_token order by m.queued_at desc limit 1),
    (select m.queued_at + interval '24 hours' from auth.invitation_mails m where m.tenant_id = tenant and m.email_token = p_email_token order by m.queued_at desc limit 1 offset 2),
    (select m.queued_at + interval '24 hours' from auth.invitation_mails m where m.email_token = p_email_token order by m.queued_at desc limit 1 offset ${mostOfAll} - 1),
    (select m.queued_at + interval '24 hours' from auth.invitation_mails m where m.tenant_id = tenant order by m.queued_at desc limit 1 offset 99));
  if free_at > now() then
    raise exception using errcode = 'SK053', message = 'too many invitations of late', detail = ceil(extract(epoch from free_at - now()))::text;
  end if;
  insert into auth.invitation_mails (tenant_id, email_token, queued_at) values (tenant, p_email_token, now());
  insert into auth.invitations (code_hash, tenant_id, member_id, email_token, expires_at)
  values (p_code_hash, tenant, p_member, p_email_token, p_expires_at)
  on conflict on constraint invitations__member do update
    set code_hash = excluded.code_hash, email_token = excluded.email_token,
        expires_at = excluded.expires_at, created_at = now(), used_at = null;
end $$;
comment on function clinic.invite(uuid, bytea, bytea, timestamptz) is 'Gives an invited member a new joining code; an earlier one is void. Raises SK053, with the seconds to wait as its detail, within 15 minutes of the last mail of the practice to the address, and after 3 in 24 hours; after ${told} of all practices to the address, and 100 of the practice to anybody.';`;

// Whoever has not written to the address of late has room of their own: two practices could otherwise keep a third from inviting somebody, and tell it that they do.
const MORE_FOR_THE_FIRST = `case when exists (
      select from auth.invitation_mails m where m.tenant_id = tenant and m.email_token = p_email_token) then 6 else 20 end`;

/** A practice's first mail to an address is not kept back by those of two or three others. */
export class FirstInvitations1795000054100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(invite(MORE_FOR_THE_FIRST, '6 (its first: 20)'));
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(invite('6', '6'));
  }
}
