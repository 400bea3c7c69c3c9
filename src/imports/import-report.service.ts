import { Readable } from 'node:stream';
import { Injectable, type StreamableFile } from '@nestjs/common';
import type { Ctx } from '../platform/context/ctx.js';
import { BYTE_ORDER_MARK, csvOf } from '../platform/csv.js';
import { fileAnswer } from '../platform/http/file-answer.js';
import { type LineResult, mrnOf, patientOf, resultOf } from './import.model.js';
import { notInState } from './imports.errors.js';
import { ImportsReader } from './imports.reader.js';
import type { Finding } from './import-line.js';

/** Lines that are read and opened before other requests have their turn. */
const PAGE = 1_000;
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
    const pages = [BYTE_ORDER_MARK + csvOf([HEADINGS])];
    for await (const lines of this.reader.results(ctx, record, PAGE)) pages.push(csvOf(lines.map(cellsOf)));
    return fileAnswer({ stream: Readable.from(pages.map((page) => Buffer.from(page))), type: 'text/csv; charset=utf-8', name: `import-report-${id}.csv` });
  }
}

function cellsOf(line: LineResult): string[] {
  const { row, details, findings } = line;
  const headings = (details.file?.columns ?? []).map(({ header }) => header);
  return [String(row.line), resultOf(line), mrnOf(row) ?? '', patientOf(row) ?? '', inWords(findings.faults, headings), inWords(findings.warnings, headings)];
}

/** Findings in one cell: `Mobile No.: TOO_SHORT; COLUMN_COUNT (expected 5, found 4)`. */
const inWords = (findings: Finding[], headings: Array<string | null>): string => findings.map(({ column, reason, params }) => {
  const place = column === null ? '' : `${headings[column - 1]?.trim() ?? `column ${column}`}: `;
  const details = Object.entries(params ?? {}).map(([name, value]) => `${name} ${value}`).join(', ');
  return `${place}${reason}${details && ` (${details})`}`;
}).join('; ');
