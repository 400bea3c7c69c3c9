import { toAsciiDigits } from '../platform/digits.js';

/** A text that is no code of ICD-10; the message never repeats it. */
export class InvalidCode extends Error {
  override readonly name = 'InvalidCode';
  readonly reason = 'NOT_A_CODE';

  constructor() {
    super('Invalid code: NOT_A_CODE');
  }
}

const LONGEST_TYPED = 20;
// A letter, a digit, a digit or letter; then up to four more (ICD-10-CM has up to seven characters in all).
const WHOLE = /^[A-Z]\d[0-9A-Z]([0-9A-Z]{1,4})?$/;
const BEGUN = /^[A-Z]\d[0-9A-Z]{0,5}$/;

/** The one spelling of a code, E11.9, however it was typed (e119, e11-9, E১১.৯); throws InvalidCode on what is none. */
export function normaliseCode(raw: string): string {
  const bare = bareOf(raw);
  if (!WHOLE.test(bare)) throw new InvalidCode();
  return dotted(bare);
}

/** The beginning of a code that somebody is typing, in its one spelling; null when it is none. */
export function codePrefix(raw: string): string | null {
  const bare = bareOf(raw);
  return BEGUN.test(bare) ? dotted(bare) : null;
}

const bareOf = (raw: string): string => (raw.length > LONGEST_TYPED ? '' : toAsciiDigits(raw).trim().toUpperCase().replace(/[\s.-]/g, ''));

const dotted = (bare: string): string => (bare.length > 3 ? `${bare.slice(0, 3)}.${bare.slice(3)}` : bare);
