import type { MigrationInterface, QueryRunner } from 'typeorm';

const NOBODY = '00000000-0000-0000-0000-000000000000';
const ENTER = `perform platform.set_context(p_tenant, '${NOBODY}');`;
/** What was entered before is put back in the end: the practice is entered for this call alone. */
const LEAVE = `perform set_config('sinduk.context', entered, true);`;
/** What is checked at the end of the transaction is checked before that, while the practice is entered. */
const CHECK = 'set constraints all immediate;';
const ENTERED = `entered text := coalesce(current_setting('sinduk.context', true), '')`;

/**
 * What is known of payments and refunds beside the books while a provider of wallets has not said how they ended. Only background work, which asks the provider, captures or ends them.
 */
export class WalletPayments1795000092100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.wallet_payments (
  tenant_id uuid not null,
  id uuid not null,
  provider text not null constraint wallet_payments__provider check (provider in ('BKASH')),
  invoice_id uuid,
  checkout_id text constraint wallet_payments__checkout_id check (length(checkout_id) between 1 and 100),
  checkout bytea,
  opened_at timestamptz,
  executing_at timestamptz,
  asked_at timestamptz,
  asks integer not null default 0,
  next_ask_at timestamptz default now() + interval '5 minutes',
  outcome text constraint wallet_payments__outcome check (length(outcome) between 1 and 50),
  flag text constraint wallet_payments__flag check (flag in ('AMOUNT_DIFFERS', 'OTHER_CURRENCY', 'OTHER_ORDER', 'REUSED')),
  told_reference text,
  told_amount bigint,
  flagged_at timestamptz,
  reconciled_at timestamptz,
  reconciliation text constraint wallet_payments__reconciliation check (reconciliation in ('MATCHED', 'AMOUNT_DIFFERS', 'UNKNOWN')),
  constraint wallet_payments__pkey primary key (tenant_id, id),
  constraint wallet_payments__once unique (tenant_id, provider, checkout_id),
  constraint wallet_payments__is_opened check (num_nonnulls(checkout_id, checkout, opened_at) in (0, 3)),
  constraint wallet_payments__is_reconciled check (num_nonnulls(reconciled_at, reconciliation) in (0, 2)),
  constraint wallet_payments__is_flagged check (num_nonnulls(flag, flagged_at) in (0, 2)),
  constraint wallet_payments__payment foreign key (tenant_id, id) references clinic.payments (tenant_id, id),
  constraint wallet_payments__invoice foreign key (tenant_id, invoice_id) references clinic.invoices (tenant_id, id)
);
create index wallet_payments__next on clinic.wallet_payments (tenant_id, next_ask_at) where next_ask_at is not null;
create index wallet_payments__doubtful on clinic.wallet_payments (tenant_id, id) where flag is not null or reconciliation <> 'MATCHED';
create index wallet_payments__unreconciled on clinic.wallet_payments (tenant_id, id) where outcome = 'CAPTURED' and reconciled_at is null;
comment on table clinic.wallet_payments is 'What a provider of wallets was asked about a payment, and what it said.';
comment on column clinic.wallet_payments.tenant_id is 'The practice.';
comment on column clinic.wallet_payments.id is 'The payment: it has the same id.';
comment on column clinic.wallet_payments.provider is 'The provider.';
comment on column clinic.wallet_payments.invoice_id is 'The invoice that it is to pay once it is captured.';
comment on column clinic.wallet_payments.checkout_id is 'What the provider knows the payment by; null until it opened a checkout.';
comment on column clinic.wallet_payments.checkout is 'Sealed JSON: where the payer pays.';
comment on column clinic.wallet_payments.opened_at is 'When the provider opened the checkout.';
comment on column clinic.wallet_payments.executing_at is 'When the provider was last told to take the money; noted before it is told.';
comment on column clinic.wallet_payments.asked_at is 'When the provider was asked last.';
comment on column clinic.wallet_payments.asks is 'How often it was asked.';
comment on column clinic.wallet_payments.next_ask_at is 'When it is asked again, or, without a checkout, given up; null when there is nothing more to ask.';
comment on column clinic.wallet_payments.outcome is 'What it said last, as a code.';
comment on column clinic.wallet_payments.flag is 'Why somebody has to look at it: what the provider says was paid is not what was to be paid.';
comment on column clinic.wallet_payments.told_reference is 'The transaction that the provider told of, where it was flagged.';
comment on column clinic.wallet_payments.told_amount is 'The amount that it told, in minor units.';
comment on column clinic.wallet_payments.flagged_at is 'When it was flagged.';
comment on column clinic.wallet_payments.reconciled_at is 'When the provider was asked about its transaction after it was captured.';
comment on column clinic.wallet_payments.reconciliation is 'What the provider then had under it.';

