import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';

/** A server that speaks S3 on the loopback address, with one empty bucket, on a directory of its own. */
export class S3Server {
  private constructor(
    private server: S3rver,
    private readonly bucket: string,
    private readonly port: number,
    readonly directory: string,
  ) {}

  static async start(bucket: string): Promise<S3Server> {
    const directory = mkdtempSync(join(tmpdir(), 's3-'));
    const server = serverOf(bucket, directory, 0);
    const { port } = await server.run();
    return new S3Server(server, bucket, port, directory);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Nobody answers at the endpoint until it is brought back. */
  async pause(): Promise<{ bringBack: () => Promise<void> }> {
    await this.server.close();
    return {
      bringBack: async () => {
        this.server = serverOf(this.bucket, this.directory, this.port);
        await this.server.run();
      },
    };
  }

  async stop(): Promise<void> {
    await this.server.close();
    rmSync(this.directory, { recursive: true });
  }
}

const serverOf = (bucket: string, directory: string, port: number): S3rver =>
  new S3rver({ address: '127.0.0.1', port, silent: true, directory, configureBuckets: [{ name: bucket, configs: [] }] });
