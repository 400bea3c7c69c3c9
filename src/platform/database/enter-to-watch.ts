import type { Statement } from './statement-group.js';

/** Enters a practice for the rest of the transaction, as background work, which nobody asked for. */
export const enterToWatch = (tenantId: string): Statement => ({ text: 'select platform.enter_to_watch($1)', values: [tenantId] });
