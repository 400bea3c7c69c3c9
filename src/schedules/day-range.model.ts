import { badInput } from '../platform/errors.js';
import { daysAfter } from './wall-time.model.js';

/** Refuses a stretch of days (yyyy-mm-dd, both included) that ends before it begins, or is longer than so many; BAD_USER_INPUT at `to`. */
export function refuseDays(from: string, to: string, longest: number): void {
  if (to < from) throw badInput([{ path: ['to'], reason: 'BEFORE_FIRST' }]);
  if (to >= daysAfter(from, longest)) throw badInput([{ path: ['to'], reason: 'TOO_LONG', params: { max: longest } }]);
}
