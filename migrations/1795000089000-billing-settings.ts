import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How a practice bills: rounding, tax, the year of its books, and what needs somebody's approval. */
export class BillingSettings1795000089000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.may_where(p_tenant uuid, p_member uuid, p_chamber uuid, p_permission text) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select coalesce(bool_and(clinic.may_in(p_tenant, p_member, c.id, p_permission)), true)
    from clinic.chambers c where c.tenant_id = p_tenant and (c.id = p_chamber or (p_chamber is null and c.archived_at is null));
  end;
comment on function clinic.may_where(uuid, uuid, uuid, text) is 'Whether a member holds a permission in a chamber, or, when none is told, in every chamber in use: what holds for the whole practice is for whoever has it everywhere.';

create table clinic.billing_settings (
  tenant_id uuid not null,
  fiscal_month smallint not null constraint billing_settings__fiscal_month check (fiscal_month between 1 and 12),
  rounding_unit bigint not null constraint billing_settings__rounding_unit check (rounding_unit between 1 and 10000),
  prices_include_tax boolean not null,
  tax_rate integer not null constraint billing_settings__tax_rate check (tax_rate between 0 and 10000),
  discount_limit integer not null constraint billing_settings__discount_limit check (discount_limit between 0 and 10000),
  refund_limit bigint not null constraint billing_settings__refund_limit check (refund_limit between 0 and 100000000000),
  expense_limit bigint not null constraint billing_settings__expense_limit check (expense_limit between 0 and 100000000000),
  tax_number text constraint billing_settings__tax_number check (length(tax_number) between 1 and 30),
  version integer not null default 1,
  constraint billing_settings__pkey primary key (tenant_id),
  constraint billing_settings__tenant foreign key (tenant_id) references clinic.tenants (id)
);
comment on table clinic.billing_settings is 'How a practice bills. Without a row the usual of its country holds: read it by clinic.billing_settings_of.';
comment on column clinic.billing_settings.tenant_id is 'The practice.';
comment on column clinic.billing_settings.fiscal_month is 'The month, 1 to 12, with which the year of its books begins, and the numbers of its invoices begin anew.';
comment on column clinic.billing_settings.rounding_unit is 'Totals of invoices are rounded to multiples of so many minor units.';
comment on column clinic.billing_settings.prices_include_tax is 'Whether fees and prices have the tax in them; otherwise it is added.';
comment on column clinic.billing_settings.tax_rate is 'The standard rate of tax, in basis points.';
comment on column clinic.billing_settings.discount_limit is 'Discounts above so many basis points need somebody''s approval.';
comment on column clinic.billing_settings.refund_limit is 'Refunds above so many minor units need somebody''s approval.';
comment on column clinic.billing_settings.expense_limit is 'Expenses above so many minor units need somebody''s approval.';
comment on column clinic.billing_settings.tax_number is 'The number under which the practice is registered for tax, which invoices show; null for none.';
comment on column clinic.billing_settings.version is 'Counts the edits.';
call platform.secure_tenant_table('clinic.billing_settings');
grant select, insert, update (fiscal_month, rounding_unit, prices_include_tax, tax_rate, discount_limit, refund_limit, expense_limit, tax_number, version) on clinic.billing_settings to sinduk_app;

create function clinic.billing_settings_of(p_tenant uuid) returns clinic.billing_settings
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select s.* from clinic.billing_settings s where s.tenant_id = p_tenant
    union all
    select t.id, u.fiscal_month, u.rounding_unit, u.prices_include_tax, u.tax_rate, 1000, u.refund_limit, u.expense_limit, null, 0
    from clinic.tenants t
    join (values ('BD', 7::smallint, 100::bigint, false, 1500, 100000::bigint, 200000::bigint), ('AE', 1::smallint, 1::bigint, true, 500, 10000::bigint, 20000::bigint))
      as u (country, fiscal_month, rounding_unit, prices_include_tax, tax_rate, refund_limit, expense_limit) on u.country = t.country
    where t.id = p_tenant and not exists (select from clinic.billing_settings s where s.tenant_id = p_tenant);
  end;
comment on function clinic.billing_settings_of(uuid) is 'How a practice bills: its row, or the usual of its country with version 0.';
grant execute on function clinic.may_where(uuid, uuid, uuid, text), clinic.billing_settings_of(uuid) to sinduk_app;
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop function clinic.billing_settings_of(uuid);
drop table clinic.billing_settings;
drop function clinic.may_where(uuid, uuid, uuid, text);
`);
  }
}
