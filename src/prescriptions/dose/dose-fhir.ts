import { phrases } from './dose-phrases.js';
import type { Taken } from './dose-sentence.js';
import { type DoseDays, type DoseDuration, type DoseStep, type DoseTimes, type DoseUnit, type Dosing, type PartOfDay, type Thousandths, partsOfDay } from './dosing.js';

/** A quantity of HL7 FHIR R4 in UCUM; its value is a JSON number, which a dose of at most three places is exactly. */
export interface FhirQuantity {
  value: number;
  unit: string;
  system: 'http://unitsofmeasure.org';
  code: string;
}

/** The `repeat` of a Timing of HL7 FHIR R4, as far as dosings need it. */
export interface FhirRepeat {
  boundsDuration?: FhirQuantity;
  count?: number;
  frequency?: number;
  period?: number;
  periodUnit?: 'h' | 'd';
  dayOfWeek?: string[];
  when?: string[];
}

/** A Dosage of HL7 FHIR R4. Those with the same `sequence` are taken side by side, the next ones after them. */
export interface FhirDosage {
  sequence: number;
  timing?: { repeat: FhirRepeat };
  asNeededBoolean?: true;
  additionalInstruction?: Array<{ text: string }>;
  doseAndRate: Array<{ doseQuantity: FhirQuantity }>;
  maxDosePerPeriod?: { numerator: FhirQuantity; denominator: FhirQuantity };
}

// Codes of UCUM; what is only counted is an annotation in braces.
const ucum: Record<DoseUnit, string> = {
  TABLET: '{tablet}', CAPSULE: '{capsule}', ML: 'mL', DROP: '[drp]', PUFF: '{puff}', UNIT: '[iU]', SACHET: '{sachet}', SUPPOSITORY: '{suppository}', AMPOULE: '{ampoule}', PATCH: '{patch}', MG: 'mg', GRAM: 'g',
  APPLICATION: '{application}',
};

// HL7 v3 TimingEvent and FHIR EventTiming.
const events: Record<PartOfDay, string> = { MORNING: 'MORN', NOON: 'NOON', EVENING: 'EVE', NIGHT: 'NIGHT' };

const TIME: Record<'d' | 'w' | 'mo', readonly [code: string, unit: string]> = { d: ['d', 'day'], w: ['wk', 'week'], mo: ['mo', 'month'] };

/** A dosing as Dosages of HL7 FHIR R4: one for each part of the day of each step. What FHIR has no field for is told in `additionalInstruction`. */
export function fhirDosages({ unit, steps }: Dosing, taken: Taken): FhirDosage[] {
  return steps.flatMap((step, index) => dosagesOf(step, unit ?? taken.unit).map((dosage) => ({ sequence: index + 1, ...dosage, ...instructions(step, taken) })));
}

function dosagesOf({ times, days, duration }: DoseStep, unit: DoseUnit): Array<Omit<FhirDosage, 'sequence'>> {
  const bounds = boundsOf(duration);
  if (times.kind === 'PARTS') {
    return partsOfDay(times.amounts).map(({ part, amount }) => ({ timing: { repeat: { ...bounds, ...byTheDay(1, days), when: [events[part]] } }, doseAndRate: dose(amount, unit) }));
  }
  const doseAndRate = dose(times.amount, unit);
  if (times.kind === 'AS_NEEDED') return [{ ...needed(times, unit, bounds), doseAndRate }];
  if (times.kind === 'ONCE') return [{ timing: { repeat: { count: 1 } }, doseAndRate }];
  const repeat = times.kind === 'DAILY' ? byTheDay(times.times, days) : byTheHour(times.hours);
  return [{ timing: { repeat: { ...bounds, ...repeat } }, doseAndRate }];
}

function needed({ hours, mostADay }: Extract<DoseTimes, { kind: 'AS_NEEDED' }>, unit: DoseUnit, bounds: FhirRepeat): Omit<FhirDosage, 'sequence' | 'doseAndRate'> {
  const repeat = { ...bounds, ...(hours !== null && byTheHour(hours)) };
  return {
    ...(Object.keys(repeat).length > 0 && { timing: { repeat } }), asNeededBoolean: true,
    ...(mostADay !== null && { maxDosePerPeriod: { numerator: fhirQuantity(mostADay, unit), denominator: period(1, 'd') } }),
  };
}

const byTheHour = (hours: number): FhirRepeat => ({ frequency: 1, period: hours, periodUnit: 'h' });

const byTheDay = (frequency: number, days: DoseDays): FhirRepeat => ({
  frequency, period: days.kind === 'EVERY' ? days.days : 1, periodUnit: 'd', ...(days.kind === 'WEEKDAYS' && { dayOfWeek: [...days.weekdays] }),
});

const boundsOf = (duration: DoseDuration | null): FhirRepeat =>
  duration === null || duration === 'CONTINUED' ? {} : { boundsDuration: period(duration.count, duration.unit) };

const dose = (amount: Thousandths, unit: DoseUnit): FhirDosage['doseAndRate'] => [{ doseQuantity: fhirQuantity(amount, unit) }];

/** An amount of a unit as a quantity. */
export const fhirQuantity = (amount: Thousandths, unit: DoseUnit): FhirQuantity =>
  ({ value: amount / 1000, unit: phrases.en.amount(amount, unit).replace(/^\S+ /, ''), system: 'http://unitsofmeasure.org', code: ucum[unit] });

const period = (value: number, time: 'd' | 'w' | 'mo'): FhirQuantity => ({ value, unit: TIME[time][1], system: 'http://unitsofmeasure.org', code: TIME[time][0] });

function instructions({ duration }: DoseStep, { meal }: Taken): Pick<FhirDosage, 'additionalInstruction'> {
  const texts = [meal && phrases.en.meals[meal], duration === 'CONTINUED' && phrases.en.continued].filter((text) => typeof text === 'string');
  return texts.length ? { additionalInstruction: texts.map((text) => ({ text })) } : {};
}
