import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The most that one amount may be, in minor units. */
const MOST = '100000000000';

/**
 * Payments, what invoices they are allocated to, and refunds. The database keeps them from being counted twice, allocated or given back beyond what there is, and posts them to the books.
 */
export class Payments1795000090200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.drawers (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  cashier_id uuid not null default platform.current_member(),
  status text not null default 'OPEN' constraint drawers__status check (status in ('OPEN', 'CLOSED')),
  opening_float bigint not null constraint drawers__opening_float check (opening_float between 0 and ${MOST}),
  local_date date not null,
  opened_at timestamptz not null default now(),
  constraint drawers__pkey primary key (tenant_id, id),
  constraint drawers__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint drawers__cashier foreign key (tenant_id, cashier_id) references clinic.members (tenant_id, id)
);
create unique index drawers__one_open on clinic.drawers (tenant_id, chamber_id, cashier_id) where status = 'OPEN';
create index drawers__by_day on clinic.drawers (tenant_id, chamber_id, local_date);
comment on table clinic.drawers is 'The cash of a cashier, from when the drawer is opened until it is closed.';
comment on column clinic.drawers.tenant_id is 'The practice.';
comment on column clinic.drawers.id is 'UUIDv7.';
comment on column clinic.drawers.chamber_id is 'The chamber.';
comment on column clinic.drawers.cashier_id is 'Whose it is; set by the database.';
comment on column clinic.drawers.status is 'OPEN or CLOSED.';
comment on column clinic.drawers.opening_float is 'The change in it when it was opened, in minor units.';
comment on column clinic.drawers.local_date is 'The day it was opened, where the chamber is; set by the database.';
comment on column clinic.drawers.opened_at is 'When it was opened; set by the database.';

create table clinic.payments (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  patient_id uuid not null,
  deposit_of uuid,
  method text not null constraint payments__method check (method in ('CASH', 'CARD', 'BKASH', 'WALLET', 'BANK')),
  provider text not null constraint payments__provider check (length(provider) between 1 and 40),
  reference text constraint payments__reference check (length(reference) between 1 and 100),
  drawer_id uuid,
  amount bigint not null constraint payments__amount check (amount between 1 and ${MOST}),
  status text not null default 'PENDING' constraint payments__status check (status in ('PENDING', 'CAPTURED', 'FAILED')),
  details bytea not null,
  local_date date,
  captured_at timestamptz,
  failed_at timestamptz,
  taken_by uuid default nullif(platform.current_member(), '00000000-0000-0000-0000-000000000000'),
  created_at timestamptz not null default now(),
  version integer not null default 1,
  constraint payments__pkey primary key (tenant_id, id),
  constraint payments__reference_once unique (tenant_id, provider, reference),
  constraint payments__cash check ((method = 'CASH') = (drawer_id is not null)),
  constraint payments__is_captured check (num_nonnulls(captured_at, local_date) = case status when 'CAPTURED' then 2 else 0 end and (failed_at is not null) = (status = 'FAILED')),
  constraint payments__is_told check (status <> 'CAPTURED' or method = 'CASH' or reference is not null),
  constraint payments__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint payments__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint payments__deposit_of foreign key (tenant_id, deposit_of) references clinic.appointments (tenant_id, id),
  constraint payments__drawer foreign key (tenant_id, drawer_id) references clinic.drawers (tenant_id, id),
  constraint payments__taken_by foreign key (tenant_id, taken_by) references clinic.members (tenant_id, id)
);
create index payments__by_patient on clinic.payments (tenant_id, patient_id, created_at, id);
create index payments__by_day on clinic.payments (tenant_id, chamber_id, local_date, id) where local_date is not null;
create index payments__by_drawer on clinic.payments (tenant_id, drawer_id) where drawer_id is not null;
create index payments__pending on clinic.payments (tenant_id, created_at) where status = 'PENDING';
comment on table clinic.payments is 'What was paid, or is to be paid by a provider. What was captured never changes.';
comment on column clinic.payments.tenant_id is 'The practice.';
comment on column clinic.payments.id is 'UUIDv7, or what a client made.';
comment on column clinic.payments.chamber_id is 'The chamber that takes it.';
comment on column clinic.payments.patient_id is 'For whose treatment it is.';
comment on column clinic.payments.deposit_of is 'The appointment that it is a deposit of.';
comment on column clinic.payments.method is 'How it is paid.';
comment on column clinic.payments.provider is 'Whose references those are: the method, or the name of the terminal, wallet or bank.';
comment on column clinic.payments.reference is 'The provider''s id of the transaction, by which it is counted once.';
comment on column clinic.payments.drawer_id is 'The drawer that cash went into.';
comment on column clinic.payments.amount is 'How much, in minor units.';
comment on column clinic.payments.status is 'PENDING; then CAPTURED or FAILED, for good.';
comment on column clinic.payments.details is 'Sealed JSON: who paid, if not the patient; what the provider said.';
comment on column clinic.payments.local_date is 'The day that it counts for, where the chamber is; set by the database.';
comment on column clinic.payments.captured_at is 'When the money was had; set by the database.';
comment on column clinic.payments.failed_at is 'When it came to nothing; set by the database.';
comment on column clinic.payments.taken_by is 'The member who took it; null for what was paid online. Set by the database.';
comment on column clinic.payments.created_at is 'When it was begun; set by the database.';
comment on column clinic.payments.version is 'Counts its changes.';

