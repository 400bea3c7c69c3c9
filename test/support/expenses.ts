import { randomUUID } from 'node:crypto';
import { dayFromNow } from './appointments.js';
import type { LightMyRequestResponse } from 'fastify';
import { bdt } from './billing.js';
import { files } from './documents.js';
import type { GraphqlAnswer, Person, World } from './world.js';

export const EXPENSE = `id chamberId category { id name retired } amount { amount } spentOn description status needsApproval requestedBy { id } requestedAt decidedBy { id } decidedAt paidFrom drawerId paidBy { id } paidOn version`;

export interface ExpenseAnswer { id: string; version: number; status: string; chamberId: string; [field: string]: unknown }
type Versioned = { id: string; version: number };

/** Expenses through the API, as one person, in one chamber; each gives the whole answer. */
export class Expenses {
  constructor(
    private readonly world: World,
    private readonly person: Pick<Person, 'token'>,
    private readonly chamberId: string,
  ) {}

  addCategory(name: string): Promise<GraphqlAnswer> {
    return this.#ask('mutation ($name: String!) { answer: addExpenseCategory(name: $name) { id name retired } }', { name });
  }

  retireCategory(id: string): Promise<GraphqlAnswer> {
    return this.#ask('mutation ($id: UUID!) { answer: retireExpenseCategory(id: $id) { id name retired } }', { id });
  }

  categories(): Promise<GraphqlAnswer> {
    return this.#ask('{ answer: expenseCategories { id name retired } }', {});
  }

  request(categoryId: string, amount: number, more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(`mutation ($input: RequestExpenseInput!) { answer: requestExpense(input: $input) { ${EXPENSE} } }`,
      { input: { chamberId: this.chamberId, categoryId, amount: bdt(amount), spentOn: dayFromNow(0), description: 'Bill of the month', idempotencyKey: randomUUID(), ...more } });
  }

  approve({ id, version }: Versioned): Promise<GraphqlAnswer> {
    return this.#ask(`mutation ($id: UUID!, $version: Int!) { answer: approveExpense(id: $id, version: $version) { ${EXPENSE} } }`, { id, version });
  }

  reject({ id, version }: Versioned): Promise<GraphqlAnswer> {
    return this.#ask(`mutation ($id: UUID!, $version: Int!) { answer: rejectExpense(id: $id, version: $version) { ${EXPENSE} } }`, { id, version });
  }

  pay({ id, version }: Versioned, from: string): Promise<GraphqlAnswer> {
    return this.#ask(`mutation ($id: UUID!, $version: Int!, $from: ExpenseSource!) { answer: payExpense(id: $id, version: $version, from: $from) { ${EXPENSE} } }`, { id, version, from });
  }

  /** Sends a receipt, a PDF unless told. */
  addReceipt(id: string, bytes: Buffer = files.pdf, fileName = 'bill.pdf', headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.world.app.inject({ method: 'PUT', url: `/expenses/${id}/receipts?fileName=${encodeURIComponent(fileName)}`, headers: { authorization: `Bearer ${this.person.token}`, 'content-type': 'application/octet-stream', ...headers }, payload: bytes });
  }

  openReceipt(contentPath: string): Promise<LightMyRequestResponse> {
    return this.world.app.inject({ method: 'GET', url: contentPath, headers: { authorization: `Bearer ${this.person.token}` } });
  }

  async receipts(id: string): Promise<Array<{ id: string; fileName: string; contentPath: string; type: string; sha256: string }>> {
    return (await this.world.ok('query ($id: UUID!) { expense(id: $id) { receipts { id fileName contentPath type sha256 storedBy { id } } } }', { id }, this.person.token)).expense.receipts;
  }

  get(id: string): Promise<GraphqlAnswer> {
    return this.#ask(`query ($id: UUID!) { answer: expense(id: $id) { ${EXPENSE} } }`, { id });
  }

  list(more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(`query ($chamberId: UUID!, $status: ExpenseStatus, $categoryId: UUID, $first: Int, $after: String) {
      answer: expenses(chamberId: $chamberId, status: $status, categoryId: $categoryId, first: $first, after: $after) { totalCount pageInfo { endCursor } edges { node { ${EXPENSE} } } } }`, { chamberId: this.chamberId, first: 20, ...more });
  }

  #ask(query: string, variables: Record<string, unknown>): Promise<GraphqlAnswer> {
    return this.world.graphql(query, variables, this.person.token);
  }
}
