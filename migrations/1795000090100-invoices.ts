import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The most that one amount may be, in minor units. */
const MOST = '100000000000';
/** What lines come to before tax is added or taken out. */
const PRICE = '(quantity * unit_price - discount)';
/** The tax of a price, half a minor unit rounded up: on top of it, or in it. */
const taxOf = (price: string) => `case when tax_included then ${price} - (${price} * 20000 + 10000 + tax_rate) / (2 * (10000 + tax_rate)) else (${price} * tax_rate + 5000) / 10000 end`;

/**
 * Invoices and credit notes. The database numbers them without a gap, reckons what they come to, posts them to the books, and lets nothing change of what was issued.
 */
export class Invoices1795000090100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.invoices (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null default 'INVOICE' constraint invoices__kind check (kind in ('INVOICE', 'CREDIT_NOTE')),
  credits uuid,
  chamber_id uuid not null,
  patient_id uuid not null,
  appointment_id uuid,
  status text not null default 'DRAFT' constraint invoices__status check (status in ('DRAFT', 'DISCARDED', 'ISSUED', 'VOID')),
  tax_included boolean not null,
  gross bigint not null default 0,
  discount bigint not null default 0,
  tax bigint not null default 0,
  rounding bigint not null default 0,
  total bigint not null default 0 constraint invoices__total check (total between 0 and ${MOST}),
  discount_approved bigint,
  discount_approved_by uuid,
  discount_approved_at timestamptz,
  details bytea not null,
  fiscal_year smallint,
  number integer,
  code text,
  local_date date,
  issued_by uuid,
  issued_at timestamptz,
  drafted_by uuid not null default platform.current_member(),
  drafted_at timestamptz not null default now(),
  updated_by uuid not null default platform.current_member(),
  updated_at timestamptz not null default now(),
  version integer not null default 0,
  constraint invoices__pkey primary key (tenant_id, id),
  constraint invoices__number unique (tenant_id, chamber_id, kind, fiscal_year, number),
  constraint invoices__code unique (tenant_id, code),
  constraint invoices__is_credit_note check ((kind = 'CREDIT_NOTE') = (credits is not null)),
  constraint invoices__is_issued check (num_nonnulls(fiscal_year, number, code, local_date, issued_by, issued_at) = case when status in ('DRAFT', 'DISCARDED') then 0 else 6 end),
  constraint invoices__is_approved check (num_nonnulls(discount_approved, discount_approved_by, discount_approved_at) in (0, 3)),
  constraint invoices__patient foreign key (tenant_id, patient_id) references clinic.patients (tenant_id, id),
  constraint invoices__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint invoices__appointment foreign key (tenant_id, appointment_id) references clinic.appointments (tenant_id, id),
  constraint invoices__credited foreign key (tenant_id, credits) references clinic.invoices (tenant_id, id),
  constraint invoices__approved_by foreign key (tenant_id, discount_approved_by) references clinic.members (tenant_id, id),
  constraint invoices__issued_by foreign key (tenant_id, issued_by) references clinic.members (tenant_id, id),
  constraint invoices__drafted_by foreign key (tenant_id, drafted_by) references clinic.members (tenant_id, id),
  constraint invoices__updated_by foreign key (tenant_id, updated_by) references clinic.members (tenant_id, id)
);
create index invoices__by_patient on clinic.invoices (tenant_id, patient_id, drafted_at, id);
create index invoices__by_day on clinic.invoices (tenant_id, chamber_id, local_date, id) where local_date is not null;
create index invoices__by_credited on clinic.invoices (tenant_id, credits) where credits is not null;
create index invoices__by_appointment on clinic.invoices (tenant_id, appointment_id) where appointment_id is not null;
comment on table clinic.invoices is 'Invoices, and the credit notes that take them back, in whole or in part. What was issued never changes and is never deleted.';
comment on column clinic.invoices.tenant_id is 'The practice.';
comment on column clinic.invoices.id is 'UUIDv7, or what a client made.';
comment on column clinic.invoices.kind is 'INVOICE or CREDIT_NOTE.';
comment on column clinic.invoices.credits is 'The invoice that a credit note is of.';
comment on column clinic.invoices.chamber_id is 'The chamber that issues it.';
comment on column clinic.invoices.patient_id is 'Who was treated.';
comment on column clinic.invoices.appointment_id is 'The visit that it is of.';
comment on column clinic.invoices.status is 'DRAFT; then ISSUED, or DISCARDED for good; an issued invoice of which everything was credited is VOID.';
comment on column clinic.invoices.tax_included is 'Whether its prices hold the tax, or it is added.';
comment on column clinic.invoices.gross is 'What its lines come to by quantity and unit price, in minor units; set by the database, as all that follows.';
comment on column clinic.invoices.discount is 'What was taken off.';
comment on column clinic.invoices.tax is 'The tax in it.';
comment on column clinic.invoices.rounding is 'What was added, or below zero taken off, to round the total.';
comment on column clinic.invoices.total is 'What is to be paid.';
comment on column clinic.invoices.discount_approved is 'Up to which discount somebody approved who had not given it; a later edit takes that back.';
comment on column clinic.invoices.discount_approved_by is 'Who approved it; set by the database.';
comment on column clinic.invoices.discount_approved_at is 'When; set by the database.';
comment on column clinic.invoices.details is 'Sealed JSON: a note, and for a credit note why.';
comment on column clinic.invoices.fiscal_year is 'The calendar year in which the fiscal year of its number begins.';
comment on column clinic.invoices.number is 'Counted without a gap for each chamber, kind and fiscal year when it is issued; set by the database.';
comment on column clinic.invoices.code is 'The number as it is shown and printed: GUL-2026-27-000123; set by the database.';
comment on column clinic.invoices.local_date is 'The day of issue, where the chamber is; set by the database.';
comment on column clinic.invoices.issued_by is 'Who issued it; set by the database.';
comment on column clinic.invoices.issued_at is 'When; set by the database.';
comment on column clinic.invoices.drafted_by is 'Who began it; set by the database.';
comment on column clinic.invoices.drafted_at is 'When; set by the database.';
comment on column clinic.invoices.updated_by is 'Who wrote its lines last; set by the database.';
comment on column clinic.invoices.updated_at is 'When; set by the database.';
comment on column clinic.invoices.version is 'Counts its changes; 1 when its first lines were reckoned.';

