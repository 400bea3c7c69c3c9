import { Controller, Get, HttpStatus, Query, Redirect, Req, UseFilters } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { CameBackFilter } from './came-back.filter.js';
import { browserSecrets } from './google-cookie.js';
import { type Brought, GoogleTrips } from './google-trips.service.js';

/** Where Google sends browsers back to. */
@Controller('auth/google')
@UseFilters(CameBackFilter)
export class GoogleController {
  constructor(private readonly trips: GoogleTrips) {}

  /** Sends the browser on to the page that it came from. */
  @Get('callback')
  @Public('Google sends browsers here, and nobody is signed in before signing in', 'CHALLENGED')
  @Redirect(undefined, HttpStatus.SEE_OTHER)
  async callback(@CurrentCtx() ctx: Ctx, @Req() request: FastifyRequest, @Query() brought: Brought): Promise<{ url: string }> {
    return { url: await this.trips.back(ctx, brought, browserSecrets(request)) };
  }
}
