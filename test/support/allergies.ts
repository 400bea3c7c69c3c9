import type { GraphqlAnswer, World } from './world.js';

/** Everything of a clinical entry that is the same for all kinds. */
export const ENTRY_FIELDS = `id patientId recordedBy { id nameEn } recordedAt status enteredInError { by { id nameEn } at reason } correctsId correctedById version`;

/** Everything of an allergy. */
export const ALLERGY = `${ENTRY_FIELDS} substance { text kind code { system code } } reactions { kind text } severity criticality clinicalStatus verification
  onset { date precision } note statusHistory { clinicalStatus verification note by { id nameEn } at }`;

const STATEMENT = `${ENTRY_FIELDS} note endedAt endedBy { id }`;

const RECORD = `mutation ($input: RecordAllergyInput!) { recordAllergy(input: $input) { allergy { ${ALLERGY} } } }`;
const CORRECT = `mutation ($id: UUID!, $version: Int!, $input: AllergyInput!, $reason: String!) {
  correctAllergy(id: $id, version: $version, input: $input, reason: $reason) { allergy { ${ALLERGY} } } }`;
const MARK = `mutation ($id: UUID!, $version: Int!, $reason: String!) { markAllergyEnteredInError(id: $id, version: $version, reason: $reason) { allergy { ${ALLERGY} } } }`;
const CHANGE = `mutation ($id: UUID!, $version: Int!, $input: ChangeAllergyStatusInput!) { changeAllergyStatus(id: $id, version: $version, input: $input) { allergy { ${ALLERGY} } } }`;
const STATE = `mutation ($input: NoKnownAllergiesInput!) { stateNoKnownAllergies(input: $input) { statement { ${STATEMENT} } } }`;
const UNSTATE = `mutation ($id: UUID!, $version: Int!, $reason: String!) { markAllergyStatementEnteredInError(id: $id, version: $version, reason: $reason) { statement { ${STATEMENT} } } }`;
const FILE = `query ($id: UUID!, $all: Boolean, $clinicalStatus: AllergyClinicalStatus, $first: Int, $after: String) { patient(id: $id) {
  allergyStatus allergyStatement { ${STATEMENT} }
  allergies(includeEnteredInError: $all, clinicalStatus: $clinicalStatus, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { ${ALLERGY} } } }
  allergyStatements(includeEnteredInError: $all) { totalCount edges { node { ${STATEMENT} } } } } }`;

/** A clinical entry as the API gives it. */
export interface EntryAnswer {
  id: string;
  version: number;
  [field: string]: unknown;
}

/** What a patient's file says of allergies. */
export interface AllergyFile {
  allergyStatus: string;
  allergyStatement: EntryAnswer | null;
  allergies: EntryAnswer[];
  allergyStatements: EntryAnswer[];
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Allergies through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Allergies {
  constructor(
    private readonly world: World,
    private readonly token: string,
  ) {}

  recordAnswer(patientId: string, text: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(RECORD, { input: { patientId, substance: { text, kind: 'INGREDIENT' }, ...more } }, this.token);
  }

  async record(patientId: string, text: string, more: object = {}): Promise<EntryAnswer> {
    return (await this.#ok(this.recordAnswer(patientId, text, more))).recordAllergy.allergy;
  }

  correctAnswer({ id, version }: EntryAnswer, text: string, reason: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(CORRECT, { id, version, reason, input: { substance: { text, kind: 'INGREDIENT' }, ...more } }, this.token);
  }

  async correct(entry: EntryAnswer, text: string, reason: string, more: object = {}): Promise<EntryAnswer> {
    return (await this.#ok(this.correctAnswer(entry, text, reason, more))).correctAllergy.allergy;
  }

  markAnswer({ id, version }: EntryAnswer, reason: string): Promise<GraphqlAnswer> {
    return this.world.graphql(MARK, { id, version, reason }, this.token);
  }

  async mark(entry: EntryAnswer, reason: string): Promise<EntryAnswer> {
    return (await this.#ok(this.markAnswer(entry, reason))).markAllergyEnteredInError.allergy;
  }

  changeAnswer({ id, version }: EntryAnswer, input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(CHANGE, { id, version, input }, this.token);
  }

  async change(entry: EntryAnswer, input: object): Promise<EntryAnswer> {
    return (await this.#ok(this.changeAnswer(entry, input))).changeAllergyStatus.allergy;
  }

  stateNoneAnswer(patientId: string, note?: string): Promise<GraphqlAnswer> {
    return this.world.graphql(STATE, { input: { patientId, note } }, this.token);
  }

  async stateNone(patientId: string, note?: string): Promise<EntryAnswer> {
    return (await this.#ok(this.stateNoneAnswer(patientId, note))).stateNoKnownAllergies.statement;
  }

  unstateAnswer({ id, version }: EntryAnswer, reason: string): Promise<GraphqlAnswer> {
    return this.world.graphql(UNSTATE, { id, version, reason }, this.token);
  }

  async unstate(entry: EntryAnswer, reason: string): Promise<EntryAnswer> {
    return (await this.#ok(this.unstateAnswer(entry, reason))).markAllergyStatementEnteredInError.statement;
  }

  fileAnswer(id: string, variables: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(FILE, { id, ...variables }, this.token);
  }

  async file(id: string, variables: object = {}): Promise<AllergyFile> {
    const { patient } = await this.#ok(this.fileAnswer(id, variables));
    const nodes = (connection: { edges: Array<{ node: EntryAnswer }> }) => connection.edges.map(({ node }) => node);
    const { totalCount, pageInfo } = patient.allergies;
    return { ...patient, allergies: nodes(patient.allergies), allergyStatements: nodes(patient.allergyStatements), totalCount, pageInfo };
  }

  async #ok(answer: Promise<GraphqlAnswer>): Promise<GraphqlAnswer['data']> {
    const { data, errors } = await answer;
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
}
