/** A row of `clinic.family_links` as the driver gives it. */
export interface LinkRow {
  id: string;
  patient_id: string;
  relative_id: string;
  details: Buffer;
  linked_by: string;
  linked_at: Date;
  ended_at: Date | null;
  ended_by: string | null;
  end_details: Buffer | null;
}

const COLUMNS = 'l.id, l.patient_id, l.relative_id, l.details, l.linked_by, l.linked_at, l.ended_at, l.ended_by, l.end_details';

// A link to oneself is what merging two who are linked leaves behind.
const between = (condition: string): string =>
  `select ${COLUMNS} from clinic.family_links l where l.tenant_id = $1 and l.patient_id <> l.relative_id and ${condition}`;

/** Every link of these patients, past ones too, each once: $1 tenant, $2 patients */
export const LINKS_OF = `
${between('l.patient_id = any ($2::uuid[])')}
union all
${between('l.relative_id = any ($2::uuid[]) and l.patient_id <> all ($2::uuid[])')}
order by linked_at, id`;

// Two links that are made at once could close a circle that neither sees. The practice's row lets them follow one another;
// it is not the lock that rows which refer to the practice wait for.
export const ONE_LINK_AT_A_TIME = 'select from clinic.tenants t where t.id = $1 for no key update';

/** $1 tenant, $2 id, $3 patient, $4 relative, $5 details, $6 member */
export const ADD_LINK = `
insert into clinic.family_links as l (tenant_id, id, patient_id, relative_id, details, linked_by) values ($1, $2, $3, $4, $5, $6)
returning ${COLUMNS}`;

/** $1 tenant, $2 id. The lock makes two who end one link meet. */
export const LINK_TO_END = `select ${COLUMNS} from clinic.family_links l where l.tenant_id = $1 and l.id = $2 for no key update`;

/** $1 tenant, $2 id, $3 member, $4 details */
export const END_LINK = `
update clinic.family_links l set ended_at = now(), ended_by = $3, end_details = $4 where l.tenant_id = $1 and l.id = $2
returning ${COLUMNS}`;
