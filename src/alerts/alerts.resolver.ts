import { Args, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { AuditConditions } from '../audit/saved-filter.model.js';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import type { Page } from '../platform/graphql/connection.js';
import { Live, type LiveEvent } from '../platform/websocket/live.js';
import { Alert, AlertConnection, OpenAlerts } from './alert.model.js';
import { AcknowledgeAlertInput, AlertsArgs } from './alerts.inputs.js';
import { AlertsReader } from './alerts.reader.js';
import { AlertsService } from './alerts.service.js';

@Resolver(() => Alert)
export class AlertsResolver {
  constructor(
    private readonly reader: AlertsReader,
    private readonly service: AlertsService,
    private readonly live: Live,
  ) {}

  @Query(() => AlertConnection, { description: 'What in the audit trail somebody should look at, the latest first. Needs audit:read. Errors: BAD_USER_INPUT.' })
  @Can('audit:read')
  alerts(@CurrentCtx() ctx: Ctx, @Args() args: AlertsArgs): Promise<Page<Alert>> {
    return this.reader.list(ctx, args);
  }

  @Mutation(() => Alert, { description: 'Notes that somebody has looked at an alert, and what came of it. Needs security:manage. Errors: NOT_FOUND, CONFLICT, BAD_USER_INPUT.' })
  @Can('security:manage', 'UPDATED')
  acknowledgeAlert(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which alert, and what came of it.' }) input: AcknowledgeAlertInput): Promise<Alert> {
    return this.service.acknowledge(ctx, input);
  }

  @Subscription(() => OpenAlerts, { description: 'The open alerts: at once, and again whenever one is raised or acknowledged. Needs audit:read.' })
  @Can('audit:read')
  alertRaised(@CurrentCtx() ctx: Ctx): AsyncIterable<LiveEvent<OpenAlerts>> {
    return this.live.of(ctx, [`alerts-of:${ctx.tenantId}`], (event, version) => this.reader.current(event, version));
  }

  @ResolveField(() => AuditConditions, { nullable: true, description: 'What to send as the filter of `auditEntries` to see what the alert is about. Needs audit:read; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('audit:read')
  @Classified('trail')
  trail(@Parent() { conditions }: Alert): AuditConditions {
    return conditions;
  }
}
