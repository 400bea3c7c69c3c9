import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { groupsOf, keyOf } from '../platform/database/batch-keys.js';
import { loadBatched } from '../platform/database/load-batched.js';
import type { Row } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { forbidden, notFound } from '../platform/errors.js';
import { idOfCursor } from '../platform/graphql/connection.js';
import { type PrescriptionRecord, type PrescriptionRow, type SealedSignature, askSigned, countUnsigned, countsOf, openPrescription, openSignature, pagesOf, prescriptionRows, prescriptionsByIds, sealedIn, unsignedOf } from './prescription-rows.js';
import type { SignedStatus } from './fhir/prescription-bundle.js';
import type { PrescriptionsArgs, UnsignedPrescriptionsArgs } from './prescription.inputs.js';
import type { PrescriptionStatus } from './prescription.enums.js';
import { prescriptionIs } from './prescriptions.errors.js';

type Which = [status: PrescriptionStatus | null, count: number, after: string | null];

/** Reads prescriptions, for callers who may see them. What it gives is in the audit entry of the answer. */
@Injectable()
export class PrescriptionsReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** One prescription, read with all that the answer asks for at this moment; NOT_FOUND. */
  async get(ctx: Ctx, id: string): Promise<PrescriptionRecord> {
    const record = await loadBatched(ctx, this.#records, id);
    if (!record) throw notFound();
    ctx.disclose('prescription', id, record.row.patient_id);
    return record;
  }

  /** What was signed, with the number of the prescription and its status now; NOT_FOUND, FORBIDDEN, CONFLICT while it is a draft. */
  async signed(ctx: Ctx, id: string): Promise<SealedSignature & { number: string; status: SignedStatus }> {
    if (!isUuid(id)) throw notFound();
    const [[row]] = (await this.db.read(ctx, askSigned(ctx.tenantId, id))) as [Row[]];
    if (!row) throw notFound();
    const { patient_id, status, number, signed } = row as unknown as Pick<PrescriptionRow, 'patient_id' | 'status'> & { number: string; signed: Buffer | null };
    if (!signed) throw prescriptionIs(status);
    ctx.disclose('prescription', id.toLowerCase(), patient_id);
    // It names them.
    if (!ctx.holds('patients:read')) throw forbidden('patients:read');
    return { ...openSignature(await this.keyring.of(ctx.tenantId, [signed]), id.toLowerCase(), signed), number, status: status as SignedStatus };
  }

  /** `first` prescriptions of a patient and one more if there are more, the last begun first. */
  async page(ctx: Ctx, patientId: string, { first, after, status }: PrescriptionsArgs): Promise<PrescriptionRecord[]> {
    const which: Which = [status ?? null, first + 1, idOfCursor(after)];
    const records = (await loadBatched(ctx, this.#pages, keyOf(patientId, which))) ?? [];
    records.slice(0, first).forEach(({ row }) => ctx.disclose('prescription', row.id, patientId));
    return records;
  }

  /** How many prescriptions of a patient are listed. */
  async count(ctx: Ctx, patientId: string, { status }: PrescriptionsArgs): Promise<number> {
    return (await loadBatched(ctx, this.#counts, keyOf(patientId, [status ?? null]))) ?? 0;
  }

  /** `first` drafts that wait for a doctor, or for the caller, and one more if there are more, the longest waiting first. */
  async unsigned(ctx: Ctx, { first, after, doctorId, chamberId }: UnsignedPrescriptionsArgs): Promise<PrescriptionRecord[]> {
    const [rows] = await this.db.read(ctx, unsignedOf(ctx.tenantId, doctorId ?? null, chamberId ?? null, first + 1, idOfCursor(after)));
    const records = await this.#open(ctx, prescriptionRows(rows));
    records.slice(0, first).forEach(({ row }) => ctx.disclose('prescription', row.id, row.patient_id));
    return records;
  }

  /** How many drafts wait for a doctor, or for the caller. */
  async countUnsigned(ctx: Ctx, { doctorId, chamberId }: UnsignedPrescriptionsArgs): Promise<number> {
    const [[row]] = (await this.db.read(ctx, countUnsigned(ctx.tenantId, doctorId ?? null, chamberId ?? null))) as [Row[]];
    return row!['total'] as number;
  }

  async #open(ctx: Ctx, rows: readonly PrescriptionRow[]): Promise<PrescriptionRecord[]> {
    const keys = await this.keyring.of(ctx.tenantId, sealedIn(rows));
    return rows.map((row) => openPrescription(keys, row));
  }

  readonly #records = async (ctx: Ctx, ids: readonly string[]): Promise<Map<string, PrescriptionRecord>> => {
    const [found] = await this.db.read(ctx, prescriptionsByIds(ctx.tenantId, ids));
    return new Map((await this.#open(ctx, prescriptionRows(found))).map((record) => [record.row.id, record]));
  };

  readonly #pages = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, PrescriptionRecord[]>> => {
    const groups = groupsOf<Which>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => pagesOf(ctx.tenantId, patientIds, ...which)));
    const pages = new Map<string, PrescriptionRecord[]>();
    for (const [index, { which }] of groups.entries()) {
      for (const record of await this.#open(ctx, prescriptionRows(found[index]))) {
        const key = keyOf(record.row.patient_id, which);
        pages.set(key, [...(pages.get(key) ?? []), record]);
      }
    }
    return pages;
  };

  readonly #counts = async (ctx: Ctx, keys: readonly string[]): Promise<Map<string, number>> => {
    const groups = groupsOf<[PrescriptionStatus | null]>(keys);
    const found = await this.db.read(ctx, ...groups.map(({ which, patientIds }) => countsOf(ctx.tenantId, patientIds, ...which)));
    return new Map(groups.flatMap(({ which }, index) => found[index]!.map(({ id, total }) => [keyOf(id as string, which), total as number] as const)));
  };
}
