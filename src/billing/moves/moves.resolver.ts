import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import type { Page } from '../../platform/graphql/connection.js';
import { MoneyMove, MoneyMoveConnection, MoneyMovesArgs, MoveMoneyInput } from './money-move.model.js';
import { MovesService } from './moves.service.js';

@Resolver()
export class MovesResolver {
  constructor(private readonly moves: MovesService) {}

  @Mutation(() => MoneyMove, { description: 'Moves money between the safe of a chamber, its bank and the owner. Needs finances:manage in the chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (KEY_USED, BOOKS_CLOSED).' })
  @Can('finances:manage', 'CREATED')
  moveMoney(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'How much, from where to where.' }) input: MoveMoneyInput): Promise<MoneyMove> {
    return this.moves.move(ctx, input);
  }

  @Query(() => MoneyMoveConnection, { description: 'What was moved in the books of a chamber, the last first. Needs finances:read in the chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('finances:read')
  moneyMoves(@CurrentCtx() ctx: Ctx, @Args() args: MoneyMovesArgs): Promise<Page<MoneyMove>> {
    return this.moves.page(ctx, args);
  }
}
