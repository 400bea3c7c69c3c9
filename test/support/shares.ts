import { randomUUID } from 'node:crypto';
import { MONEY, type MoneyAnswer, answerOf, bdt } from './billing.js';
import type { GraphqlAnswer, Person, World } from './world.js';

export const SHARE_RULE = `id doctor { id } chamberId kind rate amount ${MONEY} validFrom validUntil createdBy { id }`;
export const STATEMENT = `doctor { id } chamberId opening ${MONEY} accrued ${MONEY} paidOut ${MONEY} closing ${MONEY}
  entries(first: 100) { totalCount edges { node { id on cause amount ${MONEY} invoiceId invoiceNumber sessionId source reference rule { id kind } } } }`;

export interface ShareRuleAnswer {
  id: string;
  kind: string;
  validFrom: string;
  validUntil: string | null;
  [field: string]: unknown;
}

export interface StatementAnswer {
  doctor: { id: string };
  opening: MoneyAnswer;
  accrued: MoneyAnswer;
  paidOut: MoneyAnswer;
  closing: MoneyAnswer;
  entries: { totalCount: number; edges: Array<{ node: { id: string; cause: string; amount: MoneyAnswer; invoiceNumber: string | null; rule: { id: string; kind: string } | null; [field: string]: unknown } }> };
}

/** What doctors get, through the API, as one person; the methods that end in Answer also give errors, the others fail the test. */
export class Shares {
  constructor(
    private readonly world: World,
    private readonly person: Pick<Person, 'token'>,
  ) {}

  /** Adds a rule: 60 % unless told. */
  addAnswer(doctorId: string, more: object = {}): Promise<GraphqlAnswer> {
    const share = 'kind' in more ? {} : { kind: 'PERCENTAGE', rate: 6000 };
    return this.#ask(`mutation ($input: AddShareRuleInput!) { answer: addShareRule(input: $input) { ${SHARE_RULE} } }`, { input: { idempotencyKey: randomUUID(), doctorId, ...share, ...more } });
  }

  add(doctorId: string, more: object = {}): Promise<ShareRuleAnswer> {
    return answerOf(this.addAnswer(doctorId, more));
  }

  endAnswer(id: string, lastDay: string): Promise<GraphqlAnswer> {
    return this.#ask(`mutation ($id: UUID!, $lastDay: LocalDate!) { answer: endShareRule(id: $id, lastDay: $lastDay) { ${SHARE_RULE} } }`, { id, lastDay });
  }

  removeAnswer(id: string): Promise<GraphqlAnswer> {
    return this.#ask('mutation ($id: UUID!) { answer: removeShareRule(id: $id) }', { id });
  }

  async list(filter: object = {}, page: object = {}): Promise<{ totalCount: number; pageInfo: { hasNextPage: boolean }; edges: Array<{ cursor: string; node: ShareRuleAnswer }> }> {
    const query = `query ($filter: ShareRuleFilter, $first: Int!, $after: String) { answer: shareRules(filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage } edges { cursor node { ${SHARE_RULE} } } } }`;
    return answerOf(this.#ask(query, { filter, first: 20, ...page }));
  }

  payAnswer(chamberId: string, doctorId: string, amount: number, more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(`mutation ($input: PayDoctorInput!) { answer: payDoctor(input: $input) { id source reference amount ${MONEY} left ${MONEY} doctor { id } paidBy { id } on } }`, { input: { chamberId, doctorId, amount: bdt(amount), source: 'SAFE', idempotencyKey: randomUUID(), ...more } });
  }

  statementAnswer(doctorId: string, from: string, until: string, chamberId: string | null = null): Promise<GraphqlAnswer> {
    return this.#ask(`query ($doctorId: UUID!, $from: LocalDate!, $until: LocalDate!, $chamberId: UUID) { answer: doctorStatement(doctorId: $doctorId, from: $from, until: $until, chamberId: $chamberId) { ${STATEMENT} } }`, { doctorId, from, until, chamberId });
  }

  statement(doctorId: string, from: string, until: string, chamberId: string | null = null): Promise<StatementAnswer> {
    return answerOf(this.statementAnswer(doctorId, from, until, chamberId));
  }

  own(from: string, until: string): Promise<StatementAnswer> {
    return answerOf(this.#ask(`query ($from: LocalDate!, $until: LocalDate!) { answer: myStatement(from: $from, until: $until) { ${STATEMENT} } }`, { from, until }));
  }

  #ask(query: string, variables: Record<string, unknown>): Promise<GraphqlAnswer> {
    return this.world.graphql(query, variables, this.person.token);
  }
}
