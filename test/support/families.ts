import type { GraphqlAnswer, World } from './world.js';

const MEMBER = `id relativeId relation isGuardian isWard note linkedAt linkedBy { id nameEn } relative { id nameEn }
  ended { reason enteredInError at by { id nameEn } }`;
const LINK = `mutation ($input: LinkFamilyInput!) { linkFamily(input: $input) { member { ${MEMBER} } warnings } }`;
const UNLINK = `mutation ($id: UUID!, $reason: String!, $mistake: Boolean!) { unlinkFamily(id: $id, reason: $reason, enteredInError: $mistake) { ${MEMBER} } }`;
const FAMILY = `query ($id: UUID!, $pastToo: Boolean) { patient(id: $id) { guardianMissing family(pastToo: $pastToo) { ${MEMBER} } sharesPhoneWith { linked patient { id } } } }`;

export interface MemberAnswer {
  id: string;
  relativeId: string;
  relation: string;
  ended: object | null;
  [field: string]: unknown;
}

export interface FamilyAnswer {
  guardianMissing: boolean;
  family: MemberAnswer[];
  sharesPhoneWith: Array<{ linked: boolean; patient: { id: string } }>;
}

/** Families through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Families {
  constructor(
    private readonly world: World,
    private readonly token: string,
  ) {}

  linkAnswer(patientId: string, relation: string, relativeId: string, more: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(LINK, { input: { patientId, relation, relativeId, ...more } }, this.token);
  }

  /** Links a patient to who is their `relation`. */
  async link(patientId: string, relation: string, relativeId: string, more: object = {}): Promise<{ member: MemberAnswer; warnings: string[] }> {
    const { errors, data } = await this.linkAnswer(patientId, relation, relativeId, more);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.linkFamily;
  }

  unlinkAnswer(id: string, reason = 'divorced', mistake = false): Promise<GraphqlAnswer> {
    return this.world.graphql(UNLINK, { id, reason, mistake }, this.token);
  }

  async unlink(id: string, reason?: string, mistake?: boolean): Promise<MemberAnswer> {
    const { errors, data } = await this.unlinkAnswer(id, reason, mistake);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.unlinkFamily;
  }

  async of(id: string, pastToo = false): Promise<FamilyAnswer> {
    return (await this.world.ok(FAMILY, { id, pastToo }, this.token)).patient;
  }
}
