import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const priceOf = (line: string): string => `${line}.quantity * ${line}.unit_price - ${line}.discount`;
/** The tax of a price, half a minor unit rounded up: on top of it, or in it. */
const taxOf = (price: string) => `case when tax_included then ${price} - (${price} * 20000 + 10000 + tax_rate) / (2 * (10000 + tax_rate)) else (${price} * tax_rate + 5000) / 10000 end`;
const GENERATED = { tax: taxOf('(quantity * unit_price - discount)'), full_tax: taxOf('(quantity * unit_price)') };

const totalling = [['credited record; rest bigint;', 'credited record;'], [`    -- What takes the last of a line back takes the tax that is left of it, and the last credit note what is left in all, the rounding with it.
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
`, `    -- The last credit note takes back what is left in all, the rounding with it.
`]] as const;

const checking = [[`'more is credited of a line than it came to';
  end if;
`, `'more is credited of a line than it came to';
  end if;
  if exists (
    select from clinic.invoice_lines l join clinic.invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id and n.credits = i.credits and (n.status = 'ISSUED' or n.id = i.id)
    join clinic.invoice_lines o on o.tenant_id = l.tenant_id and o.invoice_id = i.credits and o.no = l.credits_no
    where l.tenant_id = i.tenant_id group by o.id, o.quantity, o.unit_price, o.discount, o.tax, o.full_tax
    having bool_or(n.id = i.id) and (sum(l.discount), sum(l.tax), sum(l.full_tax)) is distinct from (
      clinic.part_of(o.discount, sum(${priceOf('l')}), ${priceOf('o')}), clinic.part_of(o.tax, sum(${priceOf('l')}), ${priceOf('o')}), clinic.part_of(o.full_tax, sum(${priceOf('l')}), ${priceOf('o')}))) then
    raise exception using errcode = 'SK097', message = 'of the discount and the tax of a line another part is credited than of its price';
  end if;
`]] as const;

// A line that was given away altogether is taken back too before its invoice is void; a visit that was free of itself need not be.
const voiding = [[`o.quantity * o.unit_price - o.discount > (
        select coalesce(sum(l.quantity * l.unit_price - l.discount), 0)`, `o.quantity * o.unit_price > 0 and o.quantity * o.unit_price - o.discount > (
        select coalesce(sum(l.quantity * l.unit_price - l.discount), -1)`]] as const;

/**
 * What a credit note takes back of a line, it takes back of its discount and its tax in the same proportion, reckoned of all that is credited up to it: whatever the parts, what is credited whole leaves every account where it was.
 */
export class CreditedInParts1795000103000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
create function clinic.part_of(p_amount bigint, p_of numeric, p_whole bigint) returns bigint
  language sql immutable set search_path = pg_catalog, pg_temp
  return case when p_whole = 0 then p_amount else div(2 * p_amount * p_of + p_whole, 2 * p_whole)::bigint end;
comment on function clinic.part_of(bigint, numeric, bigint) is 'Of an amount as much as something is of a whole, half a minor unit rounded up; all of it when the whole is nothing.';

create function clinic.tax_invoice_line() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare billed clinic.invoice_lines; taken record;
begin
  select ${GENERATED.tax}, ${GENERATED.full_tax} into new.tax, new.full_tax from (select new.*) l;
  select o.* into billed from clinic.invoices n join clinic.invoice_lines o on o.tenant_id = n.tenant_id and o.invoice_id = n.credits and o.no = new.credits_no
  where n.tenant_id = new.tenant_id and n.id = new.invoice_id;
  if found then
    select coalesce(sum(${priceOf('l')}), 0) as price, coalesce(sum(l.tax), 0) as tax, coalesce(sum(l.full_tax), 0) as full_tax into taken
    from clinic.invoices n join clinic.invoice_lines l on l.tenant_id = n.tenant_id and l.invoice_id = n.id and l.credits_no = billed.no
    where n.tenant_id = billed.tenant_id and n.credits = billed.invoice_id and n.status = 'ISSUED';
    new.tax := clinic.part_of(billed.tax, taken.price + ${priceOf('new')}, ${priceOf('billed')}) - taken.tax;
    new.full_tax := clinic.part_of(billed.full_tax, taken.price + ${priceOf('new')}, ${priceOf('billed')}) - taken.full_tax;
  end if;
  return new;
end $$;
comment on function clinic.tax_invoice_line() is 'Reckons the tax of a line: by its rate, or, of a credit note, its part of the tax that was billed.';
create trigger tax_invoice_line before insert on clinic.invoice_lines for each row execute function clinic.tax_invoice_line();
alter table clinic.invoice_lines alter column tax drop expression, alter column full_tax drop expression;
comment on column clinic.invoice_lines.discount is 'What is taken off the line, in minor units; of a credit note, its part of what was taken off the line that it takes back.';
comment on column clinic.invoice_lines.tax is 'The tax, half a minor unit rounded up; of a credit note, its part of the tax that was billed. Set by the database.';
comment on column clinic.invoice_lines.full_tax is 'What the tax would be without the discount; set by the database.';
${changeFunction('clinic.total_invoice(clinic.invoices)', totalling)}
${changeFunction('clinic.check_credit_note(clinic.invoices)', checking)}
${changeFunction('clinic.post_invoice()', voiding)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction('clinic.post_invoice()', undone(voiding))}
${changeFunction('clinic.check_credit_note(clinic.invoices)', undone(checking))}
${changeFunction('clinic.total_invoice(clinic.invoices)', undone(totalling))}
drop trigger tax_invoice_line on clinic.invoice_lines;
drop function clinic.tax_invoice_line(), clinic.part_of(bigint, numeric, bigint);
alter table clinic.invoice_lines
  drop column tax, add column tax bigint not null generated always as (${GENERATED.tax}) stored,
  drop column full_tax, add column full_tax bigint not null generated always as (${GENERATED.full_tax}) stored;
comment on column clinic.invoice_lines.discount is 'What is taken off the line, in minor units.';
comment on column clinic.invoice_lines.tax is 'The tax, half a minor unit rounded up.';
comment on column clinic.invoice_lines.full_tax is 'What the tax would be without the discount.';
`);
  }
}
