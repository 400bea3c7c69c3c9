import { randomUUID } from 'node:crypto';
import type { GraphqlAnswer, World } from './world.js';

/** Everything of a deposit. */
export const DEPOSIT = `id status outcome patientId appointmentId chamberId amount { amount currency } forfeited { amount } forfeits { amount } invoiceId policy { version } settledBy { id } settledAt settledOn
  payment { status depositOfId held { amount } forfeited { amount } left { amount } } appointment { id status messages { kind } deposit { paidAt toBeReturned taken { id status policy { version } } } }`;

export interface DepositAnswer {
  id: string;
  status: string;
  outcome: string | null;
  [field: string]: unknown;
}

/** Takes the deposit of a booking, by bank transfer unless told. */
export const takeDepositAnswer = (world: World, token: string, appointmentId: string, more: object = {}): Promise<GraphqlAnswer> => world.graphql(
  `mutation ($input: TakeDepositInput!) { answer: takeDeposit(input: $input) { ${DEPOSIT} } }`,
  { input: { appointmentId, method: 'BANK', reference: randomUUID(), idempotencyKey: randomUUID(), ...more } }, token);
