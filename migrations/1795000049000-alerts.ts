import type { MigrationInterface, QueryRunner } from 'typeorm';

const RULES = [
  'REPEATED_FAILURES', 'REFRESH_REUSED', 'ENDED_ACCESS_USED', 'NEW_DEVICE', 'ODD_HOURS', 'TWO_PLACES', 'IMPOSSIBLE_PACE', 'MASS_READING', 'MASS_LISTING',
  'MASS_EXPORT', 'UNRELATED_PATIENTS', 'REPEATED_DENIALS', 'EMERGENCY_ACCESS',
].map((rule) => `'${rule}'`).join(', ');

/** The stretch of the trail that is looked at: what became visible between two snapshots. No id bounds it, for a clock may be slow, nor a transaction's number alone, for a lower one may commit later. */
const NEW = `e.tx >= pg_snapshot_xmin(p_done) and pg_visible_in_snapshot(e.tx, p_doing) and not pg_visible_in_snapshot(e.tx, p_done)`;

/**
 * Watching over the trail: where the watcher stands in it, what it may see of it, the alerts that it raises, and what each
 * practice has set. The role of background work enters a practice without a session, and sees of it what is granted here.
 */
export class Alerts1795000049000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.alerts (
  tenant_id uuid not null,
  id uuid not null,
  rule text not null constraint alerts__rule check (rule in (${RULES})),
  severity text not null constraint alerts__severity check (severity in ('LOW', 'MEDIUM', 'HIGH')),
  subject text not null,
  stretch text not null,
  count integer not null,
  threshold integer,
  user_id uuid,
  member_id uuid,
  session_id uuid,
  address inet,
  first_entry uuid not null,
  last_entry uuid not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  raised_at timestamptz not null default now(),
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  note bytea,
  version integer not null default 1,
  constraint alerts__pkey primary key (tenant_id, id),
  constraint alerts__once unique (tenant_id, rule, subject, stretch),
  constraint alerts__member foreign key (tenant_id, member_id) references clinic.members (tenant_id, id),
  constraint alerts__acknowledged_by foreign key (tenant_id, acknowledged_by) references clinic.members (tenant_id, id),
  constraint alerts__acknowledged check ((acknowledged_at is null) = (acknowledged_by is null))
);
create index alerts__open on clinic.alerts (tenant_id, id) where acknowledged_at is null;
create index alerts__by_member on clinic.alerts (tenant_id, member_id, id);
comment on table clinic.alerts is 'Something in the trail that somebody should look at: raised once for each rule, subject and stretch of time.';
comment on column clinic.alerts.tenant_id is 'The practice.';
comment on column clinic.alerts.id is 'UUIDv7.';
comment on column clinic.alerts.rule is 'What it is about.';
comment on column clinic.alerts.severity is 'How urgent it is.';
comment on column clinic.alerts.subject is 'Who or what it is about: the id of a person, member or session, or an address.';
comment on column clinic.alerts.stretch is 'The entry, hour, day or night within which one alert is enough.';
comment on column clinic.alerts.count is 'How many there were, when last looked at.';
comment on column clinic.alerts.threshold is 'What the count was held against; null where one event suffices.';
comment on column clinic.alerts.user_id is 'The account concerned.';
comment on column clinic.alerts.member_id is 'The member concerned.';
comment on column clinic.alerts.session_id is 'The session concerned.';
comment on column clinic.alerts.address is 'The internet address concerned.';
comment on column clinic.alerts.first_entry is 'The first entry of the trail that counts.';
comment on column clinic.alerts.last_entry is 'The last one.';
comment on column clinic.alerts.first_at is 'When the first entry was made.';
comment on column clinic.alerts.last_at is 'When the last one was.';
comment on column clinic.alerts.raised_at is 'When it was noticed.';
comment on column clinic.alerts.acknowledged_at is 'When somebody had looked at it; null while it is open.';
comment on column clinic.alerts.acknowledged_by is 'Who had.';
comment on column clinic.alerts.note is 'Sealed JSON: what they noted.';
comment on column clinic.alerts.version is 'Counts the changes.';