create table clinic.invoice_lines (
  tenant_id uuid not null,
  id uuid not null,
  invoice_id uuid not null,
  no smallint not null constraint invoice_lines__no check (no between 1 and 100),
  kind text not null constraint invoice_lines__kind check (kind in ('CONSULTATION', 'SERVICE', 'ITEM')),
  doctor_id uuid,
  quantity bigint not null constraint invoice_lines__quantity check (quantity between 1 and 9999),
  unit_price bigint not null constraint invoice_lines__unit_price check (unit_price between 0 and ${MOST}),
  discount bigint not null default 0,
  tax_category text not null constraint invoice_lines__tax_category check (tax_category in ('STANDARD', 'ZERO', 'EXEMPT', 'OUT_OF_SCOPE')),
  tax_rate integer not null constraint invoice_lines__tax_rate check (tax_rate between 0 and 10000 and (tax_category = 'STANDARD' or tax_rate = 0)),
  tax_included boolean not null,
  tax bigint not null generated always as (${taxOf(PRICE)}) stored,
  full_tax bigint not null generated always as (${taxOf('(quantity * unit_price)')}) stored,
  fee_rule_id uuid,
  fee_reason text,
  appointment_id uuid,
  free_of_appointment_id uuid,
  credits_no smallint,
  details bytea not null,
  constraint invoice_lines__pkey primary key (tenant_id, id),
  constraint invoice_lines__place unique (tenant_id, invoice_id, no),
  constraint invoice_lines__price check (quantity * unit_price <= ${MOST} and discount between 0 and quantity * unit_price),
  constraint invoice_lines__visit check ((kind = 'CONSULTATION' and credits_no is null) or (appointment_id is null and free_of_appointment_id is null and fee_rule_id is null and fee_reason is null)),
  constraint invoice_lines__invoice foreign key (tenant_id, invoice_id) references clinic.invoices (tenant_id, id),
  constraint invoice_lines__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id),
  constraint invoice_lines__fee_rule foreign key (tenant_id, fee_rule_id) references clinic.fee_rules (tenant_id, id),
  constraint invoice_lines__appointment foreign key (tenant_id, appointment_id) references clinic.appointments (tenant_id, id),
  constraint invoice_lines__free_of foreign key (tenant_id, free_of_appointment_id) references clinic.appointments (tenant_id, id)
);
comment on table clinic.invoice_lines is 'What is billed, or credited, line by line.';
comment on column clinic.invoice_lines.tenant_id is 'The practice.';
comment on column clinic.invoice_lines.id is 'UUIDv7.';
comment on column clinic.invoice_lines.invoice_id is 'The invoice or credit note.';
comment on column clinic.invoice_lines.no is 'Its place, from 1.';
comment on column clinic.invoice_lines.kind is 'CONSULTATION: the fee of a visit; SERVICE; ITEM: something handed over.';
comment on column clinic.invoice_lines.doctor_id is 'Whose revenue it is.';
comment on column clinic.invoice_lines.quantity is 'How many.';
comment on column clinic.invoice_lines.unit_price is 'The price of one, in minor units.';
comment on column clinic.invoice_lines.discount is 'What is taken off the line, in minor units.';
comment on column clinic.invoice_lines.tax_category is 'How it is taxed.';
comment on column clinic.invoice_lines.tax_rate is 'At which rate, in basis points.';
comment on column clinic.invoice_lines.tax_included is 'Whether the price holds the tax.';
comment on column clinic.invoice_lines.tax is 'The tax, half a minor unit rounded up.';
comment on column clinic.invoice_lines.full_tax is 'What the tax would be without the discount.';
comment on column clinic.invoice_lines.fee_rule_id is 'The fee rule that set the price.';
comment on column clinic.invoice_lines.fee_reason is 'Why that one.';
comment on column clinic.invoice_lines.appointment_id is 'The visit whose fee it is.';
comment on column clinic.invoice_lines.free_of_appointment_id is 'The earlier consultation that makes it free.';
comment on column clinic.invoice_lines.credits_no is 'Of a credit note, the line of the invoice that it takes back.';
comment on column clinic.invoice_lines.details is 'Sealed JSON: what it is, and the code of a procedure.';

