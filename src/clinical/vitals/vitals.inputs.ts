import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { DateTimeScalar, DecimalScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { type Measure, type MeasuredVital, type VitalMeasure, vitalMeasures } from './vital-measures.js';
import { type GlucoseTiming, LONGEST_VITALS_NOTE } from './vitals-content.js';
import { GlucoseTimings, VitalMeasures } from './vitals.enums.js';

// What the values must be is decided in one place, vitals-content.ts, which names all faults at once.

@InputType({ description: 'A measured value with its unit. Reasons of faults: REQUIRED and WRONG_UNIT at `unit` (with `units`); at `value` TOO_PRECISE (with `places`), and IMPLAUSIBLE outside of what can be (with `min`, `max` and their `unit`).' })
export class QuantityInput {
  @Field(() => DecimalScalar, { description: 'The number as it was read.' })
  value: string;

  @Field(() => String, { nullable: true, description: 'Its unit as a UCUM code. Where the measure has only one it may be left out.' })
  unit?: string | null;
}

@InputType({ description: 'A height or length. Reasons of faults as in QuantityInput; ONLY_WITH_FEET at `inches`.' })
export class HeightInput extends QuantityInput {
  @Field(() => DecimalScalar, { nullable: true, description: 'Beside feet ([ft_i]): the inches, from 0 to below 12. 5 feet 7 inches is value 5, inches 7.' })
  inches?: string | null;
}

@InputType({ description: 'Blood glucose. Reasons of faults as in QuantityInput.' })
export class GlucoseInput extends QuantityInput {
  @Field(() => GlucoseTimings, { description: 'When it was measured.' })
  timing: GlucoseTiming;
}

const described = (measure: MeasuredVital, more = ''): { nullable: true; description: string } => {
  const { name, units, loinc }: Measure = vitalMeasures[measure];
  return { nullable: true, description: `${name}, in ${units.map(({ code }) => code).join(' or ')}${more}. LOINC ${loinc}.` };
};

@InputType({ description: 'What was measured on one occasion: at least one value (EMPTY).' })
export class VitalsInput {
  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was measured; now unless told. Reasons of faults: FUTURE (over five minutes ahead), BEFORE_BIRTH.' })
  measuredAt?: Date | null;

  @Field(() => QuantityInput, described('SYSTOLIC'))
  systolic?: QuantityInput | null;

  @Field(() => QuantityInput, described('DIASTOLIC', '; below the systolic one (NOT_BELOW_SYSTOLIC), and not without it (SYSTOLIC_REQUIRED)'))
  diastolic?: QuantityInput | null;

  @Field(() => QuantityInput, described('PULSE'))
  pulse?: QuantityInput | null;

  @Field(() => QuantityInput, described('RESPIRATORY_RATE'))
  respiratoryRate?: QuantityInput | null;

  @Field(() => QuantityInput, described('TEMPERATURE'))
  temperature?: QuantityInput | null;

  @Field(() => QuantityInput, described('OXYGEN_SATURATION'))
  oxygenSaturation?: QuantityInput | null;

  @Field(() => QuantityInput, described('WEIGHT'))
  weight?: QuantityInput | null;

  @Field(() => HeightInput, described('HEIGHT'))
  height?: HeightInput | null;

  @Field(() => QuantityInput, described('HEAD_CIRCUMFERENCE'))
  headCircumference?: QuantityInput | null;

  @Field(() => GlucoseInput, described('BLOOD_GLUCOSE'))
  bloodGlucose?: GlucoseInput | null;

  @Field(() => QuantityInput, described('PAIN'))
  pain?: QuantityInput | null;

  @Field(() => String, { nullable: true, description: `What to know about it, such as “after climbing the stairs”: one line of up to ${LONGEST_VITALS_NOTE} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL.` })
  note?: string | null;
}

@InputType({ description: 'The vital signs of an occasion, to record of a patient.' })
export class RecordVitalsInput extends VitalsInput {
  @Field(() => UuidScalar, { description: 'Id of the patient.' })
  patientId: string;

  @Field(() => UuidScalar, { nullable: true, description: 'An id made by the client, for clients that work offline: UUID version 7 or 4 (UUID_VERSION). The server makes one unless told. ALREADY_EXISTS when it is taken.' })
  id?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'A fresh UUID for each occasion to record, the same on every retry: it is then recorded once, and each retry answers with it. For another request the key answers CONFLICT.' })
  idempotencyKey?: string | null;
}

@ArgsType()
export class TrendArgs {
  @Field(() => VitalMeasures, { description: 'Of which measure.' })
  measure: VitalMeasure;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only what was measured at this instant or later.' })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Only what was measured before this instant.' })
  to?: Date | null;
}
