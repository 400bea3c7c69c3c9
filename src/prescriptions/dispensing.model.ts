import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { DateTimeScalar, DecimalScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MemberName } from '../tenants/member-name.model.js';

@ObjectType({ description: 'How much of an item was handed out.' })
@Classified('prescription')
export class DispensedItem {
  @Field(() => UuidScalar, { description: 'Id of the item of the prescription.' })
  itemId: string;

  @Field(() => DecimalScalar, { description: 'How much, in the unit of the item.' })
  quantity: string;
}

@ObjectType({ description: 'Who declared a dispensing void, when and why.' })
@Classified('prescription')
export class DispensingVoid {
  @Field(() => MemberName, { description: 'Who did.' })
  by: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: Date;

  @Field({ description: 'Why.' })
  reason: string;
}

@ObjectType({ description: 'What a pharmacy handed out of a prescription, as whoever held the paper stated it without an account: nobody has checked who they are.' })
@Classified('prescription')
export class PrescriptionDispensing {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'The pharmacy, as it was stated.' })
  pharmacy: string;

  @Field({ description: 'Name or registration number of the pharmacist, as it was stated.' })
  pharmacist: string;

  @Field(() => DateTimeScalar, { description: 'When it was recorded.' })
  recordedAt: Date;

  @Field(() => [DispensedItem], { description: 'What was handed out.' })
  items: DispensedItem[];

  @Field(() => DispensingVoid, { nullable: true, description: 'Who declared it void; null unless somebody did. What is void counts for nothing.' })
  voided: DispensingVoid | null;
}
