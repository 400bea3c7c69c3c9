import type { AgeAt } from '../../patients/patient-ages.reader.js';
import type { InputCheck } from '../../platform/input-check.js';

/** How far the clock of a device may be ahead. */
const AHEAD_MS = 5 * 60_000;

/** When something happened to a patient, now unless stated; notes FUTURE and BEFORE_BIRTH at this field. */
export function occurrence(check: InputCheck, field: string, stated: Date | null | undefined, ageAt: AgeAt): Date {
  const now = new Date();
  if (!stated) return now;
  if (stated.getTime() > now.getTime() + AHEAD_MS) check.blame([field], 'FUTURE');
  else if (!ageAt(stated)) check.blame([field], 'BEFORE_BIRTH');
  return stated;
}
