import { Controller, Get, Header, Query, type StreamableFile } from '@nestjs/common';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { PAGE_POLICY } from './html-page.js';
import { IncidentQuery } from './incidents.inputs.js';
import { IncidentsService } from './incidents.service.js';

/** What a practice must be able to tell after an incident, as a file. */
@Controller('incidents')
export class IncidentsController {
  constructor(private readonly incidents: IncidentsService) {}

  /** The patients whom an incident concerns. Needs audit:export, audit:read, patients:read and a step-up. */
  @Get('report')
  @Can('audit:export', 'EXPORTED', { stepUp: true })
  @Header('content-security-policy', `${PAGE_POLICY}; frame-ancestors 'none'; sandbox`)
  report(@CurrentCtx() ctx: Ctx, @Query() query: IncidentQuery): Promise<StreamableFile> {
    return this.incidents.report(ctx, query);
  }
}
