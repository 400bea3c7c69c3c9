import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import type { Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound } from '../platform/errors.js';
import { type PageArgs, idOfCursor } from '../platform/graphql/connection.js';
import { shapeOf } from './import-batch.js';
import {
  COUNT_IMPORTS, FAULTY_LINES_AFTER, FIRST_LINES, type Findings, IMPORT_BY_ID, type ImportDetails, type ImportRow, LINES_AFTER, LINE_OF_ROW, type LineRow,
  NEWEST_IMPORTS, NEXT_IMPORTS, SOURCE_IDS_OF_PATIENTS,
} from './import-rows.js';
import type { PatientImportLinesArgs } from './import.inputs.js';
import type { ImportRecord, LineRecord } from './import.model.js';
import { type StagedLine, readLine } from './read-line.js';

const SAMPLE_LINES = 6;

/** A number from another list or software. */
interface SourceId {
  source: string | null;
  sourceId: string;
}

/** Reads imports, in one round trip each. Every record that it gives is named in the audit entry of the answer. */
@Injectable()
export class ImportsReader {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
  ) {}

  /** One import; rejects with NOT_FOUND. */
  async get(ctx: Ctx, id: string): Promise<ImportRecord> {
    const [record] = await this.#read(ctx, { text: IMPORT_BY_ID, values: [ctx.tenantId, id] });
    if (!record) throw notFound();
    ctx.disclose('patient-import', id);
    return record;
  }

  /** `first` imports and one more if there are more, the newest first. */
  async page(ctx: Ctx, { first, after }: PageArgs): Promise<ImportRecord[]> {
    const cursor = idOfCursor(after);
    const records = await this.#read(ctx, cursor
      ? { text: NEXT_IMPORTS, values: [ctx.tenantId, first + 1, cursor] }
      : { text: NEWEST_IMPORTS, values: [ctx.tenantId, first + 1] });
    for (const { row } of records.slice(0, first)) ctx.disclose('patient-import', row.id);
    return records;
  }

  /** How many imports there are. */
  async count(ctx: Ctx): Promise<number> {
    const [rows] = await this.db.read(ctx, { text: COUNT_IMPORTS, values: [ctx.tenantId] });
    return rows![0]!['total'] as number;
  }

  /** The cells of the first lines of imports, by import; none once it has ended. */
  readonly firstLines = async (ctx: Ctx, importIds: readonly string[]): Promise<Map<string, string[][]>> => {
    const [rows] = await this.db.read(ctx, { text: FIRST_LINES, values: [ctx.tenantId, importIds, SAMPLE_LINES] });
    const sealed = rows as unknown as Array<{ id: string; import_id: string; cells: Buffer }>;
    const keys = await this.keyring.of(ctx.tenantId, sealed.map(({ cells }) => cells));
    const found = new Map<string, string[][]>();
    for (const { id, import_id: importId, cells } of sealed) {
      ctx.disclose('patient-import-line', id);
      found.set(importId, [...(found.get(importId) ?? []), keys.open<StagedLine>('clinic.patient_import_rows', id, 'cells', cells).cells]);
    }
    return found;
  };

  /** `first` lines and one more if there are more, in the order of the file, with what each would become. */
  async lines(ctx: Ctx, record: ImportRecord, { first, after, onlyFaults }: PatientImportLinesArgs): Promise<LineRecord[]> {
    const from = await this.#lineOf(ctx, record.row.id, idOfCursor(after));
    const lines = await this.#lines(ctx, record, from, first + 1, onlyFaults);
    for (const line of lines.slice(0, first)) disclose(ctx, line);
    return lines;
  }

  /** All lines of an import, a page after the other, with what became of them and without what they held. */
  async *results(ctx: Ctx, record: ImportRecord, pageSize: number): AsyncGenerator<LineRecord[]> {
    for (let from = 0; ; ) {
      const lines = await this.#lines(ctx, record, from, pageSize, false);
      for (const line of lines) disclose(ctx, line);
      if (lines.length) yield lines;
      if (lines.length < pageSize) return;
      from = lines.at(-1)!.row.line;
    }
  }

  /** The source ids of patients, by patient. */
  readonly sourceIds = async (ctx: Ctx, patientIds: readonly string[]): Promise<Map<string, SourceId[]>> => {
    const [rows] = await this.db.read(ctx, { text: SOURCE_IDS_OF_PATIENTS, values: [ctx.tenantId, patientIds] });
    const sealed = rows as unknown as Array<{ id: string; patient_id: string; value: Buffer }>;
    const keys = await this.keyring.of(ctx.tenantId, sealed.map(({ value }) => value));
    const found = new Map<string, SourceId[]>();
    for (const { id, patient_id: patientId, value } of sealed) {
      const opened = keys.open<SourceId>('clinic.patient_source_ids', id, 'value', value);
      found.set(patientId, [...(found.get(patientId) ?? []), opened]);
    }
    return found;
  };

  async #lineOf(ctx: Ctx, importId: string, rowId: string | null): Promise<number> {
    if (!rowId) return 0;
    const [rows] = await this.db.read(ctx, { text: LINE_OF_ROW, values: [ctx.tenantId, importId, rowId] });
    return (rows![0]?.['line'] as number | undefined) ?? 0;
  }

  async #lines(ctx: Ctx, record: ImportRecord, from: number, limit: number, onlyFaults: boolean): Promise<LineRecord[]> {
    const [rows] = await this.db.read(ctx, { text: onlyFaults ? FAULTY_LINES_AFTER : LINES_AFTER, values: [ctx.tenantId, record.row.id, from, limit] });
    const lines = rows as unknown as LineRow[];
    const keys = await this.keyring.of(ctx.tenantId, lines.flatMap(({ cells, findings }) => [cells, findings].filter((value) => value !== null)));
    return lines.map((row) => opened(ctx, record, row, keys));
  }

  async #read(ctx: Ctx, statement: Statement): Promise<ImportRecord[]> {
    const [rows] = await this.db.read(ctx, statement);
    const imports = rows as unknown as ImportRow[];
    const keys = await this.keyring.of(ctx.tenantId, imports.map(({ details }) => details));
    return imports.map((row) => ({ row, details: keys.open<ImportDetails>('clinic.patient_imports', row.id, 'details', row.details) }));
  }
}

