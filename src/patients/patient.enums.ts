import { registerEnumType } from '@nestjs/graphql';
import type { BirthPrecision } from './birth-date.js';
import type { IdentifierKind } from './identifiers.js';

export const Sex = { MALE: 'MALE', FEMALE: 'FEMALE', OTHER: 'OTHER', UNKNOWN: 'UNKNOWN' } as const;
export type Sex = keyof typeof Sex;
registerEnumType(Sex, {
  name: 'Sex',
  description: 'Sex for administrative use (as HL7 FHIR’s administrative gender).',
  valuesMap: {
    MALE: { description: 'Male.' },
    FEMALE: { description: 'Female.' },
    OTHER: { description: 'Neither male nor female, such as the hijra whom Bangladesh recognises.' },
    UNKNOWN: { description: 'Nobody has stated it.' },
  },
});

export const PatientStatus = { ACTIVE: 'ACTIVE', ARCHIVED: 'ARCHIVED', MERGED: 'MERGED' } as const;
export type PatientStatus = keyof typeof PatientStatus;
registerEnumType(PatientStatus, {
  name: 'PatientStatus',
  description: 'Whether a patient is in the everyday list, or what became of them.',
  valuesMap: {
    ACTIVE: { description: 'In the everyday list.' },
    ARCHIVED: { description: 'Kept out of the everyday list; everything stays readable and can be restored.' },
    MERGED: { description: 'Merged into another patient, `mergedInto`, who holds everything now; cannot be changed. Undoing the merge brings the former status back.' },
  },
});

export const BirthPrecisions = { DAY: 'DAY', YEAR: 'YEAR', AGE_ESTIMATE: 'AGE_ESTIMATE' } as const satisfies Record<BirthPrecision, BirthPrecision>;
registerEnumType(BirthPrecisions, {
  name: 'BirthPrecision',
  description: 'How well a birth is known.',
  valuesMap: {
    DAY: { description: 'The exact day.' },
    YEAR: { description: 'The year only; `date` is its 1 January.' },
    AGE_ESTIMATE: { description: 'An age was stated on the day `asOf`; `date` is that day as many years earlier.' },
  },
});

export const PhoneLabel = { OWN: 'OWN', FAMILY: 'FAMILY', WORK: 'WORK', OTHER: 'OTHER' } as const;
export type PhoneLabel = keyof typeof PhoneLabel;
registerEnumType(PhoneLabel, {
  name: 'PhoneLabel',
  description: 'Whose telephone it is.',
  valuesMap: {
    OWN: { description: 'The patient’s own.' },
    FAMILY: { description: 'Of the family or household; several patients may share it.' },
    WORK: { description: 'At work.' },
    OTHER: { description: 'Somebody else’s, such as a neighbour’s.' },
  },
});

export const IdentifierKinds = {
  NID: 'NID', BIRTH_REGISTRATION: 'BIRTH_REGISTRATION', PASSPORT: 'PASSPORT', EMIRATES_ID: 'EMIRATES_ID',
} as const satisfies Record<IdentifierKind, IdentifierKind>;
registerEnumType(IdentifierKinds, {
  name: 'IdentifierKind',
  description: 'Which official document an identifier is from.',
  valuesMap: {
    NID: { description: 'National identity card of Bangladesh: 10, 13 or 17 digits.' },
    BIRTH_REGISTRATION: { description: 'Birth registration of Bangladesh: 17 digits.' },
    PASSPORT: { description: 'Passport of any country: 6 to 9 letters and digits.' },
    EMIRATES_ID: { description: 'Emirates ID: 784-YYYY-NNNNNNN-C. A wrong check digit warns and is accepted.' },
  },
});

export const GuardianRelation = {
  FATHER: 'FATHER', MOTHER: 'MOTHER', SPOUSE: 'SPOUSE', SIBLING: 'SIBLING', CHILD: 'CHILD', GRANDPARENT: 'GRANDPARENT', OTHER: 'OTHER',
} as const;
export type GuardianRelation = keyof typeof GuardianRelation;
registerEnumType(GuardianRelation, {
  name: 'GuardianRelation',
  description: 'What the guardian is to the patient.',
  valuesMap: {
    FATHER: { description: 'The patient’s father.' },
    MOTHER: { description: 'The patient’s mother.' },
    SPOUSE: { description: 'The patient’s husband or wife.' },
    SIBLING: { description: 'A brother or sister.' },
    CHILD: { description: 'A son or daughter, as for an old parent.' },
    GRANDPARENT: { description: 'A grandparent.' },
    OTHER: { description: 'Somebody else.' },
  },
});

