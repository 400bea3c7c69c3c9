import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { forbidden, notFound } from '../platform/errors.js';
import { statedReason } from '../platform/input-check.js';
import type { PrescriptionDispensing } from './dispensing.model.js';
import { askVoiding, dispensingRows, dispensingsOf, sealedInDispensings, toDispensing, voidDispensing } from './dispensing-rows.js';
import { mustSee } from './drafts.service.js';
import { type PrescriptionRecord, openPrescription, prescriptionRows, prescriptionsByIds, sealedIn } from './prescription-rows.js';
import { voidedAlready } from './prescriptions.errors.js';

interface Voiding {
  prescription_id: string;
  patient_id: string;
  voided_at: Date | null;
  may_write: boolean | null;
}

/** What pharmacies handed out, for the practice: it sees it, and can declare void what is wrong. */
@Injectable()
export class DispensingsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** What was handed out of a prescription, the first first, read with all that the answer asks for at this moment. */
  async of(ctx: Ctx, prescriptionId: string, patientId: string): Promise<PrescriptionDispensing[]> {
    const found = (await loadBatched(ctx, this.#batch, prescriptionId)) ?? [];
    for (const { id } of found) ctx.disclose('dispensing', id, patientId);
    return found;
  }

  /** Declares a dispensing void, so that it counts for nothing. NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT. */
  void(ctx: Ctx, id: string, reason: string): Promise<PrescriptionRecord> {
    const { tenantId } = ctx;
    const stated = statedReason(reason);
    return this.db.write(ctx, async (tx, [found]) => {
      mustSee(ctx);
      const [row] = found as unknown as Voiding[];
      if (!row) throw notFound();
      if (!row.may_write) throw forbidden('prescriptions:write');
      if (row.voided_at) throw voidedAlready();
      const [, rows] = await tx.group(voidDispensing(tenantId, await this.keyring.of(tenantId), id, stated), prescriptionsByIds(tenantId, [row.prescription_id]));
      tx.reason = stated;
      tx.record('dispensing', id, row.patient_id);
      tx.record('prescription', row.prescription_id, row.patient_id);
      tx.change('dispensing', id, 'voided', false, true);
      const records = prescriptionRows(rows);
      return openPrescription(await this.keyring.of(tenantId, sealedIn(records)), records[0]!);
    }, askVoiding(tenantId, id));
  }

  readonly #batch = async (ctx: Ctx, prescriptionIds: readonly string[]): Promise<Map<string, PrescriptionDispensing[]>> => {
    const [answer] = await this.db.read(ctx, dispensingsOf(ctx.tenantId, prescriptionIds));
    const rows = dispensingRows(answer);
    const keys = await this.keyring.of(ctx.tenantId, sealedInDispensings(rows));
    const found = new Map<string, PrescriptionDispensing[]>();
    for (const row of rows) found.set(row.prescription_id, [...(found.get(row.prescription_id) ?? []), toDispensing(keys, row)]);
    return found;
  };
}
