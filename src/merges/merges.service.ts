import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { PatientRecord } from '../patients/patient.model.js';
import { type HeldPatient, PatientsWriter } from '../patients/patients.writer.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput, forbidden, notFound, patientIsMerged, staleVersion } from '../platform/errors.js';
import { type BookedTwice, askBookedTwice, explainBookedTwice, lockToMerge, lockToUndo, refuseBookedTwice } from './booked-twice.js';
import { choicesOf, refuseImpossible, refuseUndecided } from './merge-choices.js';
import { type MergedValue, clinicalOf, identityOf, valuesOf } from './merge-fields.js';
import { planOf, sourcesOf, undoingOf } from './merge-plan.js';
import { KEEP_MERGE, MARK_UNDONE, MERGE_BY_ID, type MergeRow } from './merge-rows.js';
import type { MergePatientsInput, MergePreviewArgs, UndoMergeArgs } from './merge.inputs.js';
import { type MergeRecord, type RowCount, type SealedClinical, type SealedIdentity, type Undone, openClinical, openIdentity, openMerge } from './merge-records.js';
import { fieldsWereEdited, mergeIsUndone, survivorIsArchived, undoLaterMergeFirst } from './merges.errors.js';
import { statedReason } from '../platform/input-check.js';
import { COUNT_ROWS, giveBack, giveToSurvivor, repointed } from './repointed-rows.js';

/** What a merge would do. */
export interface Preview {
  survivor: PatientRecord;
  duplicate: PatientRecord;
  fields: MergedValue[];
  clinicalFields: MergedValue[];
  rows: RowCount[];
  bookedTwice: BookedTwice[];
}

/** A merge that was made or undone, and both patients as they are now. */
export interface MergeDone {
  survivor: PatientRecord;
  duplicate: PatientRecord;
  merge: MergeRecord;
}

const THESE = 'select unnest($2::uuid[])';
const OF_MERGE = 'select unnest(array[m.survivor_id, m.duplicate_id]) from clinic.patient_merges m where m.tenant_id = $1 and m.id = $2';