create table clinic.wallet_refunds (
  tenant_id uuid not null,
  refund_id uuid not null,
  sent_at timestamptz not null default now(),
  asks integer not null default 0,
  next_ask_at timestamptz,
  outcome text constraint wallet_refunds__outcome check (length(outcome) between 1 and 50),
  constraint wallet_refunds__pkey primary key (tenant_id, refund_id),
  constraint wallet_refunds__refund foreign key (tenant_id, refund_id) references clinic.refunds (tenant_id, id)
);
comment on table clinic.wallet_refunds is 'What a provider of wallets was asked about a refund; a row from when it is first told to make it.';
comment on column clinic.wallet_refunds.tenant_id is 'The practice.';
comment on column clinic.wallet_refunds.refund_id is 'The refund.';
comment on column clinic.wallet_refunds.sent_at is 'When the provider was last told to make it; noted before it is told.';
comment on column clinic.wallet_refunds.asks is 'How often it was asked.';
comment on column clinic.wallet_refunds.next_ask_at is 'When it is asked again.';
comment on column clinic.wallet_refunds.outcome is 'What it said last, as a code.';

call platform.secure_tenant_table('clinic.wallet_payments');
call platform.secure_tenant_table('clinic.wallet_refunds');
grant select, insert (tenant_id, id, provider, invoice_id) on clinic.wallet_payments to sinduk_app;
grant select on clinic.wallet_refunds to sinduk_app;
grant select, update (executing_at, asked_at, asks, next_ask_at, outcome, reconciled_at, reconciliation) on clinic.wallet_payments to sinduk_jobs;
grant select, update (asks, next_ask_at, outcome) on clinic.wallet_refunds to sinduk_jobs;
grant select (tenant_id, id, chamber_id, patient_id, method, provider, reference, amount, status) on clinic.payments to sinduk_jobs;
grant select (tenant_id, id, payment_id, method, provider, reference, amount, status) on clinic.refunds to sinduk_jobs;

create function clinic.keep_to_provider() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception using errcode = 'SK095', message = 'that money moved at the provider is for the provider to say';
end $$;
comment on function clinic.keep_to_provider() is 'Refuses, with SK095, that anybody but background work, which asked the provider, ends a payment or refund there.';
create trigger keep_to_provider before update on clinic.payments for each row when (session_user = 'sinduk_app' and new.method = 'BKASH' and new.status <> old.status) execute function clinic.keep_to_provider();
create trigger keep_to_provider before update on clinic.refunds for each row when (session_user = 'sinduk_app' and new.method = 'BKASH' and new.status <> old.status and new.status in ('PAID', 'FAILED'))
  execute function clinic.keep_to_provider();

create function platform.note_checkout(p_tenant uuid, p_payment uuid, p_checkout_id text, p_checkout bytea) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare ${ENTERED};
begin
  ${ENTER}
  update clinic.wallet_payments w set checkout_id = p_checkout_id, checkout = p_checkout, opened_at = now(), next_ask_at = now() + interval '1 minute'
  where w.tenant_id = p_tenant and w.id = p_payment and w.checkout_id is null and exists (select from clinic.payments p where p.tenant_id = p_tenant and p.id = p_payment and p.status = 'PENDING');
  if not found then
    raise exception using errcode = 'SK095', message = 'the payment has a checkout, or is pending no longer';
  end if;
  ${LEAVE}
end $$;
comment on function platform.note_checkout(uuid, uuid, text, bytea) is 'Notes the checkout that a provider opened for a payment. Refuses, with SK095, one that has one or is not pending.';

