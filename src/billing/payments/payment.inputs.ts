import { Field, InputType } from '@nestjs/graphql';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { MoneyInput } from '../../platform/money/money.model.js';
import { PaymentMethod } from './payment.enums.js';

/** How much a payment may hold. */
export const paymentLimits = { allocations: 50, paidBy: 200, provider: 40, reference: 100, reason: 500 } as const;

const TEXT_FAULTS = 'Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.';
const KEY = 'A fresh UUID for each time that money moves, the same on every retry: it then moves once, and each retry answers with what was done. For another request the key answers CONFLICT.';

@InputType({ description: 'What of a payment pays which invoice.' })
export class AllocationInput {
  @Field(() => UuidScalar, { description: 'Id of the invoice: issued, of the same patient and chamber. NOT_FOUND, DUPLICATE.' })
  invoiceId: string;

  @Field(() => MoneyInput, { nullable: true, description: 'How much of it; what is due unless told. More than is due by now: CONFLICT (MORE_THAN_THERE_IS).' })
  amount?: MoneyInput | null;
}

@InputType({ description: 'A payment that was taken at the desk.' })
export class TakePaymentInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber that takes it. NOT_FOUND, ARCHIVED.' })
  chamberId: string;

  @Field(() => UuidScalar, { description: 'Id of the patient for whose treatment it is. NOT_FOUND.' })
  patientId: string;

  @Field(() => PaymentMethod, { description: 'How it was paid. Cash needs an open drawer; BKASH is NOT_ALLOWED here, for it is paid at the provider.' })
  method: PaymentMethod;

  @Field(() => MoneyInput, { description: 'How much was taken.' })
  amount: MoneyInput;

  @Field(() => String, { nullable: true, description: `The terminal, wallet or bank, up to ${paymentLimits.provider} characters; REQUIRED for a WALLET, the method itself unless told. NOT_ALLOWED for cash, and where it is BKASH. ${TEXT_FAULTS}` })
  provider?: string | null;

  @Field(() => String, { nullable: true, description: `The id of the transaction there, by which it is counted once, in whatever letter case and with whatever spaces and signs, up to ${paymentLimits.reference} characters; REQUIRED but for cash, NOT_ALLOWED for cash. Of another payment: CONFLICT (REFERENCE_USED). ${TEXT_FAULTS}` })
  reference?: string | null;

  @Field(() => String, { nullable: true, description: `Who paid, if not the patient, up to ${paymentLimits.paidBy} characters. ${TEXT_FAULTS}` })
  paidBy?: string | null;

  @Field(() => [AllocationInput], { nullable: true, description: `Which invoices it pays, up to ${paymentLimits.allocations} (TOO_MANY); together no more than it is (OUT_OF_RANGE). The rest stays with the patient as an advance.` })
  allocations?: AllocationInput[] | null;

  @Field(() => UuidScalar, { nullable: true, description: 'An id made by the client: UUID version 7 or 4 (UUID_VERSION). The server makes one unless told. ALREADY_EXISTS when it is taken.' })
  id?: string | null;

  @Field(() => UuidScalar, { description: KEY })
  idempotencyKey: string;
}

@InputType({ description: 'What of a payment pays an invoice, or pays it no longer.' })
export class AllocatePaymentInput {
  @Field(() => UuidScalar, { description: 'Id of the payment. NOT_FOUND.' })
  paymentId: string;

  @Field(() => UuidScalar, { description: 'Id of the invoice, of the same patient and chamber. NOT_FOUND.' })
  invoiceId: string;

  @Field(() => MoneyInput, { description: 'How much.' })
  amount: MoneyInput;

  @Field(() => UuidScalar, { description: KEY })
  idempotencyKey: string;
}

@InputType({ description: 'What is to be given back of a payment.' })
export class RefundPaymentInput {
  @Field(() => UuidScalar, { description: 'Id of the payment. NOT_FOUND.' })
  paymentId: string;

  @Field(() => MoneyInput, { description: 'How much; at most what is left of it.' })
  amount: MoneyInput;

  @Field(() => PaymentMethod, { nullable: true, description: 'In cash, or the way it came, which it is unless told; any other is NOT_ALLOWED. In cash, of what came otherwise, it needs an approval.' })
  method?: PaymentMethod | null;

  @Field(() => String, { nullable: true, description: `The id of the transaction by which it was given back, up to ${paymentLimits.reference} characters; NOT_ALLOWED for cash. ${TEXT_FAULTS}` })
  reference?: string | null;

  @Field({ description: `Why, in one line of 1 to ${paymentLimits.reason} characters. ${TEXT_FAULTS}` })
  reason: string;

  @Field(() => UuidScalar, { description: KEY })
  idempotencyKey: string;
}
