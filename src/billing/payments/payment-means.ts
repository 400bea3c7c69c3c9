import { constraintOf } from '../../platform/database/database-errors.js';
import { idIsTaken } from '../../platform/errors.js';
import type { InputCheck } from '../../platform/input-check.js';
import { referenceUsed, refusalOf } from '../billing.errors.js';
import { WalletProvider } from './gateways/wallet-gateway.js';
import { PaymentMethod } from './payment.enums.js';
import { type TakePaymentInput, paymentLimits as limits } from './payment.inputs.js';

/** How something was paid at the desk, as an input tells it. */
export type PaidAtDesk = Pick<TakePaymentInput, 'method' | 'provider' | 'reference' | 'paidBy'>;

/** The same, checked; faults are noted. */
export function meansIn(check: InputCheck, input: PaidAtDesk) {
  const { method } = input;
  if (method === PaymentMethod.BKASH) check.blame(['method'], 'NOT_ALLOWED');
  for (const field of ['provider', 'reference'] as const) if (method === PaymentMethod.CASH && typeof input[field] === 'string') check.blame([field], 'NOT_ALLOWED');
  if (method !== PaymentMethod.CASH && typeof input.reference !== 'string') check.blame(['reference'], 'REQUIRED');
  if (method === PaymentMethod.WALLET && typeof input.provider !== 'string') check.blame(['provider'], 'REQUIRED');
  const provider = check.line(['provider'], input.provider, limits.provider) ?? method;
  // What is paid there is for the provider alone to say.
  if (typeof input.provider === 'string' && (Object.values(WalletProvider) as string[]).includes(provider)) check.blame(['provider'], 'NOT_ALLOWED');
  return { method, provider, reference: check.line(['reference'], input.reference, limits.reference), paidBy: check.line(['paidBy'], input.paidBy, limits.paidBy) };
}

/** What the database refuses of a new payment, in the words of the interface. */
export function refusedPayment(error: unknown): never {
  const constraint = constraintOf(error);
  if (constraint === 'payments__pkey') throw idIsTaken('A payment has this id.');
  if (constraint === 'payments__reference_once') throw referenceUsed();
  throw refusalOf(error, 'payments:take');
}
