import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOBODY = '00000000-0000-0000-0000-000000000000';
const ENTER = `perform platform.set_context(p_tenant, '${NOBODY}');`;
/** What was entered before is put back in the end: the practice is entered for this call alone. */
const LEAVE = `perform set_config('sinduk.context', entered, true);`;
const ENTERED = `entered text := coalesce(current_setting('sinduk.context', true), '')`;
/** A link that works, of p_tenant by p_secret. */
const LINK = `
  select l.id from clinic.booking_links l join clinic.tenants t on t.id = p_tenant and t.status in ('TRIAL', 'ACTIVE', 'PAST_DUE')
  where l.tenant_id = p_tenant and l.secret_hash = sha256(p_secret) and l.ended_at is null`;

const offerPlace = (letGo: string): string => `
create or replace function platform.offer_place(p_tenant uuid, p_entry uuid, p_session uuid, p_version integer, p_queue_version bigint, p_appointment uuid, p_series text, p_first integer,
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
${letGo}  update clinic.session_numbers n set next = n.next + 1 where n.tenant_id = p_tenant and n.session_id = p_session and n.first = p_first and n.next <= n.last returning n.next - 1 into strict given;
  insert into clinic.appointments (tenant_id, id, session_id, chamber_id, local_date, doctor_id, room_id, patient_id, status, visit_type, channel, series, number, call_order, slot_from, slot_until,
      details, booked_by, held_until)
    values (p_tenant, p_appointment, session.id, session.chamber_id, session.local_date, session.doctor_id, session.room_id, entry.patient_id, 'HELD', entry.visit_type, 'DESK', p_series, given,
      coalesce(extract(epoch from p_slot_from), given), p_slot_from, p_slot_until, p_details, entry.added_by, p_held_until);
  update clinic.waitlist_entries w set status = 'OFFERED', offered_id = p_appointment, version = w.version + 1 where w.tenant_id = p_tenant and w.id = p_entry;
  insert into clinic.messages (tenant_id, id, appointment_id, kind, due) values (p_tenant, p_message, p_appointment, 'WAITLIST_OFFER', now());
  perform set_config('sinduk.context', '', true);
end $$;
`;

const holdOnline = (oneAtATime: string, letGo: string, told: string): string => `
create function platform.hold_online(p_tenant uuid, p_secret bytea, p_phone bytea, p_code bytea, p_id uuid, p_booking bytea, p_session uuid, p_from timestamptz, p_until timestamptz, p_visit_type text, p_details bytea)
  returns table (outcome text, held_until timestamptz, deposit integer, currency text${told})
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
${oneAtATime}  if (select count(*) from clinic.online_bookings b join clinic.appointments a on a.tenant_id = p_tenant and a.id = clinic.latest_appointment(p_tenant, b.id)
      where b.tenant_id = p_tenant and b.phone_token = p_phone and (a.status = 'BOOKED' or (a.status = 'HELD' and a.held_until > now())) and a.local_date >= today) >= o.most_per_phone then
    outcome := 'TOO_MANY'; return next; return;
  end if;
${letGo}  wanted := clinic.online_series(p_tenant, p_session);
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
revoke execute on function platform.hold_online(uuid, bytea, bytea, bytea, uuid, bytea, uuid, timestamptz, timestamptz, text, bytea) from public;
grant execute on function platform.hold_online(uuid, bytea, bytea, bytea, uuid, bytea, uuid, timestamptz, timestamptz, text, bytea) to sinduk_auth;`;
const DROP_HOLD_ONLINE = 'drop function platform.hold_online(uuid, bytea, bytea, bytea, uuid, bytea, uuid, timestamptz, timestamptz, text, bytea);';

/** A place that was held too long is let go by whoever can name it in the trail: each by itself, or with the booking that needs it. */
export class HoldsLetGo1795000068000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
${offerPlace('')}
${DROP_HOLD_ONLINE}
${holdOnline(`  -- Two places that one number holds at once are counted one after the other.
  perform pg_advisory_xact_lock(hashtextextended('online bookings of ' || p_tenant::text || encode(p_phone, 'hex'), 0));
`, `  with gone as (
    update clinic.appointments a set status = 'EXPIRED', ended_at = now(), version = a.version + 1
    where a.tenant_id = p_tenant and a.session_id = p_session and a.status = 'HELD' and a.held_until <= now() returning a.id, a.patient_id)
  select coalesce(jsonb_agg(jsonb_build_object('id', gone.id, 'patient_id', gone.patient_id)), '[]') into let_go from gone;
`, ', let_go jsonb')}

drop function platform.expire_holds(uuid);
create function platform.expire_hold(p_tenant uuid, p_id uuid) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare ${ENTERED};
begin
  ${ENTER}
  perform from clinic.sessions s where s.tenant_id = p_tenant and s.id = (select a.session_id from clinic.appointments a where a.tenant_id = p_tenant and a.id = p_id) for no key update;
  update clinic.appointments a set status = 'EXPIRED', ended_at = now(), version = a.version + 1 where a.tenant_id = p_tenant and a.id = p_id and a.status = 'HELD' and a.held_until <= now();
  if not found then raise exception using errcode = 'SK064', message = 'the place is not held too long'; end if;
  ${LEAVE}
end $$;
comment on function platform.expire_hold(uuid, uuid) is 'Lets go of a place that was held too long. Raises SK064 when it is not held any more, or still may be.';
create function platform.forget_booking_codes(p_tenant uuid) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare ${ENTERED};
begin
  ${ENTER}
  delete from clinic.booking_codes c where c.tenant_id = p_tenant and c.expires_at < now() - interval '1 hour';
  ${LEAVE}
end $$;
comment on function platform.forget_booking_codes(uuid) is 'Forgets codes that ran out an hour ago.';
revoke execute on function platform.expire_hold(uuid, uuid), platform.forget_booking_codes(uuid) from public;
grant execute on function platform.expire_hold(uuid, uuid) to sinduk_audit;
grant execute on function platform.forget_booking_codes(uuid) to sinduk_jobs;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.expire_hold(uuid, uuid), platform.forget_booking_codes(uuid);
${offerPlace(`  update clinic.appointments a set status = 'EXPIRED', ended_at = now(), version = a.version + 1
    where a.tenant_id = p_tenant and a.session_id = p_session and a.status = 'HELD' and a.held_until <= now();
`)}
${DROP_HOLD_ONLINE}
${holdOnline('', `  update clinic.appointments a set status = 'EXPIRED', ended_at = now(), version = a.version + 1
  where a.tenant_id = p_tenant and a.session_id = p_session and a.status = 'HELD' and a.held_until <= now();
`, '')}
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
revoke execute on function platform.expire_holds(uuid) from public;
grant execute on function platform.expire_holds(uuid) to sinduk_jobs;
`);
  }
}
