import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When and where doctors see patients: rooms, weekly schedules, closures, holidays, and the sessions that come of them.
 *
 * No doctor and no room has two sessions at once: exclusion constraints over half-open ranges say so. Their operator
 * classes for UUIDs come from the extension btree_gist, in a schema of its own that no runtime role can use.
 */
export class Schedules1795000060000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create schema extensions;
comment on schema extensions is 'What indexes need of PostgreSQL''s own extensions; no runtime role uses it.';
create extension btree_gist schema extensions;

alter table clinic.chambers add column observes_holidays boolean not null default false;
comment on column clinic.chambers.observes_holidays is 'Whether the chamber is closed on the public holidays of its country, unless its own calendar says otherwise.';
grant update (observes_holidays) on clinic.chambers to sinduk_app;

create function clinic.may_in(p_tenant uuid, p_member uuid, p_chamber uuid, p_permission text) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select m.status = 'ACTIVE' and (m.is_owner or exists (
      select from clinic.chamber_assignments a
      where a.tenant_id = p_tenant and a.member_id = p_member and a.chamber_id = p_chamber and p_permission = any (a.permissions)
        and a.valid_from <= now() and (a.valid_to is null or a.valid_to > now())))
    from clinic.members m where m.tenant_id = p_tenant and m.id = p_member;
  end;
comment on function clinic.may_in(uuid, uuid, uuid, text) is 'Whether a member holds a permission in one chamber; holding it in another does not count.';

create table clinic.rooms (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  name text not null constraint rooms__name_length check (length(name) between 1 and 100),
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  constraint rooms__pkey primary key (tenant_id, id),
  constraint rooms__of_chamber unique (tenant_id, chamber_id, id),
  constraint rooms__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id)
);
create unique index rooms__name on clinic.rooms (tenant_id, chamber_id, lower(name)) where archived_at is null;
comment on table clinic.rooms is 'A room of a chamber in which a doctor sees patients.';
comment on column clinic.rooms.tenant_id is 'The practice.';
comment on column clinic.rooms.id is 'UUIDv7.';
comment on column clinic.rooms.chamber_id is 'The chamber that it is in.';
comment on column clinic.rooms.name is 'What it is called there.';
comment on column clinic.rooms.archived_at is 'Since when it takes nobody new; null while it does.';
comment on column clinic.rooms.created_at is 'When it was added.';
comment on column clinic.rooms.version is 'Counts the edits.';

create table clinic.schedules (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  doctor_id uuid not null,
  room_id uuid,
  weekday smallint not null constraint schedules__weekday check (weekday between 1 and 7),
  starts smallint not null constraint schedules__starts check (starts between 0 and 1439),
  minutes smallint not null constraint schedules__minutes check (minutes between 5 and 1440),
  mode text not null constraint schedules__mode check (mode in ('SERIAL', 'SLOT')),
  capacity smallint not null constraint schedules__capacity check (capacity between 1 and 500),
  slot_minutes smallint,
  overbook_limit smallint not null default 0 constraint schedules__overbook_limit check (overbook_limit between 0 and 100),
  reserved jsonb not null default '[]',
  online boolean not null default false,
  valid_from date not null,
  valid_until date,
  replaces uuid,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  week int4multirange not null generated always as (
    case when (weekday - 1) * 1440 + starts + minutes <= 10080
      then int4multirange(int4range((weekday - 1) * 1440 + starts, (weekday - 1) * 1440 + starts + minutes))
      else int4multirange(int4range((weekday - 1) * 1440 + starts, 10080), int4range(0, (weekday - 1) * 1440 + starts + minutes - 10080)) end) stored,
  constraint schedules__pkey primary key (tenant_id, id),
  constraint schedules__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint schedules__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id),
  constraint schedules__room foreign key (tenant_id, chamber_id, room_id) references clinic.rooms (tenant_id, chamber_id, id),
  constraint schedules__replaces foreign key (tenant_id, replaces) references clinic.schedules (tenant_id, id),
  constraint schedules__slots check ((mode = 'SLOT') = (slot_minutes is not null) and (slot_minutes is null or (slot_minutes between 5 and 240 and capacity = minutes / slot_minutes))),
  -- One that ends before it began has never been in force, which keeps what an earlier answer named.
  constraint schedules__valid check (valid_until is null or valid_until >= valid_from - 1),
  constraint schedules__doctor__excl exclude using gist (tenant_id with =, doctor_id with =, daterange(valid_from, valid_until, '[]') with &&, week with &&)
    where (valid_until is null or valid_until >= valid_from)
);
create index schedules__by_chamber on clinic.schedules (tenant_id, chamber_id);
comment on table clinic.schedules is 'A doctor''s hours in a chamber on one day of the week, from a day on: what sessions are planned from. A change ends one and begins another.';
comment on column clinic.schedules.tenant_id is 'The practice.';
comment on column clinic.schedules.id is 'UUIDv7.';
comment on column clinic.schedules.chamber_id is 'Where.';
comment on column clinic.schedules.doctor_id is 'Who sees patients: a member.';
comment on column clinic.schedules.room_id is 'In which room; null where that does not matter.';
comment on column clinic.schedules.weekday is 'Day of the week, by ISO 8601: 1 is Monday.';
comment on column clinic.schedules.starts is 'When it begins, by the clock on the chamber''s wall: minutes of the day.';
comment on column clinic.schedules.minutes is 'How long it lasts by that clock; it may last past midnight, and belongs to the day on which it began.';
comment on column clinic.schedules.mode is 'SERIAL: patients have numbers; SLOT: patients have times.';
comment on column clinic.schedules.capacity is 'How many patients.';
comment on column clinic.schedules.slot_minutes is 'How long a slot is; null in SERIAL mode.';
comment on column clinic.schedules.overbook_limit is 'How many more somebody with the permission may book beyond the capacity.';
comment on column clinic.schedules.reserved is 'Serial numbers kept for one way of booking: [{"series", "first", "last"}], without overlap.';
comment on column clinic.schedules.online is 'Whether patients may book online.';
comment on column clinic.schedules.valid_from is 'The first day on which it holds.';
comment on column clinic.schedules.valid_until is 'The last day; null while no end is known.';
comment on column clinic.schedules.replaces is 'The schedule that it changed.';
comment on column clinic.schedules.created_at is 'When it was made.';
comment on column clinic.schedules.version is 'Counts the edits.';
comment on column clinic.schedules.week is 'Which minutes of the week it takes; the last ones of a week may run into the first.';

