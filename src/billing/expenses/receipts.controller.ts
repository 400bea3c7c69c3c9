import { Controller, Get, Header, Param, Put, Query, Req, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { byteStream } from '../../platform/http/byte-stream.js';
import { FILE_POLICY, fileAnswer } from '../../platform/http/file-answer.js';
import { ReceiptsService } from './receipts.service.js';

/** Receipts of expenses, sent and fetched as they are. */
@Controller('expenses')
export class ReceiptsController {
  constructor(private readonly receipts: ReceiptsService) {}

  /** Sends a receipt under the name of its file; the same bytes may be sent again. */
  @Put(':id/receipts')
  @Can('payments:take', 'UPDATED')
  async keep(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Req() request: FastifyRequest, @Query('fileName') fileName = ''): Promise<object> {
    const { 'content-length': length } = request.headers;
    const { id: receiptId, type, sha256, contentPath } = await this.receipts.keep(ctx, id, fileName, byteStream(request), length === undefined ? undefined : Number(length));
    return { receipt: { id: receiptId, type, sha256, contentPath } };
  }

  /** A receipt, to be shown; with ?download=1 to be saved, and recorded as exported. */
  @Get(':id/receipts/:receiptId')
  @Can('payments:take', 'VIEWED')
  @Header('content-security-policy', FILE_POLICY)
  @Header('accept-ranges', 'none')
  async content(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Param('receiptId') receiptId: string, @Query('download') download?: string): Promise<StreamableFile> {
    if (download === '1') ctx.action = 'EXPORTED';
    return fileAnswer({ ...(await this.receipts.open(ctx, id, receiptId)), inline: download !== '1' });
  }
}
