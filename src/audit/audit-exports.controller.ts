import { Controller, Get, Param, type StreamableFile } from '@nestjs/common';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { AuditExportsService } from './audit-exports.service.js';

/** Where prepared exports are fetched. */
@Controller('audit-exports')
export class AuditExportsController {
  constructor(private readonly exports: AuditExportsService) {}

  /** The file of an export that the caller prepared. Needs audit:export and audit:read. */
  @Get(':id')
  @Can('audit:export', 'EXPORTED')
  file(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<StreamableFile> {
    return this.exports.file(ctx, id);
  }
}
