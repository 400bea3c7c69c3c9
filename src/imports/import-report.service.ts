import { Readable } from 'node:stream';
import { Injectable, type StreamableFile } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { Ctx } from '../platform/context/ctx.js';
import { fileAnswer } from '../platform/http/file-answer.js';
import { formatMrn } from '../patients/patient-registration.writer.js';
import { type LineRecord, resultOf } from './import.model.js';
import { notInState } from './imports.errors.js';
import { ImportsReader } from './imports.reader.js';
import type { Finding } from './read-line.js';

const PAGE = 5_000;
const HEADINGS = ['line', 'result', 'MRN', 'patient id', 'faults', 'warnings'];

/** Tells what became of each line of an import, as a file for a spreadsheet. */
@Injectable()
export class ImportReports {
  constructor(private readonly reader: ImportsReader) {}

  /** The report as CSV that Excel opens as it is: UTF-8 with a mark, and no cell that it would run. Rejects with NOT_FOUND, and with CONFLICT before the file was mapped. */
  async answer(ctx: Ctx, id: string): Promise<StreamableFile> {
    const record = await this.reader.get(ctx, id);
    if (!record.details.mapping) throw notInState(record.row.state);
    // Read to the end first: the entry that names every patient is written before the first byte leaves.
    const pages = [stringify([HEADINGS], { bom: true })];
    for await (const lines of this.reader.results(ctx, record, PAGE)) pages.push(stringify(lines.map(cellsOf), { escape_formulas: true }));
    return fileAnswer({ stream: Readable.from(pages.map((page) => Buffer.from(page))), type: 'text/csv; charset=utf-8', name: `import-report-${id}.csv` });
  }
}

function cellsOf(line: LineRecord): string[] {
  const { row, details, findings } = line;
  const patientId = row.state === 'IMPORTED' ? row.id : (row.known_id ?? '');
  const headings = (details.file?.columns ?? []).map(({ header }) => header);
  return [String(row.line), resultOf(line), row.mrn ? formatMrn(Number(row.mrn)) : '', patientId, inWords(findings.faults, headings), inWords(findings.warnings, headings)];
}

/** Findings in one cell: `Mobile No.: TOO_SHORT; COLUMN_COUNT (expected 5, found 4)`. */
const inWords = (findings: Finding[], headings: Array<string | null>): string => findings.map(({ column, reason, params }) => {
  const place = column === null ? '' : `${headings[column - 1]?.trim() ?? `column ${column}`}: `;
  const details = Object.entries(params ?? {}).map(([name, value]) => `${name} ${value}`).join(', ');
  return `${place}${reason}${details && ` (${details})`}`;
}).join('; ');
