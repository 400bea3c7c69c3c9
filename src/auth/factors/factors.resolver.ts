import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { ConfirmOneTimeCodesInput } from './factors.inputs.js';
import { OneTimeCodesBegun, OneTimeCodesConfirmed, RecoveryCodesRenewed } from './factors.model.js';
import { OneTimeCodesService } from './one-time-codes.service.js';

@Resolver()
export class FactorsResolver {
  constructor(private readonly oneTimeCodes: OneTimeCodesService) {}

  @Mutation(() => OneTimeCodesBegun, { description: 'Makes a secret for an app that shows one-time codes. Codes set up before count until the new ones are confirmed. For the person alone. Needs a step-up. Errors: STEP_UP_NEEDED.' })
  @Can('self:enrol', 'CREATED', { stepUp: true })
  beginOneTimeCodes(@CurrentCtx() ctx: Ctx): Promise<OneTimeCodesBegun> {
    return this.oneTimeCodes.begin(ctx);
  }

  @Mutation(() => OneTimeCodesConfirmed, { description: 'Makes the codes count that were begun, by the first of them. With the account’s first second factor every other session of the person ends. For the person alone. Errors: BAD_USER_INPUT (NOT_ACCEPTED, NOTHING_BEGUN).' })
  @Can('self:enrol', 'UPDATED')
  async confirmOneTimeCodes(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The code.' }) { code }: ConfirmOneTimeCodesInput): Promise<OneTimeCodesConfirmed> {
    return { recoveryCodes: await this.oneTimeCodes.confirm(ctx, code) };
  }

  @Mutation(() => Boolean, { description: 'Removes one-time codes from the person’s own account. Needs a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, CONFLICT (SECOND_FACTOR_REQUIRED, PASSWORD_TOO_SHORT).' })
  @Can('self:manage', 'DELETED', { stepUp: true })
  async removeOneTimeCodes(@CurrentCtx() ctx: Ctx): Promise<boolean> {
    await this.oneTimeCodes.remove(ctx);
    return true;
  }

  @Mutation(() => RecoveryCodesRenewed, { description: 'Ten new recovery codes for the person’s own account, shown this once; the former ones are void. Needs a step-up. Errors: STEP_UP_NEEDED, CONFLICT (NO_SECOND_FACTOR).' })
  @Can('self:manage', 'UPDATED', { stepUp: true })
  async renewRecoveryCodes(@CurrentCtx() ctx: Ctx): Promise<RecoveryCodesRenewed> {
    return { recoveryCodes: await this.oneTimeCodes.renewRecoveryCodes(ctx) };
  }
}
