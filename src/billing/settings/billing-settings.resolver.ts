import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { BillingSettings, EditBillingSettingsInput } from './billing-settings.model.js';
import { BillingSettingsService } from './billing-settings.service.js';

@Resolver()
export class BillingSettingsResolver {
  constructor(private readonly settings: BillingSettingsService) {}

  @Query(() => BillingSettings, { description: 'How the practice bills; until somebody sets it, the usual of its country. Needs payments:take.' })
  @Can('payments:take')
  billingSettings(@CurrentCtx() ctx: Ctx): Promise<BillingSettings> {
    return this.settings.read(ctx);
  }

  @Mutation(() => BillingSettings, { description: 'Changes how the practice bills. What was issued stays as it is. Who raises a limit of what needs an approval does not profit from it before somebody else has sent it too: `raisedLimits`. Needs finances:manage in every chamber in use, and a step-up. Errors: STEP_UP_NEEDED, FORBIDDEN, CONFLICT (STALE_VERSION, FISCAL_YEAR_BEGUN), BAD_USER_INPUT (all faults at once).' })
  @Can('finances:manage', 'UPDATED', { stepUp: true })
  editBillingSettings(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The changes.' }) input: EditBillingSettingsInput): Promise<BillingSettings> {
    return this.settings.edit(ctx, input);
  }
}
