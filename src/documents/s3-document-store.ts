import { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, S3Client, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { validate as isUuid, v4 as uuidv4 } from 'uuid';
import { DocumentStore, MissingObjectError, type StoredObject } from './document-store.js';

/** Where a bucket is, and who may use it. */
export interface S3Settings {
  /** Undefined means Amazon's own address of the region. */
  endpoint: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Whether the bucket is named in the path instead of the host name. */
  pathStyle: boolean;
}

/** Bytes that travel in one part; S3 takes no smaller ones, and an upload holds two in memory. */
const PART_BYTES = 5 * 1024 * 1024;

/** Objects in a bucket of their own on Amazon S3 or a service that speaks its protocol. A larger object travels in parts and appears whole or not at all. */
export class S3DocumentStore extends DocumentStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ endpoint, region, bucket, accessKeyId, secretAccessKey, pathStyle }: S3Settings) {
    super();
    this.#bucket = bucket;
    this.#client = new S3Client({
      region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: pathStyle, ...(endpoint && { endpoint }),
      // Compatible services lag behind Amazon's newer checksums; each chunk carries its own tag anyway.
      requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000 },
    });
  }

  async check(): Promise<void> {
    const probe = uuidv4();
    try {
      await this.put(probe, (async function* () {})());
      await this.remove(probe);
    } catch (error) {
      throw new Error(`S3_BUCKET: documents cannot be kept in the bucket ${this.#bucket} (${(error as Error).name}: ${(error as Error).message})`, { cause: error });
    }
  }

  async put(id: string, bytes: AsyncIterable<Buffer>): Promise<void> {
    const source = new WatchedSource(bytes);
    const body = Readable.from(source.bytes(), { objectMode: false });
    const upload = new Upload({ client: this.#client, params: { Bucket: this.#bucket, Key: id, Body: body }, partSize: PART_BYTES, queueSize: 1 });
    await upload.done().catch((error: unknown) => {
      throw source.failure ?? error;
    });
  }

  async get(id: string): Promise<AsyncIterable<Buffer>> {
    const { Body: body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: id })).catch((error: unknown) => {
      throw error instanceof NoSuchKey ? new MissingObjectError(id) : error;
    });
    if (!(body instanceof Readable)) throw new MissingObjectError(id);
    return body;
  }

  async remove(id: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: id }));
  }

  async *objects(): AsyncGenerator<StoredObject> {
    for await (const { Contents: page = [] } of paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket })) {
      for (const { Key: id, LastModified: storedAt } of page) {
        // Whatever else lies there is not ours to touch.
        if (id && storedAt && isUuid(id)) yield { id, storedAt };
      }
    }
  }
}

/** Remembers why its source failed: the library reports what went wrong in cleaning up after that instead. */
class WatchedSource {
  failure: unknown;

  constructor(private readonly source: AsyncIterable<Buffer>) {}

  async *bytes(): AsyncGenerator<Buffer> {
    // What the library throws in when it gives up ends here, and is no failure of the source.
    for await (const part of this.#watched()) yield part;
  }

  async *#watched(): AsyncGenerator<Buffer> {
    try {
      yield* this.source;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
