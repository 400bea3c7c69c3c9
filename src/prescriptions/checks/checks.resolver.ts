import { Args, Int, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { Prescription, PrescriptionSaved, toPrescription } from '../prescription.model.js';
import { PrescriptionCheck, toCheck } from './check.model.js';
import { ChecksService } from './checks.service.js';

@Resolver(() => Prescription)
export class ChecksResolver {
  constructor(private readonly service: ChecksService) {}

  @ResolveField(() => PrescriptionCheck, { nullable: true, description: 'The last check; null when it was never checked. Needs prescriptions:read.' })
  @Can('prescriptions:read')
  @Classified('prescription')
  async checks(@CurrentCtx() ctx: Ctx, @Parent() { id }: Prescription): Promise<PrescriptionCheck | null> {
    const check = await this.service.last(ctx, id);
    return check && toCheck(check);
  }

  @Mutation(() => PrescriptionSaved, { description: 'Checks a draft as it stands, for allergies, duplicates, interactions, age, pregnancy and doses, and keeps what is found: `prescription { checks { … } }`. What could not be checked is told too. Needs prescriptions:write in its chamber, and prescriptions:read. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (another version, or PRESCRIPTION_STATUS).' })
  @Can('prescriptions:write', 'CREATED')
  async checkPrescription(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the draft.' }) id: string,
    @Args('version', { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT.' }) version: number): Promise<PrescriptionSaved> {
    return { saved: toPrescription(await this.service.check(ctx, id, version)) };
  }
}
