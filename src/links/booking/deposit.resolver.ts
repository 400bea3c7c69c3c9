import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Appointment } from '../../appointments/appointment.model.js';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { OnlineDeposit } from './deposit.model.js';
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
