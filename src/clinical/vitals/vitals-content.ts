import { compared, exactly, placesOf, product, quotient, ratio, rounded, roundedRoot, sum } from '../../platform/decimal.js';
import { InputCheck } from '../../platform/input-check.js';
import {
  type AgeInMonths, type DerivedVital, type MeasuredVital, type Measure, type VitalMeasure, type VitalUnit,
  derivedMeasures, inCanonicalUnit, isDerived, measuredVitals, unitWords, usualRange, vitalMeasures,
} from './vital-measures.js';

/** The longest note beside the measurements, in code points. */
export const LONGEST_VITALS_NOTE = 500;

const INCHES_OF_A_FOOT = 12;

/** When blood glucose was measured, as it is read. */
export type GlucoseTiming = 'FASTING' | 'RANDOM' | 'AFTER_MEAL';

export type VitalWarning = 'UNUSUALLY_LOW' | 'UNUSUALLY_HIGH';

/** One value as it was stated and in the canonical unit of its measure, both exact decimal texts. */
export interface Measurement {
  measure: MeasuredVital;
  value: string;
  unit: VitalUnit;
  /** Beside feet. */
  inches?: string;
  canonical: string;
  timing?: GlucoseTiming;
  /** As it was judged when it was recorded, by the age known then. */
  warning?: VitalWarning;
}

/** What was measured on one occasion, as sealed in `clinic.vitals`. */
export interface VitalsContent {
  measured: Measurement[];
  note: string | null;
}

/** A value as stated, a plain decimal number. */
export interface StatedQuantity {
  value: string;
  unit?: string | null;
  inches?: string | null;
  timing?: GlucoseTiming;
}

/** The field of the input in which each measure is stated. */
export const vitalFields = {
  SYSTOLIC: 'systolic', DIASTOLIC: 'diastolic', PULSE: 'pulse', RESPIRATORY_RATE: 'respiratoryRate', TEMPERATURE: 'temperature',
  OXYGEN_SATURATION: 'oxygenSaturation', WEIGHT: 'weight', HEIGHT: 'height', HEAD_CIRCUMFERENCE: 'headCircumference',
  BLOOD_GLUCOSE: 'bloodGlucose', PAIN: 'pain',
} as const satisfies Record<MeasuredVital, string>;

type StatedVitals = { [field in (typeof vitalFields)[MeasuredVital]]?: StatedQuantity | null } & { note?: string | null };

/**
 * What was measured, in canonical units, each value judged for somebody of this age. Notes every fault: units, decimal
 * places, what cannot be (IMPLAUSIBLE), a diastolic pressure not below the systolic one, nothing measured at all (EMPTY).
 */
export function vitalsFrom(check: InputCheck, stated: StatedVitals, age: AgeInMonths): VitalsContent {
  const note = check.line(['note'], stated.note, LONGEST_VITALS_NOTE);
  const given = measuredVitals.filter((measure) => stated[vitalFields[measure]]);
  if (!given.length) check.blame([], 'EMPTY');
  const measured = given.flatMap((measure) => measurementFrom(check, measure, stated[vitalFields[measure]]!, age) ?? []);
  checkPressures(check, stated, measured);
  return { measured, note };
}

function measurementFrom(check: InputCheck, measure: MeasuredVital, stated: StatedQuantity, age: AgeInMonths): Measurement | undefined {
  const field = vitalFields[measure];
  const { units, places, possible }: Measure = vitalMeasures[measure];
  const unit = unitFrom(check, field, units, stated.unit);
  if (!unit || !inchesFit(check, field, unit.code, stated)) return undefined;
  if (placesOf(stated.value) > unit.places) return void check.blame([field, 'value'], 'TOO_PRECISE', { places: unit.places });
  const feetAndInches = stated.inches ? product(exactly(stated.inches), ratio(1, INCHES_OF_A_FOOT)) : ratio(0, 1);
  const exact = inCanonicalUnit(sum(exactly(stated.value), feetAndInches), unit.code);
  if (compared(exact, exactly(possible.low)) < 0 || compared(exact, exactly(possible.high)) > 0) {
    return void check.blame([field, 'value'], 'IMPLAUSIBLE', { min: Number(possible.low), max: Number(possible.high), unit: units[0]!.code });
  }
  const canonical = rounded(exact, places);
  const warning = warningOf(measure, canonical, age);
  return {
    measure, value: stated.value, unit: unit.code, canonical,
    ...(stated.inches && { inches: stated.inches }), ...(stated.timing && { timing: stated.timing }), ...(warning && { warning }),
  };
}

