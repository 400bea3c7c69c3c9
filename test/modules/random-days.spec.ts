import fc from 'fast-check';
import { dayFromNow } from '../support/appointments.js';
import { Online } from '../support/online.js';
import { Patients } from '../support/patients.js';
import { type Moment, anyDay } from '../support/random-day/deeds.js';
import { type Place, RandomDay, type Tally } from '../support/random-day/random-day.js';
import { hire, openChamber } from '../support/staff.js';
import { World } from '../support/world.js';

// A run plays a few, the same each time; `RANDOM_DAYS=2000 npx jest test/modules/random-days` as many others as one likes, and tells the seed of one that fails.
const LONG_RUN = process.env['RANDOM_DAYS'];
const DAYS = Number(LONG_RUN ?? 10);
const SEED = 20_261_122;
const DAYS_OF_A_CHAMBER = 50;
const MORNING = 10;

/** A time zone in which it is morning, so that the whole of today's sessions lies ahead. */
function zoneWhereItIsMorning(): string {
  const ahead = (MORNING - new Date().getUTCHours() + 36) % 24 - 12;
  return `Etc/GMT${ahead < 0 ? '+' : '-'}${Math.abs(ahead)}`;
}

describe('any day at a desk', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  it(`leaves nobody without their place, and nobody with two: ${DAYS} of them`, async () => {
    const practice = await world.practice('Dhanmondi Chamber');
    const register = new Patients(world, practice.owner.token);
    const patients = await Promise.all(Array.from({ length: 8 }, async (_, index) => (await register.register({ nameEn: `Patient ${index}` })).id));
    const tally: Tally = new Map();
    let played = 0;
    let moments = 0;
    let place: Place;
    // At whatever time of the day this runs.
    await world.ok('mutation { editMessageSettings(input: { version: 0, quietFrom: "00:00", quietUntil: "00:00" }) { version } }', {}, practice.owner.token);
    const live = async (day: Moment[]): Promise<void> => {
      const owner = await world.signIn(practice.owner.email);
      if (played % DAYS_OF_A_CHAMBER === 0) {
        const timeZone = zoneWhereItIsMorning();
        const chamberId = await openChamber(world, { ...practice, owner }, `Dhanmondi ${played}`, timeZone);
        const doctors = await Promise.all([1, 2, 3].map(async () => (await hire(world, { ...practice, owner }, chamberId, 'DOCTOR')).memberId));
        place = { timeZone, chamberId, doctors, patients, tally, online: await Online.open(world, { ...practice, owner }, chamberId) };
      }
      const today = await RandomDay.begin(world, owner.token, place, dayFromNow(0, place.timeZone));
      for (const moment of day) {
        await today.live(moment);
        moments++;
      }
      await today.end(++played);
    };
    // No shrinking: each day is played in a database that has seen those before. The seed plays them again.
    await fc.assert(fc.asyncProperty(anyDay, live), { numRuns: DAYS, endOnFailure: true, ...(LONG_RUN === undefined && { seed: SEED }) });
    const counts = [...tally].sort().map(([what, times]) => `${times} ${what}`);
    process.stdout.write(`${played} days, ${moments} moments: ${counts.join(', ')}\n`);
    // A day on which nothing succeeds, or nothing is refused, would show nothing.
    for (const operation of ['bookAppointment', 'rescheduleAppointment', 'cancelAppointment', 'noteArrival', 'callNextPatient', 'changeSession', 'holdOnlinePlace', 'confirmOnlineBooking', 'joinWaitlist', 'acceptWaitlistOffer', 'leaseNumbers', 'skipPatient', 'callPatient', 'completeConsultation', 'undoSessionChange']) {
      expect(tally.get(`${operation} done`)).toBeGreaterThan(0);
    }
    expect(tally.get('bookAppointment SESSION_FULL')).toBeGreaterThan(0);
  }, 24 * 3_600_000);
});
