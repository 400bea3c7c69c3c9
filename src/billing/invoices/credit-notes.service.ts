import { Injectable } from '@nestjs/common';
import { idOf } from '../../platform/client-id.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { toNearest } from '../../platform/money/amounts.js';
import { amountIn } from '../../platform/money/money.model.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { invoiceIs, moreThanThereIs, refusalOf } from '../billing.errors.js';
import { askDeskOfInvoice, deskIn } from '../desk.js';
import { askAllocated, releaseOf } from '../payments/allocation-rows.js';
import { InvoiceKind, InvoiceLineKind, InvoiceStatus } from './invoice.enums.js';
import { type CreditInvoiceInput, invoiceLimits as limits } from './invoice.inputs.js';
import { type InvoiceDetails, type InvoiceRecord, type InvoiceRow, type LineRecord, type NewLine, insertInvoice, insertLines, invoiceRows, invoicesByIds, linesOf, lockInvoices, lockPatientsOf, openInvoice, openLine, reckonDraft, sealedIn, stepInvoice } from './invoice-rows.js';

const PERMISSION = 'finances:manage';

/** What was taken back of a line before tax, and of its discount, in minor units. */
interface TakenBack {
  price: bigint;
  discount: bigint;
}
const NOTHING: TakenBack = { price: 0n, discount: 0n };

/** The lines of credit notes that stand of an invoice: rows of what was taken back of each. */
const creditedOf = (tenantId: string, invoiceId: string) => ({
  text: `
select l.credits_no as no, sum(l.quantity * l.unit_price - l.discount)::bigint as price, sum(l.discount)::bigint as discount from clinic.invoices n join clinic.invoice_lines l on l.tenant_id = n.tenant_id and l.invoice_id = n.id
where n.tenant_id = $1 and n.credits = $2 and n.status = 'ISSUED' group by l.credits_no`,
  values: [tenantId, invoiceId],
});

/** Takes issued invoices back, in whole or in part. What was paid beyond the rest goes back to the payments that it came from. */
@Injectable()
export class CreditNotes {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Issues a credit note, once under an idempotency key. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (INVOICE_STATUS, MORE_THAN_THERE_IS, BOOKS_CLOSED, the key). Four round trips. */
  credit(ctx: Ctx, input: CreditInvoiceInput): Promise<InvoiceRecord> {
    const { tenantId } = ctx;
    const { invoiceId } = input;
    const id = idOf(null);
    return this.db.write(ctx, async (tx, [, found, desks, asked, lines, credited, allocated]) => {
      const [row] = invoiceRows(found);
      if (!row) throw notFound(['input', 'invoiceId']);
      deskIn(desks!, PERMISSION);
      const keys = await this.keyring.of(tenantId, [...sealedIn([row]), ...sealedIn(lines!)]);
      const once = onceOf(keys, 'creditInvoice', input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      if (row.kind !== InvoiceKind.INVOICE || row.status !== InvoiceStatus.ISSUED) throw invoiceIs(row.status);
      const { lines: taken, reason } = takenBack(input, row, lines!.map((line) => openLine(keys, line)), new Map(credited!.map(({ no, price, discount }) => [no as number, { price: BigInt(price as string), discount: BigInt(discount as string) }])));
      const record = await this.#issue(tx, ctx, keys, row, { id, lines: taken, reason, allocated: allocated! });
      await useUp(tx, tenantId, once, id);
      return record;
    }, lockPatientsOf(tenantId, [invoiceId]), lockInvoices(tenantId, [invoiceId]), askDeskOfInvoice(tenantId, invoiceId, PERMISSION), askedBefore(tenantId, input.idempotencyKey),
    linesOf(tenantId, [invoiceId]), creditedOf(tenantId, invoiceId), askAllocated(tenantId, invoiceId));
  }

  async #issue(tx: AuditedTx, ctx: Ctx, keys: ScopeKeys, credited: InvoiceRow, { id, lines, reason, allocated }: { id: string; lines: NewLine[]; reason: string; allocated: Row[] }): Promise<InvoiceRecord> {
    const { tenantId } = ctx;
    const details: InvoiceDetails = { note: null, reason };
    const [, , drafts] = await tx.group(
      insertInvoice(tenantId, keys, { id, kind: InvoiceKind.CREDIT_NOTE, credits: credited.id, chamber_id: credited.chamber_id, patient_id: credited.patient_id, appointment_id: credited.appointment_id, tax_included: credited.tax_included, details }),
      insertLines(tenantId, keys, id, credited.tax_included, lines), reckonDraft(tenantId, keys, id, credited.appointment_id, details));
    // What a payer was asked to pay is not credited before its claim is over.
    const [takes, creditable] = [BigInt(invoiceRows(drafts)[0]!.total), BigInt(credited.total) - BigInt(credited.credited) - BigInt(credited.claimed)];
    if (takes > creditable) throw moreThanThereIs(creditable);
    const over = takes - (creditable - BigInt(credited.paid));
    const released = await tx.group(...releaseOf(tenantId, credited.id, over, allocated), stepInvoice(tenantId, id, InvoiceStatus.ISSUED), invoicesByIds(tenantId, [credited.id])).catch((error: unknown) => {
      throw refusalOf(error, PERMISSION);
    });
    const issued = openInvoice(keys, invoiceRows(released.at(-2))[0]!);
    tx.record('invoice', id, credited.patient_id);
    tx.record('invoice', credited.id, credited.patient_id);
    tx.change('invoice', id, 'number', null, issued.row.code);
    tx.change('invoice', credited.id, 'status', credited.status, invoiceRows(released.at(-1))[0]!.status);
    for (const allocation of released.slice(0, -2).flat()) tx.change('payment', allocation['payment_id'] as string, 'allocated', null, allocation['amount']);
    return issued;
  }

