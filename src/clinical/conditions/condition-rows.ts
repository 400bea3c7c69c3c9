import { type EntryRow, EntryTable } from '../entries/entry-table.js';
import type { ConditionContent } from './condition-content.js';
import type { ConditionClinicalStatus, ConditionVerification } from './condition.enums.js';

/** A row of `clinic.conditions`. */
export interface ConditionRow extends EntryRow {
  clinical_status: ConditionClinicalStatus;
  verification: ConditionVerification;
}

/** A row of `clinic.condition_status_changes`. */
export interface ConditionChangeRow {
  id: string;
  condition_id: string;
  clinical_status: ConditionClinicalStatus;
  verification: ConditionVerification;
  details: Buffer;
  changed_by: string;
  changed_at: Date;
}

export const conditionTable = new EntryTable<ConditionContent, ConditionRow>('clinic.conditions', 'condition', {
  recorded: ['clinical_status', 'verification'], filter: 'clinical_status',
});

/** What a condition must be to stand in the problem list: as SQL of a row `e`, and of two states. */
const STANDS = `e.status = 'ACTIVE' and e.clinical_status <> 'RESOLVED' and e.verification <> 'REFUTED'`;
export const stands = (clinicalStatus: ConditionClinicalStatus, verification: ConditionVerification): boolean => clinicalStatus !== 'RESOLVED' && verification !== 'REFUTED';

/** The conditions of a patient that stand: $1 tenant, $2 patient */
export const STANDING_CONDITIONS = conditionTable.select(`e.tenant_id = $1 and e.patient_id = $2 and ${STANDS}`);

/** The conditions that stand of the patient whose condition this is: $1 tenant, $2 condition */
export const STANDING_BESIDES = conditionTable.select(
  `e.tenant_id = $1 and e.id <> $2 and e.patient_id = (select c.patient_id from clinic.conditions c where c.tenant_id = $1 and c.id = $2) and ${STANDS}`);

/** $1 tenant, $2 condition, $3 clinical status, $4 verification */
export const CHANGE_STATUS = `
update clinic.conditions e set clinical_status = $3, verification = $4, version = e.version + 1 where e.tenant_id = $1 and e.id = $2`;

/** $1 tenant, $2 id, $3 condition, $4 patient, $5 version of the condition, $6 clinical status, $7 verification, $8 sealed details */
export const ADD_STATUS_CHANGE = `
insert into clinic.condition_status_changes (tenant_id, id, condition_id, patient_id, version, clinical_status, verification, details)
values ($1, $2, $3, $4, $5, $6, $7, $8)`;

/** $1 tenant, $2 conditions */
export const STATUS_CHANGES = `
select c.id, c.condition_id, c.clinical_status, c.verification, c.details, c.changed_by, c.changed_at
from clinic.condition_status_changes c where c.tenant_id = $1 and c.condition_id = any ($2::uuid[]) order by c.condition_id, c.version`;
