import { ArgsType, Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { VisitType } from '../../appointments/appointment.model.js';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf, PageArgs } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Money, MoneyInput } from '../../platform/money/money.model.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { TaxCategory } from '../settings/tax-category.model.js';
import { FeeReason } from './fee-reason.model.js';

/** Within how many days after a consultation a visit can be free, and how many can. */
export const feeLimits = { freeDays: 365, freeVisits: 50 } as const;

@ObjectType({ description: 'What a visit costs from a day on: for a doctor, a chamber, a visit type, or any of them.' })
@Classified('billing')
export class FeeRule {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => MemberName, { nullable: true, description: 'With which doctor; null for every one.' })
  doctor: MemberName | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber in which; null for every one.' })
  chamberId: string | null;

  @Field(() => VisitType, { nullable: true, description: 'For which visits; null for all.' })
  visitType: VisitType | null;

  @Field(() => Money, { description: 'The fee.' })
  amount: Money;

  @Field(() => TaxCategory, { description: 'How it is taxed.' })
  taxCategory: TaxCategory;

  @Field(() => LocalDateScalar, { description: 'The first day on which it holds.' })
  validFrom: string;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day; null while no end is known.' })
  validUntil: string | null;

  @Field(() => Int, { nullable: true, description: 'Within so many days after a consultation (NEW or RETURNING) with the same doctor the visit is free; null where none is.' })
  freeDays: number | null;

  @Field(() => Int, { nullable: true, description: 'How many such visits are free after one consultation.' })
  freeVisits: number | null;

  @Field(() => MemberName, { description: 'Who made it.' })
  createdBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  createdAt: Date;
}

export const FeeRuleConnection = ConnectionOf(FeeRule, 'FeeRule');

@ObjectType({ description: 'What an appointment costs by the fee rules of its day, as it stands.' })
@Classified('billing')
export class AppointmentFee {
  @Field(() => Money, { nullable: true, description: 'The fee: nothing for a free follow-up. Null when no rule holds.' })
  amount: Money | null;

  @Field(() => TaxCategory, { nullable: true, description: 'How it is taxed. Null when no rule holds.' })
  taxCategory: TaxCategory | null;

  @Field(() => FeeReason, { description: 'Why.' })
  reason: FeeReason;

  /** Which rule counts, and after which consultation it is free; fields by themselves. */
  ruleId: string | null;
  freeFollowUpOfId: string | null;
}

@InputType({ description: 'Which fee rules; what is left out is not looked at.' })
export class FeeRuleFilter {
  @Field(() => UuidScalar, { nullable: true, description: 'Those that name this doctor.' })
  doctorId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Those that name this chamber.' })
  chamberId?: string | null;

  @Field(() => VisitType, { nullable: true, description: 'Those that name this visit type.' })
  visitType?: VisitType | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'Those that hold on this day.' })
  on?: string | null;
}

@ArgsType()
export class FeeRulesArgs extends PageArgs {
  @Field(() => FeeRuleFilter, { nullable: true, description: 'Which; all unless told.' })
  filter?: FeeRuleFilter | null;
}

@InputType({ description: 'What a visit is to cost from a day on.' })
export class AddFeeRuleInput {
  @Field(() => UuidScalar, { description: 'Made by the client; the same request under the same key adds one rule.' })
  idempotencyKey: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the doctor; every one unless told. Reason of a fault: NOT_A_DOCTOR_THERE.' })
  doctorId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber; every one unless told. Reason of a fault: ARCHIVED.' })
  chamberId?: string | null;

  @Field(() => VisitType, { nullable: true, description: 'For which visits; all unless told.' })
  visitType?: VisitType | null;

  @Field(() => MoneyInput, { description: 'The fee, 0 for none. With tax in it or not, as `BillingSettings.pricesIncludeTax` says.' })
  amount: MoneyInput;

  @Field(() => TaxCategory, { description: 'How it is taxed.' })
  taxCategory: TaxCategory;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The first day, today where the chamber is unless told; for every chamber, the latest that it is in any. Reason of a fault: PAST.' })
  validFrom?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day; open unless told. Reason of a fault: BEFORE_FIRST.' })
  validUntil?: string | null;

  @Field(() => Int, { nullable: true, description: `For FOLLOW_UP and REPORT: within how many days after a consultation the visit is free, 1 to ${feeLimits.freeDays}. Reasons of faults: OUT_OF_RANGE, NOT_FOR_THIS_KIND.` })
  freeDays?: number | null;

  @Field(() => Int, { nullable: true, description: `How many such visits are free after one consultation, 1 to ${feeLimits.freeVisits}; 1 unless told. Reasons of faults: OUT_OF_RANGE, NOT_FOR_THIS_KIND (without \`freeDays\`).` })
  freeVisits?: number | null;
}