  async #again(tx: AuditedTx, ctx: Ctx, id: string): Promise<InvoiceRecord> {
    ctx.action = 'VIEWED';
    const rows = invoiceRows((await tx.group(invoicesByIds(ctx.tenantId, [id])))[0]);
    tx.record('invoice', id, rows[0]!.patient_id);
    return openInvoice(await this.keyring.of(ctx.tenantId, sealedIn(rows)), rows[0]!);
  }
}

/** What a credit note says. A part of a line is an amount, with as much of the discount as all that is credited up to it has, so that the parts come to the whole. */
function takenBack(input: CreditInvoiceInput, { currency }: InvoiceRow, lines: readonly LineRecord[], credited: ReadonlyMap<number, TakenBack>): { lines: NewLine[]; reason: string } {
  const check = new InputCheck();
  const reason = check.line(['reason'], input.reason, limits.note) ?? '';
  const takenOf = ({ no }: LineRecord): TakenBack => credited.get(no) ?? NOTHING;
  const priceOf = ({ quantity, unitPrice, discount }: LineRecord): bigint => quantity * unitPrice - discount;
  const left = (line: LineRecord): bigint => priceOf(line) - takenOf(line).price;
  const partOf = (line: LineRecord, price: bigint): Pick<NewLine, 'quantity' | 'unitPrice' | 'discount'> => {
    const discount = toNearest(line.discount * (takenOf(line).price + price), priceOf(line)) / priceOf(line) - takenOf(line).discount;
    return { quantity: 1n, unitPrice: price + discount, discount };
  };
  const given: CreditInvoiceInput['lines'] & object = input.lines ?? lines.filter((line) => left(line) > 0n || !credited.has(line.no)).map(({ no }) => ({ no }));
  if (!given.length) check.blame(['lines'], 'EMPTY');
  if (check.tooMany('lines', given, limits.lines)) check.throwIfAny();
  const taken = given.map(({ no, amount }, index) => {
    const path = ['lines', String(index)];
    const line = lines.find((one) => one.no === no);
    if (!line) throw notFound(['input', ...path, 'no']);
    if (given.findIndex((other) => other.no === no) !== index) check.blame([...path, 'no'], 'DUPLICATE');
    if (credited.has(no) && left(line) === 0n) check.blame([...path, 'no'], 'OUT_OF_RANGE', { min: 0, max: 0 });
    const part = amount ? (amountIn(check, [...path, 'amount'], amount, currency, { max: left(line) }) ?? 0n) : left(line);
    return { ...line, kind: line.kind === InvoiceLineKind.CONSULTATION ? InvoiceLineKind.SERVICE : line.kind, fee: null, creditsNo: no, ...(part !== priceOf(line) && partOf(line, part)) };
  });
  check.throwIfAny();
  return { lines: taken, reason };
}