create table clinic.alert_settings (
  tenant_id uuid not null constraint alert_settings__pkey primary key,
  id uuid not null,
  rules jsonb not null default '{}',
  open_from smallint not null,
  open_until smallint not null,
  open_days smallint[] not null,
  webhook bytea,
  version integer not null default 1,
  constraint alert_settings__hours check (open_from between 0 and 1439 and open_until > open_from and open_until <= open_from + 1440),
  constraint alert_settings__days check (open_days <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[])
);
comment on table clinic.alert_settings is 'What a practice wants to be alerted of; without a row, the usual.';
comment on column clinic.alert_settings.tenant_id is 'The practice.';
comment on column clinic.alert_settings.id is 'UUIDv7; names the row where its webhook is sealed.';
comment on column clinic.alert_settings.rules is 'By rule, whether it is on and its threshold, where that is not the usual.';
comment on column clinic.alert_settings.open_from is 'When the practice opens, in minutes of the local day.';
comment on column clinic.alert_settings.open_until is 'When it closes, in minutes of the day on which it opened.';
comment on column clinic.alert_settings.open_days is 'On which days of the week it opens; 1 is Monday.';
comment on column clinic.alert_settings.webhook is 'Sealed JSON: the address that alerts are sent to, and the secret by which they are signed.';
comment on column clinic.alert_settings.version is 'Counts the changes.';

create table clinic.member_days (
  tenant_id uuid not null,
  member_id uuid not null,
  day date not null,
  opened integer not null,
  listed integer not null,
  exported integer not null,
  state jsonb,
  constraint member_days__pkey primary key (tenant_id, member_id, day),
  constraint member_days__member foreign key (tenant_id, member_id) references clinic.members (tenant_id, id)
);
comment on table clinic.member_days is 'How much each member read on each day: what is usual for them.';
comment on column clinic.member_days.tenant_id is 'The practice.';
comment on column clinic.member_days.member_id is 'Who.';
comment on column clinic.member_days.day is 'The day where the practice is.';
comment on column clinic.member_days.opened is 'About how many patients they opened one by one.';
comment on column clinic.member_days.listed is 'About how many patients were shown to them at all.';
comment on column clinic.member_days.exported is 'How many patients they exported or printed.';
comment on column clinic.member_days.state is 'While the day lasts: sketches by which patients are counted without being told, the patients of the last minute, and changes of address.';

call platform.secure_tenant_table('clinic.alerts');
call platform.secure_tenant_table('clinic.alert_settings');
call platform.secure_tenant_table('clinic.member_days');
grant select, update (acknowledged_at, acknowledged_by, note, version) on clinic.alerts to sinduk_app;
grant select, insert, update (rules, open_from, open_until, open_days, webhook, version) on clinic.alert_settings to sinduk_app;

create table platform.alert_watch (
  only_row boolean constraint alert_watch__pkey primary key default true constraint alert_watch__only_row check (only_row),
  done pg_snapshot not null,
  doing pg_snapshot,
  after_id uuid
);
comment on table platform.alert_watch is 'How far the trail has been watched.';
comment on column platform.alert_watch.only_row is 'There is one row.';
comment on column platform.alert_watch.done is 'Everything that this snapshot sees has been looked at.';
comment on column platform.alert_watch.doing is 'Up to which snapshot it is being looked at now; null between two looks.';
comment on column platform.alert_watch.after_id is 'Of that stretch, entries up to this id have been looked at.';
insert into platform.alert_watch (done) values (pg_current_snapshot());

-- Between two snapshots one finds what is new by the number of its transaction.
create index entries__tx on audit.entries (tx);

-- Whoever holds the lock watches; the others find nothing to do until that transaction ends. A lock of the row would be written down each second.
create function platform.take_watch() returns table (done pg_snapshot, doing pg_snapshot, after_id uuid)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w platform.alert_watch;
begin
  if not pg_try_advisory_xact_lock(hashtext('platform.take_watch')) then
    return;
  end if;
  select * into strict w from platform.alert_watch;
  -- In a restored database the numbers of transactions begin anew.
  if pg_snapshot_xmax(w.done) > pg_snapshot_xmax(pg_current_snapshot()) then
    w.done := pg_current_snapshot();
    w.doing := null;
  end if;
  return query select w.done, coalesce(w.doing, pg_current_snapshot()), case when w.doing is not null then w.after_id end;
end $$;
comment on function platform.take_watch() is 'The stretch of the trail to look at next; no row while another server looks.';

create function platform.note_watch(p_done pg_snapshot, p_doing pg_snapshot, p_after uuid) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  begin atomic
    update platform.alert_watch w set done = p_done, doing = p_doing, after_id = p_after;
  end;
comment on function platform.note_watch(pg_snapshot, pg_snapshot, uuid) is 'Notes how far the trail has been watched, in the transaction that raised what was found.';

