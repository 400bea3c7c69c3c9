import { ArgsType, Field, InputType, Int } from '@nestjs/graphql';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { NumberSeries } from '../schedules/schedule-enums.model.js';
import { BookingChannel, VisitType } from './appointment.enums.js';

/** The longest note of the desk, in characters. */
export const LONGEST_NOTE = 500;

const SLOT = 'In a session in SLOT mode, the instant at which the wanted slot begins; not in SERIAL mode. Reasons of faults: NEEDED, NOT_IN_THIS_MODE, NOT_A_SLOT, PAST.';

/** The most appointments that a session can have. */
const MOST_IN_SESSION = 999;

@ArgsType()
export class SessionAppointmentsArgs {
  @Field({ defaultValue: false, description: 'Whether those that were cancelled, or held and not booked in time, are left out.' })
  active: boolean;

  @Field(() => Int, { nullable: true, description: `At most so many, 1 to ${MOST_IN_SESSION}; all of them, unless told.` })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_IN_SESSION)
  first?: number | null;
}

@InputType({ description: 'A booking.' })
export class BookAppointmentInput {
  @Field(() => UuidScalar, { description: 'Id of the session.' })
  sessionId: string;

  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => VisitType, { description: 'What the visit is.' })
  visitType: VisitType;

  @Field(() => BookingChannel, { defaultValue: BookingChannel.DESK, description: 'How it is booked; a WALK_IN is noted as arrived as soon as the session is open. Reason of a fault: ONLINE_IS_FOR_PATIENTS.' })
  channel: BookingChannel;

  @Field(() => NumberSeries, { nullable: true, description: 'Of which places; unless told, those kept for the channel, and REPORT for who shows reports.' })
  series?: NumberSeries | null;

  @Field(() => DateTimeScalar, { nullable: true, description: SLOT })
  slotFrom?: Date | null;

  @Field({ defaultValue: false, description: 'Whether to book beyond the capacity, or into a slot that is taken. Needs appointments:overbook in the chamber.' })
  overbook: boolean;

  @Field({ defaultValue: false, description: 'Whether it is a visit by video: see `Practice.videoVisits`.' })
  video: boolean;

  @Field(() => String, { nullable: true, description: `A note for the desk, up to ${LONGEST_NOTE} characters; nothing clinical. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  note?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of a prescription whose follow-up this is, as `dueFollowUps` tells it: of the patient, and of a chamber in which the caller sees appointments. NOT_FOUND.' })
  followUpOfId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'An id made by the client, for clients that work offline: UUID version 7 or 4 (UUID_VERSION). The server makes one unless told. ALREADY_EXISTS when it is taken.' })
  id?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'A fresh UUID for each booking, the same on every retry: it is then made once, and each retry answers with it. For another request the key answers CONFLICT.' })
  idempotencyKey?: string | null;
}

@InputType({ description: 'What of an appointment is to be different; what is left out stays. Its place and its number stay as they are.' })
export class EditAppointmentInput {
  @Field(() => UuidScalar, { description: 'Id of the appointment.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => VisitType, { nullable: true, description: 'What the visit is.' })
  visitType?: VisitType | null;

  @Field(() => BookingChannel, { nullable: true, description: 'How it was booked; one that was booked ONLINE stays so, and no other becomes it. Reason of a fault: ONLINE_IS_FOR_PATIENTS.' })
  channel?: BookingChannel | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is a visit by video.' })
  video?: boolean | null;

  @Field(() => String, { nullable: true, description: `The note for the desk, up to ${LONGEST_NOTE} characters; null for none. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  note?: string | null;
}

@InputType({ description: 'An appointment to cancel.' })
export class CancelAppointmentInput {
  @Field(() => UuidScalar, { description: 'Id of the appointment.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field({ description: `Why: one line of 1 to ${LONGEST_NOTE} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  reason: string;
}

@InputType({ description: 'An appointment to move to another session, or to another slot.' })
export class RescheduleAppointmentInput {
  @Field(() => UuidScalar, { description: 'Id of the appointment.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => UuidScalar, { description: 'Id of the session in which it is to be; the same for another slot of it.' })
  sessionId: string;

  @Field(() => DateTimeScalar, { nullable: true, description: SLOT })
  slotFrom?: Date | null;

  @Field({ defaultValue: false, description: 'Whether to book beyond the capacity, or into a slot that is taken. Needs appointments:overbook in the chamber.' })
  overbook: boolean;

  @Field({ description: `Why: one line of 1 to ${LONGEST_NOTE} characters; it is kept with the former one. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  reason: string;

  @Field(() => UuidScalar, { nullable: true, description: 'A fresh UUID for each move, the same on every retry: it is then made once, and each retry answers with the new appointment. For another request the key answers CONFLICT.' })
  idempotencyKey?: string | null;
}
