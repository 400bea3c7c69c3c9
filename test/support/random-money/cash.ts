import fc from 'fast-check';
import { dayFromNow } from '../appointments.js';
import { type Scene, amount, anybody, deed, one, which } from './deed.js';
import { cashIn } from './reckoning.js';

/** Opens a drawer with some change out of the safe. */
export const openDrawer = deed<{ who: number; float: number }>(1, { who: which, float: fc.integer({ min: 0, max: 100_000 }) }, ({ who, float }, scene) => openDrawerOf(scene, who, float));

export const openDrawerOf = (scene: Scene, who: number, float: number): Promise<unknown> => scene.ask.keyed('openDrawer', { chamberId: scene.clinic.chamberId, openingFloat: scene.clinic.money(float) }, anybody(scene, who));

/** Counts a drawer, not always right, and closes it; whose it is, or a manager, or somebody who may not. */
export const closeDrawer = deed<{ drawer: number; off: number; who: number }>(1, { drawer: which, off: fc.constantFrom(0, 0, 500, -2_000, 100_000), who: which }, ({ drawer, off, who }, scene) => {
  const chosen = one(scene.now.drawers, drawer);
  return chosen ? closeDrawerOf(scene, chosen.id, off, who) : Promise.resolve();
});

export async function closeDrawerOf(scene: Scene, drawerId: string, off: number, who: number): Promise<void> {
  const drawer = scene.now.drawers.find(({ id }) => id === drawerId)!;
  const cashier = scene.clinic.staff.find(({ memberId }) => memberId === drawer.cashier_id)!;
  await scene.ask.keyed('closeDrawer', { drawerId, pieces: piecesOf(scene, Math.max(0, cashIn(scene.now, drawer) + off)) }, who % 3 ? cashier : anybody(scene, who));
}

/** Notes and coins that come to an amount, but for what is less than the least of them. */
function piecesOf({ clinic: { money, country } }: Scene, much: number): object[] {
  let rest = much;
  return [100_000, 50_000, 10_000, 1_000, ...(country === 'BD' ? [200, 100] : [100, 25])].flatMap((denomination) => {
    const pieces = Math.floor(rest / denomination);
    rest -= pieces * denomination;
    return pieces ? [{ denomination: money(denomination), pieces }] : [];
  });
}

/** Moves money between the safe, the bank and the owner. */
export const move = deed<{ from: number; to: number; amount: number; who: number }>(2, { from: fc.nat({ max: 2 }), to: fc.nat({ max: 2 }), amount, who: which }, ({ from, to, amount: much, who }, scene) =>
  scene.ask.keyed('moveMoney', { chamberId: scene.clinic.chamberId, from: PLACES[from], to: PLACES[to], amount: scene.clinic.money(much) }, anybody(scene, who)));
const PLACES = ['SAFE', 'BANK', 'OWNER'] as const;

/** Closes a day, done or not, by whoever tries. */
export const closeDay = deed<{ ago: number; who: number }>(1, { ago: fc.integer({ min: -1, max: 3 }), who: which }, ({ ago, who }, scene) => closeDayOf(scene, dayFromNow(-Math.max(1, ago), scene.clinic.timeZone), who));

export const closeDayOf = (scene: Scene, day: string, who: number): Promise<{ outcome: string }> =>
  scene.ask.other('closeDay', 'mutation ($input: CloseDayInput!) { answer: closeDay(input: $input) { id day } }', { input: { chamberId: scene.clinic.chamberId, day } }, anybody(scene, who));
