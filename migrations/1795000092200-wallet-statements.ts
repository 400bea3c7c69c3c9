import type { MigrationInterface, QueryRunner } from 'typeorm';

const MOST = '100000000000';

/** Statements of providers of wallets, held against payments and refunds. What agrees is settled in the books by the database. */
export class WalletStatements1795000092200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.wallet_statements (
  tenant_id uuid not null,
  id uuid not null,
  provider text not null constraint wallet_statements__provider check (provider in ('BKASH')),
  first_at timestamptz not null,
  last_at timestamptz not null,
  imported_by uuid not null default platform.current_member(),
  imported_at timestamptz not null default now(),
  constraint wallet_statements__pkey primary key (tenant_id, id),
  constraint wallet_statements__order check (first_at <= last_at),
  constraint wallet_statements__tenant foreign key (tenant_id) references clinic.tenants (id),
  constraint wallet_statements__imported_by foreign key (tenant_id, imported_by) references clinic.members (tenant_id, id)
);
create index wallet_statements__by_time on clinic.wallet_statements (tenant_id, imported_at, id);
comment on table clinic.wallet_statements is 'Statements of providers of wallets that were imported.';
comment on column clinic.wallet_statements.tenant_id is 'The practice.';
comment on column clinic.wallet_statements.id is 'UUIDv7.';
comment on column clinic.wallet_statements.provider is 'Whose statement it is.';
comment on column clinic.wallet_statements.first_at is 'When the first movement on it was.';
comment on column clinic.wallet_statements.last_at is 'When the last one was.';
comment on column clinic.wallet_statements.imported_by is 'Who imported it; set by the database.';
comment on column clinic.wallet_statements.imported_at is 'When; set by the database.';

create table clinic.wallet_statement_lines (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  statement_id uuid not null,
  line integer not null,
  transaction_id text not null constraint wallet_statement_lines__transaction_id check (length(transaction_id) between 1 and 100),
  kind text not null constraint wallet_statement_lines__kind check (kind in ('PAYMENT', 'REFUND')),
  at timestamptz not null,
  amount bigint not null constraint wallet_statement_lines__amount check (amount between 1 and ${MOST}),
  fee bigint not null constraint wallet_statement_lines__fee check (fee between 0 and amount),
  finding text not null constraint wallet_statement_lines__finding check (finding in ('MATCHED', 'AMOUNT_DIFFERS', 'UNKNOWN', 'REUSED', 'SEEN_BEFORE')),
  payment_id uuid,
  refund_id uuid,
  constraint wallet_statement_lines__pkey primary key (tenant_id, id),
  constraint wallet_statement_lines__line unique (tenant_id, statement_id, line),
  constraint wallet_statement_lines__statement foreign key (tenant_id, statement_id) references clinic.wallet_statements (tenant_id, id),
  constraint wallet_statement_lines__payment foreign key (tenant_id, payment_id) references clinic.payments (tenant_id, id),
  constraint wallet_statement_lines__refund foreign key (tenant_id, refund_id) references clinic.refunds (tenant_id, id)
);
create index wallet_statement_lines__by_transaction on clinic.wallet_statement_lines (tenant_id, transaction_id);
create unique index wallet_statement_lines__payment_once on clinic.wallet_statement_lines (tenant_id, payment_id) where finding = 'MATCHED' and kind = 'PAYMENT';
create unique index wallet_statement_lines__refund_once on clinic.wallet_statement_lines (tenant_id, refund_id) where finding = 'MATCHED' and kind = 'REFUND';
comment on table clinic.wallet_statement_lines is 'Movements of money on statements, and what they are found to be. They never change.';
comment on column clinic.wallet_statement_lines.tenant_id is 'The practice.';
comment on column clinic.wallet_statement_lines.id is 'UUID, made by the database.';
comment on column clinic.wallet_statement_lines.statement_id is 'The statement.';
comment on column clinic.wallet_statement_lines.line is 'Its line in the file.';
comment on column clinic.wallet_statement_lines.transaction_id is 'The provider''s id of the transaction.';
comment on column clinic.wallet_statement_lines.kind is 'PAYMENT or REFUND.';
comment on column clinic.wallet_statement_lines.at is 'When it was.';
comment on column clinic.wallet_statement_lines.amount is 'How much was paid or given back, in minor units.';
comment on column clinic.wallet_statement_lines.fee is 'What the provider kept, in minor units.';
comment on column clinic.wallet_statement_lines.finding is 'What it is found to be; set by the database.';
comment on column clinic.wallet_statement_lines.payment_id is 'The payment that it is of; set by the database.';
comment on column clinic.wallet_statement_lines.refund_id is 'The refund that it is of; set by the database.';

