import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import type { Row } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { askDesk, deskIn } from '../desk.js';
import { countDeposits, depositsByIds, depositsFrom, depositsOfAppointments, pageOfDeposits } from './deposit-rows.js';
import type { Deposit, DepositsArgs } from './deposit.model.js';

/** Reads deposits that were paid, for callers who may see them. */
@Injectable()
export class DepositsReader {
  constructor(private readonly db: TenantDb) {}

  /** One deposit, read with all that the answer asks for at this moment; NOT_FOUND, FORBIDDEN. */
  async get(ctx: Ctx, id: string): Promise<Deposit> {
    const found = await loadBatched(ctx, this.#deposits, id);
    if (!found) throw notFound();
    return shown(ctx, found);
  }

  /** That of an appointment as it was booked, read in the same way; null where none was paid. FORBIDDEN. */
  async of(ctx: Ctx, appointmentId: string): Promise<Deposit | null> {
    const found = await loadBatched(ctx, this.#ofAppointments, appointmentId);
    return found ? shown(ctx, found) : null;
  }

  /** The deposits of a chamber, those had first first. NOT_FOUND, FORBIDDEN. */
  async page(ctx: Ctx, args: DepositsArgs): Promise<Page<Deposit>> {
    const [desks, rows] = await this.db.read(ctx, askDesk(ctx.tenantId, args.chamberId, 'payments:take'), pageOfDeposits(ctx.tenantId, args, args.first + 1, idOfCursor(args.after)));
    deskIn(desks!, 'payments:take', ['chamberId']);
    const deposits = depositsFrom(rows);
    deposits.slice(0, args.first).forEach((deposit) => disclosed(ctx, deposit));
    return pageOf(deposits, args, async () => (await this.db.read(ctx, countDeposits(ctx.tenantId, args)))[0]![0]!['total'] as number);
  }

  readonly #deposits = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, Found>> => {
    const [rows] = await this.db.read(ctx, depositsByIds(ctx.tenantId, ids));
    return new Map(foundIn(rows).map((found) => [found.deposit.id, found]));
  };

  readonly #ofAppointments = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, Found>> => {
    const [rows] = await this.db.read(ctx, depositsOfAppointments(ctx.tenantId, ids));
    // Of several the first counts, which booked it.
    return new Map(foundIn(rows).reverse().map((found) => [found.deposit.appointmentId, found]));
  };
}

/** A deposit, and whether the caller takes payments in its chamber. */
interface Found {
  deposit: Deposit;
  may: boolean;
}

const foundIn = (rows: Row[] | undefined): Found[] => depositsFrom(rows).map((deposit, index) => ({ deposit, may: rows![index]!['may_take'] as boolean }));

function shown(ctx: Ctx, { deposit, may }: Found): Deposit {
  if (!may) throw forbidden('payments:take');
  return disclosed(ctx, deposit);
}

function disclosed(ctx: Ctx, deposit: Deposit): Deposit {
  ctx.disclose('deposit', deposit.id, deposit.patientId);
  return deposit;
}
