import { Controller, Get, Param, Put, Req, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { notFound } from '../platform/errors.js';
import { byteStream } from '../platform/http/byte-stream.js';
import { ImportReports } from './import-report.service.js';
import { ImportUploads } from './import-upload.service.js';

/** The files of imports: the patients come, and the report of what became of them goes. */
@Controller('imports')
export class ImportFilesController {
  constructor(
    private readonly uploads: ImportUploads,
    private readonly reports: ImportReports,
  ) {}

  /** Takes the file of an import; answers with its id and how many lines have a patient. */
  @Put(':id/file')
  @Can('patients:import', 'UPDATED')
  receive(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Req() request: FastifyRequest): Promise<{ id: string; lines: number }> {
    return this.uploads.receive(ctx, known(id), byteStream(request));
  }

  /** What became of each line, as CSV. */
  @Get(':id/report.csv')
  @Can('patients:import', 'EXPORTED')
  report(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<StreamableFile> {
    return this.reports.answer(ctx, known(id));
  }
}

// An address that holds no id leads nowhere.
const known = (id: string): string => {
  if (!isUuid(id)) throw notFound();
  return id.toLowerCase();
};
