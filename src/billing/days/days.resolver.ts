import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import type { Page } from '../../platform/graphql/connection.js';
import { CloseDayInput, DayClosing, DayClosingConnection, DayClosingsArgs } from './day-closing.model.js';
import { DaysService } from './days.service.js';

@Resolver()
export class DaysResolver {
  constructor(private readonly days: DaysService) {}

  @Mutation(() => DayClosing, { description: 'Closes the books of a day in a chamber, for good, with their totals: nothing is posted to it any more, whoever tries, and what a provider still brings counts for the next open day. All drawers that were opened until then must be closed. Needs finances:manage in the chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (FUTURE), CONFLICT (BOOKS_CLOSED: it is closed; DAY_NOT_DONE).' })
  @Can('finances:manage', 'CREATED')
  closeDay(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'Which day, and where.' }) input: CloseDayInput): Promise<DayClosing> {
    return this.days.close(ctx, input);
  }

  @Query(() => DayClosingConnection, { description: 'The days of a chamber whose books are closed, the latest first. Needs finances:read in the chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('finances:read')
  dayClosings(@CurrentCtx() ctx: Ctx, @Args() args: DayClosingsArgs): Promise<Page<DayClosing>> {
    return this.days.page(ctx, args);
  }
}
