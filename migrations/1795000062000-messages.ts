import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Messages to patients. A row is added in the transaction that it tells of; with it comes the job that sends it when it is
 * due, so that neither is there without the other. What it says is written when it is sent, and sealed then.
 */
export class Messages1795000062000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.messages (
  tenant_id uuid not null,
  id uuid not null,
  appointment_id uuid not null,
  kind text not null constraint messages__kind check (kind in
    ('CONFIRMATION', 'CANCELLED', 'RESCHEDULED', 'REMINDER_EVENING', 'REMINDER_SOON', 'SERIAL_NEAR', 'SESSION_LATE', 'SESSION_MOVED', 'SESSION_CANCELLED')),
  occasion integer not null default 0,
  due timestamptz not null,
  state text not null default 'QUEUED' constraint messages__state check (state in ('QUEUED', 'SENT', 'FAILED', 'SUPPRESSED')),
  reason text constraint messages__reason check (reason ~ '^[A-Z0-9_]{1,30}$'),
  language text constraint messages__language check (language in ('bn', 'en')),
  content bytea,
  tries smallint not null default 0 constraint messages__tries check (tries >= 0),
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  constraint messages__pkey primary key (tenant_id, id),
  constraint messages__appointment foreign key (tenant_id, appointment_id) references clinic.appointments (tenant_id, id),
  constraint messages__once unique (tenant_id, appointment_id, kind, occasion),
  constraint messages__why check (case state when 'SENT' then reason is null when 'QUEUED' then true else reason is not null end),
  constraint messages__written check ((content is null) = (language is null) and (tries > 0) = (content is not null)),
  constraint messages__sent check ((state = 'SENT') = (sent_at is not null) and (state <> 'SENT' or content is not null))
);
create index messages__waiting on clinic.messages (tenant_id, due) where state = 'QUEUED';
comment on table clinic.messages is 'What a patient is told by SMS of an appointment: to be sent, sent, or why it was not.';
comment on column clinic.messages.tenant_id is 'The practice.';
comment on column clinic.messages.id is 'UUIDv7; the gateway gets it with every try, so that it sends the message once.';
comment on column clinic.messages.appointment_id is 'The appointment, and by it the patient.';
comment on column clinic.messages.kind is 'What it tells.';
comment on column clinic.messages.occasion is 'Which time it tells that: 0 for what is told once, and otherwise the version of the session that changed.';
comment on column clinic.messages.due is 'When it is to be sent; later when that falls into quiet hours.';
comment on column clinic.messages.state is 'QUEUED until it is SENT, given up as FAILED, or SUPPRESSED because it must not be sent.';
comment on column clinic.messages.reason is 'Why it was not sent; while it is QUEUED, the code of the last failure. Never a text, which could hold a number.';
comment on column clinic.messages.language is 'In which language it is written.';
comment on column clinic.messages.content is 'Sealed JSON: telephone number and text, as first tried.';
comment on column clinic.messages.tries is 'How often it was tried.';
comment on column clinic.messages.created_at is 'When it was queued.';
comment on column clinic.messages.sent_at is 'When the gateway took it.';

create table clinic.message_settings (
  tenant_id uuid not null,
  quiet_from smallint not null constraint message_settings__quiet_from check (quiet_from between 0 and 1439),
  quiet_until smallint not null constraint message_settings__quiet_until check (quiet_until between 0 and 1439),
  near_ahead smallint not null constraint message_settings__near_ahead check (near_ahead between 0 and 20),
  version integer not null default 1,
  constraint message_settings__pkey primary key (tenant_id),
  constraint message_settings__tenant foreign key (tenant_id) references clinic.tenants (id)
);
comment on table clinic.message_settings is 'When a practice tells its patients; without a row, the usual holds.';
comment on column clinic.message_settings.tenant_id is 'The practice.';
comment on column clinic.message_settings.quiet_from is 'When quiet hours begin, by the clock where the chamber is: minutes of the day.';
comment on column clinic.message_settings.quiet_until is 'When they end; before they begin, it is on the next day. The same as their beginning: there are none.';
comment on column clinic.message_settings.near_ahead is 'Patients are told that their turn is near when so many are before them; 0 for never.';
comment on column clinic.message_settings.version is 'Counts the edits.';

call platform.secure_tenant_table('clinic.messages');
call platform.secure_tenant_table('clinic.message_settings');
grant select, insert (tenant_id, id, appointment_id, kind, occasion, due) on clinic.messages to sinduk_app;
grant select, insert, update (quiet_from, quiet_until, near_ahead, version) on clinic.message_settings to sinduk_app;

create function clinic.message_due(p_kind text, p_day date, p_begins timestamptz, p_zone text) returns timestamptz
  language sql immutable set search_path = pg_catalog, pg_temp
  return case p_kind when 'REMINDER_EVENING' then ((p_day - 1) + time '18:00') at time zone p_zone when 'REMINDER_SOON' then p_begins - interval '2 hours' end;
comment on function clinic.message_due(text, date, timestamptz, text) is 'When a reminder of an appointment on a day, that begins at an instant in a time zone, is due; null for what is due at once.';
grant execute on function clinic.message_due(text, date, timestamptz, text) to sinduk_app, sinduk_jobs;

-- Two lanes for all servers together: a gateway that is slow must not take the places that mails need.
create function clinic.queue_message() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.add_job('sendMessage', json_build_object('tenantId', new.tenant_id, 'id', new.id), queue_name => 'messages-' || (hashtextextended(new.id::text, 0) & 1),
    run_at => new.due, max_attempts => 12, job_key => 'message:' || new.id, priority => 5);
  return null;
end $$;
comment on function clinic.queue_message() is 'Queues the sending of a message for when it is due.';
create trigger queue after insert or update of due on clinic.messages for each row execute function clinic.queue_message();

-- Background work learns whose number to send to from the message alone, when it is due; it cannot read patients.
create function clinic.addressee(p_tenant uuid, p_message uuid) returns bytea
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select p.identity from clinic.messages m
    join clinic.appointments a on a.tenant_id = m.tenant_id and a.id = m.appointment_id
    join clinic.patients p on p.tenant_id = a.tenant_id and p.id = a.patient_id
    where m.tenant_id = p_tenant and m.id = p_message and m.state = 'QUEUED' and m.due <= now();
  end;
comment on function clinic.addressee(uuid, uuid) is 'The sealed identity of the patient to whom a message that is due goes; null for any other.';
revoke execute on function clinic.addressee(uuid, uuid) from public;
grant execute on function clinic.addressee(uuid, uuid) to sinduk_jobs;
grant select, update (due, state, reason, language, content, tries, sent_at) on clinic.messages to sinduk_jobs;
grant select on clinic.message_settings, clinic.consents to sinduk_jobs;
grant select (tenant_id, id, session_id, patient_id, status, number, slot_from, slot_until, rescheduled_from) on clinic.appointments to sinduk_jobs;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
revoke select on clinic.consents from sinduk_jobs;
revoke select (tenant_id, id, session_id, patient_id, status, number, slot_from, slot_until, rescheduled_from) on clinic.appointments from sinduk_jobs;
drop function clinic.addressee(uuid, uuid);
drop table clinic.message_settings, clinic.messages;
drop function clinic.queue_message(); drop function clinic.message_due(text, date, timestamptz, text);
`);
  }
}
