import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOBODY = '00000000-0000-0000-0000-000000000000';
/** Statuses in which an appointment takes up a place, for appointments a. */
const TAKING = `(a.status in ('BOOKED', 'ARRIVED', 'CALLED', 'SKIPPED', 'IN_CONSULT', 'COMPLETED') or (a.status = 'HELD' and a.held_until > now()))`;
const ENTER = `perform platform.set_context(p_tenant, '${NOBODY}');`;
/** What was entered before is put back in the end: the practice is entered for this call alone. */
const LEAVE = `perform set_config('sinduk.context', entered, true);`;
const ENTERED = `entered text := coalesce(current_setting('sinduk.context', true), '')`;
/** A link that works, of p_tenant by p_secret. */
const LINK = `
  select l.id from clinic.booking_links l join clinic.tenants t on t.id = p_tenant and t.status in ('TRIAL', 'ACTIVE', 'PAST_DUE')
  where l.tenant_id = p_tenant and l.secret_hash = sha256(p_secret) and l.ended_at is null`;

/**
 * Booking online, by a link that everybody may know and without an account. As with other links, there is one function for
 * each thing that may be done, which takes the secret itself; the role that calls them can read nothing of any practice.
 */
export class OnlineBooking1795000066000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
-- Nobody is seen by a doctor before the desk has seen who they are.
alter table clinic.appointments add constraint appointments__known check (patient_id is not null or status in ('HELD', 'BOOKED', 'CANCELLED', 'NO_SHOW', 'EXPIRED'));

create table clinic.booking_links (
  tenant_id uuid not null,
  id uuid not null,
  name text not null constraint booking_links__name_length check (length(name) between 1 and 100),
  secret_hash bytea not null constraint booking_links__secret_hash_length check (length(secret_hash) = 32),
  created_by uuid not null,
  created_at timestamptz not null default now(),
  ended_by uuid,
  ended_at timestamptz,
  constraint booking_links__pkey primary key (tenant_id, id),
  constraint booking_links__secret unique (tenant_id, secret_hash),
  constraint booking_links__tenant foreign key (tenant_id) references clinic.tenants (id),
  constraint booking_links__created_by foreign key (tenant_id, created_by) references clinic.members (tenant_id, id),
  constraint booking_links__ended_by foreign key (tenant_id, ended_by) references clinic.members (tenant_id, id),
  constraint booking_links__ended check ((ended_at is null) = (ended_by is null))
);
comment on table clinic.booking_links is 'A link by which patients book online, such as on a poster.';
comment on column clinic.booking_links.tenant_id is 'The practice.';
comment on column clinic.booking_links.id is 'UUIDv7.';
comment on column clinic.booking_links.name is 'What it is called in the practice.';
comment on column clinic.booking_links.secret_hash is 'SHA-256 of the secret in the link, which holds 256 random bits.';
comment on column clinic.booking_links.created_by is 'The member who made it.';
comment on column clinic.booking_links.created_at is 'When.';
comment on column clinic.booking_links.ended_by is 'The member who ended it.';
comment on column clinic.booking_links.ended_at is 'Since when nobody books by it; null while it works.';

create table clinic.online_booking_settings (
  tenant_id uuid not null,
  chamber_id uuid not null,
  enabled boolean not null,
  days_ahead smallint not null constraint online_booking_settings__days_ahead check (days_ahead between 0 and 60),
  most_per_phone smallint not null constraint online_booking_settings__most_per_phone check (most_per_phone between 1 and 20),
  deposit integer constraint online_booking_settings__deposit check (deposit between 1 and 100000000),
  deposit_minutes smallint not null constraint online_booking_settings__deposit_minutes check (deposit_minutes between 10 and 1440),
  version integer not null default 1,
  constraint online_booking_settings__pkey primary key (tenant_id, chamber_id),
  constraint online_booking_settings__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id)
);
comment on table clinic.online_booking_settings is 'Whether and how patients book online in a chamber; without a row, they do not.';
comment on column clinic.online_booking_settings.tenant_id is 'The practice.';
comment on column clinic.online_booking_settings.chamber_id is 'The chamber.';
comment on column clinic.online_booking_settings.enabled is 'Whether patients book online there, in the sessions that are open for it.';
comment on column clinic.online_booking_settings.days_ahead is 'How many days ahead; 0 is today alone.';
comment on column clinic.online_booking_settings.most_per_phone is 'How many bookings to come one telephone number may have.';
comment on column clinic.online_booking_settings.deposit is 'What is to be paid before a place is booked, in minor units of the practice''s currency; null for nothing.';
comment on column clinic.online_booking_settings.deposit_minutes is 'For how long a place is held until that is paid.';
comment on column clinic.online_booking_settings.version is 'Counts the edits.';

