import { FOUND_COLUMNS, type FoundRow, whoItIs } from './patient-rows.js';

/** A patient who shares a token with a subject, the place of which, from 0, is among those asked about. */
export interface CandidateRow extends FoundRow {
  subject: number;
}

/**
 * Patients who share tokens with the subjects, of each subject those who share most. Of each token the newest holders only are
 * looked at. For somebody who was merged comes the survivor.
 * $1 tenant, $2 subjects, $3 fields, $4 tokens, $5 holders looked at, $6 candidates for each subject
 */
export const DUPLICATE_CANDIDATES = `
with asked as materialized (
  select * from unnest($2::smallint[], $3::text[], $4::bytea[]) as a (subject, field, token)
), hits as materialized (
  select a.subject, h.patient_id
  from asked a cross join lateral (
    select k.patient_id from clinic.patient_tokens k
    where k.tenant_id = $1 and k.field = a.field and k.token = a.token
    order by k.patient_id desc limit $5
  ) h
), candidates as materialized (
  select r.subject, r.patient_id from (
    select subject, patient_id, row_number() over (partition by subject order by count(*) desc, patient_id desc) as place
    from hits group by subject, patient_id
  ) r where r.place <= $6
)
select c.subject, ${FOUND_COLUMNS}
from candidates c cross join lateral ${whoItIs('k.id = c.patient_id')}`;
