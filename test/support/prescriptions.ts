import type { GraphqlAnswer, Person, World } from './world.js';

export interface PrescriptionAnswer {
  id: string;
  version: number;
  status: string;
  number: string | null;
  items: Array<{ id: string; dose: string; sentenceEn: string; sentenceBn: string; unit: string; quantity: string | null }>;
  signature: { by: { id: string }; at: string; hash: string } | null;
  [field: string]: unknown;
}

/** Everything of a prescription. */
export const PRESCRIPTION = `id version patientId chamberId doctor { id } appointmentId status number complaints examination diagnoses { code title titleBn text } investigations { name note }
  items { id drug { productId name nameBn generic strength form ingredients { id name strength } } dose sentenceEn sentenceBn unit meal route quantity quantityNeeded packs { count each unit } note } advice followUp { on note } pregnancy
  signature { by { id } at hash } cancellation { by { id } at reason } amendsId amendmentReason amendedById draftedBy { id } draftedAt updatedBy { id } updatedAt`;

/** Everything of a check. */
export const CHECKS = `id prescriptionVersion by { id } at sources { name knowledge unavailable } findings { key kind of severity needsReason itemIds others { prescriptionId itemId } allergyId textEn textBn source knowledge override } withoutDoseRange`;

export interface FindingAnswer {
  key: string;
  kind: string;
  of: string | null;
  severity: string;
  needsReason: boolean;
  itemIds: string[];
  others: Array<{ prescriptionId: string; itemId: string }>;
  allergyId: string | null;
  textEn: string;
  textBn: string;
  override: string | null;
}

export interface CheckAnswer {
  id: string;
  prescriptionVersion: number;
  sources: Array<{ name: string; knowledge: string | null; unavailable: string | null }>;
  findings: FindingAnswer[];
  withoutDoseRange: string[];
}

type Override = Pick<FindingAnswer, 'key'> & { reason: string };

const saved = (operation: string, declared: string, given: string) => `mutation (${declared}) { ${operation}(${given}) { prescription { ${PRESCRIPTION} } } }`;
const DRAFT = saved('draftPrescription', '$input: DraftPrescriptionInput!', 'input: $input');
const EDIT = saved('editPrescription', '$input: EditPrescriptionInput!', 'input: $input');
const AMEND = saved('amendPrescription', '$input: AmendPrescriptionInput!', 'input: $input');
const REPEAT = saved('repeatPrescription', '$input: RepeatPrescriptionInput!', 'input: $input');
const CHECK = `mutation ($id: UUID!, $version: Int!) { checkPrescription(id: $id, version: $version) { prescription { id version checks { ${CHECKS} } } } }`;
const SIGN = saved('signPrescription', '$id: UUID!, $version: Int!, $overrides: [OverrideInput!]', 'id: $id, version: $version, overrides: $overrides');
const DISCARD = saved('discardPrescription', '$id: UUID!, $version: Int!', 'id: $id, version: $version');
const CANCEL = saved('cancelPrescription', '$id: UUID!, $version: Int!, $reason: String!', 'id: $id, version: $version, reason: $reason');
const LIST = `query ($id: UUID!, $status: PrescriptionStatus, $first: Int, $after: String) { patient(id: $id) { id
  prescriptions(status: $status, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { ${PRESCRIPTION} } } } } }`;

type Versioned = Pick<PrescriptionAnswer, 'id' | 'version'>;

/** Prescriptions through the API, as one person, in one chamber; the methods that end in Answer also give errors, the others fail the test. */
export class Prescriptions {
  constructor(
    private readonly world: World,
    private readonly person: Pick<Person, 'token'>,
    private readonly chamberId: string,
  ) {}

  draftAnswer(patientId: string, input: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(DRAFT, { input: { patientId, chamberId: this.chamberId, ...input } });
  }

  draft(patientId: string, input: object = {}): Promise<PrescriptionAnswer> {
    return prescriptionIn(this.draftAnswer(patientId, input));
  }

  editAnswer({ id, version }: Versioned, input: object): Promise<GraphqlAnswer> {
    return this.#ask(EDIT, { input: { id, version, ...input } });
  }

