import type { Currency } from '../../../platform/money/currency.js';

/** The providers of wallets that patients pay by. */
export enum WalletProvider { BKASH = 'BKASH' }

/** Which of a provider's systems an account is for: SANDBOX moves no money. */
export enum WalletSite { LIVE = 'LIVE', SANDBOX = 'SANDBOX' }

/** An account of a practice at a provider; `credentials` are what its gateway takes. */
export interface WalletAccount<Credentials = unknown> {
  tenantId: string;
  /** Another one with each change of the account. */
  version: number;
  site: WalletSite;
  credentials: Credentials;
}

/** A payment that a provider is to ask somebody for. */
export interface CheckoutOrder {
  /** What the provider knows the payment by beside its own id; no two have the same. */
  orderNumber: string;
  /** Who pays, in the practice's words; it names nobody. */
  payerReference: string;
  /** In minor units. */
  amount: bigint;
  /** Where the payer's browser is sent when they are done. */
  callbackUrl: string;
}

/** What came of asking a provider to open a checkout. Whatever it was, nothing is paid before the payer has been at `checkoutUrl`. */
export type CheckoutOutcome =
  | { kind: 'OPENED'; checkoutId: string; checkoutUrl: string }
  | { kind: 'REFUSED'; code: string }
  | { kind: 'UNKNOWN'; code: string };

/** What a provider says was paid. It is to be held against what was asked for before it is believed. */
export interface Captured {
  kind: 'CAPTURED';
  checkoutId: string;
  orderNumber: string;
  /** The provider's number of the movement of money, which is on its statements. */
  transactionId: string;
  /** In minor units. */
  amount: bigint;
  currency: string;
}

/**
 * What a provider says of a payment: WAITING for the payer; FAILED and CANCELLED for good, so that no money can come of it;
 * UNKNOWN when it did not say, or could not be understood: the money may have moved. `code` is the provider's, or TIMEOUT,
 * UNREACHABLE, UNREADABLE or HTTP_ and a status.
 */
export type PaymentOutcome = Captured | { kind: 'WAITING' } | { kind: 'FAILED' | 'CANCELLED' | 'UNKNOWN'; code: string };

/** Money that is to go back to who paid. */
export interface RefundOrder {
  checkoutId: string;
  transactionId: string;
  /** In minor units. */
  amount: bigint;
  /** What the practice knows the refund by. */
  refundNumber: string;
}

/** A refund that a provider has made. */
export interface Refunded {
  transactionId: string;
  amount: bigint;
}

/** What came of asking for a refund: REFUSED for good; UNKNOWN when it may have been made. */
export type RefundOutcome = ({ kind: 'REFUNDED' } & Refunded) | { kind: 'REFUSED' | 'UNKNOWN'; code: string };

/** All refunds of a payment that the provider has made, or that it did not say. */
export type RefundsKnown = { kind: 'KNOWN'; refunds: Refunded[] } | { kind: 'UNKNOWN'; code: string };

/** What a provider has under one of its transaction ids. */
export type TransactionKnown = { kind: 'FOUND'; amount: bigint; currency: string } | { kind: 'MISSING' } | { kind: 'UNKNOWN'; code: string };

/**
 * A provider of wallets with a checkout of its own: the payer's browser is sent there and comes back. No method throws for what
 * the provider answers or leaves unanswered, and none is to be called within a transaction of the database.
 */
export abstract class WalletGateway {
  abstract readonly provider: WalletProvider;
  /** The one currency in which it pays. */
  abstract readonly currency: Currency;

  /** Opens a checkout. */
  abstract open(account: WalletAccount, order: CheckoutOrder): Promise<CheckoutOutcome>;

  /** Has the provider take the money that the payer agreed to. At a provider that takes it by itself, it asks whether it did. */
  abstract execute(account: WalletAccount, checkoutId: string): Promise<PaymentOutcome>;

  /** Asks what became of a payment; nothing moves by it. */
  abstract query(account: WalletAccount, checkoutId: string): Promise<PaymentOutcome>;

  /** Gives money back. Asked twice, it gives twice, unless the provider notices. */
  abstract refund(account: WalletAccount, order: RefundOrder): Promise<RefundOutcome>;

  /** Asks which refunds of a payment were made; nothing moves by it. */
  abstract refundsOf(account: WalletAccount, payment: { checkoutId: string; transactionId: string }): Promise<RefundsKnown>;

  /** Asks what is under a transaction id; nothing moves by it. */
  abstract find(account: WalletAccount, transactionId: string): Promise<TransactionKnown>;
}
