import { toAsciiDigits } from '../platform/digits.js';

/** The medical record number of a tenant's counter, from 1 up: `P-` and at least six digits. Throws RangeError otherwise. */
export function formatMrn(counter: number): string {
  if (!Number.isSafeInteger(counter) || counter < 1) throw new RangeError('A medical record counter is a whole number from 1');
  return `P-${String(counter).padStart(6, '0')}`;
}

/** The canonical form of a medical record number as people type it (`p 123`, `১২৩`, `P-000123`), or null if it is none. */
export function normaliseMrn(raw: string): string | null {
  const match = /^(?:P[\s\u2010-\u2015-]*)?0*([1-9]\d{0,14})$/i.exec(toAsciiDigits(raw).trim());
  return match ? formatMrn(Number(match[1])) : null;
}
