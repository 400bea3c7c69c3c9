import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The most that one amount may be, in minor units. */
const MOST = '100000000000';
/** What a line comes to without its tax, in minor units. */
const netOf = (line: string) => `${line}.quantity * ${line}.unit_price - ${line}.discount - case when ${line}.tax_included then ${line}.tax else 0 end`;
/** What of a line of an invoice in force no credit note took back, before tax is added or taken out. */
const priceLeftOf = (line: string) => `${line}.quantity * ${line}.unit_price - ${line}.discount - coalesce((
      select sum(c.quantity * c.unit_price - c.discount) from clinic.invoices n join clinic.invoice_lines c on c.tenant_id = n.tenant_id and c.invoice_id = n.id
      where n.tenant_id = ${line}.tenant_id and n.credits = ${line}.invoice_id and n.status = 'ISSUED' and c.credits_no = ${line}.no), 0)`;

/** What doctors get of what their patients paid: rules, accruals that the database makes when money pays an invoice or is taken off it again, and what was paid out. */
export class Shares1795000094000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.share_rules (
  tenant_id uuid not null,
  id uuid not null,
  doctor_id uuid not null,
  chamber_id uuid,
  kind text not null constraint share_rules__kind check (kind in ('PERCENTAGE', 'PER_PATIENT', 'SESSIONAL')),
  rate integer constraint share_rules__rate check (rate between 1 and 10000),
  amount bigint constraint share_rules__amount check (amount between 1 and ${MOST}),
  valid_from date not null,
  valid_until date,
  created_by uuid not null default platform.current_member(),
  created_at timestamptz not null default now(),
  constraint share_rules__pkey primary key (tenant_id, id),
  constraint share_rules__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id),
  constraint share_rules__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint share_rules__created_by foreign key (tenant_id, created_by) references clinic.members (tenant_id, id),
  constraint share_rules__valid check (valid_until is null or valid_until >= valid_from),
  constraint share_rules__how_much check ((kind = 'PERCENTAGE') = (rate is not null) and (rate is null) = (amount is not null)),
  constraint share_rules__excl exclude using gist (tenant_id with =, doctor_id with =, (coalesce(chamber_id, '00000000-0000-0000-0000-000000000000')) with =, daterange(valid_from, valid_until, '[]') with &&)
);
comment on table clinic.share_rules is 'What a doctor gets of what their patients pay, from a day on. No two of one doctor and chamber hold on the same day. Once it has begun it is ended and another one begins.';
comment on column clinic.share_rules.tenant_id is 'The practice.';
comment on column clinic.share_rules.id is 'UUIDv7.';
comment on column clinic.share_rules.doctor_id is 'The doctor.';
comment on column clinic.share_rules.chamber_id is 'Where; null for every chamber.';
comment on column clinic.share_rules.kind is 'PERCENTAGE of what was captured without tax; PER_PATIENT: an amount for each consultation; SESSIONAL: an amount for each session.';
comment on column clinic.share_rules.rate is 'The percentage, in basis points.';
comment on column clinic.share_rules.amount is 'The amount, in minor units of the practice''s currency.';
comment on column clinic.share_rules.valid_from is 'The first day of issue of the invoices for which it holds.';
comment on column clinic.share_rules.valid_until is 'The last such day; null while no end is known.';
comment on column clinic.share_rules.created_by is 'The member who made it; set by the database.';
comment on column clinic.share_rules.created_at is 'When it was made.';

create function clinic.keep_share_rule() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  -- Another tenant is for row security to refuse.
  changing constant text[] := array['tenant_id', 'valid_until'];
  rule clinic.share_rules := coalesce(old, new);
  today constant date := clinic.day_where(rule.tenant_id, rule.chamber_id);
begin
  if (tg_op = 'INSERT' and new.valid_from >= today) or (tg_op = 'DELETE' and old.valid_from > today)
    or (tg_op = 'UPDATE' and to_jsonb(new) - changing = to_jsonb(old) - changing
      and (new.valid_until is not distinct from old.valid_until or (new.valid_until >= today and coalesce(old.valid_until >= today, true)))) then
    return coalesce(new, old);
  end if;
  raise exception using errcode = 'SK091', message = 'what a doctor has got until today stays: a rule that has begun is ended, and another begins';