  edit(prescription: Versioned, input: object): Promise<PrescriptionAnswer> {
    return prescriptionIn(this.editAnswer(prescription, input));
  }

  checkAnswer({ id, version }: Versioned): Promise<GraphqlAnswer> {
    return this.#ask(CHECK, { id, version });
  }

  async check(prescription: Versioned): Promise<CheckAnswer> {
    return (await okay(this.checkAnswer(prescription))).checkPrescription.prescription.checks;
  }

  /** Signs with these reasons, or, unless given, after checking it with a reason for every finding that needs one. */
  async signAnswer({ id, version }: Versioned, overrides?: Override[]): Promise<GraphqlAnswer> {
    return this.#ask(SIGN, { id, version, overrides: overrides ?? (await this.#reasons({ id, version })) });
  }

  sign(prescription: Versioned, overrides?: Override[]): Promise<PrescriptionAnswer> {
    return prescriptionIn(this.signAnswer(prescription, overrides));
  }

  async #reasons(prescription: Versioned): Promise<Override[]> {
    const { data } = await this.checkAnswer(prescription);
    const findings: FindingAnswer[] = data?.checkPrescription?.prescription.checks.findings ?? [];
    return findings.filter(({ needsReason }) => needsReason).map(({ key }) => ({ key, reason: 'Looked at' }));
  }

  discardAnswer({ id, version }: Versioned): Promise<GraphqlAnswer> {
    return this.#ask(DISCARD, { id, version });
  }

  cancelAnswer({ id, version }: Versioned, reason: string): Promise<GraphqlAnswer> {
    return this.#ask(CANCEL, { id, version, reason });
  }

  amendAnswer({ id, version }: Versioned, reason: string): Promise<GraphqlAnswer> {
    return this.#ask(AMEND, { input: { id, version, reason } });
  }

  amend(prescription: Versioned, reason: string): Promise<PrescriptionAnswer> {
    return prescriptionIn(this.amendAnswer(prescription, reason));
  }

  repeatAnswer({ id }: Pick<Versioned, 'id'>, input: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(REPEAT, { input: { id, chamberId: this.chamberId, ...input } });
  }

  repeat(prescription: Pick<Versioned, 'id'>, input: object = {}): Promise<PrescriptionAnswer> {
    return prescriptionIn(this.repeatAnswer(prescription, input));
  }

  getAnswer(id: string): Promise<GraphqlAnswer> {
    return this.#ask(`query ($id: UUID!) { prescription(id: $id) { ${PRESCRIPTION} } }`, { id });
  }

  async get(id: string): Promise<PrescriptionAnswer> {
    return (await okay(this.getAnswer(id))).prescription;
  }

  async list(patientId: string, variables: object = {}): Promise<PrescriptionAnswer[]> {
    const { patient } = await okay(this.#ask(LIST, { id: patientId, ...variables }));
    return patient.prescriptions.edges.map(({ node }: { node: PrescriptionAnswer }) => node);
  }

  #ask(query: string, variables: object): Promise<GraphqlAnswer> {
    return this.world.graphql(query, variables as Record<string, unknown>, this.person.token);
  }
}

/** Gives a member a licence to practise that holds until a day. */
export async function license(world: World, owner: Person, memberId: string, licenceExpiresOn: string | null, licence = 'BMDC A-00009'): Promise<void> {
  const { member } = await world.ok('query ($id: UUID!) { member(id: $id) { version } }', { id: memberId }, owner.token);
  await world.ok('mutation ($input: EditMemberInput!) { editMember(input: $input) { id } }', { input: { id: memberId, version: member.version, licence, licenceExpiresOn } }, owner.token);
}

async function okay(answer: Promise<GraphqlAnswer>): Promise<GraphqlAnswer['data']> {
  const { data, errors } = await answer;
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

async function prescriptionIn(answer: Promise<GraphqlAnswer>): Promise<PrescriptionAnswer> {
  const data = await okay(answer);
  return (Object.values(data)[0] as { prescription: PrescriptionAnswer }).prescription;
}
