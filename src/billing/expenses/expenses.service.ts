import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { conflict, forbidden, notFound, staleVersion } from '../../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { InputCheck } from '../../platform/input-check.js';
import { amountIn } from '../../platform/money/money.model.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { approvalNeeded, noDrawer, ownApproval, refusalOf } from '../billing.errors.js';
import { type Desk, askDesk, deskIn, openDeskIn } from '../desk.js';
import { type Expense, ExpenseSource, ExpenseStatus, type ExpensesArgs, type RequestExpenseInput, expenseLimits } from './expense.model.js';
import { type ExpenseRow, type NewExpense, countExpenses, expenseById, expenseRows, insertExpense, lockExpense, pageOfExpenses, stepExpense, toExpense } from './expense-rows.js';

const askCategory = (tenantId: string, categoryId: string, chamberId: string): Statement => ({
  text: 'select c.retired_at is not null as retired, clinic.day_where($1, $3)::text as today from clinic.expense_categories c where c.tenant_id = $1 and c.id = $2', values: [tenantId, categoryId, chamberId],
});

/** What is spent: asked for, approved by somebody else where it is much, and paid. The database refuses what may not be, and posts. */
@Injectable()
export class ExpensesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Asks for an expense, once under an idempotency key. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (the key). */
  request(ctx: Ctx, input: RequestExpenseInput): Promise<Expense> {
    const { tenantId } = ctx;
    const id = uuidv7();
    return this.db.write(ctx, async (tx, [desks, categories, asked]) => {
      const desk = openDeskIn(desks!, 'payments:take');
      const keys = await this.keyring.of(tenantId);
      const once = onceOf(keys, 'requestExpense', input);
      const before = madeBefore(once, asked!);
      if (before) ctx.action = 'VIEWED';
      else {
        await tx.group(insertExpense(tenantId, keys, askedFor(input, id, desk, categories!))).catch(refused);
        await useUp(tx, tenantId, once, id);
      }
      return this.#saved(tx, ctx, before ?? id);
    }, askDesk(tenantId, input.chamberId, 'payments:take'), askCategory(tenantId, input.categoryId, input.chamberId), askedBefore(tenantId, input.idempotencyKey));
  }

  /** Approves an expense that somebody else asked for, or rejects one that is not paid; whoever asked may take it back by rejecting it. Decided before by the caller, it is answered as it is. NOT_FOUND, FORBIDDEN, CONFLICT. */
  decide(ctx: Ctx, id: string, version: number, status: ExpenseStatus.APPROVED | ExpenseStatus.REJECTED): Promise<Expense> {
    const isOwn = (row: ExpenseRow): boolean => row.requested_by === ctx.member.memberId;
    const permit = (row: ExpenseRow): void => {
      if (!row.manages && !(isOwn(row) && status === ExpenseStatus.REJECTED)) throw forbidden('finances:manage');
    };
    return this.#step(ctx, id, version, status, permit, (row) => row.decided_by === ctx.member.memberId, (row) => {
      if (row.status !== ExpenseStatus.REQUESTED && !(row.status === ExpenseStatus.APPROVED && status === ExpenseStatus.REJECTED)) throw expenseIs(row.status);
      if (isOwn(row) && status === ExpenseStatus.APPROVED) throw ownApproval();
      return null;
    });
  }

  /** Pays an expense that is approved, or needs no approval. Paid before by the caller, out of the same, it is answered as it is. NOT_FOUND, FORBIDDEN, CONFLICT. */
  pay(ctx: Ctx, id: string, version: number, from: ExpenseSource): Promise<Expense> {
    const isCash = from === ExpenseSource.DRAWER;
    const permit = (row: ExpenseRow): void => {
      if (!(isCash ? row.takes : row.manages)) throw forbidden(isCash ? 'payments:take' : 'finances:manage');
    };
    return this.#step(ctx, id, version, ExpenseStatus.PAID, permit, (row) => row.paid_by === ctx.member.memberId && row.paid_from === from, (row) => {
      if (row.status !== ExpenseStatus.REQUESTED && row.status !== ExpenseStatus.APPROVED) throw expenseIs(row.status);
      if (row.needs_approval) throw approvalNeeded();
      if (isCash && !row.own_drawer) throw noDrawer();
      return { from, drawerId: isCash ? row.own_drawer : null };
    });
  }

  /** One expense. NOT_FOUND, FORBIDDEN. */
  async get(ctx: Ctx, id: string): Promise<Expense> {
    const [rows] = await this.db.read(ctx, expenseById(ctx.tenantId, id));
    const [row] = expenseRows(rows);
    if (!row) throw notFound();
    if (!row.takes) throw forbidden('payments:take');
    ctx.disclose('expense', id);
    return toExpense(await this.keyring.of(ctx.tenantId, [row.details]), row);
  }

  /** The expenses of a chamber, the last asked for first: all for whoever reads its books, and for anybody else what they asked for. NOT_FOUND, FORBIDDEN. */
  async page(ctx: Ctx, { chamberId, status = null, categoryId = null, ...args }: ExpensesArgs): Promise<Page<Expense>> {
    const { tenantId } = ctx;
    const [desks, found] = await this.db.read(ctx, askDesk(tenantId, chamberId, 'payments:take'), pageOfExpenses(tenantId, chamberId, status, categoryId, args.first + 1, idOfCursor(args.after)));
    deskIn(desks!, 'payments:take', ['chamberId']);
    const rows = expenseRows(found);
    const keys = await this.keyring.of(tenantId, rows.map(({ details }) => details));
    rows.slice(0, args.first).forEach(({ id }) => ctx.disclose('expense', id));
    return pageOf(rows.map((row) => toExpense(keys, row)), args, async () => (await this.db.read(ctx, countExpenses(tenantId, chamberId, status, categoryId)))[0]![0]!['total'] as number);
  }

  // Taken by the caller before, in the same way, the step is not taken again: they ask once more because the answer got lost.
  #step(ctx: Ctx, id: string, version: number, status: ExpenseStatus, permit: (row: ExpenseRow) => void, isTheirs: (row: ExpenseRow) => boolean, paidBy: (row: ExpenseRow) => { from: ExpenseSource; drawerId: string | null } | null): Promise<Expense> {
    return this.db.write(ctx, async (tx, [rows]) => {
      const [row] = expenseRows(rows);
      if (!row) throw notFound();
      permit(row);
      if (row.status === status && row.version === version + 1 && isTheirs(row)) {
        ctx.action = 'VIEWED';
        return this.#saved(tx, ctx, id);
      }
      if (row.version !== version) throw staleVersion();
      const paid = paidBy(row);
      await tx.group(stepExpense(ctx.tenantId, id, status, paid)).catch(refused);
      tx.change('expense', id, 'status', row.status, status);
      return this.#saved(tx, ctx, id);
    }, lockExpense(ctx.tenantId, id));
  }

  async #saved(tx: AuditedTx, ctx: Ctx, id: string): Promise<Expense> {
    tx.record('expense', id);
    const [row] = expenseRows((await tx.group(expenseById(ctx.tenantId, id)))[0]);
    return toExpense(await this.keyring.of(ctx.tenantId, [row!.details]), row!);
  }
}

const expenseIs = (status: ExpenseStatus) => conflict('EXPENSE_STATUS', `The expense is ${status}.`, { status });

function askedFor({ chamberId, categoryId, amount: told, spentOn, description: raw }: RequestExpenseInput, id: string, { currency }: Desk, [category]: Row[]): NewExpense {
  if (!category) throw notFound(['input', 'categoryId']);
  const check = new InputCheck();
  if (category['retired']) check.blame(['categoryId'], 'RETIRED');
  const amount = amountIn(check, ['amount'], told, currency);
  if (spentOn > (category['today'] as string)) check.blame(['spentOn'], 'FUTURE');
  const description = check.line(['description'], raw, expenseLimits.description);
  check.throwIfAny();
  return { id, chamberId, categoryId, amount: amount!, spentOn, description: description! };
}

const refused = (error: unknown): never => {
  throw refusalOf(error, 'finances:manage');
};
