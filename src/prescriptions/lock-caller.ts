import type { Statement } from '../platform/database/statement-group.js';

/** Locks the member who is asking, so that what they do at the same moment runs one after the other. */
export const lockCaller = (tenantId: string): Statement =>
  ({ text: 'select m.id from clinic.members m where m.tenant_id = $1 and m.id = platform.current_member() for no key update', values: [tenantId] });
