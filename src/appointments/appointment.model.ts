import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { NumberSeries } from '../schedules/schedule-enums.model.js';
import { MemberName } from '../tenants/member-name.model.js';
import type { AppointmentDetails, AppointmentRow } from './appointment-rows.js';
import type { Booker } from './bookers/booker.model.js';
import { AppointmentStatus, BookingChannel, VisitType } from './appointment.enums.js';

export { VisitType };

/** How many appointments a session is taken to have. */
export const USUAL_IN_SESSION = 40;

@ObjectType({ description: 'A patient’s place in a session: a number to be called by, and in SLOT mode a time.' })
@Classified('appointment')
export class Appointment {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the session.' })
  sessionId: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => LocalDateScalar, { description: 'The day of the session, where the chamber is.' })
  localDate: string;

  @Field(() => MemberName, { description: 'The doctor.' })
  doctor: MemberName;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the patient; null for who booked online until the desk has seen who they are.' })
  patientId: string | null;

  @Field(() => AppointmentStatus, { description: 'How far it has come.' })
  status: AppointmentStatus;

  @Field(() => VisitType, { description: 'What the visit is.' })
  visitType: VisitType;

  @Field(() => BookingChannel, { description: 'How it was booked.' })
  channel: BookingChannel;

  @Field(() => NumberSeries, { description: 'Which places of the session it takes up.' })
  series: NumberSeries;

  @Field(() => Int, { description: 'The serial number to be called by; never given again in its session.' })
  number: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its slot begins; null in SERIAL mode.' })
  slotFrom: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its slot is over.' })
  slotUntil: Date | null;

  @Field({ description: 'Whether it was booked beyond the capacity, on purpose.' })
  overbooked: boolean;

  @Field({ description: 'Whether it is a visit by video.' })
  video: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when a HELD one keeps its place.' })
  heldUntil: Date | null;

  @Field(() => String, { nullable: true, description: 'What the desk noted; nothing clinical belongs here.' })
  note: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was cancelled.' })
  endReason: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the appointment that it takes the place of.' })
  rescheduledFromId: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'The same for all that were booked together as a series.' })
  recurrenceId: string | null;

  @Field(() => Int, { description: 'How often the patient was called and did not come; the third time they are noted as NO_SHOW.' })
  skips: number;

  @Field(() => MemberName, { nullable: true, description: 'Who booked it; null for who booked online.' })
  bookedBy: MemberName | null;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the patient came.' })
  arrivedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When they were last called.' })
  calledAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the consultation began.' })
  consultationAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the consultation was over.' })
  completedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was cancelled, expired, or the patient was noted as not having come.' })
  endedAt: Date | null;

  @Field(() => MemberName, { nullable: true, description: 'Who cancelled it, or noted that the patient did not come; null when nobody of the practice did: whoever booked online has cancelled it, or it ended by itself.' })
  endedBy: MemberName | null;

  @Field(() => Int, { description: 'Counts the changes; pass it where something is changed.' })
  version: number;

  /** Not a field by itself: whoever may read patients gets it by a field that asks for that. */
  booker: Booker | null;
}

export const AppointmentConnection = ConnectionOf(Appointment, 'Appointment');

/** An appointment with what is sealed of it opened. */
export interface AppointmentRecord {
  row: AppointmentRow;
  details: AppointmentDetails;
}

/** An appointment, for who may see who has one. */
export const toAppointment = ({ row, details }: AppointmentRecord): Appointment => ({
  id: row.id, sessionId: row.session_id, chamberId: row.chamber_id, localDate: row.local_date, doctor: { id: row.doctor_id }, patientId: row.patient_id,
  status: row.status, visitType: row.visit_type, channel: row.channel, series: row.series, number: row.number,
  slotFrom: row.slot_from, slotUntil: row.slot_until, overbooked: row.overbooked, video: row.video, heldUntil: row.held_until,
  note: details.note ?? null, endReason: details.endReason ?? null, rescheduledFromId: row.rescheduled_from, recurrenceId: row.recurrence_id, skips: row.skips,
  bookedBy: row.booked_by === null ? null : { id: row.booked_by }, createdAt: row.created_at, arrivedAt: row.arrived_at, calledAt: row.called_at,
  consultationAt: row.consult_at, completedAt: row.completed_at, endedAt: row.ended_at, endedBy: row.ended_by === null ? null : { id: row.ended_by }, version: row.version, booker: details.booker ?? null,
});
