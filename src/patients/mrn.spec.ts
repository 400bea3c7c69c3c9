import fc from 'fast-check';
import { formatMrn, normaliseMrn } from './mrn.js';

describe('formatMrn', () => {
  it.each([
    [1, 'P-000001'],
    [123, 'P-000123'],
    [999_999, 'P-999999'],
    [1_234_567, 'P-1234567'],
  ])('writes %i as %s', (counter, expected) => {
    expect(formatMrn(counter)).toBe(expected);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])('refuses %d', (counter) => {
    expect(() => formatMrn(counter)).toThrow(RangeError);
  });
});

describe('normaliseMrn', () => {
  it.each([
    ...['P-000123', 'p-000123', 'P000123', 'p123', 'P 123', 'P - 123', 'P–123', ' P-123 '],
    ...['123', '000123', '0000000123', '১২৩', 'p-০০০১২৩'],
  ])('reads %j as P-000123', (raw) => {
    expect(normaliseMrn(raw)).toBe('P-000123');
  });

  it.each([
    ...['', 'P', 'P-', '0', 'P-000000', '-123', 'Q-000123', 'PP-123', 'P-12a', 'P-12 3'],
    ...['1.5', '1e3', '123; DROP', '1'.repeat(16)],
  ])('answers null for %j', (raw) => {
    expect(normaliseMrn(raw)).toBeNull();
  });

  it('reads back every number it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (counter) => {
        const mrn = formatMrn(counter);
        expect(normaliseMrn(mrn)).toBe(mrn);
        expect(normaliseMrn(String(counter))).toBe(mrn);
      }),
    );
  });

  it('gives different counters different numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.integer({ min: 1 }), (one, other) => {
        expect(formatMrn(one) === formatMrn(other)).toBe(one === other);
      }),
    );
  });
});
