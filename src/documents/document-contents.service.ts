import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { v4 as uuidv4, validate as isUuid } from 'uuid';
import type { Config } from '../config.js';
import type { Ctx } from '../platform/context/ctx.js';
import { Keyring } from '../platform/crypto/keyring.js';
import { type StreamPlace, newStreamKey, openStream, sealStream } from '../platform/crypto/sealed-stream.js';
import { databaseError } from '../platform/database/database-errors.js';
import { TenantDb } from '../platform/database/tenant-db.js';
import { DomainError, ErrorCode, notFound } from '../platform/errors.js';
import type { FileContent } from '../platform/http/file-answer.js';
import { CONFIG, LOGGER } from '../platform/platform.module.js';
import { ContentCheck, type FoundContent, badBody } from './content-check.js';
import { mustEdit } from './document-access.js';
import { ADD_FILE, type DocumentRow, documentRows, lockDocument, oneDocument } from './document-rows.js';
import { DocumentStore, MissingObjectError } from './document-store.js';
import type { DocumentRecord, SealedContent } from './document.model.js';
import { awaitsContent, isEnteredInError, isStored, storeIsAway } from './documents.errors.js';
import { DocumentsReader } from './documents.reader.js';
import { extensionOf } from './file-name.js';

/** An object that was put into the store for a document, and how it opens. */
interface PutObject {
  id: string;
  key: Buffer;
  found: FoundContent;
}

/**
 * Stores and gives out the files of documents as streams, sealed on the way. A document has its file once the object is
 * whole in the store and one transaction has said so: until then nothing of it can be read.
 */
@Injectable()
export class DocumentContents {
  constructor(
    private readonly db: TenantDb,
    private readonly keyring: Keyring,
    private readonly store: DocumentStore,
    private readonly reader: DocumentsReader,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Stores the file of a document; the same bytes sent again change nothing. `declared` is the length that the request states. */
  async keep(ctx: Ctx, id: string, body: AsyncIterable<Buffer>, declared: number | undefined): Promise<DocumentRecord> {
    if (!isUuid(id)) throw notFound();
    const { maxBytes } = this.config.documents;
    const [rows] = await this.db.read(ctx, oneDocument(ctx.tenantId, id));
    const row = mustTakeContent(ctx, documentRows(rows)[0]);
    const [record] = await this.reader.open(ctx, [row]);
    if (declared !== undefined && declared > maxBytes) throw badBody('TOO_LARGE', { max: maxBytes });
    const check = new ContentCheck(extensionOf(record!.description.fileName), maxBytes);
    const bytes = check.pass(body);
    return row.file_id ? this.#compare(ctx, row, check, bytes) : this.#put(ctx, row, check, bytes);
  }

  /** The file of a document, opened as it is read. The first chunk has been verified before this resolves. */
  async open(ctx: Ctx, id: string): Promise<FileContent> {
    if (!isUuid(id)) throw notFound();
    const { row, description, file } = await this.reader.get(ctx, id.toLowerCase());
    if (!file) throw awaitsContent();
    const { type, key, size, objectId } = file;
    const chunks = openStream(Buffer.from(key, 'base64'), placeOf(ctx, row), await this.store.get(objectId).catch(explain));
    return { stream: await this.#begun(chunks), type: type === 'text/plain' ? 'text/plain; charset=utf-8' : type, name: description.fileName, length: size };
  }

  async #put(ctx: Ctx, row: DocumentRow, check: ContentCheck, bytes: AsyncIterable<Buffer>): Promise<DocumentRecord> {
    const id = uuidv4();
    const key = newStreamKey();
    await this.store.put(id, sealStream(key, placeOf(ctx, row), bytes)).catch(explain);
    try {
      const { record, added } = await this.#record(ctx, row.id, { id, key, found: check.found });
      if (!added) await this.#drop(ctx, id);
      return record;
    } catch (error) {
      // After a commit whose outcome nobody knows the object may be a document's: the operator's check finds it if not.
      if (isRolledBack(error)) await this.#drop(ctx, id);
      throw error;
    }
  }

  // What stays behind is sealed and belongs to nothing, and the operator's check finds it: no reason to answer otherwise.
  async #drop(ctx: Ctx, id: string): Promise<void> {
    await this.store.remove(id).catch((error: unknown) =>
      this.logger.error({ err: error, requestId: ctx.origin.requestId, object: id }, 'an object that belongs to no document could not be removed; check-documents finds it'));
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

  async #begun(chunks: AsyncGenerator<Buffer>): Promise<Readable> {
    const first = await chunks.next();
    const stream = Readable.from((async function* () {
      if (!first.done) yield first.value;
      yield* chunks;
    })(), { objectMode: false });
    // Also when the answer is withheld before anything of it was read.
    return stream.once('close', () => void chunks.return(undefined));
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

// A file that is missing is no outage, and trying again would not help.
const explain = (error: unknown): never => {
  throw error instanceof DomainError || error instanceof MissingObjectError ? error : storeIsAway(error);
};

const isRolledBack = (error: unknown): boolean =>
  (error instanceof DomainError && error.code !== ErrorCode.UNAVAILABLE) || databaseError(error)?.severity === 'ERROR';
