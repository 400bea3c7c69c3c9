import { registerEnumType } from '@nestjs/graphql';
import { type MealRelation as Relation } from './dose/dosing.js';

export const PrescriptionStatus = { DRAFT: 'DRAFT', DISCARDED: 'DISCARDED', SIGNED: 'SIGNED', SUPERSEDED: 'SUPERSEDED', CANCELLED: 'CANCELLED' } as const;
export type PrescriptionStatus = keyof typeof PrescriptionStatus;
registerEnumType(PrescriptionStatus, {
  name: 'PrescriptionStatus',
  description: 'How far a prescription has come.',
  valuesMap: {
    DRAFT: { description: 'Being written; it can be changed, discarded, or signed.' },
    DISCARDED: { description: 'A draft that was given up, for good.' },
    SIGNED: { description: 'Signed and in force. It never changes.' },
    SUPERSEDED: { description: 'An amendment was signed, which holds instead.' },
    CANCELLED: { description: 'Signed once, and declared invalid for good.' },
  },
});

export const MealRelation = { BEFORE_MEAL: 'BEFORE_MEAL', WITH_MEAL: 'WITH_MEAL', AFTER_MEAL: 'AFTER_MEAL', EMPTY_STOMACH: 'EMPTY_STOMACH' } as const satisfies Record<Relation, Relation>;
export type MealRelation = Relation;
registerEnumType(MealRelation, {
  name: 'MealRelation',
  description: 'How taking a medicine relates to meals.',
  valuesMap: {
    BEFORE_MEAL: { description: 'Before food.' },
    WITH_MEAL: { description: 'With food.' },
    AFTER_MEAL: { description: 'After food.' },
    EMPTY_STOMACH: { description: 'On an empty stomach.' },
  },
});

export const PregnancyState = { PREGNANT: 'PREGNANT', BREASTFEEDING: 'BREASTFEEDING', NEITHER: 'NEITHER' } as const;
export type PregnancyState = keyof typeof PregnancyState;
registerEnumType(PregnancyState, {
  name: 'PregnancyState',
  description: 'Whether a patient is pregnant or breast-feeds.',
  valuesMap: {
    PREGNANT: { description: 'She is pregnant, or may be.' },
    BREASTFEEDING: { description: 'She breast-feeds and is not pregnant.' },
    NEITHER: { description: 'She was asked, and is neither.' },
  },
});

export const Route = {
  ORAL: 'ORAL', SUBLINGUAL: 'SUBLINGUAL', BUCCAL: 'BUCCAL', INHALED: 'INHALED', NASAL: 'NASAL', OPHTHALMIC: 'OPHTHALMIC', OTIC: 'OTIC', TOPICAL: 'TOPICAL', TRANSDERMAL: 'TRANSDERMAL', RECTAL: 'RECTAL',
  VAGINAL: 'VAGINAL', SUBCUTANEOUS: 'SUBCUTANEOUS', INTRAMUSCULAR: 'INTRAMUSCULAR', INTRAVENOUS: 'INTRAVENOUS', INTRADERMAL: 'INTRADERMAL',
} as const;
export type Route = keyof typeof Route;
registerEnumType(Route, {
  name: 'Route',
  description: 'By which way a medicine gets into the body.',
  valuesMap: {
    ORAL: { description: 'By mouth.' },
    SUBLINGUAL: { description: 'Under the tongue.' },
    BUCCAL: { description: 'In the cheek.' },
    INHALED: { description: 'Breathed in.' },
    NASAL: { description: 'Into the nose.' },
    OPHTHALMIC: { description: 'Into the eye.' },
    OTIC: { description: 'Into the ear.' },
    TOPICAL: { description: 'On the skin, for the skin.' },
    TRANSDERMAL: { description: 'Through the skin.' },
    RECTAL: { description: 'Into the rectum.' },
    VAGINAL: { description: 'Into the vagina.' },
    SUBCUTANEOUS: { description: 'Injected under the skin.' },
    INTRAMUSCULAR: { description: 'Injected into a muscle.' },
    INTRAVENOUS: { description: 'Injected into a vein.' },
    INTRADERMAL: { description: 'Injected into the skin.' },
  },
});
