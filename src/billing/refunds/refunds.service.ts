import { Injectable } from '@nestjs/common';
import { idOf } from '../../platform/client-id.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, forbidden, notFound, staleVersion } from '../../platform/errors.js';
import { InputCheck, textFault } from '../../platform/input-check.js';
import { amountIn } from '../../platform/money/money.model.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { cleanLine } from '../../platform/plain-text.js';
import { moreThanThereIs, noDrawer, ownApproval, paymentIs, referenceUsed, refusalOf } from '../billing.errors.js';
import { PaymentMethod, PaymentStatus } from '../payments/payment.enums.js';
import { type RefundPaymentInput, paymentLimits as limits } from '../payments/payment.inputs.js';
import { type PaymentRow, leftOf, lockPatientOfPayment, lockPayment, paymentRows } from '../payments/payment-rows.js';
import { RefundStatus } from './refund.enums.js';
import { type NewRefund, type RefundRecord, type RefundRow, askRefunder, insertRefund, lockRefund, openRefund, refundRows, refundsByIds, stepRefund } from './refund-rows.js';

/** Methods that are paid out at a provider, which somebody must ask first. */
const atProvider: ReadonlySet<PaymentMethod> = new Set([PaymentMethod.BKASH]);

const atProviderStatuses: ReadonlySet<RefundStatus> = new Set([RefundStatus.PENDING, RefundStatus.PAID, RefundStatus.FAILED]);

/** Gives payments back, at once or after somebody else approved it. The database keeps refunds within what is left, and posts them. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /**
   * Gives back of a payment, once under an idempotency key; one that needs an approval is REQUESTED alone.
   * NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (the key, PAYMENT_STATUS, MORE_THAN_THERE_IS, NO_OPEN_DRAWER, REFERENCE_USED, BOOKS_CLOSED). Four round trips.
   */
  request(ctx: Ctx, input: RefundPaymentInput): Promise<RefundRecord> {
    const { tenantId } = ctx;
    const id = idOf(null);
    return this.db.write(ctx, async (tx, [, payments, refunders, asked]) => {
      const [payment] = paymentRows(payments);
      if (!payment) throw notFound(['input', 'paymentId']);
      if (!refunders![0]!['takes']) throw forbidden('payments:take');
      const keys = await this.keyring.of(tenantId);
      const once = onceOf(keys, 'refundPayment', input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      const refund = askedFor(input, id, payment);
      const [, rows] = await tx.group(insertRefund(tenantId, keys, refund), refundsByIds(tenantId, [id])).catch(refused);
      await useUp(tx, tenantId, once, id);
      tx.record('refund', id, payment.patient_id);
      tx.record('payment', payment.id, payment.patient_id);
      const [row] = refundRows(rows);
      if (row!.needs_approval) return openRefund(keys, row!);
      return this.#pay(tx, ctx, keys, row!, refunders![0]!, null);
    }, lockPatientOfPayment(tenantId, input.paymentId), lockPayment(tenantId, input.paymentId), askRefunder(tenantId, input.paymentId, null), askedBefore(tenantId, input.idempotencyKey));
  }

  /**
   * Approves or rejects a refund that somebody else asked for; whoever asked may take it back by rejecting it. Decided before by the caller, it is answered as it is.
   * NOT_FOUND, FORBIDDEN, CONFLICT (another version, PAYMENT_STATUS, OWN_APPROVAL).
   */
  decide(ctx: Ctx, id: string, version: number, status: RefundStatus.APPROVED | RefundStatus.REJECTED): Promise<RefundRecord> {
    return this.#locked(ctx, id, async (tx, keys, row, refunder) => {
      const me = ctx.member.memberId;
      const isOwn = row.requested_by === me;
      if (!refunder['manages'] && !(isOwn && status === RefundStatus.REJECTED)) throw forbidden('finances:manage');
      if (row.status === status && row.version === version + 1 && row.decided_by === me) {
        ctx.action = 'VIEWED';
        return openRefund(keys, row);
      }
      if (row.version !== version) throw staleVersion();
      if (row.status !== RefundStatus.REQUESTED) throw paymentIs(row.status);
      if (isOwn && status === RefundStatus.APPROVED) throw ownApproval();
      return this.#step(tx, ctx, keys, row, status);
    });
  }

  /**
   * Pays an approved refund out, or one below the limit. Paid before by the caller, by the same transaction, or asked of the provider, it is answered as it is.
   * NOT_FOUND, FORBIDDEN, CONFLICT (another version, PAYMENT_STATUS, APPROVAL_NEEDED, NO_OPEN_DRAWER, REFERENCE_USED, BOOKS_CLOSED).
   */
  pay(ctx: Ctx, id: string, version: number, reference: string | null): Promise<RefundRecord> {
    const stated = reference === null ? null : lineAt(['reference'], reference, limits.reference);
    return this.#locked(ctx, id, async (tx, keys, row, refunder) => {
      if (!refunder['takes']) throw forbidden('payments:take');
      if (wasPaid(row, version, ctx.member.memberId, stated)) {
        ctx.action = 'VIEWED';
        return openRefund(keys, row);
      }
      if (row.version !== version) throw staleVersion();
      if (row.status !== RefundStatus.APPROVED && row.status !== RefundStatus.REQUESTED) throw paymentIs(row.status);
      return this.#pay(tx, ctx, keys, row, refunder, stated);
    });
  }

  #pay(tx: AuditedTx, ctx: Ctx, keys: ScopeKeys, row: RefundRow, refunder: Row, reference: string | null): Promise<RefundRecord> {
    // Background work has it made there, and says what came of it.
    if (atProvider.has(row.method)) return this.#step(tx, ctx, keys, row, RefundStatus.PENDING);
    const isCash = row.method === PaymentMethod.CASH;
    if (isCash && !refunder['drawer_id']) throw noDrawer();
    return this.#step(tx, ctx, keys, row, RefundStatus.PAID, { drawerId: isCash ? (refunder['drawer_id'] as string) : null, reference });
  }

  async #step(tx: AuditedTx, ctx: Ctx, keys: ScopeKeys, row: RefundRow, status: RefundStatus, paid?: { drawerId: string | null; reference: string | null }): Promise<RefundRecord> {
    const [, rows] = await tx.group(stepRefund(ctx.tenantId, row.id, status, paid), refundsByIds(ctx.tenantId, [row.id])).catch(refused);
    tx.change('refund', row.id, 'status', row.status, status);
    return openRefund(keys, refundRows(rows)[0]!);
  }

  #locked(ctx: Ctx, id: string, work: (tx: AuditedTx, keys: ScopeKeys, row: RefundRow, refunder: Row) => Promise<RefundRecord>): Promise<RefundRecord> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [, found, refunders]) => {
      const [row] = refundRows(found);
      if (!row) throw notFound();
      tx.record('refund', id, row.patient_id);
      return work(tx, await this.keyring.of(tenantId, [row.details]), row, refunders![0]!);
    }, ...lockRefund(tenantId, id), askRefunder(tenantId, null, id));
  }

  async #again(tx: AuditedTx, ctx: Ctx, id: string): Promise<RefundRecord> {
    ctx.action = 'VIEWED';
    const [row] = refundRows((await tx.group(refundsByIds(ctx.tenantId, [id])))[0]);
    tx.record('refund', id, row!.patient_id);
    return openRefund(await this.keyring.of(ctx.tenantId, [row!.details]), row!);
  }
}