create table clinic.booking_codes (
  tenant_id uuid not null,
  id uuid not null,
  phone_token bytea not null,
  code_token bytea not null,
  content bytea,
  tries smallint not null default 0 constraint booking_codes__tries check (tries between 0 and 5),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint booking_codes__pkey primary key (tenant_id, id),
  constraint booking_codes__phone unique (tenant_id, phone_token),
  constraint booking_codes__tenant foreign key (tenant_id) references clinic.tenants (id)
);
comment on table clinic.booking_codes is 'The last code that was sent to a telephone number, to prove that whoever books has it.';
comment on column clinic.booking_codes.tenant_id is 'The practice.';
comment on column clinic.booking_codes.id is 'UUIDv7; the gateway gets it with every try, so that it sends the message once.';
comment on column clinic.booking_codes.phone_token is 'Keyed hash of the number in E.164.';
comment on column clinic.booking_codes.code_token is 'Keyed hash of the number and the code.';
comment on column clinic.booking_codes.content is 'Sealed JSON: number and text of the message; null once it is used. The row goes an hour after it is over.';
comment on column clinic.booking_codes.tries is 'How often a wrong code was tried; the fifth ends it.';
comment on column clinic.booking_codes.created_at is 'When it was asked for.';
comment on column clinic.booking_codes.expires_at is 'Until when it can be used.';
comment on column clinic.booking_codes.used_at is 'When it was used; once.';

create table clinic.online_bookings (
  tenant_id uuid not null,
  id uuid not null,
  secret_hash bytea not null constraint online_bookings__secret_hash_length check (length(secret_hash) = 32),
  phone_token bytea not null,
  deposit integer,
  currency text,
  deposit_paid_at timestamptz,
  deposit_noted_by uuid,
  created_at timestamptz not null default now(),
  confirmed_at timestamptz,
  constraint online_bookings__pkey primary key (tenant_id, id),
  constraint online_bookings__secret unique (tenant_id, secret_hash),
  constraint online_bookings__appointment foreign key (tenant_id, id) references clinic.appointments (tenant_id, id),
  constraint online_bookings__noted_by foreign key (tenant_id, deposit_noted_by) references clinic.members (tenant_id, id),
  constraint online_bookings__deposit check ((deposit is null) = (currency is null) and (deposit_paid_at is null) = (deposit_noted_by is null) and (deposit is not null or deposit_paid_at is null))
);
create index online_bookings__by_phone on clinic.online_bookings (tenant_id, phone_token);
comment on table clinic.online_bookings is 'What a booking that was made online has besides its appointment.';
comment on column clinic.online_bookings.tenant_id is 'The practice.';
comment on column clinic.online_bookings.id is 'The appointment.';
comment on column clinic.online_bookings.secret_hash is 'SHA-256 of the secret by which whoever booked sees and cancels it, which holds 256 random bits.';
comment on column clinic.online_bookings.phone_token is 'Keyed hash of the telephone number that was proved, in E.164.';
comment on column clinic.online_bookings.deposit is 'What is to be paid before it is booked, in minor units; null for nothing.';
comment on column clinic.online_bookings.currency is 'Of what.';
comment on column clinic.online_bookings.deposit_paid_at is 'When that was told to be paid.';
comment on column clinic.online_bookings.deposit_noted_by is 'By which member.';
comment on column clinic.online_bookings.created_at is 'When the place was held.';
comment on column clinic.online_bookings.confirmed_at is 'When it was booked.';

