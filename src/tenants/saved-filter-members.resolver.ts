import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { SavedAuditFilter } from '../audit/saved-filter.model.js';
import { Can } from '../platform/access/can.decorator.js';
import { Classified } from '../platform/access/classification.js';
import { MemberName } from './member-name.model.js';

@Resolver(() => SavedAuditFilter)
export class SavedFilterMembersResolver {
  @ResolveField(() => MemberName, { description: 'Who saved it.' })
  @Can('audit:read')
  @Classified('trail')
  savedBy(@Parent() { savedById }: SavedAuditFilter): MemberName {
    return { id: savedById };
  }
}
