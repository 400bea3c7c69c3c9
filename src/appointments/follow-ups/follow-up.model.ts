import { ArgsType, Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf, PageArgs } from '../../platform/graphql/connection.js';
import { LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';

/** The longest stretch that follow-ups are listed for, in days. */
export const LONGEST_FOLLOW_UP_DAYS = 92;

@ArgsType()
export class DueFollowUpsArgs extends PageArgs {
  @Field(() => UuidScalar, { description: 'Id of the chamber in which they were written. NOT_FOUND.' })
  chamberId: string;

  @Field(() => LocalDateScalar, { description: 'The first day, where the chamber is.' })
  from: string;

  @Field(() => LocalDateScalar, { description: `The last day, ${LONGEST_FOLLOW_UP_DAYS} days in all at the most. Reasons of faults: BEFORE_FIRST, TOO_LONG.` })
  to: string;
}

@ObjectType({ description: 'That a patient is to come again, and nothing of what for.' })
@Classified('appointment')
export class DueFollowUp {
  @Field(() => UuidScalar, { description: 'Id of the prescription that says so; `bookAppointment` takes it as `followUpOfId`.' })
  id: string;

  @Field(() => LocalDateScalar, { description: 'The day, where the chamber is.' })
  on: string;

  @Field(() => UuidScalar, { description: 'The patient’s id.' })
  patientId: string;

  @Field(() => MemberName, { description: 'The doctor.' })
  doctor: MemberName;
}

export const DueFollowUpConnection = ConnectionOf(DueFollowUp, 'DueFollowUp');