call platform.secure_tenant_table('clinic.booking_links');
call platform.secure_tenant_table('clinic.online_booking_settings');
call platform.secure_tenant_table('clinic.booking_codes');
call platform.secure_tenant_table('clinic.online_bookings');
grant select, insert (tenant_id, id, name, secret_hash, created_by), update (ended_by, ended_at) on clinic.booking_links to sinduk_app;
grant select, insert (tenant_id, chamber_id, enabled, days_ahead, most_per_phone, deposit, deposit_minutes),
  update (enabled, days_ahead, most_per_phone, deposit, deposit_minutes, version) on clinic.online_booking_settings to sinduk_app;
grant select (tenant_id, id, deposit, currency, deposit_paid_at, confirmed_at), update (deposit_paid_at, deposit_noted_by, confirmed_at) on clinic.online_bookings to sinduk_app;

create function clinic.queue_booking_code() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform graphile_worker.add_job('sendBookingCode', json_build_object('tenantId', new.tenant_id, 'id', new.id), queue_name => 'booking-codes-' || (hashtextextended(new.id::text, 0) & 1),
    max_attempts => 5, job_key => 'booking-code:' || new.id, priority => 0);
  return null;
end $$;
comment on function clinic.queue_booking_code() is 'Queues the sending of a code at once.';
create trigger queue after insert or update of id on clinic.booking_codes for each row execute function clinic.queue_booking_code();
grant select (tenant_id, id, content, created_at, expires_at) on clinic.booking_codes to sinduk_jobs;

create function clinic.places_left(p_tenant uuid, p_session uuid, p_series text) returns integer
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select case when p_series = 'GENERAL' then s.capacity - coalesce((select sum(n.last - n.first + 1) from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = p_session and n.series not in ('GENERAL', 'OVERFLOW')), 0)
        else coalesce((select sum(n.last - n.first + 1) from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = p_session and n.series = p_series), 0) end::integer
      - (select count(*) from clinic.appointments a where a.tenant_id = p_tenant and a.session_id = p_session and a.series = p_series and not a.overbooked and ${TAKING})::integer
    from clinic.sessions s where s.tenant_id = p_tenant and s.id = p_session;
  end;
comment on function clinic.places_left(uuid, uuid, text) is 'How many places of a series a session has left; a place that was held too long is free.';

create function clinic.online_series(p_tenant uuid, p_session uuid) returns text
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select case when exists (select from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = p_session and n.series = 'ONLINE') then 'ONLINE' else 'GENERAL' end;
  end;
comment on function clinic.online_series(uuid, uuid) is 'Which places of a session who books online gets: those kept for it, or everybody''s where none are kept.';

create function clinic.latest_appointment(p_tenant uuid, p_id uuid) returns uuid
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    with recursive chain as (
      select p_id as id, 0 as step union all select a.id, c.step + 1 from chain c join clinic.appointments a on a.tenant_id = p_tenant and a.rescheduled_from = c.id)
    select c.id from chain c order by c.step desc limit 1;
  end;
comment on function clinic.latest_appointment(uuid, uuid) is 'The appointment that has taken the place of one, if it was moved, and of that one, and so on.';

create function platform.booking_link(p_tenant uuid, p_secret bytea)
  returns table (link_id uuid, practice text, country text, currency text, chambers jsonb)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED};
begin
  ${ENTER}
  return query
    select l.id, t.name, t.country::text, t.currency::text, coalesce((
      select jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'timeZone', c.time_zone, 'locale', c.locale, 'observesHolidays', c.observes_holidays,
        'lastDay', (now() at time zone c.time_zone)::date + o.days_ahead, 'deposit', o.deposit) order by c.name, c.id)
      from clinic.chambers c join clinic.online_booking_settings o on o.tenant_id = p_tenant and o.chamber_id = c.id and o.enabled
      where c.tenant_id = p_tenant and c.archived_at is null), '[]')
    from (${LINK}) l join clinic.tenants t on t.id = p_tenant;
  ${LEAVE}
