import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

// What of a deposit is held or forfeited pays nothing, and is not given back: payment_left leaves it out.
const allocating = [['i.patient_id <> p.patient_id or p.deposit_of is not null then', 'i.patient_id <> p.patient_id then']] as const;
const refunding = [[`'CAPTURED' or p.deposit_of is not null or new.method`, `'CAPTURED' or new.method`]] as const;

const paymentLeft = (kept: string) => `
create or replace function clinic.payment_left(p_tenant uuid, p_payment uuid) returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select p.amount - coalesce((select sum(a.amount) from clinic.allocations a where a.tenant_id = p_tenant and a.payment_id = p_payment), 0)
      - coalesce((select sum(r.amount) from clinic.refunds r where r.tenant_id = p_tenant and r.payment_id = p_payment and r.status not in ('REJECTED', 'FAILED')), 0)${kept}
    from clinic.payments p where p.tenant_id = p_tenant and p.id = p_payment and p.status = 'CAPTURED';
  end;`;

/**
 * Deposits of bookings: held from when the money was had, until they are applied to the visit's invoice, carried to the patient's advance, to be given back, or forfeited, by the version of
 * the chamber's policy that held when they were taken. The database says what the policy makes of a deposit, and posts it, once.
 */
export class Deposits1795000097000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.deposit_policies (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  version smallint not null constraint deposit_policies__version check (version >= 1),
  free_hours smallint not null constraint deposit_policies__free_hours check (free_hours between 0 and 720),
  when_cancelled text not null constraint deposit_policies__when_cancelled check (when_cancelled in ('CARRIED', 'REFUNDABLE')),
  late_points integer not null constraint deposit_policies__late_points check (late_points between 0 and 10000),
  no_show_points integer not null constraint deposit_policies__no_show_points check (no_show_points between 0 and 10000),
  when_practice_cancels text not null constraint deposit_policies__when_practice_cancels check (when_practice_cancels in ('CARRIED', 'REFUNDABLE')),
  made_by uuid not null default platform.current_member(),
  made_at timestamptz not null default now(),
  constraint deposit_policies__pkey primary key (tenant_id, id),
  constraint deposit_policies__once unique (tenant_id, chamber_id, version),
  constraint deposit_policies__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint deposit_policies__made_by foreign key (tenant_id, made_by) references clinic.members (tenant_id, id)
);
comment on table clinic.deposit_policies is 'What becomes of deposits in a chamber, in versions that never change; the newest holds for what is taken from then on.';
comment on column clinic.deposit_policies.tenant_id is 'The practice.';
comment on column clinic.deposit_policies.id is 'UUIDv7.';
comment on column clinic.deposit_policies.chamber_id is 'The chamber.';
comment on column clinic.deposit_policies.version is 'Counted from 1 in the chamber.';
comment on column clinic.deposit_policies.free_hours is 'Until so many hours before the visit whoever booked cancels without losing anything.';
comment on column clinic.deposit_policies.when_cancelled is 'What becomes of it then: CARRIED to the patient''s advance, or REFUNDABLE.';
comment on column clinic.deposit_policies.late_points is 'What of it is forfeited by cancelling later, in basis points.';
comment on column clinic.deposit_policies.no_show_points is 'What of it is forfeited by who does not come, in basis points.';
comment on column clinic.deposit_policies.when_practice_cancels is 'What becomes of it when the practice cancels: CARRIED or REFUNDABLE.';
comment on column clinic.deposit_policies.made_by is 'The member who made it; set by the database.';
comment on column clinic.deposit_policies.made_at is 'When; set by the database.';

create function clinic.keep_deposit_policy() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Another tenant is for row security to refuse.
  if tg_op <> 'DELETE' and new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  if tg_op <> 'INSERT' or new.version <> 1 + (select coalesce(max(y.version), 0) from clinic.deposit_policies y where y.tenant_id = new.tenant_id and y.chamber_id = new.chamber_id) then
    raise exception using errcode = 'SK091', message = 'a version of a policy stays as it is: the next one follows it';
  end if;
  if not coalesce(clinic.may_in(new.tenant_id, new.made_by, new.chamber_id, 'finances:manage'), false) then
    raise exception using errcode = 'SK096', message = 'only who manages the finances of the chamber makes its policy';
  end if;
  return new;
