import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Appointment, toAppointment } from '../../appointments/appointment.model.js';
import { AppointmentsReader } from '../../appointments/appointments.reader.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { DepositNoted, OnlineDeposit } from './deposit.model.js';
import { Deposits } from './deposit.reader.js';

@Resolver(() => Appointment)
export class DepositResolver {
  constructor(private readonly deposits: Deposits) {}

  @ResolveField(() => OnlineDeposit, { nullable: true, description: 'What is to be paid before it is booked, or was, also before it was moved; null for nothing. Needs appointments:read.' })
  @Can('appointments:read')
  @Classified('appointment')
  async deposit(@CurrentCtx() ctx: Ctx, @Parent() { id }: Appointment): Promise<OnlineDeposit | null> {
    return this.deposits.of(ctx, id);
  }
}

@Resolver(() => DepositNoted)
export class DepositNotedResolver {
  constructor(private readonly appointments: AppointmentsReader) {}

  @ResolveField(() => Appointment, { nullable: true, description: 'The appointment as it is now. Needs appointments:read in its chamber; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('appointments:read')
  @Classified('appointment')
  async appointment(@CurrentCtx() ctx: Ctx, @Parent() { appointmentId }: DepositNoted): Promise<Appointment | null> {
    return toAppointment(await this.appointments.get(ctx, appointmentId));
  }
}