create table clinic.allocations (
  tenant_id uuid not null,
  id uuid not null,
  payment_id uuid not null,
  invoice_id uuid not null,
  amount bigint not null constraint allocations__amount check (amount <> 0),
  local_date date not null,
  allocated_by uuid default nullif(platform.current_member(), '00000000-0000-0000-0000-000000000000'),
  allocated_at timestamptz not null default now(),
  constraint allocations__pkey primary key (tenant_id, id),
  constraint allocations__payment foreign key (tenant_id, payment_id) references clinic.payments (tenant_id, id),
  constraint allocations__invoice foreign key (tenant_id, invoice_id) references clinic.invoices (tenant_id, id),
  constraint allocations__allocated_by foreign key (tenant_id, allocated_by) references clinic.members (tenant_id, id)
);
create index allocations__by_payment on clinic.allocations (tenant_id, payment_id);
create index allocations__by_invoice on clinic.allocations (tenant_id, invoice_id);
comment on table clinic.allocations is 'Which invoices were paid by which payments; what is released again is a row below zero.';
comment on column clinic.allocations.tenant_id is 'The practice.';
comment on column clinic.allocations.id is 'UUIDv7.';
comment on column clinic.allocations.payment_id is 'The payment.';
comment on column clinic.allocations.invoice_id is 'The invoice.';
comment on column clinic.allocations.amount is 'How much, in minor units; below zero what is released.';
comment on column clinic.allocations.local_date is 'The day that it counts for, where the chamber is; set by the database.';
comment on column clinic.allocations.allocated_by is 'By whom; set by the database.';
comment on column clinic.allocations.allocated_at is 'When; set by the database.';

