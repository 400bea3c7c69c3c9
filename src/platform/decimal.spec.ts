import { compared, exactly, placesOf, plainDecimal, product, quotient, ratio, rounded, roundedRoot, sum } from './decimal.js';

describe('decimal numbers', () => {
  it.each([
    ['37', '37'], [' 37.50 ', '37.50'], ['০৩৭.৫', '37.5'], ['٣٧٫٥'.replace('٫', '.'), '37.5'], ['-0.5', '-0.5'], ['007', '7'], ['0', '0'], ['0.0', '0.0'],
    ['123456789012345.123456789012345', '123456789012345.123456789012345'],
  ])('are read as people type them: %j', (raw, plain) => {
    expect(plainDecimal(raw)).toBe(plain);
  });

  it.each(['', ' ', '.', '5.', '.5', '1e3', '1,000', '1 000', '+5', '--5', '0x10', 'NaN', 'Infinity', '1.2.3', '1234567890123456', '37.5°'])('are not read from %j', (raw) => {
    expect(plainDecimal(raw)).toBeUndefined();
  });

  it('lose nothing in reckoning: a tenth and two tenths are three tenths', () => {
    expect(rounded(sum(exactly('0.1'), exactly('0.2')), 15)).toBe('0.3');
    expect(rounded(product(exactly('1.1'), exactly('1.1')), 15)).toBe('1.21');
    expect(rounded(quotient(exactly('1'), exactly('0.3')), 5)).toBe('3.33333');
    expect(rounded(product(exactly('70'), ratio(1, 3)), 3)).toBe('23.333');
  });

  it.each([
    ['2.5', 0, '3'], ['2.4999', 0, '2'], ['-2.5', 0, '-3'], ['-0.04', 1, '0'], ['1.005', 2, '1.01'], ['0.05', 1, '0.1'], ['100', 2, '100'], ['9.995', 2, '10'], ['0.10', 3, '0.1'],
  ])('round half a step away from zero: %s to %i places is %s', (text, places, expected) => {
    expect(rounded(exactly(text), places)).toBe(expected);
  });

  it('compare by their worth, not by their spelling', () => {
    expect(compared(exactly('1.0'), exactly('1'))).toBe(0);
    expect(compared(exactly('0.9'), exactly('1'))).toBe(-1);
    expect(compared(exactly('-1'), exactly('-2'))).toBe(1);
    expect(compared(exactly('10'), exactly('9'))).toBe(1);
    expect([placesOf('1'), placesOf('1.0'), placesOf('1.25')]).toEqual([0, 1, 2]);
  });

  it.each([['4', 2, '2'], ['2', 4, '1.4142'], ['3.0625', 2, '1.75'], ['0', 2, '0'], ['0.000025', 2, '0.01'], ['0.00002', 2, '0'], ['1000000', 0, '1000']])(
    'have a root: of %s to %i places it is %s', (text, places, root) => {
      expect(roundedRoot(exactly(text), places)).toBe(root);
    });
});
