import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { GraphQLResolveInfo } from 'graphql';
import { type OperationContext, ctxOf } from '../context/request-context.js';
import { type Ctx, type RecordRef, allows } from '../context/ctx.js';
import type { FastifyRequest } from 'fastify';
import { Authenticator } from '../context/authenticator.js';
import { openContext } from '../http/http-context.js';
import { isOpen } from '../http/request-hooks.js';
import { TenantDb } from '../database/tenant-db.js';
import { DomainError, ErrorCode, denials, forbidden, notSignedIn } from '../errors.js';
import { ACCESS_RULE, type AccessRule } from './can.decorator.js';
import { requestedRecords } from './requested-records.js';

/**
 * Refuses a field whose access rule its caller does not meet, and notes the denial for the audit trail. Root fields:
 * what the database last said is believed only when it allows (the database checks again on entering). Other fields:
 * synchronous, by what the root field's entering said.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #rules = new WeakMap<object, AccessRule>();

  constructor(
    private readonly reflector: Reflector,
    private readonly tenantDb: TenantDb,
    private readonly authenticator: Authenticator,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = this.#ruleOf(context.getHandler());
    if (context.getType<'graphql' | 'http'>() === 'http') {
      const request = context.switchToHttp().getRequest<FastifyRequest>();
      return ('publicBecause' in rule && isOpen(request)) || this.#route(request, rule);
    }
    const [parent, args, request, info] = context.getArgs<[unknown, Record<string, unknown>, OperationContext, GraphQLResolveInfo]>();
    const known = ctxOf(request, info);
    const ctx = 'byLink' in rule && !info.path.prev ? request.forNobody(String(info.path.key), known.operation) : known;
    return info.path.prev ? this.#field(ctx, rule, () => recordOf(parent, info)) : this.#root(ctx, rule, args);
  }

  async #route(request: FastifyRequest, rule: AccessRule): Promise<boolean> {
    const ctx = await openContext(request, 'byLink' in rule ? undefined : this.authenticator);
    return this.#root(ctx, rule, request.params as Record<string, unknown>);
  }

  #root(ctx: Ctx, rule: AccessRule, args: Record<string, unknown>): boolean | Promise<boolean> {
    ctx.action = rule.action;
    if ('publicBecause' in rule) return true;
    const { permission } = rule;
    ctx.permission = permission;
    ctx.stepUp = rule.stepUp ?? false;
    if (!ctx.caller) return this.#deny(ctx, notSignedIn(), undefined, requestedRecords(args));
    const lastKnown = ctx.caller.lastKnown.get(ctx.chamberId ?? '');
    const believed = lastKnown && allows(lastKnown, permission);
    return believed || this.#ask(ctx, args);
  }

  #field(ctx: Ctx, rule: AccessRule, refused: () => RecordRef[]): boolean {
    if ('publicBecause' in rule || ctx.holds(rule.permission)) return true;
    ctx.noteWithheld(rule.permission, refused());
    throw forbidden(rule.permission);
  }

  async #ask(ctx: Ctx, args: Record<string, unknown>): Promise<boolean> {
    try {
      await this.tenantDb.authorise(ctx);
      return true;
    } catch (error) {
      return this.#deny(ctx, error, ctx.permission, requestedRecords(args));
    }
  }

  #deny(ctx: Ctx, error: unknown, permission?: string, records: RecordRef[] = []): never {
    const code = error instanceof DomainError ? error.code : ErrorCode.INTERNAL;
    ctx.pending.push({ action: ctx.action, outcome: denials.has(code) ? 'DENIED' : 'FAILED', errorCode: code, permission, records });
    throw error;
  }

  #ruleOf(handler: object): AccessRule {
    let rule = this.#rules.get(handler);
    if (!rule) {
      rule = this.reflector.get<AccessRule | undefined>(ACCESS_RULE, handler as () => unknown);
      // The boot check refuses such a server; this is for code that would get around it.
      if (!rule) throw new DomainError(ErrorCode.FORBIDDEN, 'This field has no access rule.');
      this.#rules.set(handler, rule);
    }
    return rule;
  }
}

/** The record whose field was asked for. */
const recordOf = (parent: unknown, { parentType, fieldName }: GraphQLResolveInfo): RecordRef[] => {
  const id = (parent as { id?: unknown } | null)?.id;
  if (typeof id !== 'string') return [];
  return [{ type: `requested:${fieldName}`, id, patientId: parentType.name === 'Patient' ? id : undefined }];
};
