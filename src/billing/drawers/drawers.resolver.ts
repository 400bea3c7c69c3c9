import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { type Page, PageArgs } from '../../platform/graphql/connection.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { Money } from '../../platform/money/money.model.js';
import { type Payment, PaymentConnection } from '../payments/payment.model.js';
import { DrawerClosing } from './drawer-closing.service.js';
import { CloseDrawerInput, Drawer, DrawerConnection, DrawersArgs, OpenDrawerInput } from './drawer.model.js';
import { DrawersReader } from './drawers.reader.js';
import { DrawersService } from './drawers.service.js';

@Resolver(() => Drawer)
export class DrawersResolver {
  constructor(
    private readonly service: DrawersService,
    private readonly closing: DrawerClosing,
    private readonly reader: DrawersReader,
  ) {}

  @Query(() => Drawer, { nullable: true, description: 'The caller’s open drawer in a chamber; null when they have none. Needs payments:take in the chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  myOpenDrawer(@CurrentCtx() ctx: Ctx, @Args('chamberId', { type: () => UuidScalar, description: 'Id of the chamber.' }) chamberId: string): Promise<Drawer | null> {
    return this.service.mine(ctx, chamberId);
  }

  @Mutation(() => Drawer, { description: 'Opens the caller’s drawer in a chamber, with change out of the safe. Needs payments:take in the chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (KEY_USED, DRAWER_IS_OPEN, BOOKS_CLOSED).' })
  @Can('payments:take', 'CREATED')
  openDrawer(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Where, and with how much.' }) input: OpenDrawerInput): Promise<Drawer> {
    return this.service.open(ctx, input);
  }

  @Mutation(() => Drawer, { description: 'Closes a drawer, by what was counted in it; only then is told what should have been there. What was counted goes into the safe of the chamber, and what is over or short is posted. Needs payments:take in the chamber for one’s own drawer, and finances:manage there for anybody’s. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (KEY_USED, DRAWER_CLOSED, BOOKS_CLOSED).' })
  @Can('payments:take', 'UPDATED')
  closeDrawer(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which, and what was counted.' }) input: CloseDrawerInput): Promise<Drawer> {
    return this.closing.close(ctx, input);
  }

  @Query(() => DrawerConnection, { description: 'The drawers of a chamber, the last opened first. Needs finances:read in the chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('finances:read')
  drawers(@CurrentCtx() ctx: Ctx, @Args() args: DrawersArgs): Promise<Page<Drawer>> {
    return this.reader.page(ctx, args);
  }

  @Query(() => DrawerConnection, { description: 'The caller’s own drawers in a chamber, open and closed, the last opened first. Needs payments:take in the chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  myDrawers(@CurrentCtx() ctx: Ctx, @Args() args: DrawersArgs): Promise<Page<Drawer>> {
    return this.reader.own(ctx, args);
  }

  @ResolveField(() => Money, { nullable: true, description: 'What should be in it by the books: nothing once it is closed. Null of the caller’s own while it is open: whoever counts is not told before. Needs finances:read in its chamber; without it this field alone is null, with an error FORBIDDEN.' })
  @Can('finances:read')
  @Classified('books')
  holds(@CurrentCtx() ctx: Ctx, @Parent() { id }: Drawer): Promise<Money | null> {
    return this.reader.holds(ctx, id);
  }

  @ResolveField(() => PaymentConnection, { description: 'What its cashier was paid in its chamber while it was open, by whatever method, the last first. Of the caller’s own the cash is listed only once it is closed: it is counted before. Needs payments:take.' })
  @Can('payments:take')
  @Classified('billing')
  payments(@CurrentCtx() ctx: Ctx, @Parent() { id }: Drawer, @Args() args: PageArgs): Promise<Page<Payment>> {
    return this.reader.payments(ctx, id, args);
  }
}
