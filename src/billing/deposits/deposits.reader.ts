import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { loadBatched } from '../../platform/database/load-batched.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { notFound } from '../../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { askDesk, deskIn } from '../desk.js';
import { countDeposits, depositsByIds, depositsFrom, depositsOfAppointments, pageOfDeposits } from './deposit-rows.js';
import type { Deposit, DepositsArgs } from './deposit.model.js';

/** Reads deposits that were paid, for callers who may see them. */
@Injectable()
export class DepositsReader {
  constructor(private readonly db: TenantDb) {}

  /** One deposit, read with all that the answer asks for at this moment; NOT_FOUND. */
  async get(ctx: Ctx, id: string): Promise<Deposit> {
    const deposit = await loadBatched(ctx, this.#deposits, id);
    if (!deposit) throw notFound();
    return disclosed(ctx, deposit);
  }

  /** That of an appointment as it was booked, read in the same way; null where none was paid. */
  async of(ctx: Ctx, appointmentId: string): Promise<Deposit | null> {
    const deposit = await loadBatched(ctx, this.#ofAppointments, appointmentId);
    return deposit ? disclosed(ctx, deposit) : null;
  }

  /** The deposits of a chamber, those had first first. NOT_FOUND, FORBIDDEN. */
  async page(ctx: Ctx, args: DepositsArgs): Promise<Page<Deposit>> {
    const [desks, rows] = await this.db.read(ctx, askDesk(ctx.tenantId, args.chamberId, 'payments:take'), pageOfDeposits(ctx.tenantId, args, args.first + 1, idOfCursor(args.after)));
    deskIn(desks!, 'payments:take', ['chamberId']);
    const deposits = depositsFrom(rows);
    deposits.slice(0, args.first).forEach((deposit) => disclosed(ctx, deposit));
    return pageOf(deposits, args, async () => (await this.db.read(ctx, countDeposits(ctx.tenantId, args)))[0]![0]!['total'] as number);
  }

  readonly #deposits = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, Deposit>> => {
    const [rows] = await this.db.read(ctx, depositsByIds(ctx.tenantId, ids));
    return new Map(depositsFrom(rows).map((deposit) => [deposit.id, deposit]));
  };

  readonly #ofAppointments = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, Deposit>> => {
    const [rows] = await this.db.read(ctx, depositsOfAppointments(ctx.tenantId, ids));
    // Of several the first counts, which booked it.
    return new Map(depositsFrom(rows).reverse().map((deposit) => [deposit.appointmentId, deposit]));
  };
}

function disclosed(ctx: Ctx, deposit: Deposit): Deposit {
  ctx.disclose('deposit', deposit.id, deposit.patientId);
  return deposit;
}
