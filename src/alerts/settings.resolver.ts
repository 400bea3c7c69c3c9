import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { AlertSettings, AlertWebhook, EditAlertSettingsInput } from './settings.model.js';
import { AlertSettingsService } from './settings.service.js';

@Resolver()
export class AlertSettingsResolver {
  constructor(private readonly settings: AlertSettingsService) {}

  @Query(() => AlertSettings, { description: 'What the practice is alerted of. Needs security:manage.' })
  @Can('security:manage')
  alertSettings(@CurrentCtx() ctx: Ctx): Promise<AlertSettings> {
    return this.settings.read(ctx);
  }

  @Mutation(() => AlertSettings, { description: 'Changes what the practice is alerted of. All owners get a mail that says who changed what. Needs security:manage and a step-up. Errors: STEP_UP_NEEDED, CONFLICT, BAD_USER_INPUT (all faults at once).' })
  @Can('security:manage', 'UPDATED', { stepUp: true })
  editAlertSettings(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The changes.' }) input: EditAlertSettingsInput): Promise<AlertSettings> {
    return this.settings.edit(ctx, input);
  }

  @Mutation(() => AlertWebhook, { description: 'Sends alerts to an address as they are raised, signed with a secret that is new each time: call it again to change the secret. All owners get a mail. Needs security:manage and a step-up. Errors: STEP_UP_NEEDED, BAD_USER_INPUT.' })
  @Can('security:manage', 'UPDATED', { stepUp: true })
  setAlertWebhook(@CurrentCtx() ctx: Ctx,
    @Args('url', { description: 'An address on the public internet, of up to 500 characters; https in production. Reasons of faults: NOT_A_URL, HTTPS_REQUIRED, NOT_PUBLIC.' }) url: string): Promise<AlertWebhook> {
    return this.settings.setWebhook(ctx, url);
  }

  @Mutation(() => AlertSettings, { description: 'Sends alerts nowhere any more. All owners get a mail. Needs security:manage and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND (there is no webhook).' })
  @Can('security:manage', 'UPDATED', { stepUp: true })
  removeAlertWebhook(@CurrentCtx() ctx: Ctx): Promise<AlertSettings> {
    return this.settings.removeWebhook(ctx);
  }

  @Mutation(() => Boolean, { description: 'Sends a message of type `alert.test` to the webhook, in the background; one that still waits is replaced. Needs security:manage and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND (there is no webhook).' })
  @Can('security:manage', 'UPDATED', { stepUp: true })
  testAlertWebhook(@CurrentCtx() ctx: Ctx): Promise<boolean> {
    return this.settings.testWebhook(ctx);
  }
}
