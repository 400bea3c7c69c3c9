import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { ClinicSession } from './session.model.js';

@ObjectType({ description: 'A holiday as a chamber keeps it.' })
@Classified('practice')
export class Holiday {
  @Field(() => LocalDateScalar, { description: 'The day. Those that follow the moon are as reckoned, and may be a day off: set them right by `setHoliday`.' })
  day: string;

  @Field({ description: 'What it is called, in English or as the chamber’s own calendar has it.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'What it is called in the language of the country; null where the chamber named it.' })
  localName: string | null;

  @Field({ description: 'Whether the chamber is closed.' })
  closed: boolean;

  @Field({ description: 'Whether the chamber’s own calendar says so, and not that of its country.' })
  own: boolean;
}

@ObjectType({ description: 'What became of the sessions of a chamber whose calendar, or whose time zone, was changed.' })
@Classified('schedule')
export class CalendarSaved {
  @Field(() => Int, { description: 'How many sessions were planned.' })
  planned: number;

  @Field(() => Int, { description: 'How many were taken back, for nobody had booked.' })
  takenBack: number;

  @Field(() => [ClinicSession], { description: 'Sessions on days that are closed now, or planned by another clock, which stay until somebody changes or cancels them, for patients have booked, also if all of them cancelled, or a device has taken numbers along.' })
  kept: ClinicSession[];
}

@InputType({ description: 'What a chamber’s own calendar is to say of a day.' })
export class SetHolidayInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => LocalDateScalar, { description: 'The day. Reason of a fault: PAST.' })
  day: string;

  @Field({ description: 'What it is called: one line of 1 to 100 characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.' })
  name: string;

  @Field({ description: 'Whether the chamber is closed.' })
  closed: boolean;
}
