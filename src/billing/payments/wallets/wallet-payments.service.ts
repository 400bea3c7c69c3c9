import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../../config.js';
import { idIn } from '../../../platform/client-id.js';
import type { Ctx } from '../../../platform/context/ctx.js';
import { Keyring } from '../../../platform/crypto/keyring.js';
import { constraintOf, sqlState } from '../../../platform/database/database-errors.js';
import type { Row } from '../../../platform/database/statement-group.js';
import { TenantDb } from '../../../platform/database/tenant-db.js';
import { idIsTaken, notFound } from '../../../platform/errors.js';
import { InputCheck } from '../../../platform/input-check.js';
import { amountIn } from '../../../platform/money/money.model.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../../platform/once.js';
import { CONFIG } from '../../../platform/platform.module.js';
import { invoiceIs, ownApproval, paymentIs, refusalOf } from '../../billing.errors.js';
import { askDesk, askDeskOfPayment, deskIn, openDeskIn } from '../../desk.js';
import { InvoiceKind, InvoiceStatus } from '../../invoices/invoice.enums.js';
import { type InvoiceRow, invoiceRows, lockInvoices } from '../../invoices/invoice-rows.js';
import type { WalletAccount } from '../gateways/wallet-gateway.js';
import { PaymentMethod, PaymentStatus } from '../payment.enums.js';
import { paymentLimits } from '../payment.inputs.js';
import { type PaymentRecord, type PaymentRow, insertPayment, openPayment, paymentRows, paymentsByIds } from '../payment-rows.js';
import { WALLET_SETTINGS } from './wallet-accounts.service.js';
import { WalletGateways } from './wallet-gateways.js';
import type { EndWalletPaymentInput, StartWalletPaymentInput } from './wallet-payment.model.js';
import { type AccountRow, WALLET_PAYMENTS, type WalletEnding, type WalletRow, askAccount, askFlagged, endWalletPayment, insertWalletPayment, only, walletsOf } from './wallet-rows.js';
import { WalletSettling, orderOf } from './wallet-settling.service.js';
import { noWalletAccount, walletCurrency } from './wallets.errors.js';

/** What the database says of a payment that has ended meanwhile. */
const ENDED = 'SK095';

/** The most payments that are listed to be looked at. */
export const MOST_FLAGGED = 100;

/** A payment at a provider, opened. */
export interface WalletRecord {
  payment: PaymentRecord;
  wallet: WalletRow;
  checkoutUrl: string | null;
  /** Why it was ended by hand. */
  endReason: string | null;
}

interface Begun {
  id: string;
  /** Undefined when the same request began it before. */
  account: WalletAccount | undefined;
  amount: bigint;
}

