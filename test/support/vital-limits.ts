import { type Measure, measuredVitals, vitalMeasures } from '../../src/clinical/vitals/vital-measures.js';
import { table } from './generated.js';

/** What every measure is, and its possible values, as a Markdown table. */
export const possibleValues = (): string => table(['measure', 'LOINC', 'units (decimal places)', 'lowest', 'highest', 'why these'], measuredVitals.map((measure) => {
  const { name, loinc, units, possible, possibleSource }: Measure = vitalMeasures[measure];
  const { code: unit } = units[0]!;
  return [name, loinc, units.map(({ code, places }) => `${code} (${places})`).join(', '), `${possible.low} ${unit}`, `${possible.high} ${unit}`, possibleSource];
}));

/** The usual values by age, as a Markdown table. */
export const usualValues = (): string => table(['measure', 'from the age of', 'usual', 'source'], measuredVitals.flatMap((measure) => {
  const { name, units, usual }: Measure = vitalMeasures[measure];
  return usual.map(({ fromMonths, low, high, source }) => [name, age(fromMonths), `${low} to ${high} ${units[0]!.code}`, source]);
}));

const age = (months: number): string => {
  if (months === 0) return 'birth';
  if (months % 12) return `${months} month${months === 1 ? '' : 's'}`;
  return `${months / 12} year${months === 12 ? '' : 's'}`;
};
