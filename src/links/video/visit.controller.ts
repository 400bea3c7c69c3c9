import { Controller, Get, Header, HttpStatus, Param, Redirect, UseFilters } from '@nestjs/common';
import { ByLink } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { LinkPageFilter } from '../link-page.filter.js';
import { PLAIN_PAGE_POLICY } from '../../platform/http/plain-page.js';
import { OpenedVisits } from './opened-visits.reader.js';
import { visitPage } from './visit-page.js';

/** A visit by video for its patient, who holds a link. */
@Controller('visit')
@UseFilters(LinkPageFilter)
export class VisitController {
  constructor(private readonly visits: OpenedVisits) {}

  /** A page that says when the visit is, and in its time leads on. */
  @Get(':secret')
  @ByLink('patients have no account')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', PLAIN_PAGE_POLICY)
  async page(@CurrentCtx() ctx: Ctx, @Param('secret') secret: string): Promise<string> {
    return visitPage(secret, await this.visits.of(ctx, secret));
  }

  /** Sends the patient's browser on into the room. */
  @Get(':secret/join')
  @ByLink('patients have no account', 'CREATED')
  @Redirect(undefined, HttpStatus.SEE_OTHER)
  async join(@CurrentCtx() ctx: Ctx, @Param('secret') secret: string): Promise<{ url: string }> {
    return { url: await this.visits.join(ctx, secret) };
  }
}