create table clinic.billed_visits (
  tenant_id uuid not null,
  appointment_id uuid not null,
  invoice_id uuid not null,
  free_of_appointment_id uuid,
  constraint billed_visits__pkey primary key (tenant_id, appointment_id),
  constraint billed_visits__appointment foreign key (tenant_id, appointment_id) references clinic.appointments (tenant_id, id),
  constraint billed_visits__invoice foreign key (tenant_id, invoice_id) references clinic.invoices (tenant_id, id)
);
create index billed_visits__free_of on clinic.billed_visits (tenant_id, free_of_appointment_id) where free_of_appointment_id is not null;
comment on table clinic.billed_visits is 'Visits whose fee stands on an invoice in force; written by the database. A visit is billed once.';
comment on column clinic.billed_visits.tenant_id is 'The practice.';
comment on column clinic.billed_visits.appointment_id is 'The visit.';
comment on column clinic.billed_visits.invoice_id is 'The invoice.';
comment on column clinic.billed_visits.free_of_appointment_id is 'The earlier consultation that made it free.';

create or replace function clinic.free_visits_used(p_tenant uuid, p_consultation uuid, p_visit_type text, p_besides uuid) returns integer
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select count(*)::integer from clinic.billed_visits v join clinic.appointments a on a.tenant_id = v.tenant_id and a.id = v.appointment_id
    where v.tenant_id = p_tenant and v.free_of_appointment_id = p_consultation and a.visit_type = p_visit_type and a.id is distinct from p_besides;
  end;
comment on function clinic.free_visits_used(uuid, uuid, text, uuid) is 'How many visits of a type are billed as free after a consultation, besides one.';

create table clinic.invoice_counters (
  tenant_id uuid not null,
  chamber_id uuid not null,
  kind text not null,
  fiscal_year smallint not null,
  last integer not null,
  constraint invoice_counters__pkey primary key (tenant_id, chamber_id, kind, fiscal_year),
  constraint invoice_counters__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id)
);
comment on table clinic.invoice_counters is 'The last number of each series of invoices. No role of the running server can read or write it.';
comment on column clinic.invoice_counters.tenant_id is 'The practice.';
comment on column clinic.invoice_counters.chamber_id is 'The chamber.';
comment on column clinic.invoice_counters.kind is 'INVOICE or CREDIT_NOTE.';
comment on column clinic.invoice_counters.fiscal_year is 'The calendar year in which the fiscal year begins.';
comment on column clinic.invoice_counters.last is 'The last number that was given.';

