import fc from 'fast-check';
import { InvalidCode, codePrefix, normaliseCode } from './icd10-code.js';

describe('a code', () => {
  it.each([
    ['E11.9', 'E11.9'], ['e119', 'E11.9'], [' e11-9 ', 'E11.9'], ['E১১.৯', 'E11.9'], ['I10', 'I10'], ['I10.', 'I10'], ['c4a', 'C4A'], ['S72.001A', 'S72.001A'], ['M1A00X1', 'M1A.00X1'],
  ])('%j is %j', (raw, code) => {
    expect(normaliseCode(raw)).toBe(code);
  });

  it.each(['', ' ', 'E', 'E1', '11', 'EE1', 'E11.99999', 'diabetes', 'E11.9;', 'E11.é', 'É11', 'E11\u00009', 'x'.repeat(100_000)])('%j is none', (raw) => {
    expect(() => normaliseCode(raw)).toThrow(InvalidCode);
  });

  it.each([['e', null], ['e1', 'E1'], ['e11', 'E11'], ['e11.', 'E11'], ['e119', 'E11.9'], ['E11.9', 'E11.9'], ['fever', null], ['h1n1', 'H1N.1'], ['', null]])('begun as %j is %j', (raw, prefix) => {
    expect(codePrefix(raw)).toBe(prefix);
  });

  it('stays as it is once it has its one spelling', () => {
    fc.assert(fc.property(fc.stringMatching(/^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$/), (code) => {
      expect(normaliseCode(code)).toBe(code);
      expect(normaliseCode(code.replace('.', '').toLowerCase())).toBe(code);
      expect(codePrefix(code)).toBe(code);
    }));
  });
});
