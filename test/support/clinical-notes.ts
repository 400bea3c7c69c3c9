import { ENTRY_FIELDS, type EntryAnswer } from './allergies.js';
import { dataOf } from './vitals.js';
import type { GraphqlAnswer, World } from './world.js';

/** Everything of a note. */
export const NOTE = `${ENTRY_FIELDS} kind text occurredAt`;

const RECORD = `mutation ($input: RecordClinicalNoteInput!) { recordClinicalNote(input: $input) { note { ${NOTE} } } }`;
const CORRECT = `mutation ($id: UUID!, $version: Int!, $input: ClinicalNoteInput!, $reason: String!) {
  correctClinicalNote(id: $id, version: $version, input: $input, reason: $reason) { note { ${NOTE} } } }`;
const MARK = `mutation ($id: UUID!, $version: Int!, $reason: String!) { markClinicalNoteEnteredInError(id: $id, version: $version, reason: $reason) { note { ${NOTE} } } }`;
const FILE = `query ($id: UUID!, $all: Boolean, $first: Int, $after: String) { patient(id: $id) {
  clinicalNotes(includeEnteredInError: $all, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { ${NOTE} } } } } }`;

/** Clinical notes through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class ClinicalNotes {
  constructor(
    private readonly world: World,
    private readonly token: string,
  ) {}

  recordAnswer(patientId: string, text: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(RECORD, { input: { patientId, kind: 'CONSULTATION', text, ...more } }, this.token);
  }

  async record(patientId: string, text: string, more: object = {}): Promise<EntryAnswer> {
    return (await dataOf(this.recordAnswer(patientId, text, more))).recordClinicalNote.note;
  }

  correctAnswer({ id, version }: EntryAnswer, text: string, reason: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(CORRECT, { id, version, reason, input: { kind: 'CONSULTATION', text, ...more } }, this.token);
  }

  async correct(entry: EntryAnswer, text: string, reason: string, more: object = {}): Promise<EntryAnswer> {
    return (await dataOf(this.correctAnswer(entry, text, reason, more))).correctClinicalNote.note;
  }

  markAnswer({ id, version }: EntryAnswer, reason: string): Promise<GraphqlAnswer> {
    return this.world.graphql(MARK, { id, version, reason }, this.token);
  }

  async mark(entry: EntryAnswer, reason: string): Promise<EntryAnswer> {
    return (await dataOf(this.markAnswer(entry, reason))).markClinicalNoteEnteredInError.note;
  }

  async page(id: string, variables: object = {}): Promise<{ notes: EntryAnswer[]; totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string | null } }> {
    const { edges, ...rest } = (await this.world.ok(FILE, { id, ...variables }, this.token)).patient.clinicalNotes;
    return { ...rest, notes: edges.map(({ node }: { node: EntryAnswer }) => node) };
  }
}
