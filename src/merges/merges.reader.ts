import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { type Batch, loadBatched } from '../platform/database/load-batched.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { type MergeRecord, type RowCount, type SealedClinical, openClinical, openMerge } from './merge-records.js';
import { MERGES_OF_PATIENTS, type MergeRow } from './merge-rows.js';
import { COUNT_GIVEN } from './repointed-rows.js';

/** Reads what was merged. Every merge it gives, and both its patients, are named in the audit entry of the answer. */
@Injectable()
export class MergesReader {
  readonly #ofPatients: Batch<MergeRecord[]>;
  readonly #given: Batch<RowCount[]>;

  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {
    this.#ofPatients = (ctx, ids) => this.#load(ctx, ids);
    this.#given = (ctx, ids) => this.#count(ctx, ids);
  }

  /** The merges that a patient took part in, the newest first, undone ones too. */
  async ofPatient(ctx: Ctx, patientId: string): Promise<MergeRecord[]> {
    const merges = (await loadBatched(ctx, this.#ofPatients, patientId)) ?? [];
    for (const { row } of merges) {
      ctx.disclose('patient-merge', row.id, row.survivor_id);
      for (const id of [row.survivor_id, row.duplicate_id]) ctx.disclose('patient', id, id);
    }
    return merges;
  }

  /** What was clinical of both patients of a merge. Only for callers who may see it. */
  async clinical(ctx: Ctx, { id, survivorId, duplicateId, sealedClinical: clinical }: { id: string; survivorId: string; duplicateId: string; sealedClinical: Buffer }): Promise<SealedClinical> {
    const keys = await this.keyring.of(ctx.tenantId, [clinical]);
    for (const patientId of [survivorId, duplicateId]) ctx.disclose('patient-clinical', patientId, patientId);
    return openClinical(keys, { id, clinical });
  }

  /** How many rows of each kind a merge gave to its survivor. */
  async rows(ctx: Ctx, mergeId: string): Promise<RowCount[]> {
    return (await loadBatched(ctx, this.#given, mergeId)) ?? [];
  }

  async #count(ctx: Ctx, mergeIds: readonly string[]): Promise<ReadonlyMap<string, RowCount[]>> {
    const [found] = await this.db.read(ctx, { text: COUNT_GIVEN, values: [ctx.tenantId, mergeIds] });
    const rows = found as unknown as Array<RowCount & { merge_id: string }>;
    return new Map(mergeIds.map((id) => [id, rows.filter(({ merge_id: of }) => of === id)]));
  }

  async #load(ctx: Ctx, patientIds: readonly string[]): Promise<ReadonlyMap<string, MergeRecord[]>> {
    const [found] = await this.db.read(ctx, { text: MERGES_OF_PATIENTS, values: [ctx.tenantId, patientIds] });
    const rows = found as unknown as MergeRow[];
    const keys = await this.keyring.of(ctx.tenantId, rows.flatMap(({ identity, undone_because: undone }) => (undone ? [identity, undone] : [identity])));
    const merges = rows.map((row) => openMerge(keys, row));
    return new Map(patientIds.map((id) => [id, merges.filter(({ row }) => row.survivor_id === id || row.duplicate_id === id)]));
  }
}
