import { Field, ObjectType } from '@nestjs/graphql';
import { Classified } from '../../platform/access/classification.js';
import { ConnectionOf } from '../../platform/graphql/connection.js';
import { DateTimeScalar, DecimalScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import type { Entry } from '../entries/entry-table.js';
import { ClinicalEntry, toClinicalEntry } from '../entries/entry.model.js';
import type { LatestValue } from './latest-vitals.js';
import { type VitalMeasure, canonicalUnit, derivedVitals, loincOf } from './vital-measures.js';
import { type GlucoseTiming, type Measurement, type VitalWarning, type VitalsContent, inWords, occasionInWords, valueOf } from './vitals-content.js';
import type { VitalsRow } from './vitals-rows.js';
import { MOST_POINTS, TREND_AMONG } from './vitals-trend.js';
import type { Trend } from './vitals.reader.js';
import { GlucoseTimings, VitalMeasures, VitalWarnings } from './vitals.enums.js';

@ObjectType({ description: 'A value as it was stated.' })
@Classified('clinical')
export class EnteredQuantity {
  @Field(() => DecimalScalar, { description: 'The number.' })
  value: string;

  @Field({ description: 'Its unit as a UCUM code.' })
  unit: string;

  @Field(() => DecimalScalar, { nullable: true, description: 'The inches beside feet.' })
  inches: string | null;
}

@ObjectType({ description: 'One value of a measure.' })
@Classified('clinical')
export class VitalMeasurement {
  @Field(() => VitalMeasures, { description: 'What was measured or reckoned.' })
  measure: VitalMeasure;

  @Field({ description: 'The LOINC code of the measure.' })
  loinc: string;

  @Field(() => DecimalScalar, { description: 'The value in the measure’s canonical unit: converted exactly, then rounded, half a step up.' })
  value: string;

  @Field({ description: 'The canonical unit as a UCUM code, such as kg.' })
  unit: string;

  @Field({ description: 'The value as people read it, in the unit in which it was stated: 98.6 °F, 5 ft 7 in.' })
  display: string;

  @Field(() => EnteredQuantity, { nullable: true, description: 'The value as it was stated; null for what was reckoned.' })
  entered: EnteredQuantity | null;

  @Field(() => GlucoseTimings, { nullable: true, description: 'When blood glucose was measured; null for other measures.' })
  timing: GlucoseTiming | null;

  @Field(() => VitalWarnings, { nullable: true, description: 'Why somebody should look at it again, as it was judged by the age known when it was recorded; null when it is usual.' })
  warning: VitalWarning | null;
}

@ObjectType({ description: 'The vital signs of one occasion.' })
@Classified('clinical')
export class Vitals extends ClinicalEntry {
  @Field(() => DateTimeScalar, { description: 'When they were measured.' })
  measuredAt: Date;

  @Field(() => UuidScalar, { nullable: true, description: 'Id of the chamber that the request named when they were recorded.' })
  chamberId: string | null;

  @Field(() => [VitalMeasurement], { description: 'What was measured, in a fixed order, then what is reckoned from it: body mass index and body surface area, when weight and height are both there.' })
  measurements: VitalMeasurement[];

  @Field({ description: 'What was measured in one line, as people write it: 120/80 mmHg · 72 /min.' })
  summary: string;

  @Field(() => String, { nullable: true, description: 'What to know about it.' })
  note: string | null;
}

/** A page of vital signs. */
export const VitalsConnection = ConnectionOf(Vitals, 'Vitals');

@ObjectType({ description: 'The latest value of a measure.' })
@Classified('clinical')
export class LatestVital {
  @Field(() => VitalMeasurement, { description: 'The value.' })
  measurement: VitalMeasurement;

  @Field(() => DateTimeScalar, { description: 'When it was measured; of what is reckoned, when the weight was.' })
  measuredAt: Date;

  @Field(() => UuidScalar, { description: 'Id of the `Vitals` in which it is; of what is reckoned, that of the weight.' })
  vitalsId: string;
}

@ObjectType({ description: 'One value in the course of time.' })
@Classified('clinical')
export class VitalsTrendPoint {
  @Field(() => DateTimeScalar, { description: 'When it was measured.' })
  measuredAt: Date;

  @Field(() => DecimalScalar, { description: 'The value in the canonical unit.' })
  value: string;

  @Field(() => UuidScalar, { description: 'Id of the `Vitals` in which it is.' })
  vitalsId: string;
}

@ObjectType({ description: 'The values of one measure in the course of time.' })
@Classified('clinical')
export class VitalsTrend {
  @Field(() => VitalMeasures, { description: 'The measure.' })
  measure: VitalMeasure;

  @Field({ description: 'The LOINC code of the measure.' })
  loinc: string;

  @Field({ description: 'The unit of all values as a UCUM code.' })
  unit: string;

  @Field(() => [VitalsTrendPoint], { description: `The values, oldest first: at most ${MOST_POINTS}.` })
  points: VitalsTrendPoint[];

  @Field({ description: `Whether values were left out because there are more than ${MOST_POINTS}: the period is then cut into ${MOST_POINTS / 2} equal parts, and of each the lowest and the highest value are shown.` })
  thinned: boolean;

  @Field({ description: `Whether the period holds so many occasions that the oldest were not looked at (more than ${TREND_AMONG}): ask for a shorter one.` })
  truncated: boolean;
}

/** What changing vital signs answers with; the resolver's field `vitals` shows it. */
@ObjectType({ description: 'Vital signs as saved.' })
export class VitalsSaved {
  saved: Vitals;
}

/** Vital signs, for those who may see them. */
export function toVitals(entry: Entry<VitalsContent, VitalsRow>): Vitals {
  const { measured, note } = entry.content;
  return {
    ...toClinicalEntry(entry),
    measuredAt: entry.row.measured_at,
    chamberId: entry.row.chamber_id,
    measurements: [...measured.map(({ measure }) => measure), ...derivedVitals].flatMap((measure) => measurementOf(measured, measure) ?? []),
    summary: occasionInWords(measured),
    note,
  };
}

/** The latest value of a measure. */
export const toLatest = ({ measure, occasion, from }: LatestValue): LatestVital => ({
  vitalsId: occasion.id, measuredAt: occasion.measuredAt, measurement: measurementOf(from, measure)!,
});

/** The values of a measure in the course of time. */
export const toTrend = (measure: VitalMeasure, { points, ...rest }: Trend): VitalsTrend => ({
  measure, loinc: loincOf(measure), unit: canonicalUnit(measure), ...rest,
  points: points.map(({ id, measuredAt, value }) => ({ vitalsId: id, measuredAt, value })),
});

function measurementOf(measured: readonly Measurement[], measure: VitalMeasure): VitalMeasurement | undefined {
  const value = valueOf(measured, measure);
  if (value === undefined) return undefined;
  const unit = canonicalUnit(measure);
  const entered = measured.find((one) => one.measure === measure);
  return {
    measure, loinc: loincOf(measure), value, unit,
    display: inWords(entered ?? { value, unit }),
    entered: entered ? { value: entered.value, unit: entered.unit, inches: entered.inches ?? null } : null,
    timing: entered?.timing ?? null,
    warning: entered?.warning ?? null,
  };
}
