import { Injectable } from '@nestjs/common';
import { idOf } from '../../platform/client-id.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { constraintOf, sqlState } from '../../platform/database/database-errors.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, idIsTaken, notFound, staleVersion } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { MOST_AMOUNT } from '../../platform/money/amounts.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { type Desk, askDesk, askDeskOfInvoice, deskIn, openDeskIn } from '../desk.js';
import { feeChanged, invoiceIs } from '../billing.errors.js';
import { FeesReader } from '../fees/fees.reader.js';
import { InvoiceKind, InvoiceStatus } from './invoice.enums.js';
import { type DraftInvoiceInput, type EditInvoiceInput, type InvoiceContentInput, invoiceLimits as limits } from './invoice.inputs.js';
import { type InvoiceDetails, type InvoiceRecord, type NewLine, deleteLines, insertInvoice, insertLines, invoiceRows, invoicesByIds, lockInvoices, lockPatientsOf, openInvoice, reckonDraft, sealedIn, stepInvoice } from './invoice-rows.js';
import { newLines } from './new-lines.js';

const PERMISSION = 'payments:take';

/** Drafts invoices. Whoever takes payments does; three round trips each. */
@Injectable()
export class InvoiceDrafts {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly fees: FeesReader,
  ) {}

  /** Begins an invoice; the same request under the same idempotency key begins one. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), ALREADY_EXISTS (the id), CONFLICT (the key). */
  draft(ctx: Ctx, input: DraftInvoiceInput): Promise<InvoiceRecord> {
    const { tenantId } = ctx;
    const id = idOf(input.id);
    return this.db.write(ctx, async (tx, [patients, desks, asked, ...stated]) => {
      if (!patients!.length) throw notFound(['input', 'patientId']);
      const desk = openDeskIn(desks!, PERMISSION);
      const keys = await this.keyring.of(tenantId);
      const once = onceOf(keys, 'draftInvoice', input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      const { lines, details } = this.#content(input, desk, stated);
      const [, , rows] = await tx.group(
        insertInvoice(tenantId, keys, { id, kind: InvoiceKind.INVOICE, credits: null, chamber_id: desk.chamberId, patient_id: input.patientId, appointment_id: input.appointmentId ?? null, tax_included: desk.taxIncluded, details }),
        insertLines(tenantId, keys, id, desk.taxIncluded, lines), reckonDraft(tenantId, keys, id, input.appointmentId ?? null, details)).catch(refused);
      await useUp(tx, tenantId, once, id);
      tx.record('invoice', id, input.patientId);
      return openInvoice(keys, invoiceRows(rows)[0]!);
    }, { text: 'select p.id from clinic.patients p where p.tenant_id = $1 and p.id = $2 for no key update', values: [tenantId, input.patientId] }, askDesk(tenantId, input.chamberId, PERMISSION),
    askedBefore(tenantId, input.idempotencyKey), ...this.#ask(tenantId, input, 'p.id = $3 and c.id = $4', [input.patientId, input.chamberId]));
  }

  /** Writes a draft anew, whole. An approval of its discount is gone. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (another version, or no draft any more). */
  edit(ctx: Ctx, input: EditInvoiceInput): Promise<InvoiceRecord> {
    return this.#change(ctx, input.id, input.version, async (tx, keys, before, desk, stated) => {
      // Its prices are with or without tax as they were when it was begun.
      const taxIncluded = before.row.tax_included;
      const { lines, details } = this.#content(input, desk, stated);
      const [, , rows] = await tx.group(deleteLines(ctx.tenantId, input.id), insertLines(ctx.tenantId, keys, input.id, taxIncluded, lines),
        reckonDraft(ctx.tenantId, keys, input.id, input.appointmentId ?? null, details)).catch(refused);
      const after = openInvoice(keys, invoiceRows(rows)[0]!);
      for (const field of ['appointment_id', 'gross', 'discount', 'tax', 'total'] as const) tx.change('invoice', input.id, field, before.row[field], after.row[field]);
      tx.change('invoice', input.id, 'note', before.details.note, details.note);
      return after;
    }, ...this.#ask(ctx.tenantId, input, 'p.id = (select i.patient_id from clinic.invoices i where i.tenant_id = $1 and i.id = $3) and c.id = (select i.chamber_id from clinic.invoices i where i.tenant_id = $1 and i.id = $4)', [input.id, input.id]));
  }

  /** Gives a draft up, for good. NOT_FOUND, FORBIDDEN, CONFLICT. */
  discard(ctx: Ctx, id: string, version: number): Promise<InvoiceRecord> {
    return this.#change(ctx, id, version, async (tx, keys) => {
      const [rows] = await tx.group(stepInvoice(ctx.tenantId, id, InvoiceStatus.DISCARDED));
      tx.change('invoice', id, 'status', InvoiceStatus.DRAFT, InvoiceStatus.DISCARDED);
      return openInvoice(keys, invoiceRows(rows)[0]!);
    });
  }

  #change(ctx: Ctx, id: string, version: number, work: (tx: AuditedTx, keys: ScopeKeys, before: InvoiceRecord, desk: Desk, stated: Row[][]) => Promise<InvoiceRecord>, ...questions: Statement[]): Promise<InvoiceRecord> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [, found, desks, ...stated]) => {
      const [row] = invoiceRows(found);
      if (!row) throw notFound();
      const desk = deskIn(desks!, PERMISSION);
      if (row.version !== version) throw staleVersion();
      if (row.status !== InvoiceStatus.DRAFT) throw invoiceIs(row.status);
      tx.record('invoice', id, row.patient_id);
      const keys = await this.keyring.of(tenantId, sealedIn([row]));
      return work(tx, keys, openInvoice(keys, row), desk, stated);
    }, lockPatientsOf(tenantId, [id]), lockInvoices(tenantId, [id]), askDeskOfInvoice(tenantId, id, PERMISSION), ...questions);
  }

  /** Asks of the visit, what it costs, and of the doctors that are named. `of` says whose visit and where it must be. */
  #ask(tenantId: string, { appointmentId, lines }: InvoiceContentInput, of: string, values: unknown[]): Statement[] {
    return [
      { text: `select a.id, a.doctor_id from clinic.appointments a join clinic.patients p on p.tenant_id = a.tenant_id and p.id = a.patient_id join clinic.chambers c on c.tenant_id = a.tenant_id and c.id = a.chamber_id
where a.tenant_id = $1 and a.id = $2 and ${of}`, values: [tenantId, appointmentId ?? null, ...values] },
      this.fees.ask(tenantId, appointmentId ? [appointmentId] : []),
      { text: 'select m.id from clinic.members m where m.tenant_id = $1 and m.id = any ($2::uuid[])', values: [tenantId, lines.flatMap(({ doctorId }) => doctorId ?? [])] },
    ];
  }

  #content(input: InvoiceContentInput, desk: Desk, [visits, fees, doctors]: Row[][]): { lines: NewLine[]; details: InvoiceDetails } {
    const [visit] = visits!;
    if (input.appointmentId && !visit) throw notFound(['input', 'appointmentId']);
    const check = new InputCheck();
    const lines = newLines(check, input.lines, {
      desk, doctors: new Set(doctors!.map(({ id }) => id as string)),
      visit: visit ? { id: visit['id'] as string, doctorId: visit['doctor_id'] as string, fee: this.fees.answer(fees).get(visit['id'] as string)! } : null,
    });
    const note = check.line(['note'], input.note, limits.note);
    check.throwIfAny();
    return { lines, details: { note, reason: null } };
  }

  async #again(tx: AuditedTx, ctx: Ctx, id: string): Promise<InvoiceRecord> {
    ctx.action = 'VIEWED';
    const rows = invoiceRows((await tx.group(invoicesByIds(ctx.tenantId, [id])))[0]);
    tx.record('invoice', id, rows[0]!.patient_id);
    return openInvoice(await this.keyring.of(ctx.tenantId, sealedIn(rows)), rows[0]!);
  }
}

/** What the database refuses of a draft. */
function refused(error: unknown): never {
  const constraint = constraintOf(error);
  if (constraint === 'invoices__pkey') throw idIsTaken('An invoice has this id.');
  if (constraint === 'invoices__total' || constraint === 'invoice_lines__price') throw badInput([{ path: ['input', 'lines'], reason: 'OUT_OF_RANGE', params: { min: 0, max: Number(MOST_AMOUNT) } }]);
  // A rule began or ended, or a free visit was used up, since it was asked what the visit costs.
  throw sqlState(error) === 'SK097' ? feeChanged() : error;
}
