import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { conflict, forbidden, notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import type { Currency } from '../../platform/money/currency.js';
import { amountIn } from '../../platform/money/money.model.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { refusalOf } from '../billing.errors.js';
import { type CloseDrawerInput, type Drawer, DrawerStatus, MOST_PIECES } from './drawer.model.js';
import { closeDrawer, drawersByIds, drawersFrom, lockDrawer } from './drawer-rows.js';

interface DrawerToClose {
  status: DrawerStatus;
  currency: Currency;
  known: string[];
  is_own: boolean;
  takes: boolean;
  manages: boolean;
}

/** Closes drawers by what was counted in them, which is told before what should be there. */
@Injectable()
export class DrawerClosing {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Counts and closes a drawer, once under an idempotency key. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT (the key, DRAWER_CLOSED, BOOKS_CLOSED). Three round trips. */
  close(ctx: Ctx, input: CloseDrawerInput): Promise<Drawer> {
    const { tenantId } = ctx;
    const { drawerId } = input;
    return this.db.write(ctx, async (tx, [locked, asked]) => {
      const drawer = locked![0] as unknown as DrawerToClose | undefined;
      if (!drawer) throw notFound(['input', 'drawerId']);
      if (!drawer.manages && !(drawer.is_own && drawer.takes)) throw forbidden(drawer.is_own ? 'payments:take' : 'finances:manage');
      const once = onceOf(await this.keyring.of(tenantId), 'closeDrawer', input);
      if (madeBefore(once, asked!)) ctx.action = 'VIEWED';
      else {
        if (drawer.status === DrawerStatus.CLOSED) throw drawerIsClosed();
        const { denominations, pieces } = countIn(input, drawer);
        await tx.group(closeDrawer(tenantId, drawerId, denominations, pieces)).catch((error: unknown) => {
          throw refusalOf(error, 'finances:manage');
        });
        await useUp(tx, tenantId, once, drawerId);
        tx.change('drawer', drawerId, 'status', drawer.status, DrawerStatus.CLOSED);
      }
      tx.record('drawer', drawerId);
      return drawersFrom((await tx.group(drawersByIds(tenantId, [drawerId])))[0])[0]!;
    }, lockDrawer(tenantId, drawerId), askedBefore(tenantId, input.idempotencyKey));
  }
}

const drawerIsClosed = () => conflict('DRAWER_CLOSED', 'The drawer is closed.');

function countIn({ pieces: told }: CloseDrawerInput, { currency, known }: DrawerToClose): { denominations: bigint[]; pieces: number[] } {
  const check = new InputCheck();
  const denominations: bigint[] = [];
  told.forEach(({ denomination, pieces }, index) => {
    const path = ['pieces', String(index)];
    const amount = amountIn(check, [...path, 'denomination'], denomination, currency);
    if (amount !== null && !known.includes(String(amount))) check.blame([...path, 'denomination'], 'NO_SUCH_DENOMINATION');
    else if (amount !== null && denominations.includes(amount)) check.blame([...path, 'denomination'], 'TWICE');
    if (amount !== null) denominations.push(amount);
    if (pieces < 1 || pieces > MOST_PIECES) check.blame([...path, 'pieces'], 'OUT_OF_RANGE', { min: 1, max: MOST_PIECES });
  });
  check.throwIfAny();
  return { denominations, pieces: told.map(({ pieces }) => pieces) };
}
