import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MemberName } from '../tenants/member-name.model.js';
import { NumberSeries, SessionMode, Weekday } from './schedule-enums.model.js';
import type { ScheduleRow } from './schedule-rows.js';
import { ClinicSession } from './session.model.js';
import { clockText } from './wall-time.model.js';

@ObjectType({ description: 'Serial numbers of a session that are kept for one way of booking.' })
@Classified('schedule')
export class ReservedNumbers {
  @Field(() => NumberSeries, { description: 'For whom.' })
  series: NumberSeries;

  @Field(() => Int, { description: 'The first number.' })
  first: number;

  @Field(() => Int, { description: 'The last number.' })
  last: number;
}

@ObjectType({ description: 'A doctor’s hours in a chamber on one day of the week: what sessions are planned from.' })
@Classified('schedule')
export class Schedule {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => MemberName, { description: 'The doctor.' })
  doctor: MemberName;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the room.' })
  roomId: string | null;

  @Field(() => Weekday, { description: 'Day of the week.' })
  weekday: Weekday;

  @Field({ description: 'When it begins, by the clock of the chamber: "17:00".' })
  startsAt: string;

  @Field({ description: 'When it ends, by that clock; at or before `startsAt` it is the next day.' })
  endsAt: string;

  @Field(() => SessionMode, { description: 'How patients are given their turn.' })
  mode: SessionMode;

  @Field(() => Int, { description: 'How many patients.' })
  capacity: number;

  @Field(() => Int, { nullable: true, description: 'How long a slot is, in minutes; null in SERIAL mode.' })
  slotMinutes: number | null;

  @Field(() => Int, { description: 'How many more may be booked beyond the capacity, with appointments:overbook.' })
  overbookLimit: number;

  @Field(() => [ReservedNumbers], { description: 'Serial numbers that are kept for one way of booking.' })
  reserved: ReservedNumbers[];

  @Field({ description: 'Whether patients may book online.' })
  online: boolean;

  @Field(() => LocalDateScalar, { description: 'The first day on which it holds.' })
  validFrom: string;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day; null while no end is known. Before `validFrom` when it was ended before it began.' })
  validUntil: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the schedule that it changed.' })
  replacesId: string | null;

  @Field(() => Int, { description: 'Counts the edits; pass it to `changeSchedule` or `endSchedule`.' })
  version: number;
}

@ObjectType({ description: 'A schedule as saved, and what became of its sessions.' })
@Classified('schedule')
export class ScheduleSaved {
  @Field(() => Schedule, { description: 'The schedule.' })
  schedule: Schedule;

  @Field(() => Int, { description: 'How many sessions were planned.' })
  planned: number;

  @Field(() => Int, { description: 'How many sessions of the former hours were taken back, for nobody had booked.' })
  takenBack: number;

  @Field(() => [ClinicSession], { description: 'Sessions of the former hours that stay as they were, for patients have booked, also if all of them cancelled, or a device has taken numbers along: change or cancel each of them, or leave them. Nothing is planned beside them.' })
  kept: ClinicSession[];
}

/** A schedule, for who may see when patients are seen. */
export const toSchedule = (row: ScheduleRow): Schedule => ({
  id: row.id, chamberId: row.chamber_id, doctor: { id: row.doctor_id }, roomId: row.room_id, weekday: row.weekday,
  startsAt: clockText(row.starts), endsAt: clockText((row.starts + row.minutes) % 1440), mode: row.mode, capacity: row.capacity, slotMinutes: row.slot_minutes,
  overbookLimit: row.overbook_limit, reserved: row.reserved, online: row.online, validFrom: row.valid_from, validUntil: row.valid_until,
  replacesId: row.replaces, version: row.version,
});
