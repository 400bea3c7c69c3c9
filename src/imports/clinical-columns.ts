import type { Ctx } from '../platform/context/ctx.js';
import { forbidden } from '../platform/errors.js';
import { type ImportField, clinicalFields } from './import-fields.js';
import type { ColumnContent, Mapping } from './import-line.js';
import type { FileFacts, ImportDetails } from './import-rows.js';

/** What a column for this field holds. */
export const contentOf = (field: ImportField): ColumnContent => (clinicalFields.has(field) ? 'CLINICAL' : 'HARMLESS');

/** Refuses, with FORBIDDEN, a file with medical columns to whoever lacks the permission that they need at the desk. */
export function requireClinical(ctx: Ctx, { columns }: Mapping): void {
  if (columns.some(({ field }) => clinicalFields.has(field)) && !ctx.holds('patients:edit-clinical')) throw forbidden('patients:edit-clinical');
}

/**
 * The rule of what may be read of a file, its headings too: everything by who may read what is medical; what is unknown by
 * who sent the file as well; what is harmless by everybody who may import. To map a column is to have it shown.
 */
export function mayRead(ctx: Ctx, { uploadedBy }: FileFacts, content: ColumnContent): boolean {
  return ctx.holds('patients:read-clinical') || content === 'HARMLESS' || (content === 'UNKNOWN' && uploadedBy === ctx.member.memberId);
}

/** Refuses, with FORBIDDEN, to map columns to whoever may not read them. */
export function requireReadable(ctx: Ctx, { columns }: Mapping, file: FileFacts): void {
  if (columns.some(({ column }) => !mayRead(ctx, file, file.columns[column - 1]!.content))) throw forbidden('patients:read-clinical');
}

/** The details of an import without the headings of columns that this caller may not read. */
export function readableBy(ctx: Ctx, details: ImportDetails): ImportDetails {
  const { file } = details;
  if (!file) return details;
  return { ...details, file: { ...file, columns: file.columns.map((column) => (mayRead(ctx, file, column.content) ? column : { ...column, header: null })) } };
}
