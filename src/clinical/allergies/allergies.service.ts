import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { PatientAges } from '../../patients/patient-ages.reader.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../../platform/crypto/keyring.js';
import type { AuditedTx } from '../../platform/database/audited-tx.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { badInput, notFound } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { PracticeCountries } from '../../tenants/practice-countries.reader.js';
import { patientDays } from '../entries/approximate-date.js';
import { EntryRecords, type Recipe } from '../entries/entry-records.service.js';
import { mustSeeClinical } from '../entries/entry.errors.js';
import type { Entry } from '../entries/entry-table.js';
import { lockPatient } from '../entries/patient-lock.js';
import { allergyIsRecorded, hasAllergies } from './allergies.errors.js';
import { type AllergyContent, allergyContent, allergyLimits, isSameSubstance } from './allergy-content.js';
import {
  ADD_STATUS_CHANGE, type AllergyRow, CHANGE_STATUS, STANDING_ALLERGIES, STANDING_BESIDES, type StatementContent, type StatementRow, allergyTable, endStatements,
  idsIn, stands, statementTable,
} from './allergy-rows.js';
import type { AllergyInput, ChangeAllergyStatusInput, NoKnownAllergiesInput, RecordAllergyInput } from './allergy.inputs.js';

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
    private readonly records: EntryRecords,
    private readonly countries: PracticeCountries,
    private readonly ages: PatientAges,
  ) {}

  /** Records an allergy; one that stands ends the statement that there are none. */
  record(ctx: Ctx, input: RecordAllergyInput): Promise<AllergyEntry> {
    const recipe = this.#recipe(ctx, input, { text: STANDING_ALLERGIES, values: [ctx.tenantId, input.patientId] });
    return this.records.record(ctx, recipe, 'recordAllergy', input);
  }

  /** Replaces an allergy that was entered in error by a right one. */
  correct(ctx: Ctx, id: string, version: number, input: AllergyInput, reason: string): Promise<AllergyEntry> {
    const recipe = this.#recipe(ctx, input, { text: STANDING_BESIDES, values: [ctx.tenantId, id] });
    return this.records.correct(ctx, recipe, id, version, reason);
  }

  /** Marks an allergy as entered in error. */
  markInError(ctx: Ctx, id: string, version: number, reason: string): Promise<AllergyEntry> {
    return this.records.mark(ctx, allergyTable, id, version, reason);
  }

  /** Judges an allergy anew; one that then stands ends the statement that there are none. */
  changeStatus(ctx: Ctx, id: string, version: number, input: ChangeAllergyStatusInput): Promise<AllergyEntry> {
    const { tenantId } = ctx;
    return this.records.change(ctx, allergyTable, id, version, async ({ tx, keys, row }) => {
      const note = noteOf(input);
      const after = { clinicalStatus: input.clinicalStatus ?? row.clinical_status, verification: input.verification ?? row.verification };
      if (after.clinicalStatus === row.clinical_status && after.verification === row.verification) throw badInput([{ path: ['input'], reason: 'NO_CHANGE' }]);
      const [, , ended] = await tx.group(
        { text: CHANGE_STATUS, values: [tenantId, id, after.clinicalStatus, after.verification] },
        statusChange(tenantId, keys, { id, patientId: row.patient_id, version: version + 1, ...after, note }),
        ...(stands(after.clinicalStatus, after.verification) ? [endStatements(tenantId, row.patient_id)] : []),
      );
      tx.change('allergy', id, 'clinicalStatus', row.clinical_status, after.clinicalStatus);
      tx.change('allergy', id, 'verification', row.verification, after.verification);
      noteEnded(tx, row.patient_id, ended);
      return allergyTable.open(keys, { ...row, clinical_status: after.clinicalStatus, verification: after.verification, version: version + 1 });
    });
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
      noteEnded(tx, patientId, ended);
      return statementTable.open(keys, statementTable.rows(inserted)[0]!);
    }, lockPatient(tenantId, patientId), { text: STANDING_ALLERGIES, values: [tenantId, patientId] });
  }

  /** Marks a statement that there are no known allergies as entered in error. */
  markStatementInError(ctx: Ctx, id: string, version: number, reason: string): Promise<StatementEntry> {
    return this.records.mark(ctx, statementTable, id, version, reason);
  }

  #recipe(ctx: Ctx, input: AllergyInput, standing: Statement): Recipe<AllergyContent, AllergyRow> {
    const { tenantId } = ctx;
    const { clinicalStatus, verification } = input;
    const counts = stands(clinicalStatus, verification);
    return {
      table: allergyTable,
      questions: [standing, ...this.ages.ask(tenantId)],
      make: async (patient, [others, ...practice]) => {
        const country = this.countries.answer(tenantId, practice[0]);
        const content = allergyContent(input, patientDays(country, await this.ages.answer(tenantId, patient, practice)));
        if (counts) await this.#refuseTwice(ctx, others!, content);
        return {
          content, own: [clinicalStatus, verification],
          along: (keys, { id, patientId }) => [
            statusChange(tenantId, keys, { id, patientId, version: 1, clinicalStatus, verification, note: null }),
            ...(counts ? [endStatements(tenantId, patientId)] : []),
          ],
          noted: (tx, patientId, [, ended]) => noteEnded(tx, patientId, ended),
        };
      },
    };
  }

  async #refuseTwice(ctx: Ctx, standing: Row[], content: AllergyContent): Promise<void> {
    const rows = allergyTable.rows(standing);
    const keys = await this.keyring.of(ctx.tenantId, allergyTable.sealedIn(rows));
    const same = rows.find((row) => isSameSubstance(allergyTable.open(keys, row).content, content));
    if (same) throw allergyIsRecorded(same.id);
  }
}

const noteOf = ({ note }: { note?: string | null | undefined }): string | null => {
  const check = new InputCheck();
  const clean = check.lines(['note'], note, allergyLimits.note);
  check.throwIfAny();
  return clean;
};

type Judgement = Pick<AllergyInput, 'clinicalStatus' | 'verification'> & { id: string; patientId: string; version: number; note: string | null };

function statusChange(tenantId: string, keys: ScopeKeys, { id, patientId, version, clinicalStatus, verification, note }: Judgement): Statement {
  const change = uuidv7();
  const sealed = note === null ? null : keys.seal('clinic.allergy_status_changes', change, 'note', { note });
  return { text: ADD_STATUS_CHANGE, values: [tenantId, change, id, patientId, version, clinicalStatus, verification, sealed] };
}

function noteEnded(tx: AuditedTx, patientId: string, ended: Row[] | undefined): void {
  for (const id of idsIn(ended)) {
    tx.record('allergy-statement', id, patientId);
    tx.change('allergy-statement', id, 'holds', true, false);
  }
}
