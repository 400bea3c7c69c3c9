import { type Fraction, exactly, product, ratio, sum } from '../../platform/decimal.js';

/** A unit by its UCUM code, as HL7 FHIR writes it. */
export type VitalUnit = 'mm[Hg]' | '/min' | 'Cel' | '[degF]' | '%' | 'kg' | '[lb_av]' | 'cm' | '[in_i]' | '[ft_i]' | 'mmol/L' | 'mg/dL' | '{score}' | 'kg/m2' | 'm2';

/** The lowest and the highest value of a range, both within it, in the canonical unit of its measure. */
export interface Range {
  low: string;
  high: string;
}

/** The usual range from an age, in completed months, up to the next one's; `source` tells where it comes from. */
export interface UsualRange extends Range {
  fromMonths: number;
  source: string;
}

export interface Measure {
  /** What it is called in English. */
  name: string;
  /** Its code in LOINC (loinc.org, Regenstrief Institute). */
  loinc: string;
  /** The units it may be stated in, with the most decimal places of each. The first is the canonical one. */
  units: ReadonlyArray<{ code: VitalUnit; places: number }>;
  /** Decimal places of the value in the canonical unit, after conversion. */
  places: number;
  /** Outside of it nothing is accepted. */
  possible: Range;
  possibleSource: string;
  /** By age; empty when no value is unusual. Outside of it a value is accepted and marked. */
  usual: readonly UsualRange[];
}

const sources = {
  news2: 'Royal College of Physicians: National Early Warning Score 2 (2017), the bands that score 3',
  fever: 'Royal College of Physicians: National Early Warning Score 2 (2017), the bands that score 2 or 3',
  fleming: 'Fleming et al., Lancet 2011; 377: 1011–18, 1st to 99th centile',
  pals: 'American Heart Association: Pediatric Advanced Life Support, hypotension by age and normal ranges',
  crisis: 'NEWS2 (low); AHA/ACC 2017, hypertensive crisis above 180/120 (high)',
  imci: 'WHO: Integrated Management of Childhood Illness, sick young infant',
  growth: 'WHO Child Growth Standards 2006, −3 SD of girls to +3 SD of boys and girls',
  growth2007: 'WHO Reference 2007, −3 SD to +3 SD',
  ramadan: 'IDF-DAR Practical Guidelines 2021, when to break the fast',
  ours: 'no standard: wide enough for nearly everybody',
  living: 'the extremes reported of living people, with a margin',
  manometer: 'the scale of a manometer, 0 to 300',
  device: 'what an oximeter shows',
  scale: 'the scale itself',
} as const;

const range = (fromMonths: number, low: number, high: number, source: string): UsualRange => ({ fromMonths, low: String(low), high: String(high), source });
const adult = 18 * 12;

