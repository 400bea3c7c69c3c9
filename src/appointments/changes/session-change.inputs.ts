import { Field, InputType, Int } from '@nestjs/graphql';
import { LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { LONGEST_NOTE } from '../appointment.inputs.js';
import { SessionChangeKind } from './session-change.enums.js';

/** The longest delay that is announced, in minutes. */
export const LONGEST_DELAY = 720;

@InputType({ description: 'What is to be done to a whole session. What the kind does not need must be left out (NOT_FOR_THIS_KIND), and what it needs told (NEEDED).' })
export class SessionChangeInput {
  @Field(() => UuidScalar, { description: 'Id of the session.' })
  sessionId: string;

  @Field(() => SessionChangeKind, { description: 'What is done.' })
  kind: SessionChangeKind;

  @Field(() => Int, { nullable: true, description: `For DELAY, by how many minutes the doctor is late in all, 0 to ${LONGEST_DELAY}; 0 takes an announcement back. Reasons of faults: NEEDED, OUT_OF_RANGE, NOT_FOR_THIS_KIND.` })
  minutes?: number | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'For SHIFT, its new day where the chamber is; the same, unless told. Reasons of faults: PAST, TOO_FAR, NO_SUCH_TIME (the clock jumps over it that day), NOT_FOR_THIS_KIND.' })
  localDate?: string | null;

  @Field(() => String, { nullable: true, description: 'For SHIFT, when it begins by the clock there: "18:00". Reasons of faults: NEEDED, NOT_A_TIME, SAME_TIME, NOT_FOR_THIS_KIND.' })
  startsAt?: string | null;

  @Field(() => String, { nullable: true, description: 'For SHIFT, when it ends by that clock; as long as before, unless told; at or before `startsAt` it is the next day. Reasons of faults: NOT_A_TIME, TOO_SHORT, NOT_FOR_THIS_KIND.' })
  endsAt?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'For MOVE, id of the other session. Reasons of faults: NEEDED, SAME_SESSION, NOT_FOR_THIS_KIND.' })
  toSessionId?: string | null;

  @Field({ defaultValue: false, description: 'For SHIFT and MOVE, whether the appointments for which there is no place are cancelled; otherwise they stand in the way of the change.' })
  cancelRest: boolean;

  @Field({ description: `Why: one line of 1 to ${LONGEST_NOTE} characters; it is kept with each appointment that is cancelled or moved. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  reason: string;
}

@InputType({ description: 'A change of a session that was previewed.' })
export class ChangeSessionInput extends SessionChangeInput {
  @Field({ description: 'The `preview` of the preview that was seen; when it would not come out like that any more, the change answers CONFLICT (STALE_VERSION).' })
  preview: string;
}

@InputType({ description: 'What of a session is to be different; what is left out stays.' })
export class EditSessionInput {
  @Field(() => UuidScalar, { description: 'Id of the session.' })
  id: string;

  @Field(() => Int, { description: 'The `version` that was read; another one answers CONFLICT.' })
  version: number;

  @Field(() => Int, { nullable: true, description: 'In SERIAL mode how many patients, 1 to 500; not in SLOT mode. Reasons of faults: OUT_OF_RANGE, NOT_IN_THIS_MODE.' })
  capacity?: number | null;

  @Field(() => Int, { nullable: true, description: 'How many more may be booked beyond the capacity, 0 to 100. Reason of a fault: OUT_OF_RANGE.' })
  overbookLimit?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether patients may book online.' })
  online?: boolean | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of another room of the chamber; null for none.' })
  roomId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the member who sees the patients instead; their appointments are then with that doctor. Reason of a fault: NOT_A_DOCTOR_THERE.' })
  doctorId?: string | null;
}
