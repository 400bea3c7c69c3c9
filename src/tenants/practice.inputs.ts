import { Field, InputType, Int } from '@nestjs/graphql';
import { Length, Matches } from 'class-validator';
import { IsPlainText } from '../platform/graphql/plain-text.decorator.js';

@InputType({ description: 'A new name for the practice.' })
export class RenamePracticeInput {
  @Field({ description: 'Name, up to 200 characters.' })
  @Length(1, 200)
  @Matches(/\S/)
  @IsPlainText()
  name: string;

  @Field(() => Int, { description: 'The `version` that was read; an older one answers CONFLICT.' })
  version: number;
}
