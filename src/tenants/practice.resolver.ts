import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../platform/access/can.decorator.js';
import type { Ctx } from '../platform/context/ctx.js';
import { CurrentCtx } from '../platform/context/request-context.js';
import { Viewer } from './member.model.js';
import { RenamePracticeInput } from './practice.inputs.js';
import { Practice } from './practice.model.js';
import { Standing } from './role.model.js';
import { PracticeService } from './practice.service.js';

@Resolver()
export class PracticeResolver {
  constructor(private readonly practice: PracticeService) {}

  @Query(() => Viewer, { description: 'Who is asking, where, and what they may do.' })
  @Can('self:read')
  viewer(@CurrentCtx() ctx: Ctx): Promise<Viewer> {
    return this.practice.viewer(ctx);
  }

  @Mutation(() => Practice, { description: 'Renames the practice. Needs practice:manage. Errors: CONFLICT.' })
  @Can('practice:manage', 'UPDATED')
  renamePractice(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The name.' }) input: RenamePracticeInput): Promise<Practice> {
    return this.practice.rename(ctx, input);
  }

  @Mutation(() => Practice, { description: 'Says which roles need a second factor, at the next request of each already: instead of what was said before. Only an owner can leave out a role that was among them, and every owner gets a mail of it. Needs security:manage and a step-up. Errors: STEP_UP_NEEDED, ABOVE_OWN_RIGHTS.' })
  @Can('security:manage', 'UPDATED', { stepUp: true })
  requireSecondFactor(@CurrentCtx() ctx: Ctx,
    @Args('roles', { type: () => [Standing], description: 'Whoever is one of these; none for nobody.' }) roles: Standing[]): Promise<Practice> {
    return this.practice.requireSecondFactor(ctx, roles);
  }
}
