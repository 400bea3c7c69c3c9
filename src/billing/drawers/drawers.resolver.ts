import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { Drawer, OpenDrawerInput } from './drawer.model.js';
import { DrawersService } from './drawers.service.js';

@Resolver(() => Drawer)
export class DrawersResolver {
  constructor(private readonly drawers: DrawersService) {}

  @Query(() => Drawer, { nullable: true, description: 'The caller’s open drawer in a chamber; null when they have none. Needs payments:take in the chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  myOpenDrawer(@CurrentCtx() ctx: Ctx, @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string): Promise<Drawer | null> {
    return this.drawers.mine(ctx, chamberId);
  }

  @Mutation(() => Drawer, { description: 'Opens the caller’s drawer in a chamber, with change out of the safe. Needs payments:take in the chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (KEY_USED, DRAWER_IS_OPEN, BOOKS_CLOSED).' })
  @Can('payments:take', 'CREATED')
  openDrawer(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Where, and with how much.' }) input: OpenDrawerInput): Promise<Drawer> {
    return this.drawers.open(ctx, input);
  }
}
