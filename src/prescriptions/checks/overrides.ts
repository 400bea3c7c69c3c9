import { type InputFault, badInput } from '../../platform/errors.js';
import { textFault } from '../../platform/input-check.js';
import { cleanLine } from '../../platform/plain-text.js';
import type { Override } from './check-rows.js';

/** Why a doctor goes on in spite of a finding, as it was stated. */
export type OverrideGiven = Readonly<Override>;

const LONGEST_REASON = 500;
const MOST = 200;

/** The reasons, clean, for findings of these keys; throws BAD_USER_INPUT with every fault. */
export function overridesFrom(given: readonly OverrideGiven[], keys: ReadonlySet<string>): Override[] {
  if (given.length > MOST) throw badInput([{ path: ['overrides'], reason: 'TOO_MANY', params: { max: MOST } }]);
  const faults: InputFault[] = [];
  const seen = new Set<string>();
  const overrides = given.map(({ key, reason }, index): Override => {
    const path = ['overrides', String(index)];
    if (!keys.has(key)) faults.push({ path: [...path, 'key'], reason: 'UNKNOWN_FINDING' });
    if (seen.has(key)) faults.push({ path: [...path, 'key'], reason: 'DUPLICATE' });
    seen.add(key);
    try {
      return { key, reason: cleanLine(reason, LONGEST_REASON) };
    } catch (error) {
      faults.push(textFault([...path, 'reason'], error));
      return { key, reason: '' };
    }
  });
  if (faults.length) throw badInput(faults);
  return overrides;
}
