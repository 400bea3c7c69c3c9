import type { Permission } from '../platform/access/permissions.js';
import type { Statement } from '../platform/database/statement-group.js';

/** Asks whether the caller holds a permission in a chamber, or in every chamber in use when none is told: a row of `may`. */
export const askMayWhere = (tenantId: string, chamberId: string | null, permission: Permission): Statement =>
  ({ text: 'select clinic.may_where($1, platform.current_member(), $2, $3) as may', values: [tenantId, chamberId, permission] });
