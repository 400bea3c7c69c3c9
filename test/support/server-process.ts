import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.js';

/** The built server as its users start it: a process of its own on a data directory of its own. */
export class ServerProcess {
  #child: ChildProcess | undefined;
  output = '';

  private constructor(
    readonly port: number,
    readonly dataDir: string,
    private readonly env: Record<string, string>,
  ) {}

  /** The environment may depend on the port. */
  static async on(dataDir: string, env: Record<string, string> | ((port: number) => Record<string, string>) = {}): Promise<ServerProcess> {
    const port = await freePort();
    return new ServerProcess(port, dataDir, typeof env === 'function' ? env(port) : env);
  }

  /** Starts it and waits until it listens; rejects with its output when it ends before. */
  async start(): Promise<void> {
    this.output = '';
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: String(this.port), DATA_DIR: this.dataDir, LOG_LEVEL: 'error', ...this.env },
    });
    this.#child = child;
    const hear = (chunk: Buffer): void => void (this.output += chunk.toString());
    child.stderr.on('data', hear);
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        hear(chunk);
        if (this.output.includes('Sinduk listens on')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${this.output}`)));
    });
  }

  /** Ends it by a signal and gives the exit code (null when the signal killed it). */
  async end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    return new Promise((resolve) => {
      child.once('exit', (code) => resolve(code));
      child.kill(signal);
    });
  }

  /** Kills the embedded PostgreSQL, too, as a power cut would end both. */
  killPostgres(): void {
    const pid = this.#postmaster()[0];
    if (pid) process.kill(Number(pid), 'SIGKILL');
  }

  async graphql(query: string, variables: object = {}, token?: string): Promise<{ requestId: string; status: number; data: any; errors?: Array<{ extensions: { code: string } }> }> {
    const response = await fetch(`http://127.0.0.1:${this.port}/graphql`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as { data: unknown };
    return { requestId: response.headers.get('x-request-id')!, status: response.status, ...answer };
  }

  /** SQL as the superuser of its embedded PostgreSQL. */
  async sql<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
    const password = readFileSync(join(this.dataDir, 'postgres', 'superuser-password'), 'utf8').trim();
    const client = new pg.Client({ host: '127.0.0.1', port: Number(this.#postmaster()[3]), user: 'postgres', password, database: 'sinduk' });
    await client.connect();
    try {
      return (await client.query(text, values)).rows as T[];
    } finally {
      await client.end();
    }
  }

  #postmaster(): string[] {
    const file = join(this.dataDir, 'postgres', 'cluster', 'postmaster.pid');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  }
}
