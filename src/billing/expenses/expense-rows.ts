import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { moneyOf } from '../../platform/money/money.model.js';
import { memberName } from '../../tenants/member-name.model.js';
import { type Expense, type ExpenseSource, ExpenseStatus, type ExpenseViewerCan } from './expense.model.js';

const TABLE = 'clinic.expenses';

/** A row of `clinic.expenses` with its category, and what the caller may do in its chamber; `bigint` arrives as text. */
export interface ExpenseRow {
  id: string;
  chamber_id: string;
  category_id: string;
  category: string;
  category_retired: boolean;
  amount: string;
  currency: string;
  spent_on: string;
  details: Buffer;
  status: ExpenseStatus;
  needs_approval: boolean;
  requested_by: string;
  requested_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  paid_from: ExpenseSource | null;
  drawer_id: string | null;
  paid_by: string | null;
  paid_on: string | null;
  version: number;
  takes: boolean;
  manages: boolean;
  is_own: boolean;
  /** The caller's open drawer in its chamber. */
  own_drawer: string | null;
}

/** What is sealed in `clinic.expenses.details`. */
interface ExpenseDetails {
  description: string;
}

const COLUMNS = `x.id, x.chamber_id, x.category_id, c.name as category, c.retired_at is not null as category_retired, x.amount, t.currency, x.spent_on::text as spent_on, x.details, x.status,
  clinic.expense_needs_approval(x.tenant_id, x.id) as needs_approval, x.requested_by, x.requested_at, x.decided_by, x.decided_at, x.paid_from, x.drawer_id, x.paid_by, x.paid_on::text as paid_on, x.version,
  clinic.may_in(x.tenant_id, platform.current_member(), x.chamber_id, 'payments:take') as takes, clinic.may_in(x.tenant_id, platform.current_member(), x.chamber_id, 'finances:manage') as manages, x.requested_by = platform.current_member() as is_own,
  (select d.id from clinic.drawers d where d.tenant_id = x.tenant_id and d.chamber_id = x.chamber_id and d.cashier_id = platform.current_member() and d.status = 'OPEN') as own_drawer`;
const FROM = `from ${TABLE} x join clinic.expense_categories c on c.tenant_id = x.tenant_id and c.id = x.category_id join clinic.tenants t on t.id = x.tenant_id`;

export const expenseById = (tenantId: string, id: string): Statement => ({ text: `select ${COLUMNS} ${FROM} where x.tenant_id = $1 and x.id = $2`, values: [tenantId, id] });

/** The same, locked. */
export const lockExpense = (tenantId: string, id: string): Statement => ({ text: `select ${COLUMNS} ${FROM} where x.tenant_id = $1 and x.id = $2 for no key update of x`, values: [tenantId, id] });

// $2 chamber, $3 status or null, $4 category or null. Whoever does not read the books sees what they asked for themselves.
const LISTED = `${FROM} where x.tenant_id = $1 and x.chamber_id = $2 and ($3::text is null or x.status = $3) and ($4::uuid is null or x.category_id = $4)
  and (x.requested_by = platform.current_member() or (select clinic.may_in($1, platform.current_member(), $2, 'finances:read')))`;

/** `count` expenses of a chamber after one of them, the last asked for first. */
export const pageOfExpenses = (tenantId: string, chamberId: string, status: ExpenseStatus | null, categoryId: string | null, count: number, after: string | null): Statement => ({
  text: `
select ${COLUMNS} ${LISTED} and ($6::uuid is null or (x.requested_at, x.id) < (select a.requested_at, a.id from ${TABLE} a where a.tenant_id = $1 and a.id = $6))
order by x.requested_at desc, x.id desc limit $5`,
  values: [tenantId, chamberId, status, categoryId, count, after],
});

/** How many expenses there are: a row of `total`. */
export const countExpenses = (tenantId: string, chamberId: string, status: ExpenseStatus | null, categoryId: string | null): Statement =>
  ({ text: `select count(*)::integer as total ${LISTED}`, values: [tenantId, chamberId, status, categoryId] });

/** An expense to ask for; the amount in minor units. */
export interface NewExpense extends ExpenseDetails {
  id: string;
  chamberId: string;
  categoryId: string;
  amount: bigint;
  spentOn: string;
}

/** Asks for an expense, sealed. */
export const insertExpense = (tenantId: string, keys: ScopeKeys, { id, chamberId, categoryId, amount, spentOn, description }: NewExpense): Statement => ({
  text: `insert into ${TABLE} (tenant_id, id, chamber_id, category_id, amount, spent_on, details) values ($1, $2, $3, $4, $5, $6, $7)`,
  values: [tenantId, id, chamberId, categoryId, amount, spentOn, keys.seal(TABLE, id, 'details', { description } satisfies ExpenseDetails)],
});

/** Takes an expense a step; the database stamps who and when, and posts. */
export const stepExpense = (tenantId: string, id: string, status: ExpenseStatus, paid: { from: ExpenseSource; drawerId: string | null } | null): Statement => ({
  text: `update ${TABLE} x set status = $3, paid_from = $4, drawer_id = $5, version = x.version + 1 where x.tenant_id = $1 and x.id = $2`,
  values: [tenantId, id, status, paid?.from ?? null, paid?.drawerId ?? null],
});

/** The rows of a statement, as what they are. */
export const expenseRows = (rows: Row[] | undefined): ExpenseRow[] => (rows ?? []) as unknown as ExpenseRow[];

const viewerCan = ({ status, needs_approval, takes, manages, is_own, own_drawer }: ExpenseRow): ExpenseViewerCan => {
  const isRequested = status === ExpenseStatus.REQUESTED;
  const isApproved = status === ExpenseStatus.APPROVED;
  const isPayable = isApproved || (isRequested && !needs_approval);
  return { approve: isRequested && manages && !is_own, reject: (isRequested || isApproved) && (manages || is_own), payFromDrawer: isPayable && takes && own_drawer !== null, payOtherwise: isPayable && takes && manages };
};

/** Opens a row. */
export const toExpense = (keys: ScopeKeys, row: ExpenseRow): Expense => ({
  id: row.id, chamberId: row.chamber_id, category: { id: row.category_id, name: row.category, retired: row.category_retired }, amount: moneyOf(row.amount, row.currency), spentOn: row.spent_on,
  ...keys.open<ExpenseDetails>(TABLE, row.id, 'details', row.details), status: row.status, needsApproval: row.needs_approval, requestedBy: { id: row.requested_by }, requestedAt: row.requested_at,
  decidedBy: memberName(row.decided_by), decidedAt: row.decided_at, paidFrom: row.paid_from, drawerId: row.drawer_id, paidBy: memberName(row.paid_by),
  paidOn: row.paid_on, version: row.version, viewerCan: viewerCan(row),
});
