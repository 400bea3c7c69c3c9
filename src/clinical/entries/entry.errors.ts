import type { Ctx } from '../../platform/context/ctx.js';
import { conflict, forbidden, notFound, staleVersion } from '../../platform/errors.js';
import type { EntryRow } from './entry-table.js';

/** Refuses to change what was entered in error. */
export const isEnteredInError = () => conflict('ENTERED_IN_ERROR', 'The entry was entered in error; it stays as it is.', { status: 'ENTERED_IN_ERROR' });

/** Refuses whoever may change what is clinical, but not see it: the answer shows it. */
export function mustSeeClinical(ctx: Ctx): void {
  if (!ctx.holds('patients:read-clinical')) throw forbidden('patients:read-clinical');
}

/** The entry, when it exists, stands, and has this version; throws NOT_FOUND or CONFLICT otherwise. */
export function changeable<R extends EntryRow>(row: R | undefined, version: number): R {
  if (!row) throw notFound();
  if (row.status === 'ENTERED_IN_ERROR') throw isEnteredInError();
  if (row.version !== version) throw staleVersion();
  return row;
}
