import { Readable } from 'node:stream';
import { Injectable, type StreamableFile } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { PatientAccessReader } from '../audit/patient-access.reader.js';
import type { Ctx } from '../platform/context/ctx.js';
import { forbidden } from '../platform/errors.js';
import { fileAnswer } from '../platform/http/file-answer.js';
import { type Country, timeZoneIn, todayIn } from '../tenants/practice-countries.reader.js';
import { type ReportHead, reportAsHtml, reportAsJson } from './access-report.js';
import type { AccessReportQuery, CopyQuery, Format } from './copies.inputs.js';
import { copyAsHtml } from './copy-html.js';
import { copyAsJson } from './copy-json.js';
import { PatientCopyReader } from './patient-copy.reader.js';

const BEGINNING = new Date(0);

/** What a patient may ask for: a copy of everything, and who saw it. Both are written while they are sent, and named in the trail before. */
@Injectable()
export class CopiesService {
  constructor(
    private readonly copies: PatientCopyReader,
    private readonly accesses: PatientAccessReader,
  ) {}

  /** Everything that is held of a patient, as one file; NOT_FOUND. */
  async copy(ctx: Ctx, patientId: string, { format, language }: CopyQuery): Promise<StreamableFile> {
    const copy = await this.copies.prepare(ctx, patientId);
    const records = (section: (typeof copy.sections)[number]) => this.copies.records(ctx, section);
    const pieces = format === 'json' ? copyAsJson(copy, records) : copyAsHtml(copy, language, records);
    return file(pieces, format, `record-${copy.patient.mrn}-${todayIn(copy.practice.country)}`);
  }

  /** Who did what with a patient's record, and who tried to, as one file; NOT_FOUND. Entries that come while it is written are not in it. */
  async accessReport(ctx: Ctx, patientId: string, { format, language, from, to, addresses }: AccessReportQuery): Promise<StreamableFile> {
    const { ids, practice, patient, chambers } = await this.copies.whose(ctx, patientId);
    if (!ctx.holds('audit:read')) throw forbidden('audit:read');
    const madeAt = new Date();
    const [start, end] = [from ? startOf(from, practice.country) : BEGINNING, to ? startOf(dayAfter(to), practice.country) : madeAt];
    ids.forEach((id) => ctx.disclose('audit-of-patient', id, id));
    const head: ReportHead = { madeAt, practice, patient, chambers, from: from ?? null, until: to ?? null, addresses: addresses === 'true' };
    const accesses = this.accesses.of(ctx, ids, start, end < madeAt ? end : madeAt);
    const pieces = format === 'json' ? reportAsJson(head, language, accesses) : reportAsHtml(head, language, accesses);
    return file(pieces, format, `accesses-${patient.mrn}-${todayIn(practice.country)}`);
  }
}

const types: Record<Format, string> = { html: 'text/html; charset=utf-8', json: 'application/json; charset=utf-8' };

const file = (pieces: AsyncGenerator<string>, format: Format, name: string): StreamableFile =>
  fileAnswer({ stream: Readable.from(pieces, { objectMode: false }), type: types[format], name: `${name}.${format}`, inline: format === 'html' });

const dayAfter = (day: string): string => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

const startOf = (day: string, country: Country): Date =>
  new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZoneIn(country)).epochMilliseconds);
