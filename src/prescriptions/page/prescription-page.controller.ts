import { Controller, Get, Header, Param, Query, type StreamableFile } from '@nestjs/common';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { FILE_POLICY } from '../../platform/http/file-answer.js';
import { PageQuery } from './prescription-page.inputs.js';
import { PrescriptionPages } from './prescription-page.service.js';

/** Prescriptions on paper. */
@Controller('prescriptions')
export class PrescriptionPageController {
  constructor(private readonly pages: PrescriptionPages) {}

  /** A prescription as PDF, to be shown and printed. Needs prescriptions:read and patients:read. */
  @Get(':id/page.pdf')
  @Can('prescriptions:read', 'PRINTED')
  @Header('content-security-policy', FILE_POLICY)
  page(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query() query: PageQuery): Promise<StreamableFile> {
    return this.pages.page(ctx, id, query);
  }
}
