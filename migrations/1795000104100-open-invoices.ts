import type { MigrationInterface, QueryRunner } from 'typeorm';

// Whose receivable a line of the books is, by the document that posted it.
const INVOICE_OF = `case e.kind
        when 'INVOICE' then e.source_id
        when 'CREDIT_NOTE' then (select n.credits from clinic.invoices n where n.tenant_id = e.tenant_id and n.id = e.source_id)
        when 'ALLOCATION' then (select a.invoice_id from clinic.allocations a where a.tenant_id = e.tenant_id and a.id = e.source_id)
        else (select c.invoice_id from clinic.claims c where c.tenant_id = e.tenant_id and c.id = e.source_id) end`;

/** Which invoices are not paid whole, kept with the books, so that a list of them costs nothing for all that were paid. */
export class OpenInvoices1795000104100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.open_invoices (
  tenant_id uuid not null,
  id uuid not null,
  chamber_id uuid not null,
  local_date date not null,
  due bigint not null,
  constraint open_invoices__pkey primary key (tenant_id, id),
  constraint open_invoices__invoice foreign key (tenant_id, id) references clinic.invoices (tenant_id, id)
);
create index open_invoices__by_chamber on clinic.open_invoices (tenant_id, chamber_id, local_date, id);
comment on table clinic.open_invoices is 'The issued invoices of which patients still owe something; written by the database with each line of the account RECEIVABLE.';
comment on column clinic.open_invoices.tenant_id is 'The practice.';
comment on column clinic.open_invoices.id is 'Id of the invoice.';
comment on column clinic.open_invoices.chamber_id is 'The chamber that issued it.';
comment on column clinic.open_invoices.local_date is 'The day of its issue.';
comment on column clinic.open_invoices.due is 'What is owed of it, in minor units.';
call platform.secure_tenant_table('clinic.open_invoices');
grant select on clinic.open_invoices to sinduk_app;

create function clinic.keep_due() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare i clinic.invoices;
begin
  select n.* into i from clinic.invoices n where n.tenant_id = new.tenant_id and n.id = (
    select ${INVOICE_OF} from clinic.ledger_entries e where e.tenant_id = new.tenant_id and e.id = new.entry_id);
  insert into clinic.open_invoices as o (tenant_id, id, chamber_id, local_date, due) values (i.tenant_id, i.id, i.chamber_id, i.local_date, new.amount)
  on conflict on constraint open_invoices__pkey do update set due = o.due + excluded.due;
  delete from clinic.open_invoices o where o.tenant_id = i.tenant_id and o.id = i.id and o.due = 0;
  return null;
end $$;
comment on function clinic.keep_due() is 'Keeps what is owed of an invoice, by what is posted of it, once the document that posts it is there.';
create constraint trigger keep_due after insert on clinic.ledger_lines deferrable initially deferred for each row when (new.account = 'RECEIVABLE') execute function clinic.keep_due();

do $$
declare s record;
begin
  for s in select distinct k.scope from platform.data_keys k where k.scope <> '00000000-0000-0000-0000-000000000000' loop
    perform platform.set_context(s.scope, '00000000-0000-0000-0000-000000000000');
    insert into clinic.open_invoices (tenant_id, id, chamber_id, local_date, due)
    select i.tenant_id, i.id, i.chamber_id, i.local_date, sum(l.amount)
    from clinic.ledger_lines l join clinic.ledger_entries e on e.tenant_id = l.tenant_id and e.id = l.entry_id
    cross join lateral (select ${INVOICE_OF} as id offset 0) d join clinic.invoices i on i.tenant_id = l.tenant_id and i.id = d.id
    where l.tenant_id = s.scope and l.account = 'RECEIVABLE' group by i.tenant_id, i.id having sum(l.amount) <> 0;
  end loop;
  perform set_config('sinduk.context', '', true);
end $$;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop trigger keep_due on clinic.ledger_lines;
drop function clinic.keep_due();
drop table clinic.open_invoices;
`);
  }
}
