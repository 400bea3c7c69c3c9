import { Args, Int, Mutation, Resolver } from '@nestjs/graphql';
import { Can, Public } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx, CurrentRequest, type RequestContext } from '../../platform/context/request-context.js';
import { deviceCookie } from '../cookies.js';
import { LINK_MINUTES, PAUSE_MINUTES } from './password-rows.js';
import { PasswordResetsService } from './password-resets.service.js';
import { ChangePasswordInput, RequestPasswordResetInput, ResetPasswordInput, SetPasswordInput } from './passwords.inputs.js';
import { PasswordsService } from './passwords.service.js';

@Resolver()
export class PasswordsResolver {
  constructor(
    private readonly passwords: PasswordsService,
    private readonly resets: PasswordResetsService,
  ) {}

  @Mutation(() => Int, { description: 'Changes the person’s own password, ends every other session of theirs, and mails them; answers how many sessions were ended. Needs a step-up. Errors: STEP_UP_NEEDED, SIGN_IN_REFUSED (the current password is wrong), THROTTLED, BAD_USER_INPUT, CONFLICT (NO_PASSWORD).' })
  @Can('self:manage', 'PASSWORD_CHANGED', { stepUp: true })
  changePassword(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The password there is, and the new one.' }) input: ChangePasswordInput): Promise<number> {
    return this.passwords.change(ctx, input);
  }

  @Mutation(() => Int, { description: 'Gives the person’s own account a password where it has none, ends every other session of theirs, and mails them; answers how many sessions were ended. Needs a step-up. Errors: STEP_UP_NEEDED, SIGN_IN_REFUSED (somebody set one meanwhile), BAD_USER_INPUT, CONFLICT (PASSWORD_SET).' })
  @Can('self:manage', 'PASSWORD_CHANGED', { stepUp: true })
  setPassword(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The password.' }) input: SetPasswordInput): Promise<number> {
    return this.passwords.set(ctx, input.newPassword);
  }

  @Mutation(() => Boolean, { description: `Mails a link to set a new password, if there is such an account and it is a member of any practice; the answer is always true. The link works once, for ${LINK_MINUTES} minutes, unless a newer one was mailed; none is within ${PAUSE_MINUTES} minutes of the last one, which works meanwhile. Errors: THROTTLED.` })
  @Public('who has forgotten the password cannot sign in', 'RESET_REQUESTED')
  async requestPasswordReset(@CurrentCtx() ctx: Ctx, @CurrentRequest() request: RequestContext,
    @Args('input', { description: 'Whose.' }) { email }: RequestPasswordResetInput): Promise<boolean> {
    await this.resets.request(ctx, email, deviceCookie(request.reply.request));
    return true;
  }

  @Mutation(() => Boolean, { description: 'Sets a new password by the code of a mailed link and ends every session of the person; then sign in, with the second factor of whoever has one. A password that is refused does not use the link up. Errors: SIGN_IN_REFUSED (the code does not work, or no longer), THROTTLED, BAD_USER_INPUT.' })
  @Public('the mailed code is the credential', 'PASSWORD_CHANGED')
  async resetPassword(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Code and new password.' }) input: ResetPasswordInput): Promise<boolean> {
    await this.resets.reset(ctx, input);
    return true;
  }
}
