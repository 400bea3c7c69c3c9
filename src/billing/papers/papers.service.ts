import { Readable } from 'node:stream';
import { Injectable, type StreamableFile } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { PatientSnapshots } from '../../patients/patient-snapshots.reader.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { fileAnswer } from '../../platform/http/file-answer.js';
import { dayOf } from '../../platform/local-days.js';
import { PagePrinter } from '../../platform/pages/page-printer.js';
import { Letterheads } from '../../tenants/letterheads.reader.js';
import { MemberNames } from '../../tenants/member-names.reader.js';
import { invoiceIs, paymentIs } from '../billing.errors.js';
import { askDeskOfInvoice, askDeskOfPayment, deskIn } from '../desk.js';
import { FeeReason } from '../fees/fee-reason.model.js';
import { InvoiceKind, InvoiceLineKind, InvoiceStatus } from '../invoices/invoice.enums.js';
import { type LineRecord, dueOf, invoiceRows, invoicesByIds, linesOf, openInvoice, openLine, sealedIn } from '../invoices/invoice-rows.js';
import { PaymentStatus } from '../payments/payment.enums.js';
import { type PaymentRecord, type PaymentRow, openPayment, paymentRows, paymentsByIds } from '../payments/payment-rows.js';
import { askBillingSettings, billingSettingsFrom } from '../settings/billing-settings-rows.js';
import type { InvoicePaper, Named, PaidHow, PaperLine, ReceiptPaper } from './billing-paper.js';
import { askCredited, askGivenBack, askPaid, askPaying } from './paper-rows.js';
import { invoicePage, receiptPage } from './paper-page.js';
import { paperTemplate } from './paper-template.js';
import type { InvoiceQuery, ReceiptQuery } from './paper.inputs.js';

