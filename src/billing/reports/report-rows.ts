import type { Statement } from '../../platform/database/statement-group.js';
import type { FinancialReportArgs, ReceivablesArgs } from './financial-report.model.js';

// $2 chamber or null for all. The chambers are told one by one, so that the indexes by chamber and day serve either way.
const CHAMBERS = 'any (array(select c.id from clinic.chambers c where c.tenant_id = $1 and ($2::uuid is null or c.id = $2)))';
const BETWEEN = 'local_date between $3 and $4';

const of = (tenantId: string, { chamberId, from, until }: FinancialReportArgs): unknown[] => [tenantId, chamberId ?? null, from, until];

/** What was billed, by chamber, day and kind: rows of `chamber_id`, `local_date`, `kind`, `count`, `amount`, `currency`. */
export const askBilled = (tenantId: string, args: FinancialReportArgs): Statement => ({
  text: `
select i.chamber_id, i.local_date::text as local_date, i.kind, count(*)::integer as count, sum(i.total)::bigint as amount
from clinic.invoices i where i.tenant_id = $1 and i.chamber_id = ${CHAMBERS} and i.${BETWEEN} group by i.chamber_id, i.local_date, i.kind order by i.local_date, i.chamber_id`,
  values: of(tenantId, args),
});

/** What was paid and given back, by chamber, day and method: rows of `chamber_id`, `local_date`, `method`, `kind` (PAYMENT or REFUND), `count`, `amount`. */
export const askPaid = (tenantId: string, args: FinancialReportArgs): Statement => ({
  text: `
select p.chamber_id, p.local_date::text as local_date, p.method, 'PAYMENT' as kind, count(*)::integer as count, sum(p.amount)::bigint as amount
from clinic.payments p where p.tenant_id = $1 and p.chamber_id = ${CHAMBERS} and p.${BETWEEN} group by p.chamber_id, p.local_date, p.method
union all
select p.chamber_id, r.local_date::text, r.method, 'REFUND', count(*)::integer, sum(r.amount)::bigint
from clinic.refunds r join clinic.payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id
where r.tenant_id = $1 and r.${BETWEEN} and p.chamber_id = ${CHAMBERS} group by p.chamber_id, r.local_date, r.method
order by 2, 1, 3`,
  values: of(tenantId, args),
});

/** How the accounts moved: rows of `account`, `doctor_id`, `debits`, `credits`. */
export const askMoved = (tenantId: string, args: FinancialReportArgs): Statement => ({
  text: `
select l.account, l.doctor_id, coalesce(sum(l.amount) filter (where l.amount > 0), 0)::bigint as debits, coalesce(-sum(l.amount) filter (where l.amount < 0), 0)::bigint as credits
from clinic.ledger_lines l where l.tenant_id = $1 and l.chamber_id = ${CHAMBERS} and l.${BETWEEN} group by l.account, l.doctor_id order by l.account, l.doctor_id`,
  values: of(tenantId, args),
});

/** What was taken off, as the books have it: rows of `given_by`, `approved_by`, `documents`, `amount`. What a credit note takes back counts for who gave it. */
export const askDiscounts = (tenantId: string, args: FinancialReportArgs): Statement => ({
  text: `
select o.updated_by as given_by, o.discount_approved_by as approved_by, count(*)::integer as documents, sum(l.amount)::bigint as amount
from clinic.ledger_lines l join clinic.ledger_entries e on e.tenant_id = l.tenant_id and e.id = l.entry_id
join clinic.invoices i on i.tenant_id = e.tenant_id and i.id = e.source_id join clinic.invoices o on o.tenant_id = i.tenant_id and o.id = coalesce(i.credits, i.id)
where l.tenant_id = $1 and l.chamber_id = ${CHAMBERS} and l.${BETWEEN} and l.account = 'DISCOUNT'
group by o.updated_by, o.discount_approved_by order by 4 desc, 1, 2`,
  values: of(tenantId, args),
});

/** What was owed at the end of a day, by age: rows of `age`, `invoices`, `due`. */
export const askReceivables = (tenantId: string, { chamberId, on }: ReceivablesArgs): Statement => ({
  text: `
with paid as (
  select a.invoice_id, sum(a.amount) as amount from clinic.allocations a where a.tenant_id = $1 and a.local_date <= $3 group by a.invoice_id
), credited as (
  select n.credits, sum(n.total) as amount from clinic.invoices n where n.tenant_id = $1 and n.kind = 'CREDIT_NOTE' and n.local_date <= $3 group by n.credits
), claimed as (
  select c.invoice_id, sum(l.amount) as amount from clinic.claims c join clinic.ledger_entries e on e.tenant_id = c.tenant_id and e.source_id = c.id
  join clinic.ledger_lines l on l.tenant_id = e.tenant_id and l.entry_id = e.id and l.account = 'RECEIVABLE' where c.tenant_id = $1 and l.local_date <= $3 group by c.invoice_id
), owed as (
  select $3::date - i.local_date as days, i.total - coalesce(p.amount, 0) - coalesce(c.amount, 0) + coalesce(k.amount, 0) as due
  from clinic.invoices i left join paid p on p.invoice_id = i.id left join credited c on c.credits = i.id left join claimed k on k.invoice_id = i.id
  where i.tenant_id = $1 and i.kind = 'INVOICE' and i.chamber_id = ${CHAMBERS} and i.local_date <= $3
)
select case when days <= 30 then 'UP_TO_30' when days <= 60 then 'UP_TO_60' when days <= 90 then 'UP_TO_90' else 'OVER_90' end as age, count(*)::integer as invoices, sum(due)::bigint as due
from owed where due <> 0 group by 1`,
  values: [tenantId, chamberId ?? null, on],
});

/** Asks for the chamber that is named, and the currency of the practice: a row of `currency` and `chamber` (whether it is there). */
export const askWhere = (tenantId: string, chamberId: string | null): Statement => ({
  text: 'select t.currency, exists (select from clinic.chambers c where c.tenant_id = $1 and c.id = $2) as chamber from clinic.tenants t where t.id = $1',
  values: [tenantId, chamberId],
});
