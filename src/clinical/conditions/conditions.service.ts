import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { PatientAges } from '../../patients/patient-ages.reader.js';
import type { Ctx } from '../../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import { badInput } from '../../platform/errors.js';
import { PracticeCountries } from '../../tenants/practice-countries.reader.js';
import { ConditionCodes } from '../../terminology/condition-codes.reader.js';
import { type PatientDays, patientDays } from '../entries/approximate-date.js';
import { EntryRecords, type Recipe } from '../entries/entry-records.service.js';
import type { Entry } from '../entries/entry-table.js';
import type { LockedPatient } from '../entries/patient-lock.js';
import { type ConditionContent, type StatusDetails, conditionContent, isSameCondition, statusDetails } from './condition-content.js';
import {
  ADD_STATUS_CHANGE, CHANGE_STATUS, type ConditionRow, STANDING_BESIDES, STANDING_CONDITIONS, conditionTable, stands,
} from './condition-rows.js';
import type { ChangeConditionStatusInput, ConditionInput, RecordConditionInput, ResolveConditionInput } from './condition.inputs.js';
import { conditionIsRecorded } from './conditions.errors.js';

type ConditionEntry = Entry<ConditionContent, ConditionRow>;

/** Keeps problem lists: records and corrects conditions, and judges them over time. */
@Injectable()
export class ConditionsService {
  constructor(
    private readonly keyring: Keyring,
    private readonly records: EntryRecords,
    private readonly codes: ConditionCodes,
    private readonly countries: PracticeCountries,
    private readonly ages: PatientAges,
  ) {}

  /** Records a condition, unless one that is written alike stands. */
  record(ctx: Ctx, input: RecordConditionInput): Promise<ConditionEntry> {
    const recipe = this.#recipe(ctx, input, { text: STANDING_CONDITIONS, values: [ctx.tenantId, input.patientId] });
    return this.records.record(ctx, recipe, 'recordCondition', input);
  }

  /** Replaces a condition that was entered in error by a right one. */
  correct(ctx: Ctx, id: string, version: number, input: ConditionInput, reason: string): Promise<ConditionEntry> {
    const recipe = this.#recipe(ctx, input, { text: STANDING_BESIDES, values: [ctx.tenantId, id] });
    return this.records.correct(ctx, recipe, id, version, reason);
  }

  /** Marks a condition as entered in error. */
  markInError(ctx: Ctx, id: string, version: number, reason: string): Promise<ConditionEntry> {
    return this.records.mark(ctx, conditionTable, id, version, reason);
  }

  /** Says that a condition is over. */
  resolve(ctx: Ctx, id: string, version: number, input: ResolveConditionInput): Promise<ConditionEntry> {
    return this.changeStatus(ctx, id, version, { ...input, clinicalStatus: 'RESOLVED' });
  }

  /** Judges a condition anew; what was recorded stays. */
  changeStatus(ctx: Ctx, id: string, version: number, input: ChangeConditionStatusInput): Promise<ConditionEntry> {
    const { tenantId } = ctx;
    return this.records.change(ctx, conditionTable, id, version, async ({ tx, keys, row, patient, answers }) => {
      const { content } = conditionTable.open(keys, row);
      const after = { clinicalStatus: input.clinicalStatus ?? row.clinical_status, verification: input.verification ?? row.verification };
      const details = statusDetails(input, after.clinicalStatus, content.onset, await this.#days(ctx, patient, answers));
      if (after.clinicalStatus === row.clinical_status && after.verification === row.verification) throw badInput([{ path: ['input'], reason: 'NO_CHANGE' }]);
      await tx.group(
        { text: CHANGE_STATUS, values: [tenantId, id, after.clinicalStatus, after.verification] },
        statusChange(tenantId, keys, { id, patientId: row.patient_id, version: version + 1, ...after, details }),
      );
      tx.change('condition', id, 'clinicalStatus', row.clinical_status, after.clinicalStatus);
      tx.change('condition', id, 'verification', row.verification, after.verification);
      return conditionTable.open(keys, { ...row, clinical_status: after.clinicalStatus, verification: after.verification, version: version + 1 });
    }, ...this.ages.ask(tenantId));
  }

  #recipe(ctx: Ctx, input: ConditionInput, standing: Statement): Recipe<ConditionContent, ConditionRow> {
    const { tenantId } = ctx;
    const { clinicalStatus, verification } = input;
    return {
      table: conditionTable,
      questions: [standing, this.codes.ask(input.code), ...this.ages.ask(tenantId)],
      make: async (patient, [others, named, ...practice]) => {
        const { content, abatement } = conditionContent(input, this.codes.answer(input.code, named), await this.#days(ctx, patient, practice));
        if (stands(clinicalStatus, verification)) await this.#refuseTwice(ctx, others!, content);
        return {
          content, own: [clinicalStatus, verification],
          along: (keys, { id, patientId }) => [statusChange(tenantId, keys, { id, patientId, version: 1, clinicalStatus, verification, details: { abatement, note: null } })],
        };
      },
    };
  }

  async #days(ctx: Ctx, patient: LockedPatient, practice: Row[][]): Promise<PatientDays> {
    return patientDays(this.countries.answer(ctx.tenantId, practice[0]), await this.ages.answer(ctx.tenantId, patient, practice));
  }

  async #refuseTwice(ctx: Ctx, standing: Row[], content: ConditionContent): Promise<void> {
    const rows = conditionTable.rows(standing);
    const keys = await this.keyring.of(ctx.tenantId, conditionTable.sealedIn(rows));
    const same = rows.find((row) => isSameCondition(conditionTable.open(keys, row).content, content));
    if (same) throw conditionIsRecorded(same.id);
  }
}

type Judgement = Pick<ConditionInput, 'clinicalStatus' | 'verification'> & { id: string; patientId: string; version: number; details: StatusDetails };

function statusChange(tenantId: string, keys: ScopeKeys, { id, patientId, version, clinicalStatus, verification, details }: Judgement): Statement {
  const change = uuidv7();
  const sealed = keys.seal('clinic.condition_status_changes', change, 'details', details);
  return { text: ADD_STATUS_CHANGE, values: [tenantId, change, id, patientId, version, clinicalStatus, verification, sealed] };
}