create function clinic.keep_invoice_line() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare line clinic.invoice_lines := case when tg_op = 'DELETE' then old else new end;
begin
  -- Another tenant is for row security to refuse.
  if line.tenant_id is distinct from platform.current_tenant() then
    return line;
  end if;
  perform from clinic.invoices i where i.tenant_id = line.tenant_id and i.id = line.invoice_id and i.status = 'DRAFT' and i.tax_included = line.tax_included for no key update;
  if not found and (tg_op <> 'UPDATE' or session_user = 'sinduk_app') then
    raise exception using errcode = 'SK091', message = 'what was issued stays as it is';
  end if;
  return line;
end $$;
comment on function clinic.keep_invoice_line() is 'Refuses, with SK091, to add, change or remove a line of what is no draft.';
create trigger keep_invoice_line before insert or update or delete on clinic.invoice_lines for each row execute function clinic.keep_invoice_line();

create function clinic.total_invoice(inout i clinic.invoices)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare lines record; unit bigint; c clinic.invoices; credited record; rest bigint;
begin
  select count(*) as count, coalesce(sum(l.quantity * l.unit_price), 0) as gross, coalesce(sum(l.discount), 0) as discount, coalesce(sum(l.tax), 0) as tax,
    coalesce(sum(l.quantity * l.unit_price - l.discount + case when l.tax_included then 0 else l.tax end), 0) as sum
  into lines from clinic.invoice_lines l where l.tenant_id = i.tenant_id and l.invoice_id = i.id;
  i.gross := lines.gross; i.discount := lines.discount; i.tax := lines.tax;
  if i.kind = 'INVOICE' then
    select s.rounding_unit into unit from clinic.billing_settings_of(i.tenant_id) s;
    i.total := (2 * lines.sum::bigint + unit) / (2 * unit) * unit;
  else
    -- What takes the last of a line back takes the tax that is left of it, and the last credit note what is left in all, the rounding with it.
    select coalesce(sum(o.tax - t.tax), 0) into rest
    from (
      select l.credits_no, sum(l.quantity * l.unit_price - l.discount) as price, sum(l.tax) as tax from clinic.invoice_lines l join clinic.invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id
      where n.tenant_id = i.tenant_id and n.credits = i.credits and (n.status = 'ISSUED' or n.id = i.id) group by l.credits_no having bool_or(n.id = i.id)) t
    join clinic.invoice_lines o on o.tenant_id = i.tenant_id and o.invoice_id = i.credits and o.no = t.credits_no
    where t.price = o.quantity * o.unit_price - o.discount;
    i.tax := i.tax + rest;
    if not i.tax_included then
      lines.sum := lines.sum + rest;
    end if;
    select coalesce(sum(o.total), 0) as total, coalesce(sum((select sum(l.quantity * l.unit_price - l.discount) from clinic.invoice_lines l where l.tenant_id = o.tenant_id and l.invoice_id = o.id)), 0) as price
    into credited from clinic.invoices o where o.tenant_id = i.tenant_id and o.credits = i.credits and o.status = 'ISSUED' and o.id <> i.id;
    select * into c from clinic.invoices o where o.tenant_id = i.tenant_id and o.id = i.credits;
    i.total := case when c.gross - c.discount = credited.price + lines.gross - lines.discount then c.total - credited.total else lines.sum end;
  end if;
  i.rounding := i.total - lines.sum;
end $$;
comment on function clinic.total_invoice(clinic.invoices) is 'An invoice or credit note with what its lines come to.';

