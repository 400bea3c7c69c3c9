import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import type { Config } from '../config.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { AuditedTx } from '../platform/database/audited-tx.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { badInput, notFound } from '../platform/errors.js';
import { CONFIG } from '../platform/platform.module.js';
import { isBlank } from './cell-text.js';
import { GUESSED_FROM, guessColumns } from './column-guess.js';
import { type CsvRecord, type DelimiterName, csvRecords, guessDelimiter } from './csv-records.js';
import { type FileEncoding, openText } from './file-text.js';
import {
  CLAIM_FOR_UPLOAD, CONTINUE_UPLOAD, DROP_LINES, END_UPLOAD, type FileFacts, GIVE_UP_UPLOAD, IMPORT_TO_CHANGE, type ImportDetails, type ImportRow, PLACE_FIRST_LINE, STAGE_LINES,
} from './import-rows.js';
import { notInState, uploadRuns } from './imports.errors.js';
import type { StagedLine } from './import-line.js';

/** Lines and characters that are kept in memory before they are written. */
const BATCH = { lines: 1_000, characters: 1_000_000 } as const;

/** One upload on its way. */
interface Upload {
  ctx: Ctx;
  id: string;
  lease: string;
  details: ImportDetails;
}

/** What the lines of a file told while they were read. */
interface Survey {
  /** Blank ones too, for they are work as well. */
  records: number;
  lines: number;
  unreadable: number;
  first: string[][];
}

/** Takes the file of an import: parses it while it arrives and keeps its lines sealed. All of it or nothing: a file that is refused leaves no line. */
@Injectable()
export class ImportUploads {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Reads the file to its end; gives how many lines with a patient there seem to be. Rejects with NOT_FOUND, CONFLICT, and with
   * BAD_USER_INPUT at `file`: EMPTY, NOT_TEXT, NO_LINES, TOO_LARGE, TOO_MANY_LINES, and with the line RECORD_TOO_LONG,
   * TOO_MANY_COLUMNS, QUOTE_NOT_CLOSED.
   */
  async receive(ctx: Ctx, id: string, body: AsyncIterable<Buffer>): Promise<{ id: string; lines: number }> {
    const upload = await this.#claim(ctx, id);
    try {
      return await this.#read(upload, body);
    } catch (error) {
      // When even this fails, the next upload removes what is left.
      await this.#giveUp(upload).catch(() => undefined);
      throw error;
    }
  }