create table clinic.refunds (
  tenant_id uuid not null,
  id uuid not null,
  payment_id uuid not null,
  method text not null constraint refunds__method check (method in ('CASH', 'CARD', 'BKASH', 'WALLET', 'BANK')),
  provider text not null constraint refunds__provider check (length(provider) between 1 and 40),
  reference text constraint refunds__reference check (length(reference) between 1 and 100),
  drawer_id uuid,
  amount bigint not null constraint refunds__amount check (amount between 1 and ${MOST}),
  status text not null default 'REQUESTED' constraint refunds__status check (status in ('REQUESTED', 'APPROVED', 'PENDING', 'PAID', 'REJECTED', 'FAILED')),
  details bytea not null,
  requested_by uuid not null default platform.current_member(),
  requested_at timestamptz not null default now(),
  decided_by uuid,
  decided_at timestamptz,
  paid_by uuid,
  paid_at timestamptz,
  local_date date,
  version integer not null default 1,
  constraint refunds__pkey primary key (tenant_id, id),
  constraint refunds__reference_once unique (tenant_id, provider, reference),
  constraint refunds__is_decided check (num_nonnulls(decided_by, decided_at) in (0, 2) and (decided_at is not null or status not in ('APPROVED', 'REJECTED'))),
  constraint refunds__is_paid check (num_nonnulls(paid_at, local_date) = case status when 'PAID' then 2 else 0 end and ((method = 'CASH' and status = 'PAID') = (drawer_id is not null))),
  constraint refunds__payment foreign key (tenant_id, payment_id) references clinic.payments (tenant_id, id),
  constraint refunds__drawer foreign key (tenant_id, drawer_id) references clinic.drawers (tenant_id, id),
  constraint refunds__requested_by foreign key (tenant_id, requested_by) references clinic.members (tenant_id, id),
  constraint refunds__decided_by foreign key (tenant_id, decided_by) references clinic.members (tenant_id, id),
  constraint refunds__paid_by foreign key (tenant_id, paid_by) references clinic.members (tenant_id, id)
);
create index refunds__by_payment on clinic.refunds (tenant_id, payment_id);
create index refunds__by_drawer on clinic.refunds (tenant_id, drawer_id) where drawer_id is not null;
create index refunds__open on clinic.refunds (tenant_id, requested_at) where status in ('REQUESTED', 'APPROVED', 'PENDING');
comment on table clinic.refunds is 'What is given back of payments. What was paid out never changes.';
comment on column clinic.refunds.tenant_id is 'The practice.';
comment on column clinic.refunds.id is 'UUIDv7, or what a client made.';
comment on column clinic.refunds.payment_id is 'The payment.';
comment on column clinic.refunds.method is 'How it is given back.';
comment on column clinic.refunds.provider is 'Whose references those are.';
comment on column clinic.refunds.reference is 'The provider''s id of the refund.';
comment on column clinic.refunds.drawer_id is 'The drawer that cash came out of.';
comment on column clinic.refunds.amount is 'How much, in minor units.';
comment on column clinic.refunds.status is 'REQUESTED; APPROVED or REJECTED where it needs an approval; PENDING at the provider; PAID, or FAILED.';
comment on column clinic.refunds.details is 'Sealed JSON: why, and what the provider said.';
comment on column clinic.refunds.requested_by is 'Who asked for it; set by the database.';
comment on column clinic.refunds.requested_at is 'When; set by the database.';
comment on column clinic.refunds.decided_by is 'Who approved or rejected it; set by the database.';
comment on column clinic.refunds.decided_at is 'When; set by the database.';
comment on column clinic.refunds.paid_by is 'Who paid it out; null for background work. Set by the database.';
comment on column clinic.refunds.paid_at is 'When; set by the database.';
comment on column clinic.refunds.local_date is 'The day that it counts for, where the chamber is; set by the database.';
comment on column clinic.refunds.version is 'Counts its changes.';

create function clinic.money_account(p_method text) returns text
  language sql immutable set search_path = pg_catalog, pg_temp
  begin atomic
    select case p_method when 'CASH' then 'DRAWER' when 'CARD' then 'CARD_CLEARING' when 'BANK' then 'BANK' else 'WALLET_CLEARING' end;
  end;
comment on function clinic.money_account(text) is 'The account that money of a method comes into.';

