import type { Ctx } from '../context/ctx.js';
import type { TenantDb } from '../database/tenant-db.js';
import { DomainError, ErrorCode, denials } from '../errors.js';
import { traced } from '../telemetry/tracing.js';
import { requestedRecords } from './requested-records.js';

/** Does what changes nothing, and leaves its entry pending, to be durable before what it gives leaves. Rejects when the session or the right has gone meanwhile. */
export function auditedRead<T>(tenantDb: TenantDb, ctx: Ctx, args: Record<string, unknown>, work: () => Promise<T>): Promise<T> {
  return failuresNoted(ctx, args, async () => {
    const result = await traced(ctx.operation, () => ({}), work);
    if (ctx.permission && !ctx.entered) await tenantDb.authorise(ctx);
    for (const concern of concernsOf(ctx)) ctx.pending.push({ action: ctx.action, outcome: 'SUCCESS', reason: ctx.reason, records: [], ...concern });
    return result;
  });
}

/** Does anything; when it fails, an entry about that is left pending. */
export async function failuresNoted<T>(ctx: Ctx, args: Record<string, unknown>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    noteFailure(ctx, error, args);
    throw error;
  }
}

function noteFailure(ctx: Ctx, error: unknown, args: Record<string, unknown>): void {
  const code = error instanceof DomainError ? error.code : ErrorCode.INTERNAL;
  const fact = {
    action: ctx.action,
    outcome: denials.has(code) ? ('DENIED' as const) : ('FAILED' as const),
    errorCode: code,
    permission: missingPermission(error),
    reason: ctx.reason,
    records: requestedRecords(args),
  };
  ctx.takeDisclosed();
  for (const concern of concernsOf(ctx)) ctx.pending.push({ ...fact, ...concern });
}

const concernsOf = ({ concerned }: Ctx): Ctx['concerned'] => (concerned.length ? concerned : [{}]);

// From the error, because an operation may need more permissions than the one that its rule names.
const missingPermission = (error: unknown): string | undefined => {
  if (!(error instanceof DomainError) || error.code !== ErrorCode.FORBIDDEN) return undefined;
  const { permission } = error.details;
  return typeof permission === 'string' ? permission : undefined;
};
