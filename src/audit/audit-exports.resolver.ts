import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { AuditExport, PrepareAuditExportInput } from './audit-export.model.js';
import { AuditExportsService } from './audit-exports.service.js';

@Resolver()
export class AuditExportsResolver {
  constructor(private readonly exports: AuditExportsService) {}

  @Mutation(() => AuditExport, { description: 'Prepares an export of the audit trail: counts the entries and fixes which they are, so that entries written meanwhile are no part of it. Fetch it by GET at its `path`. Changed values of patients are withheld unless the caller holds patients:read-clinical. Needs audit:export and audit:read and a step-up. Errors: STEP_UP_NEEDED, BAD_USER_INPUT (TOO_MANY_ENTRIES above 5,000,000, TAKES_TOO_LONG when they cannot be counted in half a minute: narrow the time range).' })
  @Can('audit:export', 'CREATED', { stepUp: true })
  prepareAuditExport(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which entries, and how.' }) input: PrepareAuditExportInput): Promise<AuditExport> {
    return this.exports.prepare(ctx, input);
  }
}
