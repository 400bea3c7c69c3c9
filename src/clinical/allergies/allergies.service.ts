import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, keyIsForAnotherRequest, notFound, staleVersion } from '../../platform/errors.js';
import { InputCheck, statedReason } from '../../platform/input-check.js';
import { PracticeCountries, todayIn } from '../../tenants/practice-countries.reader.js';
import { EntryErrors } from '../entries/entry-errors.service.js';
import { changeable, mustSeeClinical } from '../entries/entry.errors.js';
import type { Entry, NewEntry } from '../entries/entry-table.js';
import { type Once, askedBefore, madeBefore, onceOf, useKey } from '../entries/once.js';
import { lockPatient, lockPatientOf } from '../entries/patient-lock.js';
import { type AllergyContent, allergyContent, allergyLimits, isSameSubstance } from './allergy-content.js';
import {
  ADD_STATUS_CHANGE, type AllergyRow, CHANGE_STATUS, STANDING_ALLERGIES, STANDING_BESIDES, type StatementContent, type StatementRow, allergyTable, endStatements,
  idsIn, stands, statementTable,
} from './allergy-rows.js';
import type { AllergyInput, ChangeAllergyStatusInput, NoKnownAllergiesInput, RecordAllergyInput } from './allergy.inputs.js';
import { allergyIsRecorded, hasAllergies } from './allergies.errors.js';

type AllergyEntry = Entry<AllergyContent, AllergyRow>;
type StatementEntry = Entry<StatementContent, StatementRow>;

/**
 * Records and corrects allergies, and the statement that there are none. The two never hold at once: whoever does either
 * locks the patient first.
 */
