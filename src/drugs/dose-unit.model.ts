import { registerEnumType } from '@nestjs/graphql';

/** Units in which a dose can be stated. Without one the dose is in what the form is counted in: tablets, puffs, drops. */
export const doseUnits = ['TABLET', 'CAPSULE', 'ML', 'DROP', 'PUFF', 'UNIT', 'SACHET', 'SUPPOSITORY', 'AMPOULE', 'PATCH', 'MG', 'GRAM', 'APPLICATION'] as const;
export type DoseUnit = (typeof doseUnits)[number];

export const DoseUnitEnum = Object.fromEntries(doseUnits.map((unit) => [unit, unit])) as { readonly [Unit in DoseUnit]: Unit };
registerEnumType(DoseUnitEnum, {
  name: 'DoseUnit',
  description: 'In what a dose is counted.',
  valuesMap: {
    TABLET: { description: 'Tablets.' },
    CAPSULE: { description: 'Capsules.' },
    ML: { description: 'Millilitres.' },
    DROP: { description: 'Drops.' },
    PUFF: { description: 'Puffs or sprays.' },
    UNIT: { description: 'International units, as of insulin.' },
    SACHET: { description: 'Sachets.' },
    SUPPOSITORY: { description: 'Suppositories or pessaries.' },
    AMPOULE: { description: 'Ampoules or vials.' },
    PATCH: { description: 'Patches.' },
    MG: { description: 'Milligrams.' },
    GRAM: { description: 'Grams.' },
    APPLICATION: { description: 'Applications to the skin, the eye or the mouth.' },
  },
});
