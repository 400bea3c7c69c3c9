import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../../config.js';
import { depositPaidOnline } from '../../../links/booking/deposits.writer.js';
import { Keyring } from '../../../platform/crypto/keyring.js';
import { constraintOf, sqlState } from '../../../platform/database/database-errors.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { LOGGER } from '../../../platform/platform.module.js';
import type { Captured, CheckoutOrder, PaymentOutcome, WalletAccount, WalletGateway, WalletProvider } from '../gateways/wallet-gateway.js';
import { type StepOf, WalletDesk } from './wallet-desk.js';
import { WalletGateways } from './wallet-gateways.js';
import { WalletRefunds } from './wallet-refunds.service.js';
import { type AskedPayment, WALLET_PAYMENTS, WalletFlag, askPayment, dueRefunds, duePayments, noteAsk, noteFlaggedAsk, noteFlaggedOutcome, noteOutcome, only } from './wallet-rows.js';

/** What the database says when a provider told of another payment than it was asked about. */
const DISAGREES = 'SK098';
/** How many a practice has asked in one go; the rest comes a minute later. */
const OF_A_PRACTICE = 50;
/** How many are asked at a time: a provider that takes its time must not hold up everybody's payments. */
const AT_ONCE = 5;
const OPERATION = 'server.settleWalletPayment';

/** How a payment is asked about. */
export interface Asking {
  /** Whether the provider may be told to take the money. */
  mayExecute: boolean;
  /** Not again within so many seconds. */
  atMostEverySeconds: number;
  /** Whether it is asked too about one that somebody has to look at. */
  evenFlagged?: boolean;
}

/**
 * Finds out from providers what became of payments, and brings that into the books, once, whoever asked: the payer's browser coming back, the desk, or the job that asks
 * each minute what is still pending. Nothing but the provider's own answer counts. It is asked outside of transactions; that it is told to take money is noted before.
 */
@Injectable()
export class WalletSettling {
  constructor(
    private readonly desk: WalletDesk,
    private readonly gateways: WalletGateways,
    private readonly refunds: WalletRefunds,
    private readonly keyring: Keyring,
    @Inject(LOGGER) private readonly logger: Logger,
    jobs: Jobs,
  ) {
    jobs.handleEachMinute('askWallets', () => this.askAll());
  }

