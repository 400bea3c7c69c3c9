import { Args, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import type { Page } from '../../platform/graphql/connection.js';
import { type Invoice, InvoiceConnection } from '../invoices/invoice.model.js';
import { type Payment, PaymentConnection } from '../payments/payment.model.js';
import { AgedReceivables, FinancialReport, FinancialReportArgs, ReceivablesArgs } from './financial-report.model.js';
import { InvoicesArgs, PaymentsArgs } from './listing.model.js';
import { ListingsReader } from './listings.reader.js';
import { ReportsReader } from './reports.reader.js';

const WHERE = 'Needs finances:read in the chamber, or in every chamber in use when none is named.';

@Resolver()
export class ReportsResolver {
  constructor(
    private readonly reports: ReportsReader,
    private readonly listings: ListingsReader,
  ) {}

  @Query(() => FinancialReport, { description: `What was billed and paid in some days, a day, a month or a year: by chamber, day, method, doctor and discount. ${WHERE} Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (BEFORE_FIRST, TOO_LONG).` })
  @Can('finances:read')
  financialReport(@CurrentCtx() ctx: Ctx, @Args() args: FinancialReportArgs): Promise<FinancialReport> {
    return this.reports.financial(ctx, args);
  }

  @Query(() => [AgedReceivables], { description: `What patients owed at the end of a day, by the age of the invoices; together it is the account RECEIVABLE. ${WHERE} Errors: NOT_FOUND, FORBIDDEN.` })
  @Can('finances:read')
  receivables(@CurrentCtx() ctx: Ctx, @Args() args: ReceivablesArgs): Promise<AgedReceivables[]> {
    return this.reports.receivables(ctx, args);
  }

  @Query(() => InvoiceConnection, { description: `The invoices and credit notes that were issued, the last day first. ${WHERE} Errors: NOT_FOUND, FORBIDDEN.` })
  @Can('finances:read')
  invoices(@CurrentCtx() ctx: Ctx, @Args() args: InvoicesArgs): Promise<Page<Invoice>> {
    return this.listings.invoices(ctx, args);
  }

  @Query(() => PaymentConnection, { description: `The payments that were captured, or those in another status, the last day first. ${WHERE} Errors: NOT_FOUND, FORBIDDEN.` })
  @Can('finances:read')
  payments(@CurrentCtx() ctx: Ctx, @Args() args: PaymentsArgs): Promise<Page<Payment>> {
    return this.listings.payments(ctx, args);
  }
}
