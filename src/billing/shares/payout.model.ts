import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money, MoneyInput } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';

/** How long the reference of a payout may be. */
export const LONGEST_REFERENCE = 100;

export enum PayoutSource { SAFE = 'SAFE', BANK = 'BANK' }
registerEnumType(PayoutSource, {
  name: 'PayoutSource',
  description: 'What a doctor is paid out of.',
  valuesMap: { SAFE: { description: 'The cash of the chamber.' }, BANK: { description: 'Its account at the bank.' } },
});

@ObjectType({ description: 'What a doctor was paid of their shares. It never changes.' })
@Classified('earnings')
export class DoctorPayout {
  @Field(() => UuidScalar, { description: 'Id; it never changes.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber out of whose books.' })
  chamberId: string;

  @Field(() => MemberName, { description: 'To whom.' })
  doctor: MemberName;

  @Field(() => PayoutSource, { description: 'Out of what.' })
  source: PayoutSource;

  @Field(() => String, { nullable: true, description: 'The number of the transfer, cheque or receipt.' })
  reference: string | null;

  @Field(() => Money, { description: 'How much.' })
  amount: Money;

  @Field(() => Money, { description: 'What was left payable to the doctor in the chamber when this was answered.' })
  left: Money;

  @Field(() => LocalDateScalar, { description: 'The day that it counts for, where the chamber is.' })
  on: string;

  @Field(() => MemberName, { description: 'Who paid it out.' })
  paidBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  paidAt: Date;
}

@InputType({ description: 'What a doctor is paid.' })
export class PayDoctorInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber out of whose books. NOT_FOUND.' })
  chamberId: string;

  @Field(() => UuidScalar, { description: 'Id of the doctor. NOT_FOUND.' })
  doctorId: string;

  @Field(() => MoneyInput, { description: 'How much; at most what is payable to them in the chamber.' })
  amount: MoneyInput;

  @Field(() => PayoutSource, { description: 'Out of what.' })
  source: PayoutSource;

  @Field(() => String, { nullable: true, description: `The number of the transfer, cheque or receipt, up to ${LONGEST_REFERENCE} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  reference?: string | null;

  @Field(() => UuidScalar, { description: 'A fresh UUID for each payout, the same on every retry: it is then paid once. For another request the key answers CONFLICT.' })
  idempotencyKey: string;
}