end $$;
comment on function clinic.keep_share_rule() is 'Refuses, with SK091, what would change what a doctor got before today, or a rule that has begun in anything but its end.';
create trigger keep_share_rule before insert or update or delete on clinic.share_rules for each row execute function clinic.keep_share_rule();

create table clinic.share_accruals (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  doctor_id uuid not null,
  rule_id uuid not null,
  invoice_id uuid not null,
  session_id uuid,
  allocation_id uuid,
  credit_note_id uuid,
  amount bigint not null constraint share_accruals__amount check (amount <> 0),
  local_date date not null,
  accrued_at timestamptz not null default now(),
  constraint share_accruals__pkey primary key (tenant_id, id),
  constraint share_accruals__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint share_accruals__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id),
  constraint share_accruals__rule foreign key (tenant_id, rule_id) references clinic.share_rules (tenant_id, id),
  constraint share_accruals__invoice foreign key (tenant_id, invoice_id) references clinic.invoices (tenant_id, id),
  constraint share_accruals__session foreign key (tenant_id, session_id) references clinic.sessions (tenant_id, id),
  constraint share_accruals__allocation foreign key (tenant_id, allocation_id) references clinic.allocations (tenant_id, id),
  constraint share_accruals__credit_note foreign key (tenant_id, credit_note_id) references clinic.invoices (tenant_id, id),
  constraint share_accruals__because check (num_nonnulls(allocation_id, credit_note_id) = 1)
);
create index share_accruals__by_invoice on clinic.share_accruals (tenant_id, invoice_id, doctor_id);
create index share_accruals__by_doctor on clinic.share_accruals (tenant_id, doctor_id, local_date, id);
create index share_accruals__by_session on clinic.share_accruals (tenant_id, session_id, doctor_id) where session_id is not null;
comment on table clinic.share_accruals is 'By how much the share of a doctor in an invoice, or for a session, grew, or below zero shrank; written and posted by the database, and never changed.';
comment on column clinic.share_accruals.tenant_id is 'The practice.';
comment on column clinic.share_accruals.id is 'UUIDv7, made by the database.';
comment on column clinic.share_accruals.chamber_id is 'The chamber of the invoice.';
comment on column clinic.share_accruals.doctor_id is 'Whose share it is.';
comment on column clinic.share_accruals.rule_id is 'The rule that it goes by.';
comment on column clinic.share_accruals.invoice_id is 'The invoice that was paid, released or credited.';
comment on column clinic.share_accruals.session_id is 'The session, of what is for a session.';
comment on column clinic.share_accruals.allocation_id is 'What paid the invoice, or was released from it again.';
comment on column clinic.share_accruals.credit_note_id is 'Or the credit note that changed what of the payment is the doctor''s.';
comment on column clinic.share_accruals.amount is 'In minor units; below zero what the doctor has no claim to any more.';
comment on column clinic.share_accruals.local_date is 'The day that it counts for, where the chamber is.';
comment on column clinic.share_accruals.accrued_at is 'When.';
create trigger keep_share_accrual before update or delete on clinic.share_accruals for each row execute function clinic.keep_ledger();
create trigger keep_share_accruals_whole before truncate on clinic.share_accruals for each statement execute function clinic.keep_ledger();

