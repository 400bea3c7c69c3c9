import type { Statement } from '../../platform/database/statement-group.js';

/** The payments that pay an invoice, the first first: rows of `id`, `patient_id`, `method`, `provider`, `reference`, `local_date`, `details` and the `amount` that is for the invoice. */
export const askPaying = (tenantId: string, invoiceId: string): Statement => ({
  text: `
select p.id, p.patient_id, p.method, p.provider, p.reference, p.local_date::text as local_date, p.details, sum(a.amount)::bigint as amount
from clinic.allocations a join clinic.payments p on p.tenant_id = a.tenant_id and p.id = a.payment_id where a.tenant_id = $1 and a.invoice_id = $2
group by p.tenant_id, p.id having sum(a.amount) > 0 order by min(a.allocated_at), p.id`,
  values: [tenantId, invoiceId],
});

/** The number of the invoice that a credit note takes back: a row of `code`; none for an invoice. */
export const askCredited = (tenantId: string, creditNoteId: string): Statement => ({
  text: 'select i.code from clinic.invoices n join clinic.invoices i on i.tenant_id = n.tenant_id and i.id = n.credits where n.tenant_id = $1 and n.id = $2',
  values: [tenantId, creditNoteId],
});

/** The invoices that a payment pays, the first first: rows of `id`, `patient_id`, `code` and `amount`. */
export const askPaid = (tenantId: string, paymentId: string): Statement => ({
  text: `
select i.id, i.patient_id, i.code, sum(a.amount)::bigint as amount
from clinic.allocations a join clinic.invoices i on i.tenant_id = a.tenant_id and i.id = a.invoice_id where a.tenant_id = $1 and a.payment_id = $2
group by i.tenant_id, i.id having sum(a.amount) > 0 order by min(a.allocated_at), i.id`,
  values: [tenantId, paymentId],
});

/** What was given back of a payment: a row of `amount`. */
export const askGivenBack = (tenantId: string, paymentId: string): Statement => ({
  text: `select coalesce(sum(r.amount), 0)::bigint as amount from clinic.refunds r where r.tenant_id = $1 and r.payment_id = $2 and r.status = 'PAID'`,
  values: [tenantId, paymentId],
});
