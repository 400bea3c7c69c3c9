import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { listOf } from '../../platform/graphql/cost.js';
import { ClinicSession } from '../../schedules/session.model.js';
import { SessionPlaces, SessionSlot } from './session-places.model.js';
import { sessionPlacesOf, sessionSlotsOf } from './session-places.js';
import { SessionPlacesReader } from './session-places.reader.js';

@Resolver(() => ClinicSession)
export class SessionPlacesResolver {
  constructor(private readonly reader: SessionPlacesReader) {}

  @ResolveField(() => SessionPlaces, { description: 'How many places there are, are taken and are free, and about when the next ones have their turn. Needs appointments:read.' })
  @Can('appointments:read')
  @Classified('schedule')
  async places(@CurrentCtx() ctx: Ctx, @Parent() { id }: ClinicSession): Promise<SessionPlaces> {
    return sessionPlacesOf(await this.reader.of(ctx, id));
  }

  @ResolveField(() => [SessionSlot], { complexity: listOf(24), description: 'In SLOT mode, the slots in their order; in SERIAL mode there are none. Needs appointments:read.' })
  @Can('appointments:read')
  @Classified('schedule')
  async slots(@CurrentCtx() ctx: Ctx, @Parent() { id }: ClinicSession,
    @Args('onlyFree', { defaultValue: false, description: 'Whether only those that can be booked come.' }) onlyFree: boolean): Promise<SessionSlot[]> {
    return sessionSlotsOf(await this.reader.of(ctx, id)).filter(({ free }) => free || !onlyFree);
  }
}
