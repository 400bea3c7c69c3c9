import type { Statement } from '../../platform/database/statement-group.js';
import type { FinancialReportArgs, ReceivablesArgs } from './financial-report.model.js';

// $2 chamber or null for all. The chambers are told one by one, so that the indexes by chamber and day serve either way.
const CHAMBERS = 'any (array(select c.id from clinic.chambers c where c.tenant_id = $1 and ($2::uuid is null or c.id = $2)))';

const of = (tenantId: string, { chamberId, from, until }: FinancialReportArgs): unknown[] => [tenantId, chamberId ?? null, from, until];

// What came of closed days is kept in totals; the others are read document by document, line by line.
const CLOSED_DAYS = `d.tenant_id = $1 and d.chamber_id = ${CHAMBERS} and d.local_date between $3 and $4`;
const ofOpenDays = (kind: string, from: string, until: string): string => `from clinic.open_days($1, $2, ${from}, ${until}) o cross join lateral clinic.${kind}_of_days($1, o.chamber_id, o.days) d`;

/**
 * What was billed, paid and given back, with what was taken off: rows of `part` (ALL, CHAMBER, DAY, METHOD or DISCOUNT), of what they are (`chamber_id`, `local_date`, `method`, or `given_by` and `approved_by`),
 * `kind` (but for DISCOUNT), `documents`, `amount`, `discounts` and `discount`. What a credit note takes back of a discount counts for who gave it.
 */
export const askDocuments = (tenantId: string, args: FinancialReportArgs): Statement => ({
  text: `
with documents as (
  select d.chamber_id, d.local_date, d.kind, d.method, d.given_by, d.approved_by, d.documents, d.amount, d.discounts, d.discount from clinic.day_documents d where ${CLOSED_DAYS}
  union all
  select o.chamber_id, d.* ${ofOpenDays('documents', '$3', '$4')}
)
select case grouping(chamber_id, local_date, method, given_by) when 7 then 'CHAMBER' when 11 then 'DAY' when 13 then 'METHOD' when 14 then 'DISCOUNT' else 'ALL' end as part,
  chamber_id, local_date::text as local_date, method, given_by, approved_by, kind, sum(documents)::integer as documents, sum(amount)::bigint as amount, sum(discounts)::integer as discounts, sum(discount)::bigint as discount
from documents group by grouping sets ((kind), (chamber_id, kind), (local_date, kind), (method, kind), (given_by, approved_by))
order by local_date, chamber_id, method, discount desc, given_by, approved_by`,
  values: of(tenantId, args),
});

/** How the accounts moved: rows of `account`, `doctor_id`, `debits`, `credits`. */
export const askMoved = (tenantId: string, args: FinancialReportArgs): Statement => ({
  text: `
select m.account, m.doctor_id, sum(m.debits)::bigint as debits, sum(m.credits)::bigint as credits
from (
  select d.account, d.doctor_id, d.debits, d.credits from clinic.day_accounts d where ${CLOSED_DAYS}
  union all
  select d.account, d.doctor_id, d.debits, d.credits ${ofOpenDays('accounts', '$3', '$4')}) m
group by m.account, m.doctor_id order by m.account, m.doctor_id`,
  values: of(tenantId, args),
});

/** What was owed at the end of a day, by age: rows of `age`, `invoices`, `due`. */
export const askReceivables = (tenantId: string, { chamberId, on }: ReceivablesArgs): Statement => ({
  text: `
with owed as (
  select $3::date - min(m.invoiced_on) as days, sum(m.amount) as due
  from (
    select d.* from clinic.chambers c cross join lateral (
      select d.invoice_id, min(d.invoiced_on) as invoiced_on, sum(d.amount) as amount from clinic.day_receivables d where d.tenant_id = $1 and d.chamber_id = c.id and d.local_date <= $3 group by d.invoice_id having sum(d.amount) <> 0) d
    where c.tenant_id = $1 and ($2::uuid is null or c.id = $2)
    union all
    select d.invoice_id, d.invoiced_on, d.amount ${ofOpenDays('receivables', 'null', '$3')}) m
  group by m.invoice_id having sum(m.amount) <> 0
)
select case when days <= 30 then 'UP_TO_30' when days <= 60 then 'UP_TO_60' when days <= 90 then 'UP_TO_90' else 'OVER_90' end as age, count(*)::integer as invoices, sum(due)::bigint as due
from owed group by 1`,
  values: [tenantId, chamberId ?? null, on],
});

/** Asks for the chamber that is named, and the currency of the practice: a row of `currency` and `chamber` (whether it is there). */
export const askWhere = (tenantId: string, chamberId: string | null): Statement => ({
  text: 'select t.currency, exists (select from clinic.chambers c where c.tenant_id = $1 and c.id = $2) as chamber from clinic.tenants t where t.id = $1',
  values: [tenantId, chamberId],
});
