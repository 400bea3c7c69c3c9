import { Field, InputType, Int } from '@nestjs/graphql';
import { IsTimeZone } from 'class-validator';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { IsZoneName } from '../tenants/zone-name.model.js';

@InputType({ description: 'The time zone of a chamber.' })
export class SetChamberTimeZoneInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => Int, { description: 'The `version` of the chamber that was read; an older one answers CONFLICT.' })
  version: number;

  @Field({ description: 'IANA time zone, such as Asia/Dhaka.' })
  @IsTimeZone()
  @IsZoneName()
  timeZone: string;
}
