import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { v4 as uuidv4 } from 'uuid';
import type { Config } from '../config.js';
import type { Ctx } from '../platform/context/ctx.js';
import { type StreamPlace, newStreamKey, openStream, sealStream } from '../platform/crypto/sealed-stream.js';
import { databaseError } from '../platform/database/database-errors.js';
import { DomainError, ErrorCode, badInput } from '../platform/errors.js';
import { CONFIG, LOGGER } from '../platform/platform.module.js';
import { ContentCheck, type FoundContent, badBody } from './content-check.js';
import { DocumentStore, MissingObjectError } from './document-store.js';
import { storeIsAway } from './documents.errors.js';
import { describedFault } from './document-description.js';
import { cleanFileName, extensionOf } from './file-name.js';

/** An object that was put into the store, and how it opens. */
export interface PutObject {
  id: string;
  key: Buffer;
  found: FoundContent;
}

/** Files as streams, checked and sealed on the way into the store of documents, and opened on the way out. Which record a file belongs to is for the caller to write down: until then nothing of it can be read. */
@Injectable()
export class SealedFiles {
  constructor(
    private readonly store: DocumentStore,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The name of a file, clean. BAD_USER_INPUT at `fileName`. */
  nameIn(raw: string): string {
    try {
      return cleanFileName(raw);
    } catch (error) {
      throw badInput([describedFault(['fileName'], error)]);
    }
  }

  /** Checks a file by its name while its bytes pass. `declared` is the length that the request states. BAD_USER_INPUT at `body`. */
  check(fileName: string, declared: number | undefined): ContentCheck {
    const { maxBytes } = this.config.documents;
    if (declared !== undefined && declared > maxBytes) throw badBody('TOO_LARGE', { max: maxBytes });
    return new ContentCheck(extensionOf(fileName), maxBytes);
  }

  /** Puts a file into the store, sealed for its place, and lets `record` write down whose it is; `record` tells whether it did. What nobody took is removed. */
  async put<T extends { added: boolean }>(ctx: Ctx, place: StreamPlace, check: ContentCheck, body: AsyncIterable<Buffer>, record: (object: PutObject) => Promise<T>): Promise<T> {
    const id = uuidv4();
    const key = newStreamKey();
    await this.store.put(id, sealStream(key, place, body)).catch(explain);
    try {
      const recorded = await record({ id, key, found: check.found });
      if (!recorded.added) await this.#drop(ctx, id);
      return recorded;
    } catch (error) {
      // After a commit whose outcome nobody knows the object may belong to something: the operator's check finds it if not.
      if (isRolledBack(error)) await this.#drop(ctx, id);
      throw error;
    }
  }

  /** The bytes of a file, opened as they are read. The first chunk has been verified before this resolves. */
  async open(key: Buffer, place: StreamPlace, objectId: string): Promise<Readable> {
    const chunks = openStream(key, place, await this.store.get(objectId).catch(explain));
    const first = await chunks.next();
    const stream = Readable.from((async function* () {
      if (!first.done) yield first.value;
      yield* chunks;
    })(), { objectMode: false });
    // Also when the answer is withheld before anything of it was read.
    return stream.once('close', () => void chunks.return(undefined));
  }

  // What stays behind is sealed and belongs to nothing, and the operator's check finds it: no reason to answer otherwise.
  async #drop(ctx: Ctx, id: string): Promise<void> {
    await this.store.remove(id).catch((error: unknown) =>
      this.logger.error({ err: error, requestId: ctx.origin.requestId, object: id }, 'an object that belongs to no document could not be removed; check-documents finds it'));
  }
}

// A file that is missing is no outage, and trying again would not help.
const explain = (error: unknown): never => {
  throw error instanceof DomainError || error instanceof MissingObjectError ? error : storeIsAway(error);
};

const isRolledBack = (error: unknown): boolean =>
  (error instanceof DomainError && error.code !== ErrorCode.UNAVAILABLE) || databaseError(error)?.severity === 'ERROR';
