import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money, moneyOf } from '../../platform/money/money.model.js';
import { MemberName, memberName } from '../../tenants/member-name.model.js';
import { FeeReason } from '../fees/fee-reason.model.js';
import { TaxCategory } from '../settings/tax-category.model.js';
import { InvoiceKind, InvoiceLineKind, InvoiceStatus, ProcedureCodeSystem } from './invoice.enums.js';
import { type InvoiceRecord, type LineRecord, dueOf } from './invoice-rows.js';

@ObjectType({ description: 'The code of what was done or handed over.' })
@Classified('billing')
export class BilledProcedureCode {
  @Field(() => ProcedureCodeSystem, { description: 'Of which system.' })
  system: ProcedureCodeSystem;

  @Field({ description: 'The code.' })
  code: string;
}

@ObjectType({ description: 'How the price of a consultation came about.' })
@Classified('billing')
export class BilledFee {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of the fee rule; null where none was for the visit.' })
  ruleId: string | null;

  @Field(() => FeeReason, { description: 'Why that one.' })
  reason: FeeReason;

  @Field(() => UuidScalar, { description: 'Id of the appointment whose fee it is.' })
  appointmentId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the earlier appointment that makes it free.' })
  freeOfAppointmentId: string | null;
}

@ObjectType({ description: 'A line of an invoice or credit note.' })
@Classified('billing')
export class InvoiceLine {
  @Field(() => UuidScalar, { description: 'Id; a draft that is edited has others.' })
  id: string;

  @Field(() => Int, { description: 'Its place, from 1.' })
  no: number;

  @Field(() => InvoiceLineKind, { description: 'What it bills.' })
  kind: InvoiceLineKind;

  @Field({ description: 'What it is; of a consultation without words of its own, empty.' })
  description: string;

  @Field(() => BilledProcedureCode, { nullable: true, description: 'Its code.' })
  code: BilledProcedureCode | null;

  @Field(() => MemberName, { nullable: true, description: 'Whose revenue it is.' })
  doctor: MemberName | null;

  @Field(() => Int, { description: 'How many.' })
  quantity: number;

  @Field(() => Money, { description: 'The price of one.' })
  unitPrice: Money;

  @Field(() => Money, { description: 'What was taken off.' })
  discount: Money;

  @Field(() => TaxCategory, { description: 'How it is taxed.' })
  taxCategory: TaxCategory;

  @Field(() => Int, { description: 'At which rate, in basis points.' })
  taxRate: number;

  @Field(() => Money, { description: 'The tax, in the price or on top of it, half a minor unit rounded up; of a credit note, its part of the tax of the line that it takes back.' })
  tax: Money;

  @Field(() => Money, { description: 'What it comes to, with tax.' })
  total: Money;

  @Field(() => BilledFee, { nullable: true, description: 'How the price came about, of a consultation.' })
  fee: BilledFee | null;

  @Field(() => Int, { nullable: true, description: 'Of a credit note, the `no` of the line that it takes back.' })
  creditsNo: number | null;
}

@ObjectType({ description: 'Who approved a discount.' })
@Classified('billing')
export class DiscountApproval {
  @Field(() => MemberName, { description: 'Who did.' })
  by: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: Date;

  @Field(() => Money, { description: 'Which discount.' })
  discount: Money;
}

@ObjectType({ description: 'What the caller may do with an invoice as it stands. The server decides again on each call; this is for showing or hiding buttons.' })
@Classified('technical')
export class InvoiceViewerCan {
  @Field({ description: '`editInvoice` and `discardInvoice`.' })
  edit: boolean;

  @Field({ description: '`issueInvoice`.' })
  issue: boolean;

  @Field({ description: '`approveDiscount`.' })
  approveDiscount: boolean;

  @Field({ description: '`creditInvoice`.' })
  credit: boolean;

  @Field({ description: 'Take a payment for it, or allocate one to it.' })
  pay: boolean;
}

@ObjectType({ description: 'An invoice or a credit note. What was issued never changes: it is taken back by credit notes. GET /invoices/<id>/page.pdf prints it.' })
@Classified('billing')
export class Invoice {
  @Field(() => UuidScalar, { description: 'Id; it never changes.' })
  id: string;

  @Field(() => InvoiceKind, { description: 'What it is.' })
  kind: InvoiceKind;

  @Field(() => InvoiceStatus, { description: 'How far it has come.' })
  status: InvoiceStatus;

  @Field(() => String, { nullable: true, description: 'Its number, without a gap in its chamber and fiscal year: GUL-2026-27-000123; of a credit note GUL-CN-2026-27-000004. Null until it is issued.' })
  number: string | null;

