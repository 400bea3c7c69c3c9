import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { RegisterPasskeyInput, RenamePasskeyInput } from './passkeys.inputs.js';
import { Passkey, PasskeyCeremony, PasskeyRegistered, toPasskey } from './passkeys.model.js';
import { PasskeysService } from './passkeys.service.js';

@Resolver()
export class PasskeysResolver {
  constructor(private readonly passkeys: PasskeysService) {}

  @Mutation(() => PasskeyCeremony, { description: 'Makes a challenge for a new passkey, for this session. For the person alone. Needs a step-up. Errors: STEP_UP_NEEDED.' })
  @Can('self:enrol', 'CHALLENGED', { stepUp: true })
  beginPasskey(@CurrentCtx() ctx: Ctx): Promise<PasskeyCeremony> {
    return this.passkeys.begin(ctx);
  }

  @Mutation(() => PasskeyRegistered, { description: 'Registers the passkey that was made upon `beginPasskey` in the same session. With the account’s first second factor every other session of the person ends. For the person alone. Errors: BAD_USER_INPUT (NOT_ACCEPTED, REGISTERED_ALREADY), CONFLICT (TOO_MANY_PASSKEYS).' })
  @Can('self:enrol', 'CREATED')
  async registerPasskey(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The passkey and its name.' }) input: RegisterPasskeyInput): Promise<PasskeyRegistered> {
    const { passkey, recoveryCodes } = await this.passkeys.register(ctx, input);
    return { passkey: toPasskey(passkey), recoveryCodes };
  }

  @Mutation(() => Passkey, { description: 'Renames one of the person’s own passkeys. Errors: NOT_FOUND.' })
  @Can('self:manage', 'UPDATED')
  async renamePasskey(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which, and the name.' }) input: RenamePasskeyInput): Promise<Passkey> {
    return toPasskey(await this.passkeys.rename(ctx, input));
  }

  @Mutation(() => Boolean, { description: 'Removes one of the person’s own passkeys. Needs a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND, CONFLICT (SECOND_FACTOR_REQUIRED, PASSWORD_TOO_SHORT, LAST_WAY_IN).' })
  @Can('self:manage', 'DELETED', { stepUp: true })
  async removePasskey(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the passkey.' }) id: string): Promise<boolean> {
    await this.passkeys.remove(ctx, id);
    return true;
  }
}
