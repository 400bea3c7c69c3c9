import fc from 'fast-check';
import { MOST_AMOUNT, WHOLE, partOf, splitBy, toNearest } from './amounts.js';

const amounts = fc.bigInt({ min: 0n, max: MOST_AMOUNT });

describe('parts of amounts', () => {
  it('are rounded half up', () => {
    expect(partOf(10_050n, 500)).toBe(503n);
    expect(partOf(10_049n, 500)).toBe(502n);
    expect(partOf(1n, 5_000)).toBe(1n);
    expect(partOf(MOST_AMOUNT, WHOLE)).toBe(MOST_AMOUNT);
  });

  it('are within half a minor unit of the exact part', () => {
    fc.assert(fc.property(amounts, fc.integer({ min: 0, max: WHOLE }), (amount, points) => {
      const off = partOf(amount, points) * 10_000n - amount * BigInt(points);
      expect(off > -5_000n && off <= 5_000n).toBe(true);
    }));
  });
});

describe('rounding to a unit', () => {
  it.each([[12_349n, 100n, 12_300n], [12_350n, 100n, 12_400n], [12_362n, 25n, 12_350n], [12_363n, 25n, 12_375n], [7n, 1n, 7n], [-50n, 100n, 0n], [-51n, 100n, -100n]])('%s to %s is %s', (amount, unit, nearest) => {
    expect(toNearest(amount, unit)).toBe(nearest);
  });
});

describe('splitting', () => {
  it('gives what is left over to the largest remainders', () => {
    expect(splitBy(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(splitBy(100n, [10n, 25n, 33n])).toEqual([15n, 37n, 48n]);
    expect(splitBy(1n, [0n, 5n])).toEqual([0n, 1n]);
  });

  it('loses nothing and makes up nothing, and no part is a minor unit or more away from its exact share', () => {
    fc.assert(fc.property(amounts, fc.array(amounts, { minLength: 1, maxLength: 30 }).filter((weights) => weights.some((weight) => weight > 0n)), (amount, weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0n);
      const shares = splitBy(amount, weights);
      expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(amount);
      for (const [index, share] of shares.entries()) {
        const off = share * total - amount * weights[index]!;
        expect(off > -total && off < total).toBe(true);
        expect(weights[index] === 0n && share !== 0n).toBe(false);
      }
    }));
  });
});
