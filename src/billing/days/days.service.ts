import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { constraintOf, sqlState } from '../../platform/database/database-errors.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, conflict } from '../../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { moneyOf } from '../../platform/money/money.model.js';
import { booksClosed, refusalOf } from '../billing.errors.js';
import { askDesk, deskIn } from '../desk.js';
import type { LedgerAccount } from '../ledger/ledger.model.js';
import type { CloseDayInput, DayClosing, DayClosingsArgs } from './day-closing.model.js';

const COLUMNS = `c.id, c.chamber_id, c.local_date::text as local_date, c.totals, t.currency, c.closed_by, c.closed_at`;
const FROM = 'from clinic.day_closings c join clinic.tenants t on t.id = c.tenant_id';

const askDay = (tenantId: string, chamberId: string, day: string): Statement => ({
  text: `
select clinic.day_where($1, $2)::text as today, exists (select from clinic.day_closings c where c.tenant_id = $1 and c.chamber_id = $2 and c.local_date = $3) as closed, clinic.day_obstacles($1, $2, $3) as obstacles`,
  values: [tenantId, chamberId, day],
});

const insertClosing = (tenantId: string, chamberId: string, day: string): Statement => ({ text: 'insert into clinic.day_closings (tenant_id, chamber_id, local_date) values ($1, $2, $3)', values: [tenantId, chamberId, day] });

const closingOf = (tenantId: string, chamberId: string, day: string): Statement => ({ text: `select ${COLUMNS} ${FROM} where c.tenant_id = $1 and c.chamber_id = $2 and c.local_date = $3`, values: [tenantId, chamberId, day] });

const pageOfClosings = (tenantId: string, chamberId: string, count: number, after: string | null): Statement => ({
  text: `
select ${COLUMNS} ${FROM} where c.tenant_id = $1 and c.chamber_id = $2 and ($4::uuid is null or c.local_date < (select a.local_date from clinic.day_closings a where a.tenant_id = $1 and a.id = $4))
order by c.local_date desc limit $3`,
  values: [tenantId, chamberId, count, after],
});

/** Closes the books of days, which take no entry then. */
@Injectable()
export class DaysService {
  constructor(private readonly db: TenantDb) {}

  /** Closes the books of a day. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (BOOKS_CLOSED, DAY_NOT_DONE). */
  close(ctx: Ctx, { chamberId, day }: CloseDayInput): Promise<DayClosing> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [desks, days]) => {
      deskIn(desks!, 'finances:manage', ['input', 'chamberId']);
      const { today, closed, obstacles } = days![0] as { today: string; closed: boolean; obstacles: object };
      if (day > today) throw badInput([{ path: ['input', 'day'], reason: 'FUTURE' }]);
      if (closed) throw booksClosed();
      if (Object.keys(obstacles).length) throw dayIsNotDone(obstacles);
      const [, rows] = await tx.group(insertClosing(tenantId, chamberId, day), closingOf(tenantId, chamberId, day)).catch(refused);
      const closing = toClosing(rows![0]!);
      tx.record('day-closing', closing.id);
      tx.change('day-closing', closing.id, 'day', null, day);
      return closing;
    }, askDesk(tenantId, chamberId, 'finances:manage'), askDay(tenantId, chamberId, day));
  }

  /** The closed days of a chamber, the latest first. NOT_FOUND, FORBIDDEN. */
  async page(ctx: Ctx, { chamberId, ...args }: DayClosingsArgs): Promise<Page<DayClosing>> {
    const { tenantId } = ctx;
    const [desks, rows] = await this.db.read(ctx, askDesk(tenantId, chamberId, 'finances:read'), pageOfClosings(tenantId, chamberId, args.first + 1, idOfCursor(args.after)));
    deskIn(desks!, 'finances:read', ['chamberId']);
    const closings = rows!.map(toClosing);
    closings.slice(0, args.first).forEach(({ id }) => ctx.disclose('day-closing', id));
    return pageOf(closings, args, async () => (await this.db.read(ctx, { text: `select count(*)::integer as total ${FROM} where c.tenant_id = $1 and c.chamber_id = $2`, values: [tenantId, chamberId] }))[0]![0]!['total'] as number);
  }
}

const dayIsNotDone = (obstacles = {}) => conflict('DAY_NOT_DONE', 'Something of the day is still open.', obstacles);

// What came in the way at the last moment.
function refused(error: unknown): never {
  if (constraintOf(error) === 'day_closings__pkey') throw booksClosed();
  throw sqlState(error) === 'SK095' ? dayIsNotDone() : refusalOf(error, 'finances:manage');
}

const toClosing = (row: Row): DayClosing => ({
  id: row['id'] as string, chamberId: row['chamber_id'] as string, day: row['local_date'] as string, closedBy: { id: row['closed_by'] as string }, closedAt: row['closed_at'] as Date,
  totals: Object.entries(row['totals'] as Record<LedgerAccount, Record<'debits' | 'credits' | 'balance', number>>).sort(([a], [b]) => (a < b ? -1 : 1)).map(([account, { debits, credits, balance }]) => ({
    account: account as LedgerAccount, debits: moneyOf(debits, row['currency']), credits: moneyOf(credits, row['currency']), balance: moneyOf(balance, row['currency']),
  })),
});