end $$;
comment on function clinic.keep_deposit_policy() is 'Refuses, with SK091, to change a version of a policy, or to leave one out; with SK096, who may not make it.';
create trigger keep_deposit_policy before insert or update or delete on clinic.deposit_policies for each row execute function clinic.keep_deposit_policy();

create table clinic.deposits (
  tenant_id uuid not null,
  id uuid not null,
  appointment_id uuid not null,
  chamber_id uuid not null,
  terms_id uuid,
  amount bigint not null,
  status text not null default 'HELD' constraint deposits__status check (status in ('HELD', 'APPLIED', 'CARRIED', 'REFUNDABLE', 'FORFEITED')),
  forfeited bigint not null default 0,
  invoice_id uuid,
  held_at timestamptz not null default now(),
  settled_by uuid,
  settled_at timestamptz,
  local_date date,
  constraint deposits__pkey primary key (tenant_id, id),
  constraint deposits__is_settled check (num_nonnulls(settled_by, settled_at, local_date) = case status when 'HELD' then 0 else 3 end and (invoice_id is not null) = (status = 'APPLIED')),
  constraint deposits__forfeited check (forfeited between 0 and case status when 'FORFEITED' then amount else 0 end),
  constraint deposits__payment foreign key (tenant_id, id) references clinic.payments (tenant_id, id),
  constraint deposits__appointment foreign key (tenant_id, appointment_id) references clinic.appointments (tenant_id, id),
  constraint deposits__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint deposits__terms foreign key (tenant_id, terms_id) references clinic.deposit_policies (tenant_id, id),
  constraint deposits__invoice foreign key (tenant_id, invoice_id) references clinic.invoices (tenant_id, id),
  constraint deposits__settled_by foreign key (tenant_id, settled_by) references clinic.members (tenant_id, id)
);
create index deposits__by_appointment on clinic.deposits (tenant_id, appointment_id);
create index deposits__by_chamber on clinic.deposits (tenant_id, chamber_id, held_at, id);
create index deposits__held on clinic.deposits (tenant_id, chamber_id, held_at, id) where status = 'HELD';
comment on table clinic.deposits is 'Deposits of bookings that were paid, and what became of them; written by the database when their payments are captured. Settled once, and then never changed.';
comment on column clinic.deposits.tenant_id is 'The practice.';
comment on column clinic.deposits.id is 'That of its payment.';
comment on column clinic.deposits.appointment_id is 'What was booked, before it was moved.';
comment on column clinic.deposits.chamber_id is 'The chamber that took it.';
comment on column clinic.deposits.terms_id is 'The version of the policy that held when it was taken; null where there was none.';
comment on column clinic.deposits.amount is 'How much, in minor units.';
comment on column clinic.deposits.status is 'HELD; then APPLIED to an invoice, CARRIED to the patient''s advance, REFUNDABLE, or FORFEITED in whole or in part, for good.';
comment on column clinic.deposits.forfeited is 'What of it was forfeited, in minor units; the rest is the patient''s advance.';
comment on column clinic.deposits.invoice_id is 'The invoice of the visit, to which it was applied.';
comment on column clinic.deposits.held_at is 'When it was had.';
comment on column clinic.deposits.settled_by is 'Who settled it; set by the database.';
comment on column clinic.deposits.settled_at is 'When; set by the database.';
comment on column clinic.deposits.local_date is 'The day that this counts for, where the chamber is; set by the database.';

