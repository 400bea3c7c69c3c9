import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The books: a double-entry ledger that only the database writes, when a document takes a step. Nothing in it is ever changed, and every entry sums to zero.
 */
export class Ledger1795000090000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.day_closings (
  tenant_id uuid not null,
  chamber_id uuid not null,
  local_date date not null,
  closed_by uuid not null default platform.current_member(),
  closed_at timestamptz not null default now(),
  constraint day_closings__pkey primary key (tenant_id, chamber_id, local_date),
  constraint day_closings__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint day_closings__closed_by foreign key (tenant_id, closed_by) references clinic.members (tenant_id, id)
);
comment on table clinic.day_closings is 'Days of a chamber whose books are closed: they take no entry any more.';
comment on column clinic.day_closings.tenant_id is 'The practice.';
comment on column clinic.day_closings.chamber_id is 'The chamber.';
comment on column clinic.day_closings.local_date is 'The day, where the chamber is.';
comment on column clinic.day_closings.closed_by is 'Who closed it; set by the database.';
comment on column clinic.day_closings.closed_at is 'When; set by the database.';

create table clinic.ledger_entries (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  kind text not null constraint ledger_entries__kind check (kind ~ '^[A-Z][A-Z_]*$'),
  source_id uuid not null,
  local_date date not null,
  posted_by uuid,
  posted_at timestamptz not null default now(),
  constraint ledger_entries__pkey primary key (tenant_id, id),
  constraint ledger_entries__posted_once unique (tenant_id, source_id, kind),
  constraint ledger_entries__chamber foreign key (tenant_id, chamber_id) references clinic.chambers (tenant_id, id),
  constraint ledger_entries__posted_by foreign key (tenant_id, posted_by) references clinic.members (tenant_id, id)
);
create index ledger_entries__by_day on clinic.ledger_entries (tenant_id, chamber_id, local_date, id);
comment on table clinic.ledger_entries is 'What was posted to the books: one entry for each step of a document, once.';
comment on column clinic.ledger_entries.tenant_id is 'The practice.';
comment on column clinic.ledger_entries.id is 'UUIDv7, made by the database.';
comment on column clinic.ledger_entries.chamber_id is 'The chamber in whose books it is.';
comment on column clinic.ledger_entries.kind is 'Which step of which kind of document it is of.';
comment on column clinic.ledger_entries.source_id is 'The document.';
comment on column clinic.ledger_entries.local_date is 'The day that it counts for, where the chamber is.';
comment on column clinic.ledger_entries.posted_by is 'The member whose doing it was; null for background work.';
comment on column clinic.ledger_entries.posted_at is 'When it was posted.';

create table clinic.ledger_lines (
  tenant_id uuid not null,
  entry_id uuid not null,
  no smallint not null,
  account text not null constraint ledger_lines__account check (account in ('DRAWER', 'SAFE', 'BANK', 'CARD_CLEARING', 'WALLET_CLEARING', 'RECEIVABLE', 'CLAIMS_RECEIVABLE', 'ADVANCE', 'DEPOSIT', 'TAX', 'DOCTOR_PAYABLE', 'EXPENSES_PAYABLE',
    'REVENUE', 'ROUNDING', 'FORFEITED', 'DISCOUNT', 'EXPENSE', 'DOCTOR_SHARE', 'OVER_SHORT', 'FEES', 'WRITE_OFF', 'OWNER')),
  doctor_id uuid,
  chamber_id uuid not null,
  local_date date not null,
  amount bigint not null constraint ledger_lines__amount check (amount <> 0),
  constraint ledger_lines__pkey primary key (tenant_id, entry_id, no),
  constraint ledger_lines__entry foreign key (tenant_id, entry_id) references clinic.ledger_entries (tenant_id, id),
  constraint ledger_lines__doctor foreign key (tenant_id, doctor_id) references clinic.members (tenant_id, id)
);
create index ledger_lines__by_day on clinic.ledger_lines (tenant_id, chamber_id, local_date, account) include (amount);
create index ledger_lines__by_doctor on clinic.ledger_lines (tenant_id, doctor_id, local_date) where doctor_id is not null;
comment on table clinic.ledger_lines is 'The debits and credits of the entries; those of an entry sum to zero.';
comment on column clinic.ledger_lines.tenant_id is 'The practice.';
comment on column clinic.ledger_lines.entry_id is 'The entry.';
comment on column clinic.ledger_lines.no is 'Its place in the entry.';
comment on column clinic.ledger_lines.account is 'The account.';
comment on column clinic.ledger_lines.doctor_id is 'The doctor whose revenue or share it is, where it is somebody''s.';
comment on column clinic.ledger_lines.chamber_id is 'The chamber of the entry.';
comment on column clinic.ledger_lines.local_date is 'The day of the entry.';
comment on column clinic.ledger_lines.amount is 'In minor units of the practice''s currency: above zero a debit, below a credit.';

create type clinic.posting as (account text, doctor_id uuid, amount bigint);
comment on type clinic.posting is 'A line of an entry to be posted.';

create function clinic.time_ordered_id() returns uuid
  language sql volatile set search_path = pg_catalog, pg_temp
  begin atomic
    select encode(set_byte(
      overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3 for 6) from 1 for 6),
      6, 112 | (get_byte(uuid_send(gen_random_uuid()), 0) & 15)), 'hex')::uuid;
  end;
