import { signIn } from './client.js';
import { type BenchPractice, fillPractices, openPractices } from './data.js';
import { install } from './installation.js';
import { type Shot, post } from './load.js';
import { startServer } from './processes.js';
import { lineOf, pick, putBeside, settleDatabase, shareOf } from './side-by-side.js';

const PRACTICES = Number(process.env['BENCH_PRACTICES'] ?? 10_000);
const FIRST_PATIENTS = 10_000;
const PATIENTS = Number(process.env['BENCH_PATIENTS'] ?? 1_000_000);
/** Whose reads are measured among all; each signs in by a password of its own. */
const VISITED = 100;
const PORT = 4804;
const READ = 'query Patient($id: UUID!) { patient(id: $id) { id mrn nameEn nameBn version } }';

/** What a read of one patient costs in an installation of one practice, and when thousands of others have joined it. */
export async function measureGrowth(say: (line: string) => void): Promise<void> {
  const stops: Array<() => Promise<void>> = [];
  try {
    const installation = await install({ shared_buffers: '2GB' });
    stops.push(installation.remove);
    const { keks, ownerUrl, superuserUrl, env } = installation;
    const [first] = await openPractices(ownerUrl, keks, 1);
    await fillPractices(ownerUrl, keks, [first!], FIRST_PATIENTS);
    await settleDatabase(superuserUrl);
    const ours = await startServer('dist/src/main.js', PORT, env, 'listens on');
    stops.unshift(ours.stop);
    const side = await putBeside(ours, installation, first!.patientIds);
    stops.unshift(side.stop);
    const tokens = new Map([[first!, await signIn(PORT, first!)]]);
    const readIn = (practices: readonly BenchPractice[]) => (): Shot => {
      const practice = pick(practices);
      const id = pick(practice.patientIds);
      return { request: post(PORT, '/graphql', JSON.stringify({ query: READ, variables: { id } }), { authorization: `Bearer ${tokens.get(practice)!}` }), expected: `"patient":{"id":"${id}"` };
    };
    await side.warmUp(readIn([first!]));
    const small = await side.measure(64, readIn([first!]));
    say(lineOf('read, alone', 64, small));

    const others = await openPractices(ownerUrl, keks, PRACTICES - 1, 1, VISITED);
    await fillPractices(ownerUrl, keks, others, Math.round((PATIENTS - FIRST_PATIENTS) / others.length));
    await settleDatabase(superuserUrl);
    const visited = others.slice(0, VISITED);
    for (const practice of visited) tokens.set(practice, await signIn(PORT, practice));
    for (const [name, practices] of [['read, among all, one practice', [first!]], [`read, among all, ${VISITED} practices`, visited]] as const) {
      await side.warmUp(readIn(practices));
      const large = await side.measure(64, readIn(practices));
      say(`${lineOf(name, 64, large)}  ×${(shareOf(small) / shareOf(large)).toFixed(2)} of alone`);
    }
  } finally {
    for (const stop of stops) await stop();
  }
}
