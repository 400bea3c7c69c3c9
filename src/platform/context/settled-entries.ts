import type { AuditFact } from './audit-trail.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Ctx } from './ctx.js';

/** What is still to be written of one operation, with the records that it disclosed since its last entry. */
export function settledEntries(ctx: Ctx): Array<{ ctx: Ctx; fact: AuditFact }> {
  const records = ctx.takeDisclosed();
  const [first, ...rest] = ctx.pending;
  const facts: AuditFact[] = [];
  if (first?.outcome === 'SUCCESS') facts.push({ ...first, records: [...first.records, ...records] });
  else {
    // What the fields below a mutation disclosed is no part of what one of them was denied.
    if (records.length) facts.push({ action: 'VIEWED', outcome: 'SUCCESS', records });
    if (first) facts.push(first);
  }
  return [...facts, ...rest].map((fact) => ({ ctx, fact }));
}

/** Counts one settled operation by how it ended: what its first entry that is no success says, or else success. */
export function countOperation(metrics: Metrics, { operation, pending, startedAt }: Ctx): void {
  const refused = pending.find(({ outcome }) => outcome !== 'SUCCESS');
  metrics.operation(operation, refused?.outcome ?? 'SUCCESS', performance.now() - startedAt, refused?.errorCode);
}
