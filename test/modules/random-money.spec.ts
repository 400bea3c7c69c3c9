import fc from 'fast-check';
import { BkashServer } from '../support/bkash-server.js';
import { isExhaustive } from '../support/exhaustive.js';
import type { Tally } from '../support/random-money/asking.js';
import { anyDays } from '../support/random-money/deeds.js';
import { MoneyDays } from '../support/random-money/money-days.js';
import { World } from '../support/world.js';

// A run plays a few, the same each time, in which there is something of everything; `RANDOM_DAYS=500 npx jest test/modules/random-money` as many others as one likes.
// What fails tells its seed and run: `SEED=123/7` plays that one again, and tells what was done. Making it smaller would take hours.
const LONG_RUN = process.env['RANDOM_DAYS'] ?? (isExhaustive ? '60' : undefined);
const [SEED, PATH] = (process.env['SEED'] ?? '').split('/');
const DAYS_OF_A_CLINIC = 3;
const RUNS = Math.ceil(Number(LONG_RUN ?? 6) / DAYS_OF_A_CLINIC);

/** Within how many days something must have come. What is rarer than that comes by chance. */
const DAYS_UNTIL = {
  'takePayment done': 6, 'issueInvoice done': 6, 'creditInvoice done': 6, 'closeDrawer done': 6, 'closeDay done': 6, 'closeDay DAY_NOT_DONE': 6, 'crash': 6,
  'statement MATCHED': 60, 'endWalletPayment done': 60, 'importRemittance done': 60, 'captured after it was ended': 300, 'resubmitted CORRECTION': 300,
};

describe('any financial days', () => {
  let world: World;
  let bkash: BkashServer;
  beforeAll(async () => {
    bkash = await BkashServer.start();
    world = await World.open(bkash.settings());
  });
  afterAll(async () => {
    await world.close();
    await bkash.stop();
  });

  it(`leave the books at zero, the numbers without a gap, no payment counted twice, and every total as the books have it: ${RUNS * DAYS_OF_A_CLINIC} of them`, async () => {
    const tally: Tally = new Map();
    const details = await fc.check(fc.asyncProperty(anyDays(DAYS_OF_A_CLINIC), (days) => MoneyDays.play(days, world, bkash, tally)), {
      numRuns: RUNS, ...(SEED ? { seed: Number(SEED) } : LONG_RUN === undefined && { seed: 8011 }), ...(PATH && { path: PATH }), endOnFailure: true,
    });
    const of = (what: string): number => tally.get(what) ?? 0;
    const counted = (is: (outcome: string) => boolean): number => [...tally].filter(([what]) => is(what.split(' ').at(-1)!)).reduce((sum, [, times]) => sum + times, 0);
    const refused = counted((outcome) => /^[A-Z_]{5,}$/.test(outcome) && outcome !== 'UNAVAILABLE');
    process.stdout.write(`${of('day')} days, ${of('moment')} moments, ${counted((outcome) => outcome === 'done')} done, ${refused} refused, ${of('crash')} crashed: ${[...tally].sort().map(([what, times]) => `${times} ${what}`).join(', ')}\n`);
    if (details.failed) throw new Error(`SEED=${details.seed}/${details.counterexamplePath?.split(':')[0]} plays it again.\n${String(details.errorInstance)}\n${PATH ? fc.stringify(details.counterexample) : ''}`, { cause: details.errorInstance });
    // Days on which nothing succeeds, or nothing is refused, would show nothing.
    for (const [what, days] of Object.entries(DAYS_UNTIL)) expect([what, of('day') < days || of(what) > 0]).toEqual([what, true]);
    expect(counted((outcome) => outcome === 'BOOKS_CLOSED')).toBeGreaterThan(0);
  }, 24 * 3_600_000);
});
