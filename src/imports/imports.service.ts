import { Inject, Injectable } from '@nestjs/common';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import type { Config } from '../config.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { constraintOf } from '../platform/database/database-errors.js';
import type { Row, Statement } from '../platform/database/statement-group.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound } from '../platform/errors.js';
import { InputCheck } from '../platform/input-check.js';
import { CONFIG } from '../platform/platform.module.js';
import { type Country, PracticeCountries, todayIn } from '../tenants/practice-countries.reader.js';
import { contentOf, readableBy, requireClinical, requireReadable } from './clinical-columns.js';
import { type ImportField, nameFields, repeatable } from './import-fields.js';
import type { Mapping, StagedLine } from './import-line.js';
import {
  BEGIN_CHECK, BEGIN_RUN, CANCEL_IMPORT, CREATE_IMPORT, EMPTY_LINES, FIRST_LINES, type FileFacts, IMPORT_TO_CHANGE, INTERRUPT_LAPSED, type ImportDetails, type ImportRow, PLACE_FIRST_LINE,
} from './import-rows.js';
import { ImportRunner } from './import-runner.service.js';
import { type ImportAction, actionsIn } from './import-states.js';
import type { CreatePatientImportInput, MapPatientImportInput } from './import.inputs.js';
import type { ImportRecord } from './import.model.js';
import { anotherRuns, hasFaultyLines, notInState, nothingToImport } from './imports.errors.js';

const LONGEST = { fileName: 255, source: 100 } as const;
const COUNTRIES: ReadonlySet<string> = new Set<Country>(['BD', 'AE']);

/** An import that is locked for a change, opened. */
interface Found extends ImportRecord {
  rows: Row[][];
}

