import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { UuidScalar } from '../platform/graphql/scalars.js';
import { PrescriptionDispensing } from './dispensing.model.js';
import { DispensingsService } from './dispensings.service.js';
import { Prescription, PrescriptionSaved, toPrescription } from './prescription.model.js';

@Resolver(() => Prescription)
export class DispensingsResolver {
  constructor(private readonly service: DispensingsService) {}

  @ResolveField(() => [PrescriptionDispensing], { nullable: true, description: 'What pharmacies said that they handed out of this version, the first recorded first, void ones too. Needs prescriptions:read.' })
  @Can('prescriptions:read')
  @Classified('prescription')
  dispensings(@CurrentCtx() ctx: Ctx, @Parent() { id, patientId }: Prescription): Promise<PrescriptionDispensing[]> {
    return this.service.of(ctx, id, patientId);
  }

  @Mutation(() => PrescriptionSaved, { description: 'Declares a dispensing void, for good: what it said was handed out can be handed out again. Needs prescriptions:write in the chamber of the prescription, and prescriptions:read. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (VOIDED_ALREADY).' })
  @Can('prescriptions:write', 'UPDATED')
  async voidDispensing(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the dispensing.' }) id: string,
    @Args('reason', { description: 'Why, in one line of 1 to 500 characters; it is shown with it.' }) reason: string): Promise<PrescriptionSaved> {
    return { saved: toPrescription(await this.service.void(ctx, id, reason)) };
  }
}
