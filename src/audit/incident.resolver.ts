import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { PageArgs } from '../platform/graphql/connection.js';
import { IncidentInput, IncidentPatientConnection } from './incident.model.js';
import { type IncidentPage, IncidentReader } from './incident.reader.js';

@Resolver(() => IncidentPatientConnection)
export class IncidentResolver {
  constructor(private readonly incidents: IncidentReader) {}

  @Query(() => IncidentPatientConnection, { description: 'The patients whom an incident concerns, from the audit trail: what was seen and changed of each, and whose records somebody tried in vain. Needs audit:read. Errors: BAD_USER_INPUT.' })
  @Can('audit:read')
  incidentPatients(@CurrentCtx() ctx: Ctx, @Args() page: PageArgs, @Args('incident', { description: 'What the incident was.' }) incident: IncidentInput): Promise<IncidentPage> {
    return this.incidents.page(ctx, incident, page);
  }

  @ResolveField(() => Int, { description: 'Of how many patients anything was shown or changed; counted only when asked for.' })
  @Can('audit:read')
  @Classified('trail')
  affectedCount(@Parent() page: IncidentPage): Promise<number> {
    return page.affected();
  }
}
