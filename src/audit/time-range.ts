import { ValidateBy, type ValidationArguments } from 'class-validator';
import { badInput } from '../platform/errors.js';

const isReversed = (from: unknown, to: unknown): boolean => from instanceof Date && to instanceof Date && to < from;

/** An instant that is not before the `from` beside it. Reason: BEFORE_FROM. */
export const NotBeforeFrom = (): PropertyDecorator =>
  ValidateBy({ name: 'beforeFrom', validator: { validate: (to: unknown, at?: ValidationArguments) => !isReversed((at?.object as { from?: unknown }).from, to) } });

/** Refuses the arguments `from` and `to` when the second is before the first. */
export function refuseReversed(from: Date | null | undefined, to: Date | null | undefined): void {
  if (isReversed(from, to)) throw badInput([{ path: ['to'], reason: 'BEFORE_FROM' }]);
}
