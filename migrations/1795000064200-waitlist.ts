import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOBODY = '00000000-0000-0000-0000-000000000000';

const kinds = `'CONFIRMATION', 'CANCELLED', 'RESCHEDULED', 'REMINDER_EVENING', 'REMINDER_SOON', 'SERIAL_NEAR', 'SESSION_LATE', 'SESSION_MOVED', 'SESSION_CANCELLED'`;

/** Whether a patient waits for a place in the session s. */
const IS_WAITED_FOR = `exists (select from clinic.waitlist_entries w where w.tenant_id = s.tenant_id and w.status = 'WAITING' and w.chamber_id = s.chamber_id
    and (w.session_id = s.id or (w.session_id is null and w.doctor_id = s.doctor_id and s.local_date between w.first_day and w.last_day)))`;

/**
 * Patients who wait for a place that becomes free. Whatever frees one, in whichever way, queues the work that offers it: by
 * triggers, so that none can be forgotten. That work reads as sinduk_jobs, and what it writes goes through two functions of
 * the role that writes the audit trail, so that each offer is one transaction with its entry.
 */
export class Waitlist1795000064200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.waitlist_entries (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  doctor_id uuid not null,
  session_id uuid,
  first_day date not null,
  last_day date not null,
  patient_id uuid not null,
  visit_type text not null constraint waitlist_entries__visit_type check (visit_type in ('NEW', 'RETURNING', 'FOLLOW_UP', 'REPORT')),
  details bytea not null,
  status text not null default 'WAITING' constraint waitlist_entries__status check (status in ('WAITING', 'OFFERED', 'BOOKED', 'LAPSED', 'LEFT')),
  offered_id uuid,
  added_by uuid not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  version integer not null default 1,
  constraint waitlist_entries__pkey primary key (tenant_id, id),
  constraint waitlist_entries__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint waitlist_entries__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id),
  constraint waitlist_entries__session foreign key (tenant_id, session_id) references clinic.sessions (tenant_id, id) on delete set null (session_id),
  constraint waitlist_entries__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint waitlist_entries__offered foreign key (tenant_id, offered_id) references clinic.appointments (tenant_id, id),
  constraint waitlist_entries__added_by foreign key (tenant_id, added_by) references clinic.members (tenant_id, id),
  constraint waitlist_entries__offered_once unique (tenant_id, offered_id),
  constraint waitlist_entries__days check (last_day >= first_day),
  constraint waitlist_entries__ended check ((status in ('WAITING', 'OFFERED')) = (ended_at is null)),
  constraint waitlist_entries__offer check (case status when 'WAITING' then offered_id is null when 'OFFERED' then offered_id is not null when 'BOOKED' then offered_id is not null else true end)
);
create index waitlist_entries__waiting on clinic.waitlist_entries (tenant_id, chamber_id, created_at) where status in ('WAITING', 'OFFERED');
create index waitlist_entries__by_patient on clinic.waitlist_entries (tenant_id, patient_id);
comment on table clinic.waitlist_entries is 'A patient who waits for a place: in one session, or with a doctor on some days.';
comment on column clinic.waitlist_entries.tenant_id is 'The practice.';
comment on column clinic.waitlist_entries.id is 'UUIDv7.';
comment on column clinic.waitlist_entries.chamber_id is 'Where.';
comment on column clinic.waitlist_entries.doctor_id is 'With whom; of one session, whoever its doctor was when the patient began to wait.';
comment on column clinic.waitlist_entries.session_id is 'In which session; null for any of those days.';
comment on column clinic.waitlist_entries.first_day is 'The first day that would do, where the chamber is.';
comment on column clinic.waitlist_entries.last_day is 'The last one.';
comment on column clinic.waitlist_entries.patient_id is 'Who waits.';
comment on column clinic.waitlist_entries.visit_type is 'What the visit is.';
comment on column clinic.waitlist_entries.details is 'Sealed JSON: what the desk noted.';
comment on column clinic.waitlist_entries.status is 'WAITING; OFFERED: a place is held; BOOKED: it was taken; LAPSED: it was not taken in time, or there was none until the last day; LEFT: the patient waits no longer.';
comment on column clinic.waitlist_entries.offered_id is 'The appointment that is or was held.';
comment on column clinic.waitlist_entries.added_by is 'The member who put the patient on the list.';
comment on column clinic.waitlist_entries.created_at is 'Since when the patient waits; who waits longest is offered first.';
comment on column clinic.waitlist_entries.ended_at is 'When the waiting was over.';
comment on column clinic.waitlist_entries.version is 'Counts the edits.';

call platform.secure_tenant_table('clinic.waitlist_entries');
call clinic.keep_off_merged_patients('clinic.waitlist_entries', 'patient_id');
grant select, insert, update (patient_id, session_id, first_day, last_day, status, ended_at, version) on clinic.waitlist_entries to sinduk_app;

