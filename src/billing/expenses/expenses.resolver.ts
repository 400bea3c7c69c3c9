import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import { Classified } from '../../platform/access/classification.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { listOf } from '../../platform/graphql/cost.js';
import type { Page } from '../../platform/graphql/connection.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { ExpenseCategories } from './expense-categories.service.js';
import { Expense, ExpenseCategory, ExpenseConnection, ExpenseSource, ExpenseStatus, ExpensesArgs, RequestExpenseInput, expenseLimits } from './expense.model.js';
import { ExpenseReceipt, MOST_RECEIPTS } from './expense-receipt.model.js';
import { ExpensesService } from './expenses.service.js';
import { ReceiptsService } from './receipts.service.js';

const ID = { type: () => UuidScalar, description: 'Id of the expense.' };
const VERSION = { type: () => Int, description: 'The `version` that was read; another one answers CONFLICT, but that of what the caller did with it already.' };

@Resolver(() => Expense)
export class ExpensesResolver {
  constructor(
    private readonly service: ExpensesService,
    private readonly categories: ExpenseCategories,
    private readonly receiptsService: ReceiptsService,
  ) {}

  @Query(() => [ExpenseCategory], { description: 'What the practice spends money on: the categories in use by name, and then the others. Needs payments:take.' })
  @Can('payments:take')
  expenseCategories(@CurrentCtx() ctx: Ctx): Promise<ExpenseCategory[]> {
    return this.categories.list(ctx);
  }

  @Mutation(() => ExpenseCategory, { description: `Adds a category of expenses, up to ${expenseLimits.categories} in use. Needs finances:manage in every chamber in use. Errors: FORBIDDEN, BAD_USER_INPUT (TOO_MANY), ALREADY_EXISTS (one in use has the name).` })
  @Can('finances:manage', 'CREATED')
  addExpenseCategory(@CurrentCtx() ctx: Ctx, @Args('name', { description: `What it is called, one line of 1 to ${expenseLimits.category} characters. Reasons of faults: EMPTY, TOO_LONG, CONTROL_CHARACTER, BIDIRECTIONAL_CONTROL, ALREADY_EXISTS.` }) name: string): Promise<ExpenseCategory> {
    return this.categories.add(ctx, name);
  }

  @Mutation(() => ExpenseCategory, { description: 'Takes a category out of use; what was spent on it stays. Needs finances:manage in every chamber in use. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (RETIRED).' })
  @Can('finances:manage', 'UPDATED')
  retireExpenseCategory(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => UuidScalar, description: 'Id of the category.' }) id: string): Promise<ExpenseCategory> {
    return this.categories.retire(ctx, id);
  }

  @Query(() => Expense, { description: 'One expense. Needs payments:take in its chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  expense(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string): Promise<Expense> {
    return this.service.get(ctx, id);
  }

  @Query(() => ExpenseConnection, { description: 'The expenses of a chamber, the last asked for first: all for whoever holds finances:read there, and for anybody else what they asked for themselves. Needs payments:take in the chamber. Errors: NOT_FOUND, FORBIDDEN.' })
  @Can('payments:take')
  expenses(@CurrentCtx() ctx: Ctx, @Args() args: ExpensesArgs): Promise<Page<Expense>> {
    return this.service.page(ctx, args);
  }

  @ResolveField(() => [ExpenseReceipt], { complexity: listOf(MOST_RECEIPTS), description: `Its receipts, the first stored first; PUT /expenses/<id>/receipts?fileName=<name> with content-type application/octet-stream stores one, ${MOST_RECEIPTS} at the most.` })
  @Can('payments:take')
  @Classified('billing')
  receipts(@CurrentCtx() ctx: Ctx, @Parent() { id }: Expense): Promise<ExpenseReceipt[]> {
    return this.receiptsService.of(ctx, id);
  }

  @Mutation(() => Expense, { description: 'Asks for an expense. Above `BillingSettings.expenseLimit`, by all that the same person asked for that day and was paid without an approval, somebody else must approve it before it is paid. Needs payments:take in the chamber. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (all faults at once), CONFLICT (KEY_USED).' })
  @Can('payments:take', 'CREATED')
  requestExpense(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'What for, and how much.' }) input: RequestExpenseInput): Promise<Expense> {
    return this.service.request(ctx, input);
  }

  @Mutation(() => Expense, { description: 'Approves an expense that somebody else asked for. Needs finances:manage in its chamber. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (STALE_VERSION, EXPENSE_STATUS, OWN_APPROVAL, BOOKS_CLOSED).' })
  @Can('finances:manage', 'UPDATED')
  approveExpense(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number): Promise<Expense> {
    return this.service.decide(ctx, id, version, ExpenseStatus.APPROVED);
  }

  @Mutation(() => Expense, { description: 'Rejects an expense that is not paid, for good. Needs payments:take, and finances:manage in its chamber unless the caller asked for it. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (STALE_VERSION, EXPENSE_STATUS, BOOKS_CLOSED).' })
  @Can('payments:take', 'UPDATED')
  rejectExpense(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number): Promise<Expense> {
    return this.service.decide(ctx, id, version, ExpenseStatus.REJECTED);
  }

  @Mutation(() => Expense, { description: 'Pays an expense that is approved, or needs no approval: out of the caller’s open drawer in its chamber with payments:take there; out of the safe or by the bank with finances:manage. Needs payments:take. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (STALE_VERSION, EXPENSE_STATUS, APPROVAL_NEEDED, NO_OPEN_DRAWER, BOOKS_CLOSED).' })
  @Can('payments:take', 'UPDATED')
  payExpense(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args('version', VERSION) version: number,
    @Args('from', { type: () => ExpenseSource, description: 'Out of what.' }) from: ExpenseSource): Promise<Expense> {
    return this.service.pay(ctx, id, version, from);
  }
}