create table clinic.closures (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid,
  doctor_id uuid,
  first_day date not null,
  last_day date not null,
  reason bytea not null,
  removed_at timestamptz,
  created_at timestamptz not null default now(),
  constraint closures__pkey primary key (tenant_id, id),
  constraint closures__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint closures__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id),
  constraint closures__of_something check (chamber_id is not null or doctor_id is not null),
  constraint closures__days check (last_day >= first_day and last_day < first_day + 366)
);
create index closures__by_day on clinic.closures (tenant_id, last_day) where removed_at is null;
comment on table clinic.closures is 'Days on which a doctor, a chamber, or a doctor in a chamber sees nobody.';
comment on column clinic.closures.tenant_id is 'The practice.';
comment on column clinic.closures.id is 'UUIDv7.';
comment on column clinic.closures.chamber_id is 'Where; null for everywhere.';
comment on column clinic.closures.doctor_id is 'Who; null for everybody.';
comment on column clinic.closures.first_day is 'The first day, where the chamber is.';
comment on column clinic.closures.last_day is 'The last one.';
comment on column clinic.closures.reason is 'Sealed JSON: why.';
comment on column clinic.closures.removed_at is 'When it was taken back; null while it stands.';
comment on column clinic.closures.created_at is 'When it was made.';

create table clinic.holidays (
  tenant_id uuid not null,
  chamber_id uuid not null,
  day date not null,
  name text not null constraint holidays__name_length check (length(name) between 1 and 100),
  closed boolean not null,
  constraint holidays__pkey primary key (tenant_id, chamber_id, day),
  constraint holidays__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id)
);
comment on table clinic.holidays is 'What a chamber''s own calendar says of a day, whatever that of its country says.';
comment on column clinic.holidays.tenant_id is 'The practice.';
comment on column clinic.holidays.chamber_id is 'The chamber.';
comment on column clinic.holidays.day is 'The day there.';
comment on column clinic.holidays.name is 'What it is called.';
comment on column clinic.holidays.closed is 'Whether the chamber is closed.';