export const BloodGroup = {
  A_POSITIVE: 'A_POSITIVE', A_NEGATIVE: 'A_NEGATIVE', B_POSITIVE: 'B_POSITIVE', B_NEGATIVE: 'B_NEGATIVE',
  AB_POSITIVE: 'AB_POSITIVE', AB_NEGATIVE: 'AB_NEGATIVE', O_POSITIVE: 'O_POSITIVE', O_NEGATIVE: 'O_NEGATIVE',
} as const;
export type BloodGroup = keyof typeof BloodGroup;
registerEnumType(BloodGroup, {
  name: 'BloodGroup',
  description: 'Blood group: ABO and Rhesus D.',
  valuesMap: {
    A_POSITIVE: { description: 'A+' },
    A_NEGATIVE: { description: 'A−' },
    B_POSITIVE: { description: 'B+' },
    B_NEGATIVE: { description: 'B−' },
    AB_POSITIVE: { description: 'AB+' },
    AB_NEGATIVE: { description: 'AB−' },
    O_POSITIVE: { description: 'O+' },
    O_NEGATIVE: { description: 'O−' },
  },
});

export const PatientWarning = {
  GUARDIAN_MISSING: 'GUARDIAN_MISSING', EMIRATES_ID_CHECK_DIGIT: 'EMIRATES_ID_CHECK_DIGIT', POSSIBLE_DUPLICATE: 'POSSIBLE_DUPLICATE',
} as const;
export type PatientWarning = keyof typeof PatientWarning;
registerEnumType(PatientWarning, {
  name: 'PatientWarning',
  description: 'What somebody should look at again. A warning never prevents saving.',
  valuesMap: {
    GUARDIAN_MISSING: { description: 'The patient is a minor (under 18 years) and has no guardian.' },
    EMIRATES_ID_CHECK_DIGIT: { description: 'The last digit of the Emirates ID does not fit the others: compare it with the card.' },
    POSSIBLE_DUPLICATE: { description: 'Somebody who is registered already may be the same person.' },
  },
});

export const PatientMatch = {
  MEDICAL_RECORD_NUMBER: 'MEDICAL_RECORD_NUMBER', IDENTIFIER: 'IDENTIFIER', PHONE: 'PHONE',
  NAME: 'NAME', NAME_SOUND: 'NAME_SOUND', NAME_BEGINNING: 'NAME_BEGINNING', NAME_SIMILAR: 'NAME_SIMILAR',
} as const;
export type PatientMatch = keyof typeof PatientMatch;
registerEnumType(PatientMatch, {
  name: 'PatientMatch',
  description: 'By what a patient fits a search. Of a name, the word that fits worst decides.',
  valuesMap: {
    MEDICAL_RECORD_NUMBER: { description: 'The text is the medical record number.' },
    IDENTIFIER: { description: 'The text is a number from an official document.' },
    PHONE: { description: 'The digits begin or end a telephone number, the patient’s or the guardian’s.' },
    NAME: { description: 'Every word is in the name, as it is written.' },
    NAME_SOUND: { description: 'Every word is in the name, some in another spelling or the other script: Md. and মোহাম্মদ.' },
    NAME_BEGINNING: { description: 'Every word is in the name or begins a word of it.' },
    NAME_SIMILAR: { description: 'Some word differs by a slip of the finger, or one of three or more is missing. Not shown beside somebody found by NAME.' },
  },
});

export const DuplicateReason = {
  SAME_IDENTIFIER: 'SAME_IDENTIFIER', SAME_NAME: 'SAME_NAME', SIMILAR_NAME: 'SIMILAR_NAME', SAME_BIRTH: 'SAME_BIRTH', NEAR_AGE: 'NEAR_AGE',
  SAME_PHONE: 'SAME_PHONE', SAME_GUARDIAN: 'SAME_GUARDIAN', SAME_ADDRESS: 'SAME_ADDRESS',
} as const;
export type DuplicateReason = keyof typeof DuplicateReason;
registerEnumType(DuplicateReason, {
  name: 'DuplicateReason',
  description: 'What speaks for two records being one person’s.',
  valuesMap: {
    SAME_IDENTIFIER: { description: 'The same number from an official document, whichever it is said to be.' },
    SAME_NAME: { description: 'The same name, in either script and any spelling that sounds the same.' },
    SIMILAR_NAME: { description: 'Names that differ by a slip of the finger, or in words that one of them leaves out.' },
    SAME_BIRTH: { description: 'The same day of birth.' },
    NEAR_AGE: { description: 'About the same age, the same year, or a day of birth that may have been misread.' },
    SAME_PHONE: { description: 'A telephone number of both, their own or a guardian’s. Families share them: by itself it says nothing.' },
    SAME_GUARDIAN: { description: 'The same guardian. Brothers and sisters share one: by itself it says nothing.' },
    SAME_ADDRESS: { description: 'The same address. Households share it: by itself it says nothing.' },
  },
});
