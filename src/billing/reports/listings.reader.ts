import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { invoiceRows, openInvoice, sealedIn } from '../invoices/invoice-rows.js';
import { type Invoice, toInvoice } from '../invoices/invoice.model.js';
import { askMayWhere } from '../may-where.js';
import { openPayment, paymentRows } from '../payments/payment-rows.js';
import { type Payment, toPayment } from '../payments/payment.model.js';
import type { InvoicesArgs, PaymentsArgs } from './listing.model.js';
import { countInvoices, countPayments, pageOfInvoices, pageOfPayments } from './listing-rows.js';
import { askWhere } from './report-rows.js';

const PERMISSION = 'finances:read';

/** Lists invoices and payments over all patients, for callers who may read the books in the chamber, or in every chamber in use. One round trip each, and one to count. */
@Injectable()
export class ListingsReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** What was issued, the last day first. NOT_FOUND, FORBIDDEN. */
  async invoices(ctx: Ctx, args: InvoicesArgs): Promise<Page<Invoice>> {
    const filter = args.filter ?? {};
    const rows = invoiceRows(await this.#read(ctx, filter.chamberId ?? null, pageOfInvoices(ctx.tenantId, filter, args.first + 1, idOfCursor(args.after))));
    const keys = await this.keyring.of(ctx.tenantId, sealedIn(rows));
    rows.slice(0, args.first).forEach(({ id, patient_id }) => ctx.disclose('invoice', id, patient_id));
    return pageOf(rows.map((row) => toInvoice(openInvoice(keys, row))), args, () => this.#count(ctx, countInvoices(ctx.tenantId, filter)));
  }

  /** Payments, the last day first. NOT_FOUND, FORBIDDEN. */
  async payments(ctx: Ctx, args: PaymentsArgs): Promise<Page<Payment>> {
    const filter = args.filter ?? {};
    const rows = paymentRows(await this.#read(ctx, filter.chamberId ?? null, pageOfPayments(ctx.tenantId, filter, args.first + 1, idOfCursor(args.after))));
    const keys = await this.keyring.of(ctx.tenantId, rows.map(({ details }) => details));
    rows.slice(0, args.first).forEach(({ id, patient_id }) => ctx.disclose('payment', id, patient_id));
    return pageOf(rows.map((row) => toPayment(openPayment(keys, row))), args, () => this.#count(ctx, countPayments(ctx.tenantId, filter)));
  }

  async #read(ctx: Ctx, chamberId: string | null, statement: Statement): Promise<Row[]> {
    const [may, where, rows] = await this.db.read(ctx, askMayWhere(ctx.tenantId, chamberId, PERMISSION), askWhere(ctx.tenantId, chamberId), statement);
    if (chamberId && !where![0]!['chamber']) throw notFound(['filter', 'chamberId']);
    if (!may![0]!['may']) throw forbidden(PERMISSION);
    return rows!;
  }

  async #count(ctx: Ctx, statement: Statement): Promise<number> {
    return (await this.db.read(ctx, statement))[0]![0]!['total'] as number;
  }
}