create function clinic.check_credit_note(i clinic.invoices) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare credited clinic.invoices;
begin
  select * into credited from clinic.invoices o where o.tenant_id = i.tenant_id and o.id = i.credits for no key update;
  if credited.status <> 'ISSUED' or credited.kind <> 'INVOICE' or credited.chamber_id <> i.chamber_id or credited.patient_id <> i.patient_id then
    raise exception using errcode = 'SK095', message = 'a credit note is of an invoice in force';
  end if;
  if exists (
    select from clinic.invoice_lines l left join clinic.invoice_lines o on o.tenant_id = l.tenant_id and o.invoice_id = i.credits and o.no = l.credits_no
    where l.tenant_id = i.tenant_id and l.invoice_id = i.id
      and (o.doctor_id, o.tax_category, o.tax_rate, o.tax_included) is distinct from (l.doctor_id, l.tax_category, l.tax_rate, l.tax_included)) then
    raise exception using errcode = 'SK097', message = 'a line of a credit note is not as that which it takes back';
  end if;
  if exists (
    select from clinic.invoice_lines l join clinic.invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id and n.credits = i.credits and (n.status = 'ISSUED' or n.id = i.id)
    join clinic.invoice_lines o on o.tenant_id = l.tenant_id and o.invoice_id = i.credits and o.no = l.credits_no
    where l.tenant_id = i.tenant_id group by o.no, o.quantity, o.unit_price, o.discount having sum(l.quantity * l.unit_price - l.discount) > o.quantity * o.unit_price - o.discount) then
    raise exception using errcode = 'SK092', message = 'more is credited of a line than it came to';
  end if;
end $$;
comment on function clinic.check_credit_note(clinic.invoices) is 'Refuses, with SK092, SK095 or SK097, a credit note that is not of an invoice in force, or takes back what it did not bill.';

create function clinic.number_invoice(inout i clinic.invoices)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare first_month smallint;
begin
  select s.fiscal_month into first_month from clinic.billing_settings_of(i.tenant_id) s;
  i.local_date := clinic.books_today(i.tenant_id, i.chamber_id);
  i.fiscal_year := extract(year from i.local_date) - case when extract(month from i.local_date) < first_month then 1 else 0 end;
  insert into clinic.invoice_counters as n (tenant_id, chamber_id, kind, fiscal_year, last) values (i.tenant_id, i.chamber_id, i.kind, i.fiscal_year, 1)
  on conflict (tenant_id, chamber_id, kind, fiscal_year) do update set last = n.last + 1 returning n.last into i.number;
  select c.receipt_prefix || case i.kind when 'CREDIT_NOTE' then '-CN' else '' end || '-' || i.fiscal_year || case when first_month > 1 then '-' || to_char((i.fiscal_year + 1) % 100, 'FM00') else '' end
    || '-' || lpad(i.number::text, greatest(6, length(i.number::text)), '0')
  into i.code from clinic.chambers c where c.tenant_id = i.tenant_id and c.id = i.chamber_id;
end $$;
comment on function clinic.number_invoice(clinic.invoices) is 'An invoice or credit note with the next number of its chamber, kind and fiscal year, which nobody else gets until the transaction is over, and which is given again if it fails.';

create function clinic.keep_invoice() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  -- A merge gives it to another patient, and rotating keys seals it anew. Another tenant is for row security to refuse.
  aside constant text[] := array['tenant_id', 'patient_id', 'details'];
  me constant uuid := platform.current_member();
  points integer;
