import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf } from '../../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { VisitType } from '../appointment.enums.js';
import { LONGEST_NOTE } from '../appointment.inputs.js';
import type { AppointmentDetails } from '../appointment-rows.js';
import { WaitlistStatus } from './waitlist.enums.js';
import type { WaitlistRow } from './waitlist-rows.js';

/** The longest stretch of days for which somebody waits. */
export const LONGEST_WAIT_DAYS = 92;

@InputType({ description: 'Somebody who waits for a place: in one session (`sessionId`), or with a doctor in a chamber on some days (the others).' })
export class JoinWaitlistInput {
  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => VisitType, { description: 'What the visit is.' })
  visitType: VisitType;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the session. Reason of a fault: SESSION_OR_DAYS.' })
  sessionId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber.' })
  chamberId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the doctor. Reason of a fault: NOT_A_DOCTOR_THERE.' })
  doctorId?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The first day that would do. Reason of a fault: PAST.' })
  firstDay?: string | null;

  @Field(() => LocalDateScalar, { nullable: true, description: `The last day, up to ${LONGEST_WAIT_DAYS} days later, within a year. Reasons of faults: BEFORE_FIRST, TOO_LONG, TOO_FAR.` })
  lastDay?: string | null;

  @Field(() => String, { nullable: true, description: `A note for the desk, up to ${LONGEST_NOTE} characters; nothing clinical. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  note?: string | null;
}

@ObjectType({ description: 'Somebody who waits for a place that becomes free.' })
@Classified('appointment')
export class WaitlistEntry {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the chamber.' })
  chamberId: string;

  @Field(() => MemberName, { description: 'The doctor.' })
  doctor: MemberName;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the session; null for any on those days.' })
  sessionId: string | null;

  @Field(() => LocalDateScalar, { description: 'The first day that would do.' })
  firstDay: string;

  @Field(() => LocalDateScalar, { description: 'The last one.' })
  lastDay: string;

  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => VisitType, { description: 'What the visit is.' })
  visitType: VisitType;

  @Field(() => String, { nullable: true, description: 'What the desk noted.' })
  note: string | null;

  @Field(() => WaitlistStatus, { description: 'What became of it.' })
  status: WaitlistStatus;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the appointment that is, or was, held.' })
  offeredAppointmentId: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when the place is held; null when none is.' })
  offeredUntil: Date | null;

  @Field(() => MemberName, { description: 'Who put the patient on the list.' })
  addedBy: MemberName;

  @Field(() => DateTimeScalar, { description: 'Since when they wait.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the waiting was over.' })
  endedAt: Date | null;

  @Field(() => Int, { description: 'Counts the changes.' })
  version: number;
}

export const WaitlistEntryConnection = ConnectionOf(WaitlistEntry, 'WaitlistEntry');

/** An entry with what is sealed of it opened. */
export interface WaitlistRecord {
  row: WaitlistRow;
  details: AppointmentDetails;
}

/** An entry, for who may see who has an appointment. */
export const toWaitlistEntry = ({ row, details }: WaitlistRecord): WaitlistEntry => ({
  id: row.id, chamberId: row.chamber_id, doctor: { id: row.doctor_id }, sessionId: row.session_id, firstDay: row.first_day, lastDay: row.last_day, patientId: row.patient_id,
  visitType: row.visit_type, note: details.note ?? null, status: row.status, offeredAppointmentId: row.offered_id, offeredUntil: row.offered_until, addedBy: { id: row.added_by }, createdAt: row.created_at,
  endedAt: row.ended_at, version: row.version,
});
