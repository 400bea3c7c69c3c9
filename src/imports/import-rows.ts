import type { DelimiterName } from './csv-records.js';
import type { FileEncoding } from './file-text.js';
import type { ImportField } from './import-fields.js';
import type { ImportState, Interruption, LineState } from './import-states.js';
import type { ColumnContent, Finding, Mapping } from './import-line.js';

/** What is sealed in `clinic.patient_imports.details`. */
export interface ImportDetails {
  fileName: string;
  /** The list or software the file comes from: source ids are unique within it. */
  source: string | null;
  /** As declared; null to be told from the file. */
  delimiter: DelimiterName | null;
  file: FileFacts | null;
  mapping: Mapping | null;
}

/** What the file itself told. */
export interface FileFacts {
  encoding: FileEncoding;
  delimiter: DelimiterName;
  hasHeader: boolean;
  dateOrder: Mapping['dateOrder'];
  duplicateHeaders: boolean;
  /** Lines that are no UTF-8. */
  unreadable: number;
  columns: Array<{ header: string | null; suggested: ImportField | null; content: ColumnContent; legacyBangla: boolean }>;
  /** The member who sent it. */
  uploadedBy: string;
}

/** What is sealed in `clinic.patient_import_rows.findings`. */
export interface Findings {
  faults: Finding[];
  warnings: Finding[];
}

/** A row of `clinic.patient_imports` as it stands at this moment. */
export interface ImportRow {
  id: string;
  state: ImportState;
  interruption: Interruption | null;
  details: Buffer;
  total: number;
  checked: number;
  ready: number;
  faulty: number;
  warned: number;
  known: number;
  imported: number;
  created_by: string;
  created_at: Date;
  uploaded_at: Date | null;
  started_at: Date | null;
  ended_at: Date | null;
  same_file_as: string | null;
}

/** A row of `clinic.patient_import_rows`. */
export interface LineRow {
  id: string;
  line: number;
  state: LineState;
  findings: Buffer | null;
  known_id: string | null;
  mrn: string | null;
}

/** The same with what came in the file. */
export interface FullLineRow extends LineRow {
  cells: Buffer | null;
}

// Seconds. Longer than any batch takes; whoever died is waited for so long.
const LEASE = `interval '30 seconds'`;
const UPLOAD_LEASE = `interval '60 seconds'`;
const LAPSED = `i.state in ('CHECKING', 'RUNNING') and i.leased_until < now()`;

const COLUMNS = `i.id, case when ${LAPSED} then 'INTERRUPTED' else i.state end as state,
  case when ${LAPSED} then 'SERVER_STOPPED' else i.interruption end as interruption,
  i.details, i.total, i.checked, i.ready, i.faulty, i.warned, i.known, i.imported, i.created_by, i.created_at, i.uploaded_at, i.started_at, i.ended_at,
  (select e.id from clinic.patient_imports e where e.tenant_id = i.tenant_id and e.file_token = i.file_token and e.id <> i.id order by e.id desc limit 1) as same_file_as`;

/** $1 tenant, $2 id */
export const IMPORT_BY_ID = `select ${COLUMNS} from clinic.patient_imports i where i.tenant_id = $1 and i.id = $2`;

// The lock lets a batch that runs come to its end before anybody decides.
export const IMPORT_TO_CHANGE = `${IMPORT_BY_ID} for no key update`;

/** $1 tenant, $2 how many */
export const NEWEST_IMPORTS = `select ${COLUMNS} from clinic.patient_imports i where i.tenant_id = $1 order by i.id desc limit $2`;

/** $1 tenant, $2 how many, $3 id after which to go on */
export const NEXT_IMPORTS = `select ${COLUMNS} from clinic.patient_imports i where i.tenant_id = $1 and i.id < $3 order by i.id desc limit $2`;

export const COUNT_IMPORTS = 'select count(*)::integer as total from clinic.patient_imports i where i.tenant_id = $1';

/** $1 tenant, $2 id, $3 details, $4 member, $5 days after which it expires */
export const CREATE_IMPORT = `
insert into clinic.patient_imports as i (tenant_id, id, details, created_by, keep_days) values ($1, $2, $3, $4, $5) returning ${COLUMNS}`;

/** Takes an import that awaits its file for one upload, unless another upload is at it: $1 tenant, $2 id, $3 lease */
export const CLAIM_FOR_UPLOAD = `
update clinic.patient_imports i set lease = $3, leased_until = now() + ${UPLOAD_LEASE}, touched_at = now()
where i.tenant_id = $1 and i.id = $2 and i.state = 'AWAITING_FILE' and (i.lease is null or i.leased_until < now())
returning i.id`;

