import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';

/** A server that speaks S3 on the loopback address, with one empty bucket, on a directory of its own. */
export class S3Server {
  private constructor(
    private readonly server: S3rver,
    readonly directory: string,
    readonly endpoint: string,
  ) {}

  static async start(bucket: string): Promise<S3Server> {
    const directory = mkdtempSync(join(tmpdir(), 's3-'));
    const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: bucket, configs: [] }] });
    const { port } = await server.run();
    return new S3Server(server, directory, `http://127.0.0.1:${port}`);
  }

  async stop(): Promise<void> {
    await this.server.close();
    rmSync(this.directory, { recursive: true });
  }
}
