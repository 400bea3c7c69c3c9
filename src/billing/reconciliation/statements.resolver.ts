import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Can } from '../../platform/access/can.decorator.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { CurrentCtx } from '../../platform/context/request-context.js';
import { UuidScalar } from '../../platform/graphql/scalars.js';
import { moneyOf } from '../../platform/money/money.model.js';
import { Payment, toPayment } from '../payments/payment.model.js';
import type { StatementLineRow, StatementRow } from './statement-rows.js';
import { ImportWalletStatementInput, ImportedStatement, StatementLinesArgs, WalletStatement, WalletStatementLine } from './statement.model.js';
import { MOST_LISTED, StatementsService } from './statements.service.js';

const ID = { type: () => UuidScalar, description: 'Id of the statement.' };
const NEEDS = 'Needs finances:read in every chamber in use.';

@Resolver()
export class StatementsResolver {
  constructor(private readonly statements: StatementsService) {}

  @Mutation(() => ImportedStatement, { description: 'Holds a statement of a provider of wallets against the books, and settles what agrees; a file with faults is not taken at all. Needs finances:manage in every chamber in use. Errors: FORBIDDEN, CONFLICT (KEY_USED, STALE_VERSION).' })
  @Can('finances:manage', 'CREATED')
  async importWalletStatement(@CurrentCtx() ctx: Ctx, @Args('input', { description: 'The file.' }) input: ImportWalletStatementInput): Promise<ImportedStatement> {
    const { statement, faults } = await this.statements.import(ctx, input);
    return { statement: statement && toStatement(statement), faults };
  }

  @Query(() => [WalletStatement], { description: `The statements that were imported last, the last first, at most ${MOST_LISTED}. ${NEEDS} Errors: FORBIDDEN.` })
  @Can('finances:read')
  async walletStatements(@CurrentCtx() ctx: Ctx): Promise<WalletStatement[]> {
    return (await this.statements.list(ctx)).map(toStatement);
  }

  @Query(() => WalletStatement, { description: `One statement. ${NEEDS} Errors: NOT_FOUND, FORBIDDEN.` })
  @Can('finances:read')
  async walletStatement(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string): Promise<WalletStatement> {
    return toStatement(await this.statements.get(ctx, id));
  }

  @Query(() => [WalletStatementLine], { description: `Lines of a statement in their order, at most ${MOST_LISTED}; none of one that there is not. ${NEEDS} Errors: NOT_FOUND, FORBIDDEN.` })
  @Can('finances:read')
  async walletStatementLines(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string, @Args() args: StatementLinesArgs): Promise<WalletStatementLine[]> {
    const { currency } = await this.statements.get(ctx, id);
    return (await this.statements.lines(ctx, id, args)).map((row) => toLine(row, currency));
  }

  @Query(() => [Payment], { description: `The payments that were captured within the time of a statement, but that neither it nor another statement has; the first first, at most ${MOST_LISTED}. ${NEEDS} Errors: NOT_FOUND, FORBIDDEN.` })
  @Can('finances:read')
  async paymentsMissingInStatement(@CurrentCtx() ctx: Ctx, @Args('id', ID) id: string): Promise<Payment[]> {
    await this.statements.get(ctx, id);
    return (await this.statements.missing(ctx, id)).map(toPayment);
  }
}

const toStatement = ({ first_at: firstAt, last_at: lastAt, imported_by: by, imported_at: importedAt, currency, findings, id, provider }: StatementRow): WalletStatement => ({
  id, provider, firstAt, lastAt, importedBy: { id: by }, importedAt,
  findings: findings.map(({ finding, lines, amount, fees }) => ({ finding, lines, amount: moneyOf(amount, currency), fees: moneyOf(fees, currency) })),
});

const toLine = ({ transaction_id: transactionId, payment_id: paymentId, refund_id: refundId, amount, fee, ...line }: StatementLineRow, currency: unknown): WalletStatementLine =>
  ({ ...line, transactionId, paymentId, refundId, amount: moneyOf(amount, currency), fee: moneyOf(fee, currency) });
