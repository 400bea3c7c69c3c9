import { randomUUID } from 'node:crypto';
import { WalletSettling } from '../../src/billing/payments/wallets/wallet-settling.service.js';
import type { BkashPayment, BkashServer } from './bkash-server.js';
import { MERCHANT } from './bkash-server.js';
import { answerOf, bdt, MONEY } from './billing.js';
import type { GraphqlAnswer, Person, World } from './world.js';

const WALLET = `payment { id status method provider reference amount ${MONEY} allocated ${MONEY} left ${MONEY} takenBy { id } } checkoutUrl askedAt outcome flag toldReference toldAmount ${MONEY} reconciliation`;

export interface WalletAnswer {
  payment: { id: string; status: string; reference: string | null; allocated: { amount: number }; left: { amount: number } };
  checkoutUrl: string | null;
  outcome: string | null;
  flag: string | null;
  toldReference: string | null;
  toldAmount: { amount: number } | null;
  reconciliation: string | null;
}

/** Payments by wallet through the API, as one person in one chamber, and what payers do at the provider. */
export class Wallets {
  constructor(
    private readonly world: World,
    private readonly bkash: BkashServer,
    private readonly person: Pick<Person, 'token'>,
    private readonly chamberId: string,
  ) {}

  /** Has the practice paid by bKash. */
  async open(merchant = MERCHANT): Promise<void> {
    await this.world.ok('mutation ($input: BkashAccountInput!) { setBkashAccount(input: $input) { site } }', { input: merchant }, this.person.token);
  }

  startAnswer(patientId: string, amount: number, more: object = {}): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: StartWalletPaymentInput!) { answer: startWalletPayment(input: $input) { ${WALLET} } }`,
      { input: { provider: 'BKASH', chamberId: this.chamberId, patientId, amount: bdt(amount), idempotencyKey: randomUUID(), ...more } }, this.person.token);
  }

  start(patientId: string, amount: number, more: object = {}): Promise<WalletAnswer> {
    return answerOf(this.startAnswer(patientId, amount, more));
  }

  checkAnswer(id: string): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($id: UUID!) { answer: checkWalletPayment(id: $id) { ${WALLET} } }`, { id }, this.person.token);
  }

  check(id: string): Promise<WalletAnswer> {
    return answerOf(this.checkAnswer(id));
  }

  async flagged(): Promise<WalletAnswer[]> {
    return (await this.world.ok(`{ flaggedWalletPayments { ${WALLET} } }`, {}, this.person.token)).flaggedWalletPayments;
  }

  /** What the provider knows of a payment. */
  at(id: string): BkashPayment {
    return [...this.bkash.payments.values()].find(({ merchantInvoiceNumber }) => merchantInvoiceNumber === id)!;
  }

  /** What the payer does on the provider's page; gives the path to which their browser is sent. */
  payer(id: string, did: BkashPayment['payer']): string {
    const { pathname, search } = new URL(this.bkash.payer(this.at(id).paymentID, did));
    return pathname + search;
  }

  /** A browser comes back from the provider. */
  async callback(path: string): Promise<string> {
    const { statusCode, body } = await this.world.app.inject({ method: 'GET', url: path, headers: { 'accept-language': 'en' } });
    if (statusCode !== 200) throw new Error(`${statusCode}`);
    return body;
  }

  /** As if it were time to ask the provider about all that is pending. */
  async job(): Promise<void> {
    await this.world.sql('superuser', 'update clinic.wallet_payments set next_ask_at = now() where next_ask_at is not null');
    await this.world.sql('superuser', 'update clinic.wallet_refunds set next_ask_at = now() where next_ask_at is not null');
    await this.world.app.get(WalletSettling, { strict: false }).askAll();
  }
}
