import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { groupsOf, keyOf } from '../../platform/database/batch-keys.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { idOfCursor } from '../../platform/graphql/connection.js';
import { gathered } from '../../platform/gathered.js';
import type { InvoiceStatus } from './invoice.enums.js';
import type { PatientInvoicesArgs } from './invoice.inputs.js';
import { type InvoiceRecord, type LineRecord, countsOf, creditNotesOf, invoiceRows, invoicesByIds, linesOf, openInvoice, openLine, pagesOf, sealedIn } from './invoice-rows.js';

type Which = [status: InvoiceStatus | null, count: number, after: string | null];

/** Reads invoices and their lines, for callers who may see them. What it gives is in the audit entry of the answer. */
@Injectable()
export class InvoicesReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** One invoice, read with all that the answer asks for at this moment; NOT_FOUND, FORBIDDEN. */
  async get(ctx: Ctx, id: string): Promise<InvoiceRecord> {
    const record = await loadBatched(ctx, this.#records, id);
    if (!record) throw notFound();
    if (!record.row.may_take) throw forbidden('payments:take');
    ctx.disclose('invoice', id, record.row.patient_id);
    return record;
  }

  /** The lines of an invoice, in their order. */
  async lines(ctx: Ctx, id: string): Promise<LineRecord[]> {
    return (await loadBatched(ctx, this.#lines, id)) ?? [];
  }

  /** The credit notes of an invoice, the first first. */
  async creditNotes(ctx: Ctx, id: string): Promise<InvoiceRecord[]> {
    const notes = (await loadBatched(ctx, this.#creditNotes, id)) ?? [];
    notes.forEach(({ row }) => ctx.disclose('invoice', row.id, row.patient_id));
    return notes;
  }

  /** `first` invoices and credit notes of a patient in chambers where the caller takes payments, and one more if there are more, the last begun first. */
  async page(ctx: Ctx, patientId: string, { first, after, status }: PatientInvoicesArgs): Promise<InvoiceRecord[]> {
    const which: Which = [status ?? null, first + 1, idOfCursor(after)];
    const records = (await loadBatched(ctx, this.#pages, keyOf(patientId, which))) ?? [];
    records.slice(0, first).forEach(({ row }) => ctx.disclose('invoice', row.id, patientId));
    return records;
  }

  /** How many there are of those. */
  async count(ctx: Ctx, patientId: string, { status }: PatientInvoicesArgs): Promise<number> {
    return (await loadBatched(ctx, this.#counts, keyOf(patientId, [status ?? null]))) ?? 0;
  }

  async #open(ctx: Ctx, found: Row[] | undefined): Promise<InvoiceRecord[]> {
    const rows = invoiceRows(found);
    const keys = await this.keyring.of(ctx.tenantId, sealedIn(rows));
    return rows.map((row) => openInvoice(keys, row));
  }

  readonly #records = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, InvoiceRecord>> => {
    const [found] = await this.db.read(ctx, invoicesByIds(ctx.tenantId, ids));
    return new Map((await this.#open(ctx, found)).map((record) => [record.row.id, record]));
  };

  readonly #lines = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, LineRecord[]>> => {
    const [rows] = await this.db.read(ctx, linesOf(ctx.tenantId, ids));
    const keys = await this.keyring.of(ctx.tenantId, sealedIn(rows!));
    return gathered(rows!.map((row) => openLine(keys, row)), ({ invoiceId }) => invoiceId);
  };

  readonly #creditNotes = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, InvoiceRecord[]>> => {
    const [found] = await this.db.read(ctx, creditNotesOf(ctx.tenantId, ids));
    return gathered(await this.#open(ctx, found), ({ row }) => row.credits!);
  };

  readonly #pages = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, InvoiceRecord[]>> => {
    const groups = groupsOf<Which>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => pagesOf(ctx.tenantId, patientIds, ...which)));
    const pages = await Promise.all(groups.map(async ({ which }, index) => gathered(await this.#open(ctx, found[index]), ({ row }) => keyOf(row.patient_id, which))));
    return new Map(pages.flatMap((page) => [...page]));
  };

  readonly #counts = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, number>> => {
    const groups = groupsOf<[InvoiceStatus | null]>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => countsOf(ctx.tenantId, patientIds, ...which)));
    return new Map(groups.flatMap(({ which }, index) => found[index]!.map(({ id, total }) => [keyOf(id as string, which), total as number] as const)));
  };
}
