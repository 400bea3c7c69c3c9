import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound } from '../platform/errors.js';
import { type PageArgs, idOfCursor } from '../platform/graphql/connection.js';
import { isMisplacing } from './broken-line.js';
import { mayRead, readableBy } from './clinical-columns.js';
import { shapeOf } from './import-batch.js';
import type { Finding, StagedLine } from './import-line.js';
import {
  COUNT_IMPORTS, FAULTY_LINES_AFTER, FIRST_LINES, type Findings, type FullLineRow, IMPORT_BY_ID, type ImportDetails, type ImportRow, LINES_AFTER, type LineRow,
  NEWEST_IMPORTS, NEXT_IMPORTS, RESULTS_AFTER, SOURCE_IDS_OF_PATIENTS,
} from './import-rows.js';
import { isEnded } from './import-states.js';
import type { PatientImportLinesArgs } from './import.inputs.js';
import type { ImportRecord, LineRecord, LineResult } from './import.model.js';
import { readLine } from './read-line.js';
import { turns } from './turns.js';

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

  /** `first` lines of an import and one more if there are more, in the order of the file, with what each would become. Rejects with NOT_FOUND. */
  async lines(ctx: Ctx, { importId, first, after, onlyFaults }: PatientImportLinesArgs): Promise<{ of: ImportRecord; lines: LineRecord[] }> {
    const [imports, rows] = await this.db.read(ctx, { text: IMPORT_BY_ID, values: [ctx.tenantId, importId] },
      { text: onlyFaults ? FAULTY_LINES_AFTER : LINES_AFTER, values: [ctx.tenantId, importId, idOfCursor(after), first + 1] });
    const [of] = await this.#opened(ctx, imports!);
    if (!of) throw notFound();
    ctx.disclose('patient-import', importId);
    const sealed = rows as unknown as FullLineRow[];
    const keys = await this.#keysOf(ctx, sealed.flatMap(({ cells, findings }) => [cells, findings]));
    const lines: LineRecord[] = [];
    const othersTurn = turns();
    for (const row of sealed) {
      lines.push(lineOf(ctx, of, row, keys));
      await othersTurn();
    }
    for (const line of lines.slice(0, first)) {
      if (line.cells) ctx.disclose('patient-import-line', line.row.id);
      disclosePatients(ctx, line);
    }
    return { of, lines };
  }

  /** What became of all lines of an import, a page after the other. What came in the file is not opened. */
  async *results(ctx: Ctx, record: ImportRecord, pageSize: number): AsyncGenerator<LineResult[]> {
    for (let from = 0; ; ) {
      const [rows] = await this.db.read(ctx, { text: RESULTS_AFTER, values: [ctx.tenantId, record.row.id, from, pageSize] });
      const sealed = rows as unknown as LineRow[];
      const keys = await this.#keysOf(ctx, sealed.map(({ findings }) => findings));
      const lines = sealed.map((row) => resultIn(ctx, record, row, keys));
      for (const line of lines) disclosePatients(ctx, line);
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

  async #read(ctx: Ctx, statement: Statement): Promise<ImportRecord[]> {
    const [rows] = await this.db.read(ctx, statement);
    return this.#opened(ctx, rows!);
  }

  async #opened(ctx: Ctx, rows: Row[]): Promise<ImportRecord[]> {
    const imports = rows as unknown as ImportRow[];
    const keys = await this.keyring.of(ctx.tenantId, imports.map(({ details }) => details));
    return imports.map((row) => ({ row, details: readableBy(ctx, keys.open<ImportDetails>('clinic.patient_imports', row.id, 'details', row.details)) }));
  }

  #keysOf(ctx: Ctx, sealed: Array<Buffer | null>): Promise<ScopeKeys> {
    return this.keyring.of(ctx.tenantId, sealed.filter((value) => value !== null));
  }
}

function lineOf(ctx: Ctx, of: ImportRecord, { cells: sealed, ...row }: FullLineRow, keys: ScopeKeys): LineRecord {
  const cells = sealed && keys.open<StagedLine>('clinic.patient_import_rows', row.id, 'cells', sealed);
  const { mapping, file } = of.details;
  const read = cells && mapping ? readLine(cells, mapping, shapeOf(of.details)) : null;
  const withheld = read?.faults.some(isMisplacing) && !mayRead(ctx, file!, 'UNKNOWN');
  return { ...resultIn(ctx, of, row, keys), cells: withheld ? null : (cells?.cells ?? null), read };
}

function resultIn(ctx: Ctx, { row: { state }, details }: ImportRecord, row: LineRow, keys: ScopeKeys): LineResult {
  const findings = row.findings && keys.open<Findings>('clinic.patient_import_rows', row.id, 'findings', row.findings);
  const result: LineResult = { row, details, ended: isEnded(state), findings: findings ?? { faults: [], warnings: [] } };
  return ctx.holds('patients:read') ? result : withoutStrangers(result);
}

// Who may not read patients learns that there is one, and not which. A patient whom a line of theirs became is none they did not know.
function withoutStrangers(result: LineResult): LineResult {
  const { row, findings: { faults, warnings } } = result;
  const without = (list: Finding[]) => list.map(({ params, ...finding }) => (params && 'patientId' in params ? finding : { ...finding, ...(params && { params }) }));
  return { ...result, row: { ...row, known_id: null, mrn: row.known_id ? null : row.mrn }, findings: { faults: without(faults), warnings: without(warnings) } };
}

function disclosePatients(ctx: Ctx, { row, findings }: LineResult): void {
  if (row.state === 'IMPORTED') ctx.disclose('patient', row.id, row.id);
  if (row.known_id) ctx.disclose('patient', row.known_id, row.known_id);
  for (const { params } of [...findings.faults, ...findings.warnings]) {
    const patientId = params?.['patientId'];
    if (typeof patientId === 'string') ctx.disclose('patient', patientId, patientId);
  }
}
