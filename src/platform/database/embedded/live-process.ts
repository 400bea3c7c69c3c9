import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { environment } from './account.js';

/** A running process, as the system tells of it. */
export interface ProcessDescription {
  /** Differs between two processes that were given the same pid one after the other. */
  readonly started: string;
  /** The arguments, each followed by a space. */
  readonly command: string;
}

/** The process with this pid; undefined when there is none or it is dead and merely not reaped. */
export function describeProcess(pid: number): ProcessDescription | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  try {
    return process.platform === 'linux' ? describeByProc(pid) : describeByPs(pid);
  } catch {
    return undefined;
  }
}

function describeByProc(pid: number): ProcessDescription | undefined {
  const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // proc(5): the second field is the name in brackets and may hold anything; the state follows it, the start time in ticks since boot is field 22.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return { started: `${boot}/${fields[19]}`, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
}

function describeByPs(pid: number): ProcessDescription | undefined {
  const ask = (field: string) =>
    execFileSync('/bin/ps', ['-ww', '-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8', env: environment }).trim();
  return ask('stat').startsWith('Z') ? undefined : { started: ask('lstart'), command: `${ask('command')} ` };
}