// The lease must be its own, even one that lapsed: whoever took the import meanwhile has dropped the lines that came before.
/** Lets an upload go on: $1 tenant, $2 id, $3 lease */
export const CONTINUE_UPLOAD = `
update clinic.patient_imports i set leased_until = now() + ${UPLOAD_LEASE}, touched_at = now()
where i.tenant_id = $1 and i.id = $2 and i.state = 'AWAITING_FILE' and i.lease = $3
returning i.id`;

/** $1 tenant, $2 import */
export const DROP_LINES = 'delete from clinic.patient_import_rows r where r.tenant_id = $1 and r.import_id = $2';

/** $1 tenant, $2 import, $3 ids, $4 lines, $5 cells */
export const STAGE_LINES = `
insert into clinic.patient_import_rows (tenant_id, import_id, id, line, cells)
select $1, $2, w.id, w.line, w.cells from unnest($3::uuid[], $4::integer[], $5::bytea[]) as w (id, line, cells)`;

/** $1 tenant, $2 id, $3 details, $4 file token, $5 how many lines */
export const END_UPLOAD = `
update clinic.patient_imports i set state = 'MAPPING', details = $3, file_token = $4, total = $5, uploaded_at = now(), touched_at = now(), lease = null, leased_until = null
where i.tenant_id = $1 and i.id = $2`;

/** $1 tenant, $2 id, $3 lease */
export const GIVE_UP_UPLOAD = `
update clinic.patient_imports i set lease = null, leased_until = null, touched_at = now()
where i.tenant_id = $1 and i.id = $2 and i.lease = $3 and i.state = 'AWAITING_FILE' returning i.id`;

/** Tells the line of the headings, which is no patient, from the others: $1 tenant, $2 import, $3 its state */
export const PLACE_FIRST_LINE = `
update clinic.patient_import_rows r set state = $3
where r.tenant_id = $1 and r.import_id = $2 and r.line = (select min(f.line) from clinic.patient_import_rows f where f.tenant_id = $1 and f.import_id = $2)
  and (r.state = 'HEADER') <> ($3 = 'HEADER')`;

/** Begins to check every line anew: $1 tenant, $2 id, $3 details, $4 lease, $5 how many lines have a patient */
export const BEGIN_CHECK = `
update clinic.patient_imports i set state = 'CHECKING', interruption = null, details = $3, lease = $4, leased_until = now() + ${LEASE}, touched_at = now(),
  total = $5, checked = 0, ready = 0, faulty = 0, warned = 0, known = 0
where i.tenant_id = $1 and i.id = $2 returning ${COLUMNS}`;

/** Notes that a server died in the middle of another import, so that it does not stand in the way: $1 tenant, $2 id of the one that is to run */
export const INTERRUPT_LAPSED = `
update clinic.patient_imports i set state = 'INTERRUPTED', interruption = 'SERVER_STOPPED', lease = null, leased_until = null
where i.tenant_id = $1 and i.id <> $2 and i.state = 'RUNNING' and i.leased_until < now()`;

/** $1 tenant, $2 id, $3 lease */
export const BEGIN_RUN = `
update clinic.patient_imports i set state = 'RUNNING', interruption = null, lease = $3, leased_until = now() + ${LEASE}, started_at = coalesce(i.started_at, now()), touched_at = now()
where i.tenant_id = $1 and i.id = $2 returning ${COLUMNS}`;

/** $1 tenant, $2 id */
export const CANCEL_IMPORT = `
update clinic.patient_imports i set state = 'CANCELLED', interruption = null, lease = null, leased_until = null, ended_at = now(), touched_at = now()
where i.tenant_id = $1 and i.id = $2 returning ${COLUMNS}`;

/** Removes what the lines held: $1 tenant, $2 import */
export const EMPTY_LINES = `
update clinic.patient_import_rows r set cells = null where r.tenant_id = $1 and r.import_id = $2 and r.cells is not null`;

/** Renews a lease that still holds; no row when the import was cancelled or taken over: $1 tenant, $2 id, $3 lease */
export const RENEW_LEASE = `
update clinic.patient_imports i set leased_until = now() + ${LEASE}, touched_at = now()
where i.tenant_id = $1 and i.id = $2 and i.lease = $3 and i.state in ('CHECKING', 'RUNNING')
returning i.details`;

/** The lines after one, to be checked: $1 tenant, $2 import, $3 line, $4 how many */
export const LINES_TO_CHECK = `
select r.id, r.line, r.cells from clinic.patient_import_rows r
where r.tenant_id = $1 and r.import_id = $2 and r.line > $3 order by r.line limit $4`;

/** The next lines to import, with the patient, of whatever name, whom their source id stands for by now: $1 tenant, $2 import, $3 how many */
export const LINES_TO_IMPORT = `
select r.id, r.line, r.cells, s.patient_id as known_id from clinic.patient_import_rows r
left join lateral (
  select k.patient_id from clinic.patient_source_ids k where k.tenant_id = $1 and k.token = r.source_token limit 1) as s on true
where r.tenant_id = $1 and r.import_id = $2 and r.state = 'READY' order by r.line limit $3`;

