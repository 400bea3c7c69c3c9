import { v7 as uuidv7, version as uuidVersion } from 'uuid';
import { badInput } from './errors.js';
import type { InputCheck } from './input-check.js';

/** The id that a client made for a new record, or a fresh one. Throws BAD_USER_INPUT at `input.id` unless it is a UUID of version 7 or 4. */
export function idOf(wanted: string | null | undefined): string {
  if (!wanted) return uuidv7();
  if (!isAcceptable(wanted)) throw badInput([{ path: ['input', 'id'], reason: 'UUID_VERSION' }]);
  return wanted.toLowerCase();
}

/** The same, with the fault noted among others. */
export function idIn(check: InputCheck, wanted: string | null | undefined): string {
  if (!wanted || isAcceptable(wanted)) return idOf(wanted);
  check.blame(['id'], 'UUID_VERSION');
  return wanted;
}

const isAcceptable = (id: string): boolean => [4, 7].includes(uuidVersion(id));
