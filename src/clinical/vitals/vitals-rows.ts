import { type EntryRow, EntryTable } from '../entries/entry-table.js';
import type { VitalsContent } from './vitals-content.js';

/** A row of `clinic.vitals`. */
export interface VitalsRow extends EntryRow {
  measured_at: Date;
  chamber_id: string | null;
}

/** What is read of an occasion to tell values in the course of time. */
export type OccasionRow = Pick<VitalsRow, 'id' | 'patient_id' | 'content' | 'measured_at'>;

export const vitalsTable = new EntryTable<VitalsContent, VitalsRow>('clinic.vitals', 'vitals', { recorded: ['measured_at', 'chamber_id'], order: 'measured_at' });

/** The occasions of patients that stand, the latest first: $1 tenant, $2 patients, $3 from, $4 before, $5 how many of each */
export const OCCASIONS = `
select e.* from unnest($2::uuid[]) as p (id) cross join lateral (
  select e.id, e.patient_id, e.content, e.measured_at from clinic.vitals e
  where e.tenant_id = $1 and e.patient_id = p.id and e.status = 'ACTIVE' and e.measured_at >= $3 and e.measured_at < $4
  order by e.measured_at desc, e.id desc limit $5) e
order by e.measured_at desc, e.id desc`;

/** The chamber that a request names, if the practice has it: $1 tenant, $2 chamber or null */
export const CHAMBER = 'select c.id from clinic.chambers c where c.tenant_id = $1 and c.id = $2';
