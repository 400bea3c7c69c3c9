import { registerEnumType } from '@nestjs/graphql';

/** Why a visit costs what it does. */
export enum FeeReason {
  RULE_OF_DOCTOR_AND_CHAMBER_AND_VISIT_TYPE = 'RULE_OF_DOCTOR_AND_CHAMBER_AND_VISIT_TYPE',
  RULE_OF_DOCTOR_AND_CHAMBER = 'RULE_OF_DOCTOR_AND_CHAMBER',
  RULE_OF_DOCTOR_AND_VISIT_TYPE = 'RULE_OF_DOCTOR_AND_VISIT_TYPE',
  RULE_OF_DOCTOR = 'RULE_OF_DOCTOR',
  RULE_OF_CHAMBER_AND_VISIT_TYPE = 'RULE_OF_CHAMBER_AND_VISIT_TYPE',
  RULE_OF_CHAMBER = 'RULE_OF_CHAMBER',
  RULE_OF_VISIT_TYPE = 'RULE_OF_VISIT_TYPE',
  RULE_OF_PRACTICE = 'RULE_OF_PRACTICE',
  FREE_FOLLOW_UP = 'FREE_FOLLOW_UP',
  NO_RULE = 'NO_RULE',
}
registerEnumType(FeeReason, {
  name: 'FeeReason',
  description: 'Why a visit costs what it does. Of several rules that hold on its day the most specific counts: they stand here in that order.',
  valuesMap: {
    RULE_OF_DOCTOR_AND_CHAMBER_AND_VISIT_TYPE: { description: 'A rule for the doctor, the chamber and the visit type.' },
    RULE_OF_DOCTOR_AND_CHAMBER: { description: 'A rule for the doctor in the chamber.' },
    RULE_OF_DOCTOR_AND_VISIT_TYPE: { description: 'A rule for the doctor and the visit type.' },
    RULE_OF_DOCTOR: { description: 'A rule for the doctor.' },
    RULE_OF_CHAMBER_AND_VISIT_TYPE: { description: 'A rule for the chamber and the visit type.' },
    RULE_OF_CHAMBER: { description: 'A rule for the chamber.' },
    RULE_OF_VISIT_TYPE: { description: 'A rule for the visit type.' },
    RULE_OF_PRACTICE: { description: 'A rule for every visit of the practice.' },
    FREE_FOLLOW_UP: { description: 'The rule that counts has free visits after a consultation, and this is one.' },
    NO_RULE: { description: 'No rule holds for it on its day.' },
  },
});
