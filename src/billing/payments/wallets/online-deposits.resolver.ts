import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { ByLink } from '../../../platform/access/can.decorator.js';
import type { Ctx } from '../../../platform/context/ctx.js';
import { CurrentCtx } from '../../../platform/context/request-context.js';
import { OnlineDepositPayment, PayOnlineDepositInput } from './online-deposit-payment.model.js';
import { OnlineDepositsService } from './online-deposits.service.js';

@Resolver()
export class OnlineDepositsResolver {
  constructor(private readonly deposits: OnlineDepositsService) {}

  @Mutation(() => OnlineDepositPayment, { description: 'Begins to pay the deposit of a place that is held, and tells where; sent again, it asks the provider how the payment stands. What is paid books the place; what is captured when it is held no longer is to be returned. For whoever has the booking’s secret. Errors: NOT_FOUND, THROTTLED, CONFLICT (NO_WALLET_ACCOUNT, NO_DEPOSIT, DEPOSIT_PAID, APPOINTMENT_STATUS, NOT_OFFERED).' })
  @ByLink('people who book online have no account', 'CREATED')
  payOnlineDeposit(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which deposit, and how.' }) input: PayOnlineDepositInput): Promise<OnlineDepositPayment> {
    return this.deposits.pay(ctx, input);
  }
}
