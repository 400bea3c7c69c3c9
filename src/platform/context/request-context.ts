import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type GraphQLResolveInfo, Kind } from 'graphql';
import { httpContext } from '../http/http-context.js';
import { Ctx, type Caller, type Origin } from './ctx.js';

/** What one operation carries through GraphQL, by whichever road it came: one Ctx for each root field. */
export class OperationContext {
  readonly roots = new Map<string, Ctx>();

  constructor(
    readonly origin: Origin,
    readonly caller: Caller | undefined,
    readonly chamberId: string | null,
  ) {}

  /** The context of the root field that answers under this key (its alias, if it has one). */
  root(key: string, operation: string): Ctx {
    let ctx = this.roots.get(key);
    if (!ctx) this.roots.set(key, (ctx = new Ctx(this.origin, this.caller, this.chamberId, operation)));
    return ctx;
  }

  /** The same context anew, speaking for nobody, whatever session the operation came with; before anything was done in it. */
  forNobody(key: string, operation: string): Ctx {
    const ctx = new Ctx(this.origin, undefined, null, operation);
    this.roots.set(key, ctx);
    return ctx;
  }
}

/** What an operation that came as an HTTP request carries besides. */
export class RequestContext extends OperationContext {
  constructor(
    origin: Origin,
    caller: Caller | undefined,
    chamberId: string | null,
    readonly reply: FastifyReply,
  ) {
    super(origin, caller, chamberId);
  }
}

/** The context of the root field under which `info` lies. */
export function ctxOf(request: OperationContext, info: GraphQLResolveInfo): Ctx {
  let { path } = info;
  while (path.prev) path = path.prev;
  return request.root(String(path.key), `${path.typename}.${rootFieldName(info, path.key)}`);
}

const rootFieldName = (info: GraphQLResolveInfo, key: string | number): string => {
  if (!info.path.prev) return info.fieldName;
  const root = info.operation.selectionSet.selections.find(
    (selection) => selection.kind === Kind.FIELD && (selection.alias ?? selection.name).value === key);
  return root?.kind === Kind.FIELD ? root.name.value : String(key);
};

/** The caller's context, first parameter of every resolver method and of every HTTP route that is not public. */
export const CurrentCtx = createParamDecorator((_: unknown, context: ExecutionContext): Ctx => {
  if (context.getType<'graphql' | 'http'>() === 'http') return httpContext(context.switchToHttp().getRequest<FastifyRequest>())!;
  const [, , request, info] = context.getArgs<[unknown, unknown, OperationContext, GraphQLResolveInfo]>();
  return ctxOf(request, info);
});

/** The HTTP request's context, for the few resolvers that set cookies. */
export const CurrentRequest = createParamDecorator(
  (_: unknown, context: ExecutionContext): RequestContext => context.getArgByIndex(2));
