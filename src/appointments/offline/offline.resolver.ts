import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { listOf } from '../../platform/graphql/cost.js';
import { DateTimeScalar, UuidScalar } from '../../platform/graphql/scalars.js';
import { Appointment } from '../appointment.model.js';
import { HandInService } from './hand-in.service.js';
import { HandInBookingsInput, HandedInBooking, LeaseNumbersInput, MOST_HANDED_IN, NumberLease, toNumberLease } from './lease.model.js';
import { LeasesService } from './leases.service.js';

@Resolver(() => Appointment)
export class OfflineResolver {
  constructor(
    private readonly leases: LeasesService,
    private readonly bookings: HandInService,
  ) {}

  @ResolveField(() => DateTimeScalar, { nullable: true, description: 'When a device without a connection booked it, by its clock, within the time of its lease, also before it was moved; null for what was booked here at once. Needs appointments:read.' })
  @Can('appointments:read')
  @Classified('appointment')
  bookedOfflineAt(@CurrentCtx() ctx: Ctx, @Parent() { id }: Appointment): Promise<Date | null> {
    return this.bookings.bookedOfflineAt(ctx, id);
  }

  @Query(() => [NumberLease], { complexity: listOf(50), description: 'The serial numbers of a session that devices took along, the latest first. Needs appointments:read in its chamber. Errors: NOT_FOUND.' })
  @Can('appointments:read')
  async numberLeases(@CurrentCtx() ctx: Ctx, @Args('sessionId', { type: () => UuidScalar, description: 'Id of the session.' }) sessionId: string): Promise<NumberLease[]> {
    return (await this.leases.ofSession(ctx, sessionId)).map(toNumberLease);
  }

  @Mutation(() => NumberLease, { description: 'Takes serial numbers of a session along on a device, to book without a connection until it is to end, for twelve hours at the most. Needs appointments:manage in its chamber. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (SESSION_FULL, SESSION_OVER, SESSION_STATUS, DAY_CLOSED, DOCTOR_LEFT, CHAMBER_ARCHIVED, TOO_MANY_LEASED).' })
  @Can('appointments:manage', 'CREATED')
  async leaseNumbers(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'How many, and which.' }) input: LeaseNumbersInput): Promise<NumberLease> {
    return toNumberLease(await this.leases.lease(ctx, input));
  }

  @Mutation(() => NumberLease, { description: 'Gives the places of a lease back, from its device or for one that is lost: hand in first what was booked with it. Its last numbers can be given again when whoever took them along gives them back; the others, and those of a device that somebody else says is lost, are given to nobody. Once given back, it answers the same again. Needs appointments:manage in the chamber. Errors: NOT_FOUND.' })
  @Can('appointments:manage', 'UPDATED')
  async releaseNumbers(@CurrentCtx() ctx: Ctx, @Args('leaseId', { type: () => UuidScalar, description: 'Id of the lease.' }) leaseId: string): Promise<NumberLease> {
    return toNumberLease(await this.leases.release(ctx, leaseId));
  }

  @Mutation(() => [HandedInBooking], { complexity: listOf(MOST_HANDED_IN), description: 'Hands in what was booked without a connection. Each booking is answered by itself: booked, handed in before, or what stands in its way. Send it again until there is an answer: each is made once. Needs appointments:manage in the chambers. Errors: BAD_USER_INPUT (all faults at once).' })
  @Can('appointments:manage', 'CREATED')
  handInBookings(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The bookings.' }) input: HandInBookingsInput): Promise<HandedInBooking[]> {
    return this.bookings.handIn(ctx, input);
  }
}
