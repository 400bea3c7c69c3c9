import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable, type StreamableFile } from '@nestjs/common';
import { v7 as uuidv7, validate as isUuid } from 'uuid';
import { type AuditFact, AuditTrail } from '../platform/context/audit-trail.js';
import type { Ctx, RecordRef } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { sqlState } from '../platform/database/database-errors.js';
import { CANCELLED } from '../platform/database/databases.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { DomainError, ErrorCode, badInput, forbidden, notFound } from '../platform/errors.js';
import { fileAnswer } from '../platform/http/file-answer.js';
import type { AuditExport, ExportFormat, PrepareAuditExportInput } from './audit-export.model.js';
import { measureStatement } from './audit-query.js';
import { type ClosedSet, type EntryFilter, firstIdAt } from './search-plan.js';
import { AuditReader } from './audit.reader.js';
import type { CsvLanguage } from './audit-csv.js';
import { exportWriters } from './export-writers.js';
import { patientsShown } from './opened-entry.js';
import { type StoredFilter, conditionsOf, storedFilter } from './stored-filter.js';

/** How many entries one export can hold. */
export const MOST_EXPORTED = 5_000_000;

const PART = 500;
const FETCHABLE_MS = 3_600_000;
/** Longer than any transaction of the server lives: a transaction number from the future, beside an older id than this, came with a restored backup. */
const RESTORED_MS = 600_000;
/** How many patients' names are remembered as noted; beyond them some are noted twice. */
const MOST_REMEMBERED = 20_000;

const PREPARE = `insert into clinic.audit_exports (tenant_id, id, member_id, content, snapshot, highest_id, entries, prepared_at, expires_at)
  values ($1, $2, $3, $4, $5::pg_snapshot, $6, $7, $8, $9)`;
const FORGET_EXPIRED = 'select platform.forget_expired_exports()';
const FIND = `select x.content, x.snapshot::text as snapshot, x.highest_id, x.entries, x.prepared_at, t.name as practice_name
  from clinic.audit_exports x join clinic.tenants t on t.id = x.tenant_id
  where x.tenant_id = $1 and x.id = $2 and x.member_id = platform.current_member() and x.expires_at > now()`;

interface ExportRow {
  content: Buffer;
  snapshot: string;
  highest_id: string | null;
  entries: number;
  prepared_at: Date;
  practice_name: string;
}

interface Content {
  filter: StoredFilter;
  format: ExportFormat;
  language: CsvLanguage;
}

interface Prepared extends Content {
  id: string;
  row: ExportRow;
}

/**
 * Exports of the trail. Preparing one fixes its set: the entries that were committed at that moment and meet the
 * conditions. Fetching it writes the same set each time, and leaves its own entries: before the first byte, before any
 * part that shows values of patients, and at the end, whichever end it is.
 */
