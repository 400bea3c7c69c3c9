import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { badInput } from '../platform/errors.js';
import { CalendarSaved, Holiday, SetHolidayInput } from './holiday.model.js';
import { HolidaysService, type SavedCalendar } from './holidays.service.js';
import { toClinicSession } from './session.model.js';

const CHAMBER = { type: () => UuidScalar, description: 'Id of the chamber.' };

@Resolver(() => Holiday)
export class HolidaysResolver {
  constructor(private readonly service: HolidaysService) {}

  @Query(() => [Holiday], { description: 'The holidays of a year: the public ones of the country, by the package date-holidays (CC BY 3.0), and what the chamber’s own calendar says. Needs self:read. Errors: NOT_FOUND, BAD_USER_INPUT (`year` OUT_OF_RANGE).' })
  @Can('self:read')
  holidays(@CurrentCtx() ctx: Ctx, @Args('chamberId', CHAMBER) chamberId: string,
    @Args('year', { type: () => Int, description: 'The year, 2000 to 2077.' }) year: number): Promise<Holiday[]> {
    if (year < 2000 || year > 2077) throw badInput([{ path: ['year'], reason: 'OUT_OF_RANGE', params: { min: 2000, max: 2077 } }]);
    return this.service.list(ctx, chamberId, year);
  }

  @Mutation(() => CalendarSaved, { description: 'Says of one day whether a chamber is closed, whatever the calendar of its country says. Needs chambers:manage in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (CHAMBER_ARCHIVED).' })
  @Can('chambers:manage', 'UPDATED')
  async setHoliday(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The day, and what it is.' }) input: SetHolidayInput): Promise<CalendarSaved> {
    return toCalendarSaved(await this.service.set(ctx, input));
  }

  @Mutation(() => CalendarSaved, { description: 'Takes a day out of a chamber’s own calendar: from then on the calendar of its country counts, if the chamber observes it. A day that is not there stays so. Needs chambers:manage in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT (`day` PAST), CONFLICT (CHAMBER_ARCHIVED).' })
  @Can('chambers:manage', 'UPDATED')
  async removeHoliday(@CurrentCtx() ctx: Ctx, @Args('chamberId', CHAMBER) chamberId: string,
    @Args('day', { type: () => LocalDateScalar, description: 'The day.' }) day: string): Promise<CalendarSaved> {
    return toCalendarSaved(await this.service.remove(ctx, chamberId, day));
  }

  @Mutation(() => CalendarSaved, { description: 'Sets whether a chamber is closed on the public holidays of its country. Needs chambers:manage in the chamber. Errors: NOT_FOUND, CONFLICT (CHAMBER_ARCHIVED).' })
  @Can('chambers:manage', 'UPDATED')
  async observeHolidays(@CurrentCtx() ctx: Ctx, @Args('chamberId', CHAMBER) chamberId: string,
    @Args('observes', { description: 'Whether it is.' }) observes: boolean): Promise<CalendarSaved> {
    return toCalendarSaved(await this.service.observe(ctx, chamberId, observes));
  }
}

/** What became of the sessions, as the API tells it. */
export const toCalendarSaved = ({ kept, ...saved }: SavedCalendar): CalendarSaved => ({ ...saved, kept: kept.map(toClinicSession) });
