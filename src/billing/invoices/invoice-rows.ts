import { idOf } from '../../platform/client-id.js';
import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import { type Row, type Statement, oneOf } from '../../platform/database/statement-group.js';
import type { Currency } from '../../platform/money/currency.js';
import type { FeeReason } from '../fees/fee-reason.model.js';
import type { TaxCategory } from '../settings/tax-category.model.js';
import type { InvoiceKind, InvoiceLineKind, InvoiceStatus, ProcedureCodeSystem } from './invoice.enums.js';

const TABLE = 'clinic.invoices';
const LINES = 'clinic.invoice_lines';

/** A row of `clinic.invoices`, with what was paid, credited and claimed of it; `bigint` arrives as text. */
export interface InvoiceRow {
  id: string;
  kind: InvoiceKind;
  credits: string | null;
  chamber_id: string;
  patient_id: string;
  appointment_id: string | null;
  status: InvoiceStatus;
  tax_included: boolean;
  gross: string;
  discount: string;
  tax: string;
  rounding: string;
  total: string;
  paid: string;
  credited: string;
  claimed: string;
  currency: Currency;
  discount_approved: string | null;
  discount_approved_by: string | null;
  discount_approved_at: Date | null;
  needs_approval: boolean;
  /** Whether the caller takes payments in its chamber, manages finances there, and wrote it last. */
  may_take: boolean;
  may_manage: boolean;
  is_own: boolean;
  details: Buffer;
  code: string | null;
  local_date: string | null;
  issued_by: string | null;
  issued_at: Date | null;
  drafted_by: string;
  drafted_at: Date;
  updated_by: string;
  version: number;
}

/** What is sealed in `clinic.invoices.details`. */
export interface InvoiceDetails {
  note: string | null;
  /** Why a credit note was issued. */
  reason: string | null;
}

/** An invoice, opened. */
export interface InvoiceRecord {
  row: InvoiceRow;
  details: InvoiceDetails;
}

/** The code of what a line bills. */
export interface ProcedureCode {
  system: ProcedureCodeSystem;
  code: string;
}

/** What is sealed in `clinic.invoice_lines.details`. */
export interface LineDetails {
  description: string;
  code: ProcedureCode | null;
}

/** A line as it is written; the database reckons its tax. */
export interface NewLine extends LineDetails {
  kind: InvoiceLineKind;
  doctorId: string | null;
  quantity: bigint;
  unitPrice: bigint;
  discount: bigint;
  taxCategory: TaxCategory;
  taxRate: number;
  fee: { ruleId: string | null; reason: FeeReason; appointmentId: string; freeOfAppointmentId: string | null } | null;
  creditsNo: number | null;
}

/** A line, opened. */
export interface LineRecord extends NewLine {
  id: string;
  invoiceId: string;
  no: number;
  tax: bigint;
  /** What it comes to, tax and all. */
  total: bigint;
}

/** What is read of an invoice `i`, of a practice `t`. */
export const invoiceColumns = `i.id, i.kind, i.credits, i.chamber_id, i.patient_id, i.appointment_id, i.status, i.tax_included, i.gross, i.discount, i.tax, i.rounding, i.total, t.currency,
  (select coalesce(sum(a.amount), 0) from clinic.allocations a where a.tenant_id = i.tenant_id and a.invoice_id = i.id)::bigint as paid,
  (select coalesce(sum(n.total), 0) from ${TABLE} n where n.tenant_id = i.tenant_id and n.credits = i.id and n.status = 'ISSUED')::bigint as credited,
  (select coalesce(sum(c.net - c.returned), 0) from clinic.claims c where c.tenant_id = i.tenant_id and c.invoice_id = i.id)::bigint as claimed,
  i.discount_approved, i.discount_approved_by, i.discount_approved_at,
  i.kind = 'INVOICE' and i.status = 'DRAFT' and i.discount * 10000 > i.gross * clinic.limit_for(i.tenant_id, i.updated_by, 'DISCOUNT') + 5000 * (select count(*) from ${LINES} l where l.tenant_id = i.tenant_id and l.invoice_id = i.id) and coalesce(i.discount_approved, -1) < i.discount as needs_approval,
  clinic.may_in(i.tenant_id, platform.current_member(), i.chamber_id, 'payments:take') as may_take, clinic.may_in(i.tenant_id, platform.current_member(), i.chamber_id, 'finances:manage') as may_manage,
  i.updated_by = platform.current_member() as is_own, i.details, i.code, i.local_date::text as local_date, i.issued_by, i.issued_at, i.drafted_by, i.drafted_at, i.updated_by, i.version`;
