import type { ActivityType } from './submission-file.js';

/**
 * The forms of codes, not whether there is such a code: the lists are licensed or change from month to month, and the payer knows them.
 * CPT: five characters, the last may be a letter of category II or III. HCPCS level II: a letter and four digits. USCLS of dentists: five
 * digits, or CDT with a D. Drugs: the Dubai Drug Code as three groups, or Abu Dhabi's and older ones, letters and digits with dashes. Services: digits with dashes.
 */
const forms: Record<ActivityType, RegExp> = {
  CPT: /^\d{4}[\dFTU]$/,
  HCPCS: /^[A-VY]\d{4}$/,
  DRUG: /^(?=.{5,30}$)[0-9A-Z]{1,7}(-[0-9A-Z]{1,7}){1,4}$/,
  DENTAL: /^[D\d]\d{4}$/,
  SERVICE: /^\d{1,3}(-\d{1,3}){0,3}$/,
};

/** Whether a text has the form of a code of its system. */
export const isOfForm = (type: ActivityType, code: string): boolean => forms[type].test(code);

/** Numbers of licences have as many forms as there are authorities and years: letters, digits, dashes and slashes without space. */
export const isLicence = (text: string): boolean => /^[A-Za-z0-9](?:[A-Za-z0-9/-]{1,29})$/.test(text);

/** The Emirates ID as the files have it, 784-1990-1234567-1, from its fifteen digits. */
export const emiratesIdText = (digits: string): string => `${digits.slice(0, 3)}-${digits.slice(3, 7)}-${digits.slice(7, 14)}-${digits.slice(14)}`;
