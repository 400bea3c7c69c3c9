import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden } from '../../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { type Money, moneyOf } from '../../platform/money/money.model.js';
import { askDesk, deskIn } from '../desk.js';
import type { Drawer, DrawersArgs } from './drawer.model.js';
import { askHoldings, countDrawers, drawersFrom, pageOfDrawers } from './drawer-rows.js';

/** The drawers of a chamber, and what should be in them, for callers who may read its books. */
@Injectable()
export class DrawersReader {
  constructor(private readonly db: TenantDb) {}

  /** The drawers of a chamber, the last opened first. NOT_FOUND, FORBIDDEN. */
  async page(ctx: Ctx, { chamberId, status = null, openedOn = null, ...args }: DrawersArgs): Promise<Page<Drawer>> {
    const { tenantId } = ctx;
    const [desks, rows] = await this.db.read(ctx, askDesk(tenantId, chamberId, 'finances:read'), pageOfDrawers(tenantId, chamberId, status, openedOn, args.first + 1, idOfCursor(args.after)));
    deskIn(desks!, 'finances:read', ['chamberId']);
    const drawers = drawersFrom(rows);
    drawers.slice(0, args.first).forEach(({ id }) => ctx.disclose('drawer', id));
    return pageOf(drawers, args, async () => (await this.db.read(ctx, countDrawers(tenantId, chamberId, status, openedOn)))[0]![0]!['total'] as number);
  }

  /** What should be in a drawer, read with all that the answer asks for at this moment. FORBIDDEN. */
  async holds(ctx: Ctx, id: string): Promise<Money> {
    const found = (await loadBatched(ctx, this.#holdings, id))!;
    if (!found.may) throw forbidden('finances:read');
    return found.money;
  }

  readonly #holdings = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, { may: boolean; money: Money }>> => {
    const [rows] = await this.db.read(ctx, askHoldings(ctx.tenantId, ids));
    return new Map(rows!.map(({ id, amount, currency, may }) => [id as string, { may: may as boolean, money: moneyOf(amount, currency) }]));
  };
}
