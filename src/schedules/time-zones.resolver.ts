import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { CalendarSaved } from './holiday.model.js';
import { toCalendarSaved } from './holidays.resolver.js';
import { SetChamberTimeZoneInput } from './time-zone.inputs.js';
import { TimeZonesService } from './time-zones.service.js';

@Resolver()
export class TimeZonesResolver {
  constructor(private readonly service: TimeZonesService) {}

  @Mutation(() => CalendarSaved, { description: 'Sets the time zone of a chamber, also of one that has sessions: those that nobody has booked are planned anew by its clock, and the others, also those that are open or running, stay at their instants and are answered in `kept`: `changeSession` moves each of them (SHIFT). Needs chambers:manage in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (STALE_VERSION, CHAMBER_ARCHIVED).' })
  @Can('chambers:manage', 'UPDATED')
  async setChamberTimeZone(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The chamber and the zone.' }) input: SetChamberTimeZoneInput): Promise<CalendarSaved> {
    return toCalendarSaved(await this.service.set(ctx, input));
  }
}
