import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const NOBODY = '00000000-0000-0000-0000-000000000000';
const ENTER = `perform platform.set_context(p_tenant, '${NOBODY}');`;
/** What was entered before is put back in the end: the practice is entered for this call alone. */
const LEAVE = `perform set_config('sinduk.context', entered, true);`;
const ENTERED = `entered text := coalesce(current_setting('sinduk.context', true), '')`;

// Whoever comes has paid what was paid online for what they come for.
const whose = [['new.patient_id <> old.patient_id and not ', `new.patient_id is distinct from old.patient_id
    and not (old.patient_id is null and coalesce((select a.patient_id from clinic.appointments a where a.tenant_id = old.tenant_id and a.id = clinic.latest_appointment(old.tenant_id, old.deposit_of)), new.patient_id) = new.patient_id) and not `]] as const;
// Nobody's money pays nobody's invoice.
const known = [['i.patient_id <> p.patient_id then', 'i.patient_id is distinct from p.patient_id then']] as const;
const theirs = [['coalesce(a.patient_id = new.patient_id, true)', '(a.patient_id is null or a.patient_id is not distinct from new.patient_id)']] as const;

// Nobody has an advance.
const carried = [['  perform clinic.hold_books(old.tenant_id, old.chamber_id);', `  if said.status <> 'REFUNDABLE' and said.forfeits < old.amount and (select p.patient_id from clinic.payments p where p.tenant_id = old.tenant_id and p.id = old.id) is null then
    raise exception using errcode = 'SK095', message = 'what is carried is the advance of a patient';
  end if;
  perform clinic.hold_books(old.tenant_id, old.chamber_id);`]] as const;

/** What becomes of a deposit; with `again`, one that was paid a second time for the same booking is to be given back, whatever became of the visit. */
const depositOutcome = (again: boolean): string => `
create or replace function clinic.deposit_outcome(p_tenant uuid, p_deposit uuid, out status text, out forfeits bigint, out invoice_id uuid)
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select o.status, case when o.points is null then 0 else (d.amount * o.points + 5000) / 10000 end, i.id
    from clinic.deposits d
    join clinic.payments p on p.tenant_id = d.tenant_id and p.id = d.id
    join clinic.online_bookings b on b.tenant_id = d.tenant_id and b.id = d.appointment_id
    join clinic.appointments a on a.tenant_id = d.tenant_id and a.id = clinic.latest_appointment(d.tenant_id, d.appointment_id)
    join clinic.sessions s on s.tenant_id = a.tenant_id and s.id = a.session_id
    left join clinic.deposit_policies y on y.tenant_id = d.tenant_id and y.id = d.terms_id${again ? `
    cross join lateral (
      select exists (select from clinic.deposits f where f.tenant_id = d.tenant_id and f.appointment_id = d.appointment_id and (f.held_at, f.id) < (d.held_at, d.id)) as again) n` : ''}
    left join lateral (
      select v.id from clinic.invoices v
      where v.tenant_id = d.tenant_id and v.patient_id = p.patient_id and v.chamber_id = d.chamber_id and v.kind = 'INVOICE' and v.status = 'ISSUED'
        and (v.appointment_id = a.id or exists (select from clinic.invoice_lines l where l.tenant_id = v.tenant_id and l.invoice_id = v.id and l.appointment_id = a.id))
      order by v.issued_at, v.id limit 1) i on ${again ? 'not n.again' : 'true'}
    cross join lateral (
      select case${again ? `
        when n.again then null` : ''}
        when a.status = 'CANCELLED' and a.ended_by is null and b.confirmed_at is not null and a.ended_at > coalesce(a.slot_from, s.starts_at) - y.free_hours * interval '1 hour' then nullif(y.late_points, 0)
        when a.status = 'NO_SHOW' then nullif(y.no_show_points, 0) end as points) t
    cross join lateral (
      select t.points, case${again ? `
        when n.again then 'REFUNDABLE'` : ''}
        when i.id is not null then 'APPLIED'
        when t.points is not null then 'FORFEITED'
        when a.status = 'EXPIRED' or (a.status = 'CANCELLED' and b.confirmed_at is null) then 'REFUNDABLE'
        when a.status = 'CANCELLED' and a.ended_by is not null then coalesce(y.when_practice_cancels, 'REFUNDABLE')
        when a.status = 'CANCELLED' and coalesce(a.ended_at <= coalesce(a.slot_from, s.starts_at) - y.free_hours * interval '1 hour', true) then coalesce(y.when_cancelled, 'CARRIED')
        when a.status in ('CANCELLED', 'NO_SHOW', 'COMPLETED') then 'CARRIED' end as status) o
    where d.tenant_id = p_tenant and d.id = p_deposit and d.status = 'HELD' and o.status is not null;
  end;`;

