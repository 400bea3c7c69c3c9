import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A server process on a core of its own. */
export interface ServerProcess {
  port: number;
  /** Milliseconds of CPU that the process has used so far. */
  cpuMs: () => number;
  /** Resident memory in MB. */
  memoryMb: () => number;
  stop: () => Promise<void>;
}

/** Starts a script of ours pinned to core 0 (where there is `taskset`), and waits until it prints `ready`'s text. */
export async function startServer(script: string, port: number, env: Record<string, string>, ready: string): Promise<ServerProcess> {
  const [command, args] = pinned ? ['taskset', ['-c', '0', process.execPath, script]] : [process.execPath, [script]];
  const child = spawn(command, args, { env: { ...process.env, ...env, PORT: String(port) }, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => chunk.toString().includes(ready) && resolve());
    child.on('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
  return {
    port,
    cpuMs: () => cpuOf(child),
    memoryMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024,
    stop: () => new Promise((resolve) => {
      child.removeAllListeners('exit');
      child.on('exit', () => resolve());
      child.kill('SIGTERM');
    }),
  };
}

const hasTaskset = (): boolean => {
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const pinned = hasTaskset();

/** Moves this process, and what it starts from now on, to core 1: the load and PostgreSQL share it. */
export function pinSelf(): void {
  if (pinned) execFileSync('taskset', ['-a', '-p', '-c', '1', String(process.pid)], { stdio: 'ignore' });
}

const TICKS_PER_MS = 0.1;

const cpuOf = (child: ChildProcess): number => {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_MS;
};
