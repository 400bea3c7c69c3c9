import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { EditMessageSettingsInput, MessageSettings } from './settings.model.js';
import { MessageSettingsService } from './settings.service.js';

@Resolver()
export class MessageSettingsResolver {
  constructor(private readonly settings: MessageSettingsService) {}

  @Query(() => MessageSettings, { description: 'When the practice tells its patients. Needs self:read.' })
  @Can('self:read')
  messageSettings(@CurrentCtx() ctx: Ctx): Promise<MessageSettings> {
    return this.settings.read(ctx);
  }

  @Mutation(() => MessageSettings, { description: 'Changes when the practice tells its patients. It holds for what is not sent yet. Needs practice:manage. Errors: CONFLICT (STALE_VERSION), BAD_USER_INPUT (all faults at once).' })
  @Can('practice:manage', 'UPDATED')
  editMessageSettings(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The changes.' }) input: EditMessageSettingsInput): Promise<MessageSettings> {
    return this.settings.edit(ctx, input);
  }
}