begin
  if session_user = 'sinduk_app' and new.patient_id <> old.patient_id and not exists (
    select from clinic.patient_merges m where m.tenant_id = old.tenant_id
      and case when m.undone_at is null then m.duplicate_id = old.patient_id and m.survivor_id = new.patient_id else m.survivor_id = old.patient_id and m.duplicate_id = new.patient_id end) then
    raise exception using errcode = 'SK091', message = 'an invoice changes hands by a merge of patients, or by its undoing';
  end if;
  if to_jsonb(new) - aside = to_jsonb(old) - aside then
    if session_user = 'sinduk_app' and new.details <> old.details then
      raise exception using errcode = 'SK091', message = 'every change of an invoice counts its version up by one';
    end if;
    return new;
  end if;
  if old.status = 'ISSUED' and new.status = 'VOID' and to_jsonb(new) - (aside || array['status', 'version']) = to_jsonb(old) - (aside || array['status', 'version']) and new.details = old.details
    and old.total = (select coalesce(sum(n.total), -1) from clinic.invoices n where n.tenant_id = old.tenant_id and n.credits = old.id and n.status = 'ISSUED') then
    return new;
  end if;
  if old.status <> 'DRAFT' then
    raise exception using errcode = 'SK091', message = format('an invoice that is %s stays as it is', old.status);
  end if;
  if new.version <> old.version + 1 or (new.kind, new.credits, new.chamber_id, new.drafted_by, new.drafted_at) is distinct from (old.kind, old.credits, old.chamber_id, old.drafted_by, old.drafted_at) then
    raise exception using errcode = 'SK091', message = 'every change of an invoice counts its version up by one, and leaves what it is';
  end if;
  new := clinic.total_invoice(new);
  if new.status = 'DRAFT' and new.discount_approved is distinct from old.discount_approved and new.discount_approved is not null then
    if me = old.updated_by or new.details <> old.details or not coalesce(clinic.may_in(new.tenant_id, me, new.chamber_id, 'finances:manage'), false) then
      raise exception using errcode = 'SK093', message = 'a discount is approved by who may, and did not give it';
    end if;
    new.discount_approved := new.discount; new.discount_approved_by := me; new.discount_approved_at := now();
    return new;
  end if;
  if new.status = 'DRAFT' then
    new.updated_by := me; new.updated_at := now();
    new.discount_approved := null; new.discount_approved_by := null; new.discount_approved_at := null;
    return new;
  end if;
  if new.status = 'DISCARDED' then
    return new;
  end if;
  if new.status <> 'ISSUED' or new.details <> old.details or not exists (select from clinic.invoice_lines l where l.tenant_id = new.tenant_id and l.invoice_id = new.id) then
    raise exception using errcode = 'SK095', message = 'an invoice is issued as it was drafted, with a line at least';
  end if;
  if not coalesce(clinic.may_in(new.tenant_id, me, new.chamber_id, case new.kind when 'INVOICE' then 'payments:take' else 'finances:manage' end), false) then
    raise exception using errcode = 'SK096', message = 'only who may in the chamber issues invoices and credit notes';
  end if;
  if new.kind = 'CREDIT_NOTE' then
    perform clinic.check_credit_note(new);
  else
    select s.discount_limit into points from clinic.billing_settings_of(new.tenant_id) s;
    -- A rate at the limit is within it, whichever way its lines were rounded.
    if new.discount * 10000 > new.gross * points + 5000 * (select count(*) from clinic.invoice_lines l where l.tenant_id = new.tenant_id and l.invoice_id = new.id) and coalesce(old.discount_approved, -1) < new.discount then
      raise exception using errcode = 'SK093', message = 'a discount above the limit needs an approval';
    end if;
  end if;
  new.discount_approved := old.discount_approved; new.discount_approved_by := old.discount_approved_by; new.discount_approved_at := old.discount_approved_at;
  new.updated_by := old.updated_by; new.updated_at := old.updated_at;
  new := clinic.number_invoice(new);
  new.issued_by := me; new.issued_at := now();
  return new;
end $$;
comment on function clinic.keep_invoice() is
  'Reckons what a draft comes to, and numbers what is issued. Refuses, with SK091, to change what was issued; with SK093, a discount without the approval it needs; with SK095, a step that there is not; with SK096, who may not.';
create trigger keep_invoice before update on clinic.invoices for each row execute function clinic.keep_invoice();

