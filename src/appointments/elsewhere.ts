import type { AppointmentRow } from './appointment-rows.js';

/** Where else a patient is. */
export interface Elsewhere {
  id: string;
  session_id: string;
  patient_id: string;
  slot_from: Date | null;
  slot_until: Date | null;
}

/** The same, with whether the caller may see it: it can be in another chamber. */
export type SeenElsewhere = Elsewhere & { may: boolean };

/** The appointment that a patient has elsewhere at a time. */
export const otherOf = <T extends Elsewhere>({ id, patient_id: patientId }: Pick<AppointmentRow, 'id' | 'patient_id'>, from: Date, until: Date, elsewhere: readonly T[]): T | undefined =>
  elsewhere.find((other) => other.id !== id && other.patient_id === patientId && other.slot_from !== null && other.slot_from < until && other.slot_until! > from);
