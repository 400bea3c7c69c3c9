import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type GraphQLResolveInfo, OperationTypeNode } from 'graphql';
import { type Observable, defer, lastValueFrom } from 'rxjs';
import type { FastifyRequest } from 'fastify';
import type { Ctx } from '../context/ctx.js';
import { type RequestContext, ctxOf } from '../context/request-context.js';
import { httpContext } from '../http/http-context.js';
import { TenantDb } from '../database/tenant-db.js';
import { DomainError, ErrorCode, denials } from '../errors.js';
import { traced } from '../telemetry/tracing.js';
import { requestedRecords } from './requested-records.js';

/** The HTTP methods that change nothing (RFC 9110, 9.2.1). */
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Sees to the audit entry of every root field and of every HTTP route. What changes something must have committed with
 * its entry; the entry of a read, and that of any failure, is left pending and made durable before the answer leaves.
 */
@Injectable()
export class AuditedInterceptor implements NestInterceptor {
  constructor(private readonly tenantDb: TenantDb) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType<'graphql' | 'http'>() === 'http') return this.#route(context.switchToHttp().getRequest<FastifyRequest>(), next);
    const [, args, request, info] = context.getArgs<[unknown, Record<string, unknown>, RequestContext, GraphQLResolveInfo]>();
    if (info.path.prev) return next.handle();
    return defer(() => this.#audited(ctxOf(request, info), info.operation.operation === OperationTypeNode.MUTATION, args, next));
  }

  #route(request: FastifyRequest, next: CallHandler): Observable<unknown> {
    const ctx = httpContext(request);
    if (!ctx) return next.handle();
    return defer(() => this.#audited(ctx, !reading.has(request.method), request.params as Record<string, unknown>, next));
  }

  async #audited(ctx: Ctx, changes: boolean, args: Record<string, unknown>, next: CallHandler): Promise<unknown> {
    try {
      const result: unknown = await traced(ctx.operation, () => ({}), () => lastValueFrom(next.handle()));
      if (changes) {
        if (!ctx.entryCommitted) throw new Error(`${ctx.operation} ended without an audit entry`);
      } else {
        if (ctx.permission && !ctx.entered) await this.tenantDb.authorise(ctx);
        ctx.pending.push({ action: ctx.action, outcome: 'SUCCESS', reason: ctx.reason, records: [] });
      }
      return result;
    } catch (error) {
      this.#noteFailure(ctx, error, args);
      throw error;
    }
  }

  #noteFailure(ctx: Ctx, error: unknown, args: Record<string, unknown>): void {
    const code = error instanceof DomainError ? error.code : ErrorCode.INTERNAL;
    const fact = {
      action: ctx.action,
      outcome: denials.has(code) ? ('DENIED' as const) : ('FAILED' as const),
      errorCode: code,
      permission: missingPermission(error),
      records: requestedRecords(args),
    };
    ctx.takeDisclosed();
    for (const concern of ctx.concerned.length ? ctx.concerned : [{}]) ctx.pending.push({ ...fact, ...concern });
  }
}

// From the error, because an operation may need more permissions than the one that its rule names.
const missingPermission = (error: unknown): string | undefined => {
  if (!(error instanceof DomainError) || error.code !== ErrorCode.FORBIDDEN) return undefined;
  const { permission } = error.details;
  return typeof permission === 'string' ? permission : undefined;
};
