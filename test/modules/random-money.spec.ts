import fc from 'fast-check';
import { Billing } from '../support/billing.js';
import { Patients } from '../support/patients.js';
import { type Moment, anyMoneyDay } from '../support/random-money/deeds.js';
import { MoneyDay, type Tally } from '../support/random-money/money-day.js';
import { hire, openChamber } from '../support/staff.js';
import { World } from '../support/world.js';

// A run plays a few, the same each time; `RANDOM_DAYS=2000 npx jest test/modules/random-money` as many others as one likes, and tells the seed of one that fails.
const LONG_RUN = process.env['RANDOM_DAYS'];
const DAYS = Number(LONG_RUN ?? 8);
const SEED = 20_261_123;

describe('any financial day', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.shared();
  });
  afterAll(() => world.close());

  it(`leaves the books at zero, the numbers without a gap, and no payment counted twice: ${DAYS} of them`, async () => {
    const practice = await world.practice('Dhanmondi Chamber');
    const tally: Tally = new Map();
    let [played, moments] = [0, 0];
    const live = async (day: Moment[]): Promise<void> => {
      const manager = await world.signIn(practice.owner.email);
      const chamberId = await openChamber(world, { ...practice, owner: manager }, `Dhanmondi ${played++}`);
      const cashier = await hire(world, { ...practice, owner: manager }, chamberId, 'MANAGER');
      await new Billing(world, cashier, chamberId).openDrawer(50_000);
      const register = new Patients(world, manager.token);
      const patients = await Promise.all([1, 2, 3].map(async (index) => (await register.register({ nameEn: `Patient ${played} ${index}` })).id));
      const today = new MoneyDay(world, { chamberId, cashier, manager, patients, tally });
      for (const moment of day) {
        moments++;
        expect(await today.live(moment)).toEqual([]);
      }
    };
    // No shrinking: each day is played in a database that has seen those before. The seed plays them again.
    await fc.assert(fc.asyncProperty(anyMoneyDay, live), { numRuns: DAYS, endOnFailure: true, ...(LONG_RUN === undefined && { seed: SEED }) });
    const counts = [...tally].sort().map(([what, times]) => `${times} ${what}`);
    process.stdout.write(`${played} days, ${moments} moments: ${counts.join(', ')}\n`);
    // A day on which nothing succeeds, or nothing is refused, would show nothing.
    for (const operation of ['draftInvoice', 'issueInvoice', 'approveDiscount', 'takePayment', 'allocatePayment', 'creditInvoice', 'refundPayment', 'again takePayment']) expect([operation, tally.get(`${operation} done`) ?? 0]).not.toEqual([operation, 0]);
    for (const refused of ['takePayment REFERENCE_USED', 'issueInvoice APPROVAL_NEEDED', 'refundPayment MORE_THAN_THERE_IS', 'crash']) expect([refused, tally.get(refused) ?? 0]).not.toEqual([refused, 0]);
  }, 24 * 3_600_000);
});
