import { registerEnumType } from '@nestjs/graphql';

/** Units in which a dose can be stated. Without one the dose is in what the form is counted in: tablets, puffs, drops. */
export const doseUnits = ['TABLET', 'CAPSULE', 'ML', 'DROP', 'PUFF', 'UNIT', 'SACHET', 'SUPPOSITORY', 'AMPOULE', 'PATCH', 'MG', 'GRAM', 'APPLICATION'] as const;
export type DoseUnit = (typeof doseUnits)[number];

/** The same as an enum of the schema. */
export const DoseUnit = Object.fromEntries(doseUnits.map((unit) => [unit, unit])) as { readonly [Unit in DoseUnit]: Unit };
registerEnumType(DoseUnit, {
  name: 'DoseUnit',
  description: 'In what doses are counted or measured.',
  valuesMap: {
    TABLET: { description: 'Tablets.' },
    CAPSULE: { description: 'Capsules.' },
    ML: { description: 'Millilitres; a teaspoon is 5 of them.' },
    DROP: { description: 'Drops.' },
    PUFF: { description: 'Puffs of an inhaler or a spray.' },
    UNIT: { description: 'International units.' },
    SACHET: { description: 'Sachets.' },
    SUPPOSITORY: { description: 'Suppositories.' },
    AMPOULE: { description: 'Ampoules or vials.' },
    PATCH: { description: 'Patches.' },
    MG: { description: 'Milligrams.' },
    GRAM: { description: 'Grams.' },
    APPLICATION: { description: 'Applications to the skin or elsewhere.' },
  },
});
