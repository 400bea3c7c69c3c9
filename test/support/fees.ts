import { randomUUID } from 'node:crypto';
import type { GraphqlAnswer, World } from './world.js';

export const FEE_RULE = 'id doctor { id } chamberId visitType amount { amount currency } taxCategory validFrom validUntil freeDays freeVisits createdBy { id }';

export interface FeeRuleAnswer {
  id: string;
  doctor: { id: string } | null;
  chamberId: string | null;
  visitType: string | null;
  amount: { amount: number; currency: string };
  validFrom: string;
  validUntil: string | null;
  freeDays: number | null;
  freeVisits: number | null;
  [field: string]: unknown;
}

export interface FeeAnswer {
  amount: { amount: number } | null;
  reason: string;
  taxCategory: string | null;
  rule: { id: string } | null;
  freeFollowUpOf: { id: string } | null;
}

/** An amount of taka as an input, in minor units. */
export const bdt = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'BDT' });

/** Fee rules and what visits cost through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Fees {
  constructor(
    private readonly world: World,
    private readonly token: string,
  ) {}

  addAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: AddFeeRuleInput!) { addFeeRule(input: $input) { ${FEE_RULE} } }`, { input: { idempotencyKey: randomUUID(), taxCategory: 'EXEMPT', amount: bdt(100_000), ...input } }, this.token);
  }

  async add(input: object): Promise<FeeRuleAnswer> {
    return dataOf(await this.addAnswer(input)).addFeeRule;
  }

  endAnswer(id: string, lastDay: string): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($id: UUID!, $lastDay: LocalDate!) { endFeeRule(id: $id, lastDay: $lastDay) { ${FEE_RULE} } }`, { id, lastDay }, this.token);
  }

  removeAnswer(id: string): Promise<GraphqlAnswer> {
    return this.world.graphql('mutation ($id: UUID!) { removeFeeRule(id: $id) }', { id }, this.token);
  }

  async list(filter: object = {}, page: object = {}): Promise<{ totalCount: number; edges: Array<{ cursor: string; node: FeeRuleAnswer }>; pageInfo: { hasNextPage: boolean } }> {
    const data = await this.world.ok(`query ($filter: FeeRuleFilter, $first: Int, $after: String) { feeRules(filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage } edges { cursor node { ${FEE_RULE} } } } }`,
      { filter, first: 20, ...page }, this.token);
    return data.feeRules;
  }

  /** What everybody in a session pays, by appointment. */
  async ofSession(sessionId: string): Promise<Map<string, FeeAnswer>> {
    const data = await this.world.ok('query ($id: UUID!) { clinicSession(id: $id) { appointments { id fee { amount { amount } reason taxCategory rule { id } freeFollowUpOf { id } } } } }', { id: sessionId }, this.token);
    return new Map(data.clinicSession.appointments.map(({ id, fee }: { id: string; fee: FeeAnswer }) => [id, fee]));
  }
}

const dataOf = ({ data, errors }: GraphqlAnswer): GraphqlAnswer['data'] => {
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
};