create function audit.facts(p_done pg_snapshot, p_doing pg_snapshot, p_after uuid, p_limit integer)
  returns table (id uuid, at timestamptz, tenant_id uuid, chamber_id uuid, user_id uuid, member_id uuid, session_id uuid, ip text, action text, operation text,
    outcome text, error_code text, patients uuid[], patient_count integer, new_device boolean)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select e.id, e.occurred_at, e.tenant_id, e.chamber_id, e.actor_user_id, e.actor_member_id, e.session_id, host(e.ip), e.action, e.operation,
      e.outcome, e.error_code, n.patients, n.patient_count, n.new_device
    from (
      select e.id, e.occurred_at, e.tenant_id, e.chamber_id, e.actor_user_id, e.actor_member_id, e.session_id, e.ip, e.action, e.operation, e.outcome, e.error_code
      from audit.entries e
      where ${NEW} and e.tenant_id is not null and (p_after is null or e.id > p_after)
        -- In a restored database entries have numbers of transactions yet to come.
        and e.occurred_at > now() - interval '1 day'
      order by e.id limit p_limit) e
    cross join lateral (
      select coalesce((array_agg(distinct r.patient_id) filter (where r.shown))[1:2000], '{}') as patients,
        count(distinct r.patient_id) filter (where r.shown)::integer as patient_count, coalesce(bool_or(r.record_type = 'new-device'), false) as new_device
      from (select s.patient_id, s.record_type, s.patient_id is not null and s.record_type not like 'requested:%' and s.record_type <> 'audit-of-patient' as shown
        from audit.entry_records s where s.tenant_id = e.tenant_id and s.entry_id = e.id) r) n
    order by e.id;
  end;
comment on function audit.facts(pg_snapshot, pg_snapshot, uuid, integer) is 'Entries that became visible between two snapshots, by id, without what is sealed.';

create function audit.refusals(p_tenant uuid, p_user uuid, p_address inet, p_from timestamptz, p_to uuid)
  returns table (count integer, first uuid, last uuid)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_user is not null then
    return query select count(*)::integer, min(e.id::text)::uuid, max(e.id::text)::uuid from audit.entries e
      where e.tenant_id = p_tenant and e.actor_user_id = p_user and e.action = 'SIGNED_IN' and e.outcome in ('DENIED', 'FAILED')
        and e.id >= audit.first_id_at(p_from) and e.id <= p_to;
  else
    return query select count(*)::integer, min(e.id::text)::uuid, max(e.id::text)::uuid from audit.entries e
      where e.tenant_id = p_tenant and e.ip = p_address and e.action = 'SIGNED_IN' and e.outcome in ('DENIED', 'FAILED')
        and e.id >= audit.first_id_at(p_from) and e.id <= p_to;
  end if;
end $$;
comment on function audit.refusals(uuid, uuid, inet, timestamptz, uuid) is 'How often sign-ins were refused to a person, or else at an address.';

create function audit.denials(p_tenant uuid, p_user uuid, p_from timestamptz, p_to uuid)
  returns table (count integer, first uuid, last uuid)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select count(*)::integer, min(e.id::text)::uuid, max(e.id::text)::uuid from audit.entries e
    where e.tenant_id = p_tenant and e.actor_user_id = p_user and e.actor_member_id is not null and e.outcome = 'DENIED'
      and e.error_code in ('FORBIDDEN', 'NOT_FOUND', 'ABOVE_OWN_RIGHTS', 'LAST_OWNER') and e.id >= audit.first_id_at(p_from) and e.id <= p_to;
  end;
comment on function audit.denials(uuid, uuid, timestamptz, uuid) is 'How often a person reached for what is not theirs.';

