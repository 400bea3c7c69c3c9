import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx, CurrentRequest, type RequestContext } from '../../platform/context/request-context.js';
import { browserSecrets } from '../google/google-cookie.js';
import { StepUpInput } from './factors.inputs.js';
import { MySecurity, OneTimeCodesBegun, OneTimeCodesConfirmed, StepUpChallenge, toKinds } from './factors.model.js';
import { MySecurityService } from './my-security.service.js';
import { OneTimeCodesService } from './one-time-codes.service.js';
import { StepUpService } from './step-up.service.js';

@Resolver()
export class FactorsResolver {
  constructor(
    private readonly oneTimeCodes: OneTimeCodesService,
    private readonly stepUps: StepUpService,
    private readonly security: MySecurityService,
  ) {}

  @Query(() => MySecurity, { description: 'How the person’s own account is protected. For the person alone; also without a second factor that the practice requires.' })
  @Can('self:enrol')
  mySecurity(@CurrentCtx() ctx: Ctx): Promise<MySecurity> {
    return this.security.of(ctx);
  }

  @Mutation(() => OneTimeCodesBegun, { description: 'Makes a secret for an app that shows one-time codes. Codes set up before count until the new ones are confirmed. For the person alone. Needs a step-up. Errors: STEP_UP_NEEDED.' })
  @Can('self:enrol', 'CREATED', { stepUp: true })
  beginOneTimeCodes(@CurrentCtx() ctx: Ctx): Promise<OneTimeCodesBegun> {
    return this.oneTimeCodes.begin(ctx);
  }

  @Mutation(() => OneTimeCodesConfirmed, { description: 'Makes the codes count that were begun, by the first of them. For the person alone. Errors: BAD_USER_INPUT (NOT_ACCEPTED, NOTHING_BEGUN).' })
  @Can('self:enrol', 'UPDATED')
  async confirmOneTimeCodes(@CurrentCtx() ctx: Ctx, @Args('code', { description: 'Six digits from the app.' }) code: string): Promise<OneTimeCodesConfirmed> {
    return { recoveryCodes: await this.oneTimeCodes.confirm(ctx, code) };
  }

  @Mutation(() => Boolean, { description: 'Removes one-time codes from the person’s own account. Needs a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, CONFLICT (SECOND_FACTOR_REQUIRED, PASSWORD_TOO_SHORT).' })
  @Can('self:manage', 'DELETED', { stepUp: true })
  async removeOneTimeCodes(@CurrentCtx() ctx: Ctx): Promise<boolean> {
    await this.oneTimeCodes.remove(ctx);
    return true;
  }

  @Mutation(() => [String], { description: 'Ten new recovery codes for the person’s own account, shown this once; the former ones are void. Needs a step-up. Errors: STEP_UP_NEEDED, CONFLICT (NO_SECOND_FACTOR).' })
  @Can('self:manage', 'UPDATED', { stepUp: true })
  renewRecoveryCodes(@CurrentCtx() ctx: Ctx): Promise<string[]> {
    return this.oneTimeCodes.renewRecoveryCodes(ctx);
  }

  @Mutation(() => StepUpChallenge, { description: 'Tells how the person can prove who they are for `stepUp`. For the person alone.' })
  @Can('self:enrol', 'CHALLENGED')
  async beginStepUp(@CurrentCtx() ctx: Ctx): Promise<StepUpChallenge> {
    const { byPassword, byGoogle, kinds, ceremony } = await this.stepUps.begin(ctx);
    return { byPassword, byGoogle, kinds: toKinds(kinds), passkeyOptions: ceremony?.options ?? null };
  }

  @Mutation(() => Boolean, { description: 'Proves once more, in this session, who is asking; for five minutes sensitive operations are open. For the person alone. Errors: SIGN_IN_REFUSED, THROTTLED, BAD_USER_INPUT (EXACTLY_ONE, SECOND_FACTOR_NEEDED, PASSWORD_NEEDED, NOT_FRESH).' })
  @Can('self:enrol', 'STEPPED_UP')
  async stepUp(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext, @Args('input', { description: 'The proof.' }) input: StepUpInput): Promise<boolean> {
    await this.stepUps.prove(ctx, input, browserSecrets(request.reply.request));
    return true;
  }
}
