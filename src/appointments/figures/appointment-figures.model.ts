import { ArgsType, Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { MemberName } from '../../tenants/member-name.model.js';

/** The longest stretch that figures can be asked for, in days; and by days. */
export const LONGEST_FIGURES_DAYS = 366;
export const LONGEST_DAILY_FIGURES_DAYS = 92;

export enum FigurePeriod { WHOLE = 'WHOLE', DAY = 'DAY', WEEK = 'WEEK', MONTH = 'MONTH' }
registerEnumType(FigurePeriod, {
  name: 'FigurePeriod',
  description: 'Over which stretches figures are reckoned.',
  valuesMap: {
    WHOLE: { description: 'Over all the days asked for.' },
    DAY: { description: 'Over each day.' },
    WEEK: { description: 'Over each week, by ISO 8601: from Monday.' },
    MONTH: { description: 'Over each month.' },
  },
});

@ArgsType()
export class AppointmentFiguresArgs {
  @Field(() => LocalDateScalar, { description: 'The first day of sessions.' })
  from: string;

  @Field(() => LocalDateScalar, { description: `The last day, ${LONGEST_FIGURES_DAYS} days in all at the most, ${LONGEST_DAILY_FIGURES_DAYS} by DAY. Reasons of faults: BEFORE_FIRST, TOO_LONG.` })
  to: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Only of this chamber; of all those that the caller manages, unless told.' })
  chamberId?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Only of this doctor.' })
  doctorId?: string | null;

  @Field(() => FigurePeriod, { defaultValue: FigurePeriod.WHOLE, description: 'Over which stretches.' })
  period: FigurePeriod;

  @Field({ defaultValue: false, description: 'Whether chambers are told apart.' })
  perChamber: boolean;

  @Field({ defaultValue: false, description: 'Whether doctors are told apart.' })
  perDoctor: boolean;
}

@ObjectType({ description: 'What became of appointments and sessions. Sessions count on their day, where their chamber is.' })
@Classified('schedule')
export class AppointmentFigures {
  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber; null where chambers are not told apart.' })
  chamberId: string | null;

  @Field(() => MemberName, { nullable: true, description: 'The doctor; null where doctors are not told apart.' })
  doctor: MemberName | null;

  @Field(() => LocalDateScalar, { description: 'The first day of the stretch.' })
  from: string;

  @Field(() => LocalDateScalar, { description: 'The last day of the stretch.' })
  to: string;

  @Field(() => Int, { description: 'How many sessions there are, without those that were cancelled.' })
  sessions: number;

  @Field(() => Int, { description: 'How many places these sessions have.' })
  capacity: number;

  @Field(() => Int, { description: 'How many appointments were made, walk-ins too; one that was rescheduled counts where it is now, and what was only held does not.' })
  booked: number;

  @Field(() => Int, { description: 'How many of them were cancelled.' })
  cancelled: number;

  @Field(() => Int, { description: 'How many patients came.' })
  arrived: number;

  @Field(() => Int, { description: 'How many consultations are over.' })
  completed: number;

  @Field(() => Int, { description: 'How many patients did not come, or left before their turn.' })
  noShow: number;

  @Field(() => Float, { nullable: true, description: 'Of the appointments that were booked ahead and are decided (completed, or noted as NO_SHOW), the share that was noted as NO_SHOW, 0 to 1; walk-ins do not count. Null when there are none.' })
  noShowRate: number | null;

  @Field(() => Float, { nullable: true, description: 'How many minutes patients waited on average, from when they came to when their consultation began, over all whose consultation began; before the session too. Null when there are none.' })
  meanWaitMinutes: number | null;

  @Field(() => Float, { nullable: true, description: 'How many minutes consultations took on average, of those that are over. Null when there are none.' })
  meanConsultationMinutes: number | null;

  @Field(() => Float, { nullable: true, description: 'Of the places of all sessions, the share that was given to somebody and not given back, whether or not they came; above 1 when more was booked than there are places. Null without places.' })
  bookedShare: number | null;

  @Field(() => Float, { nullable: true, description: 'Of the places of the sessions that are closed, the share in which a consultation was completed; above 1 when there were more than places. Null while no session is closed.' })
  usedShare: number | null;
}
