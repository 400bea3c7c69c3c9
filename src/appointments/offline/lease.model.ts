import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { NumberSeries, SessionStatus } from '../../schedules/schedule-enums.model.js';
import { MemberName } from '../../tenants/member-name.model.js';
import { BookingChannel, VisitType } from '../appointment.enums.js';
import { LONGEST_NOTE } from '../appointment.inputs.js';
import { Appointment } from '../appointment.model.js';
import type { LeaseRow } from './lease-rows.js';

/** How many numbers of a session may be along: with a device, with all devices of a member, and at all with those that came to nothing; and for how many hours. */
export const MOST_LEASED = 20;
export const MOST_OF_MEMBER = 40;
export const MOST_OF_SESSION = 200;
export const LEASE_HOURS = 12;
/** How many bookings are handed in at once. */
export const MOST_HANDED_IN = 50;

@ObjectType({ description: 'Serial numbers that a device took along, to book without a connection. While the lease lasts their places are taken for everybody else; a number is given to nobody else, unless the one who took it along gives it back.' })
@Classified('schedule')
export class NumberLease {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { description: 'Id of the session.' })
  sessionId: string;

  @Field(() => NumberSeries, { description: 'Which of its places they are.' })
  series: NumberSeries;

  @Field(() => UuidScalar, { description: 'Id of the device, as it made it for itself.' })
  deviceId: string;

  @Field(() => MemberName, { description: 'Who took them along.' })
  member: MemberName;

  @Field(() => [Int], { description: 'The numbers, to be given in this order.' })
  numbers: number[];

  @Field(() => [Int], { description: 'Those that were handed in.' })
  handedIn: number[];

  @Field(() => DateTimeScalar, { description: 'Since when.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: 'Until when their places are taken. What is handed in later is booked if a place is left.' })
  expiresAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When they were given back; null while they were not.' })
  releasedAt: Date | null;
}

@InputType({ description: 'Numbers to take along.' })
export class LeaseNumbersInput {
  @Field(() => UuidScalar, { description: 'Id of a session in SERIAL mode. Reason of a fault: NOT_IN_THIS_MODE.' })
  sessionId: string;

  @Field(() => NumberSeries, { defaultValue: NumberSeries.GENERAL, description: 'Of which places; those of GENERAL where none are kept for it. Reason of a fault: ONLINE_IS_FOR_PATIENTS.' })
  series: NumberSeries;

  @Field(() => Int, { description: `How many, 1 to ${MOST_LEASED}; there may be fewer. Reason of a fault: OUT_OF_RANGE.` })
  count: number;

  @Field(() => UuidScalar, { description: 'Id that the device made for itself and keeps, also while others sign in on it.' })
  deviceId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'A fresh UUID for each time that numbers are taken along, the same on every retry: they are then taken once, and each retry answers with them. For another request the key answers CONFLICT.' })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A booking that was made without a connection.' })
export class OfflineBookingInput {
  @Field(() => UuidScalar, { description: 'Id that the client made for the appointment: UUID version 7 or 4, the same each time that it is handed in. Reason of a fault: UUID_VERSION.' })
  clientId: string;

  @Field(() => UuidScalar, { description: 'Id of the lease.' })
  leaseId: string;

  @Field(() => Int, { description: 'The number that the patient was given.' })
  number: number;

  @Field(() => UuidScalar, { description: 'Id of the patient; of one who was registered without a connection, the id that was sent to `registerPatient` before.' })
  patientId: string;

  @Field(() => VisitType, { description: 'What the visit is.' })
  visitType: VisitType;

  @Field(() => BookingChannel, { defaultValue: BookingChannel.DESK, description: 'How it was booked. Reason of a fault: ONLINE_IS_FOR_PATIENTS.' })
  channel: BookingChannel;

  @Field(() => DateTimeScalar, { description: 'When it was booked, by the clock of the device. What lies before the lease or after the present is taken for these; `Appointment.bookedOfflineAt` tells.' })
  bookedAt: Date;

