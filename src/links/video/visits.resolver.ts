import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { VisitAddress } from './visit.model.js';
import { VisitsService } from './visits.service.js';

const APPOINTMENT = { type: () => UuidScalar, description: 'Id of the appointment.' };

@Resolver()
export class VisitsResolver {
  constructor(private readonly visits: VisitsService) {}

  @Mutation(() => VisitAddress, { description: 'Lets the doctor of an appointment into its visit by video, from 15 minutes before until 30 minutes after it. The address lets its holder in: open it at once, and keep it nowhere. Needs appointments:read in its chamber, for the doctor of the appointment alone. Errors: NOT_FOUND, CONFLICT (VIDEO_IS_OFF, NOT_A_VIDEO_VISIT, APPOINTMENT_STATUS, VISIT_NOT_OPEN).' })
  @Can('appointments:read', 'CREATED')
  joinVideoVisit(@CurrentCtx() ctx: Ctx, @Args('appointmentId', APPOINTMENT) appointmentId: string): Promise<VisitAddress> {
    return this.visits.join(ctx, appointmentId);
  }

  @Mutation(() => VisitAddress, { description: 'Makes a link for the patient of an appointment, to be sent to them: it lets them into the visit by video at its time, without an account. Each call makes another; all of them end with the appointment. Needs appointments:manage in its chamber. Errors: NOT_FOUND, CONFLICT (VIDEO_IS_OFF, NOT_A_VIDEO_VISIT, APPOINTMENT_STATUS, VISIT_NOT_OPEN).' })
  @Can('appointments:manage', 'CREATED')
  createVisitLink(@CurrentCtx() ctx: Ctx, @Args('appointmentId', APPOINTMENT) appointmentId: string): Promise<VisitAddress> {
    return this.visits.createLink(ctx, appointmentId);
  }
}
