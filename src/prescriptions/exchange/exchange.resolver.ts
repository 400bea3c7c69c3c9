import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { Prescription, PrescriptionSaved, toPrescription } from '../prescription.model.js';
import { PrescriptionDelivery, PrescriptionExchange, PrescriptionWebhook, SetPrescriptionWebhookInput } from './exchange.model.js';
import { ExchangeService } from './exchange.service.js';

@Resolver(() => Prescription)
export class ExchangeResolver {
  constructor(private readonly exchange: ExchangeService) {}

  @ResolveField(() => [PrescriptionDelivery], { nullable: true, description: 'What another system is told of it, the first queued first. Needs prescriptions:read.' })
  @Can('prescriptions:read')
  @Classified('prescription')
  deliveries(@CurrentCtx() ctx: Ctx, @Parent() { id, patientId }: Prescription): Promise<PrescriptionDelivery[]> {
    return this.exchange.deliveries(ctx, id, patientId);
  }

  @Query(() => PrescriptionExchange, { description: 'Where prescriptions are sent. Needs security:manage.' })
  @Can('security:manage')
  prescriptionExchange(@CurrentCtx() ctx: Ctx): Promise<PrescriptionExchange> {
    return this.exchange.settings(ctx);
  }

  @Mutation(() => PrescriptionWebhook, { description: 'Sends prescriptions to an address from now on, signed with a secret that is new each time: call it again to change the secret. Needs security:manage and a step-up. Errors: STEP_UP_NEEDED, BAD_USER_INPUT.' })
  @Can('security:manage', 'UPDATED', { stepUp: true })
  setPrescriptionWebhook(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Where to, and when.' }) input: SetPrescriptionWebhookInput): Promise<PrescriptionWebhook> {
    return this.exchange.setWebhook(ctx, input);
  }

  @Mutation(() => PrescriptionExchange, { description: 'Sends prescriptions nowhere any more. Needs security:manage and a step-up. Errors: STEP_UP_NEEDED, NOT_FOUND (there is no webhook).' })
  @Can('security:manage', 'UPDATED', { stepUp: true })
  removePrescriptionWebhook(@CurrentCtx() ctx: Ctx): Promise<PrescriptionExchange> {
    return this.exchange.removeWebhook(ctx);
  }

  @Mutation(() => PrescriptionSaved, { description: 'Sends a signed prescription to the system that the practice named, in the background; what was given up is tried anew. The patient must have agreed to exchange. Needs prescriptions:sign in its chamber, and prescriptions:read. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (PRESCRIPTION_STATUS, NO_EXCHANGE, NO_CONSENT).' })
  @Can('prescriptions:sign', 'UPDATED')
  async sendPrescription(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the prescription.' }) id: string): Promise<PrescriptionSaved> {
    return { saved: toPrescription(await this.exchange.send(ctx, id)) };
  }
}
