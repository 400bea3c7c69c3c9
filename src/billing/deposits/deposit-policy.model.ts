import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { WHOLE } from '../../platform/money/amounts.js';
import { MemberName } from '../../tenants/member-name.model.js';

/** From what to what the numbers of a policy may be. */
export const policyRanges = { freeHours: [0, 720], latePoints: [0, WHOLE], noShowPoints: [0, WHOLE] } as const;

const OUT_OF_RANGE = 'Reason of a fault: OUT_OF_RANGE.';

export enum DepositReturn { CARRIED = 'CARRIED', REFUNDABLE = 'REFUNDABLE' }
registerEnumType(DepositReturn, {
  name: 'DepositReturn',
  description: 'How a deposit that is not forfeited comes back to the patient.',
  valuesMap: {
    CARRIED: { description: 'It is their advance, for a later visit.' },
    REFUNDABLE: { description: 'It is to be given back.' },
  },
});

@ObjectType({ description: 'What becomes of deposits in a chamber: one version, which never changes. The newest holds for the deposits that are taken from then on; without any, nothing is forfeited, what the patient cancels is CARRIED, and what the practice cancels REFUNDABLE.' })
@Classified('billing')
export class DepositPolicy {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => Int, { description: 'Counted from 1 in the chamber; pass the newest to `setDepositPolicy`.' })
  version: number;

  @Field(() => Int, { description: 'Until how many hours before the visit whoever booked cancels without losing anything.' })
  freeHours: number;

  @Field(() => DepositReturn, { description: 'How it comes back then.' })
  whenCancelled: DepositReturn;

  @Field(() => Int, { description: 'What of it is forfeited by cancelling later, in basis points; the rest is carried.' })
  latePoints: number;

  @Field(() => Int, { description: 'What of it is forfeited by who does not come, in basis points; the rest is carried.' })
  noShowPoints: number;

  @Field(() => DepositReturn, { description: 'How it comes back when the practice cancels.' })
  whenPracticeCancels: DepositReturn;

  @Field(() => MemberName, { description: 'Who made it.' })
  madeBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When; it holds from then on.' })
  madeAt: Date;
}

@InputType({ description: 'The next version of what becomes of deposits in a chamber. Those that were taken keep theirs.' })
export class SetDepositPolicyInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber. NOT_FOUND, ARCHIVED.' })
  chamberId: string;

  @Field(() => Int, { description: 'The newest `version` that was read, 0 before the first; another one answers CONFLICT.' })
  version: number;

  @Field(() => Int, { description: `Until how many hours before the visit whoever booked cancels without losing anything, 0 to 720. ${OUT_OF_RANGE}` })
  freeHours: number;

  @Field(() => DepositReturn, { description: 'How it comes back then.' })
  whenCancelled: DepositReturn;

  @Field(() => Int, { description: `What of it is forfeited by cancelling later, in basis points, 0 to 10000. ${OUT_OF_RANGE}` })
  latePoints: number;

  @Field(() => Int, { description: `What of it is forfeited by who does not come, in basis points, 0 to 10000. ${OUT_OF_RANGE}` })
  noShowPoints: number;

  @Field(() => DepositReturn, { description: 'How it comes back when the practice cancels.' })
  whenPracticeCancels: DepositReturn;
}
