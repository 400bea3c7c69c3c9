import { Controller, Get, Header, Param, Put, Query, Req, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { byteStream } from '../platform/http/byte-stream.js';
import { FILE_POLICY, fileAnswer } from '../platform/http/file-answer.js';
import { DocumentContents } from './document-contents.service.js';
import type { DocumentRecord } from './document.model.js';

/** The files of documents, sent and fetched as they are. Kinds that are clinical need more than the permissions here: document-access.ts. */
@Controller('documents')
export class DocumentContentController {
  constructor(private readonly contents: DocumentContents) {}

  /** Sends the file of a document; what was sent before may be sent again. */
  @Put(':id/content')
  @Can('patients:read', 'UPDATED')
  async keep(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Req() request: FastifyRequest): Promise<object> {
    const { 'content-length': length } = request.headers;
    return toAnswer(await this.contents.keep(ctx, id, byteStream(request), length === undefined ? undefined : Number(length)));
  }

  /** The file of a document, to be shown; with ?download=1 to be saved, and recorded as exported. Always whole: parts are not given. */
  @Get(':id/content')
  @Can('patients:read', 'VIEWED')
  @Header('content-security-policy', FILE_POLICY)
  @Header('accept-ranges', 'none')
  async content(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query('download') download?: string): Promise<StreamableFile> {
    if (download === '1') ctx.action = 'EXPORTED';
    return fileAnswer({ ...(await this.contents.open(ctx, id)), inline: download !== '1' });
  }
}

const toAnswer = ({ row, file }: DocumentRecord): object => ({
  document: { id: row.id, state: 'STORED', content: { type: file!.type, size: file!.size, sha256: file!.sha256, storedAt: file!.storedAt } },
});