  /** Asks about every payment and refund that is due, in every practice; one that fails is logged and asked about again. */
  async askAll(): Promise<void> {
    const works: Array<() => Promise<void>> = [];
    for (const tenantId of await this.desk.practices()) {
      const [payments, refunds] = await this.desk.run(tenantId, duePayments(tenantId, OF_A_PRACTICE), dueRefunds(tenantId, OF_A_PRACTICE));
      for (const { id } of payments!) works.push(() => this.#logged(tenantId, id as string, this.ask(tenantId, id as string, { mayExecute: true, atMostEverySeconds: 0 })));
      for (const { id } of refunds!) works.push(() => this.#logged(tenantId, id as string, this.refunds.settle(tenantId, id as string)));
    }
    const next = works.values();
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const work of next) await work();
    }));
  }

  /** Has a provider open a checkout for a payment that is PENDING, and notes it; or ends the payment, since nobody can have paid it. */
  async open(account: WalletAccount, gateway: WalletGateway, payment: { id: string; patientId: string | null }, order: CheckoutOrder): Promise<void> {
    const { tenantId } = account;
    const { id, patientId } = payment;
    const outcome = await gateway.open(account, order);
    if (outcome.kind !== 'OPENED') return this.#fail(tenantId, { id, patient_id: patientId }, outcome.code);
    const checkout = (await this.keyring.of(tenantId)).seal(WALLET_PAYMENTS, id, 'checkout', { url: outcome.checkoutUrl });
    await this.desk.step(tenantId, { text: 'select platform.note_checkout($1, $2, $3, $4)', values: [tenantId, id, outcome.checkoutId, checkout] },
      { type: 'payment', id, patientId, operation: OPERATION, before: 'PENDING', after: 'PENDING' });
  }

  /** Asks the provider about a payment unless it has ended, and brings what it says into the books. */
  async ask(tenantId: string, id: string, { mayExecute, atMostEverySeconds, evenFlagged = false }: Asking): Promise<void> {
    const [rows] = await this.desk.run(tenantId, askPayment(tenantId, id));
    const payment = only<AskedPayment>(rows);
    if (!payment || (payment.status !== 'PENDING' && !(payment.status === 'FAILED' && payment.is_ended))) return;
    if (payment.flag) return evenFlagged ? this.#askOfFlagged(tenantId, payment) : undefined;
    const executes = mayExecute && payment.is_fresh && !payment.is_ended;
    // Whoever began it may be having it opened at this moment.
    if (!payment.checkout_id && !payment.is_due) return;
    const [noted] = await this.desk.run(tenantId, noteAsk(tenantId, id, executes, atMostEverySeconds));
    if (!noted!.length) return;
    if (!payment.checkout_id) return this.#fail(tenantId, payment, 'NOT_OPENED');
    const account = await this.desk.account(tenantId, payment.provider);
    if (!account) return this.#later(tenantId, id, 'NO_ACCOUNT');
    const gateway = this.gateways.to(payment.provider);
    const told = executes ? await gateway.execute(account, payment.checkout_id) : undefined;
    await this.#settle(tenantId, payment, told && told.kind !== 'UNKNOWN' ? told : await gateway.query(account, payment.checkout_id));
  }

  async #askOfFlagged(tenantId: string, { id, provider, checkout_id: checkoutId }: AskedPayment): Promise<void> {
    await this.desk.run(tenantId, noteFlaggedAsk(tenantId, id));
    const account = await this.desk.account(tenantId, provider);
    const told: PaymentOutcome = account ? await this.gateways.to(provider).query(account, checkoutId!) : { kind: 'UNKNOWN', code: 'NO_ACCOUNT' };
    await this.desk.run(tenantId, noteFlaggedOutcome(tenantId, id, 'code' in told ? told.code : told.kind));
  }

  async #settle(tenantId: string, payment: AskedPayment, outcome: PaymentOutcome): Promise<void> {
    if (payment.is_ended && outcome.kind !== 'CAPTURED') return this.#later(tenantId, payment.id, 'code' in outcome ? outcome.code : outcome.kind);
    switch (outcome.kind) {
      case 'CAPTURED': return this.#capture(tenantId, payment, outcome);
      case 'FAILED':
      case 'CANCELLED': return this.#fail(tenantId, payment, outcome.code);
      case 'WAITING': return payment.is_over ? this.#fail(tenantId, payment, 'EXPIRED') : this.#later(tenantId, payment.id, 'WAITING');
      case 'UNKNOWN': return this.#later(tenantId, payment.id, outcome.code);
    }
  }

  async #capture(tenantId: string, payment: AskedPayment, told: Captured): Promise<void> {
    const { id, patient_id: patientId } = payment;
    const capture = { text: 'select platform.capture_wallet_payment($1, $2, $3, $4, $5, $6, $7)', values: [tenantId, id, told.checkoutId, told.orderNumber, told.transactionId, told.amount, told.currency] };
    const step: StepOf = { type: 'payment', id, patientId, operation: OPERATION, before: payment.status, after: 'CAPTURED' };
    try {
      if (payment.deposit_of === null) await this.desk.step(tenantId, capture, step);
      else await this.desk.steps(tenantId, (tx) => depositPaidOnline(tx, tenantId, id, capture), step);
    } catch (error) {
      const flag = flagOf(error, payment, told);
      if (!flag) throw error;
      this.logger.error({ practiceId: tenantId, paymentId: id, flag }, 'what a provider of wallets says was paid is not what was to be paid');
      await this.desk.step(tenantId, { text: 'select platform.flag_wallet_payment($1, $2, $3, $4, $5)', values: [tenantId, id, flag, told.transactionId, told.amount] },
        { type: 'payment', id, patientId, operation: OPERATION, before: payment.status, after: flag });
    }
  }

  async #fail(tenantId: string, { id, patient_id: patientId }: Pick<AskedPayment, 'id' | 'patient_id'>, code: string): Promise<void> {
    await this.desk.step(tenantId, { text: 'select platform.fail_wallet_payment($1, $2, $3)', values: [tenantId, id, code] }, { type: 'payment', id, patientId, operation: OPERATION, before: 'PENDING', after: 'FAILED' });
  }

  async #later(tenantId: string, id: string, code: string): Promise<void> {
    await this.desk.run(tenantId, noteOutcome(tenantId, id, code));
  }

  async #logged(tenantId: string, id: string, work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => this.logger.error({ err: error, practiceId: tenantId, recordId: id }, 'what became of a payment or refund at a provider of wallets could not be found out'));
  }
}

/** What a provider is told of a payment. Nothing of who pays leaves: the provider knows the payment by its id. */
export const orderOf = ({ serverUrl }: Config, tenantId: string, provider: WalletProvider, id: string, amount: bigint): CheckoutOrder =>
  ({ orderNumber: id, payerReference: id, amount, callbackUrl: `${serverUrl}/wallets/${provider.toLowerCase()}/${tenantId}/${id}` });

/** Why a payment was not captured as it was told, if somebody has to look at that. */
function flagOf(error: unknown, payment: AskedPayment, told: Captured): WalletFlag | undefined {
  if (constraintOf(error) === 'payments__reference_once') return WalletFlag.REUSED;
  if (sqlState(error) !== DISAGREES) return undefined;
  if (told.orderNumber !== payment.id || told.checkoutId !== payment.checkout_id) return WalletFlag.OTHER_ORDER;
  return told.amount === BigInt(payment.amount) ? WalletFlag.OTHER_CURRENCY : WalletFlag.AMOUNT_DIFFERS;
}