create table clinic.sessions (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  doctor_id uuid not null,
  room_id uuid,
  schedule_id uuid,
  local_date date not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  mode text not null constraint sessions__mode check (mode in ('SERIAL', 'SLOT')),
  capacity smallint not null constraint sessions__capacity check (capacity between 1 and 500),
  slot_minutes smallint,
  overbook_limit smallint not null default 0 constraint sessions__overbook_limit check (overbook_limit between 0 and 100),
  online boolean not null default false,
  status text not null default 'PLANNED' constraint sessions__status check (status in ('PLANNED', 'OPEN', 'RUNNING', 'PAUSED', 'CLOSED', 'CANCELLED')),
  delay_minutes smallint not null default 0 constraint sessions__delay check (delay_minutes between 0 and 720),
  opened_at timestamptz,
  started_at timestamptz,
  paused_at timestamptz,
  closed_at timestamptz,
  cancelled_at timestamptz,
  queue_version bigint not null default 0,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  constraint sessions__pkey primary key (tenant_id, id),
  constraint sessions__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint sessions__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id),
  constraint sessions__room foreign key (tenant_id, chamber_id, room_id) references clinic.rooms (tenant_id, chamber_id, id),
  constraint sessions__schedule foreign key (tenant_id, schedule_id) references clinic.schedules (tenant_id, id),
  constraint sessions__period check (ends_at > starts_at and ends_at <= starts_at + interval '25 hours'),
  constraint sessions__slots check ((mode = 'SLOT') = (slot_minutes is not null)),
  constraint sessions__planned_once unique (tenant_id, schedule_id, local_date),
  constraint sessions__doctor__excl exclude using gist (tenant_id with =, doctor_id with =, tstzrange(starts_at, ends_at) with &&) where (status <> 'CANCELLED'),
  constraint sessions__room__excl exclude using gist (tenant_id with =, room_id with =, tstzrange(starts_at, ends_at) with &&) where (status <> 'CANCELLED' and room_id is not null)
);
create index sessions__by_day on clinic.sessions (tenant_id, chamber_id, local_date, starts_at);
create index sessions__by_doctor on clinic.sessions (tenant_id, doctor_id, local_date);
comment on table clinic.sessions is 'A doctor''s hours in a chamber on one day, for which patients book.';
comment on column clinic.sessions.tenant_id is 'The practice.';
comment on column clinic.sessions.id is 'UUIDv7.';
comment on column clinic.sessions.chamber_id is 'Where.';
comment on column clinic.sessions.doctor_id is 'Who sees patients.';
comment on column clinic.sessions.room_id is 'In which room.';
comment on column clinic.sessions.schedule_id is 'The schedule that it was planned from; null for one that was added by hand.';
comment on column clinic.sessions.local_date is 'The day where the chamber is on which it begins; it stays that day past midnight.';
comment on column clinic.sessions.starts_at is 'When it begins.';
comment on column clinic.sessions.ends_at is 'When it is to end.';
comment on column clinic.sessions.mode is 'SERIAL: patients have numbers; SLOT: patients have times.';
comment on column clinic.sessions.capacity is 'How many patients.';
comment on column clinic.sessions.slot_minutes is 'How long a slot is; null in SERIAL mode.';
comment on column clinic.sessions.overbook_limit is 'How many more somebody with the permission may book beyond the capacity.';
comment on column clinic.sessions.online is 'Whether patients may book online.';
comment on column clinic.sessions.status is 'How far it has come.';
comment on column clinic.sessions.delay_minutes is 'By how much the doctor is late, as announced.';
comment on column clinic.sessions.opened_at is 'When patients could first be noted as arrived.';
comment on column clinic.sessions.started_at is 'When the doctor began.';
comment on column clinic.sessions.paused_at is 'Since when it is paused; null when it is not.';
comment on column clinic.sessions.closed_at is 'When it was closed.';
comment on column clinic.sessions.cancelled_at is 'When it was cancelled.';
comment on column clinic.sessions.queue_version is 'Counts what happened to its queue.';
comment on column clinic.sessions.created_at is 'When it was planned.';
comment on column clinic.sessions.version is 'Counts the edits of the session itself.';

create table clinic.session_numbers (
  tenant_id uuid not null,
  session_id uuid not null,
  series text not null constraint session_numbers__series check (series in ('GENERAL', 'PHONE', 'ONLINE', 'REPORT', 'OVERFLOW')),
  first smallint not null,
  last smallint not null,
  next smallint not null,
  constraint session_numbers__pkey primary key (tenant_id, session_id, first),
  constraint session_numbers__session foreign key (tenant_id, session_id) references clinic.sessions (tenant_id, id) on delete cascade,
  constraint session_numbers__order check (first between 1 and 999 and last between first and 999 and next between first and last + 1),
  constraint session_numbers__excl exclude using gist (tenant_id with =, session_id with =, int4range(first, last, '[]') with &&)
);
comment on table clinic.session_numbers is 'The serial numbers of a session and the next one of each stretch. A number is taken by the transaction that books it, and never given again.';
comment on column clinic.session_numbers.tenant_id is 'The practice.';
comment on column clinic.session_numbers.session_id is 'The session.';
comment on column clinic.session_numbers.series is 'For whom the numbers are kept; OVERFLOW follows the others, for places that became free again and for what is overbooked.';
comment on column clinic.session_numbers.first is 'The first number of the stretch.';
comment on column clinic.session_numbers.last is 'The last one.';
comment on column clinic.session_numbers.next is 'The next to be given; one beyond the last when none is left.';

