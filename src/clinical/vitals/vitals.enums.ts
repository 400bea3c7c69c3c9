import { registerEnumType } from '@nestjs/graphql';
import { type VitalMeasure as Measure, derivedMeasures, vitalMeasures } from './vital-measures.js';
import type { GlucoseTiming as Timing, VitalWarning as Warning } from './vitals-content.js';

const measured = Object.entries(vitalMeasures).map(([measure, { name, loinc, units }]) =>
  [measure, `${name}; in ${units.map(({ code }) => code).join(' or ')}, told in ${units[0].code}. LOINC ${loinc}.`] as const);
const derived = Object.entries(derivedMeasures).map(([measure, { name, loinc, unit }]) => [measure, `${name}; in ${unit}. LOINC ${loinc}.`] as const);
const descriptions = Object.fromEntries([...measured, ...derived]) as Record<Measure, string>;

export const VitalMeasures = Object.fromEntries(Object.keys(descriptions).map((measure) => [measure, measure])) as { [M in Measure]: M };
registerEnumType(VitalMeasures, {
  name: 'VitalMeasure',
  description: 'What is measured of a patient, or reckoned from it. Units are UCUM codes.',
  valuesMap: Object.fromEntries(Object.entries(descriptions).map(([measure, description]) => [measure, { description }])),
});

export const GlucoseTimings = { FASTING: 'FASTING', RANDOM: 'RANDOM', AFTER_MEAL: 'AFTER_MEAL' } as const satisfies Record<Timing, Timing>;
registerEnumType(GlucoseTimings, {
  name: 'GlucoseTiming',
  description: 'When blood glucose was measured.',
  valuesMap: {
    FASTING: { description: 'After at least eight hours without food.' },
    RANDOM: { description: 'At any time, whatever was eaten.' },
    AFTER_MEAL: { description: 'Two hours after a meal began.' },
  },
});

export const VitalWarnings = { UNUSUALLY_LOW: 'UNUSUALLY_LOW', UNUSUALLY_HIGH: 'UNUSUALLY_HIGH' } as const satisfies Record<Warning, Warning>;
registerEnumType(VitalWarnings, {
  name: 'VitalWarning',
  description: 'Why somebody should look at a value again. It was recorded all the same. The ranges are in docs/vital-signs.md; they are no diagnosis.',
  valuesMap: {
    UNUSUALLY_LOW: { description: 'Below what is usual at the patient’s age.' },
    UNUSUALLY_HIGH: { description: 'Above what is usual at the patient’s age.' },
  },
});
