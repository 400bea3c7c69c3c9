import { signIn } from './client.js';
import { type BenchPractice, fillPractices, joinAll, openPractices } from './data.js';
import { type Installation, install } from './installation.js';
import { type ServerProcess, startServer } from './processes.js';

/** A server of an installation of its own, and a practice in it whose owner is signed in. */
export interface RunningPractice {
  installation: Installation;
  practice: BenchPractice;
  /** Owners of other practices, who are owners of this one, too; and their ids here. */
  others: BenchPractice[];
  otherIds: string[];
  ours: ServerProcess;
  token: string;
}

interface Size {
  port: number;
  /** Settings of PostgreSQL. */
  settings: Record<string, string>;
  patients: number;
  others?: number;
}

/** Installs, opens and fills the practice, starts the server and signs in. What ends it is put before `stops`, also when something fails midway. */
export async function runPractice(stops: Array<() => Promise<void>>, { port, settings, patients, others: count = 0 }: Size): Promise<RunningPractice> {
  const installation = await install(settings);
  stops.unshift(installation.remove);
  const { keks, ownerUrl, env } = installation;
  const [practice, ...others] = await openPractices(ownerUrl, keks, 1 + count) as [BenchPractice, ...BenchPractice[]];
  const otherIds = await joinAll(ownerUrl, keks, practice, others);
  await fillPractices(ownerUrl, keks, [practice], patients);
  const ours = await startServer('dist/src/main.js', port, env, 'listens on');
  stops.unshift(ours.stop);
  return { installation, practice, others, otherIds, ours, token: await signIn(port, practice) };
}
