import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';

@ObjectType({ description: 'A code of ICD-10 that a diagnosis can be given.' })
@Classified('technical')
export class ConditionCode {
  @Field({ description: 'As written: E11.9.' })
  code: string;

  @Field({ description: 'What it stands for, in English.' })
  title: string;

  @Field(() => String, { nullable: true, description: 'What it stands for, in Bangla; null where the list has none.' })
  titleBn: string | null;
}