create function clinic.queue_offers(p_tenant uuid, p_sessions uuid[], p_key text) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.add_job('offerPlaces', json_build_object('tenantId', p_tenant, 'sessionIds', p_sessions), job_key => 'offers:' || p_key);
end $$;
comment on function clinic.queue_offers(uuid, uuid[], text) is 'Queues the work that offers what is free in sessions to those who wait for it, in this order; once under each key.';
revoke execute on function clinic.queue_offers(uuid, uuid[], text) from public;

create function clinic.offer_freed_place() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.status = 'HELD' then
    -- A moment later, when it is over by every clock.
    perform graphile_worker.add_job('offerPlaces', json_build_object('tenantId', new.tenant_id, 'sessionIds', array[new.session_id]), run_at => new.held_until + interval '1 second',
      job_key => 'held:' || new.id);
  elsif new.status in ('CANCELLED', 'NO_SHOW', 'EXPIRED') and (old.status = 'HELD' or exists (select from clinic.sessions s where s.tenant_id = new.tenant_id and s.id = new.session_id and s.status not in ('CLOSED', 'CANCELLED') and ${IS_WAITED_FOR})) then
    perform clinic.queue_offers(new.tenant_id, array[new.session_id], new.session_id::text);
  end if;
  return null;
end $$;
comment on function clinic.offer_freed_place() is 'Queues the offering of a place that is free, now or when it is no longer held.';
create trigger offer after insert or update of status, held_until on clinic.appointments for each row execute function clinic.offer_freed_place();

create function clinic.offer_added_places() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from clinic.sessions s where s.tenant_id = new.tenant_id and s.id = new.id and s.status not in ('CLOSED', 'CANCELLED') and ${IS_WAITED_FOR}) then
    perform clinic.queue_offers(new.tenant_id, array[new.id], new.id::text);
  end if;
  return null;
end $$;
comment on function clinic.offer_added_places() is 'Queues the offering of places in a session that is new, or takes more patients.';
create trigger offer after insert or update of capacity, doctor_id on clinic.sessions for each row execute function clinic.offer_added_places();

create function clinic.offer_to_who_waits() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare sessions uuid[] := (select array_agg(s.id order by s.starts_at, s.id) from clinic.sessions s
  where s.tenant_id = new.tenant_id and s.chamber_id = new.chamber_id and s.status not in ('CLOSED', 'CANCELLED') and s.ends_at > now()
    and (s.id = new.session_id or (new.session_id is null and s.doctor_id = new.doctor_id and s.local_date between new.first_day and new.last_day)));
begin
  if new.status = 'WAITING' and sessions is not null then
    perform clinic.queue_offers(new.tenant_id, sessions, new.id::text);
  end if;
  return null;
end $$;
comment on function clinic.offer_to_who_waits() is 'Queues the offering of places to somebody who begins to wait, or waits again.';
create trigger offer after insert or update of status, session_id on clinic.waitlist_entries for each row execute function clinic.offer_to_who_waits();

