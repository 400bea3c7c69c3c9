import { sqlState } from '../platform/database/database-errors.js';
import { conflict, forbidden } from '../platform/errors.js';
import type { Permission } from '../platform/access/permissions.js';

/** Refuses what an invoice does not allow in its status. */
export const invoiceIs = (status: string) => conflict('INVOICE_STATUS', `The invoice is ${status}.`, { status });

/** Refuses what a payment or refund does not allow in its status. */
export const paymentIs = (status: string) => conflict('PAYMENT_STATUS', `It is ${status}.`, { status });

/** Refuses to post to a day that was closed. */
export const booksClosed = () => conflict('BOOKS_CLOSED', 'The books of the day are closed.');

/** Refuses what somebody else must approve first. */
export const approvalNeeded = () => conflict('APPROVAL_NEEDED', 'Somebody else must approve this first.');

/** Refuses an approval by whoever asked for it. */
export const ownApproval = () => conflict('OWN_APPROVAL', 'Nobody approves what they asked for themselves.');

/** Refuses to bill a visit twice. */
export const billedAlready = (invoiceId: string) => conflict('BILLED_ALREADY', 'The visit is on another invoice.', { invoiceId });

/** Refuses to issue a free visit when those of its consultation are used up. */
export const feeChanged = () => conflict('FEE_CHANGED', 'The fee is another by now: edit the draft.');

/** Refuses cash of whoever has no open drawer in the chamber. */
export const noDrawer = () => conflict('NO_OPEN_DRAWER', 'Open your drawer in the chamber first.');

/** Refuses more than is left of a payment, or due on an invoice; of several invoices it says which. */
export const moreThanThereIs = (left: bigint, invoiceId?: string) => conflict('MORE_THAN_THERE_IS', 'That is more than is left or due.', { left: Number(left), ...(invoiceId && { invoiceId }) });

/** Refuses a reference of a provider that another payment has. */
export const referenceUsed = () => conflict('REFERENCE_USED', 'Another payment has this reference.');

/** What the database refuses, in the words of the interface; any other error as it is. */
export function refusalOf(error: unknown, permission: Permission): unknown {
  const state = sqlState(error);
  if (state === 'SK090') return booksClosed();
  if (state === 'SK093') return approvalNeeded();
  if (state === 'SK094') return noDrawer();
  if (state === 'SK096') return forbidden(permission);
  return error;
}