  #claim(ctx: Ctx, id: string): Promise<Upload> {
    const lease = uuidv4();
    return this.#holding({ ctx, id, lease }, CLAIM_FOR_UPLOAD, async (tx, { details }) => {
      await tx.query(DROP_LINES, [ctx.tenantId, id]);
      const keys = await this.keyring.of(ctx.tenantId, [details]);
      return { ctx, id, lease, details: keys.open<ImportDetails>('clinic.patient_imports', id, 'details', details) };
    });
  }

  /** Does `work` for an upload that has the lease, by claiming it or by going on. Rejects with NOT_FOUND, or with CONFLICT when another has it or the import awaits no file. */
  #holding<T>({ ctx, id, lease }: Omit<Upload, 'details'>, claim: typeof CLAIM_FOR_UPLOAD | typeof CONTINUE_UPLOAD, work: (tx: AuditedTx, row: ImportRow) => Promise<T>): Promise<T> {
    return this.db.write(ctx, async (tx, [found, held]) => {
      const row = found![0] as unknown as ImportRow | undefined;
      if (!row) throw notFound();
      if (row.state !== 'AWAITING_FILE') throw notInState(row.state);
      if (!held!.length) throw uploadRuns();
      tx.record('patient-import', id);
      return work(tx, row);
    }, { text: IMPORT_TO_CHANGE, values: [ctx.tenantId, id] }, { text: claim, values: [ctx.tenantId, id, lease] });
  }

  async #read(upload: Upload, body: AsyncIterable<Buffer>): Promise<{ id: string; lines: number }> {
    const hash = createHash('sha256');
    const text = await openText(this.#bounded(body, (chunk) => hash.update(chunk)));
    const delimiter = upload.details.delimiter ?? guessDelimiter(text.sample);
    const survey: Survey = { records: 0, lines: 0, unreadable: 0, first: [] };
    let waiting: CsvRecord[] = [];
    let characters = 0;
    for await (const record of csvRecords(text.bytes, delimiter)) {
      if (!this.#survey(survey, record)) continue;
      waiting.push(record);
      characters += record.cells.reduce((sum, cell) => sum + cell.length, 0);
      if (waiting.length < BATCH.lines && characters < BATCH.characters) continue;
      await this.#stage(upload, waiting);
      waiting = [];
      characters = 0;
    }
    if (survey.lines === 0) throw badInput([{ path: ['file'], reason: 'EMPTY' }]);
    return this.#end(upload, waiting, { ...factsOf(survey, text.encoding, delimiter), uploadedBy: upload.ctx.member.memberId }, survey.lines, hash.digest('hex'));
  }

  /** Notes what a record tells; false for a blank one. */
  #survey(survey: Survey, { cells, unreadable }: CsvRecord): boolean {
    survey.records++;
    // One more, for the headings.
    if (survey.records > this.config.imports.maxLines + 1) throw badInput([{ path: ['file'], reason: 'TOO_MANY_LINES', params: { max: this.config.imports.maxLines } }]);
    if (cells.every(isBlank)) return false;
    survey.lines++;
    if (unreadable.length) survey.unreadable++;
    if (survey.first.length < GUESSED_FROM) survey.first.push(survey.first.length ? cells : withoutBlankEnd(cells));
    return true;
  }

  async #stage(upload: Upload, records: CsvRecord[]): Promise<void> {
    const statement = await this.#staging(upload, records);
    await this.#holding(upload, CONTINUE_UPLOAD, (tx) => tx.group(statement));
  }

  async #end(upload: Upload, records: CsvRecord[], file: FileFacts, lines: number, hash: string): Promise<{ id: string; lines: number }> {
    const total = lines - (file.hasHeader ? 1 : 0);
    if (total === 0) throw badInput([{ path: ['file'], reason: 'NO_LINES' }]);
    const { ctx, id, details } = upload;
    const statement = await this.#staging(upload, records);
    const keys = await this.keyring.of(ctx.tenantId);
    const sealed = keys.seal('clinic.patient_imports', id, 'details', { ...details, file } satisfies ImportDetails);
    const end = { text: END_UPLOAD, values: [ctx.tenantId, id, sealed, keys.token('import-file', hash), total] };
    const firstLine = { text: PLACE_FIRST_LINE, values: [ctx.tenantId, id, file.hasHeader ? 'HEADER' : 'STAGED'] };
    await this.#holding(upload, CONTINUE_UPLOAD, (tx) => tx.group(statement, end, firstLine));
    return { id, lines: total };
  }

  async #staging({ ctx, id }: Upload, records: CsvRecord[]) {
    const keys = await this.keyring.of(ctx.tenantId);
    const lines = records.map(({ line, cells, unreadable }) => {
      const rowId = uuidv7();
      return { rowId, line, cells: keys.seal('clinic.patient_import_rows', rowId, 'cells', { cells, unreadable } satisfies StagedLine) };
    });
    return { text: STAGE_LINES, values: [ctx.tenantId, id, lines.map(({ rowId }) => rowId), lines.map(({ line }) => line), lines.map(({ cells }) => cells)] };
  }

  async #giveUp({ ctx, id, lease }: Upload): Promise<void> {
    await this.db.write(ctx, async (tx, [ours]) => {
      tx.record('patient-import', id);
      if (ours!.length) await tx.query(DROP_LINES, [ctx.tenantId, id]);
    }, { text: GIVE_UP_UPLOAD, values: [ctx.tenantId, id, lease] });
  }

  async *#bounded(body: AsyncIterable<Buffer>, hear: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
    const max = this.config.imports.maxBytes;
    let length = 0;
    for await (const chunk of body) {
      length += chunk.length;
      if (length > max) throw badInput([{ path: ['file'], reason: 'TOO_LARGE', params: { max } }]);
      hear(chunk);
      yield chunk;
    }
  }
}

// Spreadsheets write the columns that are empty, too.
const withoutBlankEnd = (cells: string[]): string[] => cells.slice(0, cells.findLastIndex((cell) => !isBlank(cell)) + 1);

function factsOf({ first, unreadable }: Survey, encoding: FileEncoding, delimiter: DelimiterName): Omit<FileFacts, 'uploadedBy'> {
  const { hasHeader, dateOrder, duplicateHeaders, columns } = guessColumns(first);
  return {
    encoding, delimiter, hasHeader, dateOrder, duplicateHeaders, unreadable,
    columns: columns.map(({ header, field, content, legacyBangla }) => ({ header: hasHeader ? header : null, suggested: field, content, legacyBangla })),
  };
}