create table clinic.doctor_payouts (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  doctor_id uuid not null,
  source text not null constraint doctor_payouts__source check (source in ('SAFE', 'BANK')),
  reference text constraint doctor_payouts__reference check (length(reference) between 1 and 100),
  amount bigint not null constraint doctor_payouts__amount check (amount between 1 and ${MOST}),
  local_date date not null,
  paid_by uuid not null default platform.current_member(),
  paid_at timestamptz not null default now(),
  constraint doctor_payouts__pkey primary key (tenant_id, id),
  constraint doctor_payouts__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint doctor_payouts__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id),
  constraint doctor_payouts__paid_by foreign key (tenant_id, paid_by) references clinic.members (tenant_id, id)
);
create index doctor_payouts__by_doctor on clinic.doctor_payouts (tenant_id, doctor_id, local_date, id);
comment on table clinic.doctor_payouts is 'What doctors were paid of their shares. It never changes.';
comment on column clinic.doctor_payouts.tenant_id is 'The practice.';
comment on column clinic.doctor_payouts.id is 'UUIDv7.';
comment on column clinic.doctor_payouts.chamber_id is 'The chamber out of whose books.';
comment on column clinic.doctor_payouts.doctor_id is 'To whom.';
comment on column clinic.doctor_payouts.source is 'SAFE: in cash; BANK: by transfer or cheque.';
comment on column clinic.doctor_payouts.reference is 'The number of the transfer, cheque or receipt.';
comment on column clinic.doctor_payouts.amount is 'How much, in minor units.';
comment on column clinic.doctor_payouts.local_date is 'The day that it counts for, where the chamber is; set by the database.';
comment on column clinic.doctor_payouts.paid_by is 'Who paid it out; set by the database.';
comment on column clinic.doctor_payouts.paid_at is 'When; set by the database.';
create trigger keep_doctor_payout before update or delete on clinic.doctor_payouts for each row execute function clinic.keep_ledger();

create index ledger_lines__payable on clinic.ledger_lines (tenant_id, doctor_id, chamber_id, local_date) include (amount) where account = 'DOCTOR_PAYABLE';

create function clinic.share_rule_of(p_tenant uuid, p_doctor uuid, p_invoice uuid) returns setof clinic.share_rules
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select r.* from clinic.invoices i join clinic.share_rules r on r.tenant_id = i.tenant_id and r.doctor_id = p_doctor and coalesce(r.chamber_id = i.chamber_id, true)
      and i.local_date >= r.valid_from and coalesce(i.local_date <= r.valid_until, true) and r.created_at <= i.issued_at
    where i.tenant_id = p_tenant and i.id = p_invoice
    order by r.chamber_id is null limit 1;
  end;
comment on function clinic.share_rule_of(uuid, uuid, uuid) is
  'The rule by which a doctor gets a share of an invoice: of those that there were when it was issued, and that hold on the day of its issue, the one of its chamber before the one of every chamber. It is the same whenever it is asked for.';

create function clinic.accrue_share(p_invoice clinic.invoices, p_doctor uuid, p_rule uuid, p_session uuid, p_amount bigint, p_allocation uuid, p_credit_note uuid, p_day date) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare accrual uuid := clinic.time_ordered_id();
begin
  if p_amount <> 0 then
    insert into clinic.share_accruals (tenant_id, id, chamber_id, doctor_id, rule_id, invoice_id, session_id, allocation_id, credit_note_id, amount, local_date)
    values (p_invoice.tenant_id, accrual, p_invoice.chamber_id, p_doctor, p_rule, p_invoice.id, p_session, p_allocation, p_credit_note, p_amount, p_day);
    perform clinic.post_entry(p_invoice.tenant_id, p_invoice.chamber_id, p_day, 'SHARE', accrual, array[row('DOCTOR_SHARE', p_doctor, p_amount), row('DOCTOR_PAYABLE', p_doctor, -p_amount)]::clinic.posting[]);
  end if;
end $$;
comment on function clinic.accrue_share(clinic.invoices, uuid, uuid, uuid, bigint, uuid, uuid, date) is 'Notes and posts by how much the share of a doctor changed.';

