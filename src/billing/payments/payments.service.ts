import { Injectable } from '@nestjs/common';
import { idIn } from '../../platform/client-id.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { amountIn } from '../../platform/money/money.model.js';
import { askedBefore, madeBefore, onceOf, usingUp } from '../../platform/once.js';
import { invoiceIs, moreThanThereIs, noDrawer, paymentIs } from '../billing.errors.js';
import { askDesk, askDeskOfPayment, deskIn, openDeskIn, type Desk } from '../desk.js';
import { InvoiceKind, InvoiceStatus } from '../invoices/invoice.enums.js';
import { type InvoiceRow, dueOf, invoiceRows, lockInvoices } from '../invoices/invoice-rows.js';
import { type NewAllocation, insertAllocation } from './allocation-rows.js';
import { PaymentMethod, PaymentStatus } from './payment.enums.js';
import { type AllocatePaymentInput, type TakePaymentInput, paymentLimits as limits } from './payment.inputs.js';
import { meansIn, refusedPayment as refused } from './payment-means.js';
import { type PaymentRecord, askDrawer, capturePayment, insertPayment, leftOf, lockPatientOfPayment, lockPayment, openPayment, paymentRows, paymentsByIds } from './payment-rows.js';

/** Takes payments at the desk, and says which invoices they pay. The database keeps them within what there is, and posts them. Three round trips each. */
@Injectable()
export class PaymentsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Takes a payment, once under an idempotency key. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, ALREADY_EXISTS (the id), CONFLICT (the key, INVOICE_STATUS, MORE_THAN_THERE_IS, NO_OPEN_DRAWER, REFERENCE_USED, BOOKS_CLOSED). */
  take(ctx: Ctx, input: TakePaymentInput): Promise<PaymentRecord> {
    const { tenantId } = ctx;
    const invoiceIds = [...new Set((input.allocations ?? []).map(({ invoiceId }) => invoiceId))];
    return this.db.write(ctx, async (tx, [patients, invoices, desks, drawers, asked]) => {
      if (!patients!.length) throw notFound(['input', 'patientId']);
      const desk = openDeskIn(desks!, 'payments:take');
      const keys = await this.keyring.of(tenantId);
      const once = onceOf(keys, 'takePayment', input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      const { allocations, ...payment } = takenAs(input, desk, invoiceRows(invoices));
      const isCash = payment.method === PaymentMethod.CASH;
      if (isCash && !drawers!.length) throw noDrawer();
      const rows = await usingUp(tx, tenantId, once, payment.id, insertPayment(tenantId, keys, { ...payment, drawer_id: isCash ? (drawers![0]!['id'] as string) : null }), capturePayment(tenantId, payment.id),
        ...allocations.map((allocation) => insertAllocation(tenantId, allocation)), paymentsByIds(tenantId, [payment.id])).catch(refused);
      const record = openPayment(keys, paymentRows(rows.at(-1))[0]!);
      tx.record('payment', payment.id, input.patientId);
      for (const { invoiceId, amount } of allocations) {
        tx.record('invoice', invoiceId, input.patientId);
        tx.change('invoice', invoiceId, 'paid', null, String(amount));
      }
      return record;
    }, { text: 'select p.id from clinic.patients p where p.tenant_id = $1 and p.id = $2 for no key update', values: [tenantId, input.patientId] }, lockInvoices(tenantId, invoiceIds), askDesk(tenantId, input.chamberId, 'payments:take'),
    askDrawer(tenantId, input.chamberId), askedBefore(tenantId, input.idempotencyKey));
  }

  /** Has what is left of a payment pay an invoice. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (the key, PAYMENT_STATUS, INVOICE_STATUS, MORE_THAN_THERE_IS, BOOKS_CLOSED). */
  allocate(ctx: Ctx, input: AllocatePaymentInput): Promise<PaymentRecord> {
    return this.#move(ctx, input, 'allocatePayment', 'payments:take', (payment, invoice, amount) => {
      if (invoice.status !== InvoiceStatus.ISSUED) throw invoiceIs(invoice.status);
      const left = smaller(leftOf(payment.row), dueOf(invoice));
      if (amount > left) throw moreThanThereIs(left);
      return amount;
    });
  }

  /** Takes an allocation back: the money is an advance again. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (the key, MORE_THAN_THERE_IS, BOOKS_CLOSED). */
  release(ctx: Ctx, input: AllocatePaymentInput): Promise<PaymentRecord> {
    return this.#move(ctx, input, 'releasePayment', 'finances:manage', (_payment, _invoice, amount, allocated) => {
      if (amount > allocated) throw moreThanThereIs(allocated);
      return -amount;
    });
  }

  #move(ctx: Ctx, input: AllocatePaymentInput, operation: string, permission: 'payments:take' | 'finances:manage', amountOf: (payment: PaymentRecord, invoice: InvoiceRow, amount: bigint, allocated: bigint) => bigint): Promise<PaymentRecord> {
    const { tenantId } = ctx;
    const { paymentId, invoiceId } = input;
    return this.db.write(ctx, async (tx, [, invoices, payments, desks, asked, sums]) => {
      const [row] = paymentRows(payments);
      if (!row) throw notFound(['input', 'paymentId']);
      const desk = deskIn(desks!, permission);
      const keys = await this.keyring.of(tenantId, [row.details]);
      const once = onceOf(keys, operation, input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      const check = new InputCheck();
      const stated = amountIn(check, ['amount'], input.amount, desk.currency);
      check.throwIfAny();
      if (row.status !== PaymentStatus.CAPTURED) throw paymentIs(row.status);
      const invoice = payable(invoiceRows(invoices), invoiceId, row.patient_id, row.chamber_id, ['invoiceId']);
      const amount = amountOf(openPayment(keys, row), invoice, stated!, BigInt(sums![0]!['amount'] as string));
      const [, rows] = await usingUp(tx, tenantId, once, paymentId, insertAllocation(tenantId, { paymentId, invoiceId, amount }), paymentsByIds(tenantId, [paymentId])).catch(refused);
      tx.record('payment', paymentId, row.patient_id);
      tx.record('invoice', invoiceId, row.patient_id);
      tx.change('invoice', invoiceId, 'paid', invoice.paid, String(BigInt(invoice.paid) + amount));
      return openPayment(keys, paymentRows(rows)[0]!);
    }, lockPatientOfPayment(tenantId, paymentId), lockInvoices(tenantId, [invoiceId]), lockPayment(tenantId, paymentId), askDeskOfPayment(tenantId, paymentId, permission), askedBefore(tenantId, input.idempotencyKey),
    { text: 'select coalesce(sum(a.amount), 0)::bigint as amount from clinic.allocations a where a.tenant_id = $1 and a.payment_id = $2 and a.invoice_id = $3', values: [tenantId, paymentId, invoiceId] });
  }

  async #again(tx: AuditedTx, ctx: Ctx, id: string): Promise<PaymentRecord> {
    ctx.action = 'VIEWED';
    const [row] = paymentRows((await tx.group(paymentsByIds(ctx.tenantId, [id])))[0]);
    tx.record('payment', id, row!.patient_id);
    return openPayment(await this.keyring.of(ctx.tenantId, [row!.details]), row!);
  }
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

