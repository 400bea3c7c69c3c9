import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type GraphQLResolveInfo, OperationTypeNode } from 'graphql';
import { type Observable, defer, lastValueFrom } from 'rxjs';
import type { FastifyRequest } from 'fastify';
import type { Ctx } from '../context/ctx.js';
import { type OperationContext, ctxOf } from '../context/request-context.js';
import { httpContext } from '../http/http-context.js';
import { TenantDb } from '../database/tenant-db.js';
import { traced } from '../telemetry/tracing.js';
import { auditedRead, failuresNoted } from './audited-read.js';

/** The HTTP methods that change nothing (RFC 9110, 9.2.1). */
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD']);

type Work = () => Promise<unknown>;

/**
 * Sees to the audit entry of every root field and of every HTTP route. What changes something must have committed with
 * its entry; the entry of a read, and that of any failure, is left pending and made durable before the answer leaves.
 */
@Injectable()
export class AuditedInterceptor implements NestInterceptor {
  constructor(private readonly tenantDb: TenantDb) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const work: Work = () => lastValueFrom<unknown>(next.handle());
    if (context.getType<'graphql' | 'http'>() === 'http') return this.#route(context.switchToHttp().getRequest<FastifyRequest>(), next, work);
    const [, args, request, info] = context.getArgs<[unknown, Record<string, unknown>, OperationContext, GraphQLResolveInfo]>();
    if (info.path.prev) return next.handle();
    return defer(() => this.#rootField(info.operation.operation, ctxOf(request, info), args, work));
  }

  #route(request: FastifyRequest, next: CallHandler, work: Work): Observable<unknown> {
    const ctx = httpContext(request);
    if (!ctx) return next.handle();
    const args = request.params as Record<string, unknown>;
    return defer(() => (reading.has(request.method) ? auditedRead(this.tenantDb, ctx, args, work) : this.#change(ctx, args, work)));
  }

  #rootField(operation: OperationTypeNode, ctx: Ctx, args: Record<string, unknown>, work: Work): Promise<unknown> {
    if (operation === OperationTypeNode.MUTATION) return this.#change(ctx, args, work);
    // To subscribe discloses nothing: each event is a read of its own.
    if (operation === OperationTypeNode.SUBSCRIPTION) return failuresNoted(ctx, args, work);
    return auditedRead(this.tenantDb, ctx, args, work);
  }

  #change(ctx: Ctx, args: Record<string, unknown>, work: Work): Promise<unknown> {
    return failuresNoted(ctx, args, async () => {
      const result = await traced(ctx.operation, () => ({}), work);
      if (!ctx.entryCommitted) throw new Error(`${ctx.operation} ended without an audit entry`);
      return result;
    });
  }
}
