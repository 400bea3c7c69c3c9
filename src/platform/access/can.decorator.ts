import { SetMetadata } from '@nestjs/common';
import type { AuditAction } from '../context/audit-trail.js';
import type { Permission, SelfPermission } from './permissions.js';

/** What a resolver demands of its caller, and the word under which its use is audited. */
export type AccessRule = { action: AuditAction } & ({ permission: Permission | SelfPermission; stepUp?: boolean } | { publicBecause: string; byLink?: boolean });

export const ACCESS_RULE = 'sinduk:access';

/**
 * The caller needs this permission: on a root field the database checks it, on any other field it is known from the root.
 * With `stepUp` they must also have proven who they are in the last five minutes; on root fields and routes only.
 */
export const Can = (permission: Permission | SelfPermission, action: AuditAction = 'VIEWED', { stepUp = false } = {}) =>
  SetMetadata(ACCESS_RULE, { permission, action, stepUp } satisfies AccessRule);

/** Anybody may call this; the reason is for the reviewer. */
export const Public = (because: string, action: AuditAction = 'VIEWED') =>
  SetMetadata(ACCESS_RULE, { publicBecause: because, action } satisfies AccessRule);

/** Whoever holds the link may call this route or root field. They speak for nobody, whatever session their browser has beside. */
export const ByLink = (because: string, action: AuditAction = 'VIEWED') =>
  SetMetadata(ACCESS_RULE, { publicBecause: because, byLink: true, action } satisfies AccessRule);
