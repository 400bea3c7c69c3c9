import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { listOf } from '../../platform/graphql/cost.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { NotReached } from '../../messages/message-kinds.model.js';
import { ClinicSession } from '../../schedules/session.model.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { Appointment } from '../appointment.model.js';
import { AppointmentOutcome, ChangeObstacle, SessionChangeKind } from './session-change.enums.js';

@ObjectType({ description: 'What would become of an appointment.' })
@Classified('appointment')
export class AppointmentFate {
  @Field(() => Appointment, { description: 'The appointment as it is.' })
  appointment: Appointment;

  @Field(() => AppointmentOutcome, { description: 'What would become of it.' })
  outcome: AppointmentOutcome;

  @Field(() => ChangeObstacle, { nullable: true, description: 'What stands in the way at the new time; where it is LATER, the patient keeps the place all the same.' })
  obstacle: ChangeObstacle | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the patient’s other appointment, where that is in the way and the caller may see it.' })
  obstacleId: string | null;

  @Field(() => Int, { nullable: true, description: 'The number in the new session; null when it stays, or there is none.' })
  newNumber: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the slot then begins; in SERIAL mode, from when the turn is to be expected.' })
  newFrom: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the slot is then over; in SERIAL mode, until when the turn is to be expected.' })
  newUntil: Date | null;

  @Field(() => NotReached, { nullable: true, description: 'Why no message would reach the patient, as things stand: somebody must telephone. Null when one would, or when there is nothing to tell.' })
  notReached: NotReached | null;
}

@ObjectType({ description: 'What a change of a session would do. Nothing is changed.' })
@Classified('appointment')
export class SessionChangePreview {
  @Field({ description: 'Names this outcome: pass it to changeSession, which does exactly this or nothing.' })
  preview: string;

  @Field(() => ClinicSession, { description: 'The session as it is.' })
  @Classified('schedule')
  session: ClinicSession;

  @Field(() => [AppointmentFate], { complexity: listOf(100), description: 'Everybody who has a place in it, in the order in which they are called.' })
  appointments: AppointmentFate[];

  @Field(() => Int, { description: 'How many would be cancelled.' })
  cancelled: number;

  @Field(() => Int, { description: 'How many cannot be moved. While there are any, the change is refused.' })
  blocked: number;

  @Field(() => Int, { description: 'How many patients a message would reach, as things stand.' })
  messages: number;

  @Field(() => Int, { description: 'How many are to be told and would not be reached: `notReached` of the appointments tells why.' })
  notReached: number;

  @Field(() => Int, { description: 'How many were seen in it already. They stay in it; where another session takes its place, by a SHIFT or when the change is undone, their places stay taken there, and its pace and what is `completed` go on from theirs.' })
  seen: number;

  @Field(() => Int, { description: 'How many numbers devices have along and may still give. By a SHIFT, and when the change is undone, they hold in the session that takes its place; after a CANCEL or a MOVE, what is handed in with them finds that the session is CANCELLED.' })
  leased: number;

  @Field(() => [ClinicSession], { complexity: listOf(10), description: 'Other sessions of the doctor, or in the room, at the new time. They stand in the way of a SHIFT; a DELAY only runs into them.' })
  @Classified('schedule')
  sessionsInTheWay: ClinicSession[];

  @Field(() => Int, { description: 'How many more such sessions there are in chambers in which you may see none.' })
  hiddenInTheWay: number;
}

@ObjectType({ description: 'What became of an appointment when its session was changed.' })
@Classified('appointment')
export class ChangedAppointment {
  @Field(() => UuidScalar, { description: 'Id of the appointment as it was.' })
  appointmentId: string;

  @Field(() => AppointmentOutcome, { description: 'What became of it.' })
  outcome: AppointmentOutcome;

  @Field(() => ChangeObstacle, { nullable: true, description: 'What stood in the way of moving it; or, when the change was undone, of bringing it back.' })
  obstacle: ChangeObstacle | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the appointment that took its place.' })
  newAppointmentId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the appointment that took its place when the change was undone.' })
  restoredAppointmentId: string | null;
}

@ObjectType({ description: 'Something that was done to a whole session.' })
@Classified('appointment')
export class SessionChange {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => SessionChangeKind, { description: 'What was done.' })
  kind: SessionChangeKind;

  @Field(() => UuidScalar, { description: 'Id of the session; CANCELLED since, unless the change was a DELAY.' })
  sessionId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the session in which those who were moved are.' })
  newSessionId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the session that took its place when the change was undone.' })
  restoredSessionId: string | null;

  @Field(() => Int, { nullable: true, description: 'By how many minutes the doctor is late, after a DELAY.' })
  minutes: number | null;

  @Field({ description: 'Why.' })
  reason: string;

  @Field(() => MemberName, { description: 'Who did it.' })
  madeBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  madeAt: Date;

  @Field(() => DateTimeScalar, { description: 'Until when it can be undone; messages leave after it.' })
  undoUntil: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was undone.' })
  undoneAt: Date | null;

  @Field(() => MemberName, { nullable: true, description: 'Who undid it.' })
  undoneBy: MemberName | null;

  @Field(() => [ChangedAppointment], { complexity: listOf(100), description: 'What became of whom.' })
  appointments: ChangedAppointment[];
}
