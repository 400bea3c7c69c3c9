import type { Row, Statement } from '../../platform/database/statement-group.js';
import { type EntryRow, EntryTable } from '../entries/entry-table.js';
import type { AllergyContent } from './allergy-content.js';
import type { AllergyClinicalStatus, AllergyVerification } from './allergy.enums.js';

/** A row of `clinic.allergies`. */
export interface AllergyRow extends EntryRow {
  clinical_status: AllergyClinicalStatus;
  verification: AllergyVerification;
}

/** A row of `clinic.allergy_statements`. */
export interface StatementRow extends EntryRow {
  ended_by: string | null;
  ended_at: Date | null;
}

/** A row of `clinic.allergy_status_changes`. */
export interface StatusChangeRow {
  id: string;
  allergy_id: string;
  clinical_status: AllergyClinicalStatus;
  verification: AllergyVerification;
  note: Buffer | null;
  changed_by: string;
  changed_at: Date;
}

/** What is sealed in `clinic.allergy_statements.content`. */
export interface StatementContent {
  note: string | null;
}

export const allergyTable = new EntryTable<AllergyContent, AllergyRow>('clinic.allergies', 'allergy', { recorded: ['clinical_status', 'verification'], filter: 'clinical_status' });

export const statementTable = new EntryTable<StatementContent, StatementRow>('clinic.allergy_statements', 'allergy-statement', { later: ['ended_by', 'ended_at'] });

/** What an allergy must be to count today: as SQL of a row `e`, and of two states. */
const STANDS = `e.status = 'ACTIVE' and e.clinical_status = 'ACTIVE' and e.verification <> 'REFUTED'`;
export const stands = (clinicalStatus: AllergyClinicalStatus, verification: AllergyVerification): boolean => clinicalStatus === 'ACTIVE' && verification !== 'REFUTED';

const HOLDS = `e.status = 'ACTIVE' and e.ended_at is null`;

/** The allergies of a patient that stand: $1 tenant, $2 patient */
export const STANDING_ALLERGIES = allergyTable.select(`e.tenant_id = $1 and e.patient_id = $2 and ${STANDS}`);

/** The allergies that stand of the patient whose allergy this is: $1 tenant, $2 allergy */
export const STANDING_BESIDES = allergyTable.select(
  `e.tenant_id = $1 and e.id <> $2 and e.patient_id = (select a.patient_id from clinic.allergies a where a.tenant_id = $1 and a.id = $2) and ${STANDS}`);

/** Which of these patients have an allergy that stands: $1 tenant, $2 patients */
export const WITH_ALLERGIES = `
select p.id from unnest($2::uuid[]) as p (id)
where exists (select from clinic.allergies e where e.tenant_id = $1 and e.patient_id = p.id and ${STANDS})`;

/** The statements of these patients that hold, the last one first: $1 tenant, $2 patients */
export const STATEMENTS_THAT_HOLD = statementTable.select(`e.tenant_id = $1 and e.patient_id = any ($2::uuid[]) and ${HOLDS} order by e.recorded_at desc, e.id desc`);

/** Ends the statements of a patient that hold; gives their ids. */
export const endStatements = (tenantId: string, patientId: string): Statement => ({
  text: `
update clinic.allergy_statements e set ended_by = platform.current_member(), ended_at = now(), version = e.version + 1
where e.tenant_id = $1 and e.patient_id = $2 and ${HOLDS} returning e.id`,
  values: [tenantId, patientId],
});

/** $1 tenant, $2 allergy, $3 clinical status, $4 verification */
export const CHANGE_STATUS = `
update clinic.allergies e set clinical_status = $3, verification = $4, version = e.version + 1 where e.tenant_id = $1 and e.id = $2`;

/** $1 tenant, $2 id, $3 allergy, $4 patient, $5 version of the allergy, $6 clinical status, $7 verification, $8 sealed note or null */
export const ADD_STATUS_CHANGE = `
insert into clinic.allergy_status_changes (tenant_id, id, allergy_id, patient_id, version, clinical_status, verification, note)
values ($1, $2, $3, $4, $5, $6, $7, $8)`;

/** $1 tenant, $2 allergies */
export const STATUS_CHANGES = `
select c.id, c.allergy_id, c.clinical_status, c.verification, c.note, c.changed_by, c.changed_at
from clinic.allergy_status_changes c where c.tenant_id = $1 and c.allergy_id = any ($2::uuid[]) order by c.allergy_id, c.version`;

/** The ids in rows of a statement that gives nothing else of interest. */
export const idsIn = (rows: Row[] | undefined): string[] => (rows ?? []).map(({ id }) => id as string);
