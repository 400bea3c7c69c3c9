import type { FhirQuantity } from '../dose/dose-fhir.js';

/** A strength of HL7 FHIR R4. */
export interface FhirRatio {
  numerator: FhirQuantity;
  denominator: FhirQuantity;
}

// Codes of UCUM for the units of the catalogue.
const ucum: Readonly<Record<string, string>> = { mg: 'mg', g: 'g', mcg: 'ug', ml: 'mL', IU: '[iU]', mmol: 'mmol' };

/** `500 mg` or `120 mg/5 ml` as a ratio; undefined for what is said otherwise, such as in percent. */
export function fhirStrength(strength: string): FhirRatio | undefined {
  const [, value, unit, per, perUnit] = /^(\d+(?:\.\d+)?) ?([a-z]+)(?:\/(\d+(?:\.\d+)?)? ?([a-z]+))?$/i.exec(strength) ?? [];
  if (!value || !unit || !Object.hasOwn(ucum, unit)) return undefined;
  if (perUnit === undefined) return { numerator: quantity(value, unit), denominator: { value: 1, unit: 'unit', system: 'http://unitsofmeasure.org', code: '1' } };
  return Object.hasOwn(ucum, perUnit) ? { numerator: quantity(value, unit), denominator: quantity(per ?? '1', perUnit) } : undefined;
}

const quantity = (value: string, unit: string): FhirQuantity => ({ value: Number(value), unit, system: 'http://unitsofmeasure.org', code: ucum[unit]! });
