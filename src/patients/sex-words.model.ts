import type { Sex } from './patient.enums.js';

/** A sex as patients read it. */
export const sexWords: Readonly<Record<Sex, { en: string; bn: string }>> = {
  MALE: { en: 'Male', bn: 'পুরুষ' }, FEMALE: { en: 'Female', bn: 'নারী' }, OTHER: { en: 'Other', bn: 'অন্য' }, UNKNOWN: { en: 'Unknown', bn: 'জানা নেই' },
};