/** What is measured of a patient, its units, and its two limits. The document `docs/vital-signs.md` is generated from it. */
export const vitalMeasures = {
  SYSTOLIC: {
    name: 'Systolic blood pressure', loinc: '8480-6', units: [{ code: 'mm[Hg]', places: 0 }], places: 0,
    possible: { low: '20', high: '300' }, possibleSource: sources.manometer,
    usual: [
      range(0, 60, 84, sources.pals), range(1, 70, 104, sources.pals), range(12, 72, 106, sources.pals), range(3 * 12, 76, 112, sources.pals),
      range(6 * 12, 82, 115, sources.pals), range(10 * 12, 90, 120, sources.pals), range(12 * 12, 90, 131, sources.pals), range(adult, 91, 180, sources.crisis),
    ],
  },
  DIASTOLIC: {
    name: 'Diastolic blood pressure', loinc: '8462-4', units: [{ code: 'mm[Hg]', places: 0 }], places: 0,
    possible: { low: '5', high: '250' }, possibleSource: sources.manometer,
    usual: [
      range(0, 35, 53, sources.pals), range(1, 37, 56, sources.pals), range(12, 42, 63, sources.pals), range(3 * 12, 46, 72, sources.pals),
      range(6 * 12, 57, 76, sources.pals), range(10 * 12, 61, 80, sources.pals), range(12 * 12, 64, 83, sources.pals),
      range(adult, 40, 120, 'AHA/ACC 2017, hypertensive crisis above 180/120 (high); no standard (low)'),
    ],
  },
  PULSE: {
    name: 'Pulse', loinc: '8867-4', units: [{ code: '/min', places: 0 }], places: 0,
    possible: { low: '10', high: '400' }, possibleSource: sources.living,
    usual: [
      range(0, 90, 181, sources.fleming), range(3, 104, 175, sources.fleming), range(6, 98, 168, sources.fleming), range(9, 93, 161, sources.fleming),
      range(12, 88, 156, sources.fleming), range(18, 82, 149, sources.fleming), range(2 * 12, 76, 142, sources.fleming), range(3 * 12, 70, 136, sources.fleming),
      range(4 * 12, 65, 131, sources.fleming), range(6 * 12, 59, 123, sources.fleming), range(8 * 12, 52, 115, sources.fleming),
      range(12 * 12, 47, 108, sources.fleming), range(15 * 12, 43, 104, sources.fleming), range(adult, 41, 130, sources.news2),
    ],
  },
  RESPIRATORY_RATE: {
    name: 'Respiratory rate', loinc: '9279-1', units: [{ code: '/min', places: 0 }], places: 0,
    possible: { low: '2', high: '150' }, possibleSource: sources.living,
    usual: [
      range(0, 25, 66, sources.fleming), range(3, 24, 64, sources.fleming), range(6, 23, 61, sources.fleming), range(9, 22, 58, sources.fleming),
      range(12, 21, 53, sources.fleming), range(18, 19, 46, sources.fleming), range(2 * 12, 18, 38, sources.fleming), range(3 * 12, 17, 33, sources.fleming),
      range(4 * 12, 17, 29, sources.fleming), range(6 * 12, 16, 27, sources.fleming), range(8 * 12, 14, 25, sources.fleming),
      range(12 * 12, 12, 23, sources.fleming), range(15 * 12, 11, 22, sources.fleming), range(adult, 9, 24, sources.news2),
    ],
  },
  TEMPERATURE: {
    name: 'Body temperature', loinc: '8310-5', units: [{ code: 'Cel', places: 2 }, { code: '[degF]', places: 2 }], places: 2,
    possible: { low: '10', high: '47' }, possibleSource: sources.living,
    usual: [range(0, 35.5, 37.4, sources.imci), range(2, 35.1, 39, sources.fever)],
  },
  OXYGEN_SATURATION: {
    name: 'Oxygen saturation by pulse oximetry', loinc: '59408-5', units: [{ code: '%', places: 1 }], places: 1,
    possible: { low: '10', high: '100' }, possibleSource: sources.device,
    usual: [range(0, 92, 100, sources.news2)],
  },
  WEIGHT: {
    name: 'Body weight', loinc: '29463-7', units: [{ code: 'kg', places: 3 }, { code: '[lb_av]', places: 2 }], places: 3,
    possible: { low: '0.2', high: '650' }, possibleSource: sources.living,
    usual: [
      range(0, 2, 9, sources.growth), range(3, 4, 10.9, sources.growth), range(6, 5.1, 13.3, sources.growth), range(12, 6.3, 17.1, sources.growth),
      range(2 * 12, 8.1, 20.9, sources.growth), range(3 * 12, 9.6, 29.5, sources.growth),
      range(5 * 12, 12, 62, sources.ours), range(10 * 12, 17, 130, sources.ours), range(adult, 30, 200, sources.ours),
    ],
  },
  HEIGHT: {
    name: 'Body height or length', loinc: '8302-2',
    units: [{ code: 'cm', places: 1 }, { code: '[in_i]', places: 2 }, { code: '[ft_i]', places: 2 }], places: 1,
    possible: { low: '20', high: '280' }, possibleSource: sources.living,
    usual: [
      range(0, 43, 68, sources.growth), range(3, 53, 74, sources.growth), range(6, 58, 83, sources.growth), range(12, 66, 97, sources.growth),
      range(2 * 12, 76, 108, sources.growth), range(3 * 12, 83, 124, sources.growth), range(5 * 12, 95, 158, sources.growth2007),
      range(10 * 12, 118, 199, sources.growth2007), range(adult, 120, 220, sources.ours),
    ],
  },
  HEAD_CIRCUMFERENCE: {
    name: 'Head circumference', loinc: '9843-4', units: [{ code: 'cm', places: 1 }, { code: '[in_i]', places: 2 }], places: 1,
    possible: { low: '10', high: '100' }, possibleSource: sources.living,
    usual: [
      range(0, 30, 45, sources.growth), range(3, 35, 47, sources.growth), range(6, 38, 50, sources.growth), range(12, 40, 53, sources.growth),
      range(2 * 12, 43, 56, sources.growth), range(5 * 12, 45, 65, sources.ours),
    ],
  },
  BLOOD_GLUCOSE: {
    name: 'Blood glucose by glucometer', loinc: '14743-9', units: [{ code: 'mmol/L', places: 2 }, { code: 'mg/dL', places: 1 }], places: 2,
    possible: { low: '0.1', high: '150' }, possibleSource: sources.living,
    usual: [range(0, 2.6, 16.7, `WHO 1997, hypoglycaemia of the newborn (low); ${sources.ramadan} (high)`), range(1, 3.9, 16.7, sources.ramadan)],
  },
  PAIN: {
    name: 'Pain, 0 (none) to 10 (worst)', loinc: '72514-3', units: [{ code: '{score}', places: 0 }], places: 0,
    possible: { low: '0', high: '10' }, possibleSource: sources.scale, usual: [],
  },
} as const satisfies Record<string, Measure>;

