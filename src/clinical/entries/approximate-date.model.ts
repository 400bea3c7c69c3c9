import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import type { InputFault } from '../../platform/errors.js';
import { LocalDateScalar } from '../../platform/graphql/scalars.js';
import { textFault } from '../../platform/input-check.js';
import { type DatePrecision, InvalidDate } from './approximate-date.js';

export const DatePrecisions = { YEAR: 'YEAR', MONTH: 'MONTH', DAY: 'DAY' } as const satisfies Record<DatePrecision, DatePrecision>;
registerEnumType(DatePrecisions, {
  name: 'DatePrecision',
  description: 'How well a day is known.',
  valuesMap: {
    YEAR: { description: 'The year only; `date` is its 1 January.' },
    MONTH: { description: 'The month only; `date` is its first day.' },
    DAY: { description: 'The day.' },
  },
});

@ObjectType('ApproximateDate', { description: 'A day, as well as it is known.' })
@Classified('clinical')
export class ApproximateDateModel {
  @Field(() => LocalDateScalar, { description: 'The day, or the first day of the month or year: see `precision`.' })
  date: string;

  @Field(() => DatePrecisions, { description: 'How well it is known.' })
  precision: DatePrecision;
}

@InputType({ description: 'A day, as well as it is known. Reasons of faults: FUTURE, TOO_LONG_AGO (over 130 years), BEFORE_BIRTH.' })
export class ApproximateDateInput {
  @Field(() => LocalDateScalar, { description: 'The day; with YEAR or MONTH any day of it.' })
  date: string;

  @Field(() => DatePrecisions, { defaultValue: 'DAY', description: 'How well it is known.' })
  precision: DatePrecision;
}

/** The fault that a refused day or text is; any other error is thrown again. */
export const clinicalFault = (path: string[], error: unknown): InputFault =>
  error instanceof InvalidDate ? { path, reason: error.reason } : textFault(path, error);