end $$;
comment on function platform.booking_link(uuid, bytea) is 'The practice that a booking link leads to, and its chambers where patients book online; no row unless the secret is that of a link that works.';

create function platform.online_sessions(p_tenant uuid, p_secret bytea, p_chamber uuid, p_from date, p_days integer, p_session uuid)
  returns table (session_id uuid, chamber_id uuid, doctor_id uuid, doctor_profile bytea, local_date text, starts_at timestamptz, ends_at timestamptz, mode text, slot_minutes smallint, capacity smallint, delay_minutes smallint,
    status text, is_planned boolean, own_holiday boolean, online_left integer, online_places integer, now timestamptz, places jsonb)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED};
begin
  ${ENTER}
  return query
    select s.id, s.chamber_id, s.doctor_id, m.profile, s.local_date::text, s.starts_at, s.ends_at, s.mode, s.slot_minutes, s.capacity, s.delay_minutes, s.status, s.schedule_id is not null,
      (select h.closed from clinic.holidays h where h.tenant_id = p_tenant and h.chamber_id = s.chamber_id and h.day = s.local_date),
      clinic.places_left(p_tenant, s.id, clinic.online_series(p_tenant, s.id)),
      (select coalesce(sum(n.last - n.first + 1), s.capacity)::integer from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = s.id and n.series = 'ONLINE'), now(),
      (select coalesce(jsonb_agg(jsonb_build_object('number', a.number, 'status', a.status, 'consultAt', a.consult_at, 'completedAt', a.completed_at,
          'slotFrom', a.slot_from, 'slotUntil', a.slot_until, 'overbooked', a.overbooked) order by a.call_order, a.number), '[]')
       from clinic.appointments a where a.tenant_id = p_tenant and a.session_id = s.id and ${TAKING})
    from (${LINK}) l
    join clinic.online_booking_settings o on o.tenant_id = p_tenant and o.enabled
      and o.chamber_id = coalesce(p_chamber, (select x.chamber_id from clinic.sessions x where x.tenant_id = p_tenant and x.id = p_session))
    join clinic.chambers c on c.tenant_id = p_tenant and c.id = o.chamber_id and c.archived_at is null
    cross join lateral (select (now() at time zone c.time_zone)::date as day) today
    join clinic.sessions s on s.tenant_id = p_tenant and s.chamber_id = c.id and (p_session is null or s.id = p_session) and s.online and s.status in ('PLANNED', 'OPEN', 'RUNNING', 'PAUSED')
      and s.local_date between greatest(p_from, today.day) and least(greatest(p_from, today.day) + p_days - 1, today.day + o.days_ahead)
      and s.ends_at + s.delay_minutes * interval '1 minute' > now()
    join clinic.members m on m.tenant_id = p_tenant and m.id = s.doctor_id and m.status = 'ACTIVE'
    where not exists (select from clinic.closures k where k.tenant_id = p_tenant and k.removed_at is null and s.local_date between k.first_day and k.last_day
      and (k.chamber_id is null or k.chamber_id = s.chamber_id) and (k.doctor_id is null or k.doctor_id = s.doctor_id) and k.created_at > s.created_at)
    order by s.starts_at, s.id limit 200;
  ${LEAVE}
end $$;
comment on function platform.online_sessions(uuid, bytea, uuid, date, integer, uuid) is
  'The sessions of a chamber on some days, or one session, for which patients book online, the doctors'' sealed profiles, and of each appointment its number, status and times; no row unless the secret is that of a link that works.';

create function platform.ask_booking_code(p_tenant uuid, p_secret bytea, p_id uuid, p_phone bytea, p_code bytea, p_content bytea) returns uuid
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED}; link uuid;
begin
  ${ENTER}
  select l.id into link from (${LINK}) l;
  if link is not null then
    insert into clinic.booking_codes as c (tenant_id, id, phone_token, code_token, content, expires_at) values (p_tenant, p_id, p_phone, p_code, p_content, now() + interval '10 minutes')
    on conflict on constraint booking_codes__phone do update set id = excluded.id, code_token = excluded.code_token, content = excluded.content, expires_at = excluded.expires_at,
      created_at = now(), tries = 0, used_at = null;
  end if;
  ${LEAVE}
  return link;
