import type { Statement } from '../platform/database/statement-group.js';

/** A column that names a patient: a merge makes it name the survivor instead of the duplicate. */
export interface Repointed {
  table: `clinic.${string}`;
  column: string;
  /** What a row is, in the words of the audit trail. */
  kind: string;
}

/** Every column that names a patient, save those in `keptAsTheyAre`; each of its tables has the key (tenant_id, id). */
export const repointed: readonly Repointed[] = [
  { table: 'clinic.patients', column: 'merged_into', kind: 'merged-patient' },
  { table: 'clinic.allergies', column: 'patient_id', kind: 'allergy' },
  { table: 'clinic.allergy_status_changes', column: 'patient_id', kind: 'allergy-status-change' },
  { table: 'clinic.allergy_statements', column: 'patient_id', kind: 'allergy-statement' },
  { table: 'clinic.conditions', column: 'patient_id', kind: 'condition' },
  { table: 'clinic.condition_status_changes', column: 'patient_id', kind: 'condition-status-change' },
  { table: 'clinic.vitals', column: 'patient_id', kind: 'vitals' },
  { table: 'clinic.notes', column: 'patient_id', kind: 'note' },
  { table: 'clinic.documents', column: 'patient_id', kind: 'document' },
  { table: 'clinic.consents', column: 'patient_id', kind: 'consent' },
  { table: 'clinic.family_links', column: 'patient_id', kind: 'family-link' },
  { table: 'clinic.family_links', column: 'relative_id', kind: 'family-link' },
  { table: 'clinic.prescriptions', column: 'patient_id', kind: 'prescription' },
  { table: 'clinic.prescription_checks', column: 'patient_id', kind: 'prescription-check' },
  { table: 'clinic.invoices', column: 'patient_id', kind: 'invoice' },
  { table: 'clinic.payments', column: 'patient_id', kind: 'payment' },
  { table: 'clinic.appointments', column: 'patient_id', kind: 'appointment' },
  { table: 'clinic.waitlist_entries', column: 'patient_id', kind: 'waitlist-entry' },
  { table: 'clinic.patient_policies', column: 'patient_id', kind: 'patient-policy' },
  { table: 'clinic.claims', column: 'patient_id', kind: 'claim' },
  { table: 'clinic.patient_source_ids', column: 'patient_id', kind: 'source-id' },
];

/** The columns that go on naming the duplicate, and why. */
export const keptAsTheyAre: Readonly<Record<string, string>> = {
  'clinic.patient_tokens.patient_id': 'A duplicate stays findable by what they were known by; the search shows the survivor in their place.',
  'clinic.patient_merges.survivor_id': 'Tells what was merged into what at that time.',
  'clinic.patient_merges.duplicate_id': 'Tells what was merged into what at that time.',
};

/** Where rows are that were given to the survivor, as `patient_merge_rows.place` has it. */
export const placeOf = ({ table, column }: Repointed): string => `${table}.${column}`;

/** Gives every row of the duplicate to the survivor and keeps which they were: one statement for each column, each with the one row `{ count }`. */
export const giveToSurvivor = (tenantId: string, mergeId: string, survivorId: string, duplicateId: string): Statement[] =>
  repointed.map((one) => ({
    text: `
with moved as (update ${one.table} set ${one.column} = $3 where tenant_id = $1 and ${one.column} = $4 returning id),
kept as (
  insert into clinic.patient_merge_rows (tenant_id, merge_id, place, row_id) select $1, $2, '${placeOf(one)}', id from moved returning row_id
)
select count(*)::integer as count from kept`,
    values: [tenantId, mergeId, survivorId, duplicateId],
  }));

/** Gives the rows of a merge back to the duplicate, those that the survivor still has: one statement for each column. */
export const giveBack = (tenantId: string, mergeId: string, survivorId: string, duplicateId: string): Statement[] =>
  repointed.map((one) => ({
    text: `
update ${one.table} t set ${one.column} = $4 from clinic.patient_merge_rows r
where r.tenant_id = $1 and r.merge_id = $2 and r.place = '${placeOf(one)}'
  and t.tenant_id = $1 and t.id = r.row_id and t.${one.column} = $3`,
    values: [tenantId, mergeId, survivorId, duplicateId],
  }));

const places = `(values ${repointed.map((one, index) => `(${index}, '${placeOf(one)}', '${one.kind}')`).join(', ')}) as p (ordinal, place, kind)`;

/** How many rows of each kind a patient has: $1 tenant, $2 patient */
export const COUNT_ROWS = `
select k.kind, sum(k.count)::integer as count from (
${repointed.map((one, index) => `select ${index} as ordinal, '${one.kind}' as kind, count(*) as count from ${one.table} where tenant_id = $1 and ${one.column} = $2`).join('\nunion all\n')}
) k where k.count > 0 group by k.kind order by min(k.ordinal)`;

/** How many rows of each kind merges gave to their survivors: $1 tenant, $2 ids of merges */
export const COUNT_GIVEN = `
select r.merge_id, p.kind, count(*)::integer as count from clinic.patient_merge_rows r join ${places} on p.place = r.place
where r.tenant_id = $1 and r.merge_id = any ($2::uuid[])
group by r.merge_id, p.kind order by min(p.ordinal)`;
