import type { GraphqlAnswer, Person, World } from './world.js';

const PAYER = 'id kind name payerCode receiverCode archived version';
const POLICY = 'id patientId payerId payerName memberNumber validUntil coPayment coPaymentMost { amount currency } archived version';
const OF = `query ($id: UUID!, $archived: Boolean!) { patient(id: $id) { policies(archived: $archived) { ${POLICY} } } }`;

export interface PayerAnswer {
  id: string;
  version: number;
  [field: string]: unknown;
}

export type PolicyAnswer = PayerAnswer;

/** Payers, licences and policies through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Insurance {
  constructor(
    private readonly world: World,
    private readonly person: Person,
  ) {}

  addPayerAnswer(more: object = {}): Promise<GraphqlAnswer> {
    return this.#send(`mutation ($input: AddPayerInput!) { addPayer(input: $input) { ${PAYER} } }`, { input: { kind: 'INSURER', name: 'Gulf Falcon Insurance', payerCode: 'INS900', receiverCode: 'INS900', ...more } });
  }

  async addPayer(more: object = {}): Promise<PayerAnswer> {
    return this.#data(await this.addPayerAnswer(more)).addPayer;
  }

  editPayerAnswer({ id, version }: PayerAnswer, changes: object): Promise<GraphqlAnswer> {
    return this.#send(`mutation ($input: EditPayerInput!) { editPayer(input: $input) { ${PAYER} } }`, { input: { id, version, ...changes } });
  }

  async editPayer(payer: PayerAnswer, changes: object): Promise<PayerAnswer> {
    return this.#data(await this.editPayerAnswer(payer, changes)).editPayer;
  }

  async payers(archived = false): Promise<PayerAnswer[]> {
    return this.#data(await this.#send(`query ($archived: Boolean!) { payers(archived: $archived) { ${PAYER} } }`, { archived })).payers;
  }

  licenceAnswer(chamberId: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.#send('mutation ($input: SetFacilityLicenceInput!) { setFacilityLicence(input: $input) { chamberId authority licence version } }', { input: { chamberId, authority: 'DHA', licence: 'DHA-F-0000900', ...more } });
  }

  async licence(chamberId: string, more: object = {}): Promise<{ version: number; [field: string]: unknown }> {
    return this.#data(await this.licenceAnswer(chamberId, more)).setFacilityLicence;
  }

  addPolicyAnswer(patientId: string, payerId: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.#send(`mutation ($input: AddPolicyInput!) { addPolicy(input: $input) { ${POLICY} } }`, { input: { patientId, payerId, memberNumber: 'GF-1029384', ...more } });
  }

  async addPolicy(patientId: string, payerId: string, more: object = {}): Promise<PolicyAnswer> {
    return this.#data(await this.addPolicyAnswer(patientId, payerId, more)).addPolicy;
  }

  editPolicyAnswer({ id, version }: PolicyAnswer, changes: object): Promise<GraphqlAnswer> {
    return this.#send(`mutation ($input: EditPolicyInput!) { editPolicy(input: $input) { ${POLICY} } }`, { input: { id, version, ...changes } });
  }

  async editPolicy(policy: PolicyAnswer, changes: object): Promise<PolicyAnswer> {
    return this.#data(await this.editPolicyAnswer(policy, changes)).editPolicy;
  }

  async policies(id: string, archived = false): Promise<PolicyAnswer[]> {
    return this.#data(await this.#send(OF, { id, archived })).patient.policies;
  }

  #send(document: string, variables: object): Promise<GraphqlAnswer> {
    return this.world.graphql(document, { ...variables }, this.person.token);
  }

  #data({ errors, data }: GraphqlAnswer) {
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
}
