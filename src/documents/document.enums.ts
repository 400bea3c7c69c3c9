import { registerEnumType } from '@nestjs/graphql';

export const AdministrativeDocumentKind = {
  IDENTITY: 'IDENTITY', CONSENT_FORM: 'CONSENT_FORM', INSURANCE: 'INSURANCE', OTHER_ADMINISTRATIVE: 'OTHER_ADMINISTRATIVE',
} as const;
export type AdministrativeDocumentKind = keyof typeof AdministrativeDocumentKind;
const administrative = {
  IDENTITY: { description: 'An identity card, passport or birth registration.' },
  CONSENT_FORM: { description: 'A signed form of consent.' },
  INSURANCE: { description: 'An insurance card, policy or approval.' },
  OTHER_ADMINISTRATIVE: { description: 'Another paper of the front desk.' },
};
registerEnumType(AdministrativeDocumentKind, {
  name: 'AdministrativeDocumentKind', description: 'Kinds of documents that the front desk works with.', valuesMap: administrative,
});

export const ClinicalDocumentKind = {
  LAB_REPORT: 'LAB_REPORT', IMAGING: 'IMAGING', PRESCRIPTION: 'PRESCRIPTION', REFERRAL: 'REFERRAL', DISCHARGE_SUMMARY: 'DISCHARGE_SUMMARY',
  CLINICAL_PHOTO: 'CLINICAL_PHOTO', OTHER_CLINICAL: 'OTHER_CLINICAL',
} as const;
export type ClinicalDocumentKind = keyof typeof ClinicalDocumentKind;
const clinical = {
  LAB_REPORT: { description: 'A laboratory’s report.' },
  IMAGING: { description: 'An X-ray, ultrasound, CT or MRI: pictures or the report.' },
  PRESCRIPTION: { description: 'A prescription, of another doctor or written by hand.' },
  REFERRAL: { description: 'A letter of referral.' },
  DISCHARGE_SUMMARY: { description: 'A hospital’s summary on discharge.' },
  CLINICAL_PHOTO: { description: 'A photograph of the patient’s body.' },
  OTHER_CLINICAL: { description: 'Another medical paper.' },
};
registerEnumType(ClinicalDocumentKind, { name: 'ClinicalDocumentKind', description: 'Kinds of documents that are medical.', valuesMap: clinical });

export const DocumentKind = { ...ClinicalDocumentKind, ...AdministrativeDocumentKind } as const;
export type DocumentKind = keyof typeof DocumentKind;
registerEnumType(DocumentKind, {
  name: 'DocumentKind',
  description: 'What kind of document; it decides who may see it. Clinical kinds: seen with patients:read-clinical, changed with patients:edit-clinical. Administrative kinds (IDENTITY, CONSENT_FORM, INSURANCE, OTHER_ADMINISTRATIVE): seen with patients:read, changed with patients:edit.',
  valuesMap: { ...clinical, ...administrative },
});

export const DocumentState = { AWAITING_CONTENT: 'AWAITING_CONTENT', STORED: 'STORED' } as const;
export type DocumentState = keyof typeof DocumentState;
registerEnumType(DocumentState, {
  name: 'DocumentState',
  description: 'Whether the file itself is there.',
  valuesMap: {
    AWAITING_CONTENT: { description: 'Added; the file has not been sent, or not whole.' },
    STORED: { description: 'The file is stored. It never changes: to replace it, add another document that corrects this one.' },
  },
});