@Injectable()
export class AuditExportsService {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly trail: AuditTrail,
    private readonly reader: AuditReader,
  ) {}

  /** Counts the entries and fixes which they are, and forgets the caller's former exports that can no longer be fetched; BAD_USER_INPUT when there are more than MOST_EXPORTED, or when counting them takes too long. */
  prepare(ctx: Ctx, { filter, format, language }: PrepareAuditExportInput): Promise<AuditExport> {
    const id = uuidv7();
    const measure = measureStatement({ tenantId: ctx.tenantId, filter, order: 'desc' }, MOST_EXPORTED);
    return this.db.write(ctx, async (tx, [measured]) => {
      if (!ctx.holds('audit:read')) throw forbidden('audit:read');
      const { entries, highest_id: highestId, snapshot, now } = measured![0] as { entries: number; highest_id: string | null; snapshot: string; now: Date };
      if (entries > MOST_EXPORTED) throw badInput([{ path: ['input', 'filter'], reason: 'TOO_MANY_ENTRIES', params: { max: MOST_EXPORTED } }]);
      const content: Content = { filter: storedFilter(filter), format, language };
      const keys = await this.keyring.of(ctx.tenantId);
      const expiresAt = new Date(now.getTime() + FETCHABLE_MS);
      await tx.group({ text: FORGET_EXPIRED }, { text: PREPARE, values: [
        ctx.tenantId, id, ctx.member.memberId, keys.seal('clinic.audit_exports', id, 'content', content), snapshot, highestId, entries, now, expiresAt,
      ] });
      tx.record('audit-export', id, filter.patientId ?? undefined);
      for (const [field, value] of Object.entries({ ...content, entries, highestEntryId: highestId })) tx.change('audit-export', id, field, null, value);
      return { id, path: `/audit-exports/${id}`, expectedEntries: entries, highestEntryId: highestId, expiresAt };
    }, measure).catch((error) => {
      if (sqlState(error) === CANCELLED) throw badInput([{ path: ['input', 'filter'], reason: 'TAKES_TOO_LONG' }]);
      throw error;
    });
  }

  /** The file of a prepared export; NOT_FOUND unless the caller prepared it within the last hour. */
  async file(ctx: Ctx, id: string): Promise<StreamableFile> {
    if (!isUuid(id)) throw notFound();
    const [rows] = await this.db.read(ctx, { text: FIND, values: [ctx.tenantId, id] });
    if (!ctx.holds('audit:read')) throw forbidden('audit:read');
    const [row] = rows as unknown as ExportRow[];
    if (!row) throw notFound();
    const keys = await this.keyring.of(ctx.tenantId, [row.content]);
    const prepared: Prepared = { id, row, ...keys.open<Content>('clinic.audit_exports', id, 'content', row.content) };
    const { filter, format } = prepared;
    ctx.disclose('audit-export', id, filter.patientId ?? undefined);
    if (filter.patientId) ctx.disclose('audit-of-patient', filter.patientId, filter.patientId);
    ctx.reason = `Begins: ${format} of ${row.entries} entries up to ${row.highest_id ?? 'none'}, filter ${JSON.stringify(filter)}`;
    const writer = exportWriters[format]({ id, practiceId: ctx.tenantId, practiceName: row.practice_name, preparedAt: row.prepared_at, language: prepared.language });
    return fileAnswer({
      stream: Readable.from(this.#bytes(ctx, prepared, writer), { objectMode: false }), type: writer.type,
      name: `audit-trail-${row.prepared_at.toISOString().slice(0, 10)}-${id.slice(-8)}.${writer.extension}`,
    });
  }

  async *#bytes(ctx: Ctx, { id, row, filter }: Prepared, writer: ReturnType<(typeof exportWriters)[ExportFormat]>): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    const record: RecordRef = { type: 'audit-export', id, patientId: filter.patientId ?? undefined };
    const note = (fact: Pick<AuditFact, 'outcome' | 'errorCode' | 'reason'>, patients: RecordRef[] = []): Promise<void> =>
      this.trail.append([{ ctx, fact: { action: ctx.action, ...fact, records: [record, ...patients] } }]);
    const sent = { entries: 0, bytes: 0 };
    const counted = (text: string): Buffer => {
      const bytes = Buffer.from(text, 'utf8');
      hash.update(bytes);
      sent.bytes += bytes.length;
      return bytes;
    };
    let end: Pick<AuditFact, 'outcome' | 'errorCode' | 'reason'> = { outcome: 'FAILED', reason: 'the connection ended' };
    try {
      if (writer.head) yield counted(writer.head);
      for await (const { entries, patients } of this.#parts(ctx, conditionsOf(filter), closedSet(row))) {
        if (patients.length) await note({ outcome: 'SUCCESS', reason: 'The next part shows values of these patients' }, patients);
        const first = sent.entries === 0;
        sent.entries += entries.length;
        yield counted(writer.part(entries, first));
      }
      // A file that looks whole is whole.
      if (sent.entries !== row.entries) throw new Error(`an export of ${row.entries} entries came to ${sent.entries}`);
      const tail = writer.tail(sent.entries === 0);
      if (tail) yield counted(tail);
      end = { outcome: 'SUCCESS' };
    } catch (error) {
      end = { ...outcomeOf(error), reason: 'an error' };
      throw error;
    } finally {
      const { entries, bytes } = sent;
      await note(end.outcome === 'SUCCESS'
        ? { outcome: 'SUCCESS', reason: `Complete: ${entries} of ${row.entries} entries, ${bytes} bytes, SHA-256 ${hash.digest('hex')}` }
        : { ...end, reason: `Broken off by ${end.reason}: at most ${entries} of ${row.entries} entries and ${bytes} bytes left` });
    }
  }

  async *#parts(ctx: Ctx, filter: EntryFilter, within: ClosedSet) {
    const remembered = new Set<string>();
    for (let after: string | null = null, more = true; more; ) {
      const found = await this.reader.search(ctx, { tenantId: ctx.tenantId, filter, order: 'asc', after, within }, PART);
      if (!ctx.holds('audit:read')) throw forbidden('audit:read');
      const patients = [...new Set(found.entries.flatMap(patientsShown))].filter((patient) => !remembered.has(patient));
      if (remembered.size > MOST_REMEMBERED) remembered.clear();
      patients.forEach((patient) => remembered.add(patient));
      if (found.entries.length) yield { entries: found.entries, patients: patients.map((patient) => ({ type: 'audit-of-patient', id: patient, patientId: patient })) };
      after = found.next;
      more = after !== null;
    }
  }
}

const closedSet = ({ snapshot, highest_id: highestId, prepared_at: preparedAt }: ExportRow): ClosedSet => ({
  snapshot, highestId: highestId ?? firstIdAt(new Date(0)), restoredBelow: firstIdAt(new Date(preparedAt.getTime() - RESTORED_MS)),
});

const outcomeOf = (error: unknown): Pick<AuditFact, 'outcome' | 'errorCode'> => {
  const code = error instanceof DomainError ? error.code : ErrorCode.INTERNAL;
  return { outcome: code === ErrorCode.FORBIDDEN || code === ErrorCode.UNAUTHENTICATED ? 'DENIED' : 'FAILED', errorCode: code };
};