function payable(invoices: readonly InvoiceRow[], id: string, patientId: string | null, chamberId: string, path: string[]): InvoiceRow {
  const invoice = invoices.find((one) => one.id === id);
  if (invoice?.patient_id !== patientId || invoice.chamber_id !== chamberId || invoice.kind !== InvoiceKind.INVOICE) throw notFound(['input', ...path]);
  return invoice;
}

/** The payment that an input tells of, and what it pays. */
function takenAs(input: TakePaymentInput, { chamberId, currency }: Desk, invoices: readonly InvoiceRow[]) {
  const { patientId } = input;
  const check = new InputCheck();
  const id = idIn(check, input.id);
  const amount = amountIn(check, ['amount'], input.amount, currency) ?? 0n;
  const { paidBy, ...means } = meansIn(check, input);
  const allocations = allocationsIn(check, input, id, currency, chamberId, amount, invoices);
  check.throwIfAny();
  const over = allocations.find((one) => one.amount === 0n || one.amount > one.due);
  if (over) throw moreThanThereIs(over.due, over.invoiceId);
  return { id, chamber_id: chamberId, patient_id: patientId, deposit_of: null, ...means, amount, details: { paidBy }, allocations };
}

function allocationsIn(check: InputCheck, { allocations, patientId }: TakePaymentInput, paymentId: string, currency: Desk['currency'], chamberId: string, amount: bigint, invoices: readonly InvoiceRow[]): Array<NewAllocation & { due: bigint }> {
  const given = allocations ?? [];
  if (check.tooMany('allocations', given, limits.allocations)) check.throwIfAny();
  const read = given.map(({ invoiceId, amount: part }, index) => {
    const path = ['allocations', String(index)];
    const invoice = payable(invoices, invoiceId, patientId, chamberId, [...path, 'invoiceId']);
    if (given.findIndex((other) => other.invoiceId === invoiceId) !== index) check.blame([...path, 'invoiceId'], 'DUPLICATE');
    if (invoice.status !== InvoiceStatus.ISSUED) throw invoiceIs(invoice.status);
    const due = dueOf(invoice);
    return { paymentId, invoiceId, due, amount: part ? (amountIn(check, [...path, 'amount'], part, currency) ?? 0n) : due };
  });
  if (read.reduce((sum, one) => sum + one.amount, 0n) > amount) check.blame(['allocations'], 'OUT_OF_RANGE', { min: 0, max: Number(amount) });
  return read;
}
