import { Args, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { type Page, PageArgs } from '../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { AuditFilter } from './audit.inputs.js';
import { type AuditEntry, AuditEntryConnection } from './audit.models.js';
import { AuditReader } from './audit.reader.js';

@Resolver()
export class AuditResolver {
  constructor(private readonly audit: AuditReader) {}

  @Query(() => AuditEntryConnection, { description: 'The practice’s audit trail, newest first. Reading it is recorded too.' })
  @Can('audit:read')
  auditEntries(@CurrentCtx() ctx: Ctx, @Args() page: PageArgs,
    @Args('filter', { nullable: true, description: 'Conditions, all of which must hold.' }) filter?: AuditFilter): Promise<Page<AuditEntry>> {
    return this.audit.list(ctx, filter ?? {}, page);
  }

  @Query(() => AuditEntryConnection, { description: 'Who saw, changed or asked for this patient or any of their records, newest first; refused attempts too.' })
  @Can('audit:read')
  whoSawPatient(@CurrentCtx() ctx: Ctx, @Args() page: PageArgs,
    @Args('patientId', { type: () => UuidScalar, description: 'The patient.' }) patientId: string,
    @Args('from', { type: () => DateTimeScalar, nullable: true, description: 'At this instant or later.' }) from?: Date | null,
    @Args('to', { type: () => DateTimeScalar, nullable: true, description: 'Before this instant.' }) to?: Date | null): Promise<Page<AuditEntry>> {
    return this.audit.list(ctx, { patientId, from, to }, page);
  }
}
