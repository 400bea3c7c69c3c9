import { registerEnumType } from '@nestjs/graphql';

export const ConditionClinicalStatus = { ACTIVE: 'ACTIVE', REMISSION: 'REMISSION', RESOLVED: 'RESOLVED' } as const;
export type ConditionClinicalStatus = keyof typeof ConditionClinicalStatus;
registerEnumType(ConditionClinicalStatus, {
  name: 'ConditionClinicalStatus',
  description: 'Whether the patient still has a condition (HL7 FHIR condition-clinical).',
  valuesMap: {
    ACTIVE: { description: 'The patient has it.' },
    REMISSION: { description: 'Without signs of it for now; it may come back.' },
    RESOLVED: { description: 'It is over.' },
  },
});

export const ConditionVerification = { PROVISIONAL: 'PROVISIONAL', CONFIRMED: 'CONFIRMED', REFUTED: 'REFUTED' } as const;
export type ConditionVerification = keyof typeof ConditionVerification;
registerEnumType(ConditionVerification, {
  name: 'ConditionVerification',
  description: 'How certain a diagnosis is (HL7 FHIR condition-ver-status).',
  valuesMap: {
    PROVISIONAL: { description: 'Suspected; to be confirmed or refuted.' },
    CONFIRMED: { description: 'Established.' },
    REFUTED: { description: 'Shown to be wrong.' },
  },
});
