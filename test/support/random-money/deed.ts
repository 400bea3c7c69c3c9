import fc from 'fast-check';
import type { Person, World } from '../world.js';
import type { Asking } from './asking.js';
import type { Clinic } from './clinic.js';
import type { Documents } from './documents.js';

/** Where something is done: among whom, what there is at that moment, and how the server is asked. */
export interface Scene {
  world: World;
  clinic: Clinic;
  now: Documents;
  ask: Asking;
}

/** Something that somebody does with money: how often it is drawn, among what, and how it is done. Numbers choose among what there is at that moment, whatever that is. */
export interface Deed<T> {
  weight: number;
  choices: fc.Arbitrary<T>;
  act: (choice: T, scene: Scene) => Promise<unknown>;
}

export const deed = <T>(weight: number, choices: { [K in keyof T]: fc.Arbitrary<T[K]> }, act: Deed<T>['act']): Deed<T> => ({ weight, choices: fc.record(choices), act });

/** Chooses among what there is. */
export const which = fc.nat({ max: 1_000 });
/** Minor units; limits of approvals lie among them. */
export const amount = fc.oneof(fc.integer({ min: 1, max: 200_000 }), fc.constantFrom(1, 100, 99_999, 150_000));
/** Of a hundred, and a little more than all. */
export const percent = fc.integer({ min: 1, max: 115 });

export const one = <T>(of: readonly T[], chosen: number): T | undefined => of[chosen % (of.length || 1)];
export const partOf = (whole: number, percents: number): number => Math.max(1, Math.floor((whole * percents) / 100));
/** Anybody of the staff. */
export const anybody = ({ clinic }: Scene, chosen: number): Person => one(clinic.staff, chosen)!;
/** Mostly somebody with an open drawer, if there is anybody. */
export const atADrawer = ({ clinic, now }: Scene, chosen: number): Person => {
  const open = clinic.staff.filter(({ memberId }) => now.drawers.some(({ cashier_id, status }) => cashier_id === memberId && status === 'OPEN'));
  return one([...open, ...open, ...open, ...clinic.staff.slice(0, 2)], chosen)!;
};
