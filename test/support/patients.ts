import type { GraphqlAnswer, World } from './world.js';

/** Everything of a patient, save what is clinical. */
export const PATIENT = `
  id mrn nameEn nameBn sex birth { precision date asOf ageYears } phones { number display lastFour label }
  identifiers { kind value warnings } address { line area city district postalCode country }
  guardian { name relation phone } status mergedInto registeredAt updatedAt version viewerCan { edit archive seeClinical editClinical merge }`;

const REGISTER = `mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { warnings patient { ${PATIENT} } } }`;
const EDIT = `mutation ($id: UUID!, $version: Int!, $input: EditPatientInput!) {
  editPatient(id: $id, version: $version, input: $input) { warnings patient { ${PATIENT} } } }`;
const EDIT_CLINICAL = `mutation ($id: UUID!, $version: Int!, $input: EditPatientClinicalInput!) {
  editPatientClinical(id: $id, version: $version, input: $input) { patient { id version clinical { bloodGroup notes } } } }`;
const READ = `query ($id: UUID!) { patient(id: $id) { ${PATIENT} } }`;
const READ_CLINICAL = 'query ($id: UUID!) { patient(id: $id) { nameEn clinical { bloodGroup notes } } }';
const FIND = 'query ($by: PatientKey!) { findPatients(by: $by) { id } }';

/** A patient as the API gives it. */
export interface PatientAnswer {
  id: string;
  mrn: string;
  version: number;
  [field: string]: unknown;
}

/** Patients through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Patients {
  constructor(
    private readonly world: World,
    private readonly token: string,
  ) {}

  registerAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(REGISTER, { input }, this.token);
  }

  async register(input: object): Promise<PatientAnswer> {
    return (await this.world.ok(REGISTER, { input }, this.token)).registerPatient.patient;
  }

  readAnswer(id: string): Promise<GraphqlAnswer> {
    return this.world.graphql(READ, { id }, this.token);
  }

  async read(id: string): Promise<PatientAnswer> {
    return (await this.world.ok(READ, { id }, this.token)).patient;
  }

  clinicalAnswer(id: string): Promise<GraphqlAnswer> {
    return this.world.graphql(READ_CLINICAL, { id }, this.token);
  }

  editAnswer(id: string, version: number, input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(EDIT, { id, version, input }, this.token);
  }

  async edit({ id, version }: PatientAnswer, input: object): Promise<PatientAnswer> {
    return (await this.world.ok(EDIT, { id, version, input }, this.token)).editPatient.patient;
  }

  editClinicalAnswer(id: string, version: number, input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(EDIT_CLINICAL, { id, version, input }, this.token);
  }

  findAnswer(by: object): Promise<GraphqlAnswer> {
    return this.world.graphql(FIND, { by }, this.token);
  }

  async find(by: object): Promise<string[]> {
    const { findPatients } = await this.world.ok(FIND, { by }, this.token);
    return findPatients.map(({ id }: { id: string }) => id);
  }
}

/** The code of an answer's only error. */
export const codeOf = (answer: GraphqlAnswer): string | undefined => {
  expect(answer.errors).toHaveLength(1);
  return answer.errors?.[0]?.extensions.code;
};

/** The faults of an answer's only error, as 'path reason'. */
export const faultsOf = (answer: GraphqlAnswer): string[] => {
  expect(answer.errors).toHaveLength(1);
  const { faults = [] } = answer.errors![0]!.extensions as { faults?: Array<{ path: string[]; reason: string }> };
  return faults.map(({ path, reason }) => `${path.join('.')} ${reason}`);
};

let serial = 0;

/** A national identity number that no other call gives. */
export const freshNid = (): string => `19${String(++serial).padStart(8, '0')}`;
