import type { Statement, Row } from '../platform/database/statement-group.js';
import { badInput, forbidden, notFound } from '../platform/errors.js';
import type { Permission } from '../platform/access/permissions.js';
import type { Currency } from '../platform/money/currency.js';

/** A chamber where something is billed or paid, and how its practice reckons. */
export interface Desk {
  chamberId: string;
  currency: Currency;
  taxIncluded: boolean;
  /** The standard rate of tax, in basis points. */
  taxRate: number;
}

const DESK = `select c.id, c.archived_at is not null as archived, t.currency, s.prices_include_tax, s.tax_rate, clinic.may_in($1, platform.current_member(), c.id, $3) as may
from clinic.chambers c join clinic.tenants t on t.id = c.tenant_id cross join clinic.billing_settings_of($1) s`;

/** Asks of a chamber, and whether the caller holds a permission there. */
export const askDesk = (tenantId: string, chamberId: string, permission: Permission): Statement => ({ text: `${DESK} where c.tenant_id = $1 and c.id = $2`, values: [tenantId, chamberId, permission] });

/** The same of the chamber of an invoice. */
export const askDeskOfInvoice = (tenantId: string, invoiceId: string, permission: Permission): Statement =>
  ({ text: `${DESK} join clinic.invoices i on i.tenant_id = c.tenant_id and i.chamber_id = c.id where c.tenant_id = $1 and i.id = $2`, values: [tenantId, invoiceId, permission] });

/** The same of the chamber of a payment. */
export const askDeskOfPayment = (tenantId: string, paymentId: string, permission: Permission): Statement =>
  ({ text: `${DESK} join clinic.payments p on p.tenant_id = c.tenant_id and p.chamber_id = c.id where c.tenant_id = $1 and p.id = $2`, values: [tenantId, paymentId, permission] });

/** The desk that was asked for, at which the caller holds the permission. NOT_FOUND (at `path`), FORBIDDEN. */
export function deskIn([row]: Row[], permission: Permission, path?: string[]): Desk {
  if (!row) throw notFound(path);
  if (!row['may']) throw forbidden(permission);
  return { chamberId: row['id'] as string, currency: row['currency'] as Currency, taxIncluded: row['prices_include_tax'] as boolean, taxRate: row['tax_rate'] as number };
}

/** The same, for something new: BAD_USER_INPUT (ARCHIVED) in a chamber that is in use no longer. */
export function openDeskIn(rows: Row[], permission: Permission): Desk {
  const desk = deskIn(rows, permission, ['input', 'chamberId']);
  if (rows[0]!['archived']) throw badInput([{ path: ['input', 'chamberId'], reason: 'ARCHIVED' }]);
  return desk;
}