export const invoicesFrom = `from ${TABLE} i join clinic.tenants t on t.id = i.tenant_id`;

/** Locks invoices, in the order of their ids, as everybody does: $1 tenant, $2 ids. Their patients are locked before, by `lockPatientsOf`. */
export const lockInvoices = (tenantId: string, ids: readonly string[]): Statement =>
  ({ text: `select ${invoiceColumns} ${invoicesFrom} where i.tenant_id = $1 and i.id = ${oneOf('$2')} order by i.id for no key update of i`, values: [tenantId, ids] });

/** Locks the patients of invoices, who are locked before what is written of them, as in a merge. */
export const lockPatientsOf = (tenantId: string, invoiceIds: readonly string[]): Statement => ({
  text: `select p.id from clinic.patients p where p.tenant_id = $1 and p.id in (select i.patient_id from ${TABLE} i where i.tenant_id = $1 and i.id = ${oneOf('$2')}) order by p.id for no key update`,
  values: [tenantId, invoiceIds],
});

export const invoicesByIds = (tenantId: string, ids: readonly string[]): Statement => ({ text: `select ${invoiceColumns} ${invoicesFrom} where i.tenant_id = $1 and i.id = ${oneOf('$2')}`, values: [tenantId, ids] });

/** The credit notes of invoices that are issued, the first first. */
export const creditNotesOf = (tenantId: string, ids: readonly string[]): Statement =>
  ({ text: `select ${invoiceColumns} ${invoicesFrom} where i.tenant_id = $1 and i.credits = any ($2::uuid[]) and i.status = 'ISSUED' order by i.issued_at, i.id`, values: [tenantId, ids] });

// $3 one status or null for all but those discarded.
const LISTED = `i.tenant_id = $1 and i.patient_id = t.id and case when $3::text is null then i.status <> 'DISCARDED' else i.status = $3 end and clinic.may_in($1, platform.current_member(), i.chamber_id, 'payments:take')`;

/** `count` invoices and credit notes of each of these patients after one of them, where the caller takes payments, the last begun first. */
export const pagesOf = (tenantId: string, patientIds: readonly string[], status: InvoiceStatus | null, count: number, after: string | null): Statement => ({
  text: `
select e.* from unnest($2::uuid[]) as t (id) cross join lateral (
  select ${invoiceColumns.replaceAll('t.currency', 'o.currency')} from ${TABLE} i join clinic.tenants o on o.id = i.tenant_id
  where ${LISTED} and ($5::uuid is null or (i.drafted_at, i.id) < (select a.drafted_at, a.id from ${TABLE} a where a.tenant_id = $1 and a.id = $5))
  order by i.drafted_at desc, i.id desc limit $4) e
order by e.drafted_at desc, e.id desc`,
  values: [tenantId, patientIds, status, count, after],
});

/** How many invoices and credit notes each of these patients has: rows of `id` and `total`. */
export const countsOf = (tenantId: string, patientIds: readonly string[], status: InvoiceStatus | null): Statement => ({
  text: `select t.id, (select count(*) from ${TABLE} i where ${LISTED})::integer as total from unnest($2::uuid[]) as t (id)`,
  values: [tenantId, patientIds, status],
});

