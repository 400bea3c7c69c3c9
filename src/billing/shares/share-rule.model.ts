import { ArgsType, Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf, PageArgs } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money, MoneyInput } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';

export enum ShareKind { PERCENTAGE = 'PERCENTAGE', PER_PATIENT = 'PER_PATIENT', SESSIONAL = 'SESSIONAL' }
registerEnumType(ShareKind, {
  name: 'ShareKind',
  description: 'How the share of a doctor is reckoned.',
  valuesMap: {
    PERCENTAGE: { description: 'So much of what was paid for the doctor’s lines of an invoice, without tax and after discounts.' },
    PER_PATIENT: { description: 'An amount for each consultation on an invoice that costs something, in the proportion in which the invoice is paid.' },
    SESSIONAL: { description: 'An amount for each session, as soon as anything is paid for a visit of it.' },
  },
});

@ObjectType({ description: 'What a doctor gets of what their patients pay, from a day on: for the invoices that are issued while it holds.' })
@Classified('earnings')
export class ShareRule {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => MemberName, { description: 'The doctor.' })
  doctor: MemberName;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber in which; null for every one for which there is no rule of its own.' })
  chamberId: string | null;

  @Field(() => ShareKind, { description: 'How the share is reckoned.' })
  kind: ShareKind;

  @Field(() => Int, { nullable: true, description: 'Of a PERCENTAGE, how much, in basis points: 6000 is 60 %.' })
  rate: number | null;

  @Field(() => Money, { nullable: true, description: 'Otherwise the amount for each consultation or session.' })
  amount: Money | null;

  @Field(() => LocalDateScalar, { description: 'The first day on which it holds.' })
  validFrom: string;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day; null while no end is known.' })
  validUntil: string | null;

  @Field(() => MemberName, { description: 'Who made it.' })
  createdBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  createdAt: Date;
}

export const ShareRuleConnection = ConnectionOf(ShareRule, 'ShareRule');

@InputType({ description: 'Which rules; what is left out is not looked at.' })
export class ShareRuleFilter {
  @Field(() => UuidScalar, { nullable: true, description: 'Those of this doctor.' })
  doctorId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Those that name this chamber.' })
  chamberId?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'Those that hold on this day.' })
  on?: string | null;
}

@ArgsType()
export class ShareRulesArgs extends PageArgs {
  @Field(() => ShareRuleFilter, { nullable: true, description: 'Which; all unless told.' })
  filter?: ShareRuleFilter | null;
}

@InputType({ description: 'What a doctor is to get from a day on.' })
export class AddShareRuleInput {
  @Field(() => UuidScalar, { description: 'Made by the client; the same request under the same key adds one rule.' })
  idempotencyKey: string;

  @Field(() => UuidScalar, { description: 'Id of the doctor. Reason of a fault: NOT_A_DOCTOR_THERE.' })
  doctorId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber; every one unless told. Reason of a fault: ARCHIVED.' })
  chamberId?: string | null;

  @Field(() => ShareKind, { description: 'How the share is reckoned.' })
  kind: ShareKind;

  @Field(() => Int, { nullable: true, description: 'Of a PERCENTAGE, how much, 1 to 10000 basis points. Reasons of faults: REQUIRED, NOT_FOR_THIS_KIND, OUT_OF_RANGE.' })
  rate?: number | null;

  @Field(() => MoneyInput, { nullable: true, description: 'Otherwise the amount for each consultation or session. Reasons of faults: REQUIRED, NOT_FOR_THIS_KIND.' })
  amount?: MoneyInput | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The first day, today where the chamber is unless told; for every chamber, the latest that it is in any. Reason of a fault: PAST.' })
  validFrom?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day; open unless told. Reason of a fault: BEFORE_FIRST.' })
  validUntil?: string | null;
}
