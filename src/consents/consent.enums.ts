import { registerEnumType } from '@nestjs/graphql';

export const ConsentPurpose = { TREATMENT: 'TREATMENT', SMS: 'SMS', EMAIL: 'EMAIL', EXCHANGE: 'EXCHANGE', RESEARCH: 'RESEARCH' } as const;
export type ConsentPurpose = keyof typeof ConsentPurpose;
registerEnumType(ConsentPurpose, {
  name: 'ConsentPurpose',
  description: 'What a patient is asked to agree to. More may be added.',
  valuesMap: {
    TREATMENT: { description: 'Being examined and treated by the practice.' },
    SMS: { description: 'Messages to the patient’s telephone, such as reminders.' },
    EMAIL: { description: 'Messages by e-mail.' },
    EXCHANGE: { description: 'Sending the record to another clinic, a laboratory or a health information exchange.' },
    RESEARCH: { description: 'Use of the record, without the name, for research.' },
  },
});

export const ConsentChoice = { GRANTED: 'GRANTED', REFUSED: 'REFUSED' } as const;
export type ConsentChoice = keyof typeof ConsentChoice;
registerEnumType(ConsentChoice, {
  name: 'ConsentChoice',
  description: 'What somebody answered when they were asked.',
  valuesMap: {
    GRANTED: { description: 'Yes.' },
    REFUSED: { description: 'No.' },
  },
});

export const ConsentDecision = { ...ConsentChoice, WITHDRAWN: 'WITHDRAWN' } as const;
export type ConsentDecision = keyof typeof ConsentDecision;
registerEnumType(ConsentDecision, {
  name: 'ConsentDecision',
  description: 'What was decided.',
  valuesMap: {
    GRANTED: { description: 'Agreed to.' },
    REFUSED: { description: 'Refused when asked.' },
    WITHDRAWN: { description: 'Taken back after it had been granted.' },
  },
});

export const ConsentStatus = { ...ConsentDecision, EXPIRED: 'EXPIRED', UNKNOWN: 'UNKNOWN' } as const;
export type ConsentStatus = keyof typeof ConsentStatus;
registerEnumType(ConsentStatus, {
  name: 'ConsentStatus',
  description: 'How a patient’s consent to one purpose stands now.',
  valuesMap: {
    GRANTED: { description: 'Granted and in force.' },
    REFUSED: { description: 'Refused.' },
    WITHDRAWN: { description: 'Granted once and taken back.' },
    EXPIRED: { description: 'Granted until a time that is over.' },
    UNKNOWN: { description: 'No decision is on record.' },
  },
});

export const ConsentMethod = { WRITTEN: 'WRITTEN', VERBAL: 'VERBAL', ELECTRONIC: 'ELECTRONIC' } as const;
export type ConsentMethod = keyof typeof ConsentMethod;
registerEnumType(ConsentMethod, {
  name: 'ConsentMethod',
  description: 'How a decision was given.',
  valuesMap: {
    WRITTEN: { description: 'Signed, or marked with a thumb, on paper.' },
    VERBAL: { description: 'Spoken to a member of the practice.' },
    ELECTRONIC: { description: 'On a screen, by message or by e-mail.' },
  },
});

export const ConsentGiverKind = { PATIENT: 'PATIENT', GUARDIAN: 'GUARDIAN', REPRESENTATIVE: 'REPRESENTATIVE' } as const;
export type ConsentGiverKind = keyof typeof ConsentGiverKind;
registerEnumType(ConsentGiverKind, {
  name: 'ConsentGiverKind',
  description: 'As what somebody decided.',
  valuesMap: {
    PATIENT: { description: 'The patient.' },
    GUARDIAN: { description: 'The guardian of a minor.' },
    REPRESENTATIVE: { description: 'Somebody who speaks for an adult, such as a relative of an unconscious patient.' },
  },
});

export const ConsentWarning = { AGE_UNCERTAIN: 'AGE_UNCERTAIN' } as const;
export type ConsentWarning = keyof typeof ConsentWarning;
registerEnumType(ConsentWarning, {
  name: 'ConsentWarning',
  description: 'What somebody should look at again. A warning never prevents saving.',
  valuesMap: {
    AGE_UNCERTAIN: { description: 'The patient agreed for themselves, and by the birth on file (or without one) may have been a minor: ask for the age, and for a guardian if need be.' },
  },
});