/** The lines of invoices, in their order. */
export const linesOf = (tenantId: string, ids: readonly string[]): Statement => ({
  text: `
select l.id, l.invoice_id, l.no, l.kind, l.doctor_id, l.quantity, l.unit_price, l.discount, l.tax_category, l.tax_rate, l.tax, l.quantity * l.unit_price - l.discount + case when l.tax_included then 0 else l.tax end as total,
  l.fee_rule_id, l.fee_reason, l.appointment_id, l.free_of_appointment_id, l.credits_no, l.details
from ${LINES} l where l.tenant_id = $1 and l.invoice_id = any ($2::uuid[]) order by l.invoice_id, l.no`,
  values: [tenantId, ids],
});

/** Which invoice in force bills the visit whose fee a draft has, if one does: a row of `invoice_id`. Nobody issues another one while the patient is locked. */
export const askBilledBy = (tenantId: string, id: string): Statement => ({
  text: `select v.invoice_id from clinic.billed_visits v join ${LINES} l on l.tenant_id = v.tenant_id and l.appointment_id = v.appointment_id where v.tenant_id = $1 and l.invoice_id = $2 and v.invoice_id <> l.invoice_id`,
  values: [tenantId, id],
});

/** An invoice or credit note to begin. */
export interface NewInvoice extends Pick<InvoiceRow, 'id' | 'kind' | 'credits' | 'chamber_id' | 'patient_id' | 'appointment_id' | 'tax_included'> {
  details: InvoiceDetails;
}

