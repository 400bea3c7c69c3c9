import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { groupsOf, keyOf } from '../../platform/database/batch-keys.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden } from '../../platform/errors.js';
import { gathered } from '../../platform/gathered.js';
import { type Page, type PageArgs, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { type Money, moneyOf } from '../../platform/money/money.model.js';
import { askDesk, deskIn } from '../desk.js';
import { type PaymentRecord, openPayment, paymentRows } from '../payments/payment-rows.js';
import { type Payment, toPayment } from '../payments/payment.model.js';
import type { Drawer, DrawersArgs } from './drawer.model.js';
import { askHoldings, countDrawers, countsOfTakings, drawersFrom, pageOfDrawers, pagesOfTakings } from './drawer-rows.js';

type Which = [count: number, after: string | null];

/** Drawers, what should be in them, and what was paid while they were open. */
@Injectable()
export class DrawersReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** The drawers of a chamber, the last opened first, for callers who may read its books. NOT_FOUND, FORBIDDEN. */
  page(ctx: Ctx, args: DrawersArgs): Promise<Page<Drawer>> {
    return this.#page(ctx, args, 'finances:read', false);
  }

  /** The caller's own of those, for callers who take payments there. NOT_FOUND, FORBIDDEN. */
  own(ctx: Ctx, args: DrawersArgs): Promise<Page<Drawer>> {
    return this.#page(ctx, args, 'payments:take', true);
  }

  /** What should be in a drawer, read with all that the answer asks for at this moment; null of the caller's own while it is open. FORBIDDEN. */
  async holds(ctx: Ctx, id: string): Promise<Money | null> {
    const found = (await loadBatched(ctx, this.#holdings, id))!;
    if (!found.may) throw forbidden('finances:read');
    return found.money;
  }

  /** What its cashier was paid while a drawer was open, the last first; of the caller's own the cash only once it is closed. */
  async payments(ctx: Ctx, id: string, { first, after }: PageArgs): Promise<Page<Payment>> {
    const which: Which = [first + 1, idOfCursor(after)];
    const records = (await loadBatched(ctx, this.#takings, keyOf(id, which))) ?? [];
    records.slice(0, first).forEach(({ row }) => ctx.disclose('payment', row.id, row.patient_id));
    return pageOf(records.map(toPayment), { first, after }, async () => (await loadBatched(ctx, this.#counts, id)) ?? 0);
  }

  async #page(ctx: Ctx, { chamberId, status = null, openedOn = null, ...args }: DrawersArgs, permission: 'finances:read' | 'payments:take', own: boolean): Promise<Page<Drawer>> {
    const { tenantId } = ctx;
    const which = { chamberId, own, status, openedOn };
    const [desks, rows] = await this.db.read(ctx, askDesk(tenantId, chamberId, permission), pageOfDrawers(tenantId, which, args.first + 1, idOfCursor(args.after)));
    deskIn(desks!, permission, ['chamberId']);
    const drawers = drawersFrom(rows);
    drawers.slice(0, args.first).forEach(({ id }) => ctx.disclose('drawer', id));
    return pageOf(drawers, args, async () => (await this.db.read(ctx, countDrawers(tenantId, which)))[0]![0]!['total'] as number);
  }

  readonly #holdings = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, { may: boolean; money: Money | null }>> => {
    const [rows] = await this.db.read(ctx, askHoldings(ctx.tenantId, ids));
    return new Map(rows!.map(({ id, amount, currency, may }) => [id as string, { may: may as boolean, money: amount === null ? null : moneyOf(amount, currency) }]));
  };

  readonly #takings = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, PaymentRecord[]>> => {
    const groups = groupsOf<Which>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds: drawerIds }) => pagesOfTakings(ctx.tenantId, drawerIds, ...which)));
    const pages = await Promise.all(groups.map(async ({ which }, index) => {
      const byDrawer = gathered(found[index]!, (row: Row) => keyOf(row['of'] as string, which));
      return Promise.all([...byDrawer].map(async ([key, rows]): Promise<[string, PaymentRecord[]]> => [key, await this.#open(ctx, rows)]));
    }));
    return new Map(pages.flat());
  };

  readonly #counts = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, number>> => {
    const [rows] = await this.db.read(ctx, countsOfTakings(ctx.tenantId, ids));
    return new Map(rows!.map(({ id, total }) => [id as string, total as number]));
  };

  async #open(ctx: Ctx, found: Row[]): Promise<PaymentRecord[]> {
    const rows = paymentRows(found);
    const keys = await this.keyring.of(ctx.tenantId, rows.map(({ details }) => details));
    return rows.map((row) => openPayment(keys, row));
  }
}