create function audit.signed_in_before(p_tenant uuid, p_user uuid, p_entry uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select exists (select from audit.entries e
      where e.tenant_id = p_tenant and e.actor_user_id = p_user and e.action = 'SIGNED_IN' and e.outcome = 'SUCCESS' and e.id < p_entry);
  end;
comment on function audit.signed_in_before(uuid, uuid, uuid) is 'Whether a person signed in to a practice before this entry.';

create function audit.unrelated(p_tenant uuid, p_user uuid, p_from timestamptz, p_to timestamptz, p_since timestamptz)
  returns table (count integer, first uuid, last uuid)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    with opened as (
      select (array_agg(distinct r.patient_id))[1] as patient_id, e.id
      from audit.entries e join audit.entry_records r on r.tenant_id = e.tenant_id and r.entry_id = e.id
      where e.tenant_id = p_tenant and e.actor_user_id = p_user and e.outcome = 'SUCCESS' and e.id >= audit.first_id_at(p_from) and e.id < audit.first_id_at(p_to)
        and e.operation not in ('Query.searchPatients', 'Query.possibleDuplicates', 'Query.findPatients', 'Query.patients')
        and r.patient_id is not null and r.record_type not like 'requested:%' and r.record_type <> 'audit-of-patient'
      group by e.id having count(distinct r.patient_id) = 1
    ), patients as (
      select o.patient_id, min(o.id::text) as first, max(o.id::text) as last from opened o group by o.patient_id
    )
    select count(*)::integer, min(p.first)::uuid, max(p.last)::uuid
    from patients p
    where not exists (
      select from audit.entry_records r join audit.entries e on e.tenant_id = r.tenant_id and e.id = r.entry_id
      where r.tenant_id = p_tenant and r.patient_id = p.patient_id and r.entry_id >= audit.first_id_at(p_since) and r.record_type not like 'requested:%'
        and e.outcome = 'SUCCESS' and e.action not in ('VIEWED', 'EXPORTED', 'PRINTED'));
  end;
comment on function audit.unrelated(uuid, uuid, timestamptz, timestamptz, timestamptz) is 'How many of the patients whom a person opened in a stretch of time nobody recorded anything of since a given instant.';

create function platform.enter_to_watch(p_tenant uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform platform.set_context(p_tenant, '00000000-0000-0000-0000-000000000000');
end $$;
comment on function platform.enter_to_watch(uuid) is 'Enters a practice for background work, which has no session. What it may touch there is what it was granted.';

create function platform.queue_alert_webhook(p_alert uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.add_job('callAlertWebhook', json_build_object('tenantId', platform.current_tenant(), 'alertId', p_alert, 'messageId', gen_random_uuid()), max_attempts => 10);
end $$;
comment on function platform.queue_alert_webhook(uuid) is 'Queues the sending of an alert of the practice that was entered, or without one of a trial.';

grant execute on function platform.queue_alert_webhook(uuid) to sinduk_app, sinduk_jobs;
grant usage on schema clinic, audit to sinduk_jobs;
grant execute on function platform.take_watch(), platform.note_watch(pg_snapshot, pg_snapshot, uuid), audit.facts(pg_snapshot, pg_snapshot, uuid, integer),
  audit.refusals(uuid, uuid, inet, timestamptz, uuid), audit.denials(uuid, uuid, timestamptz, uuid), audit.signed_in_before(uuid, uuid, uuid),
  audit.unrelated(uuid, uuid, timestamptz, timestamptz, timestamptz), platform.enter_to_watch(uuid), platform.current_tenant(), platform.queue_mail(uuid, bytea) to sinduk_jobs;
grant select, insert, update (count, threshold, last_entry, last_at) on clinic.alerts to sinduk_jobs;
grant select on clinic.alert_settings to sinduk_jobs;
grant select, insert, update (opened, listed, exported, state), delete on clinic.member_days to sinduk_jobs;
grant select (id, name, country) on clinic.tenants to sinduk_jobs;
grant select (tenant_id, id, time_zone, created_at) on clinic.chambers to sinduk_jobs;
grant select (tenant_id, id, user_id, is_owner, status, deactivated_at, profile) on clinic.members to sinduk_jobs;

create function clinic.tell_of_alert() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_notify('sinduk', 'alerts-of:' || new.tenant_id);
  return null;
end $$;
comment on function clinic.tell_of_alert() is 'Tells listeners of the channel sinduk in which practice an alert was raised or acknowledged.';
create trigger tell_of_raised after insert or update of acknowledged_at on clinic.alerts for each row execute function clinic.tell_of_alert();
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
revoke execute on function platform.queue_mail(uuid, bytea), platform.current_tenant() from sinduk_jobs;
revoke select (id, name, country) on clinic.tenants from sinduk_jobs;
revoke select (tenant_id, id, time_zone, created_at) on clinic.chambers from sinduk_jobs;
revoke select (tenant_id, id, user_id, is_owner, status, deactivated_at, profile) on clinic.members from sinduk_jobs;
revoke usage on schema clinic, audit from sinduk_jobs;
drop function platform.queue_alert_webhook(uuid); drop function platform.enter_to_watch(uuid); drop function audit.unrelated(uuid, uuid, timestamptz, timestamptz, timestamptz);
drop function audit.signed_in_before(uuid, uuid, uuid); drop function audit.denials(uuid, uuid, timestamptz, uuid);
drop function audit.refusals(uuid, uuid, inet, timestamptz, uuid); drop function audit.facts(pg_snapshot, pg_snapshot, uuid, integer);
drop function platform.note_watch(pg_snapshot, pg_snapshot, uuid); drop function platform.take_watch();
drop index audit.entries__tx;
drop table platform.alert_watch;
drop table clinic.member_days, clinic.alert_settings, clinic.alerts;
drop function clinic.tell_of_alert();
`);
  }
}
