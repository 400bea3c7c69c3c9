import type { Row, Statement } from '../platform/database/statement-group.js';
import type { DocumentKind } from './document.enums.js';

/** A document and, once stored, its content, as the driver gives them. */
export interface DocumentRow {
  id: string;
  patient_id: string;
  kind: DocumentKind;
  description: Buffer;
  recorded_by: string;
  recorded_at: Date;
  corrects: string | null;
  corrected_by: string | null;
  error_by: string | null;
  error_at: Date | null;
  error_reason: Buffer | null;
  version: number;
  /** All five are null until the content is stored. */
  file_id: string | null;
  content: Buffer | null;
  /** bigint, as text */
  size: string | null;
  stored_by: string | null;
  stored_at: Date | null;
}

const COLUMNS = `d.id, d.patient_id, d.kind, d.description, d.recorded_by, d.recorded_at, d.corrects, d.error_by, d.error_at, d.error_reason, d.version,
  f.id as file_id, f.content, f.size, f.stored_by, f.stored_at,
  (select c.id from clinic.documents c join clinic.document_files g on g.tenant_id = c.tenant_id and g.document_id = c.id
   where c.tenant_id = d.tenant_id and c.corrects = d.id and c.error_at is null) as corrected_by`;

const DOCUMENTS = `select ${COLUMNS} from clinic.documents d left join clinic.document_files f on f.tenant_id = d.tenant_id and f.document_id = d.id`;

const DOCUMENT = `${DOCUMENTS} where d.tenant_id = $1 and d.id = $2`;

const DOCUMENTS_BY_ID = `${DOCUMENTS} where d.tenant_id = $1 and d.id = any ($2::uuid[])`;

const DOCUMENT_TO_CHANGE = `${DOCUMENT} for no key update of d`;

/** The rows of a statement, as what they are. */
export const documentRows = (rows: Row[] | undefined): DocumentRow[] => (rows ?? []) as unknown as DocumentRow[];

/** One document. */
export const oneDocument = (tenantId: string, id: string): Statement => ({ text: DOCUMENT, values: [tenantId, id] });

/** These documents. */
export const documentsByIds = (tenantId: string, ids: readonly string[]): Statement => ({ text: DOCUMENTS_BY_ID, values: [tenantId, ids] });

/** One document, locked until the transaction ends, so that two changes of one version meet. */
export const lockDocument = (tenantId: string, id: string): Statement => ({ text: DOCUMENT_TO_CHANGE, values: [tenantId, id] });

/** Which documents of a patient are listed. */
export interface Listed {
  clinical: boolean;
  /** Null for all. */
  kinds: readonly DocumentKind[] | null;
  includeEnteredInError: boolean;
}

const LISTED = 'd.tenant_id = $1 and d.patient_id = p.id and d.is_clinical = $3 and ($4::text[] is null or d.kind = any ($4)) and ($5 or d.error_at is null)';

const PAGES = `
select l.* from unnest($2::uuid[]) as p (id) cross join lateral (
  ${DOCUMENTS} where ${LISTED}
    and ($7::uuid is null or (d.recorded_at, d.id) < (select a.recorded_at, a.id from clinic.documents a where a.tenant_id = $1 and a.id = $7))
  order by d.recorded_at desc, d.id desc limit $6) l
order by l.recorded_at desc, l.id desc`;

const COUNTS = `
select p.id, (select count(*) from clinic.documents d where ${LISTED})::integer as total from unnest($2::uuid[]) as p (id)`;

/** `count` documents of each of these patients after one of them, those added last first. */
export const pagesOf = (tenantId: string, patientIds: readonly string[], listed: Listed, count: number, after: string | null): Statement => ({
  text: PAGES, values: [tenantId, patientIds, listed.clinical, listed.kinds, listed.includeEnteredInError, count, after],
});

/** How many documents of each of these patients are listed: rows of `id` and `total`. */
export const countsOf = (tenantId: string, patientIds: readonly string[], listed: Listed): Statement => ({
  text: COUNTS, values: [tenantId, patientIds, listed.clinical, listed.kinds, listed.includeEnteredInError],
});

/** Adds a document; gives no row when the id is taken. $1 tenant, $2 id, $3 patient, $4 kind, $5 description, $6 corrects */
export const ADD_DOCUMENT = `
insert into clinic.documents (tenant_id, id, patient_id, kind, description, corrects) values ($1, $2, $3, $4, $5, $6)
on conflict on constraint documents__pkey do nothing returning id`;

/** $1 tenant, $2 id, $3 kind, $4 description */
export const EDIT_DOCUMENT = 'update clinic.documents set kind = $3, description = $4, version = version + 1 where tenant_id = $1 and id = $2';

/** The database notes who marked it, and when. $1 tenant, $2 id, $3 reason */
export const MARK_DOCUMENT = 'update clinic.documents set error_at = now(), error_reason = $3, version = version + 1 where tenant_id = $1 and id = $2';

/** Adds the content of a document; gives no row when it has one. $1 tenant, $2 object, $3 document, $4 content, $5 size */
export const ADD_FILE = `
insert into clinic.document_files (tenant_id, id, document_id, content, size) values ($1, $2, $3, $4, $5)
on conflict on constraint document_files__document do nothing returning id`;
