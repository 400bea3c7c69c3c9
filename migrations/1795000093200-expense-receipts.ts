import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Receipts of expenses: files in the store of documents, sealed like those. */
export class ExpenseReceipts1795000093200 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create table clinic.expense_receipts (
  tenant_id uuid not null,
  id uuid not null,
  expense_id uuid not null,
  content bytea not null,
  size bigint not null constraint expense_receipts__size check (size > 0),
  stored_by uuid not null default platform.current_member(),
  stored_at timestamptz not null default now(),
  constraint expense_receipts__pkey primary key (tenant_id, id),
  constraint expense_receipts__expense foreign key (tenant_id, expense_id) references clinic.expenses (tenant_id, id),
  constraint expense_receipts__stored_by foreign key (tenant_id, stored_by) references clinic.members (tenant_id, id)
);
create index expense_receipts__by_expense on clinic.expense_receipts (tenant_id, expense_id);
comment on table clinic.expense_receipts is 'Receipts of expenses: added, never changed. The bytes lie sealed in the document store.';
comment on column clinic.expense_receipts.tenant_id is 'The practice.';
comment on column clinic.expense_receipts.id is 'Name of the object in the document store: a random UUID.';
comment on column clinic.expense_receipts.expense_id is 'The expense.';
comment on column clinic.expense_receipts.content is 'Sealed JSON: the name of the file, the key that the bytes are sealed under, their SHA-256, their media type.';
comment on column clinic.expense_receipts.size is 'Bytes before sealing.';
comment on column clinic.expense_receipts.stored_by is 'The member who sent it; set by the database.';
comment on column clinic.expense_receipts.stored_at is 'When it was stored; set by the database.';

create function clinic.add_expense_receipt() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is not distinct from platform.current_tenant() and not coalesce((
    select clinic.may_in(new.tenant_id, new.stored_by, x.chamber_id, 'payments:take') from clinic.expenses x where x.tenant_id = new.tenant_id and x.id = new.expense_id), false) then
    raise exception using errcode = 'SK096', message = 'only who may take payments in the chamber adds receipts';
  end if;
  return new;
end $$;
comment on function clinic.add_expense_receipt() is 'Refuses, with SK096, who may not take payments in the chamber of the expense.';
create trigger add_expense_receipt before insert on clinic.expense_receipts for each row execute function clinic.add_expense_receipt();
call platform.secure_tenant_table('clinic.expense_receipts');
grant select, insert (tenant_id, id, expense_id, content, size) on clinic.expense_receipts to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop table clinic.expense_receipts;
drop function clinic.add_expense_receipt();
`);
  }
}