create function clinic.deposit_outcome(p_tenant uuid, p_deposit uuid, out status text, out forfeits bigint, out invoice_id uuid)
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select o.status, case when o.points is null then 0 else (d.amount * o.points + 5000) / 10000 end, i.id
    from clinic.deposits d
    join clinic.payments p on p.tenant_id = d.tenant_id and p.id = d.id
    join clinic.online_bookings b on b.tenant_id = d.tenant_id and b.id = d.appointment_id
    join clinic.appointments a on a.tenant_id = d.tenant_id and a.id = clinic.latest_appointment(d.tenant_id, d.appointment_id)
    join clinic.sessions s on s.tenant_id = a.tenant_id and s.id = a.session_id
    left join clinic.deposit_policies y on y.tenant_id = d.tenant_id and y.id = d.terms_id
    left join lateral (
      select v.id from clinic.invoices v
      where v.tenant_id = d.tenant_id and v.patient_id = p.patient_id and v.chamber_id = d.chamber_id and v.kind = 'INVOICE' and v.status = 'ISSUED'
        and (v.appointment_id = a.id or exists (select from clinic.invoice_lines l where l.tenant_id = v.tenant_id and l.invoice_id = v.id and l.appointment_id = a.id))
      order by v.issued_at, v.id limit 1) i on true
    cross join lateral (
      select case
        when a.status = 'CANCELLED' and a.ended_by is null and b.confirmed_at is not null and a.ended_at > coalesce(a.slot_from, s.starts_at) - y.free_hours * interval '1 hour' then nullif(y.late_points, 0)
        when a.status = 'NO_SHOW' then nullif(y.no_show_points, 0) end as points) t
    cross join lateral (
      select t.points, case
        when i.id is not null then 'APPLIED'
        when t.points is not null then 'FORFEITED'
        when a.status = 'EXPIRED' or (a.status = 'CANCELLED' and b.confirmed_at is null) then 'REFUNDABLE'
        when a.status = 'CANCELLED' and a.ended_by is not null then coalesce(y.when_practice_cancels, 'REFUNDABLE')
        when a.status = 'CANCELLED' and coalesce(a.ended_at <= coalesce(a.slot_from, s.starts_at) - y.free_hours * interval '1 hour', true) then coalesce(y.when_cancelled, 'CARRIED')
        when a.status in ('CANCELLED', 'NO_SHOW', 'COMPLETED') then 'CARRIED' end as status) o
    where d.tenant_id = p_tenant and d.id = p_deposit and d.status = 'HELD' and o.status is not null;
  end;
comment on function clinic.deposit_outcome(uuid, uuid) is
  'What becomes of a deposit that is held, by its policy and by what became of the visit, wherever it was moved to: the status it takes, what of it is forfeited, and the invoice of the visit. Nothing as long as the visit is to come.';

create function clinic.begin_deposit() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  perform from clinic.online_bookings b join clinic.appointments a on a.tenant_id = b.tenant_id and a.id = b.id
  where b.tenant_id = new.tenant_id and b.id = new.deposit_of and b.deposit = new.amount and a.chamber_id = new.chamber_id and coalesce(a.patient_id = new.patient_id, true)
    and not exists (select from clinic.deposits d where d.tenant_id = b.tenant_id and d.appointment_id = b.id);
  if not found then
    raise exception using errcode = 'SK095', message = 'a deposit is what is to be paid for a booking of its chamber, by its patient, once';
  end if;
  return new;
end $$;
comment on function clinic.begin_deposit() is 'Refuses, with SK095, a deposit that is not what is due for its booking.';
create trigger begin_deposit before insert on clinic.payments for each row when (new.deposit_of is not null) execute function clinic.begin_deposit();

create function clinic.hold_deposit() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into clinic.deposits (tenant_id, id, appointment_id, chamber_id, terms_id, amount)
  values (new.tenant_id, new.id, new.deposit_of, new.chamber_id,
    (select y.id from clinic.deposit_policies y where y.tenant_id = new.tenant_id and y.chamber_id = new.chamber_id order by y.version desc limit 1), new.amount);
  return null;
end $$;
comment on function clinic.hold_deposit() is 'Holds a deposit that was captured, by the newest policy of its chamber.';
create trigger hold_deposit after update on clinic.payments for each row when (old.status = 'PENDING' and new.status = 'CAPTURED' and new.deposit_of is not null) execute function clinic.hold_deposit();

create function clinic.keep_deposit() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare said record;
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from old.tenant_id then
    return new;
  end if;
  if old.status <> 'HELD' or new.status = 'HELD' then
    raise exception using errcode = 'SK091', message = 'a deposit is settled once';
  end if;
  select * into said from clinic.deposit_outcome(old.tenant_id, old.id);
  if said.status is distinct from new.status then
    raise exception using errcode = 'SK095', message = format('by its policy a deposit does not become %s now', new.status);
  end if;
  if not coalesce(clinic.may_in(old.tenant_id, platform.current_member(), old.chamber_id, 'payments:take'), false) then
    raise exception using errcode = 'SK096', message = 'only who may take payments in the chamber settles a deposit';
  end if;
  perform clinic.hold_books(old.tenant_id, old.chamber_id);
  new := old;
  new.status := said.status; new.forfeited := said.forfeits; new.invoice_id := said.invoice_id;
  new.settled_by := platform.current_member(); new.settled_at := now(); new.local_date := clinic.books_today(old.tenant_id, old.chamber_id);
  return new;
