import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { PageArgs } from '../../platform/graphql/connection.js';
import { LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { InvoiceKind, InvoiceStatus } from '../invoices/invoice.enums.js';
import { PaymentMethod, PaymentStatus } from '../payments/payment.enums.js';

@InputType({ isAbstract: true })
abstract class ListingFilter {
  @Field(() => UuidScalar, { nullable: true, description: 'Those of this chamber; of all unless told. NOT_FOUND.' })
  chamberId?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'From this day on.' })
  from?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'Until this day.' })
  until?: string | null;
}

@InputType({ description: 'Which invoices and credit notes; what is left out is not looked at.' })
export class InvoicesFilter extends ListingFilter {
  @Field(() => InvoiceKind, { nullable: true, description: 'Invoices alone, or credit notes.' })
  kind?: InvoiceKind | null;

  @Field(() => InvoiceStatus, { nullable: true, description: 'In this status. Drafts are none of them: see `invoiceDrafts`.' })
  status?: InvoiceStatus | null;

  @Field(() => Boolean, { nullable: true, description: 'Those of which something is still due from the patient, or, with false, nothing. With `until` those that are due since then.' })
  isDue?: boolean | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Those with a line of this doctor.' })
  doctorId?: string | null;

  @Field(() => String, { nullable: true, description: 'The one with this number, as it is printed.' })
  number?: string | null;
}

@InputType({ description: 'Which payments; what is left out is not looked at.' })
export class PaymentsFilter extends ListingFilter {
  @Field(() => PaymentStatus, { nullable: true, description: 'In this status: CAPTURED unless told. What was not captured counts for the day on which it was begun, and is listed by that.' })
  status?: PaymentStatus | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Those that pay, or have paid, an invoice with a line of this doctor.' })
  doctorId?: string | null;

  @Field(() => PaymentMethod, { nullable: true, description: 'By this method.' })
  method?: PaymentMethod | null;

  @Field(() => String, { nullable: true, description: 'The one with this number of its receipt, as it is printed.' })
  receiptNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'Those with this id of the transaction at its provider.' })
  reference?: string | null;
}

@ArgsType()
export class InvoicesArgs extends PageArgs {
  @Field(() => InvoicesFilter, { nullable: true, description: 'Which; all unless told.' })
  filter?: InvoicesFilter | null;
}

@ArgsType()
export class PaymentsArgs extends PageArgs {
  @Field(() => PaymentsFilter, { nullable: true, description: 'Which; all unless told.' })
  filter?: PaymentsFilter | null;
}