create function platform.capture_wallet_payment(p_tenant uuid, p_payment uuid, p_checkout_id text, p_order text, p_reference text, p_amount bigint, p_currency text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare ${ENTERED}; p clinic.payments; w clinic.wallet_payments; i clinic.invoices; due bigint;
begin
  ${ENTER}
  -- As everybody locks: the patient, the invoice, the payment.
  select * into w from clinic.wallet_payments x where x.tenant_id = p_tenant and x.id = p_payment;
  perform from clinic.patients s where s.tenant_id = p_tenant and s.id = (select x.patient_id from clinic.payments x where x.tenant_id = p_tenant and x.id = p_payment) for no key update;
  select * into i from clinic.invoices x where x.tenant_id = p_tenant and x.id = w.invoice_id for no key update;
  select * into p from clinic.payments x where x.tenant_id = p_tenant and x.id = p_payment for no key update;
  if p.status is distinct from 'PENDING' or w.flag is not null then
    raise exception using errcode = 'SK095', message = 'the payment is pending no longer, or somebody has to look at it';
  end if;
  if p_checkout_id is distinct from w.checkout_id or p_order is distinct from p_payment::text or p_amount is distinct from p.amount
    or p_currency is distinct from (select t.currency from clinic.tenants t where t.id = p_tenant) then
    raise exception using errcode = 'SK098', message = 'what the provider says was paid is not what was to be paid';
  end if;
  update clinic.payments x set status = 'CAPTURED', reference = p_reference, version = x.version + 1 where x.tenant_id = p_tenant and x.id = p_payment;
  update clinic.wallet_payments x set next_ask_at = null, outcome = 'CAPTURED' where x.tenant_id = p_tenant and x.id = p_payment;
  -- What the invoice does not need any more stays an advance of the patient.
  if i.status = 'ISSUED' and i.patient_id = p.patient_id and i.chamber_id = p.chamber_id then
    due := least(p.amount, clinic.invoice_due(p_tenant, i.id));
    if due > 0 then
      insert into clinic.allocations (tenant_id, id, payment_id, invoice_id, amount) values (p_tenant, clinic.time_ordered_id(), p_payment, i.id, due);
    end if;
  end if;
  ${CHECK}
  ${LEAVE}
end $$;
comment on function platform.capture_wallet_payment(uuid, uuid, text, text, text, bigint, text) is
  'Captures a payment as a provider told it, and has it pay its invoice. Refuses, with SK095, one that is not pending; with SK098, what does not agree with it; a transaction that another payment has is refused by its uniqueness.';

create function platform.flag_wallet_payment(p_tenant uuid, p_payment uuid, p_flag text, p_reference text, p_amount bigint) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare ${ENTERED};
begin
  ${ENTER}
  perform from clinic.payments p where p.tenant_id = p_tenant and p.id = p_payment and p.status = 'PENDING' for no key update;
  if not found then
    raise exception using errcode = 'SK095', message = 'the payment is pending no longer';
  end if;
  update clinic.wallet_payments w set flag = p_flag, told_reference = p_reference, told_amount = p_amount, flagged_at = now(), next_ask_at = null, outcome = p_flag
  where w.tenant_id = p_tenant and w.id = p_payment and w.flag is null;
  if not found then
    raise exception using errcode = 'SK095', message = 'the payment is flagged already';
  end if;
  ${LEAVE}
end $$;
comment on function platform.flag_wallet_payment(uuid, uuid, text, text, bigint) is 'Notes that what a provider says was paid is not what was to be paid. Refuses, with SK095, a payment that is not pending, or flagged.';

create function platform.fail_wallet_payment(p_tenant uuid, p_payment uuid, p_code text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare ${ENTERED};
begin
  ${ENTER}
  perform from clinic.payments p where p.tenant_id = p_tenant and p.id = p_payment and p.status = 'PENDING' for no key update;
  if not found then
    raise exception using errcode = 'SK095', message = 'the payment is pending no longer';
  end if;
  -- Whoever told the provider to take the money has not yet said what came of it.
  update clinic.wallet_payments w set next_ask_at = null, outcome = p_code
  where w.tenant_id = p_tenant and w.id = p_payment and w.flag is null and (p_code <> 'EXPIRED' or w.executing_at is null or w.executing_at < now() - interval '10 minutes');
  if not found then
    raise exception using errcode = 'SK095', message = 'the payment is flagged, or on its way';
  end if;
  update clinic.payments p set status = 'FAILED', version = p.version + 1 where p.tenant_id = p_tenant and p.id = p_payment;
  ${LEAVE}
end $$;
comment on function platform.fail_wallet_payment(uuid, uuid, text) is 'Ends a payment that comes to nothing. Refuses, with SK095, one that is not pending, is flagged, or may be on its way.';

create function platform.begin_wallet_refund(p_tenant uuid, p_refund uuid) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare ${ENTERED}; r clinic.refunds; begun boolean;
begin
  ${ENTER}
  select * into r from clinic.refunds x where x.tenant_id = p_tenant and x.id = p_refund;
  perform from clinic.payments p where p.tenant_id = p_tenant and p.id = r.payment_id for no key update;
  select * into r from clinic.refunds x where x.tenant_id = p_tenant and x.id = p_refund;
  -- One at a time of a payment: the provider tells refunds apart by their amounts alone.
  if r.status is distinct from 'PENDING' or exists (
    select from clinic.wallet_refunds w join clinic.refunds o on o.tenant_id = w.tenant_id and o.id = w.refund_id
    where w.tenant_id = p_tenant and o.payment_id = r.payment_id and o.id <> p_refund and o.status = 'PENDING') then
    begun := false;
  else
    insert into clinic.wallet_refunds as w (tenant_id, refund_id, next_ask_at) values (p_tenant, p_refund, now() + interval '1 minute')
    on conflict on constraint wallet_refunds__pkey do update set sent_at = now(), next_ask_at = excluded.next_ask_at where w.sent_at < now() - interval '10 minutes';
    begun := found;
  end if;
  ${LEAVE}
  return begun;
end $$;
comment on function platform.begin_wallet_refund(uuid, uuid) is
  'Notes that a provider is now told to make a refund; false when it must not be: it is not pending, another of the payment is on its way, or it was told so less than ten minutes ago.';

create function platform.end_wallet_refund(p_tenant uuid, p_refund uuid, p_status text, p_reference text, p_amount bigint, p_code text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare ${ENTERED};
begin
  ${ENTER}
  -- As everybody locks: the patient, the payment, the refund.
  perform from clinic.patients s where s.tenant_id = p_tenant
    and s.id = (select p.patient_id from clinic.payments p join clinic.refunds r on r.tenant_id = p.tenant_id and r.payment_id = p.id where r.tenant_id = p_tenant and r.id = p_refund) for no key update;
  perform from clinic.payments p where p.tenant_id = p_tenant and p.id = (select r.payment_id from clinic.refunds r where r.tenant_id = p_tenant and r.id = p_refund) for no key update;
  update clinic.refunds r set status = p_status, reference = p_reference, version = r.version + 1
  where r.tenant_id = p_tenant and r.id = p_refund and r.status = 'PENDING' and p_status in ('PAID', 'FAILED') and (p_status = 'FAILED' or r.amount = p_amount);
  if not found then
    raise exception using errcode = 'SK095', message = 'the refund is pending no longer, or another amount was given back';
  end if;
  update clinic.wallet_refunds w set next_ask_at = null, outcome = p_code where w.tenant_id = p_tenant and w.refund_id = p_refund;
  ${CHECK}
  ${LEAVE}
end $$;
comment on function platform.end_wallet_refund(uuid, uuid, text, text, bigint, text) is 'Ends a refund as a provider told it. Refuses, with SK095, one that is not pending, and another amount.';

revoke execute on function platform.note_checkout(uuid, uuid, text, bytea), platform.capture_wallet_payment(uuid, uuid, text, text, text, bigint, text), platform.flag_wallet_payment(uuid, uuid, text, text, bigint),
  platform.fail_wallet_payment(uuid, uuid, text), platform.begin_wallet_refund(uuid, uuid), platform.end_wallet_refund(uuid, uuid, text, text, bigint, text) from public;
grant execute on function platform.note_checkout(uuid, uuid, text, bytea), platform.capture_wallet_payment(uuid, uuid, text, text, text, bigint, text), platform.flag_wallet_payment(uuid, uuid, text, text, bigint),
  platform.fail_wallet_payment(uuid, uuid, text), platform.end_wallet_refund(uuid, uuid, text, text, bigint, text) to sinduk_audit;
grant execute on function platform.begin_wallet_refund(uuid, uuid) to sinduk_jobs;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function platform.note_checkout(uuid, uuid, text, bytea), platform.capture_wallet_payment(uuid, uuid, text, text, text, bigint, text), platform.flag_wallet_payment(uuid, uuid, text, text, bigint),
  platform.fail_wallet_payment(uuid, uuid, text), platform.begin_wallet_refund(uuid, uuid), platform.end_wallet_refund(uuid, uuid, text, text, bigint, text);
revoke select (tenant_id, id, payment_id, method, provider, reference, amount, status) on clinic.refunds from sinduk_jobs;
revoke select (tenant_id, id, chamber_id, patient_id, method, provider, reference, amount, status) on clinic.payments from sinduk_jobs;
drop trigger keep_to_provider on clinic.refunds;
drop trigger keep_to_provider on clinic.payments;
drop function clinic.keep_to_provider();
drop table clinic.wallet_refunds, clinic.wallet_payments;
`);
  }
}
