import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { listOf } from '../../platform/graphql/cost.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { OFFER_MINUTES } from './waitlist-offers.service.js';
import { JoinWaitlistInput, WaitlistEntry, toWaitlistEntry } from './waitlist.model.js';
import { WaitlistService } from './waitlist.service.js';

const ENTRY = { type: () => UuidScalar, description: 'Id of the entry.' };

@Resolver()
export class WaitlistResolver {
  constructor(private readonly service: WaitlistService) {}

  @Query(() => [WaitlistEntry], { complexity: listOf(50), description: 'Who waits in a chamber, or has an offer, the longest first; at most 200. Needs appointments:read in the chamber. Errors: NOT_FOUND.' })
  @Can('appointments:read')
  async waitlist(@CurrentCtx() ctx: Ctx, @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string,
    @Args('doctorId', { type: () => UuidScalar, nullable: true, description: 'Only for this doctor.' }) doctorId?: string | null): Promise<WaitlistEntry[]> {
    return (await this.service.list(ctx, chamberId, doctorId ?? null)).map(toWaitlistEntry);
  }

  @Mutation(() => WaitlistEntry, { description: `Puts a patient on the waitlist. When a place becomes free it is held for ${OFFER_MINUTES} minutes for whoever waits longest and can come. Needs appointments:manage in the chamber. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (WAITS_ALREADY, MERGED).` })
  @Can('appointments:manage', 'CREATED')
  async joinWaitlist(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Who, and for what.' }) input: JoinWaitlistInput): Promise<WaitlistEntry> {
    return toWaitlistEntry(await this.service.join(ctx, input));
  }

  @Mutation(() => WaitlistEntry, { description: 'Books the place that is held for somebody on the waitlist. Needs appointments:manage in the chamber. Errors: NOT_FOUND, CONFLICT (OFFER_IS_OVER).' })
  @Can('appointments:manage', 'UPDATED')
  async confirmOffer(@CurrentCtx() ctx: Ctx, @Args('id', ENTRY) id: string): Promise<WaitlistEntry> {
    return toWaitlistEntry(await this.service.confirm(ctx, id));
  }

  @Mutation(() => WaitlistEntry, { description: 'Takes somebody off the waitlist; a place that is held for them is offered to the next. Needs appointments:manage in the chamber. Errors: NOT_FOUND, CONFLICT (OFFER_IS_OVER).' })
  @Can('appointments:manage', 'UPDATED')
  async leaveWaitlist(@CurrentCtx() ctx: Ctx, @Args('id', ENTRY) id: string): Promise<WaitlistEntry> {
    return toWaitlistEntry(await this.service.leave(ctx, id));
  }

  @Mutation(() => [WaitlistEntry], { complexity: listOf(50), description: 'Lets go of offers in a session that were not taken in time, and offers what is free to the next; answers those who have an offer now. The same happens whenever somebody books, cancels or moves an appointment there. Needs appointments:manage in the chamber. Errors: NOT_FOUND.' })
  @Can('appointments:manage', 'UPDATED')
  async passOnOffers(@CurrentCtx() ctx: Ctx, @Args('sessionId', { type: () => UuidScalar, description: 'Id of the session.' }) sessionId: string): Promise<WaitlistEntry[]> {
    return (await this.service.passOn(ctx, sessionId)).map(toWaitlistEntry);
  }
}
