import type { PatientAnswer } from './patients.js';
import type { GraphqlAnswer, World } from './world.js';

const FIELD = 'field survivor duplicate value from conflict';

/** Everything of a merge. */
export const MERGE = `id survivorId duplicateId duplicateMrn mergedAt mergedBy { id nameEn } reason undoneAt undoneBy { id nameEn } undoReason keptFields blockedBy
  fields { ${FIELD} } clinicalFields { ${FIELD} } rows { kind count }`;

const PREVIEW = `query ($survivorId: UUID!, $duplicateId: UUID!, $choices: [MergeChoiceInput!]) {
  mergePreview(survivorId: $survivorId, duplicateId: $duplicateId, choices: $choices) {
    survivor { id version } duplicate { id version } undecided fields { ${FIELD} } clinicalFields { ${FIELD} } rows { kind count } bookedTwice { survivorAppointmentId duplicateAppointmentId } } }`;
const MERGE_PATIENTS = `mutation ($input: MergePatientsInput!, $reason: String!) { mergePatients(input: $input, reason: $reason) {
  survivor { id version status mergedInto nameEn } duplicate { id version status mergedInto nameEn } merge { ${MERGE} } } }`;
const UNDO = `mutation ($mergeId: UUID!, $keep: [MergeField!], $reason: String!) { undoMerge(mergeId: $mergeId, keep: $keep, reason: $reason) {
  survivor { id version status mergedInto nameEn } duplicate { id version status mergedInto nameEn } merge { ${MERGE} } } }`;

type Two = Pick<PatientAnswer, 'id' | 'version'>;

/** Merges through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Merges {
  constructor(
    private readonly world: World,
    private readonly token: string,
  ) {}

  previewAnswer(survivorId: string, duplicateId: string, choices: object[] = []): Promise<GraphqlAnswer> {
    return this.world.graphql(PREVIEW, { survivorId, duplicateId, choices }, this.token);
  }

  async preview(survivor: Two, duplicate: Two, choices: object[] = []) {
    return (await this.world.ok(PREVIEW, { survivorId: survivor.id, duplicateId: duplicate.id, choices }, this.token)).mergePreview;
  }

  mergeAnswer(survivor: Two, duplicate: Two, choices: object[] = [], reason = 'registered twice'): Promise<GraphqlAnswer> {
    return this.world.graphql(MERGE_PATIENTS, { input: {
      survivorId: survivor.id, survivorVersion: survivor.version, duplicateId: duplicate.id, duplicateVersion: duplicate.version, choices,
    }, reason }, this.token);
  }

  async merge(survivor: Two, duplicate: Two, choices: object[] = []) {
    const answer = await this.mergeAnswer(survivor, duplicate, choices);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data.mergePatients;
  }

  undoAnswer(mergeId: string, keep: string[] = [], reason = 'two people after all'): Promise<GraphqlAnswer> {
    return this.world.graphql(UNDO, { mergeId, keep, reason }, this.token);
  }

  async undo(mergeId: string, keep: string[] = []) {
    const answer = await this.undoAnswer(mergeId, keep);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data.undoMerge;
  }

  async of(id: string) {
    return (await this.world.ok(`query ($id: UUID!) { patient(id: $id) { merges { ${MERGE} } } }`, { id }, this.token)).patient.merges;
  }
}
