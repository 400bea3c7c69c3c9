import { ENTRY_FIELDS, type EntryAnswer } from './allergies.js';
import type { GraphqlAnswer, World } from './world.js';

const MEASUREMENT = 'measure loinc value unit display entered { value unit inches } timing warning';

/** Everything of an occasion. */
export const VITALS = `${ENTRY_FIELDS} measuredAt chamberId note measurements { ${MEASUREMENT} }`;

const RECORD = `mutation ($input: RecordVitalsInput!) { recordVitals(input: $input) { vitals { ${VITALS} } } }`;
const CORRECT = `mutation ($id: UUID!, $version: Int!, $input: VitalsInput!, $reason: String!) {
  correctVitals(id: $id, version: $version, input: $input, reason: $reason) { vitals { ${VITALS} } } }`;
const MARK = `mutation ($id: UUID!, $version: Int!, $reason: String!) { markVitalsEnteredInError(id: $id, version: $version, reason: $reason) { vitals { ${VITALS} } } }`;
const FILE = `query ($id: UUID!, $all: Boolean, $first: Int, $after: String) { patient(id: $id) {
  vitals(includeEnteredInError: $all, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { ${VITALS} } } } } }`;
const LATEST = `query ($id: UUID!) { patient(id: $id) { latestVitals { vitalsId measuredAt measurement { ${MEASUREMENT} } } } }`;
const TREND = `query ($id: UUID!, $measure: VitalMeasure!, $from: DateTime, $to: DateTime) { patient(id: $id) {
  vitalsTrend(measure: $measure, from: $from, to: $to) { measure loinc unit thinned truncated points { measuredAt value vitalsId } } } }`;

/** One value as the API gives it. */
export interface MeasurementAnswer {
  measure: string;
  value: string;
  unit: string;
  warning: string | null;
  [field: string]: unknown;
}

/** An occasion as the API gives it. */
export interface VitalsAnswer extends EntryAnswer {
  measuredAt: string;
  measurements: MeasurementAnswer[];
}

/** The course of a measure as the API gives it. */
export interface TrendAnswer {
  unit: string;
  thinned: boolean;
  truncated: boolean;
  points: Array<{ measuredAt: string; value: string; vitalsId: string }>;
}

/** Vital signs through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Vitals {
  constructor(
    private readonly world: World,
    private readonly token: string,
  ) {}

  recordAnswer(patientId: string, input: object, headers: Record<string, string> = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(RECORD, { input: { patientId, ...input } }, this.token, headers);
  }

  async record(patientId: string, input: object, headers: Record<string, string> = {}): Promise<VitalsAnswer> {
    return (await dataOf(this.recordAnswer(patientId, input, headers))).recordVitals.vitals;
  }

  correctAnswer({ id, version }: EntryAnswer, input: object, reason: string): Promise<GraphqlAnswer> {
    return this.world.graphql(CORRECT, { id, version, input, reason }, this.token);
  }

  async correct(entry: EntryAnswer, input: object, reason: string): Promise<VitalsAnswer> {
    return (await dataOf(this.correctAnswer(entry, input, reason))).correctVitals.vitals;
  }

  markAnswer({ id, version }: EntryAnswer, reason: string): Promise<GraphqlAnswer> {
    return this.world.graphql(MARK, { id, version, reason }, this.token);
  }

  async mark(entry: EntryAnswer, reason: string): Promise<VitalsAnswer> {
    return (await dataOf(this.markAnswer(entry, reason))).markVitalsEnteredInError.vitals;
  }

  async page(id: string, variables: object = {}): Promise<{ vitals: VitalsAnswer[]; totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string | null } }> {
    const { edges, ...rest } = (await this.world.ok(FILE, { id, ...variables }, this.token)).patient.vitals;
    return { ...rest, vitals: edges.map(({ node }: { node: VitalsAnswer }) => node) };
  }

  /** The latest values as `MEASURE value`. */
  async latest(id: string): Promise<string[]> {
    const { patient } = await this.world.ok(LATEST, { id }, this.token);
    return patient.latestVitals.map(({ measurement: { measure, value } }: { measurement: MeasurementAnswer }) => `${measure} ${value}`);
  }

  async trend(id: string, measure: string, period: { from?: string; to?: string } = {}): Promise<TrendAnswer> {
    return (await this.world.ok(TREND, { id, measure, ...period }, this.token)).patient.vitalsTrend;
  }
}

/** The data of an answer without errors. */
export async function dataOf(answer: Promise<GraphqlAnswer>): Promise<GraphqlAnswer['data']> {
  const { data, errors } = await answer;
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
