import { ArgsType, Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf, PageArgs } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { PaymentMethod } from '../payments/payment.enums.js';
import { paymentLimits } from '../payments/payment.inputs.js';

export enum DepositStatus { HELD = 'HELD', APPLIED = 'APPLIED', CARRIED = 'CARRIED', REFUNDABLE = 'REFUNDABLE', REFUNDED = 'REFUNDED', FORFEITED = 'FORFEITED' }
registerEnumType(DepositStatus, {
  name: 'DepositStatus',
  description: 'What became of a deposit.',
  valuesMap: {
    HELD: { description: 'It is held for the visit.' },
    APPLIED: { description: 'It pays the invoice of the visit; what is beyond that is the patient’s advance.' },
    CARRIED: { description: 'It is the patient’s advance, for a later visit.' },
    REFUNDABLE: { description: 'It is to be given back, by `refundPayment`; until then it is the patient’s advance.' },
    REFUNDED: { description: 'It was given back.' },
    FORFEITED: { description: 'It was forfeited, in whole or in part; the rest is the patient’s advance.' },
  },
});

@ObjectType({ description: 'The deposit of a booking that was paid, and what became of it. It is settled once, as its policy says, and then never changes.' })
@Classified('billing')
export class Deposit {
  @Field(() => UuidScalar, { description: 'Id: that of its payment.' })
  id: string;

  @Field(() => DepositStatus, { description: 'What became of it.' })
  status: DepositStatus;

  @Field(() => UuidScalar, { description: 'Id of what was booked, before it was moved.' })
  appointmentId: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber that took it.' })
  chamberId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the patient for whom it was paid; null for what was paid online, as long as nobody said who comes.' })
  patientId: string | null;

  @Field(() => Money, { description: 'How much.' })
  amount: Money;

  @Field(() => Money, { description: 'What of it was forfeited.' })
  forfeited: Money;

  @Field(() => DepositStatus, { nullable: true, description: 'What its policy makes of it now, for `settleDeposit`; null while the visit is to come, and once it was settled.' })
  outcome: DepositStatus | null;

  @Field(() => Money, { nullable: true, description: 'What of it would be forfeited with that.' })
  forfeits: Money | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the invoice that it was applied to.' })
  invoiceId: string | null;

  policyId: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was had.' })
  heldAt: Date;

  @Field(() => MemberName, { nullable: true, description: 'Who settled it; null until then.' })
  settledBy: MemberName | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was settled.' })
  settledAt: Date | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The day that this counts for, where the chamber is.' })
  settledOn: string | null;
}

export const DepositConnection = ConnectionOf(Deposit, 'Deposit');

@ArgsType()
export class DepositsArgs extends PageArgs {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => DepositStatus, { nullable: true, description: 'Those in this status; all unless told.' })
  status?: DepositStatus | null;

  @Field(() => Boolean, { nullable: true, description: 'True for those alone that are to be settled now.' })
  toSettle?: boolean | null;
}

const TEXT_FAULTS = 'Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.';
const KEY = 'A fresh UUID for each time that money moves, the same on every retry: it then moves once, and each retry answers with what was done. For another request the key answers CONFLICT.';

@InputType({ description: 'The deposit of a booking that was made online, paid at the desk: all that is due.' })
export class TakeDepositInput {
  @Field(() => UuidScalar, { description: 'Id of the appointment. NOT_FOUND.' })
  appointmentId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the patient for whom it is: REQUIRED as long as nobody said who comes, by `identifyBooker`; then it is theirs, and another one is NOT_ALLOWED. NOT_FOUND.' })
  patientId?: string | null;

  @Field(() => PaymentMethod, { description: 'How it was paid. Cash needs an open drawer; BKASH is NOT_ALLOWED here.' })
  method: PaymentMethod;

  @Field(() => String, { nullable: true, description: `The terminal, wallet or bank, up to ${paymentLimits.provider} characters; REQUIRED for a WALLET, the method itself unless told. NOT_ALLOWED for cash. ${TEXT_FAULTS}` })
  provider?: string | null;

  @Field(() => String, { nullable: true, description: `The id of the transaction there, up to ${paymentLimits.reference} characters; REQUIRED but for cash, NOT_ALLOWED for cash. Of another payment: CONFLICT (REFERENCE_USED). ${TEXT_FAULTS}` })
  reference?: string | null;

  @Field(() => String, { nullable: true, description: `Who paid, if not the patient, up to ${paymentLimits.paidBy} characters. ${TEXT_FAULTS}` })
  paidBy?: string | null;

  @Field(() => UuidScalar, { description: KEY })
  idempotencyKey: string;
}

@InputType({ description: 'A deposit that is to be settled, as its policy says.' })
export class SettleDepositInput {
  @Field(() => UuidScalar, { description: 'Id of the deposit. NOT_FOUND.' })
  id: string;

  @Field(() => DepositStatus, { description: 'The `outcome` that was read, which whoever settles it has seen; another one answers CONFLICT (DEPOSIT_OUTCOME).' })
  outcome: DepositStatus;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the patient for whom it was paid online, where nobody has said that yet: REQUIRED when something of it becomes their advance. NOT_ALLOWED where it is known. NOT_FOUND.' })
  patientId?: string | null;

  @Field(() => UuidScalar, { description: KEY })
  idempotencyKey: string;
}
