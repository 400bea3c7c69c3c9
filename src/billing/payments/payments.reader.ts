import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { groupsOf, keyOf } from '../../platform/database/batch-keys.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { type PageArgs, idOfCursor } from '../../platform/graphql/connection.js';
import { gathered } from '../../platform/gathered.js';
import { type RefundRecord, openRefund, refundRows, refundsByIds, refundsOf } from '../refunds/refund-rows.js';
import { allocationsOf, allocationsToInvoices } from './allocation-rows.js';
import { type PaymentRecord, countsOf, openPayment, pagesOf, paymentRows, paymentsByIds } from './payment-rows.js';

/** What a payment pays of an invoice, in minor units. */
export interface AllocationRecord {
  paymentId: string;
  invoiceId: string;
  amount: bigint;
}

type Which = [count: number, after: string | null];

/** Reads payments, what they pay, and what was given back of them, for callers who may see them. What it gives is in the audit entry of the answer. */
@Injectable()
export class PaymentsReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** One payment, read with all that the answer asks for at this moment; NOT_FOUND, FORBIDDEN. */
  async get(ctx: Ctx, id: string): Promise<PaymentRecord> {
    const record = await loadBatched(ctx, this.#records, id);
    if (!record) throw notFound();
    if (!record.row.may_take) throw forbidden('payments:take');
    ctx.disclose('payment', id, record.row.patient_id);
    return record;
  }

  /** One refund, read in the same way; NOT_FOUND, FORBIDDEN. */
  async refund(ctx: Ctx, id: string): Promise<RefundRecord> {
    const record = await loadBatched(ctx, this.#refundRecords, id);
    if (!record) throw notFound();
    if (!record.row.may_take) throw forbidden('payments:take');
    ctx.disclose('refund', id, record.row.patient_id);
    return record;
  }

  /** Which invoices a payment pays. */
  async paidBy(ctx: Ctx, paymentId: string): Promise<AllocationRecord[]> {
    return (await loadBatched(ctx, this.#paidBy, paymentId)) ?? [];
  }

  /** Which payments pay an invoice. */
  async paying(ctx: Ctx, invoiceId: string): Promise<AllocationRecord[]> {
    return (await loadBatched(ctx, this.#paying, invoiceId)) ?? [];
  }

  /** The refunds of a payment, the first first. */
  async refunds(ctx: Ctx, paymentId: string): Promise<RefundRecord[]> {
    const refunds = (await loadBatched(ctx, this.#refunds, paymentId)) ?? [];
    refunds.forEach(({ row }) => ctx.disclose('refund', row.id, row.patient_id));
    return refunds;
  }

  /** `first` payments of a patient in chambers where the caller takes payments, and one more if there are more, the last begun first. */
  async page(ctx: Ctx, patientId: string, { first, after }: PageArgs): Promise<PaymentRecord[]> {
    const which: Which = [first + 1, idOfCursor(after)];
    const records = (await loadBatched(ctx, this.#pages, keyOf(patientId, which))) ?? [];
    records.slice(0, first).forEach(({ row }) => ctx.disclose('payment', row.id, patientId));
    return records;
  }

  /** How many there are of those. */
  async count(ctx: Ctx, patientId: string): Promise<number> {
    return (await loadBatched(ctx, this.#counts, patientId)) ?? 0;
  }

  async #open(ctx: Ctx, found: Row[] | undefined): Promise<PaymentRecord[]> {
    const rows = paymentRows(found);
    const keys = await this.keyring.of(ctx.tenantId, rows.map(({ details }) => details));
    return rows.map((row) => openPayment(keys, row));
  }

  async #openRefunds(ctx: Ctx, found: Row[] | undefined): Promise<RefundRecord[]> {
    const rows = refundRows(found);
    const keys = await this.keyring.of(ctx.tenantId, rows.map(({ details }) => details));
    return rows.map((row) => openRefund(keys, row));
  }

  readonly #records = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, PaymentRecord>> => {
    const [found] = await this.db.read(ctx, paymentsByIds(ctx.tenantId, ids));
    return new Map((await this.#open(ctx, found)).map((record) => [record.row.id, record]));
  };

  readonly #refundRecords = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, RefundRecord>> => {
    const [found] = await this.db.read(ctx, refundsByIds(ctx.tenantId, ids));
    return new Map((await this.#openRefunds(ctx, found)).map((record) => [record.row.id, record]));
  };

  readonly #paidBy = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, AllocationRecord[]>> =>
    gathered(allocationsIn((await this.db.read(ctx, allocationsOf(ctx.tenantId, ids)))[0]), ({ paymentId }) => paymentId);

  readonly #paying = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, AllocationRecord[]>> =>
    gathered(allocationsIn((await this.db.read(ctx, allocationsToInvoices(ctx.tenantId, ids)))[0]), ({ invoiceId }) => invoiceId);

  readonly #refunds = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, RefundRecord[]>> => {
    const [found] = await this.db.read(ctx, refundsOf(ctx.tenantId, ids));
    return gathered(await this.#openRefunds(ctx, found), ({ row }) => row.payment_id);
  };

  readonly #pages = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, PaymentRecord[]>> => {
    const groups = groupsOf<Which>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => pagesOf(ctx.tenantId, patientIds, ...which)));
    const pages = await Promise.all(groups.map(async ({ which }, index) => gathered(await this.#open(ctx, found[index]), ({ row }) => keyOf(row.patient_id!, which))));
    return new Map(pages.flatMap((page) => [...page]));
  };

  readonly #counts = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, number>> => {
    const [rows] = await this.db.read(ctx, countsOf(ctx.tenantId, ids));
    return new Map(rows!.map(({ id, total }) => [id as string, total as number]));
  };
}

const allocationsIn = (rows: Row[] | undefined): AllocationRecord[] =>
  rows!.map((row) => ({ paymentId: row['payment_id'] as string, invoiceId: row['invoice_id'] as string, amount: BigInt(row['amount'] as string) }));