/** $1 tenant, $2 source tokens */
export const PATIENTS_OF_SOURCE_IDS = `
select s.token, s.patient_id from clinic.patient_source_ids s where s.tenant_id = $1 and s.token = any ($2::bytea[])`;

/** $1 tenant, $2 ids, $3 states, $4 findings, $5 source tokens, $6 known patients */
export const NOTE_CHECKED = `
update clinic.patient_import_rows r set state = w.state, findings = w.findings, source_token = w.source_token, known_id = w.known_id
from unnest($2::uuid[], $3::text[], $4::bytea[], $5::bytea[], $6::uuid[]) as w (id, state, findings, source_token, known_id)
where r.tenant_id = $1 and r.id = w.id`;

/** $1 tenant, $2 ids, $3 states, $4 findings (null to keep), $5 known patients */
export const NOTE_IMPORTED = `
update clinic.patient_import_rows r set state = w.state, findings = coalesce(w.findings, r.findings), known_id = w.known_id, cells = null
from unnest($2::uuid[], $3::text[], $4::bytea[], $5::uuid[]) as w (id, state, findings, known_id)
where r.tenant_id = $1 and r.id = w.id`;

const AFTER_BATCH = `state = coalesce($3, i.state),
  lease = case when $3::text is null then i.lease end,
  leased_until = case when $3::text is null then clock_timestamp() + ${LEASE} end`;

// The counts are those from the first line on, for a batch can come again whose COMMIT was not heard of.
/** $1 tenant, $2 id, $3 state or null to keep, and how many lines so far: $4 checked, $5 ready, $6 faulty, $7 warned, $8 known */
export const NOTE_CHECK_PROGRESS = `
update clinic.patient_imports i set ${AFTER_BATCH}, checked = $4, ready = $5, faulty = $6, warned = $7, known = $8
where i.tenant_id = $1 and i.id = $2`;

/** $1 tenant, $2 id, $3 state or null to keep, and how many lines of the batch: $4 all, $5 faulty, $6 known, $7 imported */
export const ADD_IMPORTED = `
update clinic.patient_imports i set ${AFTER_BATCH}, ready = i.ready - $4, faulty = i.faulty + $5, known = i.known + $6, imported = i.imported + $7,
  ended_at = case when $3::text = 'FINISHED' then now() end
where i.tenant_id = $1 and i.id = $2`;

/** $1 tenant, $2 ids, $3 patients, $4 tokens, $5 values */
export const ADD_SOURCE_IDS = `
insert into clinic.patient_source_ids (tenant_id, id, patient_id, token, value)
select $1, w.id, w.patient_id, w.token, w.value from unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::bytea[]) as w (id, patient_id, token, value)`;

const LINE_COLUMNS = 'r.id, r.line, r.state, r.findings, r.known_id, p.mrn';
const OF_LINES = `
from clinic.patient_import_rows r
left join clinic.patients p on p.tenant_id = r.tenant_id and p.id = case r.state when 'IMPORTED' then r.id when 'KNOWN' then r.known_id end
where r.tenant_id = $1 and r.import_id = $2 and r.state <> 'HEADER'`;
// `coalesce` outside of the select would keep the index from being entered at this line.
const FROM_ROW = `r.line > (select coalesce(max(c.line), 0) from clinic.patient_import_rows c where c.tenant_id = $1 and c.import_id = $2 and c.id = $3)`;

/** $1 tenant, $2 import, $3 id of the line after which, or null, $4 how many */
export const LINES_AFTER = `select ${LINE_COLUMNS}, r.cells ${OF_LINES} and ${FROM_ROW} order by r.line limit $4`;
export const FAULTY_LINES_AFTER = `select ${LINE_COLUMNS}, r.cells ${OF_LINES} and ${FROM_ROW} and r.state = 'FAULTY' order by r.line limit $4`;

/** What became of lines, without what came in the file: $1 tenant, $2 import, $3 line after which, $4 how many */
export const RESULTS_AFTER = `select ${LINE_COLUMNS} ${OF_LINES} and r.line > $3 order by r.line limit $4`;

/** The first lines of imports whose lines still hold something: $1 tenant, $2 imports, $3 how many of each */
export const FIRST_LINES = `
select first.id, w.import_id, first.cells from unnest($2::uuid[]) as w (import_id)
cross join lateral (
  select r.id, r.line, r.cells from clinic.patient_import_rows r
  where r.tenant_id = $1 and r.import_id = w.import_id order by r.line limit $3) as first
where first.cells is not null order by w.import_id, first.line`;

/** $1 tenant, $2 patients */
export const SOURCE_IDS_OF_PATIENTS = `
select s.id, s.patient_id, s.value from clinic.patient_source_ids s where s.tenant_id = $1 and s.patient_id = any ($2::uuid[]) order by s.id`;