/** Prints invoices, credit notes and receipts as they stand. Two round trips: for the paper, and for whom and what it names. */
@Injectable()
export class BillingPapers {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly letterheads: Letterheads,
    private readonly patients: PatientSnapshots,
    private readonly members: MemberNames,
    private readonly printer: PagePrinter,
  ) {}

  /** An invoice or credit note as a PDF file. NOT_FOUND, FORBIDDEN, CONFLICT (INVOICE_STATUS) for a discarded draft, UNAVAILABLE when too many pages are being printed. */
  async invoice(ctx: Ctx, id: string, { language, paper, copy }: InvoiceQuery): Promise<StreamableFile> {
    const of = await this.#invoicePaper(ctx, idIn(id), copy === 'true');
    return this.#file(ctx, invoicePage(of, paper, language), of.number ?? 'draft');
  }

  /** The receipt of a payment as a PDF file. NOT_FOUND, FORBIDDEN, CONFLICT (PAYMENT_STATUS) unless it was captured, UNAVAILABLE as above. */
  async receipt(ctx: Ctx, id: string, { language, paper, copy }: ReceiptQuery): Promise<StreamableFile> {
    const of = await this.#receiptPaper(ctx, idIn(id), copy === 'true');
    return this.#file(ctx, receiptPage(of, paper, language), of.number);
  }

  async #file({ tenantId }: Ctx, page: object, name: string): Promise<StreamableFile> {
    const pdf = await this.printer.print(paperTemplate, page, tenantId);
    return fileAnswer({ stream: Readable.from([pdf]), type: 'application/pdf', name: `${name}.pdf`, length: pdf.length, inline: true });
  }

  async #invoicePaper(ctx: Ctx, id: string, copy: boolean): Promise<InvoicePaper> {
    const { tenantId } = ctx;
    const [desk, found, foundLines, paying, credited, settings] = await this.db.read(ctx,
      askDeskOfInvoice(tenantId, id, 'payments:take'), invoicesByIds(tenantId, [id]), linesOf(tenantId, [id]), askPaying(tenantId, id), askCredited(tenantId, id), askBillingSettings(tenantId));
    deskIn(desk!, 'payments:take');
    const [row] = invoiceRows(found);
    ctx.disclose('invoice', id, row!.patient_id);
    if (row!.status === InvoiceStatus.DISCARDED) throw invoiceIs(row!.status);
    const keys = await this.keyring.of(tenantId, sealedIn([row!, ...foundLines!, ...paying!]));
    const { details } = openInvoice(keys, row!);
    const lines = foundLines!.map((line) => openLine(keys, line));
    const payments = paymentRows(paying).map((payment) => openPayment(keys, payment));
    payments.forEach(({ row: { id: paymentId, patient_id } }) => ctx.disclose('payment', paymentId, patient_id));

    const { named, ...place } = await this.#named(ctx, row!, [row!.issued_by, ...lines.map(({ doctorId }) => doctorId)]);
    const isOpen = row!.kind === InvoiceKind.INVOICE && row!.status === InvoiceStatus.ISSUED;
    return {
      ...place, copy, kind: row!.kind, status: row!.status, number: row!.code, credits: (credited![0]?.['code'] as string | undefined) ?? null, day: row!.local_date ?? dayOf(new Date(), place.chamber.timeZone),
      currency: row!.currency, taxNumber: billingSettingsFrom(settings).taxNumber, taxIncluded: row!.tax_included, lines: lines.map((line) => paperLine(line, named)),
      gross: BigInt(row!.gross), discount: BigInt(row!.discount), tax: BigInt(row!.tax), rounding: BigInt(row!.rounding), total: BigInt(row!.total), credited: BigInt(row!.credited), claimed: BigInt(row!.claimed),
      payments: payments.map((payment) => ({ ...paidHow(payment), day: payment.row.local_date!, amount: BigInt(payment.row.amount) })), due: isOpen ? dueOf(row!) : 0n,
      ...details, issuedBy: named(row!.issued_by),
    };
  }

  async #receiptPaper(ctx: Ctx, id: string, copy: boolean): Promise<ReceiptPaper> {
    const { tenantId } = ctx;
    const [desk, found, paid, givenBack, settings] = await this.db.read(ctx,
      askDeskOfPayment(tenantId, id, 'payments:take'), paymentsByIds(tenantId, [id]), askPaid(tenantId, id), askGivenBack(tenantId, id), askBillingSettings(tenantId));
    deskIn(desk!, 'payments:take');
    const [row] = paymentRows(found);
    ctx.disclose('payment', id, row!.patient_id);
    if (row!.status !== PaymentStatus.CAPTURED) throw paymentIs(row!.status);
    paid!.forEach((invoice) => ctx.disclose('invoice', invoice['id'] as string, invoice['patient_id'] as string));
    const record = openPayment(await this.keyring.of(tenantId, [row!.details]), row!);

    const { named, ...place } = await this.#named(ctx, row!, [row!.taken_by]);
    const [amount, refunded] = [BigInt(row!.amount), BigInt(givenBack![0]!['amount'] as string)];
    return {
      ...place, copy, kind: 'RECEIPT', number: row!.code!, at: row!.captured_at!, currency: row!.currency, taxNumber: billingSettingsFrom(settings).taxNumber, ...paidHow(record), amount,
      allocations: paid!.map((invoice) => ({ number: invoice['code'] as string, amount: BigInt(invoice['amount'] as string) })), left: amount - BigInt(row!.allocated) - refunded - BigInt(row!.forfeited), isDeposit: BigInt(row!.held) > 0n,
      refunded, takenBy: named(row!.taken_by),
    };
  }

  /** Whom and what a paper names: practice, chamber, patient and members. FORBIDDEN, as the paper names the patient. */
  async #named(ctx: Ctx, { patient_id, chamber_id }: Pick<PaymentRow, 'patient_id' | 'chamber_id'>, memberIds: Array<string | null>) {
    if (!ctx.holds('patients:read')) throw forbidden('patients:read');
    const { tenantId } = ctx;
    const ids = [...new Set(memberIds.filter((id) => id !== null))];
    const [[places, patients], names] = await Promise.all([
      this.db.read(ctx, this.letterheads.askPlace(tenantId, chamber_id), ...(patient_id === null ? [] : [this.patients.ask(tenantId, patient_id)])),
      Promise.all(ids.map(async (id) => [id, await this.members.of(ctx, id)] as const)),
    ]);
    const place = this.letterheads.answerPlace(tenantId, places!);
    const byId = new Map<string, Named>(names);
    const named = (id: string | null): Named | null => (id === null ? null : byId.get(id)!);
    return { ...place, patient: patients ? await this.patients.answer(tenantId, patients, dayOf(new Date(), place.chamber.timeZone)) : null, named };
  }
}

function idIn(id: string): string {
  if (!isUuid(id)) throw notFound();
  return id.toLowerCase();
}

const paperLine = ({ description, code, kind, fee, doctorId, quantity, unitPrice, discount, taxCategory, taxRate, tax, total }: LineRecord, named: (id: string | null) => Named | null): PaperLine => ({
  description, code: code && `${code.system} ${code.code}`, isConsultation: kind === InvoiceLineKind.CONSULTATION, isFreeFollowUp: fee?.reason === FeeReason.FREE_FOLLOW_UP, doctor: named(doctorId),
  quantity: Number(quantity), unitPrice, discount, taxCategory, taxRate, tax, total,
});

/** How something was paid; a provider that nobody named is the method. */
const paidHow = ({ row: { method, provider, reference }, details }: PaymentRecord): PaidHow =>
  ({ method, provider: provider === (method as string) ? null : provider, reference, payer: details.paidBy });
