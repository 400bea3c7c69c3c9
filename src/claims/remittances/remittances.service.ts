import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { forbidden, notFound } from '../../platform/errors.js';
import { type Page, idOfCursor, pageOf } from '../../platform/graphql/connection.js';
import { askedBefore, madeBefore, onceOf, useUp } from '../../platform/once.js';
import { type ClaimRecord, claimLinesOf, lockByCodes } from '../claims/claim-rows.js';
import { importedAlready, refusalOf } from '../claims/claims.errors.js';
import { ClaimsReader, byClaim } from '../claims/claims.reader.js';
import { type Remittance as RemittanceFile, readRemittance } from '../files/remittance-file.js';
import { askMayIn } from '../submissions/submission-rows.js';
import type { FilesArgs } from '../submissions/submission.model.js';
import { matched, paymentsOf } from './matching.js';
import { type ImportRemittanceInput, type Remittance, type RemittanceFault, RemittanceFaultReason, type RemittanceImport } from './remittance.model.js';
import { type Settlement, askFacility, askImported, askPaidBefore, countRemittances, insertRemittance, insertSettlements, pageOfRemittances, remittanceById, toRemittance } from './remittance-rows.js';

const MOST_FAULTS = 1_000;

/** Where a file is imported. */
interface Facility {
  time_zone: string;
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
        return this.#answer(tx, ctx, before);
      }
      const read = readRemittance(input.file, facility.time_zone);
      if ('faults' in read) return refused(ctx, read.faults.map(({ place, reason }) => ({ place, reason: RemittanceFaultReason[reason] })));
      const fileToken = keys.token('remittance', input.file);
      const { settlements, faults, claims } = await this.#match(tx, ctx, input.chamberId, facility, read.remittance, fileToken);
      if (faults.length) return refused(ctx, faults);
      const id = uuidv7();
      await tx.group(insertRemittance(tenantId, keys, id, input.chamberId, fileToken, input.file, settlements.length), insertSettlements(tenantId, id, settlements)).catch((error: unknown) => { throw refusalOf(error, 'finances:manage'); });
      await useUp(tx, tenantId, once, id);
      for (const { row } of claims) tx.record('claim', row.id, row.patient_id);
      for (const { claimId, paid } of settlements) tx.change('claim', claimId, 'paid', null, Number(paid));
      return this.#answer(tx, ctx, id);
    }, askFacility(tenantId, input.chamberId), askedBefore(tenantId, input.idempotencyKey));
  }

  /** What was imported for a chamber, the last first, for whoever reads its books; NOT_FOUND, FORBIDDEN. */
  async page(ctx: Ctx, { chamberId, ...args }: FilesArgs): Promise<Page<Remittance>> {
    const [chambers, rows] = await this.db.read(ctx, askMayIn(ctx.tenantId, chamberId, 'finances:read'), pageOfRemittances(ctx.tenantId, chamberId, args.first + 1, idOfCursor(args.after)));
    if (!chambers!.length) throw notFound(['chamberId']);
    if (!chambers![0]!['may']) throw forbidden('finances:read');
    const remittances = rows!.map(toRemittance);
    for (const { id } of remittances.slice(0, args.first)) ctx.disclose('claim-remittance', id);
    return pageOf(remittances, args, async () => (await this.db.read(ctx, countRemittances(ctx.tenantId, chamberId)))[0]![0]!['total'] as number);
  }

  async #match(tx: AuditedTx, ctx: Ctx, chamberId: string, { time_zone: timeZone, licence }: Facility, remittance: RemittanceFile, fileToken: Buffer): Promise<{ settlements: Settlement[]; faults: RemittanceFault[]; claims: ClaimRecord[] }> {
    const [imported, , , found] = await tx.group(askImported(ctx.tenantId, fileToken), ...lockByCodes(ctx.tenantId, chamberId, remittance.claims.map(({ id }) => id)));
    if (imported!.length) throw importedAlready();
    const claims = await this.reader.open(ctx, found!);
    const ids = claims.map(({ row }) => row.id);
    const [rows, paid] = await tx.group(claimLinesOf(ctx.tenantId, ids), askPaidBefore(ctx.tenantId, ids, remittance.claims.map(({ paymentReference }) => paymentReference), timeZone));
    const paidBefore = new Map(paid!.map((row) => [paymentsOf(row['claim_id'] as string, row['no'] as number, row['reference'] as string), row['days'] as Array<string | null>]));
    return { ...matched(remittance, { timeZone, licence, claims, lines: byClaim(await this.reader.openLines(ctx, rows!)), paidBefore }), claims };
  }

  async #answer(tx: AuditedTx, ctx: Ctx, id: string): Promise<RemittanceImport> {
    const [rows] = await tx.group(remittanceById(ctx.tenantId, id));
    tx.record('claim-remittance', id);
    return { imported: toRemittance(rows![0]!), faults: [] };
  }
}

function refused(ctx: Ctx, faults: RemittanceFault[]): RemittanceImport {
  // Nothing came of it.
  ctx.action = 'VIEWED';
  return { imported: null, faults: faults.slice(0, MOST_FAULTS) };
}
