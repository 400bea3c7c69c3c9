import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { Chamber } from '../../tenants/chamber.model.js';
import { FacilityLicence, SetFacilityLicenceInput } from './facility-licence.model.js';
import { FacilityLicencesService } from './facility-licences.service.js';

@Resolver(() => Chamber)
export class FacilityLicencesResolver {
  constructor(private readonly service: FacilityLicencesService) {}

  @ResolveField(() => FacilityLicence, { nullable: true, description: 'The licence under which it bills insurers in the United Arab Emirates; null when nobody told. Needs self:read.' })
  @Can('self:read')
  @Classified('practice')
  facilityLicence(@CurrentCtx() ctx: Ctx, @Parent() { id }: Chamber): Promise<FacilityLicence | null> {
    return this.service.of(ctx, id);
  }

  @Mutation(() => FacilityLicence, { description: 'Tells under which licence a chamber bills insurers. Needs chambers:manage in the chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (STALE_VERSION).' })
  @Can('chambers:manage', 'UPDATED')
  setFacilityLicence(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The licence.' }) input: SetFacilityLicenceInput): Promise<FacilityLicence> {
    return this.service.set(ctx, input);
  }
}