create function platform.offer_place(p_tenant uuid, p_entry uuid, p_session uuid, p_version integer, p_queue_version bigint, p_appointment uuid, p_series text, p_first integer,
    p_slot_from timestamptz, p_slot_until timestamptz, p_details bytea, p_held_until timestamptz, p_message uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  session clinic.sessions;
  entry clinic.waitlist_entries;
  given integer;
begin
  perform platform.set_context(p_tenant, '${NOBODY}');
  -- As bookings lock: the session, then the patient.
  select * into session from clinic.sessions s where s.tenant_id = p_tenant and s.id = p_session and s.version = p_version and s.queue_version = p_queue_version for no key update;
  if not found then
    raise exception using errcode = 'SK064', message = 'the session has changed meanwhile';
  end if;
  select * into entry from clinic.waitlist_entries w where w.tenant_id = p_tenant and w.id = p_entry;
  perform pg_advisory_xact_lock(hashtextextended('appointments of ' || p_tenant::text || entry.patient_id::text, 0));
  select * into entry from clinic.waitlist_entries w where w.tenant_id = p_tenant and w.id = p_entry and w.status = 'WAITING' for no key update;
  if not found then
    raise exception using errcode = 'SK064', message = 'the patient waits no longer';
  end if;
  update clinic.appointments a set status = 'EXPIRED', ended_at = now(), version = a.version + 1
    where a.tenant_id = p_tenant and a.session_id = p_session and a.status = 'HELD' and a.held_until <= now();
  update clinic.session_numbers n set next = n.next + 1 where n.tenant_id = p_tenant and n.session_id = p_session and n.first = p_first and n.next <= n.last returning n.next - 1 into strict given;
  insert into clinic.appointments (tenant_id, id, session_id, chamber_id, local_date, doctor_id, room_id, patient_id, status, visit_type, channel, series, number, call_order, slot_from, slot_until,
      details, booked_by, held_until)
    values (p_tenant, p_appointment, session.id, session.chamber_id, session.local_date, session.doctor_id, session.room_id, entry.patient_id, 'HELD', entry.visit_type, 'DESK', p_series, given,
      coalesce(extract(epoch from p_slot_from), given), p_slot_from, p_slot_until, p_details, entry.added_by, p_held_until);
  update clinic.waitlist_entries w set status = 'OFFERED', offered_id = p_appointment, version = w.version + 1 where w.tenant_id = p_tenant and w.id = p_entry;
  insert into clinic.messages (tenant_id, id, appointment_id, kind, due) values (p_tenant, p_message, p_appointment, 'WAITLIST_OFFER', now());
  perform set_config('sinduk.context', '', true);
end $$;
comment on function platform.offer_place(uuid, uuid, uuid, integer, bigint, uuid, text, integer, timestamptz, timestamptz, bytea, timestamptz, uuid) is
  'Holds a place in a session for somebody who waits, and queues the message that tells them. Raises SK064 when the session or the entry is not as it was read.';

create function platform.settle_waiting(p_tenant uuid, p_entry uuid, p_from text, p_to text) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare offered uuid;
begin
  perform platform.set_context(p_tenant, '${NOBODY}');
  select w.offered_id into offered from clinic.waitlist_entries w where w.tenant_id = p_tenant and w.id = p_entry;
  perform from clinic.sessions s where s.tenant_id = p_tenant and s.id = (select a.session_id from clinic.appointments a where a.tenant_id = p_tenant and a.id = offered) for no key update;
  update clinic.appointments a set status = 'EXPIRED', ended_at = now(), version = a.version + 1
    where a.tenant_id = p_tenant and a.id = offered and p_to = 'LAPSED' and a.status = 'HELD' and a.held_until <= now();
  update clinic.waitlist_entries w set status = p_to, offered_id = case when p_to <> 'WAITING' then w.offered_id end, ended_at = case when p_to <> 'WAITING' then now() end, version = w.version + 1
    where w.tenant_id = p_tenant and w.id = p_entry and w.status = p_from and w.offered_id is not distinct from offered
      and not exists (select from clinic.appointments a where a.tenant_id = p_tenant and a.id = offered and a.status = 'HELD');
  if not found then
    raise exception using errcode = 'SK064', message = 'the entry is not as it was read';
  end if;
  perform set_config('sinduk.context', '', true);
end $$;
comment on function platform.settle_waiting(uuid, uuid, text, text) is
  'Notes what became of an offer, or that there was none until the last day; a hold that is over is let go. Raises SK064 when the entry is not as it was read, or its place is still held.';
revoke execute on function platform.offer_place(uuid, uuid, uuid, integer, bigint, uuid, text, integer, timestamptz, timestamptz, bytea, timestamptz, uuid), platform.settle_waiting(uuid, uuid, text, text) from public;
grant execute on function platform.offer_place(uuid, uuid, uuid, integer, bigint, uuid, text, integer, timestamptz, timestamptz, bytea, timestamptz, uuid), platform.settle_waiting(uuid, uuid, text, text) to sinduk_audit;

grant select on clinic.waitlist_entries, clinic.session_numbers to sinduk_jobs;
grant select (local_date, series, overbooked, held_until) on clinic.appointments to sinduk_jobs;
grant select (tenant_id, member_id, chamber_id, role, valid_to) on clinic.chamber_assignments to sinduk_jobs;
grant select (to_session_id) on clinic.session_changes to sinduk_jobs;

alter table clinic.messages drop constraint messages__kind, add constraint messages__kind check (kind in (${kinds}, 'WAITLIST_OFFER'));
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.messages drop constraint messages__kind, add constraint messages__kind check (kind in (${kinds})) not valid;
revoke select on clinic.session_numbers from sinduk_jobs;
revoke select (local_date, series, overbooked, held_until) on clinic.appointments from sinduk_jobs;
revoke select (tenant_id, member_id, chamber_id, role, valid_to) on clinic.chamber_assignments from sinduk_jobs;
revoke select (to_session_id) on clinic.session_changes from sinduk_jobs;
drop function platform.settle_waiting(uuid, uuid, text, text);
drop function platform.offer_place(uuid, uuid, uuid, integer, bigint, uuid, text, integer, timestamptz, timestamptz, bytea, timestamptz, uuid);
drop table clinic.waitlist_entries;
drop trigger offer on clinic.sessions; drop trigger offer on clinic.appointments;
drop function clinic.offer_to_who_waits(); drop function clinic.offer_added_places(); drop function clinic.offer_freed_place(); drop function clinic.queue_offers(uuid, uuid[], text);
`);
  }
}
