import { randomUUID } from 'node:crypto';
import { bdt } from './billing.js';
import type { GraphqlAnswer, Person, World } from './world.js';

const MONEY = '{ amount }';
/** All of a drawer that its cashier is told. */
export const DRAWER = `id chamberId cashier { id } status openingFloat ${MONEY} openedOn openedAt
  count { pieces { denomination ${MONEY} pieces } counted ${MONEY} expected ${MONEY} variance ${MONEY} by { id } on }`;
export const CLOSING = `id chamberId day closedBy { id } totals { account debits ${MONEY} credits ${MONEY} balance ${MONEY} }`;
export const MOVE = `id chamberId from to amount ${MONEY} note on by { id }`;

export interface TotalAnswer { account: string; debits: { amount: number }; credits: { amount: number }; balance: { amount: number } }

/** Counted pieces, by note or coin in taka. */
export const counted = (pieces: Record<number, number>): object[] => Object.entries(pieces).map(([taka, count]) => ({ denomination: bdt(Number(taka) * 100), pieces: count }));

/** Drawers, days and moved money through the API, as one person, in one chamber; each gives the whole answer. */
export class CashDesk {
  constructor(
    private readonly world: World,
    private readonly person: Pick<Person, 'token'>,
    private readonly chamberId: string,
  ) {}

  close(drawerId: string, pieces: object[], more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(`mutation ($input: CloseDrawerInput!) { answer: closeDrawer(input: $input) { ${DRAWER} } }`, { input: { drawerId, pieces, idempotencyKey: randomUUID(), ...more } });
  }

  mine(more = ''): Promise<GraphqlAnswer> {
    return this.#ask(`query ($chamberId: UUID!) { answer: myOpenDrawer(chamberId: $chamberId) { ${DRAWER} ${more} } }`, { chamberId: this.chamberId });
  }

  drawers(more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(`query ($chamberId: UUID!, $status: DrawerStatus, $openedOn: LocalDate, $first: Int, $after: String) {
      answer: drawers(chamberId: $chamberId, status: $status, openedOn: $openedOn, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { ${DRAWER} holds ${MONEY} } } } }`, { chamberId: this.chamberId, first: 20, ...more });
  }

  closeDay(day: string): Promise<GraphqlAnswer> {
    return this.#ask(`mutation ($input: CloseDayInput!) { answer: closeDay(input: $input) { ${CLOSING} } }`, { input: { chamberId: this.chamberId, day } });
  }

  closings(more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(`query ($chamberId: UUID!, $first: Int, $after: String) { answer: dayClosings(chamberId: $chamberId, first: $first, after: $after) { totalCount pageInfo { endCursor } edges { node { ${CLOSING} } } } }`, { chamberId: this.chamberId, first: 20, ...more });
  }

  move(from: string, to: string, amount: number, more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(`mutation ($input: MoveMoneyInput!) { answer: moveMoney(input: $input) { ${MOVE} } }`, { input: { chamberId: this.chamberId, from, to, amount: bdt(amount), idempotencyKey: randomUUID(), ...more } });
  }

  moves(more: object = {}): Promise<GraphqlAnswer> {
    return this.#ask(`query ($chamberId: UUID!, $first: Int, $after: String) { answer: moneyMoves(chamberId: $chamberId, first: $first, after: $after) { totalCount pageInfo { endCursor } edges { node { ${MOVE} } } } }`, { chamberId: this.chamberId, first: 20, ...more });
  }

  #ask(query: string, variables: Record<string, unknown>): Promise<GraphqlAnswer> {
    return this.world.graphql(query, variables, this.person.token);
  }
}
