import type { Statement } from '../../platform/database/statement-group.js';
import { invoiceColumns, invoicesFrom } from './invoice-rows.js';

/** Of these visits, whether the caller takes payments in their chambers: rows of `id` and `may`. */
export const askDesksOfVisits = (tenantId: string, appointmentIds: readonly string[]): Statement => ({
  text: `select a.id, clinic.may_in($1, platform.current_member(), a.chamber_id, 'payments:take') as may from clinic.appointments a where a.tenant_id = $1 and a.id = any ($2::uuid[])`,
  values: [tenantId, appointmentIds],
});

/** The invoices of visits that are drafts or in force, the first begun first. */
export const invoicesOfVisits = (tenantId: string, appointmentIds: readonly string[]): Statement => ({
  text: `select ${invoiceColumns} ${invoicesFrom} where i.tenant_id = $1 and i.appointment_id = any ($2::uuid[]) and i.kind = 'INVOICE' and i.status in ('DRAFT', 'ISSUED') order by i.drafted_at, i.id`,
  values: [tenantId, appointmentIds],
});

// $2 chamber, $3 whether only those are listed that wait for an approval.
const DRAFTS = `(select ${invoiceColumns} ${invoicesFrom} where i.tenant_id = $1 and i.chamber_id = $2 and i.kind = 'INVOICE' and i.status = 'DRAFT') e where (e.needs_approval or not $3::boolean)`;

/** `count` drafts of a chamber after one of them, the first begun first. */
export const pageOfDrafts = (tenantId: string, chamberId: string, waiting: boolean, count: number, after: string | null): Statement => ({
  text: `select e.* from ${DRAFTS} and ($5::uuid is null or (e.drafted_at, e.id) > (select y.drafted_at, y.id from clinic.invoices y where y.tenant_id = $1 and y.id = $5)) order by e.drafted_at, e.id limit $4`,
  values: [tenantId, chamberId, waiting, count, after],
});

/** How many there are: a row of `total`. */
export const countDrafts = (tenantId: string, chamberId: string, waiting: boolean): Statement => ({ text: `select count(*)::integer as total from ${DRAFTS}`, values: [tenantId, chamberId, waiting] });
