import { Controller, Get, Header, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ByLink } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { LinkPageFilter } from '../link-page.filter.js';
import { unlessSame } from '../unless-same.js';
import { DISPLAY_POLICY, displayPage } from './display-page.js';
import { ShownDisplays } from './shown-displays.reader.js';

/** The queue of a chamber for whoever holds a link, such as a screen in the waiting room. */
@Controller('display')
export class DisplayController {
  constructor(private readonly displays: ShownDisplays) {}

  /** A page that shows it and keeps itself up to date; `language` is en or bn, the chamber's unless told. */
  @Get(':secret')
  @UseFilters(LinkPageFilter)
  @ByLink('screens in waiting rooms have no account')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', DISPLAY_POLICY)
  async page(@CurrentCtx() ctx: Ctx, @Param('secret') secret: string, @Query('language') wanted: unknown): Promise<string> {
    const { language } = await this.displays.of(ctx, secret);
    return displayPage(wanted === 'en' || wanted === 'bn' ? wanted : language);
  }

  /** What it shows, as JSON; 304 while that is the same. */
  @Get(':secret/state')
  @ByLink('screens in waiting rooms have no account')
  @Header('content-type', 'application/json; charset=utf-8')
  async state(@CurrentCtx() ctx: Ctx, @Param('secret') secret: string, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string | undefined> {
    const { state, etag } = await this.displays.of(ctx, secret);
    return unlessSame(request, reply, etag, state);
  }
}