create function clinic.accrue_sessions(i clinic.invoices, p_doctor uuid, p_rule clinic.share_rules, p_allocation uuid, p_credit_note uuid, p_day date) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare session uuid; accrued record; is_paid boolean;
begin
  for session in
    select distinct a.session_id from clinic.invoice_lines l join clinic.appointments a on a.tenant_id = l.tenant_id and a.id = l.appointment_id
    where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.doctor_id = p_doctor order by a.session_id
  loop
    -- Two invoices of a session are paid at one moment: only one of them accrues it.
    perform pg_advisory_xact_lock(hashtextextended('clinic.session_share ' || i.tenant_id || ' ' || session || ' ' || p_doctor, 0));
    select coalesce(sum(s.amount), 0)::bigint as amount, (array_agg(s.rule_id order by s.accrued_at desc, s.id desc))[1] as rule_id into accrued
    from clinic.share_accruals s where s.tenant_id = i.tenant_id and s.session_id = session and s.doctor_id = p_doctor;
    is_paid := exists (
      select from clinic.appointments a join clinic.billed_visits v on v.tenant_id = a.tenant_id and v.appointment_id = a.id
      join clinic.invoice_lines l on l.tenant_id = v.tenant_id and l.invoice_id = v.invoice_id and l.appointment_id = a.id and l.doctor_id = p_doctor
      cross join lateral clinic.share_rule_of(i.tenant_id, p_doctor, v.invoice_id) r
      where a.tenant_id = i.tenant_id and a.session_id = session and r.kind = 'SESSIONAL' and ${priceLeftOf('l')} > 0
        and (select sum(p.amount) from clinic.allocations p where p.tenant_id = i.tenant_id and p.invoice_id = v.invoice_id) > 0);
    if is_paid and accrued.amount = 0 then
      perform clinic.accrue_share(i, p_doctor, p_rule.id, session, p_rule.amount, p_allocation, p_credit_note, p_day);
    elsif not is_paid and accrued.amount <> 0 then
      perform clinic.accrue_share(i, p_doctor, accrued.rule_id, session, -accrued.amount, p_allocation, p_credit_note, p_day);
    end if;
  end loop;
end $$;
comment on function clinic.accrue_sessions(clinic.invoices, uuid, clinic.share_rules, uuid, uuid, date) is
  'Accrues what a doctor gets for the sessions of an invoice with the first money that pays a visit of them, and takes it back when none is left.';

create function clinic.accrue_shares(p_tenant uuid, p_invoice uuid, p_allocation uuid, p_credit_note uuid, p_day date) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare i clinic.invoices; rest bigint; paid bigint; share record; rule clinic.share_rules; earned bigint;
begin
  select * into i from clinic.invoices o where o.tenant_id = p_tenant and o.id = p_invoice;
  select i.total - coalesce(sum(n.total), 0) into rest from clinic.invoices n where n.tenant_id = p_tenant and n.credits = p_invoice and n.status = 'ISSUED';
  select coalesce(sum(a.amount), 0) into paid from clinic.allocations a where a.tenant_id = p_tenant and a.invoice_id = p_invoice;
  for share in
    select o.doctor_id,
      greatest(sum(${netOf('o')} - coalesce((
        select sum(${netOf('c')}) from clinic.invoices n join clinic.invoice_lines c on c.tenant_id = n.tenant_id and c.invoice_id = n.id
        where n.tenant_id = p_tenant and n.credits = p_invoice and n.status = 'ISSUED' and c.credits_no = o.no), 0)), 0) as net,
      count(*) filter (where o.kind = 'CONSULTATION' and ${priceLeftOf('o')} > 0) as visits
    from clinic.invoice_lines o where o.tenant_id = p_tenant and o.invoice_id = p_invoice and o.doctor_id is not null group by o.doctor_id order by o.doctor_id
  loop
    select * into rule from clinic.share_rule_of(p_tenant, share.doctor_id, p_invoice);
    continue when not found;
    if rule.kind = 'SESSIONAL' then
      perform clinic.accrue_sessions(i, share.doctor_id, rule, p_allocation, p_credit_note, p_day);
      continue;
    end if;
    -- What was earned in all, half a minor unit rounded up; what is posted is the difference, so that no rounding adds up.
    earned := case when rest = 0 then 0
      else div(case rule.kind when 'PERCENTAGE' then 2 * share.net * rule.rate * paid + 10000 * rest else 10000 * (2 * share.visits::numeric * rule.amount * paid + rest) end, 20000 * rest::numeric) end;
    perform clinic.accrue_share(i, share.doctor_id, rule.id, null, earned - (
      select coalesce(sum(s.amount), 0)::bigint from clinic.share_accruals s where s.tenant_id = p_tenant and s.invoice_id = p_invoice and s.doctor_id = share.doctor_id and s.session_id is null),
      p_allocation, p_credit_note, p_day);
  end loop;
