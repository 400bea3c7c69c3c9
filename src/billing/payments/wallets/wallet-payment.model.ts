import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../../platform/graphql/scalars.js';
import { Money, MoneyInput } from '../../../platform/money/money.model.js';
import { WalletProvider } from '../gateways/wallet-gateway.js';
import { MemberName } from '../../../tenants/member-name.model.js';
import { paymentLimits } from '../payment.inputs.js';
import { Payment } from '../payment.model.js';
import { Reconciliation, WalletFlag } from './wallet-rows.js';

registerEnumType(WalletFlag, {
  name: 'WalletFlag',
  description: 'Why somebody has to look at a payment by wallet.',
  valuesMap: {
    AMOUNT_DIFFERS: { description: 'Another amount was paid.' },
    OTHER_CURRENCY: { description: 'Another currency was paid.' },
    OTHER_ORDER: { description: 'The provider told of another order.' },
    REUSED: { description: 'Another payment has the same transaction.' },
    CAPTURED_LATE: { description: 'It was ended by hand, and the provider had the money all the same: it is CAPTURED, and counts for the first day that was open then. Nothing is to be done about it in the books: listed for 30 days, it stays with the payment as what happened.' },
  },
});

registerEnumType(Reconciliation, {
  name: 'WalletReconciliation',
  description: 'What a provider has under the transaction of a payment that was captured.',
  valuesMap: { MATCHED: { description: 'Just that payment.' }, AMOUNT_DIFFERS: { description: 'Another amount or currency.' }, UNKNOWN: { description: 'Nothing.' } },
});

@ObjectType({ description: 'A payment by wallet, and what its provider says of it.' })
@Classified('billing')
export class WalletPayment {
  @Field(() => Payment, { description: 'The payment. It is CAPTURED only when the provider says that just this was paid.' })
  payment: Payment;

  @Field(() => String, { nullable: true, description: 'Where the payer pays, in a browser. Null before the provider has opened it, and once the payment is PENDING no longer or flagged.' })
  checkoutUrl: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the provider was asked last; null for never.' })
  askedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'What the provider said last: CAPTURED, WAITING (for the payer), EXPIRED, NOT_OPENED, its own code (of bKash such as 2023), why it said nothing (TIMEOUT, UNREACHABLE, UNREADABLE, HTTP_500), NOT_ACCEPTED (the credentials), NO_ACCOUNT, a flag, or ENDED by hand. Null before it was asked.' })
  outcome: string | null;

  @Field(() => WalletFlag, { nullable: true, description: 'Why somebody has to look at it; the payment stays PENDING, unless it is CAPTURED_LATE. Null for nothing.' })
  flag: WalletFlag | null;

  @Field(() => String, { nullable: true, description: 'The transaction that the provider told, where it was flagged.' })
  toldReference: string | null;

  @Field(() => Money, { nullable: true, description: 'The amount that it told, where it was flagged.' })
  toldAmount: Money | null;

  @Field(() => Reconciliation, { nullable: true, description: 'What the provider had under the transaction in the night after the payment was captured; null before it was asked.' })
  reconciliation: Reconciliation | null;

  @Field(() => MemberName, { nullable: true, description: 'Who ended it by hand; null unless somebody did.' })
  endedBy: MemberName | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When.' })
  endedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Why.' })
  endReason: string | null;
}

@InputType({ description: 'A payment by wallet that is to be ended by hand.' })
export class EndWalletPaymentInput {
  @Field(() => UuidScalar, { description: 'Id of the payment, which is PENDING. NOT_FOUND.' })
  paymentId: string;

  @Field({ description: `Why, up to ${paymentLimits.reason} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  reason: string;
}

@InputType({ description: 'A payment that somebody is to make by wallet.' })
export class StartWalletPaymentInput {
  @Field(() => WalletProvider, { description: 'The provider; the practice must have an account there.' })
  provider: WalletProvider;

  @Field(() => UuidScalar, { description: 'Id of the chamber that takes it. NOT_FOUND, ARCHIVED.' })
  chamberId: string;

  @Field(() => UuidScalar, { description: 'Id of the patient for whose treatment it is. NOT_FOUND.' })
  patientId: string;

  @Field(() => MoneyInput, { description: 'How much.' })
  amount: MoneyInput;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the invoice that it is to pay: issued, of the same patient and chamber (NOT_FOUND). What the invoice does not need when the payment is captured stays with the patient as an advance; all of it does without an invoice.' })
  invoiceId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'An id made by the client: UUID version 7 or 4 (UUID_VERSION). The server makes one unless told. ALREADY_EXISTS when it is taken.' })
  id?: string | null;

  @Field(() => UuidScalar, { description: 'A fresh UUID for each time that money moves, the same on every retry: it then moves once, and each retry answers with what became of it. For another request the key answers CONFLICT.' })
  idempotencyKey: string;
}