/** Begins an invoice, sealed; its lines follow, and then `reckonDraft`. */
export const insertInvoice = (tenantId: string, keys: ScopeKeys, { details, ...of }: NewInvoice): Statement => ({
  text: `insert into ${TABLE} (tenant_id, id, kind, credits, chamber_id, patient_id, appointment_id, tax_included, details) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
  values: [tenantId, of.id, of.kind, of.credits, of.chamber_id, of.patient_id, of.appointment_id, of.tax_included, keys.seal(TABLE, of.id, 'details', details)],
});

/** Writes the lines of a draft, sealed, numbered in their order. */
export const insertLines = (tenantId: string, keys: ScopeKeys, invoiceId: string, taxIncluded: boolean, lines: readonly NewLine[]): Statement => {
  const column = <T>(of: (line: NewLine, index: number) => T): T[] => lines.map(of);
  const ids = lines.map(() => idOf(null));
  return {
    text: `
insert into ${LINES} (tenant_id, invoice_id, tax_included, id, no, kind, doctor_id, quantity, unit_price, discount, tax_category, tax_rate, fee_rule_id, fee_reason, appointment_id, free_of_appointment_id, credits_no, details)
select $1, $2, $3, l.* from unnest($4::uuid[], $5::smallint[], $6::text[], $7::uuid[], $8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::integer[], $13::uuid[], $14::text[], $15::uuid[], $16::uuid[], $17::smallint[], $18::bytea[]) as l`,
    values: [
      tenantId, invoiceId, taxIncluded, ids, column((_, index) => index + 1), column(({ kind }) => kind), column(({ doctorId }) => doctorId), column(({ quantity }) => quantity), column(({ unitPrice }) => unitPrice),
      column(({ discount }) => discount), column(({ taxCategory }) => taxCategory), column(({ taxRate }) => taxRate), column(({ fee }) => fee?.ruleId ?? null), column(({ fee }) => fee?.reason ?? null),
      column(({ fee }) => fee?.appointmentId ?? null), column(({ fee }) => fee?.freeOfAppointmentId ?? null), column(({ creditsNo }) => creditsNo),
      column(({ description, code }, index) => keys.seal(LINES, ids[index]!, 'details', { description, code } satisfies LineDetails)),
    ],
  };
};

export const deleteLines = (tenantId: string, invoiceId: string): Statement => ({ text: `delete from ${LINES} l where l.tenant_id = $1 and l.invoice_id = $2`, values: [tenantId, invoiceId] });

/** Has the database reckon what a draft comes to, with the note or appointment that it may have been given; gives its row. */
export const reckonDraft = (tenantId: string, keys: ScopeKeys, id: string, appointmentId: string | null, details: InvoiceDetails): Statement => ({
  text: `with u as (update ${TABLE} i set appointment_id = $3, details = $4, version = i.version + 1 where i.tenant_id = $1 and i.id = $2 returning i.*) select ${invoiceColumns} ${invoicesFrom.replace(TABLE, 'u')}`,
  values: [tenantId, id, appointmentId, keys.seal(TABLE, id, 'details', details)],
});

/** Issues a draft: the database numbers, stamps and posts it, and what is held for its visit pays it. */
export const issueInvoice = (tenantId: string, id: string): Statement =>
  ({ text: `update ${TABLE} i set status = 'ISSUED', version = i.version + 1 where i.tenant_id = $1 and i.id = $2`, values: [tenantId, id] });

/** Takes a draft a step; gives its row. The database numbers, stamps and posts what is issued. */
export const stepInvoice = (tenantId: string, id: string, status: InvoiceStatus): Statement => ({
  text: `with u as (update ${TABLE} i set status = $3, version = i.version + 1 where i.tenant_id = $1 and i.id = $2 returning i.*) select ${invoiceColumns} ${invoicesFrom.replace(TABLE, 'u')}`,
  values: [tenantId, id, status],
});

/** Approves the discount of a draft, by the caller; gives its row. */
export const approveDiscount = (tenantId: string, id: string): Statement => ({
  text: `with u as (update ${TABLE} i set discount_approved = i.discount, version = i.version + 1 where i.tenant_id = $1 and i.id = $2 returning i.*) select ${invoiceColumns} ${invoicesFrom.replace(TABLE, 'u')}`,
  values: [tenantId, id],
});

/** The rows of a statement, as what they are. */
export const invoiceRows = (rows: Row[] | undefined): InvoiceRow[] => (rows ?? []) as unknown as InvoiceRow[];

/** Opens a row that one of the statements above gave. */
export const openInvoice = (keys: ScopeKeys, row: InvoiceRow): InvoiceRecord => ({ row, details: keys.open<InvoiceDetails>(TABLE, row.id, 'details', row.details) });

/** Opens a line that `linesOf` gave. */
export function openLine(keys: ScopeKeys, row: Row): LineRecord {
  const id = row['id'] as string;
  const reason = row['fee_reason'] as FeeReason | null;
  return {
    id, invoiceId: row['invoice_id'] as string, no: row['no'] as number, ...keys.open<LineDetails>(LINES, id, 'details', row['details'] as Buffer),
    kind: row['kind'] as InvoiceLineKind, doctorId: row['doctor_id'] as string | null, quantity: BigInt(row['quantity'] as string), unitPrice: BigInt(row['unit_price'] as string), discount: BigInt(row['discount'] as string),
    taxCategory: row['tax_category'] as TaxCategory, taxRate: row['tax_rate'] as number, tax: BigInt(row['tax'] as string), total: BigInt(row['total'] as string), creditsNo: row['credits_no'] as number | null,
    fee: reason && { ruleId: row['fee_rule_id'] as string | null, reason, appointmentId: row['appointment_id'] as string, freeOfAppointmentId: row['free_of_appointment_id'] as string | null },
  };
}

/** The sealed values of rows, for the keyring. */
export const sealedIn = (rows: ReadonlyArray<{ details?: unknown }>): Buffer[] => rows.map(({ details }) => details as Buffer);

/** What of an issued invoice is still to be paid, in minor units. */
export const dueOf = ({ total, paid, credited, claimed }: InvoiceRow): bigint => BigInt(total) - BigInt(paid) - BigInt(credited) - BigInt(claimed);