function unitFrom(check: InputCheck, field: string, units: Measure['units'], stated: string | null | undefined): Measure['units'][number] | undefined {
  const unit = stated ? units.find(({ code }) => code === stated) : units.length === 1 ? units[0] : undefined;
  if (!unit) check.blame([field, 'unit'], stated ? 'WRONG_UNIT' : 'REQUIRED', { units: units.map(({ code }) => code).join(' ') });
  return unit;
}

function inchesFit(check: InputCheck, field: string, unit: VitalUnit, { value, inches }: StatedQuantity): boolean {
  if (!inches) return true;
  const path = [field, 'inches'];
  if (unit !== '[ft_i]') check.blame(path, 'ONLY_WITH_FEET');
  else if (placesOf(value) > 0) check.blame([field, 'value'], 'TOO_PRECISE', { places: 0 });
  else if (placesOf(inches) > 2) check.blame(path, 'TOO_PRECISE', { places: 2 });
  else if (compared(exactly(inches), ratio(0, 1)) < 0 || compared(exactly(inches), ratio(INCHES_OF_A_FOOT, 1)) >= 0) {
    check.blame(path, 'IMPLAUSIBLE', { min: 0, below: INCHES_OF_A_FOOT, unit: '[in_i]' });
  } else return true;
  return false;
}

function checkPressures(check: InputCheck, stated: StatedVitals, measured: readonly Measurement[]): void {
  const [systolic, diastolic] = (['SYSTOLIC', 'DIASTOLIC'] as const).map((wanted) => measured.find(({ measure }) => measure === wanted));
  if (stated.diastolic && !stated.systolic) check.blame(['diastolic'], 'SYSTOLIC_REQUIRED');
  else if (systolic && diastolic && compared(exactly(systolic.canonical), exactly(diastolic.canonical)) <= 0) {
    check.blame(['diastolic', 'value'], 'NOT_BELOW_SYSTOLIC');
  }
}

function warningOf(measure: MeasuredVital, canonical: string, age: AgeInMonths): VitalWarning | undefined {
  const usual = usualRange(measure, age);
  if (!usual) return undefined;
  if (compared(exactly(canonical), exactly(usual.low)) < 0) return 'UNUSUALLY_LOW';
  return compared(exactly(canonical), exactly(usual.high)) > 0 ? 'UNUSUALLY_HIGH' : undefined;
}

/** A value as people read it, in the unit in which it was stated: 98.6 °F, 5 ft 7 in. */
export const inWords = ({ value, unit, inches }: { value: string; unit: VitalUnit; inches?: string }): string =>
  `${value} ${unitWords[unit]}${inches === undefined ? '' : ` ${inches} ${unitWords['[in_i]']}`}`;

/** An occasion in one line: the blood pressure as people write it, then the rest. */
export function occasionInWords(measured: readonly Measurement[]): string {
  const [systolic, diastolic] = (['SYSTOLIC', 'DIASTOLIC'] as const).map((wanted) => measured.find(({ measure }) => measure === wanted));
  const pressure = systolic ? [inWords({ ...systolic, value: diastolic ? `${systolic.value}/${diastolic.value}` : systolic.value })] : [];
  const others = measured.filter((one) => one !== systolic && one !== diastolic);
  return [...pressure, ...others.map(inWords)].join(' · ');
}

/** The value of a measure in its canonical unit, entered or reckoned; undefined when the occasion does not have it. */
export function valueOf(measured: readonly Measurement[], measure: VitalMeasure): string | undefined {
  return isDerived(measure) ? derivedValue(measured, measure) : measured.find((one) => one.measure === measure)?.canonical;
}

function derivedValue(measured: readonly Measurement[], measure: DerivedVital): string | undefined {
  const [weight, height] = [valueOf(measured, 'WEIGHT'), valueOf(measured, 'HEIGHT')];
  if (!weight || !height) return undefined;
  const [kilograms, centimetres] = [exactly(weight), exactly(height)];
  const { places } = derivedMeasures[measure];
  if (measure === 'BODY_MASS_INDEX') {
    const metres = product(centimetres, ratio(1, 100));
    return rounded(quotient(kilograms, product(metres, metres)), places);
  }
  return roundedRoot(product(product(kilograms, centimetres), ratio(1, 3600)), places);
}
