import type { GraphqlAnswer, World } from './world.js';

const CONSENT = `id patientId purpose decision givenBy { kind name relation } method decidedAt validUntil language textVersion note documentId
  recordedAt recordedBy { id nameEn } enteredInError { reason at by { id nameEn } }`;
const STANDING = `purpose status allowed since decision { ${CONSENT} }`;
const SAVED = `consent { ${CONSENT} } standing { ${STANDING} } warnings`;
const RECORD = `mutation ($id: UUID!, $input: RecordConsentInput!) { saved: recordConsent(patientId: $id, input: $input) { ${SAVED} } }`;
const WITHDRAW = `mutation ($id: UUID!, $input: WithdrawConsentInput!) { saved: withdrawConsent(patientId: $id, input: $input) { ${SAVED} } }`;
const MARK = `mutation ($id: UUID!, $reason: String!) { saved: markConsentEnteredInError(id: $id, reason: $reason) { ${SAVED} } }`;
const STANDINGS = `query ($id: UUID!) { patient(id: $id) { consents { ${STANDING} } } }`;
const HISTORY = `query ($id: UUID!, $purpose: ConsentPurpose, $first: Int, $after: String) {
  consentHistory(patientId: $id, purpose: $purpose, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { ${CONSENT} } } } }`;

export interface ConsentAnswer {
  id: string;
  decision: string;
  decidedAt: string;
  enteredInError: object | null;
  [field: string]: unknown;
}

export interface StandingAnswer {
  purpose: string;
  status: string;
  allowed: boolean;
  since: string | null;
  decision: ConsentAnswer | null;
}

export interface SavedAnswer {
  consent: ConsentAnswer;
  standing: StandingAnswer;
  warnings: string[];
}

/** Consents through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Consents {
  constructor(
    private readonly world: World,
    private readonly token: string,
  ) {}

  recordAnswer(id: string, input: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(RECORD, { id, input: { purpose: 'SMS', choice: 'GRANTED', method: 'VERBAL', givenBy: { kind: 'PATIENT' }, ...input } }, this.token);
  }

  async record(id: string, input: object = {}): Promise<SavedAnswer> {
    return savedIn(await this.recordAnswer(id, input));
  }

  withdrawAnswer(id: string, input: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(WITHDRAW, { id, input: { purpose: 'SMS', method: 'VERBAL', givenBy: { kind: 'PATIENT' }, ...input } }, this.token);
  }

  async withdraw(id: string, input: object = {}): Promise<SavedAnswer> {
    return savedIn(await this.withdrawAnswer(id, input));
  }

  markAnswer(id: string, reason = 'wrong patient'): Promise<GraphqlAnswer> {
    return this.world.graphql(MARK, { id, reason }, this.token);
  }

  async mark(id: string, reason?: string): Promise<SavedAnswer> {
    return savedIn(await this.markAnswer(id, reason));
  }

  async standing(id: string, purpose = 'SMS'): Promise<StandingAnswer> {
    return (await this.standings(id)).find((one) => one.purpose === purpose)!;
  }

  async standings(id: string): Promise<StandingAnswer[]> {
    return (await this.world.ok(STANDINGS, { id }, this.token)).patient.consents;
  }

  historyAnswer(id: string, page: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(HISTORY, { id, ...page }, this.token);
  }

  async history(id: string, page: object = {}): Promise<{ totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: ConsentAnswer[] }> {
    const { errors, data } = await this.historyAnswer(id, page);
    expect(errors).toBeUndefined();
    const { edges, ...rest } = data.consentHistory as { edges: Array<{ node: ConsentAnswer }>; totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
    return { ...rest, nodes: edges.map(({ node }) => node) };
  }
}

const savedIn = ({ errors, data }: GraphqlAnswer): SavedAnswer => {
  if (errors) throw new Error(JSON.stringify(errors));
  return data.saved;
};
