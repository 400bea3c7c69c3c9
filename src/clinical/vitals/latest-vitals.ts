import { type MeasuredVital, derivedVitals, measuredVitals, type VitalMeasure } from './vital-measures.js';
import type { Measurement } from './vitals-content.js';

const GROWN_YEARS = 18;
const DAYS_APART = 31;

/** An occasion that stands. */
export interface Occasion {
  id: string;
  measuredAt: Date;
  measured: readonly Measurement[];
}

/** The latest value of a measure and its occasion, which for what is reckoned is that of the weight. */
export interface LatestValue {
  measure: VitalMeasure;
  occasion: Occasion;
  /** What it is taken from: the measurement itself, or a weight and a height. */
  from: readonly Measurement[];
}

/**
 * The latest value of each measure among these occasions, which come newest first. Body mass index and body surface area
 * are reckoned from the latest weight and the latest height, when these are at most 31 days apart or the height is that of a
 * person of 18 years or more; `birthDay` is yyyy-mm-dd, null when it is not known.
 */
export function latestOf(occasions: readonly Occasion[], birthDay: string | null): LatestValue[] {
  const latest = new Map<MeasuredVital, { occasion: Occasion; one: Measurement }>();
  for (const occasion of occasions) {
    for (const one of occasion.measured) if (!latest.has(one.measure)) latest.set(one.measure, { occasion, one });
  }
  const measured = measuredVitals.flatMap((measure): LatestValue[] => {
    const found = latest.get(measure);
    return found ? [{ measure, occasion: found.occasion, from: [found.one] }] : [];
  });
  const [weight, height] = [latest.get('WEIGHT'), latest.get('HEIGHT')];
  if (!weight || !height || !stillHolds(height.occasion.measuredAt, weight.occasion.measuredAt, birthDay)) return measured;
  return [...measured, ...derivedVitals.map((measure): LatestValue => ({ measure, occasion: weight.occasion, from: [weight.one, height.one] }))];
}

function stillHolds(height: Date, weight: Date, birthDay: string | null): boolean {
  if (Math.abs(weight.getTime() - height.getTime()) <= DAYS_APART * 86_400_000) return true;
  return birthDay !== null && `${Number(birthDay.slice(0, 4)) + GROWN_YEARS}${birthDay.slice(4)}` <= height.toISOString().slice(0, 10);
}
