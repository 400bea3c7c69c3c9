import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MemberName } from '../tenants/member-name.model.js';
import { SessionMode, SessionStatus } from './schedule-enums.model.js';
import type { SessionRow } from './session-rows.model.js';

@ObjectType({ description: 'A doctor’s hours in a chamber on one day, for which patients book.' })
@Classified('schedule')
export class ClinicSession {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => MemberName, { description: 'The doctor.' })
  doctor: MemberName;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the room.' })
  roomId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the schedule that it was planned from; null for one that was added by hand, and for one whose place another one took on the same day.' })
  scheduleId: string | null;

  @Field(() => LocalDateScalar, { description: 'Its day, where the chamber is; it stays that day past midnight.' })
  localDate: string;

  @Field(() => DateTimeScalar, { description: 'When it begins, as planned.' })
  startsAt: Date;

  @Field(() => DateTimeScalar, { description: 'When it ends, as planned.' })
  endsAt: Date;

  @Field(() => SessionMode, { description: 'How patients are given their turn.' })
  mode: SessionMode;

  @Field(() => Int, { description: 'How many patients.' })
  capacity: number;

  @Field(() => Int, { nullable: true, description: 'How long a slot is, in minutes; null in SERIAL mode.' })
  slotMinutes: number | null;

  @Field(() => Int, { description: 'How many more may be booked beyond the capacity, with appointments:overbook.' })
  overbookLimit: number;

  @Field({ description: 'Whether patients may book online.' })
  online: boolean;

  @Field(() => SessionStatus, { description: 'How far it has come.' })
  status: SessionStatus;

  @Field(() => Int, { description: 'By how many minutes the doctor is late, as announced.' })
  delayMinutes: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When patients could first be noted as arrived.' })
  openedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the doctor began.' })
  startedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when it is paused.' })
  pausedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was closed.' })
  closedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was cancelled.' })
  cancelledAt: Date | null;

  @Field(() => Int, { description: 'Counts the changes of the session itself, that it was opened or paused too; what happens in its queue does not count.' })
  version: number;
}

export const ClinicSessionConnection = ConnectionOf(ClinicSession, 'ClinicSession');

/** A session, for who may see when patients are seen. */
export const toClinicSession = (row: SessionRow): ClinicSession => ({
  id: row.id, chamberId: row.chamber_id, doctor: { id: row.doctor_id }, roomId: row.room_id, scheduleId: row.schedule_id, localDate: row.local_date,
  startsAt: row.starts_at, endsAt: row.ends_at, mode: row.mode, capacity: row.capacity, slotMinutes: row.slot_minutes, overbookLimit: row.overbook_limit,
  online: row.online, status: row.status, delayMinutes: row.delay_minutes,
  openedAt: row.opened_at, startedAt: row.started_at, pausedAt: row.paused_at, closedAt: row.closed_at, cancelledAt: row.cancelled_at, version: row.version,
});
