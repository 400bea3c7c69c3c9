import type { EntryFilter } from './search-plan.js';
import type { AuditConditions } from './saved-filter.model.js';

/** A filter as it is kept, sealed: only what was given, with times as text (ISO 8601). */
export type StoredFilter = Omit<EntryFilter, 'from' | 'to'> & { from?: string; to?: string };

const names = ['actorUserId', 'actorMemberId', 'patientId', 'recordId', 'sessionId', 'action', 'outcome', 'operation', 'chamberId', 'ip', 'emergency'] as const;

/** What is kept of a filter. */
export function storedFilter(filter: EntryFilter): StoredFilter {
  const kept = Object.fromEntries(names.flatMap((name) => (filter[name] === undefined || filter[name] === null ? [] : [[name, filter[name]]])));
  return { ...kept, ...(filter.from && { from: filter.from.toISOString() }), ...(filter.to && { to: filter.to.toISOString() }) };
}

/** The conditions of a kept filter, every one named. */
export const conditionsOf = (stored: StoredFilter): AuditConditions & EntryFilter => ({
  ...(Object.fromEntries(names.map((name) => [name, stored[name] ?? null])) as unknown as Omit<AuditConditions, 'from' | 'to'>),
  from: stored.from ? new Date(stored.from) : null,
  to: stored.to ? new Date(stored.to) : null,
});