function opened(ctx: Ctx, { row: { state }, details }: ImportRecord, row: LineRow, keys: ScopeKeys): LineRecord {
  const cells = row.cells && keys.open<StagedLine>('clinic.patient_import_rows', row.id, 'cells', row.cells);
  const findings = row.findings && keys.open<Findings>('clinic.patient_import_rows', row.id, 'findings', row.findings);
  const { mapping } = details;
  return {
    row, details, ended: state === 'FINISHED' || state === 'CANCELLED' || state === 'EXPIRED',
    cells: cells?.cells ?? null,
    read: cells && mapping ? readLine(cells, mapping, shapeOf(details)) : null,
    findings: withoutStrangers(ctx, findings ?? { faults: [], warnings: [] }),
  };
}

// Who may not read patients learns that there is one, and not which.
function withoutStrangers(ctx: Ctx, { faults, warnings }: Findings): Findings {
  if (ctx.holds('patients:read')) return { faults, warnings };
  const without = (list: Findings['faults']) => list.map(({ params, ...finding }) => (params && 'patientId' in params ? finding : { ...finding, ...(params && { params }) }));
  return { faults: without(faults), warnings: without(warnings) };
}

function disclose(ctx: Ctx, { row, cells, findings }: LineRecord): void {
  if (cells) ctx.disclose('patient-import-line', row.id);
  if (row.state === 'IMPORTED') ctx.disclose('patient', row.id, row.id);
  if (row.known_id) ctx.disclose('patient', row.known_id, row.known_id);
  for (const { params } of [...findings.faults, ...findings.warnings]) {
    const patientId = params?.['patientId'];
    if (typeof patientId === 'string') ctx.disclose('patient', patientId, patientId);
  }
}