/**
 * Whoever books online pays the deposit by wallet, without an account: who has the booking's secret begins the payment, and background work, which asks the provider, captures it and books the place.
 * Until the desk knows who comes, the payment has no patient.
 */
export class DepositsPaidOnline1795000099000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
alter table clinic.payments alter column patient_id drop not null,
  add constraint payments__is_whose check (patient_id is not null or (deposit_of is not null and method in ('BKASH', 'WALLET')));
comment on column clinic.payments.patient_id is 'For whose treatment it is; null for what somebody paid online, as long as nobody said who comes.';
create index payments__by_booking on clinic.payments (tenant_id, deposit_of) where deposit_of is not null;
alter table clinic.online_bookings drop constraint online_bookings__deposit,
  add constraint online_bookings__deposit check ((deposit is null) = (currency is null) and (deposit_noted_by is null or deposit_paid_at is not null) and (deposit is not null or deposit_paid_at is null));
comment on column clinic.online_bookings.deposit_noted_by is 'By which member; null when it was paid online.';
${changeFunction('clinic.keep_payment()', whose)}
${changeFunction('clinic.allocate()', known)}
${changeFunction('clinic.begin_deposit()', theirs)}
${changeFunction('clinic.keep_deposit()', carried)}
${depositOutcome(true)}

create function clinic.name_payer() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update clinic.payments p set patient_id = new.patient_id
  where p.tenant_id = new.tenant_id and p.patient_id is null and p.deposit_of in (
    with recursive former as (
      select new.id, new.rescheduled_from union all select a.id, a.rescheduled_from from former f join clinic.appointments a on a.tenant_id = new.tenant_id and a.id = f.rescheduled_from)
    select f.id from former f);
  return null;
end $$;
comment on function clinic.name_payer() is 'Gives what was paid online for a booking to the patient who comes.';
create trigger name_payer after update of patient_id on clinic.appointments for each row when (old.patient_id is null and new.patient_id is not null) execute function clinic.name_payer();

create function clinic.is_place_held(p_tenant uuid, p_appointment uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select exists (select from clinic.appointments a where a.tenant_id = p_tenant and a.id = p_appointment and a.status = 'HELD' and a.held_until > now());
  end;
comment on function clinic.is_place_held(uuid, uuid) is 'Whether a place is still held for who booked it online.';

create function platform.begin_online_deposit(p_tenant uuid, p_secret bytea, p_payment uuid, p_provider text, p_details bytea)
  returns table (payment_id uuid, is_new boolean, obstacle text, appointment_id uuid, patient_id uuid, status text, amount integer)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED}; b clinic.online_bookings; a clinic.appointments; s clinic.sessions;