@Injectable()
export class AllergiesService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly countries: PracticeCountries,
    private readonly errors: EntryErrors,
  ) {}

  /** Records an allergy; it ends the statement that there are none. The same request under the same idempotency key records once. */
  record(ctx: Ctx, input: RecordAllergyInput): Promise<AllergyEntry> {
    const { tenantId } = ctx;
    const { patientId, idempotencyKey, ...given } = input;
    return this.db.write(ctx, async (tx, [patient, asked, standing, practice]) => {
      mustSeeClinical(ctx);
      if (!patient![0]) throw notFound();
      const content = allergyContent(given, this.#today(ctx, practice));
      const keys = await this.keyring.of(tenantId);
      const once = onceOf(keys, 'recordAllergy', input);
      const before = madeBefore(once, asked!);
      if (before) return this.#again(tx, ctx, before);
      // An earlier attempt of this transaction may have found the key in use.
      ctx.action = 'CREATED';
      await this.#refuseTwice(ctx, standing!, content, given);
      return this.#insert(tx, ctx, { patientId, content, given, corrects: null, once });
    }, lockPatient(tenantId, patientId), askedBefore(tenantId, idempotencyKey), { text: STANDING_ALLERGIES, values: [tenantId, patientId] }, ...this.countries.ask(tenantId));
  }

  /** Replaces an allergy that was entered in error by a right one. */
  correct(ctx: Ctx, id: string, version: number, given: AllergyInput, reason: string): Promise<AllergyEntry> {
    const { tenantId } = ctx;
    const stated = statedReason(reason);
    return this.db.write(ctx, async (tx, [patient, found, standing, practice]) => {
      const row = lockedAllergy(ctx, patient!, found!, version);
      const content = allergyContent(given, this.#today(ctx, practice));
      await this.#refuseTwice(ctx, standing!, content, given);
      const keys = await this.keyring.of(tenantId);
      tx.reason = stated;
      tx.record('allergy', id, row.patient_id);
      tx.change('allergy', id, 'status', row.status, 'ENTERED_IN_ERROR');
      return this.#insert(tx, ctx, { patientId: row.patient_id, content, given, corrects: id, once: null }, allergyTable.markInError(tenantId, keys, id, stated));
    }, lockPatientOf(allergyTable.name, tenantId, id), allergyTable.lock(tenantId, id), { text: STANDING_BESIDES, values: [tenantId, id] }, ...this.countries.ask(tenantId));
  }

  /** Marks an allergy as entered in error. */
  markInError(ctx: Ctx, id: string, version: number, reason: string): Promise<AllergyEntry> {
    return this.errors.mark(ctx, allergyTable, id, version, reason);
  }

  /** Judges an allergy anew; one that then stands ends the statement that there are none. */
  changeStatus(ctx: Ctx, id: string, version: number, input: ChangeAllergyStatusInput): Promise<AllergyEntry> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [patient, found]) => {
      const row = lockedAllergy(ctx, patient!, found!, version);
      const note = noteOf(input);
      const after = { clinicalStatus: input.clinicalStatus ?? row.clinical_status, verification: input.verification ?? row.verification };
      if (after.clinicalStatus === row.clinical_status && after.verification === row.verification) throw badInput([{ path: ['input'], reason: 'NO_CHANGE' }]);
      const keys = await this.keyring.of(tenantId, allergyTable.sealedIn([row]));
      const [, , ended] = await tx.group(
        { text: CHANGE_STATUS, values: [tenantId, id, after.clinicalStatus, after.verification] },
        statusChange(tenantId, keys, { id, patient_id: row.patient_id, version: version + 1, ...after, note }),
        ...(stands(after.clinicalStatus, after.verification) ? [endStatements(tenantId, row.patient_id)] : []),
      );
      tx.record('allergy', id, row.patient_id);
      tx.change('allergy', id, 'clinicalStatus', row.clinical_status, after.clinicalStatus);
      tx.change('allergy', id, 'verification', row.verification, after.verification);
      noteEnded(tx, row.patient_id, idsIn(ended));
      return allergyTable.open(keys, { ...row, clinical_status: after.clinicalStatus, verification: after.verification, version: version + 1 });
    }, lockPatientOf(allergyTable.name, tenantId, id), allergyTable.lock(tenantId, id));
  }

  /** States that a patient has no known allergies; an earlier statement ends. Refused with HAS_ALLERGIES while an allergy stands. */
  stateNone(ctx: Ctx, { patientId, note }: NoKnownAllergiesInput): Promise<StatementEntry> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [patient, standing]) => {
      mustSeeClinical(ctx);
      if (!patient![0]) throw notFound();
      const content: StatementContent = { note: noteOf({ note }) };
      if (standing!.length) throw hasAllergies();
      const id = uuidv7();
      const keys = await this.keyring.of(tenantId);
      const [ended, inserted] = await tx.group(
        endStatements(tenantId, patientId),
        statementTable.insert(tenantId, keys, { id, patientId, content, corrects: null, own: [] }),
      );
      tx.record('allergy-statement', id, patientId);
      noteEnded(tx, patientId, idsIn(ended));
      return statementTable.open(keys, statementTable.rows(inserted)[0]!);
    }, lockPatient(tenantId, patientId), { text: STANDING_ALLERGIES, values: [tenantId, patientId] });
  }

  /** Marks a statement that there are no known allergies as entered in error. */
  markStatementInError(ctx: Ctx, id: string, version: number, reason: string): Promise<StatementEntry> {
    return this.errors.mark(ctx, statementTable, id, version, reason);
  }

  async #insert(tx: AuditedTx, ctx: Ctx, { patientId, content, given, corrects, once }: Recording, ...before: Statement[]): Promise<AllergyEntry> {
    const { tenantId } = ctx;
    const { clinicalStatus, verification } = given;
    const id = uuidv7();
    const keys = await this.keyring.of(tenantId);
    const entry: NewEntry<AllergyContent> = { id, patientId, content, corrects, own: [clinicalStatus, verification] };
    const rows = await tx.group(
      ...before,
      allergyTable.insert(tenantId, keys, entry),
      statusChange(tenantId, keys, { id, patient_id: patientId, version: 1, clinicalStatus, verification, note: null }),
      ...(once ? [useKey(tenantId, once, id)] : []),
      ...(stands(clinicalStatus, verification) ? [endStatements(tenantId, patientId)] : []),
    );
    const [inserted, , ...others] = rows.slice(before.length);
    if (once && !others.shift()!.length) throw keyIsForAnotherRequest();
    tx.record('allergy', id, patientId);
    noteEnded(tx, patientId, idsIn(others[0]));
    return allergyTable.open(keys, allergyTable.rows(inserted)[0]!);
  }

  async #again(tx: AuditedTx, ctx: Ctx, id: string): Promise<AllergyEntry> {
    ctx.action = 'VIEWED';
    const [row] = allergyTable.rows((await tx.group(allergyTable.lock(ctx.tenantId, id)))[0]);
    const keys = await this.keyring.of(ctx.tenantId, allergyTable.sealedIn([row!]));
    tx.record('allergy', id, row!.patient_id);
    return allergyTable.open(keys, row!);
  }

  async #refuseTwice(ctx: Ctx, standing: Row[], content: AllergyContent, { clinicalStatus, verification }: AllergyInput): Promise<void> {
    if (!stands(clinicalStatus, verification)) return;
    const rows = allergyTable.rows(standing);
    const keys = await this.keyring.of(ctx.tenantId, allergyTable.sealedIn(rows));
    const same = rows.find((row) => isSameSubstance(allergyTable.open(keys, row).content, content));
    if (same) throw allergyIsRecorded(same.id);
  }

  #today(ctx: Ctx, practice: Row[] | undefined): string {
    return todayIn(this.countries.answer(ctx.tenantId, practice));
  }
}

interface Recording {
  patientId: string;
  content: AllergyContent;
  given: AllergyInput;
  corrects: string | null;
  once: Once | null;
}

const noteOf = ({ note }: { note?: string | null | undefined }): string | null => {
  const check = new InputCheck();
  const clean = check.lines(['note'], note, allergyLimits.note);
  check.throwIfAny();
  return clean;
};

function lockedAllergy(ctx: Ctx, [patient]: Row[], found: Row[], version: number): AllergyRow {
  mustSeeClinical(ctx);
  const row = changeable(allergyTable.rows(found)[0], version);
  // A merge gave it to another patient while this one waited for the lock.
  if (row.patient_id !== patient?.['id']) throw staleVersion();
  return row;
}

type Judgement = Pick<AllergyInput, 'clinicalStatus' | 'verification'> & { id: string; patient_id: string; version: number; note: string | null };

function statusChange(tenantId: string, keys: ScopeKeys, { id, patient_id, version, clinicalStatus, verification, note }: Judgement): Statement {
  const change = uuidv7();
  const sealed = note === null ? null : keys.seal('clinic.allergy_status_changes', change, 'note', { note });
  return { text: ADD_STATUS_CHANGE, values: [tenantId, change, id, patient_id, version, clinicalStatus, verification, sealed] };
}

function noteEnded(tx: AuditedTx, patientId: string, statementIds: string[]): void {
  for (const id of statementIds) {
    tx.record('allergy-statement', id, patientId);
    tx.change('allergy-statement', id, 'holds', true, false);
  }
}