end $$;
comment on function platform.ask_booking_code(uuid, bytea, uuid, bytea, bytea, bytea) is 'Keeps a code for a telephone number in place of the last one, and queues it; the link by which it was asked for, null unless that works.';

create function platform.try_booking_code(p_tenant uuid, p_secret bytea, p_phone bytea, p_code bytea) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED}; is_right boolean;
begin
  ${ENTER}
  update clinic.booking_codes c set tries = c.tries + case when c.code_token = p_code then 0 else 1 end
  where c.tenant_id = p_tenant and c.phone_token = p_phone and c.used_at is null and c.expires_at > now() and c.tries < 5 and exists (${LINK})
  returning c.code_token = p_code into is_right;
  ${LEAVE}
  return coalesce(is_right, false);
end $$;
comment on function platform.try_booking_code(uuid, bytea, bytea, bytea) is 'Whether a code is the one that was sent to a telephone number and can still be used; counts wrong ones.';

-- Reads the places after the session is locked, as whoever books at the desk does.
create function platform.hold_online(p_tenant uuid, p_secret bytea, p_phone bytea, p_code bytea, p_id uuid, p_booking bytea, p_session uuid, p_from timestamptz, p_until timestamptz, p_visit_type text, p_details bytea)
  returns table (outcome text, held_until timestamptz, deposit integer, currency text)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED}; s clinic.sessions; o clinic.online_booking_settings; place clinic.session_numbers; wanted text; until timestamptz; today date; unit text;
begin
  ${ENTER}
  outcome := 'HELD';
  update clinic.booking_codes c set used_at = now(), content = null
  where c.tenant_id = p_tenant and c.phone_token = p_phone and c.code_token = p_code and c.used_at is null and c.expires_at > now() and c.tries < 5 and exists (${LINK});
  if not found then outcome := 'CODE'; return next; return; end if;
  select * into s from clinic.sessions x where x.tenant_id = p_tenant and x.id = p_session for no key update;
  select * into o from clinic.online_booking_settings x where x.tenant_id = p_tenant and x.chamber_id = s.chamber_id and x.enabled;
  select (now() at time zone c.time_zone)::date into today from clinic.chambers c where c.tenant_id = p_tenant and c.id = s.chamber_id and c.archived_at is null;
  if s.id is null or o.tenant_id is null or today is null or not s.online or s.status not in ('PLANNED', 'OPEN', 'RUNNING', 'PAUSED') or (s.slot_minutes is null) <> (p_from is null)
    or s.ends_at + s.delay_minutes * interval '1 minute' <= now() or s.local_date > today + o.days_ahead then outcome := 'NOT_OFFERED'; return next; return; end if;
  if (select count(*) from clinic.online_bookings b join clinic.appointments a on a.tenant_id = p_tenant and a.id = clinic.latest_appointment(p_tenant, b.id)
      where b.tenant_id = p_tenant and b.phone_token = p_phone and (a.status = 'BOOKED' or (a.status = 'HELD' and a.held_until > now())) and a.local_date >= today) >= o.most_per_phone then
    outcome := 'TOO_MANY'; return next; return;
  end if;
  update clinic.appointments a set status = 'EXPIRED', ended_at = now(), version = a.version + 1
  where a.tenant_id = p_tenant and a.session_id = p_session and a.status = 'HELD' and a.held_until <= now();
  wanted := clinic.online_series(p_tenant, p_session);
  select * into place from clinic.session_numbers n where n.tenant_id = p_tenant and n.session_id = p_session and n.series in (wanted, 'OVERFLOW') and n.next <= n.last
  order by n.series = 'OVERFLOW', n.first limit 1;
  if clinic.places_left(p_tenant, p_session, wanted) <= 0 or place.first is null then outcome := 'FULL'; return next; return; end if;
  select t.currency into unit from clinic.tenants t where t.id = p_tenant;
  until := now() + case when o.deposit is null then interval '10 minutes' else o.deposit_minutes * interval '1 minute' end;
  insert into clinic.appointments (tenant_id, id, session_id, chamber_id, local_date, doctor_id, room_id, status, visit_type, channel, series, number, call_order, slot_from, slot_until, held_until, details)
  values (p_tenant, p_id, s.id, s.chamber_id, s.local_date, s.doctor_id, s.room_id, 'HELD', p_visit_type, 'ONLINE', wanted, place.next, coalesce(extract(epoch from p_from), place.next), p_from, p_until, until, p_details);
  update clinic.session_numbers n set next = n.next + 1 where n.tenant_id = p_tenant and n.session_id = p_session and n.first = place.first;
  insert into clinic.online_bookings (tenant_id, id, secret_hash, phone_token, deposit, currency) values (p_tenant, p_id, sha256(p_booking), p_phone, o.deposit, case when o.deposit is not null then unit end);
  held_until := until; deposit := o.deposit; currency := case when o.deposit is not null then unit end;
  ${LEAVE}
  return next;
