import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money, MoneyInput } from '../../platform/money/money.model.js';

/** The longest number of a member, in characters. */
export const LONGEST_MEMBER_NUMBER = 50;
const MEMBER_NUMBER = { description: `The patient’s number with the payer, as on the card: MemberID in claims; up to ${LONGEST_MEMBER_NUMBER} characters without white space. Reasons of faults: EMPTY, TOO_LONG, WRONG_FORMAT.` };
const CO_PAYMENT = { description: 'The part that the patient pays, in basis points: 2000 is 20 per cent. Reason of a fault: OUT_OF_RANGE (0 to 10000).' };

@ObjectType({ description: 'A policy by which a patient is insured.' })
@Classified('patient')
export class PatientPolicy {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => UuidScalar, { description: 'Id of the payer.' })
  payerId: string;

  @Field({ description: 'Name of the payer.' })
  payerName: string;

  @Field({ description: 'The patient’s number with the payer.' })
  memberNumber: string;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day of cover; null when nobody said.' })
  validUntil: string | null;

  @Field(() => Int, { description: 'The part that the patient pays, in basis points.' })
  coPayment: number;

  @Field(() => Money, { nullable: true, description: 'The most that the patient pays of one invoice; null for no limit.' })
  coPaymentMost: Money | null;

  @Field({ description: 'Whether it was put aside: it counts no more.' })
  archived: boolean;

  @Field(() => Int, { description: 'Counts the edits.' })
  version: number;
}

@InputType({ description: 'A policy by which a patient is insured.' })
export class AddPolicyInput {
  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => UuidScalar, { description: 'Id of the payer. Reason of a fault: ARCHIVED.' })
  payerId: string;

  @Field(MEMBER_NUMBER)
  memberNumber: string;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day of cover.' })
  validUntil?: string | null;

  @Field(() => Int, { defaultValue: 0, ...CO_PAYMENT })
  coPayment: number;

  @Field(() => MoneyInput, { nullable: true, description: 'The most that the patient pays of one invoice, 0 or more.' })
  coPaymentMost?: MoneyInput | null;
}

@InputType({ description: 'Changes to a policy; what is left out stays, what is null goes. Claims that were made keep what they were made with.' })
export class EditPolicyInput {
  @Field(() => UuidScalar, { description: 'Id of the policy.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => String, { nullable: true, description: `${MEMBER_NUMBER.description} Null leaves it.` })
  memberNumber?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day of cover.' })
  validUntil?: string | null;

  @Field(() => Int, { nullable: true, description: `${CO_PAYMENT.description} Null leaves it.` })
  coPayment?: number | null;

  @Field(() => MoneyInput, { nullable: true, description: 'The most that the patient pays of one invoice, 0 or more.' })
  coPaymentMost?: MoneyInput | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is to count no more. Null leaves it.' })
  archived?: boolean | null;
}
