import pg from 'pg';
import { openPractices } from './data.js';
import { install } from './installation.js';
import { startServer } from './processes.js';

const TRIES = Number(process.env['BENCH_TRIES'] ?? 1_000);
const CLEARED_EVERY = 8;
const PORT = 4804;
const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }';

/** Whether a refused sign-in tells by its time that there is an account: the medians of as many tries with one as without. */
export async function measureSignIn(say: (line: string) => void): Promise<void> {
  const stops: Array<() => Promise<void>> = [];
  try {
    const { ownerUrl, keks, env, remove } = await install({});
    stops.push(remove);
    const [practice] = await openPractices(ownerUrl, keks, 1);
    const { stop } = await startServer('dist/src/main.js', PORT, env, 'listens on');
    stops.unshift(stop);
    const owner = new pg.Client({ connectionString: ownerUrl });
    await owner.connect();
    stops.unshift(() => owner.end());
    const times = { existing: [] as number[], missing: [] as number[] };
    for (let n = 0; n < TRIES; n++) {
      // Counted tries would be refused unseen; it is those that are looked at which are measured.
      if (n % CLEARED_EVERY === 0) await owner.query('truncate auth.throttles');
      const pair = [['existing', practice!.email], ['missing', `nobody.${n}@bench.example`]] as const;
      for (const [kind, email] of n % 2 ? pair : [...pair].reverse()) times[kind].push(await refusal(email));
    }
    const [existing, missing] = [median(times.existing), median(times.missing)];
    say(`sign-in refused, median of ${TRIES}: ${existing.toFixed(2)} ms with an account, ${missing.toFixed(2)} ms without, ratio ${(existing / missing).toFixed(3)}`);
  } finally {
    for (const stop of stops) await stop();
  }
}

/** Milliseconds until a sign-in was refused for its credentials; throws when it ended otherwise. */
async function refusal(email: string): Promise<number> {
  const begun = performance.now();
  const answer = await fetch(`http://127.0.0.1:${PORT}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: SIGN_IN, variables: { input: { email, password: 'not the password of anybody', client: 'BEARER' } } }),
  });
  const text = await answer.text();
  const took = performance.now() - begun;
  if (!text.includes('SIGN_IN_REFUSED')) throw new Error(text);
  return took;
}

const median = (times: number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