/** Takes an import from step to step. What takes long runs afterwards in this process, in the session of whoever asked for it. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly countries: PracticeCountries,
    private readonly runner: ImportRunner,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Begins an import, which then awaits its file. */
  create(ctx: Ctx, input: CreatePatientImportInput): Promise<ImportRecord> {
    const check = new InputCheck();
    const fileName = check.line(['fileName'], input.fileName, LONGEST.fileName);
    const source = check.line(['source'], input.source, LONGEST.source);
    check.throwIfAny();
    const details: ImportDetails = { fileName: fileName!, source, delimiter: input.delimiter ?? null, file: null, mapping: null };
    const id = uuidv7();
    return this.db.write(ctx, async (tx) => {
      const sealed = await this.#sealed(ctx, id, details);
      tx.record('patient-import', id);
      const [row] = await tx.query<ImportRow>(CREATE_IMPORT, [ctx.tenantId, id, sealed, ctx.member.memberId, this.config.imports.keepDays]);
      return { row: row!, details };
    });
  }

  /** Says what the columns are for, and has every line checked anew. */
  async map(ctx: Ctx, id: string, input: MapPatientImportInput): Promise<ImportRecord> {
    const lease = uuidv4();
    const record = await this.#change(ctx, id, 'MAP', async (tx, { row, details, rows: [firstLines, practice] }) => {
      const file = details.file!;
      const hasHeader = input.hasHeader ?? details.mapping?.hasHeader ?? file.hasHeader;
      const mapping = mappingOf(input, file, hasHeader, this.countries.answer(ctx.tenantId, practice));
      requireReadable(ctx, mapping, file);
      requireClinical(ctx, mapping);
      const headers = hasHeader ? await this.#cellsOf(ctx, firstLines![0]!) : [];
      const mapped: ImportDetails = {
        ...details, mapping,
        file: { ...file, columns: file.columns.map((column, index) => {
          const field = mapping.columns.find((mapped) => mapped.column === index + 1)?.field;
          return { ...column, header: headers[index] ?? null, content: field ? contentOf(field) : column.content };
        }) },
      };
      const total = row.total + Number((details.mapping ?? file).hasHeader) - Number(hasHeader);
      await tx.query(PLACE_FIRST_LINE, [ctx.tenantId, id, hasHeader ? 'HEADER' : 'STAGED']);
      return this.#updated(tx, mapped, { text: BEGIN_CHECK, values: [ctx.tenantId, id, await this.#sealed(ctx, id, mapped), lease, total] });
    }, { text: FIRST_LINES, values: [ctx.tenantId, [id], 1] }, ...this.countries.ask(ctx.tenantId));
    this.runner.check(ctx, id, lease);
    return record;
  }

  /** Begins to register the patients; lines with faults are left out only when told so. */
  async start(ctx: Ctx, id: string, skipFaulty: boolean): Promise<ImportRecord> {
    const lease = uuidv4();
    const record = await this.#change(ctx, id, 'START', async (tx, found) => {
      if (found.row.faulty > 0 && !skipFaulty) throw hasFaultyLines(found.row.faulty);
      if (found.row.ready === 0) throw nothingToImport();
      requireClinical(ctx, found.details.mapping!);
      return this.#beginRun(ctx, tx, found, lease);
    });
    this.runner.register(ctx, id, lease);
    return record;
  }

  /** Goes on where an interrupted import stopped: with the check from the first line, with the registrations at the next one. */
  async resume(ctx: Ctx, id: string): Promise<ImportRecord> {
    const lease = uuidv4();
    const { row, details } = await this.#change(ctx, id, 'RESUME', async (tx, found) => {
      requireClinical(ctx, found.details.mapping!);
      return found.row.started_at ? this.#beginRun(ctx, tx, found, lease) : this.#updated(tx, found.details, {
        text: BEGIN_CHECK, values: [ctx.tenantId, id, found.row.details, lease, found.row.total] });
    });
    if (row.state === 'RUNNING') this.runner.register(ctx, id, lease);
    else this.runner.check(ctx, id, lease);
    return { row, details };
  }

  /** Ends an import before its time. Who was imported stays; what the other lines held is removed. */
  cancel(ctx: Ctx, id: string): Promise<ImportRecord> {
    return this.#change(ctx, id, 'CANCEL', async (tx, { row, details }) => {
      const record = await this.#updated(tx, details, { text: CANCEL_IMPORT, values: [ctx.tenantId, id] });
      await tx.query(EMPTY_LINES, [ctx.tenantId, id]);
      tx.change('patient-import', id, 'state', row.state, 'CANCELLED');
      return record;
    });
  }

  async #beginRun(ctx: Ctx, tx: AuditedTx, { row, details }: Found, lease: string): Promise<ImportRecord> {
    await tx.query(INTERRUPT_LAPSED, [ctx.tenantId, row.id]);
    return this.#updated(tx, details, { text: BEGIN_RUN, values: [ctx.tenantId, row.id, lease] }).catch((error: unknown) => {
      throw constraintOf(error) === 'patient_imports__running' ? anotherRuns() : error;
    });
  }

  #change(ctx: Ctx, id: string, action: ImportAction, work: (tx: AuditedTx, found: Found) => Promise<ImportRecord>, ...first: Statement[]): Promise<ImportRecord> {
    return this.db.write(ctx, async (tx, [found, ...rows]) => {
      const row = found![0] as unknown as ImportRow | undefined;
      if (!row) throw notFound();
      if (!actionsIn(row.state).includes(action)) throw notInState(row.state);
      tx.record('patient-import', id);
      const keys = await this.keyring.of(ctx.tenantId, [row.details]);
      const changed = await work(tx, { row, rows, details: keys.open<ImportDetails>('clinic.patient_imports', id, 'details', row.details) });
      return { ...changed, details: readableBy(ctx, changed.details) };
    }, { text: IMPORT_TO_CHANGE, values: [ctx.tenantId, id] }, ...first);
  }

  async #updated(tx: AuditedTx, details: ImportDetails, { text, values }: Statement): Promise<ImportRecord> {
    const [row] = await tx.query<ImportRow>(text, values);
    return { row: row!, details };
  }

  async #sealed(ctx: Ctx, id: string, details: ImportDetails): Promise<Buffer> {
    return (await this.keyring.of(ctx.tenantId)).seal('clinic.patient_imports', id, 'details', details);
  }

  async #cellsOf(ctx: Ctx, row: Row): Promise<string[]> {
    const { id, cells } = row as { id: string; cells: Buffer };
    const keys = await this.keyring.of(ctx.tenantId, [cells]);
    return keys.open<StagedLine>('clinic.patient_import_rows', id, 'cells', cells).cells;
  }
}

function mappingOf(input: MapPatientImportInput, file: FileFacts, hasHeader: boolean, practice: Country): Mapping {
  const check = new InputCheck();
  const country = input.defaultCountry ?? practice;
  if (!COUNTRIES.has(country)) check.blame(['defaultCountry'], 'NOT_A_COUNTRY');
  if (input.agesAsOf && input.agesAsOf > todayIn(practice)) check.blame(['agesAsOf'], 'FUTURE');
  const seen = { columns: new Set<number>(), fields: new Set<ImportField>() };
  for (const [index, { column, field }] of input.columns.entries()) {
    if (column < 1 || column > file.columns.length) check.blame(['columns', String(index), 'column'], 'NO_SUCH_COLUMN', { max: file.columns.length });
    if (seen.columns.has(column)) check.blame(['columns', String(index), 'column'], 'DUPLICATE');
    if (seen.fields.has(field) && !repeatable.has(field)) check.blame(['columns', String(index), 'field'], 'DUPLICATE');
    seen.columns.add(column);
    seen.fields.add(field);
  }
  if (![...seen.fields].some((field) => nameFields.has(field))) check.blame(['columns'], 'NAME_REQUIRED');
  check.throwIfAny();
  return {
    columns: input.columns.map(({ column, field }) => ({ column, field })).sort((a, b) => a.column - b.column),
    dateOrder: input.dateOrder ?? file.dateOrder, country: country as Country,
    windows1252: input.encoding === 'WINDOWS_1252', hasHeader, agesAsOf: input.agesAsOf ?? null,
  };
}
