import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { listOf } from '../../platform/graphql/cost.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { CalendarFeed, NewCalendarFeed, toCalendarFeed } from './calendar-feed.model.js';
import { CalendarFeedsService } from './calendar-feeds.service.js';

@Resolver()
export class CalendarFeedsResolver {
  constructor(private readonly feeds: CalendarFeedsService) {}

  @Query(() => [CalendarFeed], { complexity: listOf(20), description: 'The caller’s calendar feeds, the ended ones last. Needs self:read.' })
  @Can('self:read')
  async calendarFeeds(@CurrentCtx() ctx: Ctx): Promise<CalendarFeed[]> {
    return (await this.feeds.list(ctx)).map(toCalendarFeed);
  }

  @Mutation(() => NewCalendarFeed, { description: 'Makes a link by which a calendar program fetches the caller’s sessions and appointments, by numbers and times, without patients. Its address is answered this once. Needs self:manage.' })
  @Can('self:manage', 'CREATED')
  async createCalendarFeed(@CurrentCtx() ctx: Ctx): Promise<NewCalendarFeed> {
    const { row, url } = await this.feeds.create(ctx, false);
    return { feed: toCalendarFeed(row), url };
  }

  @Mutation(() => NewCalendarFeed, { description: 'The same with the names of patients, which whoever learns the address can read: each fetch is in the audit trail of every patient whom it names. Needs self:manage, appointments:read and patients:read, and a step-up. Errors: STEP_UP_NEEDED.' })
  @Can('self:manage', 'CREATED', { stepUp: true })
  async createCalendarFeedWithPatients(@CurrentCtx() ctx: Ctx): Promise<NewCalendarFeed> {
    const { row, url } = await this.feeds.create(ctx, true);
    return { feed: toCalendarFeed(row), url };
  }

  @Mutation(() => CalendarFeed, { description: 'Ends a calendar feed of the caller’s at once. Needs self:manage. Errors: NOT_FOUND, CONFLICT (ENDED_ALREADY).' })
  @Can('self:manage', 'REVOKED')
  async endCalendarFeed(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the feed.' }) id: string): Promise<CalendarFeed> {
    return toCalendarFeed(await this.feeds.end(ctx, id));
  }
}
