import { Args, Int, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import { Can, Public } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx, CurrentRequest, type RequestContext } from '../platform/context/request-context.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { Live, type LiveEvent } from '../platform/websocket/live.js';
import { AccountsService } from './accounts.service.js';
import { ClientKind, JoinInput, type SessionInput, SignInInput } from './auth.inputs.js';
import { MySessions, PracticeChoice, SessionInfo, SignInMethods, SignedIn, toPracticeChoice, toSessionInfo } from './auth.model.js';
import { clearCookies, deviceCookie, refreshCookie } from './cookies.js';
import { FinishSignInInput } from './factors/factors.inputs.js';
import { type SecondFactorNeeded, SignInAnswer, toSecondFactorNeeded } from './factors/factors.model.js';
import { browserSecrets } from './google/google-cookie.js';
import { GoogleTrips } from './google/google-trips.service.js';
import { JoinWithGoogleInput, SignInWithGoogleInput } from './google/google.inputs.js';
import { SignInWithPasskeyInput } from './passkeys/passkeys.inputs.js';
import { PasskeyCeremony } from './passkeys/passkeys.model.js';
import { handOver } from './hand-over.js';
import { SessionsService, type Tokens } from './sessions.service.js';
import { type PendingSignIn, SignInsService } from './sign-ins.service.js';

@Resolver()
export class AuthResolver {
  constructor(
    private readonly sessions: SessionsService,
    private readonly accounts: AccountsService,
    private readonly live: Live,
    private readonly signIns: SignInsService,
    private readonly google: GoogleTrips,
  ) {}

  @Query(() => SignInMethods, { description: 'By what people can sign in on this server besides password and passkey. For everybody.' })
  @Public('a page needs to know what to offer before anybody is signed in')
  signInMethods(): SignInMethods {
    return { google: this.google.isOn };
  }

  @Mutation(() => SignInAnswer, { description: 'Begins a session by e-mail address and password, or asks for the second factor of whoever has one. Errors: SIGN_IN_REFUSED, THROTTLED.' })
  @Public('nobody is signed in before signing in', 'SIGNED_IN')
  async signIn(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('input', { description: 'Credentials.' }) input: SignInInput): Promise<typeof SignInAnswer> {
    const answer = await this.signIns.byPassword(ctx, input, kept(request, input));
    return answerWith(request, answer);
  }

  @Mutation(() => SignInAnswer, { description: 'Begins a session for whoever came back from Google upon `beginGoogleSignIn`, or asks for the second factor of whoever has one. For everybody. Errors: SIGN_IN_REFUSED, THROTTLED, CONFLICT (GOOGLE_IS_OFF).' })
  @Public('what Google vouches for is the credential', 'SIGNED_IN')
  async signInWithGoogle(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('input', { description: 'The code.' }) input: SignInWithGoogleInput): Promise<typeof SignInAnswer> {
    return answerWith(request, await this.signIns.byGoogle(ctx, input, browserSecrets(request.reply.request), kept(request, input)));
  }

  @Mutation(() => SignInAnswer, { description: 'Joins the practice for whose joining code the browser went to Google upon `beginGoogleJoin`, and begins a session there, or asks for the second factor of whoever has one. Google must have verified the e-mail address that was invited; or the Google account is linked to the account that has it. For everybody. Errors: SIGN_IN_REFUSED, THROTTLED, BAD_USER_INPUT (NAME_NEEDED), CONFLICT (ADDRESS_HAS_ACCOUNT, GOOGLE_IS_OFF).' })
  @Public('the joining code is the credential, with what Google vouches for', 'JOINED')
  async joinWithGoogle(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('input', { description: 'The code with which the browser came back.' }) input: JoinWithGoogleInput): Promise<typeof SignInAnswer> {
    return answerWith(request, await this.signIns.byJoiningWithGoogle(ctx, input, browserSecrets(request.reply.request), kept(request, input)));
  }

  @Mutation(() => SignedIn, { description: 'Begins the session for which `signIn` asked a second factor. Five tries in five minutes. Errors: SIGN_IN_REFUSED, THROTTLED, BAD_USER_INPUT (EXACTLY_ONE).' })
  @Public('the second factor of somebody who is not signed in yet', 'SIGNED_IN')
  async finishSignIn(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('input', { description: 'The second factor.' }) input: FinishSignInInput): Promise<SignedIn> {
    return begun(request, await this.signIns.finish(ctx, input));
  }

  @Mutation(() => PasskeyCeremony, { description: 'Makes a challenge for `signInWithPasskey`. Errors: THROTTLED.' })
  @Public('nobody is signed in before signing in', 'CHALLENGED')
  beginPasskeySignIn(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext): Promise<PasskeyCeremony> {
    return this.signIns.beginPasskey(ctx, deviceCookie(request.reply.request));
  }

  @Mutation(() => SignedIn, { description: 'Begins a session by a passkey, without e-mail address or password. Errors: SIGN_IN_REFUSED, THROTTLED.' })
  @Public('the passkey is the credential', 'SIGNED_IN')
  async signInWithPasskey(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('input', { description: 'The passkey.' }) input: SignInWithPasskeyInput): Promise<SignedIn> {
    return begun(request, await this.signIns.byPasskey(ctx, input, kept(request, input)));
  }