/** What can be measured. */
export type MeasuredVital = keyof typeof vitalMeasures;

/** What is reckoned from weight and height of one occasion. */
export const derivedMeasures = {
  BODY_MASS_INDEX: { name: 'Body mass index: weight in kg by the square of the height in m', loinc: '39156-5', unit: 'kg/m2', places: 1 },
  BODY_SURFACE_AREA: { name: 'Body surface area by Mosteller: the root of (cm × kg / 3600)', loinc: '8277-6', unit: 'm2', places: 2 },
} as const satisfies Record<string, { name: string; loinc: string; unit: VitalUnit; places: number }>;

export type DerivedVital = keyof typeof derivedMeasures;

/** Every measure that is reckoned, in the order in which they are shown. */
export const derivedVitals = Object.keys(derivedMeasures) as DerivedVital[];

/** What is measured or reckoned. */
export type VitalMeasure = MeasuredVital | DerivedVital;

/** Every measure that is entered, in the order in which they are shown. */
export const measuredVitals = Object.keys(vitalMeasures) as MeasuredVital[];

/** The unit in which the values of a measure are told and compared. */
export const canonicalUnit = (measure: VitalMeasure): VitalUnit => (isDerived(measure) ? derivedMeasures[measure].unit : vitalMeasures[measure].units[0].code);

/** The LOINC code of a measure. */
export const loincOf = (measure: VitalMeasure): string => (isDerived(measure) ? derivedMeasures[measure] : vitalMeasures[measure]).loinc;

/** True for what is reckoned, not measured. */
export const isDerived = (measure: VitalMeasure): measure is DerivedVital => measure in derivedMeasures;

/** Units as people read them. */
export const unitWords: Record<VitalUnit, string> = {
  'mm[Hg]': 'mmHg', '/min': '/min', Cel: '°C', '[degF]': '°F', '%': '%', kg: 'kg', '[lb_av]': 'lb', cm: 'cm', '[in_i]': 'in', '[ft_i]': 'ft',
  'mmol/L': 'mmol/L', 'mg/dL': 'mg/dL', '{score}': '/ 10', 'kg/m2': 'kg/m²', m2: 'm²',
};

const zero = ratio(0, 1);

/** How a unit becomes the canonical one: first something is added, then it is multiplied. Without an entry it is canonical. */
const conversions: Partial<Record<VitalUnit, { add: Fraction; times: Fraction }>> = {
  '[degF]': { add: exactly('-32'), times: ratio(5, 9) },
  '[lb_av]': { add: zero, times: exactly('0.45359237') }, // the international pound of 1959
  '[in_i]': { add: zero, times: exactly('2.54') },
  '[ft_i]': { add: zero, times: exactly('30.48') },
  'mg/dL': { add: zero, times: product(ratio(10, 1), { over: 1000n, under: 180156n }) }, // 180.156 g/mol of glucose
};

/** A value in a unit as the canonical unit has it, exactly. */
export function inCanonicalUnit(value: Fraction, unit: VitalUnit): Fraction {
  const conversion = conversions[unit];
  return conversion ? product(sum(value, conversion.add), conversion.times) : value;
}

/** How old somebody is, in completed months: at least and at most, for who was born when is not always known to the day. */
export interface AgeInMonths {
  least: number;
  most: number;
}

/** The usual range of a measure at an age: as wide as all those that the age may fall into. Undefined when nothing is unusual. */
export function usualRange(measure: MeasuredVital, age: AgeInMonths): Range | undefined {
  const ranges: readonly UsualRange[] = vitalMeasures[measure].usual;
  const fitting = ranges.filter(({ fromMonths }, index) => fromMonths <= age.most && (ranges[index + 1]?.fromMonths ?? Infinity) > age.least);
  if (!fitting.length) return undefined;
  return {
    low: fitting.map(({ low }) => low).reduce((lowest, low) => (Number(low) < Number(lowest) ? low : lowest)),
    high: fitting.map(({ high }) => high).reduce((highest, high) => (Number(high) > Number(highest) ? high : highest)),
  };
}
