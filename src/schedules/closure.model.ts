import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { MemberName } from '../tenants/member-name.model.js';
import { ClinicSession } from './session.model.js';

/** The longest closure, in days. */
export const LONGEST_CLOSURE_DAYS = 366;

@ObjectType({ description: 'Days on which a doctor, a chamber, or a doctor in a chamber sees nobody.' })
@Classified('schedule')
export class Closure {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber; null for everywhere.' })
  chamberId: string | null;

  @Field(() => MemberName, { nullable: true, description: 'The doctor; null for everybody.' })
  doctor: MemberName | null;

  @Field(() => LocalDateScalar, { description: 'The first day.' })
  firstDay: string;

  @Field(() => LocalDateScalar, { description: 'The last day.' })
  lastDay: string;

  @Field({ description: 'Why.' })
  reason: string;
}

@ObjectType({ description: 'A closure as saved, and what became of the sessions of its days.' })
@Classified('schedule')
export class ClosureSaved {
  @Field(() => Closure, { description: 'The closure.' })
  closure: Closure;

  @Field(() => Int, { description: 'How many sessions were taken back, for nobody had booked; or planned again, when the closure was removed.' })
  sessions: number;

  @Field(() => [ClinicSession], { description: 'Sessions that stay as they were, for patients have booked, also if all of them cancelled, or a device has taken numbers along: change or cancel each of them, or leave them.' })
  kept: ClinicSession[];
}

@InputType({ description: 'Days on which somebody sees nobody.' })
export class AddClosureInput {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber; everywhere, unless told. Reason of a fault: CHAMBER_OR_DOCTOR (neither is told).' })
  chamberId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the doctor; everybody, unless told. Reason of a fault: NOT_A_DOCTOR_THERE, for somebody who sees patients in no chamber.' })
  doctorId?: string | null;

  @Field(() => LocalDateScalar, { description: 'The first day. Reason of a fault: PAST.' })
  firstDay: string;

  @Field(() => LocalDateScalar, { description: 'The last day. Reasons of faults: BEFORE_FIRST, TOO_LONG (over a year).' })
  lastDay: string;

  @Field({ description: 'Why: one line of 1 to 200 characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.' })
  reason: string;
}