create table platform.session_transitions (
  from_status text not null,
  to_status text not null,
  constraint session_transitions__pkey primary key (from_status, to_status)
);
comment on table platform.session_transitions is 'Every step that a session may take from one status to another.';
comment on column platform.session_transitions.from_status is 'Where it is.';
comment on column platform.session_transitions.to_status is 'Where it may go.';
insert into platform.session_transitions (from_status, to_status) values
  ('PLANNED', 'OPEN'), ('PLANNED', 'CANCELLED'), ('OPEN', 'RUNNING'), ('OPEN', 'CLOSED'), ('OPEN', 'CANCELLED'),
  ('RUNNING', 'PAUSED'), ('RUNNING', 'CLOSED'), ('RUNNING', 'CANCELLED'), ('PAUSED', 'RUNNING'), ('PAUSED', 'CLOSED'), ('PAUSED', 'CANCELLED');

create function clinic.guard_session() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.status <> old.status and not exists (select from platform.session_transitions t where t.from_status = old.status and t.to_status = new.status) then
    raise exception using errcode = 'SK060', message = 'a session cannot go from ' || old.status || ' to ' || new.status;
  end if;
  return null;
end $$;
-- After the row, so that whose it is has been looked at before.
create trigger guard after update of status on clinic.sessions for each row execute function clinic.guard_session();

create function clinic.tell_session() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_notify('sinduk', 'session-queue:' || new.id);
  perform pg_notify('sinduk', 'day-of-chamber:' || new.chamber_id || ':' || new.local_date);
  return null;
end $$;
create trigger tell after insert or update on clinic.sessions for each row execute function clinic.tell_session();

call platform.secure_tenant_table('clinic.rooms');
call platform.secure_tenant_table('clinic.schedules');
call platform.secure_tenant_table('clinic.closures');
call platform.secure_tenant_table('clinic.holidays');
call platform.secure_tenant_table('clinic.sessions');
call platform.secure_tenant_table('clinic.session_numbers');
grant select, insert, update (name, archived_at, version) on clinic.rooms to sinduk_app;
grant select, insert (tenant_id, id, chamber_id, doctor_id, room_id, weekday, starts, minutes, mode, capacity, slot_minutes, overbook_limit, reserved, online, valid_from, valid_until, replaces),
  update (valid_until, version) on clinic.schedules to sinduk_app;
grant select, insert, update (removed_at) on clinic.closures to sinduk_app;
grant select, insert, update (name, closed), delete on clinic.holidays to sinduk_app;
grant select, insert, update (doctor_id, room_id, starts_at, ends_at, capacity, overbook_limit, online, status, delay_minutes, opened_at, started_at, paused_at, closed_at, cancelled_at, queue_version, version)
  on clinic.sessions to sinduk_app;
-- A session for which nobody ever booked is taken back when its schedule changes; one that has an appointment cannot be.
grant delete on clinic.sessions to sinduk_app;
grant select, insert, update (last, next) on clinic.session_numbers to sinduk_app;
grant execute on function clinic.may_in(uuid, uuid, uuid, text) to sinduk_app;

-- Each night sessions are planned ahead by background work, which has no session of its own.
grant select on clinic.chambers, clinic.schedules, clinic.closures, clinic.holidays, clinic.sessions to sinduk_jobs;
grant select (status) on clinic.tenants to sinduk_jobs;
grant insert on clinic.sessions, clinic.session_numbers to sinduk_jobs;
-- Every practice has data keys; its own table tells of itself alone, to who has entered it.
create function platform.practices() returns setof uuid
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select distinct k.scope from platform.data_keys k where k.scope <> '00000000-0000-0000-0000-000000000000' order by k.scope;
  end;
comment on function platform.practices() is 'The ids of all practices, for background work that enters one after the other.';
grant execute on function platform.practices() to sinduk_jobs;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.session_numbers, clinic.sessions, clinic.holidays, clinic.closures, clinic.schedules, clinic.rooms;
drop table platform.session_transitions;
drop function platform.practices(); drop function clinic.guard_session(); drop function clinic.tell_session(); drop function clinic.may_in(uuid, uuid, uuid, text);
revoke select on clinic.chambers from sinduk_jobs;
revoke select (status) on clinic.tenants from sinduk_jobs;
alter table clinic.chambers drop column observes_holidays;
drop extension btree_gist;
drop schema extensions;
`);
  }
}
