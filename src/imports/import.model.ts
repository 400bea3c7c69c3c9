import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Classified } from '../platform/access/classification.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { DateTimeScalar, LocalDateScalar, UuidScalar } from '../platform/graphql/scalars.js';
import { PatientDraft, toPatientDraft } from '../patients/patient.model.js';
import { type Clinical, formatMrn } from '../patients/patient-registration.writer.js';
import type { DateOrder as Order } from './birth-cell.js';
import { isBlank } from './cell-text.js';
import type { DelimiterName } from './csv-records.js';
import { type ImportField, clinicalFields } from './import-fields.js';
import type { Findings, ImportDetails, ImportRow, LineRow } from './import-rows.js';
import { type ImportAction, type ImportState, type Interruption, actionsIn } from './import-states.js';
import {
  DateOrder, PatientImportAction, PatientImportDelimiter, PatientImportEncoding, PatientImportField, PatientImportInterruption, PatientImportResult, PatientImportState, PatientImportWarning,
} from './import.enums.js';
import type { Finding, ReadLine } from './import-line.js';

/** An import with its details opened. */
export interface ImportRecord {
  row: ImportRow;
  details: ImportDetails;
}

/** What became of a line, or would. */
export interface LineResult {
  row: LineRow;
  details: ImportDetails;
  ended: boolean;
  findings: Findings;
}

/** A line of an import, opened; `read` is what it would become. Both are null once its contents were removed. */
export interface LineRecord extends LineResult {
  cells: string[] | null;
  read: ReadLine | null;
}

@ObjectType({ description: 'A column of a file.' })
@Classified('patient')
export class PatientImportColumn {
  @Field(() => Int, { description: 'Its number, from 1.' })
  number: number;

  @Field(() => String, { nullable: true, description: 'Its heading; null when the file has none, and where the caller may not read the column: one that may hold anything is read by whoever sent the file and with patients:read-clinical, a medical one only with that.' })
  heading: string | null;

  @Field(() => PatientImportField, { nullable: true, description: 'What it seems to be for, by its heading or by what is in it.' })
  suggestedField: ImportField | null;

  @Field(() => PatientImportField, { nullable: true, description: 'What it was mapped to.' })
  field: ImportField | null;

  @Field({ description: 'Whether it seems to hold Bangla in a font of the time before Unicode. Then its Latin letters are faults (LEGACY_BANGLA).' })
  legacyBangla: boolean;

  /** Shown by a field of its own, which needs a permission of its own. */
  record: ImportRecord;
}

@ObjectType({ description: 'How a file is read.' })
@Classified('patient')
export class PatientImportOptions {
  @Field(() => DateOrder, { description: 'Order of dates of three numbers.' })
  dateOrder: Order;

  @Field(() => String, { nullable: true, description: 'Country of telephones without a country code, and of addresses: BD or AE; null for the practice’s, before it was mapped.' })
  defaultCountry: string | null;

  @Field(() => PatientImportEncoding, { description: 'What lines that are no UTF-8 are.' })
  encoding: PatientImportEncoding;

  @Field({ description: 'Whether the first line holds headings.' })
  hasHeader: boolean;

  @Field(() => LocalDateScalar, { nullable: true, description: 'The day on which the ages in the file were stated; null for the day of the import.' })
  agesAsOf: string | null;
}

@ObjectType({ description: 'Counts of lines.' })
@Classified('patient')
export class PatientImportCounts {
  @Field(() => Int, { description: 'Lines that were checked.' })
  checked: number;

  @Field(() => Int, { description: 'Lines that can be imported and are not yet.' })
  ready: number;

  @Field(() => Int, { description: 'Lines with faults, which are not imported.' })
  faulty: number;

  @Field(() => Int, { description: 'Lines with warnings, whatever becomes of them.' })
  withWarnings: number;

  @Field(() => Int, { description: 'Lines whose source id was imported before, which are not imported again.' })
  known: number;
}

