import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import type { Currency } from '../../platform/money/currency.js';
import { moneyOf } from '../../platform/money/money.model.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { toClaim } from '../claims/claim.model.js';
import { claimLinesOf, claimsByIds, lockByCodes } from '../claims/claim-rows.js';
import { importedAlready, refusalOf } from '../claims/claims.errors.js';
import { ClaimsReader, byClaim } from '../claims/claims.reader.js';
import { type Remittance as RemittanceFile, readRemittance } from '../files/remittance-file.js';
import { matched } from './matching.js';
import { type ImportRemittanceInput, type RemittanceFault, RemittanceFaultReason, type RemittanceImport } from './remittance.model.js';
import { type Settlement, askFacility, askRemittance, insertRemittance, insertSettlements } from './remittance-rows.js';

const MOST_FAULTS = 1_000;

/** Where a file is imported. */
interface Facility {
  time_zone: string;
  currency: Currency;
  licence: string | null;
  may: boolean | null;
}

/** Imports what payers answer: a file as a whole, once, or nothing of it and a report of everything that is at fault. */
@Injectable()
export class RemittancesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly reader: ClaimsReader,
  ) {}

  /** Imports a file; NOT_FOUND, FORBIDDEN, CONFLICT. Faults of the file are told in the answer. */
  import(ctx: Ctx, input: ImportRemittanceInput): Promise<RemittanceImport> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [facilities, asked]) => {
      const [facility] = facilities as unknown as Facility[];
      if (!facility) throw notFound(['input', 'chamberId']);
      if (!facility.may) throw forbidden('finances:manage');
      const keys = await this.keyring.of(tenantId);
      const once = onceOf(keys, 'importRemittance', input);
      const before = madeBefore(once, asked!);
      if (before) {
        ctx.action = 'VIEWED';
        return this.#answer(tx, ctx, before, facility.currency);
      }
      const read = readRemittance(input.file, facility.time_zone);
      if ('faults' in read) return refused(ctx, read.faults.map(({ place, reason }) => ({ place, reason: RemittanceFaultReason[reason] })));
      const { settlements, faults } = await this.#match(tx, ctx, input.chamberId, facility, read.remittance);
      if (faults.length) return refused(ctx, faults);
      const id = uuidv7();
      const [kept] = await tx.group(insertRemittance(tenantId, keys, id, input.chamberId, keys.token('remittance', input.file), input.file, settlements.length));
      if (!kept!.length) throw importedAlready();
      await tx.group(insertSettlements(tenantId, id, settlements)).catch((error: unknown) => { throw refusalOf(error, 'finances:manage'); });
      await useUp(tx, tenantId, once, id);
      tx.record('claim-remittance', id);
      for (const { claimId, paid } of settlements) tx.change('claim', claimId, 'paid', null, Number(paid));
      return this.#answer(tx, ctx, id, facility.currency);
    }, askFacility(tenantId, input.chamberId), askedBefore(tenantId, input.idempotencyKey));
  }

  async #match(tx: AuditedTx, ctx: Ctx, chamberId: string, { licence }: Facility, remittance: RemittanceFile): Promise<{ settlements: Settlement[]; faults: RemittanceFault[] }> {
    const [, , found] = await tx.group(...lockByCodes(ctx.tenantId, chamberId, remittance.claims.map(({ id }) => id)));
    const claims = await this.reader.open(ctx, found!);
    const [rows] = await tx.group(claimLinesOf(ctx.tenantId, claims.map(({ row }) => row.id)));
    return matched(remittance, { licence, claims, lines: byClaim(await this.reader.openLines(ctx, rows!)) });
  }

  async #answer(tx: AuditedTx, ctx: Ctx, id: string, currency: Currency): Promise<RemittanceImport> {
    const [rows] = await tx.group(askRemittance(ctx.tenantId, id));
    const { local_date: localDate, claims: ids, paid } = rows![0] as unknown as { local_date: string; claims: string[]; paid: string };
    const [found] = await tx.group(claimsByIds(ctx.tenantId, ids));
    const claims = await this.reader.open(ctx, found!);
    for (const { row } of claims) tx.record('claim', row.id, row.patient_id);
    return { imported: { id, localDate, paid: moneyOf(paid, currency), count: claims.length, claims: claims.map(toClaim) }, faults: [] };
  }
}

function refused(ctx: Ctx, faults: RemittanceFault[]): RemittanceImport {
  // Nothing came of it.
  ctx.action = 'VIEWED';
  return { imported: null, faults: faults.slice(0, MOST_FAULTS) };
}
