import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Emergency access has limits, kept by the database: one at a time, five within 24 hours, and none right after somebody
 * else ended it. Webhooks go in two lanes: however slow they are, the other places of a server are for mails.
 */
export class EmergencyLimits1795000050000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.emergency_accesses add column ended_by uuid;
-- Nothing is there to be looked at yet: the column is new, and a migration has entered no practice.
alter table clinic.emergency_accesses add constraint emergency_accesses__ended_by foreign key (tenant_id, ended_by) references clinic.members (tenant_id, id) not valid;
comment on column clinic.emergency_accesses.ended_by is 'Who ended it before its time; null when nobody did, and before this was kept.';
create index emergency_accesses__of_member on clinic.emergency_accesses (tenant_id, member_id, started_at);

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
      where a.tenant_id = tenant and a.member_id = member and a.ended_by <> member and a.ended_at > now() - interval '15 minutes') then
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
end $$;
comment on function clinic.begin_emergency(uuid, uuid, integer, bytea) is 'Opens emergency access for the member who entered, for an hour at most; gives the one that is open, if there is one. Raises SK050 within 15 minutes of somebody else ending it, SK051 after five in 24 hours.';

create or replace function clinic.end_emergency(p_member uuid) returns setof clinic.emergency_accesses
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update clinic.members m set emergency_until = null where m.tenant_id = platform.current_tenant() and m.id = p_member and m.emergency_until > now();
  return query
    update clinic.emergency_accesses a set ended_at = now(), end_reason = 'ENDED', ended_by = platform.current_member()
    where a.tenant_id = platform.current_tenant() and a.member_id = p_member and a.ended_at is null and a.ends_at > now() returning a.*;
end $$;

create or replace function platform.queue_alert_webhook(p_alert uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Jobs of one lane are done one after the other, on whatever server: two webhooks at once, and those of one practice one by one.
  -- A trial that waits is replaced by the next.
  perform graphile_worker.add_job('callAlertWebhook', json_build_object('tenantId', platform.current_tenant(), 'alertId', p_alert, 'messageId', gen_random_uuid()),
    queue_name => 'webhooks-' || (hashtextextended(platform.current_tenant()::text, 0) & 1), max_attempts => 10, priority => 10,
    job_key => case when p_alert is null then 'trial:' || platform.current_tenant() end);
end $$;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
create or replace function platform.queue_alert_webhook(p_alert uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.add_job('callAlertWebhook', json_build_object('tenantId', platform.current_tenant(), 'alertId', p_alert, 'messageId', gen_random_uuid()), max_attempts => 10);
end $$;

create or replace function clinic.end_emergency(p_member uuid) returns setof clinic.emergency_accesses
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update clinic.members m set emergency_until = null where m.tenant_id = platform.current_tenant() and m.id = p_member and m.emergency_until > now();
  return query
    update clinic.emergency_accesses a set ended_at = now(), end_reason = 'ENDED'
    where a.tenant_id = platform.current_tenant() and a.member_id = p_member and a.ended_at is null and a.ends_at > now() returning a.*;
end $$;

create or replace function clinic.begin_emergency(p_id uuid, p_session uuid, p_minutes integer, p_reason bytea) returns setof clinic.emergency_accesses
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  tenant uuid := platform.current_tenant();
  member uuid := platform.current_member();
begin
  -- The member first: who opens two at once opens one after the other.
  update clinic.members m set emergency_until = now() + make_interval(mins => p_minutes) where m.tenant_id = tenant and m.id = member;
  update clinic.emergency_accesses a set ended_at = now(), end_reason = 'RENEWED'
  where a.tenant_id = tenant and a.member_id = member and a.ended_at is null and a.ends_at > now();
  return query
    insert into clinic.emergency_accesses (tenant_id, id, member_id, session_id, reason, started_at, ends_at)
    values (tenant, p_id, member, p_session, p_reason, now(), now() + make_interval(mins => p_minutes)) returning *;
end $$;
comment on function clinic.begin_emergency(uuid, uuid, integer, bytea) is 'Opens emergency access for the member who entered, for an hour at most; one that was open is over.';

drop index clinic.emergency_accesses__of_member;
alter table clinic.emergency_accesses drop column ended_by;
`);
  }
}