@ObjectType({ description: 'What is wrong with a line, or doubtful about it.' })
@Classified('patient')
export class PatientImportFinding {
  @Field(() => Int, { nullable: true, description: 'Number of the column; null for the line as a whole.' })
  column: number | null;

  @Field(() => String, { nullable: true, description: 'Heading of the column; null where `PatientImportColumn.heading` is.' })
  heading: string | null;

  @Field({ description: `A stable word. Faults, besides those of \`registerPatient\`: COLUMN_COUNT (\`expected\`, \`found\`), ENCODING, NUL_CHARACTER, TORN_QUOTES (other lines lie within a cell), FORMULA, LINE_BREAK, NOT_A_NAME, LEGACY_BANGLA, SCIENTIFIC_NOTATION (a spreadsheet has lost digits), NOT_A_DATE, DATE_ORDER (it fits another order), NOT_AN_AGE, NOT_A_SEX, NOT_A_BLOOD_GROUP, TOO_MANY_MARKS (over 30 combining marks in a row), DUPLICATE_IN_FILE (\`line\`), ALREADY_EXISTS (another patient has the identifier: \`patientId\`), SOURCE_ID_TAKEN (by a patient of another name: \`patientId\`), ID_TAKEN. Warnings: ALIKE (a patient of the practice has the same name and telephone: \`patientId\`), ALIKE_IN_FILE (\`line\`), AGE_ROUNDED (to completed years), EXCEL_DATE (read from a count of days), PLACEHOLDER_DATE (1 January 1900), NUMBER_ROUNDED (it ends as Excel ends long numbers), GUARDIAN_LEFT_OUT (a patient has one guardian), and those of PatientWarning.` })
  reason: string;

  @Field(() => Int, { nullable: true, description: 'The line it is about.' })
  line: number | null;

  @Field(() => UuidScalar, { nullable: true, description: 'The patient it is about; only for callers with patients:read.' })
  patientId: string | null;

  @Field(() => Int, { nullable: true, description: 'The most that there may be.' })
  max: number | null;

  @Field(() => Int, { nullable: true, description: 'How many cells a line should have.' })
  expected: number | null;

  @Field(() => Int, { nullable: true, description: 'How many cells it has.' })
  found: number | null;
}

@ObjectType({ description: 'A cell as it came.' })
@Classified('patient')
export class PatientImportCell {
  @Field(() => Int, { description: 'Number of the column, from 1.' })
  column: number;

  @Field({ description: 'What is in it.' })
  text: string;
}

@ObjectType({ description: 'A line of a file, and what becomes of it.' })
@Classified('patient')
export class PatientImportLine {
  @Field(() => UuidScalar, { description: 'Id; also the id of the patient that the line becomes.' })
  id: string;

  @Field(() => Int, { description: 'Line of the file, from 1; of a record of several lines the first.' })
  line: number;

  @Field(() => PatientImportResult, { description: 'What becomes of it.' })
  result: PatientImportResult;

  @Field(() => PatientDraft, { nullable: true, description: 'The patient as it would be registered; null when the line has faults, and once the import has ended.' })
  patient: PatientDraft | null;

  @Field(() => UuidScalar, { nullable: true, description: 'The patient that it became, or as whom it was imported before; the latter only for callers with patients:read.' })
  patientId: string | null;

  @Field(() => String, { nullable: true, description: 'Medical record number of that patient, for the same callers.' })
  mrn: string | null;

  @Field(() => String, { nullable: true, description: 'The number in the list or software that the file comes from.' })
  sourceId: string | null;

  @Field(() => [PatientImportFinding], { description: 'What is wrong with it, all at once.' })
  faults: PatientImportFinding[];

  @Field(() => [PatientImportFinding], { description: 'What is doubtful; it is imported all the same.' })
  warnings: PatientImportFinding[];

  @Field(() => [PatientImportCell], { description: 'The cells of the mapped columns as they came, save medical ones; empty once the import has ended. Cells of a line with COLUMN_COUNT or TORN_QUOTES may stand in the wrong column: only for who sent the file or has patients:read-clinical.' })
  cells: PatientImportCell[];

