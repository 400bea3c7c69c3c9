import { ArgsType, Field, InputType, Int, OmitType, PartialType } from '@nestjs/graphql';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { PageArgs } from '../platform/graphql/connection.js';
import { LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { NumberSeries, SessionMode, Weekday } from './schedule-enums.model.js';

/** How many sessions a practice plans ahead by itself, in days. */
export const PLANNED_AHEAD_DAYS = 60;
/** The longest stretch that can be planned, or asked for, at once, in days. */
export const LONGEST_STRETCH_DAYS = 92;
/** The longest stretch in which free places can be looked for at once, in days. */
export const LONGEST_SEARCH_DAYS = 60;

@InputType({ description: 'Serial numbers to keep for one way of booking.' })
export class ReservedNumbersInput {
  @Field(() => NumberSeries, { description: 'For whom; not GENERAL. Reason of a fault: GENERAL_IS_THE_REST.' })
  series: NumberSeries;

  @Field(() => Int, { description: 'The first number, from 1. Reasons of faults: OUT_OF_RANGE, OVERLAPS.' })
  first: number;

  @Field(() => Int, { description: 'The last number, up to the capacity. Reason of a fault: OUT_OF_RANGE.' })
  last: number;
}

@InputType({ isAbstract: true })
class HoursInput {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of a room of the chamber.' })
  roomId?: string | null;

  @Field(() => Weekday, { description: 'Day of the week.' })
  weekday: Weekday;

  @Field({ description: 'When it begins, by the clock of the chamber: "17:00". Reason of a fault: NOT_A_TIME.' })
  startsAt: string;

  @Field({ description: 'When it ends, by that clock, at least five minutes later; at or before `startsAt` it is the next day. Reasons of faults: NOT_A_TIME, TOO_SHORT.' })
  endsAt: string;

  @Field(() => SessionMode, { description: 'How patients are given their turn.' })
  mode: SessionMode;

  @Field(() => Int, { nullable: true, description: 'In SERIAL mode how many patients, 1 to 500; not in SLOT mode, where the slots say it. Reasons of faults: NEEDED, OUT_OF_RANGE, NOT_IN_THIS_MODE.' })
  capacity?: number | null;

  @Field(() => Int, { nullable: true, description: 'In SLOT mode how long a slot is, 5 to 240 minutes. Reasons of faults: NEEDED, OUT_OF_RANGE, NOT_IN_THIS_MODE, LONGER_THAN_SESSION.' })
  slotMinutes?: number | null;

  @Field(() => Int, { defaultValue: 0, description: 'How many more may be booked beyond the capacity, 0 to 100. Reason of a fault: OUT_OF_RANGE.' })
  overbookLimit: number;

  @Field(() => [ReservedNumbersInput], { defaultValue: [], description: 'In SERIAL mode, numbers to keep for one way of booking. Reasons of faults: TOO_MANY (over 10), NOT_IN_THIS_MODE.' })
  reserved: ReservedNumbersInput[];

  @Field({ defaultValue: false, description: 'Whether patients may book online.' })
  online: boolean;
}

@InputType({ description: 'A doctor’s hours in a chamber on one day of the week.' })
export class AddScheduleInput extends HoursInput {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => UuidScalar, { description: 'Id of the member who sees patients: an owner, or whoever is DOCTOR in the chamber. Reason of a fault: NOT_A_DOCTOR_THERE.' })
  doctorId: string;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The first day on which it holds; today, unless told. Reason of a fault: PAST.' })
  validFrom?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day; none, unless told. Reason of a fault: BEFORE_FIRST.' })
  validUntil?: string | null;
}

@InputType({ description: 'Other hours from a day on; what is left out stays.' })
export class ChangeScheduleInput extends PartialType(HoursInput, { decorator: InputType, omitDefaultValues: true }) {
  @Field(() => UuidScalar, { description: 'Id of the schedule.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => LocalDateScalar, { description: 'The first day of the new hours. Reason of a fault: PAST.' })
  from: string;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day of the new hours; as before, unless told. Reason of a fault: BEFORE_FIRST.' })
  validUntil?: string | null;
}

@InputType({ description: 'Hours to end.' })
export class EndScheduleInput {
  @Field(() => UuidScalar, { description: 'Id of the schedule.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => LocalDateScalar, { description: 'The first day on which it holds no longer. Reason of a fault: PAST.' })
  from: string;
}

@ArgsType()
export class SchedulesArgs {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Only those of this doctor.' })
  doctorId?: string | null;

  @Field({ defaultValue: false, description: 'Whether those that are over come too.' })
  ended: boolean;
}

@InputType({ description: 'A session to add by hand, besides those that are planned from schedules.' })
export class AddSessionInput extends OmitType(HoursInput, ['weekday'] as const, InputType) {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => UuidScalar, { description: 'Id of the member who sees patients: an owner, or whoever is DOCTOR in the chamber. Reason of a fault: NOT_A_DOCTOR_THERE.' })
  doctorId: string;

  @Field(() => LocalDateScalar, { description: 'Its day, where the chamber is, up to a year ahead. Reasons of faults: PAST, TOO_FAR, NO_SUCH_TIME (the clock jumps over it that day).' })
  localDate: string;
}

@ArgsType()
export class SessionsArgs {
  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Only those of this doctor.' })
  doctorId?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The first day; today where the chamber is, unless told.' })
  @IsOptional()
  first?: string | null;

  @Field(() => Int, { defaultValue: 7, description: `For how many days, 1 to ${LONGEST_STRETCH_DAYS}.` })
  @IsInt()
  @Min(1)
  @Max(LONGEST_STRETCH_DAYS)
  days: number;
}

@ArgsType()
export class DoctorSessionsArgs {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of the doctor; the caller, unless told.' })
  doctorId?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The first day; today where each chamber is, unless told.' })
  @IsOptional()
  first?: string | null;

  @Field(() => Int, { defaultValue: 7, description: `For how many days, 1 to ${LONGEST_STRETCH_DAYS}.` })
  @IsInt()
  @Min(1)
  @Max(LONGEST_STRETCH_DAYS)
  days: number;
}

@ArgsType()
export class FreePlacesArgs extends PageArgs {
  @Field(() => UuidScalar, { nullable: true, description: 'Only in this chamber; in all those where the caller may see who books, unless told.' })
  chamberId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Only with this doctor.' })
  doctorId?: string | null;

  @Field(() => LocalDateScalar, { description: 'The first day, where the chamber is.' })
  from: string;

  @Field(() => LocalDateScalar, { description: `The last day, ${LONGEST_SEARCH_DAYS} days in all at the most. Reasons of faults: BEFORE_FIRST, TOO_LONG.` })
  to: string;
}