end $$;
comment on function platform.hold_online(uuid, bytea, bytea, bytea, uuid, bytea, uuid, timestamptz, timestamptz, text, bytea) is
  'Uses a code and holds a place: HELD; CODE when the code cannot be used, NOT_OFFERED, TOO_MANY for the number, FULL: then the caller rolls back.';

create function platform.online_booking(p_tenant uuid, p_secret bytea)
  returns table (id uuid, status text, number smallint, session_id uuid, session_status text, chamber text, time_zone text, doctor_id uuid, doctor_profile bytea, local_date text, starts_at timestamptz, ends_at timestamptz,
    delay_minutes smallint, slot_minutes smallint, capacity smallint, slot_from timestamptz, slot_until timestamptz, held_until timestamptz, deposit integer, currency text, deposit_paid_at timestamptz, now timestamptz, places jsonb)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED};
begin
  ${ENTER}
  return query
    select a.id, case when a.status = 'HELD' and a.held_until <= now() then 'EXPIRED' else a.status end, a.number, s.id, s.status, c.name, c.time_zone, s.doctor_id, m.profile, s.local_date::text, s.starts_at, s.ends_at,
      s.delay_minutes, s.slot_minutes, s.capacity, a.slot_from, a.slot_until, a.held_until, b.deposit, b.currency, b.deposit_paid_at, now(),
      (select jsonb_agg(jsonb_build_object('number', o.number, 'status', o.status, 'consultAt', o.consult_at, 'completedAt', o.completed_at, 'slotFrom', o.slot_from) order by o.call_order, o.number)
       from clinic.appointments o where o.tenant_id = p_tenant and o.session_id = s.id and o.status in ('BOOKED', 'ARRIVED', 'CALLED', 'IN_CONSULT', 'COMPLETED'))
    from clinic.online_bookings b
    join clinic.appointments a on a.tenant_id = p_tenant and a.id = clinic.latest_appointment(p_tenant, b.id)
    join clinic.sessions s on s.tenant_id = p_tenant and s.id = a.session_id
    join clinic.chambers c on c.tenant_id = p_tenant and c.id = s.chamber_id
    join clinic.members m on m.tenant_id = p_tenant and m.id = s.doctor_id
    where b.tenant_id = p_tenant and b.secret_hash = sha256(p_secret);
  ${LEAVE}
end $$;
comment on function platform.online_booking(uuid, bytea) is 'A booking that was made online, where it was moved to, for whoever has its secret; of the other appointments of its session number, status and times.';