end $$;
comment on function clinic.keep_deposit() is 'Refuses, with SK091, to settle a deposit twice; with SK095, otherwise than its policy says; with SK096, who may not.';
create trigger keep_deposit before update on clinic.deposits for each row execute function clinic.keep_deposit();

create function clinic.post_deposit() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare pays bigint;
begin
  perform clinic.post_entry(new.tenant_id, new.chamber_id, new.local_date, 'DEPOSIT_' || case new.status when 'REFUNDABLE' then 'CARRIED' else new.status end, new.id,
    array[row('DEPOSIT', null, new.amount), row('FORFEITED', null, -new.forfeited), row('ADVANCE', null, new.forfeited - new.amount)]::clinic.posting[]);
  pays := case when new.status = 'APPLIED' then least(new.amount, clinic.invoice_due(new.tenant_id, new.invoice_id)) end;
  if pays > 0 then
    insert into clinic.allocations (tenant_id, id, payment_id, invoice_id, amount) values (new.tenant_id, clinic.time_ordered_id(), new.id, new.invoice_id, pays);
  end if;
  return null;
end $$;
comment on function clinic.post_deposit() is 'Posts a deposit that is settled: what is not forfeited is the patient''s advance, and pays the visit''s invoice where it is applied to it.';
create trigger post_deposit after update on clinic.deposits for each row execute function clinic.post_deposit();
${paymentLeft(`
      - coalesce((select case d.status when 'HELD' then d.amount else d.forfeited end from clinic.deposits d where d.tenant_id = p_tenant and d.id = p_payment), 0)`)}
comment on function clinic.payment_left(uuid, uuid) is 'What of a captured payment is neither allocated nor given back, or asked back, nor held or forfeited as a deposit.';
${changeFunction('clinic.allocate()', allocating)}
${changeFunction('clinic.request_refund()', refunding)}

create function clinic.apply_deposits() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare held uuid;
begin
  for held in
    select d.id from clinic.payments p join clinic.deposits d on d.tenant_id = p.tenant_id and d.id = p.id
    where p.tenant_id = new.tenant_id and p.patient_id = new.patient_id and p.deposit_of is not null and d.chamber_id = new.chamber_id and d.status = 'HELD' order by d.id
  loop
    update clinic.deposits d set status = 'APPLIED' where d.tenant_id = new.tenant_id and d.id = held and (clinic.deposit_outcome(new.tenant_id, held)).invoice_id = new.id;
  end loop;
  return null;
end $$;
comment on function clinic.apply_deposits() is 'Applies the deposits of a visit to its invoice when it is issued.';
-- After the invoice was posted: triggers run by their names.
create trigger with_deposits after update on clinic.invoices for each row when (old.status = 'DRAFT' and new.status = 'ISSUED' and new.kind = 'INVOICE') execute function clinic.apply_deposits();

call platform.secure_tenant_table('clinic.deposit_policies');
call platform.secure_tenant_table('clinic.deposits');
grant select, insert (tenant_id, id, chamber_id, version, free_hours, when_cancelled, late_points, no_show_points, when_practice_cancels) on clinic.deposit_policies to sinduk_app;
grant select, update (status) on clinic.deposits to sinduk_app;
grant execute on function clinic.deposit_outcome(uuid, uuid) to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop trigger with_deposits on clinic.invoices;
drop trigger hold_deposit on clinic.payments;
drop trigger begin_deposit on clinic.payments;
${changeFunction('clinic.request_refund()', undone(refunding))}
${changeFunction('clinic.allocate()', undone(allocating))}
${paymentLeft('')}
comment on function clinic.payment_left(uuid, uuid) is 'What of a captured payment is neither allocated nor given back, or asked back.';
drop function clinic.apply_deposits(), clinic.hold_deposit(), clinic.begin_deposit(), clinic.deposit_outcome(uuid, uuid);
drop table clinic.deposits, clinic.deposit_policies;
drop function clinic.post_deposit(), clinic.keep_deposit(), clinic.keep_deposit_policy();
`);
  }
}
