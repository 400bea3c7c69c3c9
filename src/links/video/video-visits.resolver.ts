import { Inject } from '@nestjs/common';
import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Appointment } from '../../appointments/appointment.model.js';
import type { Config } from '../../config.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { CONFIG } from '../../platform/platform.module.js';
import { SessionsReader } from '../../schedules/sessions.reader.js';
import { Practice } from '../../tenants/practice.model.js';
import { VideoWindow } from './visit.model.js';
import { windowOf } from './visit-window.js';

@Resolver(() => Practice)
export class PracticeVideoResolver {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @ResolveField(() => Boolean, { description: 'Whether visits can be by video: the server was set up for them. Otherwise booking one answers CONFLICT (VIDEO_IS_OFF).' })
  @Can('self:read')
  @Classified('practice')
  videoVisits(): boolean {
    return this.config.video !== undefined;
  }
}

@Resolver(() => Appointment)
export class VideoWindowResolver {
  constructor(private readonly sessions: SessionsReader) {}

  @ResolveField(() => VideoWindow, { nullable: true, description: 'When its visit by video can be joined: around its slot, or in SERIAL mode during the whole session; null for one that is not by video. Needs appointments:read.' })
  @Can('appointments:read')
  @Classified('appointment')
  async videoWindow(@CurrentCtx() ctx: Ctx, @Parent() { sessionId, video, slotFrom, slotUntil }: Appointment): Promise<VideoWindow | null> {
    if (!video) return null;
    return windowOf({ ...(await this.sessions.get(ctx, sessionId)), slot_from: slotFrom, slot_until: slotUntil });
  }
}