  /** Shown by a field of its own, which needs a permission of its own. */
  clinicalDraft: Clinical | null;
}

export const PatientImportLineConnection = ConnectionOf(PatientImportLine, 'PatientImportLine');

@ObjectType({ description: 'An import of patients from a file.' })
@Classified('patient')
export class PatientImport {
  @Field(() => UuidScalar, { description: 'Id.' })
  id: string;

  @Field({ description: 'Name of the file.' })
  fileName: string;

  @Field(() => String, { nullable: true, description: 'The list or software that the file comes from.' })
  source: string | null;

  @Field({ description: 'Where to send the file: `PUT` with content-type application/octet-stream. At most IMPORT_MAX_BYTES (50 MB unless the operator set another limit).' })
  filePath: string;

  @Field({ description: 'Where to get, as CSV, what became of each line; once the file was mapped.' })
  reportPath: string;

  @Field(() => PatientImportState, { description: 'How far it has come.' })
  state: ImportState;

  @Field(() => PatientImportInterruption, { nullable: true, description: 'Why it stopped, when it is INTERRUPTED.' })
  interruption: Interruption | null;

  @Field(() => [PatientImportAction], { description: 'What can be done now.' })
  actions: ImportAction[];

  @Field(() => [PatientImportWarning], { description: 'What somebody should look at before going on.' })
  warnings: PatientImportWarning[];

  @Field(() => UuidScalar, { nullable: true, description: 'The last other import of the very same file.' })
  sameFileAs: string | null;

  @Field(() => PatientImportDelimiter, { nullable: true, description: 'What stands between the cells; null before the file has arrived.' })
  delimiter: DelimiterName | null;

  @Field(() => [PatientImportColumn], { description: 'The columns of the file; empty before it has arrived.' })
  columns: PatientImportColumn[];

  @Field(() => PatientImportOptions, { nullable: true, description: 'How the file is read: as it was mapped, or else as suggested; null before it has arrived.' })
  options: PatientImportOptions | null;

  @Field(() => PatientImportCounts, { description: 'Lines by what became of them so far.' })
  counts: PatientImportCounts;

  @Field(() => Int, { description: 'Lines with a patient: headings and empty lines do not count.' })
  total: number;

  @Field(() => Int, { description: 'Of them, how many were dealt with in the present state: checked, and from RUNNING on imported or left out.' })
  processed: number;

  @Field(() => Int, { description: 'Lines that became patients.' })
  imported: number;

  @Field(() => Int, { description: 'Lines that are left out: those with faults and those imported before.' })
  skipped: number;

  @Field(() => UuidScalar, { description: 'The member who began it.' })
  createdById: string;

  @Field(() => DateTimeScalar, { description: 'When it was begun.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its file had arrived.' })
  uploadedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its patients began to be registered.' })
  startedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was finished, cancelled or expired.' })
  endedAt: Date | null;

  /** Where the fields that need further statements begin. */
  record: ImportRecord;
}

export const PatientImportConnection = ConnectionOf(PatientImport, 'PatientImport');

@ObjectType({ description: 'The number that a patient had in a list or software they were imported from.' })
@Classified('patient')
export class PatientSourceId {
  @Field(() => String, { nullable: true, description: 'The list or software; null when it was not named.' })
  source: string | null;

  @Field({ description: 'The number, as written there.' })
  sourceId: string;
}

