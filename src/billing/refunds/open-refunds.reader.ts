import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { askDesk, deskIn } from '../desk.js';
import { countOpenRefunds, openRefund, pageOfOpenRefunds, refundRows } from './refund-rows.js';
import { type OpenRefundsArgs, type Refund, toRefund } from './refund.model.js';

/** Reads the refunds of a chamber that are not paid out yet. */
@Injectable()
export class OpenRefundsReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** Those of a chamber, the first asked for first. NOT_FOUND, FORBIDDEN. */
  async page(ctx: Ctx, { chamberId, first, after }: OpenRefundsArgs): Promise<Page<Refund>> {
    const [desks, found] = await this.db.read(ctx, askDesk(ctx.tenantId, chamberId, 'payments:take'), pageOfOpenRefunds(ctx.tenantId, chamberId, first + 1, idOfCursor(after)));
    deskIn(desks!, 'payments:take', ['chamberId']);
    const rows = refundRows(found);
    const keys = await this.keyring.of(ctx.tenantId, rows.map(({ details }) => details));
    rows.slice(0, first).forEach(({ id, patient_id }) => ctx.disclose('refund', id, patient_id));
    return pageOf(rows.map((row) => toRefund(openRefund(keys, row))), { first, after }, async () => (await this.db.read(ctx, countOpenRefunds(ctx.tenantId, chamberId)))[0]![0]!['total'] as number);
  }
}
