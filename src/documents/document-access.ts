import type { Permission } from '../platform/access/permissions.js';
import type { Ctx } from '../platform/context/ctx.js';
import { forbidden } from '../platform/errors.js';
import { AdministrativeDocumentKind, type DocumentKind } from './document.enums.js';

/** True for kinds that are medical. The database holds the same division. */
export const isClinical = (kind: DocumentKind): boolean => !(kind in AdministrativeDocumentKind);

const readingOf = (kind: DocumentKind): Permission => (isClinical(kind) ? 'patients:read-clinical' : 'patients:read');
const editingOf = (kind: DocumentKind): Permission => (isClinical(kind) ? 'patients:edit-clinical' : 'patients:edit');

/** True when the caller may change documents of this kind; the answers of changes show them, so that seeing them belongs to it. */
export const mayEdit = (ctx: Ctx, kind: DocumentKind): boolean => ctx.holds(readingOf(kind)) && ctx.holds(editingOf(kind));

/** Refuses, with FORBIDDEN, whoever may not see documents of this kind. */
export function mustRead(ctx: Ctx, kind: DocumentKind): void {
  demand(ctx, readingOf(kind));
}

/** Refuses, with FORBIDDEN, whoever may not change documents of this kind, or not see them. */
export function mustEdit(ctx: Ctx, kind: DocumentKind): void {
  demand(ctx, readingOf(kind));
  demand(ctx, editingOf(kind));
}

function demand(ctx: Ctx, permission: Permission): void {
  if (!ctx.holds(permission)) throw forbidden(permission);
}