/** An import as its members see it. */
export function toImport(record: ImportRecord): PatientImport {
  const { row, details } = record;
  const { file, mapping } = details;
  const reading = mapping ?? (file && { ...file, country: null, windows1252: false, agesAsOf: null });
  return {
    id: row.id, fileName: details.fileName, source: details.source, filePath: `/imports/${row.id}/file`, reportPath: `/imports/${row.id}/report.csv`,
    state: row.state, interruption: row.interruption, actions: [...actionsIn(row.state)],
    warnings: warningsOf(record), sameFileAs: row.same_file_as, delimiter: file?.delimiter ?? null,
    columns: (file?.columns ?? []).map((column, index) => ({
      number: index + 1, heading: column.header, suggestedField: column.suggested, legacyBangla: column.legacyBangla, record,
      field: mapping?.columns.find((mapped) => mapped.column === index + 1)?.field ?? null,
    })),
    options: reading && {
      dateOrder: reading.dateOrder, defaultCountry: reading.country, encoding: reading.windows1252 ? 'WINDOWS_1252' : 'UTF_8', hasHeader: reading.hasHeader, agesAsOf: reading.agesAsOf,
    },
    counts: { checked: row.checked, ready: row.ready, faulty: row.faulty, withWarnings: row.warned, known: row.known },
    total: row.total, processed: row.started_at ? row.imported + row.faulty + row.known : row.checked, imported: row.imported, skipped: row.faulty + row.known,
    createdById: row.created_by, createdAt: row.created_at, uploadedAt: row.uploaded_at, startedAt: row.started_at, endedAt: row.ended_at,
    record,
  };
}

function warningsOf({ row, details: { file } }: ImportRecord): PatientImportWarning[] {
  if (!file) return [];
  const found: Array<[PatientImportWarning, boolean]> = [
    ['SAME_FILE', row.same_file_as !== null], ['NO_HEADINGS', !file.hasHeader], ['DUPLICATE_HEADINGS', file.duplicateHeaders],
    ['NOT_UTF_8', file.unreadable > 0], ['LEGACY_BANGLA', file.columns.some(({ legacyBangla }) => legacyBangla)],
  ];
  return found.flatMap(([warning, holds]) => (holds ? [warning] : []));
}

const SAMPLES = 3;

/** What is in a column, of the first lines of the file. */
export const toSamples = ({ details: { mapping, file } }: ImportRecord, column: number, lines: string[][] = []): string[] =>
  lines.slice((mapping ?? file)?.hasHeader ? 1 : 0).map((cells) => cells[column - 1] ?? '').filter((cell) => !isBlank(cell)).slice(0, SAMPLES);

/** A line as its members see it. */
export function toLine({ row, details, ended, cells, read, findings }: LineRecord): PatientImportLine {
  const { mapping } = details;
  const shown = cells ? (mapping?.columns ?? []).filter(({ field }) => !clinicalFields.has(field)) : [];
  const person = row.state === 'FAULTY' ? null : read?.person;
  return {
    id: row.id, line: row.line, result: resultOf({ row, ended }), patientId: patientOf(row), mrn: mrnOf(row),
    patient: person ? toPatientDraft(person.identity, mapping!.country) : null,
    clinicalDraft: person?.clinical ?? null,
    sourceId: read?.sourceId ?? null,
    faults: findings.faults.map((finding) => toFinding(details, finding)),
    warnings: findings.warnings.map((finding) => toFinding(details, finding)),
    cells: shown.map(({ column }) => ({ column, text: cells![column - 1] ?? '' })),
  };
}

/** What becomes of a line. */
export const resultOf = ({ row: { state }, ended }: Pick<LineResult, 'row' | 'ended'>): PatientImportResult =>
  (ended && (state === 'READY' || state === 'STAGED') ? 'NOT_IMPORTED' : state) as PatientImportResult;

/** The patient that a line became, or as whom it was imported before. */
export const patientOf = ({ id, state, known_id: knownId }: LineRow): string | null => (state === 'IMPORTED' ? id : knownId);

/** Medical record number of that patient. */
export const mrnOf = ({ mrn }: LineRow): string | null => mrn && formatMrn(Number(mrn));

function toFinding({ file }: ImportDetails, { column, reason, params = {} }: Finding): PatientImportFinding {
  const number = (name: string): number | null => (typeof params[name] === 'number' ? params[name] : null);
  return {
    column, reason, heading: column === null ? null : (file?.columns[column - 1]?.header ?? null),
    line: number('line'), max: number('max'), expected: number('expected'), found: number('found'),
    patientId: typeof params['patientId'] === 'string' ? params['patientId'] : null,
  };
}
