import { ENTRY_FIELDS, type EntryAnswer } from './allergies.js';
import type { GraphqlAnswer, World } from './world.js';

/** Everything of a condition. */
export const CONDITION = `${ENTRY_FIELDS} code title titleBn text clinicalStatus verification onset { date precision } abatement { date precision } note
  statusHistory { clinicalStatus verification abatement { date precision } note by { id } at }`;

const RECORD = `mutation ($input: RecordConditionInput!) { recordCondition(input: $input) { condition { ${CONDITION} } } }`;
const CORRECT = `mutation ($id: UUID!, $version: Int!, $input: ConditionInput!, $reason: String!) {
  correctCondition(id: $id, version: $version, input: $input, reason: $reason) { condition { ${CONDITION} } } }`;
const MARK = `mutation ($id: UUID!, $version: Int!, $reason: String!) { markConditionEnteredInError(id: $id, version: $version, reason: $reason) { condition { ${CONDITION} } } }`;
const RESOLVE = `mutation ($id: UUID!, $version: Int!, $input: ResolveConditionInput!) { resolveCondition(id: $id, version: $version, input: $input) { condition { ${CONDITION} } } }`;
const CHANGE = `mutation ($id: UUID!, $version: Int!, $input: ChangeConditionStatusInput!) { changeConditionStatus(id: $id, version: $version, input: $input) { condition { ${CONDITION} } } }`;
const LIST = `query ($id: UUID!, $all: Boolean, $clinicalStatus: ConditionClinicalStatus, $first: Int, $after: String) { patient(id: $id) { nameEn
  conditions(includeEnteredInError: $all, clinicalStatus: $clinicalStatus, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { ${CONDITION} } } } } }`;

/** Conditions through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Conditions {
  constructor(
    private readonly world: World,
    private readonly token: string,
  ) {}

  recordAnswer(patientId: string, input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(RECORD, { input: { patientId, ...input } }, this.token);
  }

  async record(patientId: string, input: object): Promise<EntryAnswer> {
    return (await this.#ok(this.recordAnswer(patientId, input))).recordCondition.condition;
  }

  correctAnswer({ id, version }: EntryAnswer, input: object, reason: string): Promise<GraphqlAnswer> {
    return this.world.graphql(CORRECT, { id, version, input, reason }, this.token);
  }

  async correct(entry: EntryAnswer, input: object, reason: string): Promise<EntryAnswer> {
    return (await this.#ok(this.correctAnswer(entry, input, reason))).correctCondition.condition;
  }

  markAnswer({ id, version }: EntryAnswer, reason: string): Promise<GraphqlAnswer> {
    return this.world.graphql(MARK, { id, version, reason }, this.token);
  }

  async mark(entry: EntryAnswer, reason: string): Promise<EntryAnswer> {
    return (await this.#ok(this.markAnswer(entry, reason))).markConditionEnteredInError.condition;
  }

  resolveAnswer({ id, version }: EntryAnswer, input: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(RESOLVE, { id, version, input }, this.token);
  }

  async resolve(entry: EntryAnswer, input: object = {}): Promise<EntryAnswer> {
    return (await this.#ok(this.resolveAnswer(entry, input))).resolveCondition.condition;
  }

  changeAnswer({ id, version }: EntryAnswer, input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(CHANGE, { id, version, input }, this.token);
  }

  async change(entry: EntryAnswer, input: object): Promise<EntryAnswer> {
    return (await this.#ok(this.changeAnswer(entry, input))).changeConditionStatus.condition;
  }

  listAnswer(id: string, variables: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(LIST, { id, ...variables }, this.token);
  }

  async list(id: string, variables: object = {}): Promise<EntryAnswer[]> {
    const { patient } = await this.#ok(this.listAnswer(id, variables));
    return patient.conditions.edges.map(({ node }: { node: EntryAnswer }) => node);
  }

  async #ok(answer: Promise<GraphqlAnswer>): Promise<GraphqlAnswer['data']> {
    const { data, errors } = await answer;
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
}
