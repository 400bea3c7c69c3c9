import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { DomainError, ErrorCode, badInput, conflict, forbidden, notFound } from '../../platform/errors.js';
import { textFault } from '../../platform/input-check.js';
import { cleanLine } from '../../platform/plain-text.js';
import { askMayWhere } from '../may-where.js';
import { type ExpenseCategory, expenseLimits } from './expense.model.js';

const COLUMNS = 'c.id, c.name, c.retired_at is not null as retired';

const categories = (tenantId: string): Statement => ({ text: `select ${COLUMNS} from clinic.expense_categories c where c.tenant_id = $1 order by c.retired_at is not null, lower(c.name), c.id`, values: [tenantId] });

/** What a practice spends money on, by names of its own. */
@Injectable()
export class ExpenseCategories {
  constructor(private readonly db: TenantDb) {}

  /** The categories in use by name, and then those that are in use no longer. */
  async list(ctx: Ctx): Promise<ExpenseCategory[]> {
    const [rows] = await this.db.read(ctx, categories(ctx.tenantId));
    rows!.forEach(({ id }) => ctx.disclose('expense-category', id as string));
    return rows as unknown as ExpenseCategory[];
  }

  /** Adds a category. FORBIDDEN, BAD_USER_INPUT, ALREADY_EXISTS. */
  add(ctx: Ctx, raw: string): Promise<ExpenseCategory> {
    const name = nameIn(raw);
    return this.db.write(ctx, async (tx, [rights, found]) => {
      mustManage(rights!);
      if (found!.filter(({ retired }) => !retired).length >= expenseLimits.categories) throw badInput([{ path: ['name'], reason: 'TOO_MANY', params: { max: expenseLimits.categories } }]);
      const id = uuidv7();
      await tx.query('insert into clinic.expense_categories (tenant_id, id, name) values ($1, $2, $3)', [ctx.tenantId, id, name]).catch((error: unknown) => {
        throw constraintOf(error) === 'expense_categories__name' ? nameIsTaken() : error;
      });
      tx.record('expense-category', id);
      tx.change('expense-category', id, 'name', null, name);
      return { id, name, retired: false };
    }, askMayWhere(ctx.tenantId, null, 'finances:manage'), categories(ctx.tenantId));
  }

  /** Takes a category out of use; what was spent on it stays. NOT_FOUND, FORBIDDEN, CONFLICT (RETIRED). */
  retire(ctx: Ctx, id: string): Promise<ExpenseCategory> {
    return this.db.write(ctx, async (tx, [rights, found]) => {
      const row = found![0] as unknown as ExpenseCategory | undefined;
      if (!row) throw notFound();
      mustManage(rights!);
      if (row.retired) throw conflict('RETIRED', 'The category was retired.');
      await tx.query('update clinic.expense_categories c set retired_at = now() where c.tenant_id = $1 and c.id = $2', [ctx.tenantId, id]);
      tx.record('expense-category', id);
      tx.change('expense-category', id, 'retired', false, true);
      return { ...row, retired: true };
    }, askMayWhere(ctx.tenantId, null, 'finances:manage'), { text: `select ${COLUMNS} from clinic.expense_categories c where c.tenant_id = $1 and c.id = $2 for no key update`, values: [ctx.tenantId, id] });
  }
}

function mustManage([right]: Row[]): void {
  if (!right!['may']) throw forbidden('finances:manage');
}

const nameIsTaken = () => new DomainError(ErrorCode.ALREADY_EXISTS, 'There is such a category.', { faults: [{ path: ['name'], reason: 'ALREADY_EXISTS' }] });

function nameIn(raw: string): string {
  try {
    return cleanLine(raw, expenseLimits.category);
  } catch (error) {
    throw badInput([textFault(['name'], error)]);
  }
}
