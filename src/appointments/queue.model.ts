import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { DateTimeScalar } from '../platform/graphql/scalars.js';
import { listOf } from '../platform/graphql/cost.js';
import { ClinicSession } from '../schedules/session.model.js';
import { AppointmentStatus } from './appointment.enums.js';
import { Appointment, USUAL_IN_SESSION } from './appointment.model.js';

/** How many are taken to be called or with the doctor, or to have changed. */
const USUAL_CURRENT = 3;

@ObjectType({ description: 'Somebody who waits for their turn, or is still to come.' })
@Classified('appointment')
export class QueueEntry {
  @Field(() => Appointment, { description: 'The appointment.' })
  appointment: Appointment;

  @Field(() => Int, { description: 'How many are before them: who is called, and who stands before them in `waiting`, whether they have come or may still come. Who comes late is passed over until then.' })
  ahead: number;

  @Field(() => DateTimeScalar, { description: 'From when their turn is to be expected.' })
  expectedFrom: Date;

  @Field(() => DateTimeScalar, { description: 'Until when; four times out of five the turn comes between the two.' })
  expectedUntil: Date;
}

@ObjectType({ description: 'What happened to an appointment between two events of a queue.' })
@Classified('appointment')
export class QueueChange {
  @Field(() => Appointment, { description: 'The appointment as it is now; also one that is in the queue no longer.' })
  appointment: Appointment;

  @Field(() => AppointmentStatus, { nullable: true, description: 'Its status before; null for one that is new.' })
  before: AppointmentStatus | null;
}

@ObjectType({ description: 'How well the times were kept that patients were told when they came.' })
@Classified('schedule')
export class ToldTimes {
  @Field(() => Int, { description: 'How many consultations began for which a time had been told.' })
  told: number;

  @Field(() => Int, { description: 'How many of them began within it.' })
  kept: number;
}

@ObjectType({ description: 'The queue of a session at one moment.' })
@Classified('appointment')
export class ClinicQueue {
  @Field(() => Int, { description: 'Counts what happened in the queue and to its session; of two answers the one with the higher version is the later.' })
  version: number;

  @Field(() => DateTimeScalar, { description: 'At which moment it was so.' })
  at: Date;

  @Field(() => ClinicSession, { description: 'The session.' })
  session: ClinicSession;

  @Field(() => [Appointment], { complexity: listOf(USUAL_CURRENT), description: 'Who is called or with the doctor.' })
  current: Appointment[];

  @Field(() => [QueueEntry], { complexity: listOf(USUAL_IN_SESSION), description: 'Who has come and waits, and who is still to come, in the order of their numbers or slots. Of these, whoever has come is called first: see `next`.' })
  waiting: QueueEntry[];

  @Field(() => Int, { description: 'How many of those in `waiting` have come.' })
  here: number;

  @Field(() => Appointment, { nullable: true, description: 'Whom `callNextPatient` would call: the first in `waiting` who has come; null while nobody has.' })
  next: Appointment | null;

  @Field(() => [Appointment], { description: 'Who was called and did not come; they may be called again.' })
  skipped: Appointment[];

  @Field(() => [QueueChange], { complexity: listOf(USUAL_CURRENT), description: 'In an event of `clinicQueueChanged`: what has changed since the event before it, who has just left included. Empty in the first event, and in an answer to a query.' })
  changed: QueueChange[];

  @Field(() => Int, { description: 'How many consultations are over.' })
  completed: number;

  @Field(() => ToldTimes, { description: 'How well the times were kept that patients were told when they came.' })
  toldTimes: ToldTimes;
}
