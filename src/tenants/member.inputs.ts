import { Field, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsEmail, IsOptional, Length, Matches, MaxLength, ValidateNested } from 'class-validator';
import { LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { Role } from './role.model.js';
import { IsPlainText } from '../platform/graphql/plain-text.decorator.js';

@InputType({ description: 'A role in a chamber, for a time.' })
export class AssignmentInput {
  @Field(() => UuidScalar, { description: 'Where.' })
  chamberId: string;

  @Field(() => Role, { description: 'As what.' })
  role: Role;

  @Field(() => LocalDateScalar, { nullable: true, description: 'First day, where the chamber is; otherwise from now on.' })
  @IsOptional()
  validFrom?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'Last day, where the chamber is; otherwise without end.' })
  @IsOptional()
  validTo?: string | null;
}

@InputType({ description: 'Assigns a member to a chamber.' })
export class AssignChamberInput extends AssignmentInput {
  @Field(() => UuidScalar, { description: 'Whom.' })
  memberId: string;
}

@InputType({ description: 'A person to invite.' })
export class InviteMemberInput {
  @Field({ description: 'E-mail address: the invitation is sent there, and the person joins with this one.' })
  @MaxLength(254)
  @IsEmail()
  email: string;

  @Field({ description: 'Name in Latin letters.' })
  @Length(1, 200)
  @Matches(/\S/)
  @IsPlainText()
  nameEn: string;

  @Field(() => String, { nullable: true, description: 'Name in Bangla letters.' })
  @IsOptional()
  @Length(1, 200)
  @Matches(/\S/)
  @IsPlainText()
  nameBn?: string | null;

  @Field(() => String, { nullable: true, description: 'Number of the licence to practise (BMDC, DHA).' })
  @IsOptional()
  @Length(1, 100)
  @IsPlainText()
  licence?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day on which the licence holds; without it the member signs no prescriptions.' })
  licenceExpiresOn?: string | null;

  @Field(() => [AssignmentInput], { defaultValue: [], description: 'Where and as what, each chamber once; up to 50.' })
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => AssignmentInput)
  assignments: AssignmentInput[];
}

@InputType({ description: 'Changes to a member; what is left out stays.' })
export class EditMemberInput {
  @Field(() => UuidScalar, { description: 'Id of the member.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; an older one answers CONFLICT.' })
  version: number;

  @Field(() => String, { nullable: true, description: 'Name in Latin letters.' })
  @IsOptional()
  @Length(1, 200)
  @Matches(/\S/)
  @IsPlainText()
  nameEn?: string | null;

  @Field(() => String, { nullable: true, description: 'Name in Bangla letters; null takes it away.' })
  @IsOptional()
  @Length(1, 200)
  @Matches(/\S/)
  @IsPlainText()
  nameBn?: string | null;

  @Field(() => String, { nullable: true, description: 'Number of the licence to practise; null takes it away.' })
  @IsOptional()
  @Length(1, 100)
  @IsPlainText()
  licence?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day on which the licence holds; null when nobody knows.' })
  licenceExpiresOn?: string | null;
}

@InputType({ description: 'Invites somebody back who left.' })
export class ReactivateMemberInput {
  @Field(() => UuidScalar, { description: 'Id of the member.' })
  memberId: string;

  @Field({ description: 'Why, for the record; 3 to 500 characters.' })
  @Length(3, 500)
  @Matches(/\S/)
  reason: string;
}

@InputType({ description: 'Ends a member’s access.' })
export class DeactivateMemberInput {
  @Field(() => UuidScalar, { description: 'Id of the member.' })
  memberId: string;

  @Field({ description: 'Why, for the record; 3 to 500 characters.' })
  @Length(3, 500)
  @Matches(/\S/)
  reason: string;
}