end $$;
comment on function clinic.accrue_shares(uuid, uuid, uuid, uuid, date) is
  'Accrues by how much the shares of doctors in an invoice changed: a share is of the lines of the doctor, without tax and what was credited, in the proportion in which the invoice is paid.';

create function clinic.share_allocation() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform clinic.accrue_shares(new.tenant_id, new.invoice_id, new.id, null, new.local_date);
  return null;
end $$;
comment on function clinic.share_allocation() is 'Accrues shares when money pays an invoice, and takes them back when it is released.';
create trigger share_allocation after insert on clinic.allocations for each row execute function clinic.share_allocation();

create function clinic.share_credit() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform clinic.accrue_shares(new.tenant_id, new.credits, null, new.id, new.local_date);
  return null;
end $$;
comment on function clinic.share_credit() is 'Accrues what a credit note changes of the shares in what was paid.';
create trigger share_credit after update on clinic.invoices for each row when (old.status = 'DRAFT' and new.status = 'ISSUED' and new.kind = 'CREDIT_NOTE') execute function clinic.share_credit();

create function clinic.pay_doctor() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  if not coalesce(clinic.may_in(new.tenant_id, new.paid_by, new.chamber_id, 'finances:manage'), false) then
    raise exception using errcode = 'SK096', message = 'only who manages the finances of the chamber pays doctors';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('clinic.payout ' || new.tenant_id || ' ' || new.chamber_id || ' ' || new.doctor_id, 0));
  if new.amount > (select coalesce(-sum(l.amount), 0) from clinic.ledger_lines l where l.tenant_id = new.tenant_id and l.doctor_id = new.doctor_id and l.chamber_id = new.chamber_id and l.account = 'DOCTOR_PAYABLE') then
    raise exception using errcode = 'SK092', message = 'more than is payable to the doctor';
  end if;
  perform clinic.hold_books(new.tenant_id, new.chamber_id);
  new.local_date := clinic.books_today(new.tenant_id, new.chamber_id);
  perform clinic.post_entry(new.tenant_id, new.chamber_id, new.local_date, 'PAYOUT', new.id, array[row('DOCTOR_PAYABLE', new.doctor_id, new.amount), row(new.source, null, -new.amount)]::clinic.posting[]);
  return new;
end $$;
comment on function clinic.pay_doctor() is 'Posts what a doctor is paid. Refuses, with SK092, more than is payable, one payout after the other; with SK096, who may not.';
create trigger pay_doctor before insert on clinic.doctor_payouts for each row execute function clinic.pay_doctor();

call platform.secure_tenant_table('clinic.share_rules');
call platform.secure_tenant_table('clinic.share_accruals');
call platform.secure_tenant_table('clinic.doctor_payouts');
grant select, delete, insert (tenant_id, id, doctor_id, chamber_id, kind, rate, amount, valid_from, valid_until), update (valid_until) on clinic.share_rules to sinduk_app;
grant select on clinic.share_accruals, clinic.doctor_payouts to sinduk_app;
grant insert (tenant_id, id, chamber_id, doctor_id, source, reference, amount) on clinic.doctor_payouts to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop trigger share_credit on clinic.invoices;
drop trigger share_allocation on clinic.allocations;
drop index clinic.ledger_lines__payable;
drop table clinic.doctor_payouts, clinic.share_accruals;
drop function clinic.pay_doctor(), clinic.share_credit(), clinic.share_allocation(), clinic.accrue_shares(uuid, uuid, uuid, uuid, date), clinic.accrue_sessions(clinic.invoices, uuid, clinic.share_rules, uuid, uuid, date),
  clinic.accrue_share(clinic.invoices, uuid, uuid, uuid, bigint, uuid, uuid, date), clinic.share_rule_of(uuid, uuid, uuid);
drop table clinic.share_rules;
drop function clinic.keep_share_rule();
`);
  }
}
