import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the files of claims of a chamber, and keeps the year of the books as it is once numbers were given in it. */
export class ClaimsDesk1795000101300 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create index claim_submissions__by_chamber on clinic.claim_submissions (tenant_id, chamber_id, made_at, id);
create index claim_remittances__by_chamber on clinic.claim_remittances (tenant_id, chamber_id, imported_at, id);

create function clinic.keep_fiscal_year() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare first_month smallint; today date;
begin
  -- Another tenant is for row security to refuse.
  if new.tenant_id is distinct from platform.current_tenant() then
    return new;
  end if;
  select s.fiscal_month into first_month from clinic.billing_settings_of(new.tenant_id) s;
  today := clinic.day_where(new.tenant_id, null);
  if new.fiscal_month <> first_month and exists (
    select from clinic.invoice_counters n where n.tenant_id = new.tenant_id and n.fiscal_year >= extract(year from today) - case when extract(month from today) < first_month then 1 else 0 end) then
    raise exception using errcode = 'SK091', message = 'the year of the books stays as it is once numbers were given in it';
  end if;
  return new;
end $$;
comment on function clinic.keep_fiscal_year() is 'Refuses, with SK091, another first month of the fiscal year once an invoice or receipt was numbered in the year that it is.';
create trigger keep_fiscal_year before insert or update of fiscal_month on clinic.billing_settings for each row execute function clinic.keep_fiscal_year();
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
drop trigger keep_fiscal_year on clinic.billing_settings;
drop function clinic.keep_fiscal_year();
drop index clinic.claim_remittances__by_chamber, clinic.claim_submissions__by_chamber;
`);
  }
}
