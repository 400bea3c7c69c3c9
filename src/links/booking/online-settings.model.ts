import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';

/** How patients book online in a chamber unless somebody says otherwise: not at all. */
export const usualOnlineSettings = { enabled: false, daysAhead: 14, mostPerPhone: 4, deposit: null, depositMinutes: 60, countries: [] };

/** How many countries may be named. */
export const MOST_COUNTRIES = 20;

@ObjectType({ description: 'Whether and how patients book online in a chamber. They do in the sessions that are `online`, and get the places kept for ONLINE, or everybody’s where none are kept.' })
@Classified('schedule')
export class OnlineBookingSettings {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field({ description: 'Whether patients book online there.' })
  enabled: boolean;

  @Field(() => Int, { description: 'How many days ahead; 0 is today alone.' })
  daysAhead: number;

  @Field(() => Int, { description: 'How many bookings to come one telephone number may have.' })
  mostPerPhone: number;

  @Field(() => Int, { nullable: true, description: 'What is to be paid before a place is booked, in minor units of the practice’s currency; null for nothing.' })
  deposit: number | null;

  @Field(() => Int, { description: 'For how many minutes a place is held until that is paid.' })
  depositMinutes: number;

  @Field(() => [String], { description: 'Countries to whose mobile numbers codes are sent, besides those of the practice’s own, by ISO 3166-1 alpha-2. What is named for one chamber holds for the links of the practice.' })
  countries: string[];

  @Field(() => Int, { description: 'Counts the edits; pass it to `editOnlineBooking`.' })
  version: number;
}

@InputType({ description: 'How patients are to book online in a chamber; what is left out stays.' })
export class EditOnlineBookingInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => Int, { description: 'The `version` that was read, 0 before the first edit; another one answers CONFLICT.' })
  version: number;

  @Field(() => Boolean, { nullable: true, description: 'Whether patients book online there.' })
  enabled?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'How many days ahead, 0 to 60. Reason of a fault: OUT_OF_RANGE.' })
  daysAhead?: number | null;

  @Field(() => Int, { nullable: true, description: 'How many bookings to come one telephone number may have, 1 to 20. Reason of a fault: OUT_OF_RANGE.' })
  mostPerPhone?: number | null;

  @Field(() => Int, { nullable: true, description: 'What is to be paid before a place is booked, in minor units, up to 100,000,000; 0 for nothing. Reason of a fault: OUT_OF_RANGE.' })
  deposit?: number | null;

  @Field(() => Int, { nullable: true, description: 'For how many minutes a place is held until that is paid, 10 to 1440. Reason of a fault: OUT_OF_RANGE.' })
  depositMinutes?: number | null;

  @Field(() => [String], { nullable: true, description: `Countries to whose mobile numbers codes are sent besides the practice’s own, by ISO 3166-1 alpha-2, up to ${MOST_COUNTRIES}: each message costs money, and some countries’ much. Reasons of faults: NOT_A_COUNTRY, TOO_MANY.` })
  countries?: string[] | null;
}