  @Mutation(() => SignedIn, { description: 'Renews a session. A refresh token is accepted once; used again later, it ends the session. Errors: SIGN_IN_REFUSED, THROTTLED.' })
  @Public('the refresh token is the credential', 'REFRESHED')
  async refreshSession(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('refreshToken', { type: () => String, nullable: true, description: 'For bearer clients; browsers send their cookie.' }) refreshToken: string | null): Promise<SignedIn> {
    return begun(request, await this.sessions.refresh(ctx, refreshToken ?? refreshCookie(request.reply.request) ?? ''));
  }

  @Mutation(() => SignInAnswer, { description: 'Joins a practice by the code in the mail that it sent, and begins a session there, or asks for the second factor of whoever has one. Whoever has an account gives its password; anybody else gets one. For everybody. Errors: SIGN_IN_REFUSED, THROTTLED, BAD_USER_INPUT.' })
  @Public('the joining code is the credential', 'JOINED')
  async join(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext, @Args('input', { description: 'Code and account.' }) input: JoinInput): Promise<typeof SignInAnswer> {
    return answerWith(request, await this.signIns.byJoining(ctx, input, kept(request, input)));
  }

  @Mutation(() => SignedIn, { description: 'Moves this session to another practice of the person; also without a second factor that the practice requires. Errors: NOT_FOUND.' })
  @Can('self:enrol', 'SWITCHED')
  async switchPractice(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('practiceId', { type: () => UuidScalar, description: 'One of `myPractices`.' }) practiceId: string): Promise<SignedIn> {
    return begun(request, await this.sessions.switchPractice(ctx, practiceId));
  }

  @Mutation(() => Boolean, { description: 'Ends this session at once, everywhere.' })
  @Can('self:enrol', 'SIGNED_OUT')
  async signOut(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext): Promise<boolean> {
    await this.sessions.signOut(ctx);
    clearCookies(request.reply);
    return true;
  }

  @Mutation(() => Int, { description: 'Ends every session of the person, this one too; answers how many there were.' })
  @Can('self:enrol', 'SIGNED_OUT')
  async signOutEverywhere(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext): Promise<number> {
    const ended = await this.sessions.signOutEverywhere(ctx);
    clearCookies(request.reply);
    return ended;
  }

  @Mutation(() => Boolean, { description: 'Ends one of the person’s own sessions, such as that of a lost device. Errors: NOT_FOUND.' })
  @Can('self:manage', 'SESSION_ENDED')
  async endSession(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id from `mySessions`.' }) id: string): Promise<boolean> {
    await this.sessions.endOne(ctx, id);
    return true;
  }

  @Mutation(() => Int, { description: 'Ends every session of the person but this one; answers how many there were.' })
  @Can('self:manage', 'SESSION_ENDED')
  endOtherSessions(@CurrentCtx() ctx: Ctx): Promise<number> {
    return this.sessions.endOthers(ctx);
  }

  @Query(() => [SessionInfo], { description: 'The person’s live sessions in all practices, newest first.' })
  @Can('self:read')
  async mySessions(@CurrentCtx() ctx: Ctx): Promise<SessionInfo[]> {
    const { sessions, currentHash } = await this.sessions.list(ctx);
    const practices = await this.myPractices(ctx);
    return sessions.map((session) => toSessionInfo(session, { currentHash, practices }));
  }

  @Subscription(() => MySessions, { description: 'The person’s live sessions in all practices: at once, and again whenever one begins or ends. Needs a live session, and ends with it.' })
  @Can('self:read')
  mySessionsChanged(@CurrentCtx() ctx: Ctx): AsyncIterable<LiveEvent<MySessions>> {
    return this.live.of(ctx, [`sessions-of:${ctx.known.userId}`], async (event, version) => ({ version, sessions: await this.mySessions(event) }));
  }

  @Query(() => [PracticeChoice], { description: 'The practices in which the person is an active member; also without a second factor that the practice requires.' })
  @Can('self:enrol')
  async myPractices(@CurrentCtx() ctx: Ctx): Promise<PracticeChoice[]> {
    const practices = await this.accounts.practicesOf(ctx.known.userId);
    return practices.map((practice) => toPracticeChoice(practice, ctx.tenantId));
  }
}

/** What the device has kept of earlier sign-ins. The cookie is of browsers alone: what comes back for a bearer client, scripts can read. */
const kept = (request: RequestContext, { client, deviceToken }: SessionInput): string | undefined =>
  (client === ClientKind.BROWSER ? deviceCookie(request.reply.request) : (deviceToken ?? undefined));

const answerWith = (request: RequestContext, answer: Tokens | PendingSignIn): SignedIn | SecondFactorNeeded =>
  'signInToken' in answer ? toSecondFactorNeeded(answer) : begun(request, answer);

const begun = (request: RequestContext, tokens: Tokens): SignedIn => ({
  ...handOver(request, tokens),
  practices: tokens.practices.map((practice) => toPracticeChoice(practice, tokens.tenantId)),
});