comment on function clinic.time_ordered_id() is 'A UUIDv7 (RFC 9562): 48 bits of milliseconds, and random ones.';

create function clinic.books_today(p_tenant uuid, p_chamber uuid) returns date
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select (now() at time zone c.time_zone)::date from clinic.chambers c where c.tenant_id = p_tenant and c.id = p_chamber;
  end;
comment on function clinic.books_today(uuid, uuid) is 'Which day it is in a chamber.';

create function clinic.first_open_day(p_tenant uuid, p_chamber uuid) returns date
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    with recursive days as (
      select clinic.books_today(p_tenant, p_chamber) as day
      union all select d.day + 1 from days d where exists (select from clinic.day_closings c where c.tenant_id = p_tenant and c.chamber_id = p_chamber and c.local_date = d.day))
    select max(day) from days;
  end;
comment on function clinic.first_open_day(uuid, uuid) is 'The first day from today on whose books are open in a chamber.';

create function clinic.hold_books(p_tenant uuid, p_chamber uuid) returns void
  language sql volatile set search_path = pg_catalog, pg_temp
  begin atomic
    select pg_advisory_xact_lock_shared(hashtextextended('clinic.books ' || p_tenant || ' ' || p_chamber, 0));
  end;
comment on function clinic.hold_books(uuid, uuid) is 'Keeps the days of a chamber from being closed until the transaction is over; whoever closes one takes the same lock alone.';

create function clinic.post_entry(p_tenant uuid, p_chamber uuid, p_day date, p_kind text, p_source uuid, p_postings clinic.posting[]) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare entry uuid := clinic.time_ordered_id(); found boolean := false; place smallint := 0; line clinic.posting;
begin
  perform clinic.hold_books(p_tenant, p_chamber);
  if exists (select from clinic.day_closings c where c.tenant_id = p_tenant and c.chamber_id = p_chamber and c.local_date = p_day) then
    raise exception using errcode = 'SK090', message = format('the books of %s are closed', p_day);
  end if;
  foreach line in array p_postings loop
    continue when coalesce(line.amount, 0) = 0;
    if place = 0 then
      insert into clinic.ledger_entries (tenant_id, id, chamber_id, kind, source_id, local_date, posted_by)
      values (p_tenant, entry, p_chamber, p_kind, p_source, p_day, nullif(platform.current_member(), '00000000-0000-0000-0000-000000000000'));
    end if;
    place := place + 1;
    insert into clinic.ledger_lines (tenant_id, entry_id, no, account, doctor_id, chamber_id, local_date, amount)
    values (p_tenant, entry, place, line.account, line.doctor_id, p_chamber, p_day, line.amount);
  end loop;
end $$;
comment on function clinic.post_entry(uuid, uuid, date, text, uuid, clinic.posting[]) is
  'Posts an entry for a step of a document; lines of zero are left out, and an entry of none. Refuses, with SK090, a day whose books are closed.';

create function clinic.keep_ledger() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  raise exception using errcode = 'SK091', message = 'what was posted stays as it is';
end $$;
comment on function clinic.keep_ledger() is 'Refuses, with SK091, to change the books.';
create trigger keep_ledger before update or delete on clinic.ledger_entries for each row execute function clinic.keep_ledger();
create trigger keep_ledger before update or delete on clinic.ledger_lines for each row execute function clinic.keep_ledger();
create trigger keep_ledger_whole before truncate on clinic.ledger_entries for each statement execute function clinic.keep_ledger();
create trigger keep_ledger_whole before truncate on clinic.ledger_lines for each statement execute function clinic.keep_ledger();

create function clinic.balance_entry() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if (select sum(l.amount) from clinic.ledger_lines l where l.tenant_id = new.tenant_id and l.entry_id = new.entry_id) <> 0 then
    raise exception using errcode = 'SK097', message = 'the lines of an entry do not sum to zero';
  end if;
  if not exists (select from clinic.ledger_entries e where e.tenant_id = new.tenant_id and e.id = new.entry_id and e.posted_at = now() and e.chamber_id = new.chamber_id and e.local_date = new.local_date) then
    raise exception using errcode = 'SK091', message = 'what was posted takes no further lines';
  end if;
  return null;
end $$;
comment on function clinic.balance_entry() is 'Refuses, with SK097, entries that do not sum to zero, and, with SK091, lines that are added to an entry of another transaction.';
create constraint trigger balance_entry after insert on clinic.ledger_lines deferrable initially deferred for each row execute function clinic.balance_entry();

call platform.secure_tenant_table('clinic.day_closings');
call platform.secure_tenant_table('clinic.ledger_entries');
call platform.secure_tenant_table('clinic.ledger_lines');
grant select on clinic.day_closings, clinic.ledger_entries, clinic.ledger_lines to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.ledger_lines, clinic.ledger_entries;
drop function clinic.balance_entry(), clinic.keep_ledger(), clinic.post_entry(uuid, uuid, date, text, uuid, clinic.posting[]), clinic.hold_books(uuid, uuid), clinic.first_open_day(uuid, uuid),
  clinic.books_today(uuid, uuid), clinic.time_ordered_id();
drop type clinic.posting;
drop table clinic.day_closings;
`);
  }
}