begin
  ${ENTER}
  select x.* into b from clinic.online_bookings x where x.tenant_id = p_tenant and x.secret_hash = sha256(p_secret);
  if b.id is null then ${LEAVE} return; end if;
  select x.* into s from clinic.sessions x where x.tenant_id = p_tenant and x.id = (select y.session_id from clinic.appointments y where y.tenant_id = p_tenant and y.id = b.id) for no key update;
  select x.* into a from clinic.appointments x where x.tenant_id = p_tenant and x.id = b.id for no key update;
  -- The deposit may have been paid while the lock was waited for.
  select x.* into b from clinic.online_bookings x where x.tenant_id = p_tenant and x.id = b.id;
  appointment_id := a.id; patient_id := a.patient_id; amount := b.deposit; status := case when a.status = 'HELD' and a.held_until <= now() then 'EXPIRED' else a.status end;
  -- The same request again, or what is under way: nobody pays twice.
  select p.id into payment_id from clinic.payments p join clinic.wallet_payments w on w.tenant_id = p.tenant_id and w.id = p.id
  where p.tenant_id = p_tenant and p.deposit_of = b.id and (p.id = p_payment or p.status = 'PENDING') order by p.id = p_payment desc limit 1;
  is_new := payment_id is null;
  if is_new then
    obstacle := case when b.deposit is null then 'NO_DEPOSIT' when b.deposit_paid_at is not null then 'DEPOSIT_PAID' when status <> 'HELD' then 'APPOINTMENT_STATUS' when clinic.booking_obstacle(s) is not null then 'NOT_OFFERED' end;
    if obstacle is null then
      insert into clinic.payments (tenant_id, id, chamber_id, patient_id, deposit_of, method, provider, amount, details) values (p_tenant, p_payment, a.chamber_id, a.patient_id, b.id, 'BKASH', p_provider, b.deposit, p_details);
      insert into clinic.wallet_payments (tenant_id, id, provider) values (p_tenant, p_payment, p_provider);
      payment_id := p_payment;
    end if;
  end if;
  ${LEAVE}
  return next;
end $$;
comment on function platform.begin_online_deposit(uuid, bytea, uuid, text, bytea) is
  'Begins the payment of a deposit, PENDING, for whoever has the booking''s secret; the same again under the same id, and the one that is under way under another. What stands in the way: NO_DEPOSIT, DEPOSIT_PAID, APPOINTMENT_STATUS, NOT_OFFERED. No row without such a booking.';

create function platform.lock_online_deposit(p_tenant uuid, p_payment uuid)
  returns table (appointment_id uuid, status text, is_over boolean, is_paid boolean, deposit integer, takes_bookings boolean, schedule_id uuid, local_date text, was_closed boolean, own_holiday boolean, observes_holidays boolean, country text)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED}; booking uuid;
begin
  ${ENTER}
  select p.deposit_of into booking from clinic.payments p where p.tenant_id = p_tenant and p.id = p_payment;
  perform from clinic.sessions s where s.tenant_id = p_tenant and s.id = (select a.session_id from clinic.appointments a where a.tenant_id = p_tenant and a.id = booking) for no key update;
  perform from clinic.appointments a where a.tenant_id = p_tenant and a.id = booking for no key update;
  return query
    select a.id, a.status, a.held_until <= now(), b.deposit_paid_at is not null, b.deposit, clinic.booking_obstacle(s) is null, s.schedule_id, s.local_date::text,
      exists (select from clinic.closures k where k.tenant_id = p_tenant and k.removed_at is null and s.local_date between k.first_day and k.last_day
        and (k.chamber_id is null or k.chamber_id = s.chamber_id) and (k.doctor_id is null or k.doctor_id = s.doctor_id) and k.created_at > s.created_at),
      (select h.closed from clinic.holidays h where h.tenant_id = p_tenant and h.chamber_id = s.chamber_id and h.day = s.local_date),
      (select c.observes_holidays from clinic.chambers c where c.tenant_id = p_tenant and c.id = s.chamber_id), (select t.country::text from clinic.tenants t where t.id = p_tenant)
    from clinic.online_bookings b join clinic.appointments a on a.tenant_id = p_tenant and a.id = b.id join clinic.sessions s on s.tenant_id = p_tenant and s.id = a.session_id
    where b.tenant_id = p_tenant and b.id = booking;
  ${LEAVE}
end $$;
comment on function platform.lock_online_deposit(uuid, uuid) is 'Locks the session and the booking of a deposit that a provider captured, and tells how they stand.';

