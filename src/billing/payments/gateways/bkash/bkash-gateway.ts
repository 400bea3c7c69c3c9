import { z } from 'zod';
import { Currency } from '../../../../platform/money/currency.js';
import { decimalOf, minorUnitsOf } from '../decimal-amount.js';
import {
  type CheckoutOrder, type CheckoutOutcome, type PaymentOutcome, type RefundOrder, type RefundOutcome, type RefundsKnown, type TransactionKnown, type WalletAccount, WalletGateway, WalletProvider,
} from '../wallet-gateway.js';
import type { BkashAnswer, BkashApi, BkashCredentials } from './bkash-api.js';
import { ALREADY_EXECUTED, SUCCESSFUL, TRANSACTION_MISSING, paymentRefusal, refundRefusal } from './bkash-codes.js';

const id = z.string().regex(/^[\w.:-]{1,100}$/);
const amount = z.union([z.string(), z.number()]).transform((told, context) => {
  const units = minorUnitsOf(String(told));
  if (units === undefined) context.addIssue('no amount');
  return units ?? 0n;
});
const httpUrl = z.string().max(2_000).regex(/^https?:\/\//).refine((text) => URL.canParse(text));

const OPENED = z.object({ paymentID: id, bkashURL: httpUrl });
const PAYMENT = z.object({
  paymentID: id, trxID: id, amount, currency: z.string().max(10), merchantInvoiceNumber: z.string().max(255).optional(), merchantInvoice: z.string().max(255).optional(),
});
const STATUS = z.object({ transactionStatus: z.string().max(50) });
const REFUND = z.object({ refundTrxId: id, refundTransactionStatus: z.literal('Completed'), refundAmount: amount, originalTrxId: id });
const REFUNDS = z.object({ originalTrxId: id, refundTransactions: z.array(z.object({ refundTrxId: id, refundTransactionStatus: z.string(), refundAmount: amount })).max(100) });
const TRANSACTION = z.object({ trxID: id, amount, currency: z.string().max(10), transactionStatus: z.string().max(50) });

/** One payment that is agreed to and taken at once, without an agreement that stands for later ones. */
const ONE_PAYMENT = '0011';
const unreadable = { kind: 'UNKNOWN', code: 'UNREADABLE' } as const;

/**
 * bKash's tokenized checkout without agreement ("Checkout URL"), as published on developer.bka.sh: token, create, execute,
 * query and search in version 1.2.0-beta, refunds in version 2, which gives one payment back in several parts and lists them.
 * Money moves only by executing, after the payer agreed on bKash's page.
 */
export class BkashGateway extends WalletGateway {
  readonly provider = WalletProvider.BKASH;
  readonly currency = Currency.BDT;

  constructor(private readonly api: BkashApi) {
    super();
  }

  async open(account: WalletAccount<BkashCredentials>, order: CheckoutOrder): Promise<CheckoutOutcome> {
    const answer = await this.api.post(account, 'create', {
      mode: ONE_PAYMENT, intent: 'sale', currency: this.currency, amount: decimalOf(order.amount), merchantInvoiceNumber: order.orderNumber, payerReference: order.payerReference, callbackURL: order.callbackUrl,
    });
    if (answer.kind === 'NONE') return { kind: ['NOT_ACCEPTED', 'NOT_SET_UP'].includes(answer.code) ? 'REFUSED' : 'UNKNOWN', code: answer.code };
    if (answer.code !== SUCCESSFUL) return { kind: 'REFUSED', code: answer.code };
    const opened = OPENED.safeParse(answer.body).data;
    return opened ? { kind: 'OPENED', checkoutId: opened.paymentID, checkoutUrl: opened.bkashURL } : unreadable;
  }

  async execute(account: WalletAccount<BkashCredentials>, checkoutId: string): Promise<PaymentOutcome> {
    const answer = await this.api.post(account, 'execute', { paymentID: checkoutId });
    if (answer.kind === 'ANSWER' && ALREADY_EXECUTED.includes(answer.code)) return this.query(account, checkoutId);
    return paymentIn(answer, checkoutId);
  }

  async query(account: WalletAccount<BkashCredentials>, checkoutId: string): Promise<PaymentOutcome> {
    return paymentIn(await this.api.post(account, 'payment/status', { paymentID: checkoutId }), checkoutId);
  }

  async refund(account: WalletAccount<BkashCredentials>, order: RefundOrder): Promise<RefundOutcome> {
    const answer = await this.api.post(account, '/v2/tokenized-checkout/refund/payment/transaction', {
      paymentId: order.checkoutId, trxId: order.transactionId, refundAmount: decimalOf(order.amount), sku: order.refundNumber, reason: 'Refund',
    });
    if (answer.kind === 'NONE') return { kind: 'UNKNOWN', code: answer.code };
    if (answer.code !== SUCCESSFUL) return { kind: refundRefusal(answer.code), code: answer.code };
    const made = REFUND.safeParse(answer.body).data;
    if (!made || made.originalTrxId !== order.transactionId || made.refundAmount !== order.amount) return unreadable;
    return { kind: 'REFUNDED', transactionId: made.refundTrxId, amount: made.refundAmount };
  }

  async refundsOf(account: WalletAccount<BkashCredentials>, { checkoutId, transactionId }: { checkoutId: string; transactionId: string }): Promise<RefundsKnown> {
    const answer = await this.api.post(account, '/v2/tokenized-checkout/refund/payment/status', { paymentId: checkoutId, trxId: transactionId });
    if (answer.kind === 'NONE' || answer.code !== SUCCESSFUL) return { kind: 'UNKNOWN', code: answer.code };
    const told = REFUNDS.safeParse(answer.body).data;
    // One that is neither made nor failed may yet be made.
    if (!told || told.originalTrxId !== transactionId || !told.refundTransactions.every(({ refundTransactionStatus: status }) => ['Completed', 'Failed'].includes(status))) return unreadable;
    const made = told.refundTransactions.filter(({ refundTransactionStatus: status }) => status === 'Completed');
    return { kind: 'KNOWN', refunds: made.map(({ refundTrxId, refundAmount }) => ({ transactionId: refundTrxId, amount: refundAmount })) };
  }

  async find(account: WalletAccount<BkashCredentials>, transactionId: string): Promise<TransactionKnown> {
    const answer = await this.api.post(account, 'general/searchTransaction', { trxID: transactionId });
    if (answer.kind === 'ANSWER' && answer.code === TRANSACTION_MISSING) return { kind: 'MISSING' };
    if (answer.kind === 'NONE' || answer.code !== SUCCESSFUL) return { kind: 'UNKNOWN', code: answer.code };
    const told = TRANSACTION.safeParse(answer.body).data;
    if (!told || told.trxID !== transactionId || told.transactionStatus !== 'Completed') return unreadable;
    return { kind: 'FOUND', amount: told.amount, currency: told.currency };
  }
}

function paymentIn(answer: BkashAnswer, checkoutId: string): PaymentOutcome {
  if (answer.kind === 'NONE') return { kind: 'UNKNOWN', code: answer.code };
  if (answer.code !== SUCCESSFUL) return refused(answer.code);
  switch (STATUS.safeParse(answer.body).data?.transactionStatus) {
    case 'Initiated': return { kind: 'WAITING' };
    case 'Cancelled': return { kind: 'CANCELLED', code: 'CANCELLED' };
    case 'Failed':
    case 'Declined': return { kind: 'FAILED', code: 'FAILED' };
    case 'Completed': return capturedIn(answer.body, checkoutId);
    default: return unreadable;
  }
}

function capturedIn(body: Record<string, unknown>, checkoutId: string): PaymentOutcome {
  const payment = PAYMENT.safeParse(body).data;
  const orderNumber = payment?.merchantInvoiceNumber ?? payment?.merchantInvoice;
  // An answer about another payment says nothing of this one.
  if (!payment || orderNumber === undefined || payment.paymentID !== checkoutId) return unreadable;
  return { kind: 'CAPTURED', checkoutId: payment.paymentID, orderNumber, transactionId: payment.trxID, amount: payment.amount, currency: payment.currency };
}

function refused(code: string): PaymentOutcome {
  const kind = paymentRefusal(code);
  return kind === 'WAITING' ? { kind } : { kind, code };
}
