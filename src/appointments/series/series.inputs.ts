import { Field, InputType, Int, OmitType, registerEnumType } from '@nestjs/graphql';
import { LocalDateScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { BookAppointmentInput, LONGEST_NOTE } from '../appointment.inputs.js';
import { MOST_OCCURRENCES } from './recurrence.js';

export enum RecurrenceUnit { WEEK = 'WEEK', MONTH = 'MONTH' }
registerEnumType(RecurrenceUnit, {
  name: 'RecurrenceUnit',
  description: 'How appointments recur.',
  valuesMap: {
    WEEK: { description: 'On the same day of the week.' },
    MONTH: { description: 'On the same one of that weekday in the month: the second Tuesday; a fifth is the last where there is no fifth.' },
  },
});

@InputType({ description: 'Appointments that recur, from one session on: with the same doctor in the same chamber, in the session that begins at about the same time on the clock (two hours earlier or later at most), and in SLOT mode at the same time exactly.' })
export class BookRecurringInput extends OmitType(BookAppointmentInput, ['overbook', 'followUpOfId', 'id'] as const, InputType) {
  @Field(() => RecurrenceUnit, { description: 'By week or by month.' })
  unit: RecurrenceUnit;

  @Field(() => Int, { defaultValue: 1, description: 'Each how many weeks or months, 1 to 12. Reason of a fault: OUT_OF_RANGE.' })
  every: number;

  @Field(() => Int, { nullable: true, description: `How many, the first included: 2 to ${MOST_OCCURRENCES}. Either this or \`until\`. Reasons of faults: COUNT_OR_UNTIL, OUT_OF_RANGE, TOO_FAR (over a year ahead).` })
  count?: number | null;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The last day that may be one of them. Reasons of faults: COUNT_OR_UNTIL, BEFORE_FIRST, TOO_MANY, TOO_FAR (over a year ahead).' })
  until?: string | null;

  @Field({ defaultValue: false, description: 'Whether nothing is booked unless every one can be; otherwise each one that can be is booked.' })
  allOrNothing: boolean;
}

@InputType({ description: 'The rest of a series, to be cancelled.' })
export class CancelSeriesInput {
  @Field(() => UuidScalar, { description: 'The `recurrenceId` of its appointments.' })
  recurrenceId: string;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The first day that is cancelled; today where the chamber is, unless told.' })
  from?: string | null;

  @Field({ description: `Why: one line of 1 to ${LONGEST_NOTE} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  reason: string;
}