  @Field(() => String, { nullable: true, description: `A note for the desk, up to ${LONGEST_NOTE} characters; nothing clinical. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  note?: string | null;
}

@InputType({ description: 'Bookings to hand in.' })
export class HandInBookingsInput {
  @Field(() => UuidScalar, { description: 'Id of the device that took the numbers along.' })
  deviceId: string;

  @Field(() => [OfflineBookingInput], { description: `The bookings, in the order in which they were made. Reason of a fault: TOO_MANY (over ${MOST_HANDED_IN}).` })
  bookings: OfflineBookingInput[];
}

export enum HandInOutcome { BOOKED = 'BOOKED', ALREADY_HANDED_IN = 'ALREADY_HANDED_IN', CONFLICT = 'CONFLICT' }
registerEnumType(HandInOutcome, {
  name: 'HandInOutcome',
  description: 'What became of a booking that was handed in.',
  valuesMap: {
    BOOKED: { description: 'It is booked now.' },
    ALREADY_HANDED_IN: { description: 'It was handed in before, and is as it is in `appointment`.' },
    CONFLICT: { description: 'It is not booked: `obstacle` tells why. Nothing of it was kept.' },
  },
});

export enum HandInObstacle {
  NO_SUCH_LEASE = 'NO_SUCH_LEASE', FORBIDDEN = 'FORBIDDEN', NOT_IN_LEASE = 'NOT_IN_LEASE', NUMBER_TAKEN = 'NUMBER_TAKEN', HANDED_IN_OTHERWISE = 'HANDED_IN_OTHERWISE', LEASE_EXPIRED = 'LEASE_EXPIRED', ID_TAKEN = 'ID_TAKEN', NO_PATIENT = 'NO_PATIENT', PATIENT_MERGED = 'PATIENT_MERGED',
  SESSION_OVER = 'SESSION_OVER', SESSION_STATUS = 'SESSION_STATUS', DOCTOR_LEFT = 'DOCTOR_LEFT', CHAMBER_ARCHIVED = 'CHAMBER_ARCHIVED', BOOKED_ALREADY = 'BOOKED_ALREADY',
}
registerEnumType(HandInObstacle, {
  name: 'HandInObstacle',
  description: 'Why a booking that was handed in is not booked.',
  valuesMap: {
    NO_SUCH_LEASE: { description: 'The device has no such lease.' },
    FORBIDDEN: { description: 'The caller does not book in its chamber.' },
    NOT_IN_LEASE: { description: 'The number is not one of the lease.' },
    NUMBER_TAKEN: { description: 'The number was handed in for somebody else: `appointmentId`.' },
    HANDED_IN_OTHERWISE: { description: 'It was handed in before with another patient, kind of visit, channel or note: `appointmentId`.' },
    LEASE_EXPIRED: { description: 'The lease is over, and no place is left.' },
    ID_TAKEN: { description: 'Another appointment has the id.' },
    NO_PATIENT: { description: 'There is no such patient: register them first.' },
    PATIENT_MERGED: { description: 'The patient was merged into `mergedInto`.' },
    SESSION_OVER: { description: 'The time of the session is over.' },
    SESSION_STATUS: { description: 'The session is closed or cancelled: `sessionStatus`.' },
    DOCTOR_LEFT: { description: 'The doctor sees patients there no longer.' },
    CHAMBER_ARCHIVED: { description: 'The chamber is archived.' },
    BOOKED_ALREADY: { description: 'The patient has a place in the session: `appointmentId`.' },
  },
});

@ObjectType({ description: 'What became of one booking that was handed in.' })
@Classified('appointment')
export class HandedInBooking {
  @Field(() => UuidScalar, { description: 'The id that the client made.' })
  clientId: string;

  @Field(() => HandInOutcome, { description: 'What became of it.' })
  outcome: HandInOutcome;

  @Field(() => Appointment, { nullable: true, description: 'The appointment; null when there is a conflict.' })
  appointment: Appointment | null;

  @Field(() => HandInObstacle, { nullable: true, description: 'What stood in the way.' })
  obstacle: HandInObstacle | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the appointment that stands in the way.' })
  appointmentId: string | null;

  @Field(() => SessionStatus, { nullable: true, description: 'How far the session has come, when that stands in the way.' })
  sessionStatus: SessionStatus | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the patient whom to book instead.' })
  mergedInto: string | null;
}

/** A lease, for who books. */
export const toNumberLease = (row: LeaseRow): NumberLease => ({
  id: row.id, sessionId: row.session_id, series: row.series, deviceId: row.device_id, member: { id: row.member_id }, numbers: row.numbers, handedIn: row.used,
  createdAt: row.created_at, expiresAt: row.expires_at, releasedAt: row.released_at,
});
