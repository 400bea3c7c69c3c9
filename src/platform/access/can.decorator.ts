import { SetMetadata } from '@nestjs/common';
import type { AuditAction } from '../context/audit-trail.js';
import type { Permission, SelfPermission } from './permissions.js';

/** What a resolver demands of its caller, and the word under which its use is audited. */
export type AccessRule = { action: AuditAction } & ({ permission: Permission | SelfPermission } | { publicBecause: string });

export const ACCESS_RULE = 'sinduk:access';

/** The caller needs this permission: on a root field the database checks it, on any other field it is known from the root. */
export const Can = (permission: Permission | SelfPermission, action: AuditAction = 'VIEWED') =>
  SetMetadata(ACCESS_RULE, { permission, action } satisfies AccessRule);

/** Anybody may call this; the reason is for the reviewer. */
export const Public = (because: string, action: AuditAction = 'VIEWED') =>
  SetMetadata(ACCESS_RULE, { publicBecause: because, action } satisfies AccessRule);
