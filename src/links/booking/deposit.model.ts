import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';

@ObjectType({ description: 'What is to be paid before a place that was taken online is booked.' })
@Classified('appointment')
export class OnlineDeposit {
  @Field(() => UuidScalar, { description: 'Id of what was booked online, before it was moved.' })
  appointmentId: string;

  @Field(() => Int, { description: 'How much, in minor units.' })
  amount: number;

  @Field({ description: 'Of which currency, by ISO 4217.' })
  currency: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was paid; null while it is due.' })
  paidAt: Date | null;

  @Field({ description: 'Whether it is to be given back: it was paid, and the place was never booked, or is cancelled, also where it was moved to, and its policy says so; no longer once it was given back.' })
  toBeReturned: boolean;
}
