import { Injectable } from '@nestjs/common';
import { idOf } from '../../platform/client-id.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { constraintOf } from '../../platform/database/database-errors.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { conflict } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { amountIn } from '../../platform/money/money.model.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { refusalOf } from '../billing.errors.js';
import { askDesk, deskIn, openDeskIn } from '../desk.js';
import { askDrawer } from '../payments/payment-rows.js';
import type { Drawer, OpenDrawerInput } from './drawer.model.js';
import { drawersByIds, drawersFrom } from './drawer-rows.js';

/** The drawers of cashiers. One is open for each cashier and chamber at a time. */
@Injectable()
export class DrawersService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Opens the caller's drawer, once under an idempotency key. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (the key, DRAWER_IS_OPEN, BOOKS_CLOSED). Three round trips. */
  open(ctx: Ctx, input: OpenDrawerInput): Promise<Drawer> {
    const { tenantId } = ctx;
    const id = idOf(null);
    return this.db.write(ctx, async (tx, [desks, drawers, asked]) => {
      const desk = openDeskIn(desks!, 'payments:take');
      const once = onceOf(await this.keyring.of(tenantId), 'openDrawer', input);
      const before = madeBefore(once, asked!);
      if (before) ctx.action = 'VIEWED';
      else {
        if (drawers!.length) throw drawerIsOpen(drawers![0]!['id'] as string);
        const check = new InputCheck();
        const openingFloat = amountIn(check, ['openingFloat'], input.openingFloat, desk.currency, { min: 0n });
        check.throwIfAny();
        await tx.group({ text: 'insert into clinic.drawers (tenant_id, id, chamber_id, opening_float) values ($1, $2, $3, $4)', values: [tenantId, id, desk.chamberId, openingFloat] }).catch((error: unknown) => {
          throw constraintOf(error) === 'drawers__one_open' ? drawerIsOpen() : refusalOf(error, 'payments:take');
        });
        await useUp(tx, tenantId, once, id);
      }
      tx.record('drawer', before ?? id);
      return drawersFrom((await tx.group(drawersByIds(tenantId, [before ?? id])))[0])[0]!;
    }, askDesk(tenantId, input.chamberId, 'payments:take'), askDrawer(tenantId, input.chamberId), askedBefore(tenantId, input.idempotencyKey));
  }

  /** The caller's open drawer in a chamber; null when they have none. NOT_FOUND, FORBIDDEN. */
  async mine(ctx: Ctx, chamberId: string): Promise<Drawer | null> {
    const [desks, open] = await this.db.read(ctx, askDesk(ctx.tenantId, chamberId, 'payments:take'), askDrawer(ctx.tenantId, chamberId));
    deskIn(desks!, 'payments:take', ['chamberId']);
    const id = open![0]?.['id'] as string | undefined;
    if (!id) return null;
    ctx.disclose('drawer', id);
    return drawersFrom((await this.db.read(ctx, drawersByIds(ctx.tenantId, [id])))[0])[0]!;
  }
}

const drawerIsOpen = (drawerId?: string) => conflict('DRAWER_IS_OPEN', 'You have an open drawer in the chamber.', { ...(drawerId && { drawerId }) });
