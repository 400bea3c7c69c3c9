import { Field, InputType, Int } from '@nestjs/graphql';
import { IsOptional, IsTimeZone, Length, Matches, MaxLength } from 'class-validator';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { ChamberLocale } from './chamber.model.js';
import { IsPlainText } from '../platform/graphql/plain-text.decorator.js';
import { IsZoneName } from './zone-name.model.js';

@InputType({ description: 'A new chamber.' })
export class AddChamberInput {
  @Field({ description: 'Name, up to 200 characters.' })
  @Length(1, 200)
  @Matches(/\S/)
  @IsPlainText()
  name: string;

  @Field({ description: 'IANA time zone, such as Asia/Dhaka.' })
  @IsTimeZone()
  @IsZoneName()
  timeZone: string;

  @Field(() => ChamberLocale, { description: 'Language and customs of its papers.' })
  locale: ChamberLocale;

  @Field({ defaultValue: '', description: 'Postal address, up to 500 characters.' })
  @MaxLength(500)
  @IsPlainText()
  address: string;

  @Field({ description: 'What its receipt numbers begin with: 1 to 8 of A–Z and 0–9, unique in the practice, for ever.' })
  @Matches(/^[A-Z0-9]{1,8}$/)
  receiptPrefix: string;
}

@InputType({ description: 'Changes to a chamber; what is left out stays.' })
export class EditChamberInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; an older one answers CONFLICT.' })
  version: number;

  @Field(() => String, { nullable: true, description: 'Name, up to 200 characters.' })
  @IsOptional()
  @Length(1, 200)
  @Matches(/\S/)
  @IsPlainText()
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'IANA time zone, such as Asia/Dhaka.' })
  @IsOptional()
  @IsTimeZone()
  @IsZoneName()
  timeZone?: string | null;

  @Field(() => ChamberLocale, { nullable: true, description: 'Language and customs of its papers.' })
  @IsOptional()
  locale?: ChamberLocale | null;

  @Field(() => String, { nullable: true, description: 'Postal address, up to 500 characters.' })
  @IsOptional()
  @MaxLength(500)
  @IsPlainText()
  address?: string | null;
}
