import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { listOf } from '../../platform/graphql/cost.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { BookingLink, CreateBookingLinkInput, NewBookingLink, toBookingLink } from './booking-link.model.js';
import { BookingLinksService } from './booking-links.service.js';
import { EditOnlineBookingInput, OnlineBookingSettings } from './online-settings.model.js';
import { OnlineSettingsService } from './online-settings.service.js';

@Resolver()
export class OnlineDeskResolver {
  constructor(
    private readonly links: BookingLinksService,
    private readonly settings: OnlineSettingsService,
  ) {}

  @Query(() => [BookingLink], { complexity: listOf(20), description: 'The links by which patients book online, the ended ones last. Needs chambers:manage.' })
  @Can('chambers:manage')
  async bookingLinks(@CurrentCtx() ctx: Ctx): Promise<BookingLink[]> {
    return (await this.links.list(ctx)).map(toBookingLink);
  }

  @Mutation(() => NewBookingLink, { description: 'Makes a link by which patients book online. Its address is answered this once. Needs chambers:manage. Errors: BAD_USER_INPUT.' })
  @Can('chambers:manage', 'CREATED')
  async createBookingLink(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The link.' }) input: CreateBookingLinkInput): Promise<NewBookingLink> {
    const { row, url } = await this.links.create(ctx, input);
    return { link: toBookingLink(row), url };
  }

  @Mutation(() => BookingLink, { description: 'Ends a booking link: nobody books by it any more; what was booked stays, and can be cancelled. Needs chambers:manage. Errors: NOT_FOUND, CONFLICT (ENDED_ALREADY).' })
  @Can('chambers:manage', 'REVOKED')
  async endBookingLink(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the link.' }) id: string): Promise<BookingLink> {
    return toBookingLink(await this.links.end(ctx, id));
  }

  @Query(() => OnlineBookingSettings, { description: 'Whether and how patients book online in a chamber. Needs chambers:manage in it. Errors: NOT_FOUND.' })
  @Can('chambers:manage')
  onlineBookingSettings(@CurrentCtx() ctx: Ctx, @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string): Promise<OnlineBookingSettings> {
    return this.settings.read(ctx, chamberId);
  }

  @Mutation(() => OnlineBookingSettings, { description: 'Says whether and how patients book online in a chamber. Needs chambers:manage in it. Errors: NOT_FOUND, BAD_USER_INPUT (all faults at once), CONFLICT (STALE_VERSION).' })
  @Can('chambers:manage', 'UPDATED')
  editOnlineBooking(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The settings.' }) input: EditOnlineBookingInput): Promise<OnlineBookingSettings> {
    return this.settings.edit(ctx, input);
  }
}