create function platform.step_online(p_tenant uuid, p_secret bytea, p_status text) returns table (id uuid, before text, after text, is_deposit_due boolean)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED}; a clinic.appointments; b clinic.online_bookings; latest uuid;
begin
  if p_status not in ('BOOKED', 'CANCELLED') then raise exception using errcode = 'SK066', message = 'whoever booked online confirms or cancels'; end if;
  ${ENTER}
  select x.* into b from clinic.online_bookings x where x.tenant_id = p_tenant and x.secret_hash = sha256(p_secret);
  if b.id is null then ${LEAVE} return; end if;
  latest := clinic.latest_appointment(p_tenant, b.id);
  perform from clinic.sessions s where s.tenant_id = p_tenant and s.id = (select x.session_id from clinic.appointments x where x.tenant_id = p_tenant and x.id = latest) for no key update;
  select x.* into a from clinic.appointments x where x.tenant_id = p_tenant and x.id = latest for no key update;
  -- The deposit may have been paid while the lock was waited for.
  select x.* into b from clinic.online_bookings x where x.tenant_id = p_tenant and x.id = b.id;
  id := a.id; before := case when a.status = 'HELD' and a.held_until <= now() then 'EXPIRED' else a.status end; after := before;
  is_deposit_due := before = 'HELD' and b.deposit is not null and b.deposit_paid_at is null;
  if (p_status = 'BOOKED' and before = 'HELD' and not is_deposit_due) or (p_status = 'CANCELLED' and before in ('HELD', 'BOOKED')) then
    update clinic.appointments x set status = p_status, ended_at = case when p_status = 'CANCELLED' then now() end, version = x.version + 1 where x.tenant_id = p_tenant and x.id = a.id;
    if p_status = 'BOOKED' then update clinic.online_bookings x set confirmed_at = now() where x.tenant_id = p_tenant and x.id = b.id; end if;
    after := p_status;
  end if;
  ${LEAVE}
  return next;
end $$;
comment on function platform.step_online(uuid, bytea, text) is 'Books or cancels a booking that was made online, for whoever has its secret: its status before and after, the same when the step is not open to it; no row without such a booking.';

create function platform.expire_holds(p_tenant uuid) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED}; expired integer;
begin
  ${ENTER}
  -- Sessions first and in the order of their ids, as everybody locks them.
  perform from clinic.sessions s where s.tenant_id = p_tenant
    and s.id in (select a.session_id from clinic.appointments a where a.tenant_id = p_tenant and a.status = 'HELD' and a.held_until <= now()) order by s.id for no key update;
  update clinic.appointments a set status = 'EXPIRED', ended_at = now(), version = a.version + 1 where a.tenant_id = p_tenant and a.status = 'HELD' and a.held_until <= now();
  get diagnostics expired = row_count;
  delete from clinic.booking_codes c where c.tenant_id = p_tenant and c.expires_at < now() - interval '1 hour';
  ${LEAVE}
  return expired;
end $$;
comment on function platform.expire_holds(uuid) is 'Lets go of places that were held too long, and of codes that are over; how many places.';

revoke execute on function clinic.places_left(uuid, uuid, text), clinic.online_series(uuid, uuid), clinic.latest_appointment(uuid, uuid) from public;
grant execute on function platform.booking_link(uuid, bytea), platform.online_sessions(uuid, bytea, uuid, date, integer, uuid), platform.ask_booking_code(uuid, bytea, uuid, bytea, bytea, bytea),
  platform.try_booking_code(uuid, bytea, bytea, bytea), platform.hold_online(uuid, bytea, bytea, bytea, uuid, bytea, uuid, timestamptz, timestamptz, text, bytea), platform.online_booking(uuid, bytea),
  platform.step_online(uuid, bytea, text) to sinduk_auth;
grant execute on function platform.expire_holds(uuid) to sinduk_jobs;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.expire_holds(uuid), platform.step_online(uuid, bytea, text), platform.online_booking(uuid, bytea),
  platform.hold_online(uuid, bytea, bytea, bytea, uuid, bytea, uuid, timestamptz, timestamptz, text, bytea), platform.try_booking_code(uuid, bytea, bytea, bytea),
  platform.ask_booking_code(uuid, bytea, uuid, bytea, bytea, bytea), platform.online_sessions(uuid, bytea, uuid, date, integer, uuid), platform.booking_link(uuid, bytea);
drop function clinic.places_left(uuid, uuid, text), clinic.online_series(uuid, uuid), clinic.latest_appointment(uuid, uuid);
drop table clinic.online_bookings, clinic.booking_codes, clinic.online_booking_settings, clinic.booking_links;
drop function clinic.queue_booking_code();
alter table clinic.appointments drop constraint appointments__known;
`);
  }
}