create function clinic.check_drawer(p_tenant uuid, p_drawer uuid, p_chamber uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from clinic.drawers d where d.tenant_id = p_tenant and d.id = p_drawer and d.chamber_id = p_chamber and d.cashier_id = platform.current_member() and d.status = 'OPEN' for share;
  if not found then
    raise exception using errcode = 'SK094', message = 'cash goes through an open drawer of one''s own in the chamber';
  end if;
end $$;
comment on function clinic.check_drawer(uuid, uuid, uuid) is 'Refuses, with SK094, cash beside an open drawer of whoever takes it, which stays open until the transaction is over.';

create function clinic.open_drawer() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_when = 'BEFORE' then
    if new.tenant_id is distinct from platform.current_tenant() then
      return new;
    end if;
    new.local_date := clinic.books_today(new.tenant_id, new.chamber_id);
    if not coalesce(clinic.may_in(new.tenant_id, new.cashier_id, new.chamber_id, 'payments:take'), false) then
      raise exception using errcode = 'SK096', message = 'only who may take payments in the chamber opens a drawer there';
    end if;
    return new;
  end if;
  perform clinic.post_entry(new.tenant_id, new.chamber_id, new.local_date, 'DRAWER_OPENED', new.id, array[row('DRAWER', null, new.opening_float), row('SAFE', null, -new.opening_float)]::clinic.posting[]);
  return null;
end $$;
comment on function clinic.open_drawer() is 'Takes the float of a drawer that is opened out of the safe. Refuses, with SK096, who may not take payments there.';
create trigger open_drawer before insert on clinic.drawers for each row execute function clinic.open_drawer();
create trigger post_drawer after insert on clinic.drawers for each row execute function clinic.open_drawer();

create function clinic.payment_left(p_tenant uuid, p_payment uuid) returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select p.amount - coalesce((select sum(a.amount) from clinic.allocations a where a.tenant_id = p_tenant and a.payment_id = p_payment), 0)
      - coalesce((select sum(r.amount) from clinic.refunds r where r.tenant_id = p_tenant and r.payment_id = p_payment and r.status not in ('REJECTED', 'FAILED')), 0)
    from clinic.payments p where p.tenant_id = p_tenant and p.id = p_payment and p.status = 'CAPTURED';
  end;
comment on function clinic.payment_left(uuid, uuid) is 'What of a captured payment is neither allocated nor given back, or asked back.';

create function clinic.invoice_due(p_tenant uuid, p_invoice uuid) returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp
  begin atomic
    select i.total - coalesce((select sum(a.amount) from clinic.allocations a where a.tenant_id = p_tenant and a.invoice_id = p_invoice), 0)
      - coalesce((select sum(n.total) from clinic.invoices n where n.tenant_id = p_tenant and n.credits = p_invoice and n.status = 'ISSUED'), 0)
    from clinic.invoices i where i.tenant_id = p_tenant and i.id = p_invoice and i.kind = 'INVOICE' and i.status in ('ISSUED', 'VOID');
  end;
comment on function clinic.invoice_due(uuid, uuid) is 'What is still to be paid of an issued invoice.';

create function clinic.keep_payment() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  aside constant text[] := array['tenant_id', 'patient_id', 'details'];
  ending constant text[] := aside || array['status', 'reference', 'version', 'captured_at', 'failed_at', 'local_date'];
begin
  if session_user = 'sinduk_app' and new.patient_id <> old.patient_id and not exists (
    select from clinic.patient_merges m where m.tenant_id = old.tenant_id
      and case when m.undone_at is null then m.duplicate_id = old.patient_id and m.survivor_id = new.patient_id else m.survivor_id = old.patient_id and m.duplicate_id = new.patient_id end) then
    raise exception using errcode = 'SK091', message = 'a payment changes hands by a merge of patients, or by its undoing';
  end if;
  if to_jsonb(new) - aside = to_jsonb(old) - aside then
    if session_user = 'sinduk_app' and new.details <> old.details then
      raise exception using errcode = 'SK091', message = 'every change of a payment counts its version up by one';
    end if;
    return new;
  end if;
  if old.status <> 'PENDING' or new.version <> old.version + 1 or to_jsonb(new) - ending <> to_jsonb(old) - ending or (old.reference is not null and new.reference is distinct from old.reference) then
    raise exception using errcode = 'SK091', message = format('a payment that is %s stays as it is', old.status);
  end if;
  if new.status = 'CAPTURED' then
    if new.method = 'CASH' then
      perform clinic.check_drawer(new.tenant_id, new.drawer_id, new.chamber_id);
    end if;
    -- What a provider has is never lost: where the books of the day are closed, it counts for the next.
    perform clinic.hold_books(new.tenant_id, new.chamber_id);
    new.local_date := case when new.method in ('BKASH', 'WALLET') then clinic.first_open_day(new.tenant_id, new.chamber_id) else clinic.books_today(new.tenant_id, new.chamber_id) end;
    new.captured_at := now();
  elsif new.status = 'FAILED' then
    new.failed_at := now();
  end if;
  return new;
end $$;
comment on function clinic.keep_payment() is 'Refuses, with SK091, to change what was captured, and, with SK094, cash without an open drawer; stamps when money was had, and for which day.';
create trigger keep_payment before update on clinic.payments for each row execute function clinic.keep_payment();

create function clinic.begin_payment() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  if session_user = 'sinduk_app' and not coalesce(clinic.may_in(new.tenant_id, new.taken_by, new.chamber_id, 'payments:take'), false) then
    raise exception using errcode = 'SK096', message = 'only who may take payments in the chamber takes one';
  end if;
  return new;
end $$;
comment on function clinic.begin_payment() is 'Refuses, with SK096, who may not take payments there.';
create trigger begin_payment before insert on clinic.payments for each row execute function clinic.begin_payment();

create function clinic.post_payment() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform clinic.post_entry(new.tenant_id, new.chamber_id, new.local_date, 'PAYMENT', new.id,
    array[row(clinic.money_account(new.method), null, new.amount), row(case when new.deposit_of is null then 'ADVANCE' else 'DEPOSIT' end, null, -new.amount)]::clinic.posting[]);
  return null;
end $$;
comment on function clinic.post_payment() is 'Posts a payment that was captured.';
create trigger post_payment after update on clinic.payments for each row when (old.status = 'PENDING' and new.status = 'CAPTURED') execute function clinic.post_payment();

create function clinic.allocate() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare i clinic.invoices; p clinic.payments;
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  select * into i from clinic.invoices x where x.tenant_id = new.tenant_id and x.id = new.invoice_id for no key update;
  select * into p from clinic.payments x where x.tenant_id = new.tenant_id and x.id = new.payment_id for no key update;
  if p.status is distinct from 'CAPTURED' or i.kind is distinct from 'INVOICE' or i.status not in ('ISSUED', 'VOID') or (new.amount > 0 and i.status <> 'ISSUED')
    or i.chamber_id <> p.chamber_id or i.patient_id <> p.patient_id or p.deposit_of is not null then
    raise exception using errcode = 'SK095', message = 'what was captured pays invoices in force, of the same patient and chamber';
  end if;
  if new.amount > clinic.invoice_due(new.tenant_id, new.invoice_id) or new.amount > clinic.payment_left(new.tenant_id, new.payment_id)
    or new.amount + (select coalesce(sum(a.amount), 0) from clinic.allocations a where a.tenant_id = new.tenant_id and a.invoice_id = new.invoice_id and a.payment_id = new.payment_id) < 0 then
    raise exception using errcode = 'SK092', message = 'more than is left of the payment, or due on the invoice';
  end if;
  perform clinic.hold_books(new.tenant_id, i.chamber_id);
  new.local_date := case when session_user = 'sinduk_app' then clinic.books_today(new.tenant_id, i.chamber_id) else clinic.first_open_day(new.tenant_id, i.chamber_id) end;
  perform clinic.post_entry(new.tenant_id, i.chamber_id, new.local_date, 'ALLOCATION', new.id, array[row('ADVANCE', null, new.amount), row('RECEIVABLE', null, -new.amount)]::clinic.posting[]);
  return new;
end $$;
comment on function clinic.allocate() is 'Posts what pays an invoice, or is released again. Refuses, with SK092, more than is left or due, and, with SK095, what cannot pay it.';
create trigger allocate before insert on clinic.allocations for each row execute function clinic.allocate();
create trigger keep_allocation before update or delete on clinic.allocations for each row execute function clinic.keep_ledger();

create function clinic.keep_paid() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if clinic.invoice_due(new.tenant_id, new.credits) < 0 then
    raise exception using errcode = 'SK092', message = 'what was paid beyond the rest of the invoice is released before it is credited';
  end if;
  return null;
end $$;
comment on function clinic.keep_paid() is 'Refuses, with SK092, a credit note after which an invoice would be paid beyond its rest.';
create trigger keep_paid after update on clinic.invoices for each row when (old.status = 'DRAFT' and new.status = 'ISSUED' and new.kind = 'CREDIT_NOTE') execute function clinic.keep_paid();

create function clinic.request_refund() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare p clinic.payments;
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  select * into p from clinic.payments x where x.tenant_id = new.tenant_id and x.id = new.payment_id for no key update;
  if p.status is distinct from 'CAPTURED' or p.deposit_of is not null or new.method not in ('CASH', p.method) or (new.method <> 'CASH' and new.provider <> p.provider) then
    raise exception using errcode = 'SK095', message = 'what was captured is given back the way it came, or in cash';
  end if;
  if new.amount > clinic.payment_left(new.tenant_id, new.payment_id) then
    raise exception using errcode = 'SK092', message = 'more than is left of the payment';
  end if;
  if not coalesce(clinic.may_in(new.tenant_id, new.requested_by, p.chamber_id, 'payments:take'), false) then
    raise exception using errcode = 'SK096', message = 'only who may take payments in the chamber gives back';
  end if;
  return new;
end $$;
comment on function clinic.request_refund() is 'Refuses, with SK092, to give back more than is left of a payment; with SK095, another way than it came or cash; with SK096, who may not.';
create trigger request_refund before insert on clinic.refunds for each row execute function clinic.request_refund();

create function clinic.keep_refund() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  aside constant text[] := array['tenant_id', 'details'];
  deciding constant text[] := aside || array['status', 'version', 'decided_by', 'decided_at'];
  paying constant text[] := aside || array['status', 'version', 'reference', 'drawer_id', 'paid_by', 'paid_at', 'local_date'];
  me constant uuid := platform.current_member();
  p clinic.payments;
begin
  if to_jsonb(new) - aside = to_jsonb(old) - aside then
    if session_user = 'sinduk_app' and new.details <> old.details then
      raise exception using errcode = 'SK091', message = 'every change of a refund counts its version up by one';
    end if;
    return new;
  end if;
  if new.version <> old.version + 1 then
    raise exception using errcode = 'SK091', message = 'every change of a refund counts its version up by one';
  end if;
  select * into p from clinic.payments x where x.tenant_id = new.tenant_id and x.id = new.payment_id for no key update;
  if old.status = 'REQUESTED' and new.status in ('APPROVED', 'REJECTED') and to_jsonb(new) - deciding = to_jsonb(old) - deciding then
    -- Whoever asked may take it back, and nobody approves what they asked for themselves.
    if (new.status = 'APPROVED' and me = old.requested_by)
      or not (coalesce(clinic.may_in(new.tenant_id, me, p.chamber_id, 'finances:manage'), false) or (new.status = 'REJECTED' and me = old.requested_by)) then
      raise exception using errcode = 'SK093', message = 'a refund is approved by who may, and did not ask for it';
    end if;
    new.decided_by := me; new.decided_at := now();
    return new;
  end if;
  if to_jsonb(new) - paying <> to_jsonb(old) - paying or (old.reference is not null and new.reference is distinct from old.reference)
    or not ((old.status in ('REQUESTED', 'APPROVED') and new.status in ('PENDING', 'PAID')) or (old.status = 'PENDING' and new.status in ('PENDING', 'PAID', 'FAILED'))) then
    raise exception using errcode = 'SK095', message = format('a refund that is %s does not become %s', old.status, new.status);
  end if;
  if old.status in ('REQUESTED', 'APPROVED') and session_user = 'sinduk_app' and not coalesce(clinic.may_in(new.tenant_id, me, p.chamber_id, 'payments:take'), false) then
    raise exception using errcode = 'SK096', message = 'only who may take payments in the chamber gives back';
  end if;
  -- Small ones add up: the limit is for all that is given back of a payment.
  if old.status = 'REQUESTED' and (select s.refund_limit from clinic.billing_settings_of(new.tenant_id) s) < (
    select coalesce(sum(r.amount), 0) from clinic.refunds r where r.tenant_id = new.tenant_id and r.payment_id = new.payment_id and r.decided_at is null and r.status not in ('REJECTED', 'FAILED')) then
    raise exception using errcode = 'SK093', message = 'a refund above the limit needs an approval';
  end if;
  if new.status = 'PAID' then
    if new.method = 'CASH' then
      perform clinic.check_drawer(new.tenant_id, new.drawer_id, p.chamber_id);
    end if;
    perform clinic.hold_books(new.tenant_id, p.chamber_id);
    new.local_date := case when new.method in ('BKASH', 'WALLET') then clinic.first_open_day(new.tenant_id, p.chamber_id) else clinic.books_today(new.tenant_id, p.chamber_id) end;
    new.paid_at := now(); new.paid_by := nullif(me, '00000000-0000-0000-0000-000000000000');
    perform clinic.post_entry(new.tenant_id, p.chamber_id, new.local_date, 'REFUND', new.id, array[row('ADVANCE', null, new.amount), row(clinic.money_account(new.method), null, -new.amount)]::clinic.posting[]);
  end if;
  return new;
end $$;
comment on function clinic.keep_refund() is
  'Posts a refund that is paid. Refuses, with SK091, to change it beside its steps; with SK093, one without the approval it needs, or by its requester; with SK094, cash without an open drawer; with SK095, a step that there is not; with SK096, who may not.';
create trigger keep_refund before update on clinic.refunds for each row execute function clinic.keep_refund();

call platform.secure_tenant_table('clinic.drawers');
call platform.secure_tenant_table('clinic.payments');
call platform.secure_tenant_table('clinic.allocations');
call platform.secure_tenant_table('clinic.refunds');
call clinic.keep_off_merged_patients('clinic.payments', 'patient_id');
grant select on clinic.drawers, clinic.payments, clinic.allocations, clinic.refunds to sinduk_app;
grant insert (tenant_id, id, chamber_id, opening_float) on clinic.drawers to sinduk_app;
grant insert (tenant_id, id, chamber_id, patient_id, deposit_of, method, provider, reference, drawer_id, amount, details), update (patient_id, status, reference, details, version) on clinic.payments to sinduk_app;
grant insert (tenant_id, id, payment_id, invoice_id, amount) on clinic.allocations to sinduk_app;
grant insert (tenant_id, id, payment_id, method, provider, reference, amount, details), update (status, reference, drawer_id, details, version) on clinic.refunds to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop trigger keep_paid on clinic.invoices;
drop function clinic.invoice_due(uuid, uuid), clinic.payment_left(uuid, uuid);
drop table clinic.refunds, clinic.allocations, clinic.payments, clinic.drawers;
drop function clinic.keep_refund(), clinic.request_refund(), clinic.keep_paid(), clinic.allocate(), clinic.post_payment(), clinic.begin_payment(), clinic.keep_payment(),
  clinic.open_drawer(), clinic.check_drawer(uuid, uuid, uuid), clinic.money_account(text);
`);
  }
}
