import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const inOneStatement = [
  [`declare entry uuid := clinic.time_ordered_id(); found boolean := false; place smallint := 0; line clinic.posting;`, `declare entry constant uuid := clinic.time_ordered_id();`],
  [`  foreach line in array p_postings loop
    continue when coalesce(line.amount, 0) = 0;
    if place = 0 then
      insert into clinic.ledger_entries (tenant_id, id, chamber_id, kind, source_id, local_date, posted_by)
      values (p_tenant, entry, p_chamber, p_kind, p_source, p_day, nullif(platform.current_member(), '00000000-0000-0000-0000-000000000000'));
    end if;
    place := place + 1;
    insert into clinic.ledger_lines (tenant_id, entry_id, no, account, doctor_id, chamber_id, local_date, amount)
    values (p_tenant, entry, place, line.account, line.doctor_id, p_chamber, p_day, line.amount);
  end loop;`, `  if exists (select from unnest(p_postings) as p where p.amount <> 0) then
    insert into clinic.ledger_entries (tenant_id, id, chamber_id, kind, source_id, local_date, posted_by)
    values (p_tenant, entry, p_chamber, p_kind, p_source, p_day, nullif(platform.current_member(), '00000000-0000-0000-0000-000000000000'));
    insert into clinic.ledger_lines (tenant_id, entry_id, no, account, doctor_id, chamber_id, local_date, amount)
    select p_tenant, entry, row_number() over (order by p.place), p.account, p.doctor_id, p_chamber, p_day, p.amount
    from unnest(p_postings) with ordinality as p (account, doctor_id, amount, place) where p.amount <> 0;
  end if;`],
] as const;

const inOneLook = [
  [`
begin
  if (select sum(l.amount) from clinic.ledger_lines l where l.tenant_id = new.tenant_id and l.entry_id = new.entry_id) <> 0 then`, `
declare entry record;
begin
  select e.posted_at = now() and e.chamber_id = new.chamber_id and e.local_date = new.local_date as is_of_it,
    (select sum(l.amount) from clinic.ledger_lines l where l.tenant_id = new.tenant_id and l.entry_id = new.entry_id) as sum
  into entry from clinic.ledger_entries e where e.tenant_id = new.tenant_id and e.id = new.entry_id;
  if entry.sum <> 0 then`],
  ['if not exists (select from clinic.ledger_entries e where e.tenant_id = new.tenant_id and e.id = new.entry_id and e.posted_at = now() and e.chamber_id = new.chamber_id and e.local_date = new.local_date) then', 'if entry.is_of_it is not true then'],
] as const;

const LIMIT = `select least(case p_limit when 'DISCOUNT' then s.discount_limit::bigint when 'REFUND' then s.refund_limit when 'EXPENSE' then s.expense_limit end,
      (select r.former from clinic.raised_limits r where r.tenant_id = p_tenant and r.name = p_limit and r.raised_by = p_member))
    from clinic.billing_settings_of(p_tenant) s`;
const MAY = `select m.status = 'ACTIVE' and (m.is_owner or exists (
      select from clinic.chamber_assignments a
      where a.tenant_id = p_tenant and a.member_id = p_member and a.chamber_id = p_chamber and p_permission = any (a.permissions)
        and a.valid_from <= now() and (a.valid_to is null or a.valid_to > now())))
    from clinic.members m where m.tenant_id = p_tenant and m.id = p_member`;

/**
 * What every invoice and payment asks: who may, how the practice bills, and what its entries come to. The application and the owner's triggers ask by turns, and a plan holds for one role: as the owner, for
 * whom row security holds as well, they are answered by plans that are kept. The lines of an entry are posted in one statement.
 */
export class PlannedOnce1795000105000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create or replace function clinic.may_in(p_tenant uuid, p_member uuid, p_chamber uuid, p_permission text) returns boolean
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (${MAY});
end $$;
create or replace function clinic.billing_settings_of(p_tenant uuid) returns clinic.billing_settings
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare settings clinic.billing_settings;
begin
  select * into settings from clinic.billing_settings s where s.tenant_id = p_tenant;
  if not found then
    select * into settings from clinic.usual_billing_settings(p_tenant);
  end if;
  return settings;
end $$;
create or replace function clinic.limit_for(p_tenant uuid, p_member uuid, p_limit text) returns bigint
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (${LIMIT});
end $$;
${changeFunction('clinic.post_entry(uuid, uuid, date, text, uuid, clinic.posting[])', inOneStatement)}
${changeFunction('clinic.balance_entry()', inOneLook)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction('clinic.balance_entry()', undone(inOneLook))}
${changeFunction('clinic.post_entry(uuid, uuid, date, text, uuid, clinic.posting[])', undone(inOneStatement))}
create or replace function clinic.limit_for(p_tenant uuid, p_member uuid, p_limit text) returns bigint
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    ${LIMIT};
  end;
create or replace function clinic.billing_settings_of(p_tenant uuid) returns clinic.billing_settings
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    select s.* from clinic.billing_settings s where s.tenant_id = p_tenant
    union all
    select u.* from clinic.usual_billing_settings(p_tenant) u where u.tenant_id = p_tenant and not exists (select from clinic.billing_settings s where s.tenant_id = p_tenant);
  end;
create or replace function clinic.may_in(p_tenant uuid, p_member uuid, p_chamber uuid, p_permission text) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    ${MAY};
  end;
`);
  }
}
