import { v7 as uuidv7, version as uuidVersion } from 'uuid';
import { badInput } from './errors.js';

/** The id that a client made for a new record, or a fresh one. Throws BAD_USER_INPUT at `input.id` unless it is a UUID of version 7 or 4. */
export function idOf(wanted: string | null | undefined): string {
  if (!wanted) return uuidv7();
  if (![4, 7].includes(uuidVersion(wanted))) throw badInput([{ path: ['input', 'id'], reason: 'UUID_VERSION' }]);
  return wanted.toLowerCase();
}