create function platform.note_online_deposit(p_tenant uuid, p_payment uuid, p_status text, p_kinds text[], p_ids uuid[]) returns table (id uuid, patient_id uuid)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare ${ENTERED}; a clinic.appointments; s clinic.sessions;
begin
  ${ENTER}
  select x.* into a from clinic.appointments x join clinic.payments p on p.tenant_id = x.tenant_id and p.deposit_of = x.id
  where p.tenant_id = p_tenant and p.id = p_payment and p.status = 'CAPTURED' and p.taken_by is null;
  select x.* into s from clinic.sessions x where x.tenant_id = p_tenant and x.id = a.session_id;
  if a.id is null or p_status not in ('BOOKED', 'CANCELLED', 'EXPIRED') or (p_status = 'BOOKED' and (a.status <> 'HELD' or a.held_until <= now() or clinic.booking_obstacle(s) is not null)) then
    raise exception using errcode = 'SK095', message = 'a deposit that was captured books the place that is held for it, where patients are still taken';
  end if;
  update clinic.online_bookings b set deposit_paid_at = now(), confirmed_at = case when p_status = 'BOOKED' then now() end where b.tenant_id = p_tenant and b.id = a.id and b.deposit_paid_at is null;
  if not found then
    raise exception using errcode = 'SK095', message = 'the deposit was paid before';
  end if;
  if a.status = 'HELD' then
    update clinic.appointments x set status = p_status, held_until = case when p_status <> 'BOOKED' then x.held_until end, ended_at = case when p_status <> 'BOOKED' then now() end, version = x.version + 1
    where x.tenant_id = p_tenant and x.id = a.id;
    return query
      insert into clinic.messages as m (tenant_id, id, appointment_id, kind, due)
      select p_tenant, q.id, a.id, q.kind, coalesce(t.due, now())
      from unnest(p_ids, p_kinds) q (id, kind)
      join clinic.chambers c on c.tenant_id = p_tenant and c.id = a.chamber_id
      cross join lateral (select clinic.message_due(q.kind, a.local_date, coalesce(a.slot_from, s.starts_at) + s.delay_minutes * interval '1 minute', c.time_zone) as due) t
      where t.due is null or t.due > now() + interval '2 hours'
      on conflict on constraint messages__once do nothing
      returning m.id, a.patient_id;
  end if;
  ${LEAVE}
end $$;
comment on function platform.note_online_deposit(uuid, uuid, text, text[], uuid[]) is
  'Notes that a deposit was paid online, as its payment was captured: its place is BOOKED, or let go, CANCELLED or EXPIRED; and queues what whoever booked is told. Refuses, with SK095, one that was not captured, or was paid before, and a place that is not held any more.';

revoke execute on function clinic.is_place_held(uuid, uuid), platform.begin_online_deposit(uuid, bytea, uuid, text, bytea), platform.lock_online_deposit(uuid, uuid), platform.note_online_deposit(uuid, uuid, text, text[], uuid[]) from public;
grant execute on function platform.begin_online_deposit(uuid, bytea, uuid, text, bytea) to sinduk_auth;
grant execute on function clinic.is_place_held(uuid, uuid) to sinduk_jobs;
grant execute on function platform.lock_online_deposit(uuid, uuid), platform.note_online_deposit(uuid, uuid, text, text[], uuid[]) to sinduk_audit;
grant select (deposit_of) on clinic.payments to sinduk_jobs;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
revoke select (deposit_of) on clinic.payments from sinduk_jobs;
drop function platform.note_online_deposit(uuid, uuid, text, text[], uuid[]), platform.lock_online_deposit(uuid, uuid), platform.begin_online_deposit(uuid, bytea, uuid, text, bytea), clinic.is_place_held(uuid, uuid);
drop trigger name_payer on clinic.appointments;
drop function clinic.name_payer();
${depositOutcome(false)}
${changeFunction('clinic.keep_deposit()', undone(carried))}
${changeFunction('clinic.begin_deposit()', undone(theirs))}
${changeFunction('clinic.allocate()', undone(known))}
${changeFunction('clinic.keep_payment()', undone(whose))}
comment on column clinic.online_bookings.deposit_noted_by is 'By which member.';
alter table clinic.online_bookings drop constraint online_bookings__deposit,
  add constraint online_bookings__deposit check ((deposit is null) = (currency is null) and (deposit_paid_at is null) = (deposit_noted_by is null) and (deposit is not null or deposit_paid_at is null));
drop index clinic.payments__by_booking;
comment on column clinic.payments.patient_id is 'For whose treatment it is.';
alter table clinic.payments drop constraint payments__is_whose, alter column patient_id set not null;
`);
  }
}
