import { idOf } from '../../platform/client-id.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';

/** What of a payment pays an invoice; below zero what is released again. */
export interface NewAllocation {
  paymentId: string;
  invoiceId: string;
  amount: bigint;
}

/** Allocates a payment to an invoice, or releases it; gives `payment_id`, `invoice_id` and `amount`. The database refuses, with SK092, more than is left or due. */
export const insertAllocation = (tenantId: string, { paymentId, invoiceId, amount }: NewAllocation): Statement => ({
  text: 'insert into clinic.allocations as a (tenant_id, id, payment_id, invoice_id, amount) values ($1, $2, $3, $4, $5) returning a.payment_id, a.invoice_id, a.amount',
  values: [tenantId, idOf(null), paymentId, invoiceId, amount],
});

/** Which payments pay an invoice, the last allocated first: rows of `payment_id` and `amount`. Their payments are locked. */
export const askAllocated = (tenantId: string, invoiceId: string): Statement => ({
  text: `
with paying as (select a.payment_id, sum(a.amount)::bigint as amount, max(a.allocated_at) as last from clinic.allocations a where a.tenant_id = $1 and a.invoice_id = $2 group by a.payment_id having sum(a.amount) > 0),
locked as (select p.id from clinic.payments p where p.tenant_id = $1 and p.id in (select payment_id from paying) order by p.id for no key update)
select y.payment_id, y.amount from paying y join locked l on l.id = y.payment_id order by y.last desc, y.payment_id`,
  values: [tenantId, invoiceId],
});

/** Releases what was paid of an invoice, the last allocated first, until `over` is released; `allocated` are the rows of `askAllocated`. */
export function releaseOf(tenantId: string, invoiceId: string, over: bigint, allocated: readonly Row[]): Statement[] {
  let left = over;
  return allocated.flatMap((row) => {
    const amount = BigInt(row['amount'] as string);
    const released = left < amount ? left : amount;
    if (released <= 0n) return [];
    left -= released;
    return insertAllocation(tenantId, { paymentId: row['payment_id'] as string, invoiceId, amount: -released });
  });
}

/** What of payments is allocated to which invoices: rows of `payment_id`, `invoice_id`, `amount`. */
export const allocationsOf = (tenantId: string, paymentIds: readonly string[]): Statement => ({
  text: `
select a.payment_id, a.invoice_id, sum(a.amount)::bigint as amount from clinic.allocations a where a.tenant_id = $1 and a.payment_id = any ($2::uuid[])
group by a.payment_id, a.invoice_id having sum(a.amount) > 0 order by a.payment_id, min(a.allocated_at), a.invoice_id`,
  values: [tenantId, paymentIds],
});

/** What payments pay of invoices: the same rows. */
export const allocationsToInvoices = (tenantId: string, invoiceIds: readonly string[]): Statement => ({
  text: `
select a.payment_id, a.invoice_id, sum(a.amount)::bigint as amount from clinic.allocations a where a.tenant_id = $1 and a.invoice_id = any ($2::uuid[])
group by a.payment_id, a.invoice_id having sum(a.amount) > 0 order by a.invoice_id, min(a.allocated_at), a.payment_id`,
  values: [tenantId, invoiceIds],
});
