import { Args, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import type { Page } from '../../platform/graphql/connection.js';
import { LedgerBalance, LedgerBalancesArgs, LedgerEntriesArgs, LedgerEntry, LedgerEntryConnection } from './ledger.model.js';
import { LedgerReader } from './ledger.reader.js';

const WHERE = 'Needs finances:read in the chamber, or in every chamber in use when none is named. Errors: NOT_FOUND, FORBIDDEN.';

@Resolver()
export class LedgerResolver {
  constructor(private readonly ledger: LedgerReader) {}

  @Query(() => [LedgerBalance], { description: `What the accounts of the books stood at, those that were ever posted to; together they are zero. ${WHERE}` })
  @Can('finances:read')
  ledgerBalances(@CurrentCtx() ctx: Ctx, @Args() args: LedgerBalancesArgs): Promise<LedgerBalance[]> {
    return this.ledger.balances(ctx, args);
  }

  @Query(() => LedgerEntryConnection, { description: `The entries of the books, the last day first, and of a day the last posted first; by account, its statement. ${WHERE}` })
  @Can('finances:read')
  ledgerEntries(@CurrentCtx() ctx: Ctx, @Args() args: LedgerEntriesArgs): Promise<Page<LedgerEntry>> {
    return this.ledger.entries(ctx, args);
  }
}
