import type { PatientRecord } from '../patients/patient.model.js';

/** A row of `clinic.patient_merges` as the driver gives it. */
export interface MergeRow {
  id: string;
  survivor_id: string;
  duplicate_id: string;
  duplicate_mrn: string;
  survivor_version: number;
  duplicate_status: PatientRecord['row']['status'];
  identity: Buffer;
  clinical: Buffer;
  merged_by: string;
  merged_at: Date;
  undone_by: string | null;
  undone_at: Date | null;
  undone_because: Buffer | null;
  /** The later merge that must be undone before this one; null when there is none. */
  blocked_by: string | null;
}

const COLUMNS = `m.id, m.survivor_id, m.duplicate_id, m.survivor_version, m.duplicate_status, m.identity, m.clinical, m.merged_by, m.merged_at,
  m.undone_by, m.undone_at, m.undone_because,
  (select d.mrn from clinic.patients d where d.tenant_id = m.tenant_id and d.id = m.duplicate_id) as duplicate_mrn,
  coalesce(
    (select l.id from clinic.patient_merges l where l.tenant_id = m.tenant_id and l.duplicate_id = m.survivor_id and l.undone_at is null),
    (select l.id from clinic.patient_merges l where l.tenant_id = m.tenant_id and l.survivor_id = m.survivor_id and l.undone_at is null
       and l.survivor_version > m.survivor_version order by l.survivor_version desc limit 1)) as blocked_by`;

/** $1 tenant, $2 id */
export const MERGE_BY_ID = `select ${COLUMNS} from clinic.patient_merges m where m.tenant_id = $1 and m.id = $2`;

/** The merges that patients took part in, the newest first: $1 tenant, $2 ids of patients */
export const MERGES_OF_PATIENTS = `
select ${COLUMNS} from clinic.patient_merges m
where m.tenant_id = $1 and m.id in (
  select s.id from clinic.patient_merges s where s.tenant_id = $1 and s.survivor_id = any ($2::uuid[])
  union select d.id from clinic.patient_merges d where d.tenant_id = $1 and d.duplicate_id = any ($2::uuid[]))
order by m.merged_at desc, m.id desc`;

/** $1 tenant, $2 id, $3 survivor, $4 duplicate, $5 version of the survivor after, $6 status of the duplicate before, $7 identity, $8 clinical, $9 member */
export const KEEP_MERGE = `
insert into clinic.patient_merges as m (tenant_id, id, survivor_id, duplicate_id, survivor_version, duplicate_status, identity, clinical, merged_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
returning ${COLUMNS}`;

/** $1 tenant, $2 id, $3 member, $4 the reason, sealed */
export const MARK_UNDONE = `
update clinic.patient_merges m set undone_by = $3, undone_at = now(), undone_because = $4
where m.tenant_id = $1 and m.id = $2
returning ${COLUMNS}`;
