import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { Currency } from '../../platform/money/currency.js';
import { moneyOf } from '../../platform/money/money.model.js';
import { paymentColumns, paymentsFrom } from '../payments/payment-rows.js';
import type { Drawer, DrawerStatus } from './drawer.model.js';

/** A row of `clinic.drawers`; `bigint` arrives as text. */
interface DrawerRow {
  id: string;
  chamber_id: string;
  cashier_id: string;
  status: DrawerStatus;
  opening_float: string;
  currency: Currency;
  local_date: string;
  opened_at: Date;
  denominations: string[] | null;
  pieces: number[] | null;
  counted: string | null;
  expected: string | null;
  closed_by: string | null;
  closed_at: Date | null;
  closed_on: string | null;
}

const COLUMNS = `d.id, d.chamber_id, d.cashier_id, d.status, d.opening_float, t.currency, d.local_date::text as local_date, d.opened_at,
  d.denominations::text[] as denominations, d.pieces, d.counted, d.expected, d.closed_by, d.closed_at, d.closed_on::text as closed_on`;
const FROM = 'from clinic.drawers d join clinic.tenants t on t.id = d.tenant_id';

export const drawersByIds = (tenantId: string, ids: readonly string[]): Statement => ({ text: `select ${COLUMNS} ${FROM} where d.tenant_id = $1 and d.id = any ($2::uuid[])`, values: [tenantId, ids] });

/** A drawer to close, locked: its row with `is_own`, and whether the caller `takes` payments and `manages` finances in its chamber. */
export const lockDrawer = (tenantId: string, id: string): Statement => ({
  text: `
select d.status, t.currency, clinic.denominations(t.currency)::text[] as known, d.cashier_id = platform.current_member() as is_own,
  clinic.may_in($1, platform.current_member(), d.chamber_id, 'payments:take') as takes, clinic.may_in($1, platform.current_member(), d.chamber_id, 'finances:manage') as manages
${FROM} where d.tenant_id = $1 and d.id = $2 for no key update of d`,
  values: [tenantId, id],
});

/** Closes a drawer by what was counted; the database reckons, stamps and posts. */
export const closeDrawer = (tenantId: string, id: string, denominations: readonly bigint[], pieces: readonly number[]): Statement =>
  ({ text: `update clinic.drawers d set status = 'CLOSED', denominations = $3, pieces = $4 where d.tenant_id = $1 and d.id = $2`, values: [tenantId, id, denominations, pieces] });

/** Which drawers of a chamber are listed: all, or the caller's own. */
export interface ListedDrawers {
  chamberId: string;
  own: boolean;
  status: DrawerStatus | null;
  openedOn: string | null;
}

const listed = ({ own }: ListedDrawers): string => `${FROM} where d.tenant_id = $1 and d.chamber_id = $2 and ($3::text is null or d.status = $3) and ($4::date is null or d.local_date = $4) ${own ? 'and d.cashier_id = platform.current_member()' : ''}`;
const ofListed = (tenantId: string, { chamberId, status, openedOn }: ListedDrawers): unknown[] => [tenantId, chamberId, status, openedOn];

/** `count` drawers of a chamber after one of them, the last opened first. */
export const pageOfDrawers = (tenantId: string, which: ListedDrawers, count: number, after: string | null): Statement => ({
  text: `
select ${COLUMNS} ${listed(which)} and ($6::uuid is null or (d.opened_at, d.id) < (select a.opened_at, a.id from clinic.drawers a where a.tenant_id = $1 and a.id = $6))
order by d.opened_at desc, d.id desc limit $5`,
  values: [...ofListed(tenantId, which), count, after],
});

/** How many drawers there are: a row of `total`. */
export const countDrawers = (tenantId: string, which: ListedDrawers): Statement => ({ text: `select count(*)::integer as total ${listed(which)}`, values: ofListed(tenantId, which) });

// What was paid to the cashier of a drawer `d` while it was open. Its cash is told of with what should be in it: not before the count, to whoever counts.
const TAKINGS = `(
  select p.id, p.captured_at from clinic.payments p where p.tenant_id = $1 and p.drawer_id = d.id and p.status = 'CAPTURED' and (d.status <> 'OPEN' or d.cashier_id is distinct from platform.current_member())
  union all
  select p.id, p.captured_at from clinic.payments p
  where p.tenant_id = $1 and p.taken_by = d.cashier_id and p.captured_at between d.opened_at and coalesce(d.closed_at, 'infinity') and p.chamber_id = d.chamber_id and p.method <> 'CASH') k`;

/** `count` payments of each of these drawers after one of them, the last first; each with `of`, the id of its drawer. */
export const pagesOfTakings = (tenantId: string, drawerIds: readonly string[], count: number, after: string | null): Statement => ({
  text: `
select ${paymentColumns}, s.of ${paymentsFrom} join (
  select d.id as of, k.* from clinic.drawers d cross join lateral (
    select k.* from ${TAKINGS} where $4::uuid is null or (k.captured_at, k.id) < (select a.captured_at, a.id from clinic.payments a where a.tenant_id = $1 and a.id = $4) order by k.captured_at desc, k.id desc limit $3) k
  where d.tenant_id = $1 and d.id = any ($2::uuid[])) s on s.id = p.id
where p.tenant_id = $1 order by p.captured_at desc, p.id desc`,
  values: [tenantId, drawerIds, count, after],
});

/** How many there are of each: rows of `id` and `total`. */
export const countsOfTakings = (tenantId: string, drawerIds: readonly string[]): Statement =>
  ({ text: `select d.id, (select count(*) from ${TAKINGS})::integer as total from clinic.drawers d where d.tenant_id = $1 and d.id = any ($2::uuid[])`, values: [tenantId, drawerIds] });

/** What should be in drawers, and whether the caller `may` know: rows of `id`, `amount` (null of their own while it is open) and `currency`. */
export const askHoldings = (tenantId: string, ids: readonly string[]): Statement => ({
  text: `
select d.id, clinic.drawer_holds($1, d.id) as amount, t.currency, clinic.may_in($1, platform.current_member(), d.chamber_id, 'finances:read') as may
${FROM} where d.tenant_id = $1 and d.id = any ($2::uuid[])`,
  values: [tenantId, ids],
});

/** The drawers of rows that one of the statements above gave. */
export const drawersFrom = (rows: Row[] | undefined): Drawer[] => (rows as unknown as DrawerRow[]).map((row) => ({
  id: row.id, chamberId: row.chamber_id, cashier: { id: row.cashier_id }, status: row.status, openingFloat: moneyOf(row.opening_float, row.currency), openedOn: row.local_date, openedAt: row.opened_at,
  count: row.closed_at === null ? null : {
    pieces: row.denominations!.map((denomination, index) => ({ denomination: moneyOf(denomination, row.currency), pieces: row.pieces![index]! })),
    counted: moneyOf(row.counted, row.currency), expected: moneyOf(row.expected, row.currency), variance: moneyOf(BigInt(row.counted!) - BigInt(row.expected!), row.currency),
    by: { id: row.closed_by! }, at: row.closed_at, on: row.closed_on!,
  },
}));