create function clinic.post_invoice() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare postings clinic.posting[]; sign integer := case new.kind when 'INVOICE' then 1 else -1 end; free record;
begin
  -- Revenue is what was asked without tax; what was taken off of that is a discount.
  select array_agg(row('REVENUE', r.doctor_id, -sign * r.full)::clinic.posting) || row('DISCOUNT', null, sign * sum(r.off))::clinic.posting into postings
  from (
    select l.doctor_id, sum(l.quantity * l.unit_price - case when l.tax_included then l.full_tax else 0 end) as full,
      sum(l.discount - case when l.tax_included then l.full_tax - l.tax else 0 end) as off
    from clinic.invoice_lines l where l.tenant_id = new.tenant_id and l.invoice_id = new.id group by l.doctor_id) r;
  perform clinic.post_entry(new.tenant_id, new.chamber_id, new.local_date, new.kind, new.id,
    array[row('RECEIVABLE', null, sign * new.total), row('TAX', null, -sign * new.tax)]::clinic.posting[] || postings
      || row('ROUNDING', null, -sign * (new.total - new.tax) - (select sum(p.amount) from unnest(postings) p))::clinic.posting);
  if new.kind = 'INVOICE' then
    insert into clinic.billed_visits (tenant_id, appointment_id, invoice_id, free_of_appointment_id)
    select l.tenant_id, l.appointment_id, l.invoice_id, l.free_of_appointment_id from clinic.invoice_lines l where l.tenant_id = new.tenant_id and l.invoice_id = new.id and l.appointment_id is not null;
    -- Two that are free after one consultation may be issued at the same moment.
    for free in
      select l.free_of_appointment_id as id, a.visit_type, r.free_visits from clinic.invoice_lines l join clinic.appointments a on a.tenant_id = l.tenant_id and a.id = l.appointment_id
      join clinic.fee_rules r on r.tenant_id = l.tenant_id and r.id = l.fee_rule_id where l.tenant_id = new.tenant_id and l.invoice_id = new.id and l.free_of_appointment_id is not null
    loop
      perform from clinic.appointments c where c.tenant_id = new.tenant_id and c.id = free.id for no key update;
      if clinic.free_visits_used(new.tenant_id, free.id, free.visit_type, null) > free.free_visits then
        raise exception using errcode = 'SK092', message = 'the free visits of the consultation are used up';
      end if;
    end loop;
    return null;
  end if;
  if (select sum(n.total) from clinic.invoices n where n.tenant_id = new.tenant_id and n.credits = new.credits and n.status = 'ISSUED')
      = (select o.total from clinic.invoices o where o.tenant_id = new.tenant_id and o.id = new.credits)
    and not exists (
      select from clinic.invoice_lines o where o.tenant_id = new.tenant_id and o.invoice_id = new.credits and o.quantity * o.unit_price - o.discount > (
        select coalesce(sum(l.quantity * l.unit_price - l.discount), 0) from clinic.invoice_lines l join clinic.invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id
        where l.tenant_id = o.tenant_id and n.credits = o.invoice_id and n.status = 'ISSUED' and l.credits_no = o.no)) then
    update clinic.invoices o set status = 'VOID', version = o.version + 1 where o.tenant_id = new.tenant_id and o.id = new.credits;
    delete from clinic.billed_visits v where v.tenant_id = new.tenant_id and v.invoice_id = new.credits;
  end if;
  return null;
end $$;
comment on function clinic.post_invoice() is 'Posts an invoice or credit note that is issued; notes which visits it bills; and declares an invoice void of which everything was credited.';
create trigger post_invoice after update on clinic.invoices for each row when (old.status = 'DRAFT' and new.status = 'ISSUED') execute function clinic.post_invoice();

call platform.secure_tenant_table('clinic.invoices');
call platform.secure_tenant_table('clinic.invoice_lines');
call platform.secure_tenant_table('clinic.billed_visits');
call platform.secure_tenant_table('clinic.invoice_counters');
call clinic.keep_off_merged_patients('clinic.invoices', 'patient_id');
grant select on clinic.invoices, clinic.invoice_lines, clinic.billed_visits to sinduk_app;
grant insert (tenant_id, id, kind, credits, chamber_id, patient_id, appointment_id, tax_included, details), update (patient_id, appointment_id, status, discount_approved, details, version) on clinic.invoices to sinduk_app;
grant insert (tenant_id, id, invoice_id, no, kind, doctor_id, quantity, unit_price, discount, tax_category, tax_rate, tax_included, fee_rule_id, fee_reason, appointment_id, free_of_appointment_id, credits_no, details), delete
  on clinic.invoice_lines to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
create or replace function clinic.free_visits_used(p_tenant uuid, p_consultation uuid, p_visit_type text, p_besides uuid) returns integer
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select 0;
  end;
comment on function clinic.free_visits_used(uuid, uuid, text, uuid) is 'How many visits of a type were free after a consultation, besides one. None is while nothing is invoiced.';
drop table clinic.invoice_counters, clinic.billed_visits, clinic.invoice_lines;
drop trigger keep_invoice on clinic.invoices;
drop trigger post_invoice on clinic.invoices;
drop function clinic.post_invoice(), clinic.keep_invoice(), clinic.number_invoice(clinic.invoices), clinic.check_credit_note(clinic.invoices), clinic.total_invoice(clinic.invoices), clinic.keep_invoice_line();
drop table clinic.invoices;
`);
  }
}
