import { fitsUnit, packsFor } from './packs.js';

describe('packs', () => {
  const syrup = { dispensing: 'BOTTLE', packSizes: [100, 60], packUnit: 'ML' } as const;
  it.each([
    [75_000, 'ML', syrup, { count: 1, each: 100, unit: 'ML' }], [60_000, 'ML', syrup, { count: 1, each: 60, unit: 'ML' }], [100_001, 'ML', syrup, { count: 2, each: 100, unit: 'ML' }], [450_000, 'ML', syrup, { count: 5, each: 100, unit: 'ML' }],
    [112_000, 'DROP', { dispensing: 'BOTTLE', packSizes: [5], packUnit: 'ML' }, { count: 2, each: 5, unit: 'ML' }], [100_000, 'DROP', { dispensing: 'BOTTLE', packSizes: [5], packUnit: 'ML' }, { count: 1, each: 5, unit: 'ML' }],
    [null, 'ML', syrup, null], [10_000, 'TABLET', syrup, null], [10_000, 'TABLET', { dispensing: 'COUNTED', packSizes: [10], packUnit: 'PIECE' }, null], [60_000, 'ML', { ...syrup, packSizes: [] }, null],
    [null, 'APPLICATION', { dispensing: 'BOTTLE', packSizes: [100], packUnit: 'ML' }, { count: 1, each: 100, unit: 'ML' }], [null, 'APPLICATION', { dispensing: 'TUBE', packSizes: [30, 15], packUnit: 'GRAM' }, { count: 1, each: 15, unit: 'GRAM' }], [240_000, 'PUFF', { dispensing: 'INHALER', packSizes: [120, 200], packUnit: 'PUFF' }, { count: 2, each: 200, unit: 'PUFF' }],
  ] as const)('for %j of %s from %j: %j', (amount, unit, product, packs) => {
    expect(packsFor(amount, unit, product)).toEqual(packs);
  });
});

describe('the unit of a dose', () => {
  it.each([['TABLET', 'TABLET', true], ['MG', 'TABLET', true], ['ML', 'AMPOULE', true], ['DROP', 'ML', true], ['ML', 'UNIT', true], ['ML', 'TABLET', false], ['TABLET', 'ML', false], ['TABLET', 'CAPSULE', false], ['DROP', 'APPLICATION', false]] as const)('%s of what is counted in %s: %s', (stated, counted, fits) => {
    expect(fitsUnit(stated, counted)).toBe(fits);
  });
});
