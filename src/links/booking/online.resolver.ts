import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ByLink } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { Classified } from '../../platform/access/classification.js';
import { DateTimeScalar } from '../../platform/graphql/scalars.js';
import { listOf } from '../../platform/graphql/cost.js';
import { countriesOf } from './booking-phone.js';
import { availabilityOf, freeSlots, MOST_SLOTS_SHOWN, roughTurn } from './online-offer.js';
import { HeldOnlinePlace, HoldOnlinePlaceInput, OnlineBooking, OnlineClinic, OnlineSession, OnlineSessionsArgs, OnlineSlot, RequestBookingCodeInput } from './online.model.js';
import { OnlineBookingsService } from './online-bookings.service.js';
import { type Offer, OffersReader } from './offers.reader.js';

const BECAUSE = 'people who book online have no account';
const SECRET = { description: 'What `holdOnlinePlace` answered.' };

@Resolver(() => OnlineSession)
export class OnlineSlotsResolver {
  @ResolveField(() => [OnlineSlot], { complexity: listOf(MOST_SLOTS_SHOWN), description: `In SLOT mode, the first ${MOST_SLOTS_SHOWN} slots that can be booked, of all or from an instant on. For anybody who holds the link.` })
  @ByLink(BECAUSE)
  @Classified('offer')
  slots(@Parent() { free }: OnlineSession,
    @Args('after', { type: () => DateTimeScalar, nullable: true, description: 'Only slots that begin at this instant or later, such as those of the afternoon.' }) after?: Date | null): OnlineSlot[] {
    return free.filter(({ from }) => !after || from >= after).slice(0, MOST_SLOTS_SHOWN);
  }
}

@Resolver()
export class OnlineResolver {
  constructor(
    private readonly offers: OffersReader,
    private readonly bookings: OnlineBookingsService,
  ) {}

  @Query(() => OnlineClinic, { description: 'The practice that a booking link leads to. For anybody who holds the link. Errors: NOT_FOUND (whatever is wrong with it), THROTTLED.' })
  @ByLink(BECAUSE)
  async onlineClinic(@CurrentCtx() ctx: Ctx, @Args('link', { description: 'The secret in the link: what follows `/book/` in its address.' }) link: string): Promise<OnlineClinic> {
    const { clinic } = await this.offers.shown(ctx, link);
    const { practice, currency, chambers } = clinic;
    return { name: practice, currency, countries: countriesOf(clinic), chambers: chambers.map(({ id, name, address, timeZone, lastDay, deposit }) => ({ id, name, address, timeZone, lastDay, deposit })) };
  }

  @Query(() => [OnlineSession], { complexity: listOf(50), description: 'The sessions of a chamber for which patients book online, in the order in which they begin. For anybody who holds the link. Errors: NOT_FOUND, BAD_USER_INPUT, THROTTLED.' })
  @ByLink(BECAUSE)
  async onlineSessions(@CurrentCtx() ctx: Ctx, @Args() args: OnlineSessionsArgs): Promise<OnlineSession[]> {
    return (await this.offers.sessions(ctx, args)).map(toOnlineSession);
  }

  @Query(() => OnlineBooking, { description: 'How a booking stands that was made online. For whoever has its secret. Errors: NOT_FOUND, THROTTLED.' })
  @ByLink(BECAUSE)
  onlineBooking(@CurrentCtx() ctx: Ctx, @Args('secret', SECRET) secret: string): Promise<OnlineBooking> {
    return this.bookings.booking(ctx, secret);
  }

  @Mutation(() => Boolean, { description: 'Sends a code of six digits by SMS, to prove that whoever books has the telephone; the one before it is void. The answer is the same for every number. For anybody who holds the link. Errors: NOT_FOUND, BAD_USER_INPUT, THROTTLED.' })
  @ByLink(BECAUSE, 'CREATED')
  async requestBookingCode(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Who asks, and where.' }) input: RequestBookingCodeInput): Promise<boolean> {
    await this.bookings.requestCode(ctx, input);
    return true;
  }

  @Mutation(() => HeldOnlinePlace, { description: 'Holds a place for ten minutes, or until the deposit is to be paid, for who has the code that was sent to their telephone. For anybody who holds the link. Errors: NOT_FOUND, BAD_USER_INPUT, SIGN_IN_REFUSED (the code, whatever is wrong with it), THROTTLED, CONFLICT (SESSION_FULL, SLOT_TAKEN, NOT_OFFERED, TOO_MANY_BOOKINGS).' })
  @ByLink(BECAUSE, 'CREATED')
  holdOnlinePlace(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which place, and for whom.' }) input: HoldOnlinePlaceInput): Promise<HeldOnlinePlace> {
    return this.bookings.hold(ctx, input);
  }

  @Mutation(() => OnlineBooking, { description: 'Books a place that is held; once booked, it answers the same again. For whoever has its secret. Errors: NOT_FOUND, THROTTLED, CONFLICT (DEPOSIT_DUE, NOT_OFFERED, APPOINTMENT_STATUS).' })
  @ByLink(BECAUSE, 'UPDATED')
  confirmOnlineBooking(@CurrentCtx() ctx: Ctx, @Args('secret', SECRET) secret: string): Promise<OnlineBooking> {
    return this.bookings.confirm(ctx, secret);
  }

  @Mutation(() => OnlineBooking, { description: 'Cancels a place that is held or booked. For whoever has its secret. Errors: NOT_FOUND, THROTTLED, CONFLICT (APPOINTMENT_STATUS).' })
  @ByLink(BECAUSE, 'UPDATED')
  cancelOnlineBooking(@CurrentCtx() ctx: Ctx, @Args('secret', SECRET) secret: string): Promise<OnlineBooking> {
    return this.bookings.cancel(ctx, secret);
  }
}

function toOnlineSession(offer: Offer): OnlineSession {
  const turn = roughTurn(offer);
  return {
    id: offer.session_id, doctor: offer.doctor, localDate: offer.local_date, startsAt: offer.starts_at, endsAt: offer.ends_at, mode: offer.mode, availability: availabilityOf(offer),
    aboutFrom: turn?.from ?? null, aboutUntil: turn?.until ?? null, free: freeSlots(offer).map(({ from, until }) => ({ from, until })),
  };
}
