import type { Statement } from '../../platform/database/statement-group.js';
import { invoiceColumns, invoicesFrom } from '../invoices/invoice-rows.js';
import { PaymentStatus } from '../payments/payment.enums.js';
import { paymentColumns, paymentsFrom } from '../payments/payment-rows.js';
import type { InvoicesFilter, PaymentsFilter } from './listing.model.js';

// $2 chamber or null for all, $3 and $4 days; each chamber gives its page by the index of its days, and the pages are then one.
const chambers = (tenantId: string, { chamberId, from, until }: InvoicesFilter | PaymentsFilter): unknown[] => [tenantId, chamberId ?? null, from ?? null, until ?? null];
const CHAMBERS = 'from clinic.chambers c cross join lateral';
const IN_CHAMBERS = 'where c.tenant_id = $1 and ($2::uuid is null or c.id = $2)';
const between = (row: string): string => `${row}.local_date between coalesce($3::date, '-infinity') and coalesce($4::date, 'infinity')`;
const listed = (row: string): string => `${row}.tenant_id = $1 and ${row}.chamber_id = c.id and ${row}.local_date is not null and ${between(row)}`;
// After one of them, from wherever it stands: a range, so that a page in the depth begins there in the index.
const following = (table: string, row: string, after: string, key = 'local_date'): string =>
  `(${row}.${key}, ${row}.id) < (case when ${after}::uuid is null then 'infinity' else (select a.${key} from ${table} a where a.tenant_id = $1 and a.id = ${after}) end, coalesce(${after}, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))`;

// What is due is kept apart: a page of it is read there, however much was paid. `row` is what is paged through.
const invoices = ({ isDue }: InvoicesFilter): { row: string; from: string } => {
  const row = isDue ? 'd' : 'i';
  const from = `${isDue ? 'clinic.open_invoices d join clinic.invoices i on i.tenant_id = $1 and i.id = d.id' : 'clinic.invoices i'} where ${listed(row)}
  and ($5::text is null or i.kind = $5) and ($6::text is null or i.status = $6) and ($7::text is null or i.code = $7)
  and ($8::uuid is null or exists (select from clinic.invoice_lines l where l.tenant_id = $1 and l.invoice_id = i.id and l.doctor_id = $8))
  ${isDue === false ? 'and not exists (select from clinic.open_invoices d where d.tenant_id = $1 and d.id = i.id)' : ''}`;
  return { row, from };
};
const ofInvoices = (tenantId: string, filter: InvoicesFilter): unknown[] => [...chambers(tenantId, filter), filter.kind ?? null, filter.status ?? null, filter.number ?? null, filter.doctorId ?? null];

/** `count` invoices and credit notes after one of them, the last issued day first. */
export const pageOfInvoices = (tenantId: string, filter: InvoicesFilter, count: number, after: string | null): Statement => {
  const { row, from } = invoices(filter);
  return {
    text: `
select ${invoiceColumns} ${invoicesFrom} join (
  select s.id ${CHAMBERS} (
    select ${row}.id, ${row}.local_date from ${from} and ${following('clinic.invoices', row, '$10')}
    order by ${row}.local_date desc, ${row}.id desc limit $9) s
  ${IN_CHAMBERS} order by s.local_date desc, s.id desc limit $9) s on s.id = i.id
where i.tenant_id = $1 order by i.local_date desc, i.id desc`,
    values: [...ofInvoices(tenantId, filter), count, after],
  };
};

/** How many there are: a row of `total`. */
export const countInvoices = (tenantId: string, filter: InvoicesFilter): Statement =>
  ({ text: `select coalesce(sum(s.total), 0)::integer as total ${CHAMBERS} (select count(*) as total from ${invoices(filter).from}) s ${IN_CHAMBERS}`, values: ofInvoices(tenantId, filter) });

// What was not captured counts for no day: it is listed by when it was begun.
const dated = ({ status }: PaymentsFilter): { key: string; days: string } => (status && status !== PaymentStatus.CAPTURED
  ? { key: 'created_at', days: '($3::date is null or p.created_at >= $3::timestamp at time zone c.time_zone) and ($4::date is null or p.created_at < ($4 + 1)::timestamp at time zone c.time_zone)' }
  : { key: 'local_date', days: `p.local_date is not null and ${between('p')}` });
const payments = (filter: PaymentsFilter): string => `clinic.payments p where p.tenant_id = $1 and p.chamber_id = c.id and p.status = $5 and ${dated(filter).days}
  and ($6::text is null or p.method = $6) and ($7::text is null or p.reference = $7) and ($8::text is null or p.code = $8)
  and ($9::uuid is null or exists (select from clinic.allocations a join clinic.invoice_lines l on l.tenant_id = $1 and l.invoice_id = a.invoice_id and l.doctor_id = $9 where a.tenant_id = $1 and a.payment_id = p.id))`;
const ofPayments = (tenantId: string, filter: PaymentsFilter): unknown[] =>
  [...chambers(tenantId, filter), filter.status ?? PaymentStatus.CAPTURED, filter.method ?? null, filter.reference ?? null, filter.receiptNumber ?? null, filter.doctorId ?? null];

/** `count` payments after one of them, the last day first; of those that were not captured, the last begun. */
export const pageOfPayments = (tenantId: string, filter: PaymentsFilter, count: number, after: string | null): Statement => {
  const { key } = dated(filter);
  return {
    text: `
select ${paymentColumns} ${paymentsFrom} join (
  select s.id ${CHAMBERS} (
    select p.id, p.${key} from ${payments(filter)} and ${following('clinic.payments', 'p', '$11', key)}
    order by p.${key} desc, p.id desc limit $10) s
  ${IN_CHAMBERS} order by s.${key} desc, s.id desc limit $10) s on s.id = p.id
where p.tenant_id = $1 order by p.${key} desc, p.id desc`,
    values: [...ofPayments(tenantId, filter), count, after],
  };
};

/** How many there are: a row of `total`. */
export const countPayments = (tenantId: string, filter: PaymentsFilter): Statement =>
  ({ text: `select coalesce(sum(s.total), 0)::integer as total ${CHAMBERS} (select count(*) as total from ${payments(filter)}) s ${IN_CHAMBERS}`, values: ofPayments(tenantId, filter) });
