import type { GraphQLFormattedError, OperationDefinitionNode } from 'graphql';
import type { AuditFact } from './audit-trail.js';
import { ErrorCode } from '../errors.js';
import type { Metrics } from '../telemetry/metrics.js';
import { Ctx } from './ctx.js';
import type { OperationContext } from './request-context.js';

/** What is still to be written of one operation, with the records that it disclosed since its last entry. */
export function settledEntries(ctx: Ctx): Array<{ ctx: Ctx; fact: AuditFact }> {
  if (ctx.countedOnly) return [];
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

/** What is to be written of a GraphQL operation: of each root field, and of the errors above any resolver: syntax, validation, limits, coercion of arguments. */
export function operationEntries(request: OperationContext, operation: OperationDefinitionNode | null | undefined, errors: readonly GraphQLFormattedError[]): Array<{ ctx: Ctx; fact: AuditFact }> {
  const entries = [...request.roots.values()].flatMap(settledEntries);
  const unseen = errors.filter((error) => !error.path || !request.roots.has(String(error.path[0])));
  if (!unseen.length && request.roots.size) return entries;
  const failed = unseen.length > 0;
  const name = operation ? `${operation.operation}${operation.name ? ` ${operation.name.value}` : ''}`.slice(0, 200) : 'graphql';
  const ctx = new Ctx(request.origin, request.caller, request.chamberId, name);
  return [...entries, { ctx, fact: {
    action: failed ? 'REFUSED' : 'VIEWED', outcome: failed ? 'FAILED' : 'SUCCESS',
    errorCode: failed ? (unseen[0]!.extensions?.['code'] as ErrorCode | undefined) ?? ErrorCode.QUERY_REFUSED : undefined, records: [],
  } }];
}

/** Counts one settled operation by how it ended: what its first entry that is no success says, or else success. */
export function countOperation(metrics: Metrics, { operation, pending, startedAt }: Ctx): void {
  const refused = pending.find(({ outcome }) => outcome !== 'SUCCESS');
  metrics.operation(operation, refused?.outcome ?? 'SUCCESS', performance.now() - startedAt, refused?.errorCode);
}
