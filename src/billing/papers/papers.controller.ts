import { Controller, Get, Header, Param, Query, type StreamableFile } from '@nestjs/common';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { FILE_POLICY } from '../../platform/http/file-answer.js';
import { InvoiceQuery, ReceiptQuery } from './paper.inputs.js';
import { BillingPapers } from './papers.service.js';

/** Invoices, credit notes and receipts on paper. */
@Controller()
export class BillingPapersController {
  constructor(private readonly papers: BillingPapers) {}

  /** An invoice or credit note as PDF, to be shown and printed. Needs payments:take in its chamber, and patients:read. */
  @Get('invoices/:id/page.pdf')
  @Can('payments:take', 'PRINTED')
  @Header('content-security-policy', FILE_POLICY)
  invoice(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query() query: InvoiceQuery): Promise<StreamableFile> {
    return this.papers.invoice(ctx, id, query);
  }

  /** The receipt of a payment as PDF. Needs payments:take in its chamber, and patients:read. */
  @Get('payments/:id/receipt.pdf')
  @Can('payments:take', 'PRINTED')
  @Header('content-security-policy', FILE_POLICY)
  receipt(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query() query: ReceiptQuery): Promise<StreamableFile> {
    return this.papers.receipt(ctx, id, query);
  }
}
