import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';

@ObjectType({ description: 'A deposit that was noted as paid.' })
@Classified('technical')
export class DepositNoted {
  @Field(() => UuidScalar, { description: 'Id of the appointment.' })
  appointmentId: string;
}

@ObjectType({ description: 'What is to be paid before a place that was taken online is booked.' })
@Classified('appointment')
export class OnlineDeposit {
  @Field(() => Int, { description: 'How much, in minor units.' })
  amount: number;

  @Field({ description: 'Of which currency, by ISO 4217.' })
  currency: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was noted as paid; null while it is due.' })
  paidAt: Date | null;

  @Field({ description: 'Whether it is to be given back: it was paid, and the place was never booked, or is cancelled, also where it was moved to.' })
  toBeReturned: boolean;
}
