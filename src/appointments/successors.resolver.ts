import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { SessionStatus } from '../schedules/schedule-enums.model.js';
import { ClinicSession } from '../schedules/session.model.js';
import { AppointmentStatus } from './appointment.enums.js';
import { Appointment } from './appointment.model.js';
import { Successors } from './successors.reader.js';

@Resolver(() => Appointment)
export class AppointmentSuccessorResolver {
  constructor(private readonly successors: Successors) {}

  @ResolveField(() => UuidScalar, { nullable: true, description: 'Id of the appointment that took its place; null for one that was cancelled for good, or that has not ended.' })
  @Can('appointments:read')
  @Classified('technical')
  async rescheduledToId(@CurrentCtx() ctx: Ctx, @Parent() { id, status }: Appointment): Promise<string | null> {
    return status === AppointmentStatus.CANCELLED ? this.successors.ofAppointment(ctx, id) : null;
  }
}

@Resolver(() => ClinicSession)
export class SessionSuccessorResolver {
  constructor(private readonly successors: Successors) {}

  @ResolveField(() => UuidScalar, { nullable: true, description: 'Id of the session in which its patients are: it was shifted or moved there, or restored when a change was undone. Null for one that was cancelled for good, or that is not CANCELLED. Needs appointments:read.' })
  @Can('appointments:read')
  @Classified('technical')
  async replacedById(@CurrentCtx() ctx: Ctx, @Parent() { id, status }: ClinicSession): Promise<string | null> {
    return status === SessionStatus.CANCELLED ? this.successors.ofSession(ctx, id) : null;
  }
}
