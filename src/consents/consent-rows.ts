import type { Statement } from '../platform/database/statement-group.js';
import type { ConsentDecision, ConsentMethod, ConsentPurpose, ConsentStatus } from './consent.enums.js';

/** A row of `clinic.consents` as the driver gives it. */
export interface ConsentRow {
  id: string;
  patient_id: string;
  purpose: ConsentPurpose;
  decision: ConsentDecision;
  method: ConsentMethod;
  decided_at: Date;
  valid_until: Date | null;
  document_id: string | null;
  details: Buffer;
  recorded_by: string;
  recorded_at: Date;
  error_at: Date | null;
  error_by: string | null;
  error_details: Buffer | null;
}

/** The decision that counts for one patient and purpose, and how it stands now. */
export interface StandingRow extends ConsentRow {
  status: Exclude<ConsentStatus, 'UNKNOWN'>;
}

const COLUMNS = `c.id, c.patient_id, c.purpose, c.decision, c.method, c.decided_at, c.valid_until, c.document_id, c.details,
  c.recorded_by, c.recorded_at, c.error_at, c.error_by, c.error_details`;

const STANDINGS = `
select distinct on (c.patient_id, c.purpose) ${COLUMNS},
  case when c.decision = 'GRANTED' and c.valid_until <= clock_timestamp() then 'EXPIRED' else c.decision end as status
from clinic.consents c
where c.tenant_id = $1 and c.patient_id = any ($2::uuid[]) and c.purpose = any ($3::text[]) and c.error_at is null
order by c.patient_id, c.purpose, c.decided_at desc, c.recorded_at desc, c.id desc`;

/** The decisions that count now for these patients and purposes. Of two decided at one instant the later recorded counts. */
export const standingsStatement = (tenantId: string, patientIds: readonly string[], purposes: readonly ConsentPurpose[]): Statement =>
  ({ text: STANDINGS, values: [tenantId, patientIds, purposes] });

/** Adds a decision: $1 tenant, $2 id, $3 patient, $4 purpose, $5 decision, $6 method, $7 decided at or null for now, $8 valid until, $9 document, $10 details, $11 member */
export const ADD_CONSENT = `
insert into clinic.consents as c (tenant_id, id, patient_id, purpose, decision, method, decided_at, valid_until, document_id, details, recorded_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning ${COLUMNS}`;

/** $1 tenant, $2 ids */
export const CONSENTS_BY_ID = `select ${COLUMNS} from clinic.consents c where c.tenant_id = $1 and c.id = any ($2::uuid[])`;

/** $1 tenant, $2 id. The lock makes two who mark one entry meet. */
export const CONSENT_TO_MARK = `select ${COLUMNS} from clinic.consents c where c.tenant_id = $1 and c.id = $2 for no key update`;

/** $1 tenant, $2 id, $3 member, $4 details */
export const MARK_CONSENT = `
update clinic.consents c set error_at = now(), error_by = $3, error_details = $4 where c.tenant_id = $1 and c.id = $2
returning ${COLUMNS}`;

const HISTORY = `c.tenant_id = $1 and c.patient_id = $2 and ($3::text is null or c.purpose = $3)`;

/** The decisions of a patient, the latest first: $1 tenant, $2 patient, $3 purpose or null, $4 how many, $5 the decision after which to go on or null */
export const CONSENT_HISTORY = `
select ${COLUMNS} from clinic.consents c
where ${HISTORY} and ($5::uuid is null or (c.decided_at, c.recorded_at, c.id) < (
  select a.decided_at, a.recorded_at, a.id from clinic.consents a where a.tenant_id = $1 and a.patient_id = $2 and a.id = $5))
order by c.decided_at desc, c.recorded_at desc, c.id desc limit $4`;

/** $1 tenant, $2 patient, $3 purpose or null */
export const COUNT_CONSENTS = `select count(*)::integer as total from clinic.consents c where ${HISTORY}`;
