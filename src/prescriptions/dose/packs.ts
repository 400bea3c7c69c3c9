import type { Dispensing, PackUnit } from '../../drugs/drug-form.model.js';
import type { DoseUnit, Thousandths } from './dosing.js';

/** Whole packs to be handed out, all of one size. */
export interface Packs {
  count: number;
  /** How much is in one. */
  each: number;
  unit: PackUnit;
}

/** European Pharmacopoeia 2.1.1: twenty drops of water of the normal dropper weigh a gram. */
export const DROPS_OF_A_ML = 20;

const liquid: ReadonlySet<DoseUnit> = new Set(['ML', 'DROP']);
const weighed: ReadonlySet<DoseUnit> = new Set(['MG', 'GRAM', 'UNIT']);

/** Whether a dose of what is counted in one unit can be stated in another: by weight always, by volume when it can be poured. */
export const fitsUnit = (stated: DoseUnit, counted: DoseUnit): boolean => stated === counted || weighed.has(stated) || (liquid.has(stated) && (liquid.has(counted) || counted === 'AMPOULE' || counted === 'UNIT'));

/** How many thousandths of the unit of a pack a thousandth of a dose is, where the one can be told from the other. */
const inPackUnits: Record<Dispensing, Partial<Record<DoseUnit, number>>> = {
  COUNTED: {}, BOTTLE: { ML: 1, DROP: 1 / DROPS_OF_A_ML }, TUBE: { GRAM: 1 }, INHALER: { PUFF: 1 }, VIAL: { ML: 1 },
};

/** The packs that an amount needs: one of the smallest that is enough, or else as many of the largest. Null for what is counted out, comes in no known size, or is not measured as its packs are; of what is applied, one of the smallest. */
export function packsFor(amount: Thousandths | null, unit: DoseUnit, { dispensing, packSizes, packUnit }: { dispensing: Dispensing; packSizes: readonly number[]; packUnit: PackUnit }): Packs | null {
  const sizes = [...packSizes].sort((a, b) => a - b);
  if (dispensing === 'COUNTED' || !sizes.length) return null;
  if (unit === 'APPLICATION') return { count: 1, each: sizes[0]!, unit: packUnit };
  const ratio = inPackUnits[dispensing][unit];
  if (amount === null || ratio === undefined) return null;
  const needed = (amount * ratio) / 1000;
  const each = sizes.find((one) => one >= needed) ?? sizes.at(-1)!;
  return { count: Math.ceil(needed / each), each, unit: packUnit };
}
