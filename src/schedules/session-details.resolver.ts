import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { ReservedNumbers } from './schedule.model.js';
import { SessionDetails } from './session-details.reader.js';
import { ClinicSession } from './session.model.js';

@Resolver(() => ClinicSession)
export class SessionDetailsResolver {
  constructor(private readonly details: SessionDetails) {}

  @ResolveField(() => Boolean, { description: 'Whether its day was closed after it was planned: it keeps whom it has, and nobody else is booked, offered a place or moved there, nor numbers taken along (DAY_CLOSED). Needs appointments:read.' })
  @Can('appointments:read')
  @Classified('schedule')
  dayClosed(@CurrentCtx() ctx: Ctx, @Parent() { id }: ClinicSession): Promise<boolean> {
    return this.details.isDayClosed(ctx, id);
  }

  @ResolveField(() => [ReservedNumbers], { description: 'Serial numbers that are kept for one way of booking. Needs appointments:read.' })
  @Can('appointments:read')
  @Classified('schedule')
  reserved(@CurrentCtx() ctx: Ctx, @Parent() { id }: ClinicSession): Promise<ReservedNumbers[]> {
    return this.details.reserved(ctx, id);
  }

  @ResolveField(() => String, { nullable: true, description: 'What its room is called; null where there is none. Needs appointments:read.' })
  @Can('appointments:read')
  @Classified('schedule')
  async roomName(@CurrentCtx() ctx: Ctx, @Parent() { roomId }: ClinicSession): Promise<string | null> {
    return roomId === null ? null : this.details.roomName(ctx, roomId);
  }
}
