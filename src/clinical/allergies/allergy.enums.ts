import { registerEnumType } from '@nestjs/graphql';

export const SubstanceKind = { INGREDIENT: 'INGREDIENT', CLASS: 'CLASS', FOOD: 'FOOD', ENVIRONMENT: 'ENVIRONMENT', OTHER: 'OTHER' } as const;
export type SubstanceKind = keyof typeof SubstanceKind;
registerEnumType(SubstanceKind, {
  name: 'SubstanceKind',
  description: 'What kind of substance an allergy is to.',
  valuesMap: {
    INGREDIENT: { description: 'An active ingredient of drugs, such as amoxicillin.' },
    CLASS: { description: 'A whole class of drugs, such as penicillins or sulfonamides.' },
    FOOD: { description: 'A food, such as prawns or egg.' },
    ENVIRONMENT: { description: 'Something around us, such as dust mites, pollen or cats.' },
    OTHER: { description: 'Anything else, such as latex or a hair dye.' },
  },
});

export const ReactionKind = {
  URTICARIA: 'URTICARIA', ITCHING: 'ITCHING', RASH: 'RASH', ANGIOEDEMA: 'ANGIOEDEMA', ANAPHYLAXIS: 'ANAPHYLAXIS', WHEEZING: 'WHEEZING', BREATHLESSNESS: 'BREATHLESSNESS',
  RHINITIS: 'RHINITIS', CONJUNCTIVITIS: 'CONJUNCTIVITIS', NAUSEA_OR_VOMITING: 'NAUSEA_OR_VOMITING', DIARRHOEA: 'DIARRHOEA', ABDOMINAL_PAIN: 'ABDOMINAL_PAIN',
  HYPOTENSION: 'HYPOTENSION', SEVERE_SKIN_REACTION: 'SEVERE_SKIN_REACTION', OTHER: 'OTHER',
} as const;
export type ReactionKind = keyof typeof ReactionKind;
registerEnumType(ReactionKind, {
  name: 'ReactionKind',
  description: 'How an allergy shows itself.',
  valuesMap: {
    URTICARIA: { description: 'Hives.' },
    ITCHING: { description: 'Itching without a rash.' },
    RASH: { description: 'A rash other than hives.' },
    ANGIOEDEMA: { description: 'Swelling of face, lips, tongue or throat.' },
    ANAPHYLAXIS: { description: 'Anaphylaxis.' },
    WHEEZING: { description: 'Wheezing, bronchospasm.' },
    BREATHLESSNESS: { description: 'Shortness of breath.' },
    RHINITIS: { description: 'Sneezing, a running or blocked nose.' },
    CONJUNCTIVITIS: { description: 'Red, itching, watering eyes.' },
    NAUSEA_OR_VOMITING: { description: 'Nausea or vomiting.' },
    DIARRHOEA: { description: 'Diarrhoea.' },
    ABDOMINAL_PAIN: { description: 'Pain in the abdomen.' },
    HYPOTENSION: { description: 'Low blood pressure, fainting, shock.' },
    SEVERE_SKIN_REACTION: { description: 'Stevens-Johnson syndrome, toxic epidermal necrolysis, DRESS.' },
    OTHER: { description: 'Another one, told in the text.' },
  },
});

export const AllergySeverity = { MILD: 'MILD', MODERATE: 'MODERATE', SEVERE: 'SEVERE' } as const;
export type AllergySeverity = keyof typeof AllergySeverity;
registerEnumType(AllergySeverity, {
  name: 'AllergySeverity',
  description: 'How bad the worst reaction so far was (HL7 FHIR reaction-event-severity).',
  valuesMap: { MILD: { description: 'Mild.' }, MODERATE: { description: 'Moderate.' }, SEVERE: { description: 'Severe.' } },
});

export const AllergyCriticality = { LOW: 'LOW', HIGH: 'HIGH', UNABLE_TO_ASSESS: 'UNABLE_TO_ASSESS' } as const;
export type AllergyCriticality = keyof typeof AllergyCriticality;
registerEnumType(AllergyCriticality, {
  name: 'AllergyCriticality',
  description: 'How dangerous a future exposure may be (HL7 FHIR allergy-intolerance-criticality).',
  valuesMap: {
    LOW: { description: 'Not expected to endanger life.' },
    HIGH: { description: 'May endanger life.' },
    UNABLE_TO_ASSESS: { description: 'Cannot be told from what is known.' },
  },
});

export const AllergyClinicalStatus = { ACTIVE: 'ACTIVE', INACTIVE: 'INACTIVE', RESOLVED: 'RESOLVED' } as const;
export type AllergyClinicalStatus = keyof typeof AllergyClinicalStatus;
registerEnumType(AllergyClinicalStatus, {
  name: 'AllergyClinicalStatus',
  description: 'Whether the patient still reacts (HL7 FHIR allergyintolerance-clinical).',
  valuesMap: {
    ACTIVE: { description: 'The patient reacts, or must be expected to.' },
    INACTIVE: { description: 'No longer expected to react.' },
    RESOLVED: { description: 'Shown, by testing or by exposure, to react no longer.' },
  },
});

export const AllergyVerification = { UNCONFIRMED: 'UNCONFIRMED', CONFIRMED: 'CONFIRMED', REFUTED: 'REFUTED' } as const;
export type AllergyVerification = keyof typeof AllergyVerification;
registerEnumType(AllergyVerification, {
  name: 'AllergyVerification',
  description: 'How certain an allergy is (HL7 FHIR allergyintolerance-verification).',
  valuesMap: {
    UNCONFIRMED: { description: 'Told or suspected, not proven.' },
    CONFIRMED: { description: 'Proven, such as by a test or an observed reaction.' },
    REFUTED: { description: 'Shown not to exist.' },
  },
});

export const AllergyStatus = { NOT_ASKED: 'NOT_ASKED', NO_KNOWN_ALLERGIES: 'NO_KNOWN_ALLERGIES', HAS_ALLERGIES: 'HAS_ALLERGIES' } as const;
export type AllergyStatus = keyof typeof AllergyStatus;
registerEnumType(AllergyStatus, {
  name: 'AllergyStatus',
  description: 'What is known of a patient’s allergies in all.',
  valuesMap: {
    NOT_ASKED: { description: 'Nobody has said anything that holds today. It does not mean that there are none: ask.' },
    NO_KNOWN_ALLERGIES: { description: 'Somebody stated that there are none, and it holds: see `allergyStatement`.' },
    HAS_ALLERGIES: { description: 'At least one allergy is recorded that is active and not refuted.' },
  },
});
