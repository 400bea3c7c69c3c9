import type { Ctx } from '../platform/context/ctx.js';
import { forbidden } from '../platform/errors.js';
import { clinicalFields } from './import-fields.js';
import type { Mapping } from './import-line.js';

/** Refuses, with FORBIDDEN, a file with medical columns to whoever lacks the permission that they need at the desk. */
export function requireClinical(ctx: Ctx, { columns }: Mapping): void {
  if (columns.some(({ field }) => clinicalFields.has(field)) && !ctx.holds('patients:edit-clinical')) throw forbidden('patients:edit-clinical');
}