  @Field(() => UuidScalar, { description: 'The patient’s id.' })
  patientId: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber that issues it.' })
  chamberId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the appointment that it is of.' })
  appointmentId: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The day of issue, where the chamber is; null until then.' })
  issuedOn: string | null;

  @Field({ description: 'Whether its prices hold the tax, or it is added.' })
  pricesIncludeTax: boolean;

  @Field(() => Money, { description: 'What the lines come to by quantity and price of one.' })
  gross: Money;

  @Field(() => Money, { description: 'What was taken off.' })
  discount: Money;

  @Field(() => Money, { description: 'The tax.' })
  tax: Money;

  @Field(() => Money, { description: 'What was added to round the total; below zero, taken off.' })
  rounding: Money;

  @Field(() => Money, { description: 'What is to be paid in all; of a credit note, what is taken back.' })
  total: Money;

  @Field(() => Money, { description: 'What was paid of it.' })
  paid: Money;

  @Field(() => Money, { description: 'What was taken back of it by credit notes.' })
  credited: Money;

  @Field(() => Money, { description: 'What insurers owe of it instead of the patient, or have paid, or were spared: see `makeClaim`.' })
  claimed: Money;

  @Field(() => Money, { description: 'What is still to be paid: of an issued invoice by the patient, the total less what was paid, credited and claimed; otherwise 0.' })
  due: Money;

  @Field({ description: 'Whether it cannot be issued before somebody approves its discount: `approveDiscount`.' })
  needsApproval: boolean;

  @Field(() => DiscountApproval, { nullable: true, description: 'Who approved its discount.' })
  discountApproval: DiscountApproval | null;

  @Field(() => String, { nullable: true, description: 'A note that is printed.' })
  note: string | null;

  @Field(() => String, { nullable: true, description: 'Of a credit note, why.' })
  reason: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Of a credit note, the id of the invoice that it takes back.' })
  creditsId: string | null;

  @Field(() => MemberName, { description: 'Who began it.' })
  draftedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  draftedAt: Date;

  @Field(() => MemberName, { nullable: true, description: 'Who issued it; null until then.' })
  issuedBy: MemberName | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When; null until then.' })
  issuedAt: Date | null;

  @Field(() => Int, { description: 'Counts the changes; send it with the next one.' })
  version: number;

  @Field(() => InvoiceViewerCan, { description: 'What the caller may do with it.' })
  viewerCan: InvoiceViewerCan;
}

export const InvoiceConnection = ConnectionOf(Invoice, 'Invoice');

/** What of an invoice is shown. */
export function toInvoice({ row, details }: InvoiceRecord): Invoice {
  const money = (amount: unknown): Money => moneyOf(amount, row.currency);
  const isDraft = row.kind === InvoiceKind.INVOICE && row.status === InvoiceStatus.DRAFT;
  const isOpen = row.kind === InvoiceKind.INVOICE && row.status === InvoiceStatus.ISSUED;
  const due = isOpen ? dueOf(row) : 0n;
  return {
    id: row.id, kind: row.kind, status: row.status, number: row.code, patientId: row.patient_id, chamberId: row.chamber_id, appointmentId: row.appointment_id, issuedOn: row.local_date, pricesIncludeTax: row.tax_included,
    gross: money(row.gross), discount: money(row.discount), tax: money(row.tax), rounding: money(row.rounding), total: money(row.total), paid: money(row.paid), credited: money(row.credited), claimed: money(row.claimed),
    due: money(due),
    needsApproval: row.needs_approval,
    discountApproval: row.discount_approved_by && { by: { id: row.discount_approved_by }, at: row.discount_approved_at!, discount: money(row.discount_approved) },
    ...details, creditsId: row.credits, draftedBy: { id: row.drafted_by }, draftedAt: row.drafted_at, issuedBy: memberName(row.issued_by), issuedAt: row.issued_at, version: row.version,
    viewerCan: {
      edit: isDraft && row.may_take, issue: isDraft && row.may_take && !row.needs_approval, approveDiscount: isDraft && row.needs_approval && row.may_manage && !row.is_own, credit: isOpen && row.may_manage, pay: due > 0n && row.may_take,
    },
  } as Invoice;
}

/** What of a line is shown. */
export const toLine = (currency: unknown, line: LineRecord): InvoiceLine => ({
  id: line.id, no: line.no, kind: line.kind, description: line.description, code: line.code, doctor: memberName(line.doctorId), quantity: Number(line.quantity), unitPrice: moneyOf(line.unitPrice, currency),
  discount: moneyOf(line.discount, currency), taxCategory: line.taxCategory, taxRate: line.taxRate, tax: moneyOf(line.tax, currency), total: moneyOf(line.total, currency), fee: line.fee, creditsNo: line.creditsNo,
});
