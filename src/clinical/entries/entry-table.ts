import type { ScopeKeys } from '../../platform/crypto/keyring.js';
import type { Row, Statement } from '../../platform/database/statement-group.js';
import type { EntryStatus } from './entry.model.js';

/** What the row of every clinical entry holds, besides columns of its own kind. */
export interface EntryRow {
  id: string;
  patient_id: string;
  content: Buffer;
  recorded_by: string;
  recorded_at: Date;
  status: EntryStatus;
  error_by: string | null;
  error_at: Date | null;
  error_reason: Buffer | null;
  corrects: string | null;
  corrected_by: string | null;
  version: number;
}

/** A clinical entry, opened. */
export interface Entry<Content extends object, R extends EntryRow = EntryRow> {
  row: R;
  content: Content;
  errorReason: string | null;
}

/** An entry to record; `own` are the values of the columns that the table has for itself and are recorded with it, in their order. */
export interface NewEntry<Content extends object> {
  id: string;
  patientId: string;
  content: Content;
  corrects: string | null;
  own: unknown[];
}

/** Which entries of a patient are listed: those that stand or all, and those with one value in the table's filter column or all. */
export interface Listed {
  includeEnteredInError: boolean;
  filter: string | null;
}

/** What a table of entries has besides the common columns: columns recorded with an entry, columns set later, one that lists may be filtered by, and one that they are ordered by. */
export interface OwnColumns {
  recorded?: readonly string[];
  later?: readonly string[];
  filter?: string;
  /** The time by which lists are ordered, the last first; that of recording unless told. */
  order?: string;
}

const COMMON = ['id', 'patient_id', 'content', 'recorded_by', 'recorded_at', 'status', 'error_by', 'error_at', 'error_reason', 'corrects', 'version'];

/**
 * A table of clinical entries: each of one patient, sealed, recorded by a member. The content of an entry never changes and
 * none is deleted; it is marked as entered in error at most once and for good. The database sees to it (clinic.keep_entry).
 */
export class EntryTable<Content extends object, R extends EntryRow = EntryRow> {
  readonly #sql: ReturnType<typeof textsOf>;

  constructor(
    readonly name: `clinic.${string}`,
    /** The kind of record that the audit trail calls its entries. */
    readonly recordType: string,
    own: OwnColumns = {},
  ) {
    this.#sql = textsOf(name, own);
  }

  /** The name of the constraint that keeps ids unique. */
  get primaryKey(): string {
    return `${this.name.slice('clinic.'.length)}__pkey`;
  }

  /** The text of a statement that gives entries `e`; `rest` follows "where". */
  select(rest: string): string {
    return `${this.#sql.select} where ${rest}`;
  }

  /** One entry, locked until the transaction ends, so that two changes of one version meet. */
  lock(tenantId: string, id: string): Statement {
    return { text: this.#sql.lock, values: [tenantId, id] };
  }

  /** These entries. */
  byIds(tenantId: string, ids: readonly string[]): Statement {
    return { text: this.#sql.byIds, values: [tenantId, ids] };
  }

  /** `count` entries of each of these patients after one of them, the last first. */
  page(tenantId: string, patientIds: readonly string[], { includeEnteredInError, filter }: Listed, count: number, after: string | null): Statement {
    return { text: this.#sql.page, values: [tenantId, patientIds, includeEnteredInError, filter, count, after] };
  }

  /** How many entries each of these patients has: rows of `id` and `total`. */
  count(tenantId: string, patientIds: readonly string[], { includeEnteredInError, filter }: Listed): Statement {
    return { text: this.#sql.count, values: [tenantId, patientIds, includeEnteredInError, filter] };
  }

  /** Records an entry, sealed; gives its row. */
  insert(tenantId: string, keys: ScopeKeys, { id, patientId, content, corrects, own }: NewEntry<Content>): Statement {
    return { text: this.#sql.insert, values: [tenantId, id, patientId, keys.seal(this.name, id, 'content', content), corrects, ...own] };
  }

  /** Marks an entry as entered in error, for a reason that is sealed; gives its row. The database notes who and when. */
  markInError(tenantId: string, keys: ScopeKeys, id: string, reason: string): Statement {
    return { text: this.#sql.markInError, values: [tenantId, id, keys.seal(this.name, id, 'error_reason', { reason })] };
  }

  /** The sealed values of rows, for the keyring. */
  sealedIn(rows: readonly R[]): Buffer[] {
    return rows.flatMap(({ content, error_reason }) => (error_reason ? [content, error_reason] : [content]));
  }

  /** Opens a row that one of the statements above gave. */
  open(keys: ScopeKeys, row: R): Entry<Content, R> {
    return {
      row,
      content: keys.open<Content>(this.name, row.id, 'content', row.content),
      errorReason: row.error_reason && keys.open<{ reason: string }>(this.name, row.id, 'error_reason', row.error_reason).reason,
    };
  }

  /** The rows of a statement, as what they are. */
  rows(rows: Row[] | undefined): R[] {
    return (rows ?? []) as unknown as R[];
  }
}

function textsOf(table: string, { recorded = [], later = [], filter, order = 'recorded_at' }: OwnColumns) {
  const shown = `${[...COMMON, ...recorded, ...later].map((column) => `e.${column}`).join(', ')},
  (select c.id from ${table} c where c.tenant_id = e.tenant_id and c.corrects = e.id) as corrected_by`;
  const select = `select ${shown} from ${table} e`;
  const listed = `e.tenant_id = $1 and e.patient_id = p.id and (e.status = 'ACTIVE' or $3) and ($4::text is null${filter ? ` or e.${filter} = $4` : ''})`;
  const inserted = ['tenant_id', 'id', 'patient_id', 'content', 'corrects', ...recorded];
  return {
    select,
    lock: `${select} where e.tenant_id = $1 and e.id = $2 for no key update of e`,
    byIds: `${select} where e.tenant_id = $1 and e.id = any ($2::uuid[])`,
    page: `
select e.* from unnest($2::uuid[]) as p (id) cross join lateral (
  ${select} where ${listed}
    and ($6::uuid is null or (e.${order}, e.id) < (select a.${order}, a.id from ${table} a where a.tenant_id = $1 and a.id = $6))
  order by e.${order} desc, e.id desc limit $5) e
order by e.${order} desc, e.id desc`,
    count: `select p.id, (select count(*) from ${table} e where ${listed})::integer as total from unnest($2::uuid[]) as p (id)`,
    insert: `
insert into ${table} as e (${inserted.join(', ')}) values (${inserted.map((_, index) => `$${index + 1}`).join(', ')}) returning ${shown}`,
    markInError: `
update ${table} e set status = 'ENTERED_IN_ERROR', error_reason = $3, version = e.version + 1 where e.tenant_id = $1 and e.id = $2 returning ${shown}`,
  };
}
