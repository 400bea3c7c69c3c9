import { Controller, Get, Header, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ByLink } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { unlessSame } from '../unless-same.js';
import { FetchedCalendars } from './fetched-calendars.reader.js';

/** The calendar of a doctor for their calendar program, which holds a link. */
@Controller('calendar')
export class CalendarController {
  constructor(private readonly calendars: FetchedCalendars) {}

  /** The calendar as iCalendar; 304 while it is the same. */
  @Get(':secret.ics')
  @ByLink('calendar programs have no account', 'EXPORTED')
  @Header('content-type', 'text/calendar; charset=utf-8')
  async file(@CurrentCtx() ctx: Ctx, @Param('secret') secret: string, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string | undefined> {
    const { file, etag } = await this.calendars.of(ctx, secret);
    return unlessSame(request, reply, etag, file);
  }
}