/** Payments by wallet, as the desk sees them: begun here, and taken by the provider. */
@Injectable()
export class WalletPaymentsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly settling: WalletSettling,
    private readonly gateways: WalletGateways,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Begins a payment, PENDING, and only then has the provider open a checkout, once under an idempotency key; one that the provider refuses is FAILED.
   * NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, ALREADY_EXISTS (the id), CONFLICT (the key, INVOICE_STATUS, NO_WALLET_ACCOUNT, WALLET_CURRENCY).
   */
  async start(ctx: Ctx, input: StartWalletPaymentInput): Promise<WalletRecord> {
    const { provider, patientId } = input;
    const gateway = this.gateways.to(provider);
    const { id, account, amount } = await this.#begin(ctx, input);
    if (account) {
      await this.settling.open(account, gateway, { id, patientId }, orderOf(this.config, ctx.tenantId, provider, id, amount));
    }
    return this.#read(ctx, id);
  }

  /** Asks the provider about a payment that is PENDING, and tells what became of it. NOT_FOUND, FORBIDDEN. */
  async check(ctx: Ctx, id: string): Promise<WalletRecord> {
    const { tenantId } = ctx;
    await this.db.write(ctx, (tx, [desks, payments, wallets]) => {
      const [row] = paymentRows(payments);
      if (!row || !wallets!.length) throw notFound();
      deskIn(desks!, 'payments:take');
      tx.record('payment', id, row.patient_id);
      return Promise.resolve();
    }, askDeskOfPayment(tenantId, id, 'payments:take'), paymentsByIds(tenantId, [id]), walletsOf(tenantId, [id]));
    await this.settling.ask(tenantId, id, { mayExecute: true, atMostEverySeconds: 0 });
    return this.#read(ctx, id);
  }

  /** Ends a payment that is PENDING by hand, once its provider was asked once more. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (PAYMENT_STATUS, OWN_APPROVAL). */
  async end(ctx: Ctx, { paymentId: id, reason: raw }: EndWalletPaymentInput): Promise<WalletRecord> {
    const { tenantId } = ctx;
    const check = new InputCheck();
    const reason = check.line(['reason'], raw, paymentLimits.reason);
    check.throwIfAny();
    const asked = [askDeskOfPayment(tenantId, id, 'finances:manage'), paymentsByIds(tenantId, [id]), walletsOf(tenantId, [id])];
    toEnd(ctx, await this.db.read(ctx, ...asked));
    await this.settling.ask(tenantId, id, { mayExecute: false, atMostEverySeconds: 0, evenFlagged: true });
    await this.db.write(ctx, async (tx, found) => {
      const row = toEnd(ctx, found);
      const keys = await this.keyring.of(tenantId);
      await tx.group(endWalletPayment(tenantId, id, keys.seal(WALLET_PAYMENTS, id, 'ending', { reason: reason! } satisfies WalletEnding))).catch((error: unknown) => {
        throw sqlState(error) === ENDED ? paymentIs(row.status) : refusalOf(error, 'finances:manage');
      });
      tx.record('payment', id, row.patient_id);
      tx.change('payment', id, 'status', row.status, PaymentStatus.FAILED);
    }, ...asked);
    return this.#read(ctx, id);
  }

  /** The payments that somebody has to look at, the first begun first, at most 100, in chambers where the caller reads the books. */
  async flagged(ctx: Ctx): Promise<WalletRecord[]> {
    const [rows] = await this.db.read(ctx, askFlagged(ctx.tenantId, MOST_FLAGGED));
    const records = await this.#open(ctx, rows!.map(({ id }) => id as string));
    for (const { payment: { row } } of records) ctx.disclose('payment', row.id, row.patient_id);
    return records;
  }

  #begin(ctx: Ctx, input: StartWalletPaymentInput): Promise<Begun> {
    const { tenantId } = ctx;
    const { provider, chamberId, patientId } = input;
    const invoiceId = input.invoiceId ?? null;
    return this.db.write(ctx, async (tx, [patients, invoices, desks, accounts, asked]) => {
      if (!patients!.length) throw notFound(['input', 'patientId']);
      const desk = openDeskIn(desks!, 'payments:take');
      const account = only<AccountRow>(accounts);
      const keys = await this.keyring.of(tenantId, account ? [account.credentials] : []);
      const once = onceOf(keys, 'startWalletPayment', input);
      const before = madeBefore(once, asked!);
      if (before) {
        ctx.action = 'VIEWED';
        tx.record('payment', before, patientId);
        return { id: before, account: undefined, amount: 0n };
      }
      const check = new InputCheck();
      const id = idIn(check, input.id);
      const amount = amountIn(check, ['amount'], input.amount, desk.currency);
      check.throwIfAny();
      if (!account) throw noWalletAccount();
      const { currency } = this.gateways.to(provider);
      if (currency !== desk.currency) throw walletCurrency(currency);
      if (invoiceId !== null) payable(invoiceRows(invoices), invoiceId, patientId, chamberId);
      await tx.group(insertPayment(tenantId, keys, { id, chamber_id: chamberId, patient_id: patientId, deposit_of: null, method: PaymentMethod.BKASH, provider, reference: null, drawer_id: null, amount: amount!, details: { paidBy: null } }),
        insertWalletPayment(tenantId, id, provider, invoiceId)).catch(refused);
      await useUp(tx, tenantId, once, id);
      tx.record('payment', id, patientId);
      return { id, amount: amount!, account: { tenantId, version: account.version, site: account.site, credentials: keys.open(WALLET_SETTINGS, account.id, 'credentials', account.credentials) } };
    }, { text: 'select p.id from clinic.patients p where p.tenant_id = $1 and p.id = $2 for no key update', values: [tenantId, patientId] }, lockInvoices(tenantId, invoiceId === null ? [] : [invoiceId]),
    askDesk(tenantId, chamberId, 'payments:take'), askAccount(tenantId, provider), askedBefore(tenantId, input.idempotencyKey));
  }

  async #read(ctx: Ctx, id: string): Promise<WalletRecord> {
    const [record] = await this.#open(ctx, [id]);
    return record!;
  }

  async #open(ctx: Ctx, ids: readonly string[]): Promise<WalletRecord[]> {
    const { tenantId } = ctx;
    const [payments, wallets] = await this.db.read(ctx, paymentsByIds(tenantId, ids), walletsOf(tenantId, ids));
    const rows = paymentRows(payments);
    const byPayment = new Map((wallets as unknown as WalletRow[]).map((wallet) => [wallet.id, wallet]));
    const keys = await this.keyring.of(tenantId, [...rows.map(({ details }) => details), ...[...byPayment.values()].flatMap(({ checkout, ending }) => [checkout ?? [], ending ?? []].flat())]);
    return ids.flatMap((id) => {
      const row = rows.find((one) => one.id === id);
      const wallet = byPayment.get(id);
      if (!row || !wallet) return [];
      const isOpen = row.status === PaymentStatus.PENDING && !wallet.flag && wallet.checkout;
      const endReason = wallet.ending && keys.open<WalletEnding>(WALLET_PAYMENTS, id, 'ending', wallet.ending).reason;
      return { payment: openPayment(keys, row), wallet, endReason, checkoutUrl: isOpen ? keys.open<{ url: string }>(WALLET_PAYMENTS, id, 'checkout', wallet.checkout!).url : null };
    });
  }
}

/** A payment that the caller may end by hand. */
function toEnd(ctx: Ctx, [desks, payments, wallets]: Row[][]): PaymentRow {
  const [row] = paymentRows(payments);
  if (!row || !wallets!.length) throw notFound(['input', 'paymentId']);
  deskIn(desks!, 'finances:manage');
  if (row.status !== PaymentStatus.PENDING) throw paymentIs(row.status);
  if (row.taken_by === ctx.member.memberId) throw ownApproval();
  return row;
}

function payable(invoices: readonly InvoiceRow[], id: string, patientId: string, chamberId: string): void {
  const invoice = invoices.find((one) => one.id === id);
  if (invoice?.patient_id !== patientId || invoice.chamber_id !== chamberId || invoice.kind !== InvoiceKind.INVOICE) throw notFound(['input', 'invoiceId']);
  if (invoice.status !== InvoiceStatus.ISSUED) throw invoiceIs(invoice.status);
}

function refused(error: unknown): never {
  if (constraintOf(error) === 'payments__pkey') throw idIsTaken('A payment has this id.');
  throw refusalOf(error, 'payments:take');
}
