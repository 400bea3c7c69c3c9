import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { PageArgs } from '../../platform/graphql/connection.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { MoneyInput } from '../../platform/money/money.model.js';
import { TaxCategory } from '../settings/tax-category.model.js';
import { InvoiceLineKind, InvoiceStatus, ProcedureCodeSystem } from './invoice.enums.js';

/** How much an invoice may hold. */
export const invoiceLimits = { lines: 100, description: 200, note: 500, quantity: 9_999 } as const;

const TEXT_FAULTS = 'Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.';
const KEY = 'A fresh UUID for each request that does something, the same on every retry: it is then done once, and each retry answers with what was done. For another request the key answers CONFLICT.';

@InputType({ description: 'The code of what was done or handed over.' })
export class ProcedureCodeInput {
  @Field(() => ProcedureCodeSystem, { description: 'Of which system.' })
  system: ProcedureCodeSystem;

  @Field({ description: 'The code: five characters of CPT, a letter and four digits of HCPCS, up to 20 characters of DDC. Reason of a fault: NOT_A_CODE.' })
  code: string;
}

@InputType({ description: 'A line of an invoice. The discount is an amount or a rate, not both (CANNOT_BE_BOTH).' })
export class InvoiceLineInput {
  @Field(() => InvoiceLineKind, { description: 'What it bills. At most one CONSULTATION, that of the invoice’s appointment (REQUIRED at `appointmentId`, DUPLICATE).' })
  kind: InvoiceLineKind;

  @Field(() => String, { nullable: true, description: `What it is, up to ${invoiceLimits.description} characters. REQUIRED, but for a CONSULTATION. ${TEXT_FAULTS}` })
  description?: string | null;

  @Field(() => ProcedureCodeInput, { nullable: true, description: 'Its code, which claims need.' })
  code?: ProcedureCodeInput | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the member whose revenue it is. Of a CONSULTATION it is the doctor of the appointment. NOT_FOUND.' })
  doctorId?: string | null;

  @Field(() => Int, { defaultValue: 1, description: `How many, 1 to ${invoiceLimits.quantity} (OUT_OF_RANGE); of a CONSULTATION 1.` })
  quantity: number = 1;

  @Field(() => MoneyInput, { nullable: true, description: 'The price of one, with or without tax as `BillingSettings.pricesIncludeTax` says. REQUIRED, but for a CONSULTATION that a fee rule is for: there NOT_ALLOWED, take something off by a discount.' })
  unitPrice?: MoneyInput | null;

  @Field(() => MoneyInput, { nullable: true, description: 'What is taken off the line; at most what it comes to.' })
  discount?: MoneyInput | null;

  @Field(() => Int, { nullable: true, description: 'What is taken off the line in basis points, 0 to 10000 (OUT_OF_RANGE), half a minor unit rounded up.' })
  discountRate?: number | null;

  @Field(() => TaxCategory, { nullable: true, description: 'How it is taxed. REQUIRED, but for a CONSULTATION that a fee rule is for: there NOT_ALLOWED.' })
  taxCategory?: TaxCategory | null;
}

@InputType({ isAbstract: true })
export abstract class InvoiceContentInput {
  @Field(() => UuidScalar, { nullable: true, description: 'The visit that it is of: an appointment of the patient in the chamber. NOT_FOUND.' })
  appointmentId?: string | null;

  @Field(() => [InvoiceLineInput], { description: `The lines, in their order, 1 to ${invoiceLimits.lines} (EMPTY, TOO_MANY). What they come to may not be above 100,000,000,000 minor units (OUT_OF_RANGE at \`lines\`).` })
  lines: InvoiceLineInput[];

  @Field(() => String, { nullable: true, description: `A note that is printed, up to ${invoiceLimits.note} characters. ${TEXT_FAULTS}` })
  note?: string | null;
}

@InputType({ description: 'An invoice to begin.' })
export class DraftInvoiceInput extends InvoiceContentInput {
  @Field(() => UuidScalar, { description: 'Id of the patient. NOT_FOUND.' })
  patientId: string;

  @Field(() => UuidScalar, { description: 'The chamber that issues it; it never changes. NOT_FOUND, ARCHIVED.' })
  chamberId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'An id made by the client: UUID version 7 or 4 (UUID_VERSION). The server makes one unless told. ALREADY_EXISTS when it is taken.' })
  id?: string | null;

  @Field(() => UuidScalar, { description: KEY })
  idempotencyKey: string;
}

@InputType({ description: 'What a draft is to say, as a whole.' })
export class EditInvoiceInput extends InvoiceContentInput {
  @Field(() => UuidScalar, { description: 'Id of the draft.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;
}

@InputType({ description: 'What is taken back of a line.' })
export class CreditLineInput {
  @Field(() => Int, { description: 'Which line of the invoice, by its `no`. NOT_FOUND, DUPLICATE.' })
  no: number;

  @Field(() => MoneyInput, { nullable: true, description: 'How much of its price after discount, with or without tax as the invoice’s prices are; all that is left unless told. Its discount and its tax are taken back in proportion. More than is left: OUT_OF_RANGE.' })
  amount?: MoneyInput | null;
}

@InputType({ description: 'What is taken back of an issued invoice.' })
export class CreditInvoiceInput {
  @Field(() => UuidScalar, { description: 'Id of the invoice.' })
  invoiceId: string;

  @Field(() => [CreditLineInput], { nullable: true, description: `Of which lines; all that is left of the invoice unless told. It is VOID once every line is taken back that had a price. 1 to ${invoiceLimits.lines} (EMPTY, TOO_MANY).` })
  lines?: CreditLineInput[] | null;

  @Field({ description: `Why, in one line of 1 to ${invoiceLimits.note} characters. ${TEXT_FAULTS}` })
  reason: string;

  @Field(() => UuidScalar, { description: KEY })
  idempotencyKey: string;
}

@ArgsType()
export class PatientInvoicesArgs extends PageArgs {
  @Field(() => InvoiceStatus, { nullable: true, description: 'Only those in this status; all but discarded ones unless told.' })
  status?: InvoiceStatus | null;
}

@ArgsType()
export class InvoiceDraftsArgs extends PageArgs {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => Boolean, { nullable: true, description: 'True for those alone whose discount somebody must approve.' })
  needsApproval?: boolean | null;
}
