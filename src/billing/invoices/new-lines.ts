import { badInput, notFound } from '../../platform/errors.js';
import type { InputCheck } from '../../platform/input-check.js';
import { WHOLE, partOf } from '../../platform/money/amounts.js';
import { amountIn } from '../../platform/money/money.model.js';
import type { Desk } from '../desk.js';
import type { ChosenFee } from '../fees/fees.reader.js';
import { TaxCategory, taxRateOf } from '../settings/tax-category.model.js';
import { InvoiceLineKind, ProcedureCodeSystem } from './invoice.enums.js';
import { type InvoiceLineInput, type ProcedureCodeInput, invoiceLimits as limits } from './invoice.inputs.js';
import type { NewLine, ProcedureCode } from './invoice-rows.js';

/** What lines are read by. */
export interface LineFacts {
  desk: Desk;
  /** The visit of the invoice, and what it costs by the fee rules. */
  visit: { id: string; doctorId: string; fee: ChosenFee } | null;
  /** The members that there are of those named. */
  doctors: ReadonlySet<string>;
}

const codes: Record<ProcedureCodeSystem, RegExp> = { CPT: /^\d{4}[0-9A-Z]$/, HCPCS: /^[A-Z]\d{4}$/, DDC: /^[0-9A-Z-]{1,20}$/ };

/** The lines of an invoice as they are written, with every fault noted at its place. Throws NOT_FOUND for a doctor that is not there. */
export function newLines(check: InputCheck, given: readonly InvoiceLineInput[], facts: LineFacts): NewLine[] {
  if (!given.length) throw badInput([{ path: ['input', 'lines'], reason: 'EMPTY' }]);
  if (check.tooMany('lines', given, limits.lines)) check.throwIfAny();
  const consultations = given.filter(({ kind }) => kind === InvoiceLineKind.CONSULTATION).length;
  if (consultations > 1) check.blame(['lines'], 'DUPLICATE');
  if (consultations && !facts.visit) check.blame(['appointmentId'], 'REQUIRED');
  return given.map((line, index) => newLine(check, line, ['lines', String(index)], facts));
}

function newLine(check: InputCheck, line: InvoiceLineInput, path: string[], { desk, visit, doctors }: LineFacts): NewLine {
  const consultation = line.kind === InvoiceLineKind.CONSULTATION ? visit : null;
  if (line.doctorId && !doctors.has(line.doctorId)) throw notFound(['input', ...path, 'doctorId']);
  if (line.quantity < 1 || line.quantity > (consultation ? 1 : limits.quantity)) check.blame([...path, 'quantity'], 'OUT_OF_RANGE', { min: 1, max: consultation ? 1 : limits.quantity });
  if (line.kind !== InvoiceLineKind.CONSULTATION && typeof line.description !== 'string') check.blame([...path, 'description'], 'REQUIRED');
  const { unitPrice, taxCategory } = consultation?.fee.amount ? byRule(check, line, path, consultation.fee) : asTold(check, line, path, desk);
  const quantity = BigInt(Math.max(1, line.quantity));
  return {
    kind: line.kind, description: check.line([...path, 'description'], line.description, limits.description) ?? '', code: line.code ? codeIn(check, line.code, [...path, 'code']) : null,
    doctorId: consultation ? consultation.doctorId : (line.doctorId ?? null), quantity, unitPrice, discount: discountIn(check, line, path, desk, quantity * unitPrice), taxCategory, taxRate: taxRateOf(taxCategory, desk.taxRate),
    fee: consultation && { ruleId: consultation.fee.ruleId, reason: consultation.fee.reason, appointmentId: consultation.id, freeOfAppointmentId: consultation.fee.freeFollowUpOfId }, creditsNo: null,
  };
}

// What a rule says is not said otherwise: whoever takes less gives a discount, which is limited and told.
function byRule(check: InputCheck, line: InvoiceLineInput, path: string[], fee: ChosenFee): { unitPrice: bigint; taxCategory: TaxCategory } {
  for (const field of ['unitPrice', 'taxCategory'] as const) if (line[field]) check.blame([...path, field], 'NOT_ALLOWED');
  return { unitPrice: fee.amount!.amount, taxCategory: fee.taxCategory! };
}

function asTold(check: InputCheck, line: InvoiceLineInput, path: string[], { currency }: Desk): { unitPrice: bigint; taxCategory: TaxCategory } {
  for (const field of ['unitPrice', 'taxCategory'] as const) if (!line[field]) check.blame([...path, field], 'REQUIRED');
  return { unitPrice: amountIn(check, [...path, 'unitPrice'], line.unitPrice, currency, { min: 0n }) ?? 0n, taxCategory: line.taxCategory ?? TaxCategory.EXEMPT };
}

function discountIn(check: InputCheck, { discount, discountRate }: InvoiceLineInput, path: string[], { currency }: Desk, gross: bigint): bigint {
  if (discount && typeof discountRate === 'number') check.blame([...path, 'discount'], 'CANNOT_BE_BOTH');
  if (typeof discountRate !== 'number') return amountIn(check, [...path, 'discount'], discount, currency, { min: 0n, max: gross }) ?? 0n;
  if (discountRate >= 0 && discountRate <= WHOLE) return partOf(gross, discountRate);
  check.blame([...path, 'discountRate'], 'OUT_OF_RANGE', { min: 0, max: WHOLE });
  return 0n;
}

function codeIn(check: InputCheck, { system, code }: ProcedureCodeInput, path: string[]): ProcedureCode {
  const plain = code.trim().toUpperCase();
  if (!codes[system].test(plain)) check.blame([...path, 'code'], 'NOT_A_CODE');
  return { system, code: plain };
}

