import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import type { StreamPlace } from '../platform/crypto/sealed-stream.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { notFound } from '../platform/errors.js';
import type { FileContent } from '../platform/http/file-answer.js';
import type { ContentCheck } from './content-check.js';
import { mustEdit } from './document-access.js';
import { ADD_FILE, type DocumentRow, documentRows, lockDocument, oneDocument } from './document-rows.js';
import type { DocumentRecord, SealedContent } from './document.model.js';
import { awaitsContent, isEnteredInError, isStored } from './documents.errors.js';
import { DocumentsReader } from './documents.reader.js';
import { type PutObject, SealedFiles } from './sealed-files.writer.js';

/**
 * Stores and gives out the files of documents as streams, sealed on the way. A document has its file once the object is
 * whole in the store and one transaction has said so: until then nothing of it can be read.
 */
@Injectable()
export class DocumentContents {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly files: SealedFiles,
    private readonly reader: DocumentsReader,
  ) {}

  /** Stores the file of a document; the same bytes sent again change nothing. `declared` is the length that the request states. */
  async keep(ctx: Ctx, id: string, body: AsyncIterable<Buffer>, declared: number | undefined): Promise<DocumentRecord> {
    if (!isUuid(id)) throw notFound();
    const [rows] = await this.db.read(ctx, oneDocument(ctx.tenantId, id));
    const row = mustTakeContent(ctx, documentRows(rows)[0]);
    const [record] = await this.reader.open(ctx, [row]);
    const check = this.files.check(record!.description.fileName, declared);
    const bytes = check.pass(body);
    if (row.file_id) return this.#compare(ctx, row, check, bytes);
    return (await this.files.put(ctx, placeOf(ctx, row), check, bytes, (object) => this.#record(ctx, row.id, object))).record;
  }

  /** The file of a document, opened as it is read. The first chunk has been verified before this resolves. */
  async open(ctx: Ctx, id: string): Promise<FileContent> {
    if (!isUuid(id)) throw notFound();
    const { row, description, file } = await this.reader.get(ctx, id.toLowerCase());
    if (!file) throw awaitsContent();
    const { type, key, size, objectId } = file;
    const stream = await this.files.open(Buffer.from(key, 'base64'), placeOf(ctx, row), objectId);
    return { stream, type: type === 'text/plain' ? 'text/plain; charset=utf-8' : type, name: description.fileName, length: size };
  }

  #record(ctx: Ctx, documentId: string, { id, key, found }: PutObject): Promise<{ record: DocumentRecord; added: boolean }> {
    const { tenantId } = ctx;
    return this.db.write(ctx, async (tx, [locked]) => {
      const before = mustTakeContent(ctx, documentRows(locked)[0]);
      const content: SealedContent = { key: key.toString('base64'), type: found.type, sha256: found.sha256 };
      const keys = await this.keyring.of(tenantId);
      const [file, now] = await tx.group(
        { text: ADD_FILE, values: [tenantId, id, before.id, keys.seal('clinic.document_files', id, 'content', content), found.size] },
        oneDocument(tenantId, before.id),
      );
      const [record] = await this.reader.open(ctx, documentRows(now));
      const added = file!.length > 0;
      // Another request stored a file of this document meanwhile.
      if (!added && record!.file!.sha256 !== found.sha256) throw isStored();
      ctx.action = added ? 'UPDATED' : 'VIEWED';
      tx.change('document', before.id, 'state', added ? 'AWAITING_CONTENT' : 'STORED', 'STORED');
      tx.record('document', before.id, before.patient_id);
      return { record: record!, added };
    }, lockDocument(tenantId, documentId));
  }

  async #compare(ctx: Ctx, row: DocumentRow, check: ContentCheck, bytes: AsyncIterable<Buffer>): Promise<DocumentRecord> {
    for await (const _ of bytes);
    return this.db.write(ctx, async (tx, [rows]) => {
      const [record] = await this.reader.open(ctx, documentRows(rows));
      if (record!.file!.sha256 !== check.found.sha256) throw isStored();
      ctx.action = 'VIEWED';
      tx.record('document', row.id, record!.row.patient_id);
      return record!;
    }, oneDocument(ctx.tenantId, row.id));
  }
}

// Not with the patient: a merge gives the document to another one.
const placeOf = (ctx: Ctx, { id }: DocumentRow): StreamPlace => ({ scope: ctx.tenantId, name: `document ${id}` });

function mustTakeContent(ctx: Ctx, row: DocumentRow | undefined): DocumentRow {
  if (!row) throw notFound();
  mustEdit(ctx, row.kind);
  if (row.error_at) throw isEnteredInError();
  return row;
}
