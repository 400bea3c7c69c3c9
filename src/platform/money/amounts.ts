import { BDT, dinero, halfUp, multiply, toSnapshot, transformScale } from 'dinero.js/bigint';

/** The most that a single amount may be, in minor units: a thousand million taka or dirham. Sums of very many stay below what JSON holds exactly. */
export const MOST_AMOUNT = 100_000_000_000n;

/** How many basis points are the whole. */
export const WHOLE = 10_000;

/** A part of an amount, in basis points (hundredths of a per cent), half a minor unit rounded up. */
export function partOf(amount: bigint, basisPoints: number): bigint {
  // The currency does not count: the scale of minor units is the same in all.
  const product = multiply(dinero({ amount, currency: BDT }), { amount: BigInt(basisPoints), scale: 4n });
  return toSnapshot(transformScale(product, 2n, halfUp)).amount;
}

/** The amount to the nearest multiple of `unit`, half of it rounded up. */
export const toNearest = (amount: bigint, unit: bigint): bigint => floorOf(2n * amount + unit, 2n * unit) * unit;

/**
 * Splits an amount by weights so that the parts make up the whole: each gets its share rounded down, and what is left over goes, a minor unit each, to
 * those with the largest remainders, to the first among equals (the method of the largest remainder). An amount of 0 or more; weights not all 0.
 */
export function splitBy(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  const shares = weights.map((weight) => (amount * weight) / total);
  const left = Number(amount - shares.reduce((sum, share) => sum + share, 0n));
  const byRemainder = weights.map((weight, index) => ({ index, remainder: (amount * weight) % total })).sort((a, b) => Number(b.remainder - a.remainder) || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) shares[index]! += 1n;
  return shares;
}

const floorOf = (over: bigint, under: bigint): bigint => (over - (((over % under) + under) % under)) / under;
