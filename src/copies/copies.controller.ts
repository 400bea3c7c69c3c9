import { Controller, Get, Header, Param, Query, type StreamableFile } from '@nestjs/common';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { AccessReportQuery, CopyQuery } from './copies.inputs.js';
import { CopiesService } from './copies.service.js';
import { PAGE_POLICY } from './html-page.js';

const POLICY = `${PAGE_POLICY}; frame-ancestors 'none'; sandbox`;

/** What patients have a right to, as files. */
@Controller('patients')
export class CopiesController {
  constructor(private readonly copies: CopiesService) {}

  /** Everything that is held of a patient. Needs patients:export, patients:read, patients:read-clinical and a step-up. */
  @Get(':id/copy')
  @Can('patients:export', 'EXPORTED', { stepUp: true })
  @Header('content-security-policy', POLICY)
  copy(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query() query: CopyQuery): Promise<StreamableFile> {
    return this.copies.copy(ctx, id, query);
  }

  /** Who saw and changed a patient's record, and who tried to. Needs patients:export, patients:read, audit:read and a step-up. */
  @Get(':id/access-report')
  @Can('patients:export', 'EXPORTED', { stepUp: true })
  @Header('content-security-policy', POLICY)
  accessReport(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query() query: AccessReportQuery): Promise<StreamableFile> {
    return this.copies.accessReport(ctx, id, query);
  }
}
