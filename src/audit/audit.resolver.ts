import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { PageArgs } from '../platform/graphql/connection.js';
import { DateTimeScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { AuditFilter } from './audit.inputs.js';
import { COUNTED, SEARCHED_AT_ONCE } from './audit-query.js';
import { AuditGrouping, AuditSummary, type Grouping } from './audit-summary.model.js';
import { AuditSummaryReader } from './audit-summary.reader.js';
import { AuditEntryConnection } from './audit.model.js';
import { AuditReader, type EntryPage } from './audit.reader.js';
import { refuseReversed } from './time-range.js';

const MAY_BE_SHORT = `A page may hold fewer than asked for, even none, though its \`hasNextPage\` is true: where several conditions are given, one request looks at the next ${SEARCHED_AT_ONCE} entries that meet the narrowest of them, and \`endCursor\` goes on from there.`;

@Resolver(() => AuditEntryConnection)
export class AuditResolver {
  constructor(
    private readonly audit: AuditReader,
    private readonly summary: AuditSummaryReader,
  ) {}

  @Query(() => AuditEntryConnection, { description: `The practice’s audit trail, newest first. ${MAY_BE_SHORT} Needs audit:read; reading it is recorded too. Errors: BAD_USER_INPUT.` })
  @Can('audit:read')
  auditEntries(@CurrentCtx() ctx: Ctx, @Args() page: PageArgs,
    @Args('filter', { nullable: true, description: 'Conditions, all of which must hold.' }) filter?: AuditFilter): Promise<EntryPage> {
    return this.audit.list(ctx, filter ?? {}, page);
  }

  @Query(() => AuditEntryConnection, { description: 'Who saw, changed or asked for this patient or any of their records, newest first; refused attempts too. Needs audit:read. Errors: BAD_USER_INPUT.' })
  @Can('audit:read')
  whoSawPatient(@CurrentCtx() ctx: Ctx, @Args() page: PageArgs,
    @Args('patientId', { type: () => UuidScalar, description: 'The patient.' }) patientId: string,
    @Args('from', { type: () => DateTimeScalar, nullable: true, description: 'At this instant or later.' }) from?: Date | null,
    @Args('to', { type: () => DateTimeScalar, nullable: true, description: 'Before this instant. Reason of a fault: BEFORE_FROM.' }) to?: Date | null): Promise<EntryPage> {
    refuseReversed(from, to);
    return this.audit.list(ctx, { patientId, from, to }, page);
  }

  @Query(() => AuditSummary, { description: 'Counts of the entries that the filter lets through, grouped. It looks at the newest 100,000 entries that meet the narrowest condition, and says whether that was all. Needs audit:read. Errors: BAD_USER_INPUT (ONE_OR_TWO_GROUPINGS).' })
  @Can('audit:read')
  auditSummary(@CurrentCtx() ctx: Ctx,
    @Args('groupBy', { type: () => [AuditGrouping], description: 'One or two groupings, such as [DAY, ACTION].' }) groupBy: Grouping[],
    @Args('filter', { nullable: true, description: 'Conditions, all of which must hold.' }) filter?: AuditFilter): Promise<AuditSummary> {
    return this.summary.sum(ctx, filter ?? {}, groupBy);
  }

  @ResolveField(() => Boolean, { description: `Whether \`totalCount\` is the whole number. Counting ends at ${COUNTED}, and where several conditions are given also after the newest ${SEARCHED_AT_ONCE} entries that meet the narrowest of them.` })
  @Can('audit:read')
  @Classified('trail')
  async totalCountIsExact(@Parent() page: EntryPage): Promise<boolean> {
    return (await page.counted()).exact;
  }
}