/** Whether a refund that had a version was paid by somebody since, and nothing else became of it. What is asked of a provider is noted of nobody. */
function wasPaid(row: RefundRow, version: number, memberId: string, reference: string | null): boolean {
  if (atProvider.has(row.method)) return row.version === version + (row.status === RefundStatus.PENDING ? 1 : 2) && atProviderStatuses.has(row.status);
  return row.status === RefundStatus.PAID && row.version === version + 1 && row.paid_by === memberId && (reference === null || row.reference === reference);
}

function askedFor(input: RefundPaymentInput, id: string, payment: PaymentRow): NewRefund {
  if (payment.status !== PaymentStatus.CAPTURED) throw paymentIs(payment.status);
  const check = new InputCheck();
  const method = input.method ?? payment.method;
  if (method !== PaymentMethod.CASH && method !== payment.method) check.blame(['method'], 'NOT_ALLOWED');
  if (method === PaymentMethod.CASH && typeof input.reference === 'string') check.blame(['reference'], 'NOT_ALLOWED');
  const amount = amountIn(check, ['amount'], input.amount, payment.currency);
  const reference = check.line(['reference'], input.reference, limits.reference);
  const reason = check.line(['reason'], input.reason, limits.reason);
  check.throwIfAny();
  const left = leftOf(payment);
  if (amount! > left) throw moreThanThereIs(left);
  return { id, payment_id: payment.id, method, provider: method === PaymentMethod.CASH ? method : payment.provider, reference, amount: amount!, details: { reason: reason! } };
}

function lineAt(path: string[], raw: string, longest: number): string {
  try {
    return cleanLine(raw, longest);
  } catch (error) {
    throw badInput([textFault(path, error)]);
  }
}

function refused(error: unknown): never {
  if (constraintOf(error) === 'refunds__reference_once') throw referenceUsed();
  throw refusalOf(error, 'payments:take');
}
