import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx, CurrentRequest, type RequestContext } from '../../platform/context/request-context.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { MOST_DEVICES } from '../devices.service.js';
import { toKinds } from '../factors/factors.model.js';
import { browserSecrets } from '../google/google-cookie.js';
import { handOver } from '../hand-over.js';
import { StepUpInput } from './account.inputs.js';
import { MySecurity, RememberedDevice, StepUpChallenge, SteppedUpSession } from './account.model.js';
import { MyDevicesService } from './my-devices.service.js';
import { MySecurityService } from './my-security.service.js';
import { StepUpService } from './step-up.service.js';

@Resolver()
export class AccountResolver {
  constructor(
    private readonly security: MySecurityService,
    private readonly stepUps: StepUpService,
    private readonly devices: MyDevicesService,
  ) {}

  @Query(() => MySecurity, { description: 'How the person’s own account is protected. For the person alone; also without a second factor that the practice requires.' })
  @Can('self:enrol')
  mySecurity(@CurrentCtx() ctx: Ctx): Promise<MySecurity> {
    return this.security.of(ctx);
  }

  @Query(() => [RememberedDevice], { description: `The devices on which the person signed in before, the latest first, ${MOST_DEVICES} at most: a further one has the one forgotten on which they signed in longest ago, and none is known after 400 days without a sign-in; several people can share one, and each sees it as theirs. For the person alone.` })
  @Can('self:read')
  myDevices(@CurrentCtx() ctx: Ctx): Promise<RememberedDevice[]> {
    return this.devices.list(ctx);
  }

  @Mutation(() => Boolean, { description: 'Forgets a device of the person: the next sign-in there is one on a new device again. Sessions that were begun there go on; end them by `endSession`. Errors: NOT_FOUND.' })
  @Can('self:manage', 'DELETED')
  async forgetDevice(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id from `myDevices`.' }) id: string): Promise<boolean> {
    await this.devices.forget(ctx, id);
    return true;
  }

  @Mutation(() => StepUpChallenge, { description: 'Tells how the person can prove who they are for `stepUp`. For the person alone.' })
  @Can('self:enrol', 'CHALLENGED')
  async beginStepUp(@CurrentCtx() ctx: Ctx): Promise<StepUpChallenge> {
    const { byPassword, byGoogle, kinds, ceremony } = await this.stepUps.begin(ctx);
    return { byPassword, byGoogle, kinds: toKinds(kinds), passkeyOptions: ceremony?.passkeyOptions ?? null };
  }

  @Mutation(() => SteppedUpSession, { description: 'Proves once more, in this session, who is asking: sensitive operations are open until `freshUntil`, five minutes after the proof. The session gets new tokens, and those before cease at once. For the person alone. Errors: SIGN_IN_REFUSED, THROTTLED, BAD_USER_INPUT (EXACTLY_ONE, FACTOR_INSTEAD, PASSWORD_NEEDED, NOT_FRESH, TIME_NOT_TOLD).' })
  @Can('self:enrol', 'STEPPED_UP')
  async stepUp(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext, @Args('input', { description: 'The proof.' }) input: StepUpInput): Promise<SteppedUpSession> {
    const { tokens, freshUntil } = await this.stepUps.prove(ctx, input, browserSecrets(request.reply.request));
    const { accessToken, accessTokenExpiresAt, refreshToken } = handOver(request, tokens);
    return { accessToken, accessTokenExpiresAt, refreshToken, freshUntil };
  }
}
