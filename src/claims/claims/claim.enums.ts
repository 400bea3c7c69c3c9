import { registerEnumType } from '@nestjs/graphql';

export enum ClaimStatus {
  DRAFT = 'DRAFT', READY = 'READY', SUBMITTED = 'SUBMITTED', RESUBMITTED = 'RESUBMITTED', PAID = 'PAID', PARTLY_PAID = 'PARTLY_PAID', DENIED = 'DENIED', CLOSED = 'CLOSED', DISCARDED = 'DISCARDED',
}
registerEnumType(ClaimStatus, {
  name: 'ClaimStatus',
  description: 'How far a claim has come.',
  valuesMap: {
    DRAFT: { description: 'It can be edited.' },
    READY: { description: 'Nothing is missing; the next file takes it along.' },
    SUBMITTED: { description: 'It was sent, and the payer has not answered.' },
    RESUBMITTED: { description: 'It was sent anew, and the payer has not answered.' },
    PAID: { description: 'The payer paid all of it.' },
    PARTLY_PAID: { description: 'The payer paid a part of it.' },
    DENIED: { description: 'The payer paid nothing.' },
    CLOSED: { description: 'What was not paid was given up, or is the patient’s to pay.' },
    DISCARDED: { description: 'It was given up before it was sent: the patient owes all again.' },
  },
});

export enum ClaimResubmission { CORRECTION = 'CORRECTION', INTERNAL_COMPLAINT = 'INTERNAL_COMPLAINT' }
registerEnumType(ClaimResubmission, {
  name: 'ClaimResubmission',
  description: 'As what a claim is sent anew.',
  valuesMap: {
    CORRECTION: { description: 'Something in it was wrong: all of it is sent as corrected. Only of what was denied as a whole.' },
    INTERNAL_COMPLAINT: { description: 'The payer is asked to look again at what it did not pay.' },
  },
});

export enum ClaimCodeSystem { CPT = 'CPT', HCPCS = 'HCPCS', DRUG = 'DRUG', DENTAL = 'DENTAL', SERVICE = 'SERVICE' }
registerEnumType(ClaimCodeSystem, {
  name: 'ClaimCodeSystem',
  description: 'A system of codes that claims tell by what was done.',
  valuesMap: {
    CPT: { description: 'Current Procedural Terminology: five characters.' },
    HCPCS: { description: 'HCPCS Level II: a letter and four digits.' },
    DRUG: { description: 'Drugs: Dubai Drug Codes, and those of Abu Dhabi; groups of letters and digits with dashes.' },
    DENTAL: { description: 'Dental services: five digits, or D and four.' },
    SERVICE: { description: 'Service codes of the health authority.' },
  },
});

export enum ClaimDisposition { PRODUCTION = 'PRODUCTION', TEST = 'TEST' }
registerEnumType(ClaimDisposition, {
  name: 'ClaimDisposition',
  description: 'Whether a file of claims counts.',
  valuesMap: { PRODUCTION: { description: 'It counts: its claims are sent.' }, TEST: { description: 'It tries whether the post office would take it: its claims stay as they are.' } },
});

export enum ClaimRest { WRITTEN_OFF = 'WRITTEN_OFF', TO_PATIENT = 'TO_PATIENT' }
registerEnumType(ClaimRest, {
  name: 'ClaimRest',
  description: 'What becomes of what a payer did not pay.',
  valuesMap: { WRITTEN_OFF: { description: 'The practice gives it up.' }, TO_PATIENT: { description: 'The patient owes it, on the invoice.' } },
});

export enum ClaimFaultReason {
  MISSING = 'MISSING', NOT_A_CODE = 'NOT_A_CODE', UNKNOWN_CODE = 'UNKNOWN_CODE', RETIRED_CODE = 'RETIRED_CODE', WRONG_FORMAT = 'WRONG_FORMAT', CHECK_DIGIT = 'CHECK_DIGIT', EXPIRED = 'EXPIRED',
}
registerEnumType(ClaimFaultReason, {
  name: 'ClaimFaultReason',
  description: 'What is wrong with a part of a claim.',
  valuesMap: {
    MISSING: { description: 'It is not there.' },
    NOT_A_CODE: { description: 'It has not the form of a code of its system.' },
    UNKNOWN_CODE: { description: 'There is no such code.' },
    RETIRED_CODE: { description: 'The code is not used any more.' },
    WRONG_FORMAT: { description: 'It has not the form that it must have.' },
    CHECK_DIGIT: { description: 'The check digit does not agree: look at the card. It keeps nothing from being sent.' },
    EXPIRED: { description: 'It did not hold any more on the day.' },
  },
});
