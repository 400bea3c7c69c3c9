import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden } from '../../platform/errors.js';
import { gathered } from '../../platform/gathered.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { askDesk, deskIn } from '../desk.js';
import { askDesksOfVisits, countDrafts, invoicesOfVisits, pageOfDrafts } from './desk-rows.js';
import type { InvoiceDraftsArgs } from './invoice.inputs.js';
import { type Invoice, toInvoice } from './invoice.model.js';
import { type InvoiceRecord, invoiceRows, openInvoice, sealedIn } from './invoice-rows.js';

/** Reads the invoices that a desk works on: of its visits, and the drafts of its chamber. */
@Injectable()
export class DeskInvoicesReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** The invoices of a visit that are drafts or in force, read with all that the answer asks for at this moment; FORBIDDEN unless the caller takes payments in its chamber. */
  async ofVisit(ctx: Ctx, appointmentId: string): Promise<Invoice[]> {
    const invoices = await loadBatched(ctx, this.#ofVisits, appointmentId);
    if (!invoices) throw forbidden('payments:take');
    return disclosed(ctx, invoices);
  }

  /** The drafts of a chamber, the first begun first. NOT_FOUND, FORBIDDEN. */
  async drafts(ctx: Ctx, { chamberId, needsApproval, first, after }: InvoiceDraftsArgs): Promise<Page<Invoice>> {
    const waiting = needsApproval === true;
    const [desks, rows] = await this.db.read(ctx, askDesk(ctx.tenantId, chamberId, 'payments:take'), pageOfDrafts(ctx.tenantId, chamberId, waiting, first + 1, idOfCursor(after)));
    deskIn(desks!, 'payments:take', ['chamberId']);
    const records = await this.#open(ctx, rows);
    disclosed(ctx, records.slice(0, first));
    return pageOf(records.map(toInvoice), { first, after }, async () => (await this.db.read(ctx, countDrafts(ctx.tenantId, chamberId, waiting)))[0]![0]!['total'] as number);
  }

  async #open(ctx: Ctx, found: Row[] | undefined): Promise<InvoiceRecord[]> {
    const rows = invoiceRows(found);
    const keys = await this.keyring.of(ctx.tenantId, sealedIn(rows));
    return rows.map((row) => openInvoice(keys, row));
  }

  readonly #ofVisits = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, InvoiceRecord[]>> => {
    const [visits, found] = await this.db.read(ctx, askDesksOfVisits(ctx.tenantId, ids), invoicesOfVisits(ctx.tenantId, ids));
    const byVisit = gathered(await this.#open(ctx, found), ({ row }) => row.appointment_id!);
    return new Map(visits!.filter(({ may }) => may).map(({ id }) => [id as string, byVisit.get(id as string) ?? []]));
  };
}

function disclosed(ctx: Ctx, records: readonly InvoiceRecord[]): Invoice[] {
  records.forEach(({ row }) => ctx.disclose('invoice', row.id, row.patient_id));
  return records.map(toInvoice);
}
