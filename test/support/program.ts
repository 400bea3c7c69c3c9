import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const running = new Set<Program>();

/** One of the project's programs in a process of its own, with the given environment and nothing else. */
export class Program {
  stdout = '';
  stderr = '';
  /** Settles with the exit code, or null after a signal. */
  readonly exited: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exited = once(child, 'close').then(([code]) => code as number | null);
    running.add(this);
    void this.exited.then(() => running.delete(this));
  }

  /** Starts a file of the project, such as dist/src/main.js. */
  static start(file: string, args: string[], env: Record<string, string>, cwd = process.cwd()): Program {
    const command = ['--enable-source-maps', resolve(file), ...args];
    return new Program(spawn(process.execPath, command, { cwd, env: { PATH: process.env['PATH'], ...env }, stdio: ['pipe', 'pipe', 'pipe'] }));
  }

  /** Runs a file of the project to its end. */
  static async run(file: string, args: string[], env: Record<string, string>, input = ''): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const program = Program.start(file, args, env);
    program.child.stdin!.end(input);
    const code = await program.exited;
    return { code, stdout: program.stdout, stderr: program.stderr };
  }

  /** Resolves once standard output holds the text; rejects with what the program said when it ends before. */
  async says(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      const ended = await Promise.race([once(this.child.stdout!, 'data').then(() => false), this.exited.then(() => true)]);
      if (ended && !this.stdout.includes(text)) throw new Error(`The program ended without saying "${text}":\n${this.stdout}${this.stderr}`);
    }
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }

  /** Stops whatever a failed test left running. */
  static async stopAll(): Promise<void> {
    await Promise.all([...running].map((program) => program.stop()));
  }
}