/** Merges two patients into one and undoes it: three round trips each, all or nothing. Nothing is deleted and nothing is copied: rows change hands. */
@Injectable()
export class MergesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly patients: PatientsWriter,
  ) {}

  /** What merging these two would do, without doing it. */
  async preview(ctx: Ctx, { survivorId, duplicateId, choices: given }: MergePreviewArgs): Promise<Preview> {
    refuseSame(survivorId, duplicateId, ['duplicateId']);
    const choices = choicesOf(['choices'], given);
    const [counts, twice, rows, practice] = await this.db.read(ctx,
      { text: COUNT_ROWS, values: [ctx.tenantId, duplicateId] }, askBookedTwice(ctx.tenantId, survivorId, duplicateId), this.patients.find(ctx.tenantId, THESE, [survivorId, duplicateId]), ...this.patients.ask(ctx.tenantId));
    mustSeeAll(ctx);
    const { survivor, duplicate } = pairOf(await this.patients.opened(ctx, rows, practice), survivorId, duplicateId);
    refuseMerged(survivor, duplicate);
    const plan = planOf(survivor, duplicate, choices);
    refuseImpossible(['choices'], { ...valuesOf(plan.identity), ...valuesOf(plan.clinical) }, this.patients.limits);
    ctx.disclose('patient', survivorId, survivorId);
    ctx.disclose('patient', duplicateId, duplicateId);
    return { survivor, duplicate, fields: plan.identity, clinicalFields: plan.clinical, rows: counts as unknown as RowCount[], bookedTwice: twice as unknown as BookedTwice[] };
  }

  /** Merges a duplicate into a survivor. Whatever named the duplicate names the survivor from then on. */
  async merge(ctx: Ctx, input: MergePatientsInput, stated: string): Promise<MergeDone> {
    const reason = statedReason(stated);
    const { survivorId, duplicateId, survivorVersion, duplicateVersion } = input;
    refuseSame(survivorId, duplicateId, ['input', 'duplicateId']);
    const choices = choicesOf(['input', 'choices'], input.choices);
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [, , rows, twice, practice]) => {
      mustSeeAll(ctx);
      const { survivor, duplicate } = pairOf(await this.patients.opened(ctx, rows, practice), survivorId, duplicateId);
      refuseMerged(survivor, duplicate);
      if (survivor.row.version !== survivorVersion || duplicate.row.version !== duplicateVersion) throw staleVersion();
      if (survivor.row.status !== 'ACTIVE') throw survivorIsArchived();
      refuseBookedTwice(twice!);
      const plan = planOf(survivor, duplicate, choices);
      const fields = [...plan.identity, ...plan.clinical];
      refuseUndecided(['input', 'choices'], fields);
      refuseImpossible(['input', 'choices'], valuesOf(fields), this.patients.limits);

      const id = uuidv7();
      const identity = identityOf(valuesOf(plan.identity), survivor.identity, duplicate.identity);
      const clinical = clinicalOf(valuesOf(plan.clinical));
      const keys = await this.keyring.of(tenantId);
      const kept = {
        identity: keys.seal('clinic.patient_merges', id, 'identity', { survivor: survivor.identity, duplicate: duplicate.identity, result: identity, from: sourcesOf(plan.identity), reason } satisfies SealedIdentity),
        clinical: keys.seal('clinic.patient_merges', id, 'clinical', { survivor: survivor.clinical, duplicate: duplicate.clinical, result: clinical, from: sourcesOf(plan.clinical) } satisfies SealedClinical),
      };
      const done = await this.patients.rewrite(ctx, tx,
        { held: survivor, identity, clinical, status: survivor.row.status, mergedInto: null },
        { held: duplicate, identity: duplicate.identity, clinical: duplicate.clinical, status: 'MERGED', mergedInto: survivorId },
        { text: KEEP_MERGE, values: [tenantId, id, survivorId, duplicateId, survivorVersion + 1, duplicate.row.status, kept.identity, kept.clinical, ctx.member.memberId] },
        ...giveToSurvivor(tenantId, id, survivorId, duplicateId)).catch(explainBookedTwice);
      const [merge, ...given] = done.rows;
      const counts = given.map(([row], index) => ({ kind: repointed[index]!.kind, count: row!['count'] as number })).filter(({ count }) => count > 0);

      tx.reason = reason;
      this.#note(tx, id, survivor, done.survivor, done.duplicate);
      tx.change('patient', duplicateId, 'status', duplicate.row.status, 'MERGED');
      tx.change('patient', duplicateId, 'mergedInto', null, survivorId);
      tx.change('patient-merge', id, 'rows', null, counts);
      return { survivor: done.survivor, duplicate: done.duplicate, merge: openMerge(keys, merge![0] as unknown as MergeRow) };
    }, ...lockToMerge(tenantId, survivorId, duplicateId), this.patients.hold(tenantId, THESE, [survivorId, duplicateId]), askBookedTwice(tenantId, survivorId, duplicateId), ...this.patients.ask(tenantId));
  }

  /**
   * Undoes a merge: two patients again. The duplicate is exactly as before, with exactly the rows that the merge had moved. The
   * survivor keeps what was added or edited since; a field that the merge had changed and somebody edited since is refused
   * unless the caller says to keep it. Merges are undone in the reverse of their order.
   */
  async undo(ctx: Ctx, { mergeId, keep }: UndoMergeArgs, stated: string): Promise<MergeDone> {
    const reason = statedReason(stated);
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [, , rows, found, practice]) => {
      mustSeeAll(ctx);
      const [row] = found as unknown as MergeRow[];
      if (!row) throw notFound();
      if (row.undone_at) throw mergeIsUndone();
      if (row.blocked_by) throw undoLaterMergeFirst(row.blocked_by);
      const { survivor, duplicate } = pairOf(await this.patients.opened(ctx, rows, practice), row.survivor_id, row.duplicate_id);
      const keys = await this.keyring.of(tenantId, [row.identity, row.clinical]);
      const before = { identity: openIdentity(keys, row), clinical: openClinical(keys, row) };
      const plan = undoingOf(before, survivor, new Set(keep));
      const edited = [...plan.identity, ...plan.clinical].filter(({ conflict }) => conflict);
      if (edited.length) throw fieldsWereEdited(edited.map(({ field }) => field));

      const identity = identityOf(valuesOf(plan.identity), before.identity.survivor, survivor.identity);
      refuseImpossible(['keep'], { ...valuesOf(plan.identity), ...valuesOf(plan.clinical) }, this.patients.limits);
      const done = await this.patients.rewrite(ctx, tx,
        { held: survivor, identity, clinical: clinicalOf(valuesOf(plan.clinical)), status: survivor.row.status, mergedInto: null },
        { held: duplicate, identity: duplicate.identity, clinical: duplicate.clinical, status: row.duplicate_status, mergedInto: null },
        { text: MARK_UNDONE, values: [tenantId, mergeId, ctx.member.memberId, keys.seal('clinic.patient_merges', mergeId, 'undone_because', { reason, kept: keep } satisfies Undone)] },
        ...giveBack(tenantId, mergeId, survivor.row.id, duplicate.row.id));

      tx.reason = reason;
      this.#note(tx, mergeId, survivor, done.survivor, done.duplicate);
      tx.change('patient', duplicate.row.id, 'status', 'MERGED', row.duplicate_status);
      tx.change('patient', duplicate.row.id, 'mergedInto', survivor.row.id, null);
      return { survivor: done.survivor, duplicate: done.duplicate, merge: openMerge(keys, done.rows[0]![0] as unknown as MergeRow) };
    // The merge is read after the lock: whatever was in its way has committed by then.
    }, ...lockToUndo(tenantId, mergeId), this.patients.hold(tenantId, OF_MERGE, mergeId), { text: MERGE_BY_ID, values: [tenantId, mergeId] }, ...this.patients.ask(tenantId));
  }

  #note(tx: AuditedTx, mergeId: string, before: HeldPatient, survivor: HeldPatient, duplicate: HeldPatient): void {
    const { id } = survivor.row;
    tx.record('patient', id, id);
    tx.record('patient', duplicate.row.id, duplicate.row.id);
    tx.record('patient-merge', mergeId, id);
    for (const field of Object.keys(survivor.identity) as Array<keyof typeof survivor.identity>) tx.change('patient', id, field, before.identity[field], survivor.identity[field]);
    for (const field of Object.keys(survivor.clinical) as Array<keyof typeof survivor.clinical>) tx.change('patient', id, field, before.clinical[field], survivor.clinical[field]);
  }
}

// The plan and the answer show both patients whole.
function mustSeeAll(ctx: Ctx): void {
  for (const permission of ['patients:read', 'patients:read-clinical'] as const) if (!ctx.holds(permission)) throw forbidden(permission);
}

function refuseSame(survivorId: string, duplicateId: string, path: string[]): void {
  if (survivorId === duplicateId) throw badInput([{ path, reason: 'SAME_PATIENT' }]);
}

function pairOf(found: ReadonlyMap<string, HeldPatient>, survivorId: string, duplicateId: string): { survivor: HeldPatient; duplicate: HeldPatient } {
  const [survivor, duplicate] = [found.get(survivorId), found.get(duplicateId)];
  if (!survivor || !duplicate) throw notFound();
  return { survivor, duplicate };
}

function refuseMerged(...patients: HeldPatient[]): void {
  for (const { row } of patients) if (row.merged_into) throw patientIsMerged(row.merged_into);
}
