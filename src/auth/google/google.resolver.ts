import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Can, Public } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx, CurrentRequest, type RequestContext } from '../../platform/context/request-context.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { deviceCookie } from '../cookies.js';
import { GoogleAccounts } from './google-accounts.service.js';
import { browserSecrets, setTripCookie } from './google-cookie.js';
import { type BegunTrip, GoogleTrips } from './google-trips.service.js';
import { BeginGoogleInput, BeginGoogleJoinInput, LinkGoogleInput } from './google.inputs.js';
import { GoogleAccount, GoogleRedirect, toGoogleAccount } from './google.model.js';

@Resolver()
export class GoogleResolver {
  constructor(
    private readonly trips: GoogleTrips,
    private readonly accounts: GoogleAccounts,
  ) {}

  @Mutation(() => GoogleRedirect, { description: 'Sends the browser to Google, to sign in by `signInWithGoogle` then. For everybody. Errors: THROTTLED, BAD_USER_INPUT (NOT_A_PAGE_OF_OURS), CONFLICT (GOOGLE_IS_OFF).' })
  @Public('nobody is signed in before signing in', 'CHALLENGED')
  async beginGoogleSignIn(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('input', { description: 'Where to return to.' }) input: BeginGoogleInput): Promise<GoogleRedirect> {
    return send(request, await this.trips.begin(ctx, 'SIGN_IN', input.returnTo, deviceCookie(request.reply.request)));
  }

  @Mutation(() => GoogleRedirect, { description: 'Sends the browser of somebody who was invited to Google, to join by `joinWithGoogle` then. For everybody. Errors: THROTTLED, BAD_USER_INPUT (NOT_A_PAGE_OF_OURS), CONFLICT (GOOGLE_IS_OFF).' })
  @Public('nobody is signed in before joining', 'CHALLENGED')
  async beginGoogleJoin(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('input', { description: 'Where to return to, the code, and names.' }) { returnTo, ...joining }: BeginGoogleJoinInput): Promise<GoogleRedirect> {
    return send(request, await this.trips.begin(ctx, 'JOIN', returnTo, deviceCookie(request.reply.request), joining));
  }

  @Mutation(() => GoogleRedirect, { description: 'Sends the browser to Google, to link an account by `linkGoogle` then, in the same session. For the person alone. Needs a step-up. Errors: STEP_UP_NEEDED, BAD_USER_INPUT (NOT_A_PAGE_OF_OURS), CONFLICT (GOOGLE_IS_OFF).' })
  @Can('self:manage', 'CHALLENGED', { stepUp: true })
  async beginGoogleLink(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('input', { description: 'Where to return to.' }) input: BeginGoogleInput): Promise<GoogleRedirect> {
    return send(request, await this.trips.beginInSession(ctx, 'LINK', input.returnTo));
  }

  @Mutation(() => GoogleRedirect, { description: 'Sends the browser to Google, for `stepUp` then, in the same session: for whoever has neither a second factor nor a password. For the person alone. Errors: BAD_USER_INPUT (NOT_A_PAGE_OF_OURS), CONFLICT (GOOGLE_IS_OFF).' })
  @Can('self:enrol', 'CHALLENGED')
  async beginGoogleStepUp(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('input', { description: 'Where to return to.' }) input: BeginGoogleInput): Promise<GoogleRedirect> {
    return send(request, await this.trips.beginInSession(ctx, 'STEP_UP', input.returnTo));
  }

  @Mutation(() => GoogleAccount, { description: 'Links the Google account from which the browser came back upon `beginGoogleLink`, so that the person can sign in by it. For the person alone. Needs a step-up. Errors: STEP_UP_NEEDED, SIGN_IN_REFUSED, CONFLICT (LINKED_ALREADY, TOO_MANY_GOOGLE_ACCOUNTS, GOOGLE_IS_OFF).' })
  @Can('self:manage', 'CREATED', { stepUp: true })
  async linkGoogle(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('input', { description: 'The code.' }) input: LinkGoogleInput): Promise<GoogleAccount> {
    return toGoogleAccount(await this.accounts.link(ctx, input.code, browserSecrets(request.reply.request)));
  }

  @Mutation(() => Boolean, { description: 'Unlinks one of the person’s own Google accounts; sessions that were begun by it go on. Needs a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, CONFLICT (LAST_WAY_IN).' })
  @Can('self:manage', 'DELETED', { stepUp: true })
  async unlinkGoogle(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the Google account.' }) id: string): Promise<boolean> {
    await this.accounts.unlink(ctx, id);
    return true;
  }
}

const send = (request: RequestContext, { url, expiresAt, browserSecret }: BegunTrip): GoogleRedirect => {
  setTripCookie(request.reply, browserSecret);
  return { url, expiresAt };
};