create function clinic.may_import_statement() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- One statement at a time: what another one settles must be seen.
  perform pg_advisory_xact_lock(hashtextextended('clinic.wallet_statements ' || new.tenant_id, 0));
  if not coalesce(clinic.may_where(new.tenant_id, new.imported_by, null, 'finances:manage'), false) then
    raise exception using errcode = 'SK096', message = 'only who manages the finances of every chamber imports statements';
  end if;
  return new;
end $$;
comment on function clinic.may_import_statement() is 'Refuses, with SK096, who may not import statements; one is imported at a time.';
create trigger may_import before insert on clinic.wallet_statements for each row execute function clinic.may_import_statement();

create function clinic.judge_statement_line() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare wallet text; known bigint; settled clinic.wallet_statement_lines;
begin
  select s.provider into wallet from clinic.wallet_statements s where s.tenant_id = new.tenant_id and s.id = new.statement_id;
  if new.kind = 'PAYMENT' then
    select p.id, p.amount into new.payment_id, known from clinic.payments p where p.tenant_id = new.tenant_id and p.provider = wallet and p.reference = new.transaction_id and p.status = 'CAPTURED';
  else
    select r.id, r.amount into new.refund_id, known from clinic.refunds r where r.tenant_id = new.tenant_id and r.provider = wallet and r.reference = new.transaction_id and r.status = 'PAID';
  end if;
  -- What somebody has to look at because of its amount is known under the transaction that the provider told.
  if known is null and new.kind = 'PAYMENT' then
    select w.id, p.amount into new.payment_id, known from clinic.wallet_payments w join clinic.payments p on p.tenant_id = w.tenant_id and p.id = w.id
    where w.tenant_id = new.tenant_id and w.provider = wallet and w.told_reference = new.transaction_id and w.flag = 'AMOUNT_DIFFERS' and p.amount <> new.amount limit 1;
  end if;
  select l.* into settled from clinic.wallet_statement_lines l join clinic.wallet_statements s on s.tenant_id = l.tenant_id and s.id = l.statement_id
  where l.tenant_id = new.tenant_id and l.transaction_id = new.transaction_id and s.provider = wallet and (l.finding = 'MATCHED' or l.statement_id = new.statement_id) order by l.finding = 'MATCHED' desc limit 1;
  new.finding := case
    when settled.statement_id <> new.statement_id and (settled.kind, settled.amount) = (new.kind, new.amount) then 'SEEN_BEFORE'
    when settled.id is not null then 'REUSED'
    when known is null then 'UNKNOWN'
    when known <> new.amount then 'AMOUNT_DIFFERS'
    else 'MATCHED' end;
  return new;
end $$;
comment on function clinic.judge_statement_line() is 'Finds the payment or refund that a line of a statement is of, and whether it agrees.';
create trigger judge before insert on clinic.wallet_statement_lines for each row execute function clinic.judge_statement_line();

create function clinic.settle_statement_line() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare chamber uuid; sign integer := case new.kind when 'PAYMENT' then 1 else -1 end;
begin
  select p.chamber_id into chamber from clinic.payments p
  where p.tenant_id = new.tenant_id and p.id = coalesce(new.payment_id, (select r.payment_id from clinic.refunds r where r.tenant_id = new.tenant_id and r.id = new.refund_id));
  perform clinic.hold_books(new.tenant_id, chamber);
  perform clinic.post_entry(new.tenant_id, chamber, clinic.first_open_day(new.tenant_id, chamber), 'SETTLEMENT', new.id,
    array[row('BANK', null, sign * new.amount - new.fee), row('FEES', null, new.fee), row('WALLET_CLEARING', null, -sign * new.amount)]::clinic.posting[]);
  return null;
end $$;
comment on function clinic.settle_statement_line() is 'Posts that a provider paid out what agrees with the books, and what it kept of it.';
create trigger settle after insert on clinic.wallet_statement_lines for each row when (new.finding = 'MATCHED') execute function clinic.settle_statement_line();
create trigger keep before update or delete on clinic.wallet_statements for each row execute function clinic.keep_ledger();
create trigger keep before update or delete on clinic.wallet_statement_lines for each row execute function clinic.keep_ledger();

call platform.secure_tenant_table('clinic.wallet_statements');
call platform.secure_tenant_table('clinic.wallet_statement_lines');
grant select, insert (tenant_id, id, provider, first_at, last_at) on clinic.wallet_statements to sinduk_app;
grant select, insert (tenant_id, statement_id, line, transaction_id, kind, at, amount, fee) on clinic.wallet_statement_lines to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.wallet_statement_lines, clinic.wallet_statements;
drop function clinic.settle_statement_line(), clinic.judge_statement_line(), clinic.may_import_statement();
`);
  }
}
